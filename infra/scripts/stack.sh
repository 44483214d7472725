#!/usr/bin/env bash
# Plans or applies one stack of infra/stacks. An apply is refused when its plan is not the one that was read before it.
# Providers are those of the stack's lock file, and no others: a stack without one is not planned.
#   stack.sh plan|apply     needs STACK, STATE_BUCKET, STATE_KEY_ARN, AWS_REGION, and STACK_VARIABLES: what the stack is given, as Terraform writes it
set -euo pipefail

act="${1:?usage: stack.sh plan|apply}"
: "${STACK:?foundation, origin or edge}" "${STATE_BUCKET:?}" "${STATE_KEY_ARN:?}" "${AWS_REGION:?}"
[[ "$STACK" =~ ^(foundation|origin|edge)$ ]] || { printf 'error: there is no stack `%s`\n' "$STACK" >&2; exit 2; }
read_before="$PWD/plans/$STACK.txt"
cd "$(dirname "${BASH_SOURCE[0]}")/../stacks/$STACK"
[[ "$act" == plan || "$act" == apply ]] || { printf 'error: `%s` is neither `plan` nor `apply`\n' "$act" >&2; exit 2; }
grep --quiet '^ *"h1:' .terraform.lock.hcl 2>/dev/null || {
  printf 'error: stack `%s` has no lock file, so its providers would be whatever the registry sends\n' "$STACK" >&2
  printf '\nhint: `terraform providers lock -platform=linux_amd64` in infra/stacks/%s, and commit `.terraform.lock.hcl`\n' "$STACK" >&2
  exit 1
}

# The plan as text, for those who read it. An empty one is none.
show() {
  terraform show -no-color stack.tfplan >"$1"
  grep --quiet --extended-regexp '^(Plan: |No changes\.|Changes to Outputs:)' "$1" || {
    printf 'error: Terraform shows no plan of stack `%s`\n' "$STACK" >&2
    exit 1
  }
}

printf '%s\n' "${STACK_VARIABLES:-}" >shop.auto.tfvars
terraform init -input=false -no-color -lockfile=readonly \
  -backend-config="bucket=$STATE_BUCKET" -backend-config="kms_key_id=$STATE_KEY_ARN" -backend-config="region=$AWS_REGION"
terraform plan -input=false -no-color -lock-timeout=120s -out=stack.tfplan
mkdir -p "$(dirname "$read_before")"
if [[ "$act" == plan ]]; then
  show "$read_before"
else
  [[ -s "$read_before" ]] || { printf 'error: nobody has read a plan of stack `%s`\n' "$STACK" >&2; exit 1; }
  show now.txt
  diff "$read_before" now.txt || {
    printf 'error: this is not the plan that was read: something changed in between\n\nhint: run the workflow again and read the new plan\n' >&2
    exit 1
  }
  terraform apply -input=false -no-color -lock-timeout=120s stack.tfplan
fi
