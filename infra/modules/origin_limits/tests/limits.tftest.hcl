# Nothing is made: the provider is mocked, and its plan is looked at.
mock_provider "aws" {}

variables {
  name         = "shop-production-origin"
  resource_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop-production-origin/0123456789abcdef"
}

run "an_address_has_two_limits" {
  command = plan

  assert {
    condition     = { for rule in aws_wafv2_web_acl.this.rule : rule.name => rule.statement[0].rate_based_statement[0].limit } == { searches = 120, requests = 1200 }
    error_message = "searches have a limit of their own, below that of all requests"
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this.rule : rule.statement[0].rate_based_statement[0].aggregate_key_type == "IP" && rule.statement[0].rate_based_statement[0].evaluation_window_sec == 60])
    error_message = "an address is counted for a minute"
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this.rule : rule.action[0].block[0].custom_response[0].response_code == 429])
    error_message = "a request beyond the limit is refused with 429"
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this.resource_arn == var.resource_arn
    error_message = "the rules stand before the origin"
  }
}

run "a_search_is_found_by_its_text" {
  command = plan

  assert {
    condition = toset(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [
        for statement in rule.statement[0].rate_based_statement[0].scope_down_statement[0].or_statement[0].statement : statement.byte_match_statement[0].search_string
      ] if rule.name == "searches"
    ])) == toset(["search=", "q="])
    error_message = "listings are searched with `search=`, suggestions are asked for with `q=`"
  }

  assert {
    condition = alltrue(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [
        for statement in rule.statement[0].rate_based_statement[0].scope_down_statement[0].or_statement[0].statement : [for change in statement.byte_match_statement[0].text_transformation : change.type == "URL_DECODE"]
      ] if rule.name == "searches"
    ]))
    error_message = "an escaped name passes no rule by"
  }
}

run "the_feed_of_the_edge_is_not_counted" {
  command = plan

  assert {
    condition = [
      for rule in aws_wafv2_web_acl.this.rule : rule.statement[0].rate_based_statement[0].scope_down_statement[0].not_statement[0].statement[0].byte_match_statement[0].search_string if rule.name == "requests"
    ] == ["/catalog/"]
    error_message = "all locations of the edge come from few addresses"
  }
}

run "searches_are_no_more_than_requests" {
  command = plan
  variables { searches_per_minute = 2000 }
  expect_failures = [var.searches_per_minute]
}

run "a_partner_can_read_the_catalog" {
  command = plan
  variables { requests_per_minute = 50 }
  expect_failures = [var.requests_per_minute]
}
