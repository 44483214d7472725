#!/usr/bin/env bash
# Pushes the image that `cargo xtask image` made, under the commit's number and, for App Runner, under the tag it watches. Says the image with
# its digest as the output `image`, and when it began as `started`.
#   needs REGISTRY_URL, PLATFORM, AWS credentials; skopeo and the AWS command line
set -euo pipefail

: "${REGISTRY_URL:?where to, without a tag}" "${PLATFORM:?apprunner or ecs}" "${GITHUB_SHA:?the commit}" "${GITHUB_OUTPUT:=/dev/stdout}"
archive="oci-archive:target/image/origin.oci.tar"
digest="$(mktemp)"
trap 'rm -f "$digest"' EXIT

printf 'started=%s\n' "$(date +%s)" >>"$GITHUB_OUTPUT"
aws ecr get-login-password | skopeo login --username AWS --password-stdin "${REGISTRY_URL%%/*}"
# Where tags are fixed, a run that is repeated finds its image there.
skopeo copy --digestfile "$digest" "$archive" "docker://$REGISTRY_URL:${GITHUB_SHA:0:12}" ||
  skopeo inspect --format '{{.Digest}}' "docker://$REGISTRY_URL:${GITHUB_SHA:0:12}" >"$digest"
if [[ "$PLATFORM" == apprunner ]]; then
  skopeo copy "$archive" "docker://$REGISTRY_URL:live"
fi
printf 'image=%s@%s\n' "$REGISTRY_URL" "$(<"$digest")" >>"$GITHUB_OUTPUT"
