//! CORS: the origins whose pages may read the API. None by default, just those of `CORS_ORIGINS` otherwise.
//! The instance with two origins is the production one; pages and files are no part of it.

use storefront_tests::client::Request;
use storefront_tests::server::{PARTNERS, production, shop};

use crate::Faults;

const TARGETS: [&str; 8] = [
    "/api/products",
    "/api/products/1",
    "/api/products/categories",
    "/api/openapi.json",
    "/api/products?page=0",
    "/api/nothing",
    "/api/a%2fb",
    "/health",
];

#[test]
fn a_configured_origin_may_read_every_answer_of_the_api() {
    let mut faults = Faults::default();
    for target in TARGETS {
        for origin in PARTNERS {
            let request = Request::get(target).header("origin", origin);
            let answer = production().send(&request);
            faults.equal(&request, &answer.header("access-control-allow-origin").as_deref(), &Some(origin));
            faults.equal(format!("{request} vary"), &answer.header("vary").as_deref(), &Some("Origin"));
            let credentials = answer.header("access-control-allow-credentials");
            faults.equal(format!("{request} credentials"), &credentials, &None);
            let plain = production().get(target);
            faults.expect(answer.body == plain.body, || format!("{request}: the body depends on the origin"));
            if let Some(etag) = answer.header("etag") {
                let known = production().send(&request.clone().header("if-none-match", &etag));
                faults.equal(format!("{request} with its tag"), &known.status, &304);
                let allowed = known.header("access-control-allow-origin");
                faults.equal(format!("{request} 304"), &allowed.as_deref(), &Some(origin));
            }
        }
    }
    faults.report("without the header on errors and 304s, a partner's script sees a failure instead of the answer");
}

#[test]
fn any_other_origin_may_not() {
    let mut faults = Faults::default();
    for target in TARGETS {
        for origin in [
            "https://evil.example",
            "http://reader.example",
            "https://partner.example:8444",
            "https://reader.example.evil.example",
            "https://evil-reader.example",
            "https://sub.reader.example",
            "https://READER.example",
            "https://reader.example/",
            "null",
            "*",
            "",
        ] {
            let request = Request::get(target).header("origin", origin);
            let answer = production().send(&request);
            faults.equal(&request, &answer.header("access-control-allow-origin"), &None);
            // A cache that kept this answer for a partner would shut the partner out.
            faults.equal(format!("{request} vary"), &answer.header("vary").as_deref(), &Some("Origin"));
        }
        let answer = production().get(target);
        faults.equal(format!("{target} without origin: vary"), &answer.header("vary").as_deref(), &Some("Origin"));
    }
    faults.report("an origin is compared whole; the answer varies on it always");
}

#[test]
fn a_preflight_of_a_configured_origin_is_answered() {
    let mut faults = Faults::default();
    for target in ["/api/products", "/api/products/1", "/health"] {
        let preflight = Request::new("OPTIONS", target)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "if-none-match");
        let answer = production().send(&preflight.clone().header("origin", PARTNERS[0]));
        faults.equal(format!("{target} status"), &answer.status, &204);
        faults.equal(
            format!("{target} origin"),
            &answer.header("access-control-allow-origin").as_deref(),
            &Some(PARTNERS[0]),
        );
        let methods = answer.header("access-control-allow-methods").unwrap_or_default();
        faults.expect(methods.contains("GET") && !methods.contains("PUT"), || format!("{target} allows `{methods}`"));
        let headers = answer.header("access-control-allow-headers").unwrap_or_default();
        faults.expect(headers.eq_ignore_ascii_case("if-none-match"), || format!("{target} allows headers `{headers}`"));
        faults.expect(answer.header("access-control-max-age").is_some(), || format!("{target}: asked for each time"));
        let refused = production().send(&preflight.header("origin", "https://evil.example"));
        faults.equal(format!("{target} for another origin"), &refused.header("access-control-allow-origin"), &None);
        faults.expect(refused.status < 500, || format!("{target} for another origin: {refused}"));
    }
    faults.report("a browser asks before it sends If-None-Match to another origin");
}

#[test]
fn pages_are_nobody_elses() {
    let mut faults = Faults::default();
    for target in ["/", "/products", "/products/1", "/nothing", "/sitemap.xml", "/remotes/products/9.9.9/a.js"] {
        let answer = production().send(&Request::get(target).header("origin", PARTNERS[0]));
        faults.equal(target, &answer.header("access-control-allow-origin"), &None);
    }
    faults.report("CORS_ORIGINS opens the API alone");
}

#[test]
fn without_configured_origins_nobody_may() {
    let mut faults = Faults::default();
    for target in TARGETS {
        for origin in ["https://reader.example", "http://127.0.0.1:8787", "null"] {
            for method in ["GET", "OPTIONS"] {
                let request = Request::new(method, target).header("origin", origin);
                let answer = shop().send(&request);
                let opened = answer.headers.iter().any(|(name, _)| name.starts_with("access-control-"));
                faults.expect(!opened, || format!("{request}: {answer}"));
            }
        }
    }
    faults.report("the default of CORS_ORIGINS is none");
}
