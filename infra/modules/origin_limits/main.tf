# How much one address may ask of the origin, before the origin is asked: its API is open to the world, past the edge and its limits. The feed of the
# edge (`/catalog/…`) is not counted: it wants a secret, and all of the edge comes from few addresses.

resource "aws_wafv2_web_acl" "this" {
  #checkov:skip=CKV_AWS_192:no Java is behind it
  #checkov:skip=CKV2_AWS_31:the origin writes a line a request itself; what is refused here is counted in CloudWatch
  name        = var.name
  description = "Requests per address to ${var.name}"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  # A search costs the most by far; the text comes as `search` or, for suggestions, as `q`. Escaped names are decoded first, as the origin does.
  rule {
    name     = "searches"
    priority = 0

    action {
      block {
        custom_response { response_code = 429 }
      }
    }

    statement {
      rate_based_statement {
        limit                 = var.searches_per_minute
        evaluation_window_sec = 60
        aggregate_key_type    = "IP"

        scope_down_statement {
          or_statement {
            statement {
              byte_match_statement {
                positional_constraint = "CONTAINS"
                search_string         = "search="

                field_to_match {
                  query_string {}
                }

                text_transformation {
                  priority = 0
                  type     = "URL_DECODE"
                }
              }
            }

            statement {
              byte_match_statement {
                positional_constraint = "CONTAINS"
                search_string         = "q="

                field_to_match {
                  query_string {}
                }

                text_transformation {
                  priority = 0
                  type     = "URL_DECODE"
                }
              }
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-searches"
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "requests"
    priority = 1

    action {
      block {
        custom_response { response_code = 429 }
      }
    }

    statement {
      rate_based_statement {
        limit                 = var.requests_per_minute
        evaluation_window_sec = 60
        aggregate_key_type    = "IP"

        scope_down_statement {
          not_statement {
            statement {
              byte_match_statement {
                positional_constraint = "STARTS_WITH"
                search_string         = "/catalog/"

                field_to_match {
                  uri_path {}
                }

                text_transformation {
                  priority = 0
                  type     = "NONE"
                }
              }
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${var.name}-requests"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = var.resource_arn
  web_acl_arn  = aws_wafv2_web_acl.this.arn
}
