#!/usr/bin/env bash
# Plans or applies one stack of infra/stacks. An apply is refused when its plan is not the one that was read before it.
#   stack.sh plan|apply     needs STACK, STATE_BUCKET, STATE_KEY_ARN, AWS_REGION, and STACK_VARIABLES: what the stack is given, as Terraform writes it
set -euo pipefail

act="${1:?usage: stack.sh plan|apply}"
: "${STACK:?foundation, origin or edge}" "${STATE_BUCKET:?}" "${STATE_KEY_ARN:?}" "${AWS_REGION:?}"
[[ "$STACK" =~ ^(foundation|origin|edge)$ ]] || { printf 'error: there is no stack `%s`\n' "$STACK" >&2; exit 2; }
read_before="$PWD/plans/$STACK.txt"
cd "$(dirname "${BASH_SOURCE[0]}")/../stacks/$STACK"

printf '%s\n' "${STACK_VARIABLES:-}" >shop.auto.tfvars
terraform init -input=false -no-color \
  -backend-config="bucket=$STATE_BUCKET" -backend-config="kms_key_id=$STATE_KEY_ARN" -backend-config="region=$AWS_REGION"
terraform plan -input=false -no-color -lock-timeout=120s -out=stack.tfplan
mkdir -p "$(dirname "$read_before")"
if [[ "$act" == plan ]]; then
  terraform show -no-color stack.tfplan >"$read_before"
elif [[ "$act" == apply ]]; then
  terraform show -no-color stack.tfplan >now.txt
  diff "$read_before" now.txt || {
    printf 'error: this is not the plan that was read: something changed in between\n\nhint: run the workflow again and read the new plan\n' >&2
    exit 1
  }
  terraform apply -input=false -no-color -lock-timeout=120s stack.tfplan
else
  printf 'error: `%s` is neither `plan` nor `apply`\n' "$act" >&2
  exit 2
fi
