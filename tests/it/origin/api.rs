//! The native origin as a host of the API: the corpus, byte for byte, and the fields that the host adds.

use std::io::Read as _;

use storefront_tests::client::Request;
use storefront_tests::corpus;
use storefront_tests::record::{Record, edition, products, with_price};
use storefront_tests::server::PARTNERS;

use crate::api::corpus::compare_all;

fn settings(cors_origins: &[&str]) -> catalog::api::Settings {
    catalog::api::Settings { max_age: 5, ..corpus::settings(cors_origins) }
}

#[test]
fn the_origin_answers_the_corpus_as_the_catalog_does() {
    let record = Record::start(&[]);
    compare_all(&|request| record.send(request), corpus::catalog(), corpus::PATH, &settings(&[]));
}

#[test]
fn so_it_does_with_configured_origins_and_after_a_change_of_the_catalog() {
    let mut record = Record::start(&[("CORS_ORIGINS", &PARTNERS.join(","))]);
    let mut records = with_price("1", 0.99);
    records[1]["stock"] = 0.into();
    records[4]["name"] = "Quokka lamp".into();
    records[5]["description"] = "Says nothing of what it said before.".into();
    record.serve(&records);
    let catalog = edition(&records);
    assert_eq!(catalog.changed(), 4);
    compare_all(&|request| record.send(request), catalog.catalog(), corpus::PATH, &settings(&PARTNERS));
}

#[test]
fn bodies_are_packed_for_those_who_take_it() {
    let record = Record::start(&[]);
    let plain = record.get("/api/products");
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), (None, Some("accept-encoding".to_owned())));
    let gzip = Request::get("/api/products").header("accept-encoding", "br;q=1, gzip;q=0.8");
    for _ in 0..2 {
        let packed = record.send(&gzip);
        assert_eq!(packed.header("content-encoding").as_deref(), Some("gzip"), "{packed}");
        assert_eq!(packed.header("etag"), plain.header("etag").map(|tag| format!("W/{tag}")));
        let mut body = Vec::new();
        flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut body).unwrap();
        assert_eq!(body, plain.body);
        let again = gzip.clone().header("if-none-match", &packed.header("etag").unwrap());
        assert_eq!(record.send(&again).status, 304);
    }
    for refused in ["identity", "gzip;q=0", ""] {
        let answer = record.send(&Request::get("/api/products").header("accept-encoding", refused));
        assert_eq!((answer.header("content-encoding"), &answer.body), (None, &plain.body), "{refused}");
    }
    let small = record.send(&Request::get("/api/products/categories").header("accept-encoding", "gzip"));
    assert_eq!(small.header("content-encoding"), None, "small bodies gain nothing");
}

#[test]
fn every_answer_says_which_catalog_and_request_it_is() {
    let mut record = Record::start(&[]);
    let revision = corpus::catalog().revision().to_owned();
    for target in ["/", "/health", "/health/ready", "/api/products", "/api/products/none", "/nothing", "/catalog/x"] {
        let answer = record.get(target);
        assert_eq!(answer.header("x-catalog-revision").as_ref(), Some(&revision), "{target}");
        assert_eq!(answer.header("x-request-id").map(|id| id.len()), Some(32), "{target}");
        assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"), "{target}");
    }
    let traced = Request::get("/health")
        .header("x-request-id", "order-17")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_eq!(record.send(&traced).header("x-request-id").as_deref(), Some("order-17"));
    let line = record.expect_line("order-17");
    assert_eq!(line["trace"], "4bf92f3577b34da6a3ce929d0e0e4736", "{line}");
    assert_eq!((&line["method"], &line["path"], &line["status"]), (&"GET".into(), &"/health".into(), &200.into()));
    record.get("/api/products?search=something+private");
    let line = record.expect_line("/api/products");
    assert_eq!(line["path"], "/api/products", "what people search for is not logged");
}

#[test]
fn what_is_too_large_or_not_for_here_is_refused_as_a_problem() {
    let record = Record::start(&[]);
    let check = |request: &Request, status: u16, kind: &str| {
        let answer = record.send(request);
        let problem = answer.json();
        assert_eq!((answer.status, &problem["type"]), (status, &kind.into()), "{request}: {answer}");
        assert_eq!(answer.media_type().as_deref(), Some("application/problem+json"), "{request}");
        assert_eq!((&problem["status"], answer.header("cache-control").as_deref()), (&status.into(), Some("no-store")));
    };
    let large = vec![b'x'; 65_537];
    check(&Request::new("POST", "/api/products").body(large), 413, "urn:problem:content-too-large");
    check(&Request::new("POST", "/api/products").body("{}"), 405, "urn:problem:method-not-allowed");
    check(&Request::new("PUT", "/health/ready"), 405, "urn:problem:method-not-allowed");
    check(&Request::new("DELETE", "/catalog/revision"), 405, "urn:problem:method-not-allowed");
}

#[test]
fn metrics_count_what_was_answered() {
    let record = Record::start(&[]);
    for _ in 0..3 {
        record.get("/api/products");
    }
    record.get("/api/products/none");
    let metrics = record.metrics();
    for line in [
        r#"origin_requests_total{route="api",status="200"} 3"#,
        r#"origin_requests_total{route="api",status="404"} 1"#,
        &format!(r#"origin_catalog_revision{{revision="{}"}} 1"#, corpus::catalog().revision()),
        &format!("origin_catalog_products {}", products().len()),
    ] {
        assert!(metrics.contains(line), "`{line}` is not in:\n{metrics}");
    }
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
}
