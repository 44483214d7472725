//! Conditional requests and HEAD: the same facts about every body, with and without the body.
//! Covers pages, API, the shell's files and the remotes by one law each.

use storefront_tests::client::Response;
use storefront_tests::server::shop;

use crate::Faults;
use crate::http::kinds;

/// Headers that belong to one connection or one moment and not to the answer.
const TRANSPORT: [&str; 5] = ["connection", "date", "transfer-encoding", "keep-alive", "server-timing"];

fn facts(answer: &Response) -> Vec<(String, String)> {
    let kept = answer.headers.iter().filter(|(name, _)| !TRANSPORT.contains(&name.as_str()));
    let mut facts: Vec<_> = kept.cloned().collect();
    facts.sort();
    facts
}

#[test]
fn head_has_the_headers_of_get_and_its_length_and_no_body() {
    let mut faults = Faults::default();
    for kind in kinds::all().into_iter().filter(|kind| kind.request.is_get()) {
        let get = shop().send(&kind.request);
        let head = shop().send(&kind.request.clone().method("HEAD"));
        faults.equal(format!("HEAD {} status", kind.request), &head.status, &get.status);
        let mut expect = facts(&get);
        // A redirect's body may be absent altogether; every other answer says how long it would be.
        if get.header("content-length").is_none() && !get.body.is_empty() {
            expect.push(("content-length".to_owned(), get.body.len().to_string()));
            expect.sort();
        }
        faults.equal(format!("HEAD {} headers", kind.request), &facts(&head), &expect);
    }
    faults.report("HEAD is GET without the body (RFC 9110, section 9.3.2)");
}

#[test]
fn every_body_has_a_strong_tag_that_is_the_same_each_time() {
    let mut faults = Faults::default();
    for kind in kinds::content() {
        let first = shop().send(&kind.request);
        let second = shop().send(&kind.request);
        let etag = first.header("etag").unwrap_or_default();
        let strong = etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"');
        faults.expect(strong, || format!("{}: the tag is `{etag}`", kind.request));
        faults.equal(format!("{} asked twice: tag", kind.request), &second.header("etag"), &first.header("etag"));
        faults.expect(first.body == second.body, || format!("{}: asked twice, two bodies", kind.request));
        faults.expect(!first.body.is_empty(), || format!("{}: the body is empty", kind.request));
    }
    faults.report("a tag is made of the content, so same input, same bytes, same tag");
}

#[test]
fn a_known_tag_gets_304_and_any_other_the_body() {
    let mut faults = Faults::default();
    for kind in kinds::content() {
        let full = shop().send(&kind.request);
        let etag = full.header("etag").unwrap_or_default();
        let weak = format!("W/{etag}");
        let listed = format!("\"a,b\", {etag} , \"c\"");
        for condition in [etag.as_str(), &weak, &listed, "*"] {
            for method in ["GET", "HEAD"] {
                let request = kind.request.clone().method(method).header("if-none-match", condition);
                let answer = shop().send(&request);
                faults.equal(format!("{request} status"), &answer.status, &304);
                for name in ["etag", "cache-control", "vary"] {
                    faults.equal(format!("{request} {name}"), &answer.header(name), &full.header(name));
                }
                faults.equal(format!("{request} content-type"), &answer.header("content-type"), &None);
            }
        }
        for condition in ["\"other\"", "W/\"other\"", "nonsense", "\"", ""] {
            let request = kind.request.clone().header("if-none-match", condition);
            let answer = shop().send(&request);
            faults.equal(format!("{request} status"), &answer.status, &200);
            faults.expect(answer.body == full.body, || format!("{request}: another body"));
        }
    }
    faults.report("If-None-Match compares weakly, reads a list and knows `*` (RFC 9110, section 13.1.2)");
}

#[test]
fn a_refusal_stays_a_refusal_under_any_condition() {
    let mut faults = Faults::default();
    for kind in kinds::refusals() {
        let request = kind.request.clone().header("if-none-match", "*");
        faults.equal(&request, &shop().send(&request).status, &kind.status);
    }
    faults.report("a condition is looked at only where the answer would be a 200 (RFC 9110, section 13.2.1)");
}
