//! The API's answers in full, for a few requests whose every byte matters, and for any request at all.

use std::fmt::Write as _;

use catalog::api::{self, PROBLEMS, Settings, owns, problem};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use web::{ETag, Method, Problem, ProblemKind, Request};

use crate::{CATALOG, SETTINGS, answer, get, request};

/// Status, header fields and body as one text.
fn full(request: &Request<'_>) -> String {
    let reply = answer(&CATALOG, request);
    let mut text = format!("{}\n", reply.status);
    for (name, value) in reply.headers() {
        let _ = writeln!(text, "{name}: {value}");
    }
    text + "\n" + core::str::from_utf8(&reply.body).expect("the body is UTF-8")
}

#[test]
fn whole_replies() {
    let replies: Vec<String> = [
        "GET /api/products?category=Kitchen&pageSize=2&include=facets",
        "GET /api/products?search=zzz&include=facets",
        "GET /api/products/7",
        "GET /api/products/nothing",
        "GET /api/products/facets",
        "GET /api/products/categories",
        "GET /api/products/suggest?q=caf",
        "GET /api/products?page=0",
        "GET /api/nothing",
        "HEAD /api/products/7",
        "OPTIONS /api/products",
        "POST /api/products",
        "GET /health",
    ]
    .into_iter()
    .map(|line| {
        let (method, target) = line.split_once(' ').unwrap();
        format!("> {line}\n{}", full(&request(method, target)))
    })
    .collect();
    insta::assert_snapshot!(replies.join("\n\n"));
}

#[test]
fn a_configured_reader_may_read_and_ask_ahead() {
    let fields = [("origin", "https://reader.example")];
    let reader = |method| request(method, "/api/products/007").with(&fields);
    insta::assert_snapshot!(format!("{}\n\n{}", full(&reader("OPTIONS")), full(&reader("GET"))));
}

#[test]
fn without_configured_origins_nothing_varies_by_origin() {
    let settings = Settings::default();
    for origin in [None, Some("https://reader.example"), Some("null"), Some("")] {
        let fields: Vec<(&str, &str)> = origin.map(|origin| ("origin", origin)).into_iter().collect();
        let fields = fields.as_slice();
        let reply = api::answer(&CATALOG, &settings, &request("GET", "/api/products").with(&fields));
        assert!(reply.fields.is_empty(), "{reply:?}");
    }
}

#[test]
fn the_host_sets_how_long_products_stay_fresh() {
    let settings = Settings { max_age: 5, ..Settings::default() };
    let control = |target| api::answer(&CATALOG, &settings, &request("GET", target)).cache_control.value();
    assert_eq!(control("/api/products"), "public, max-age=5, stale-while-revalidate=600");
    assert_eq!(control("/api/openapi.json"), "public, max-age=300");
    assert_eq!(control("/health"), "no-store");
}

#[test]
fn the_api_owns_its_paths_and_no_others() {
    for path in ["/api", "/api/", "/api/products", "/api/x/y", "/health"] {
        assert!(owns(path), "{path}");
    }
    for path in ["", "/", "/apis", "/API/products", "/health/", "/healthz", "/products", "api", "//api"] {
        assert!(!owns(path), "{path}");
    }
}

#[test]
fn hosts_refuse_with_the_same_documents() {
    for kind in PROBLEMS {
        let (name, title, status) = kind.facts();
        let refusal = Problem::new(kind, "the URL has at most `8000` characters");
        let reply = problem(&refusal, &SETTINGS, &request("GET", "/api"));
        let body = crate::json(&reply);
        assert_eq!((reply.status, reply.cache_control.value().as_ref()), (status, "no-store"));
        assert_eq!(body["type"], name);
        assert_eq!(body["title"], title);
        assert_eq!(body["status"], status);
        assert_eq!(reply.field("allow").is_some(), kind == ProblemKind::MethodNotAllowed);
    }
}

#[test]
fn tags_compare_weakly() {
    let tag = ETag::of(b"body");
    let strong = tag.as_str();
    assert_eq!(strong.len(), 34);
    assert_ne!(tag, ETag::of(b"other body"));
    let inner = strong.trim_matches('"');
    for matching in [
        strong.to_owned(),
        format!("W/{strong}"),
        format!("\"a,b\" , {strong}"),
        format!(",,{strong},"),
        " * ".to_owned(),
    ] {
        assert!(tag.matches(&matching), "{matching}");
    }
    for other in [
        String::new(),
        "\"\"".to_owned(),
        inner.to_owned(),
        format!("w/{strong}"),
        format!("\"{inner}"),
        format!("{inner}\""),
        format!("\"a{inner}\""),
        format!("x, {strong}"),
        "\"x\", *".to_owned(),
        "\"\\\"".to_owned(),
    ] {
        assert!(!tag.matches(&other), "{other}");
    }
}

#[test]
fn paths_are_never_decoded() {
    for path in ["/api/products/%31", "/api/products/", "/api/products/é", ""] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    for path in ["/api/products/1%2f", "/api/products/..", "/api//products", "/api/products/%zz", "/api/products/\\1"] {
        assert_eq!(get(path).status, 400, "{path}");
    }
    assert_eq!(get(&format!("/api/products?search={}", "a".repeat(8_200))).status, 414);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_request_is_answered(
        method in prop::sample::select(vec!["GET", "HEAD", "OPTIONS", "POST", ""]),
        path in "(/api/products|/api/products/|/api/products/suggest|/api|/health|)[ -~é\\x00]{0,12}",
        query in "((category|minPrice|maxPrice|inStock|search|page|pageSize|sort|include|q|x)?=?(\\PC|%[0-9a-fA-F]{2}|[0-9.+%&=]){0,12}&?){0,5}",
        if_none_match in any::<Option<String>>(),
        origin in any::<Option<String>>(),
    ) {
        let fields = [("if-none-match", if_none_match.as_deref().unwrap_or("")), ("origin", origin.as_deref().unwrap_or(""))];
        let request = Request::new(Method::parse(method), &path, &query).with(&fields);
        let reply = answer(&CATALOG, &request);
        assert!(matches!(reply.status, 200 | 204 | 304 | 400 | 404 | 405));
        assert!(reply.headers().count() >= 2);
        if !reply.body.is_empty() {
            crate::json(&reply);
        }
        assert_eq!(reply, answer(&CATALOG, &request));
    }
}
