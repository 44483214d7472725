//! What is told of requests, by the real Worker: how long they waited, with which versions pages were made, and a line each where that is on.
//! What stands in a line is `edge/tests/observe.test.mjs`'s subject.

use std::time::Duration;

use serde_json::Value;
use storefront_tests::client::{Request, Response};
use storefront_tests::record::Record;
use storefront_tests::server::{Server, Setup, shop};

#[test]
fn an_answer_says_what_it_waited_and_what_it_was_made_with() {
    let page = shop().get("/products");
    let waited =
        |answer: &Response| -> Option<u32> { answer.header("server-timing")?.strip_prefix("edge;dur=")?.parse().ok() };
    // The first page may wait for a release, an API answer for nothing.
    assert!(waited(&page).is_some(), "{page}");
    let list = shop().get("/api/products");
    assert_eq!(waited(&list), Some(0), "{list}");
    let remotes = page.header("x-remotes").expect("a page names the version in its slot");
    assert!(remotes.starts_with("products@"), "{remotes}");
    assert_eq!(shop().get("/").header("x-remotes"), None, "the start page has no slot");
    let file = shop().get("/favicon.ico");
    assert!(waited(&file).is_some(), "{file}");
}

#[test]
fn a_request_is_a_line_in_the_log_where_that_is_on() {
    let setup = Setup { variables: &[("LOG", "requests")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let request =
        Request::get("/products/1?utm_source=letter").header("traceparent", &format!("00-{trace}-b7ad6b7169203331-01"));
    assert_eq!(server.send(&request).status, 200);
    server.expect_output(trace);
    let output = server.output();
    let line = output.lines().find(|line| line.contains(trace)).expect("the line is there");
    let line: Value = serde_json::from_str(line.trim()).expect("a line is JSON");
    assert_eq!((&line["event"], &line["method"]), (&"request".into(), &"GET".into()), "{line}");
    assert_eq!((&line["route"], &line["status"]), (&"product".into(), &200.into()), "{line}");
    assert!(line["remotes"].as_str().is_some_and(|remotes| remotes.starts_with("product-detail@")), "{line}");
    assert!(!output.contains("utm_source\":"), "nothing of the query");
}

#[test]
fn the_origin_is_asked_in_the_trace_of_the_request_that_led_to_it() {
    let record = Record::start(&[]);
    let url = record.url();
    let setup = Setup { variables: &[("ORIGIN_URL", &url), ("ORIGIN_EVERY_MS", "50")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = Request::get("/health").header("traceparent", &format!("00-{trace}-00f067aa0ba902b7-01"));
    // Only a request that comes when the origin is due to be asked leads to a question.
    let asked = (0..200).any(|_| {
        assert_eq!(server.send(&request).status, 200);
        std::thread::sleep(Duration::from_millis(20));
        record.log().contains(trace)
    });
    assert!(asked, "no line of the origin has the trace:\n{}", record.log());
    let log = record.log();
    let line = log.lines().find(|line| line.contains(trace)).expect("the line is there");
    let line: Value = serde_json::from_str(line).expect("a line is JSON");
    assert_eq!((&line["trace"], &line["route"]), (&trace.into(), &"feed".into()), "{line}");
    assert_eq!(line["revision"].as_str(), record.get("/health").header("x-catalog-revision").as_deref(), "{line}");
}
