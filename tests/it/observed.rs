//! What is told of requests, by the real Worker: how long they waited, with which versions pages were made, and a line each where that is on.
//! What stands in a line is `edge/tests/observe.test.mjs`'s subject.

use serde_json::Value;
use storefront_tests::client::Request;
use storefront_tests::server::{Server, Setup, shop};

#[test]
fn an_answer_says_what_it_waited_and_what_it_was_made_with() {
    let page = shop().get("/products");
    assert_eq!(page.header("server-timing").as_deref(), Some("edge;dur=0"), "{page}");
    let remotes = page.header("x-remotes").expect("a page names the version in its slot");
    assert!(remotes.starts_with("products@"), "{remotes}");
    assert_eq!(shop().get("/").header("x-remotes"), None, "the start page has no slot");
    let file = shop().get("/favicon.ico");
    assert!(file.header("server-timing").is_some_and(|value| value.starts_with("edge;dur=")), "{file}");
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
