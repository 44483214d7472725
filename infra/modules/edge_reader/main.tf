# Who the Worker is to the buckets: it reads objects and nothing else. A user, since a Worker can take no role; Terraform makes no key for
# it, so that none is in the state. `infra/README.md` shows how one is made and handed to the Worker.

resource "aws_iam_user" "this" {
  #checkov:skip=CKV_AWS_273:a Worker cannot sign in through an identity provider; the key is made outside and rotated, and reads published files only
  name                 = var.name
  path                 = "/storefront/"
  permissions_boundary = var.permissions_boundary
  force_destroy        = true
}

# A group, as policies on users are hard to see all of.
resource "aws_iam_group" "this" {
  name = var.name
  path = "/storefront/"
}

resource "aws_iam_user_group_membership" "this" {
  user   = aws_iam_user.this.name
  groups = [aws_iam_group.this.name]
}

resource "aws_iam_group_policy" "this" {
  name   = "read-remotes"
  group  = aws_iam_group.this.name
  policy = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "ReadObjects"
    actions   = ["s3:GetObject"]
    resources = [for arn in var.bucket_arns : "${arn}/*"]
  }

  # Without it a key that does not exist is 403 instead of 404, and a missing release could not be told from a revoked key.
  statement {
    sid       = "TellMissingFromForbidden"
    actions   = ["s3:ListBucket"]
    resources = var.bucket_arns
  }
}
