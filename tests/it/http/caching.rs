//! The responses that caches may keep, which caches, and for how long: one table over every kind of response.
//! Looks at the fields that the Worker sends, not at the behaviour of a cache in front of it.

use storefront_tests::server::shop;

use crate::Faults;
use crate::http::kinds;

#[test]
fn every_answer_has_the_status_the_type_and_the_caching_of_its_kind() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let answer = shop().send(&kind.request);
        faults.equal(&kind.request, &answer.status, &kind.status);
        faults.equal(format!("{} content-type", kind.request), &answer.header("content-type"), &kind.content_type);
        let caching = answer.header("cache-control").unwrap_or_default();
        faults.equal(format!("{} cache-control", kind.request), &caching.as_str(), &kind.cache_control);
    }
    faults.report("`kinds.rs` holds what every kind of answer has to say");
}

#[test]
fn nothing_sets_a_cookie_or_lets_an_answer_depend_on_an_unkeyed_header() {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let answer = shop().send(&kind.request);
        for header in ["set-cookie", "vary", "server", "x-powered-by", "access-control-allow-origin"] {
            let expect = (header == "access-control-allow-origin" && kind.is_shared()).then(|| "*".to_owned());
            faults.equal(format!("{} {header}", kind.request), &answer.header(header), &expect);
        }
    }
    faults.report("without a split, an override or CORS_ORIGINS every visitor gets the same bytes; only a remote's files are for every origin");
}
