# Where the images of the origin of record are kept.

resource "aws_ecr_repository" "this" {
  #checkov:skip=CKV_AWS_51:fixed, but where App Runner watches a tag that moves; deployments are found by their digest
  #checkov:skip=CKV_AWS_136:the image is built from a public source and holds no secret; AES-256 at rest is on
  name                 = var.name
  image_tag_mutability = var.moving_tag ? "MUTABLE" : "IMMUTABLE"
  force_delete         = var.force_delete

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "AES256"
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "keep the newest ${var.kept} images"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.kept }
      action       = { type = "expire" }
    }]
  })
}
