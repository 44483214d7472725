# The bucket of one remote: its versions, which never change, and its release, which is replaced only by who has read it.
# Private: only the Worker's identity and the remote's publisher have a policy that names it.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:every write is in CloudTrail, and reads are the Worker's alone; access logs would cost more than the bucket
  #checkov:skip=CKV_AWS_144:a version can be published again from its commit, and the Worker carries one of its own
  #checkov:skip=CKV_AWS_145:what is in it is sent to every browser; a key of its own would put a charge and a right on each read
  #checkov:skip=CKV2_AWS_62:nothing waits for an event; the Worker asks for the release
  bucket        = var.name
  force_destroy = var.force_destroy
  tags          = { Remote = var.remote }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# Current objects stay for ever. What was replaced or deleted can be brought back for `noncurrent_days`.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "drop-what-was-replaced"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.this.json

  depends_on = [aws_s3_bucket_public_access_block.this]
}

module "guard" {
  source = "../bucket_guard"

  arn = aws_s3_bucket.this.arn
}

data "aws_iam_policy_document" "this" {
  source_policy_documents = [module.guard.json]

  # Whatever tool it is: an object of a version, or of the history, is written once. S3 itself refuses a write that does not say
  # `If-None-Match`, so not even `aws s3 cp` can replace a published file.
  statement {
    sid           = "VersionsAreWrittenOnce"
    effect        = "Deny"
    actions       = ["s3:PutObject"]
    not_resources = ["${aws_s3_bucket.this.arn}/${var.remote}/release.json"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Null"
      variable = "s3:if-none-match"
      values   = ["true"]
    }
  }

  # The release is created with `If-None-Match` and replaced with `If-Match`, never blindly.
  statement {
    sid       = "ReleaseIsExchanged"
    effect    = "Deny"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this.arn}/${var.remote}/release.json"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Null"
      variable = "s3:if-match"
      values   = ["true"]
    }

    condition {
      test     = "Null"
      variable = "s3:if-none-match"
      values   = ["true"]
    }
  }
}
