# The role of the team that owns one remote: it publishes, rolls out and prunes this remote and sees no other.

resource "aws_iam_role" "this" {
  name                 = var.name
  path                 = "/storefront/"
  description          = "Publishes and rolls out the remote `${var.remote}`"
  assume_role_policy   = var.trust
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary
}

resource "aws_iam_role_policy" "this" {
  name   = "publish-${var.remote}"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "ListItsRemote"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }

  statement {
    sid       = "ReadAndWriteItsRemote"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.bucket_arn}/${var.remote}/*"]
  }

  # `storefront prune`. What it deletes can be brought back: the bucket keeps versions, and those the role cannot touch.
  statement {
    sid       = "PruneItsVersions"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.bucket_arn}/${var.remote}/*/*"]
  }

  statement {
    sid       = "KeepTheRelease"
    effect    = "Deny"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.bucket_arn}/${var.remote}/release.json", "${var.bucket_arn}/${var.remote}/history/*"]
  }
}
