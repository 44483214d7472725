#!/usr/bin/env bash
# Pushes the image that `cargo xtask image` made, under the commit's number and, for App Runner, under the tag it watches. Outputs: `image`, with
# its digest, and `started`, when the push began.
#   needs REGISTRY_URL, PLATFORM, AWS credentials; skopeo and the AWS command line
set -euo pipefail

: "${REGISTRY_URL:?where to, without a tag}" "${PLATFORM:?apprunner or ecs}" "${GITHUB_SHA:?the commit}" "${GITHUB_OUTPUT:=/dev/stdout}"
archive="oci-archive:target/image/origin.oci.tar"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

started="$(date +%s)"
password="$(aws ecr get-login-password)"
[[ "$password" =~ ^[A-Za-z0-9+/=_.-]{16,}$ ]] || { printf 'error: AWS gives no password for the registry\n' >&2; exit 1; }
skopeo login --username AWS --password-stdin "${REGISTRY_URL%%/*}" <<<"$password"
# Where tags are fixed, a run that is repeated finds its image there.
skopeo copy --digestfile "$log" "$archive" "docker://$REGISTRY_URL:${GITHUB_SHA:0:12}" ||
  skopeo inspect --format '{{.Digest}}' "docker://$REGISTRY_URL:${GITHUB_SHA:0:12}" >"$log"
digest="$(<"$log")"
[[ "$digest" =~ ^sha256:[0-9a-f]{64}$ ]] || { printf 'error: the registry does not name the image that it took\n' >&2; exit 1; }
if [[ "$PLATFORM" == apprunner ]]; then
  # The image by its digest, not the archive: after a repeated run they are two.
  skopeo copy "docker://$REGISTRY_URL@$digest" "docker://$REGISTRY_URL:live"
fi
printf 'started=%s\nimage=%s@%s\n' "$started" "$REGISTRY_URL" "$digest" >>"$GITHUB_OUTPUT"
