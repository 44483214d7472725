//! Reports of remotes that failed in a browser: accepted, limited, logged as one line, and never able to harm the shop.
//! The flood has an instance of its own, since it uses up what one isolate lets through.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use storefront_tests::bundle;
use storefront_tests::client::{Request, Response};
use storefront_tests::server::{production, shop};

use crate::Faults;
use crate::faults::eventually;
use crate::http::kinds::{NOTHING, PROBLEM};

/// A report of the version that is built with the shop.
pub(crate) fn report(message: &str) -> String {
    let version = bundle::remote("products").version;
    let report = serde_json::json!({
        "remote": "products", "version": version, "kind": "import", "message": message, "page": "/products",
    });
    report.to_string()
}

pub(crate) fn post(body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", "/beacon").header("content-type", "application/json").body(body)
}

#[track_caller]
fn check(request: &Request, status: u16) -> Response {
    let answer = shop().send(request);
    assert_eq!(answer.status, status, "{request}: {answer}");
    assert_eq!(answer.header("cache-control").as_deref(), Some(NOTHING), "{request}: {answer}");
    if status >= 400 {
        assert_eq!(answer.header("content-type").as_deref(), Some(PROBLEM), "{request}: {answer}");
    }
    answer
}

/// One test for all of these: each report that is read takes from the few that an isolate lets through in a burst.
#[test]
fn a_report_is_accepted_and_anything_else_refused_for_its_reason() {
    let answer = check(&post(report("cannot be fetched (test of acceptance)")), 204);
    assert!(answer.body.is_empty(), "{answer}");
    shop().expect_output("cannot be fetched (test of acceptance)");
    // The loader sends it with `sendBeacon` or `fetch`, from a page of the shop.
    let own = post(report("second")).header("sec-fetch-site", "same-origin").header("origin", "http://127.0.0.1:8787");
    check(&own, 204);
    // Media types have no case.
    let shouted = Request::new("POST", "/beacon").header("content-type", "Application/JSON; Charset=UTF-8");
    check(&shouted.body(report("of a type in capitals")), 204);
    shop().expect_output("of a type in capitals");

    check(&post("{}"), 400);
    check(&post("not json"), 400);
    check(&post(""), 400);
    check(&post(report(&"x".repeat(201))), 400);
    check(&post(report("x").replace("import", "other")), 400);
    check(&post(report("x").replace("\"products\"", "\"../x\"")), 400);
    check(&post([0xff, 0xfe, 0x00]), 400);

    let plain = Request::new("POST", "/beacon").header("content-type", "text/plain").body(report("x"));
    check(&plain, 415);
    check(&Request::new("POST", "/beacon").body(report("x")), 415);
    check(&post(report("x")).header("sec-fetch-site", "cross-site"), 403);
    check(&post(report("x")).header("sec-fetch-site", "same-site"), 403);
}

#[test]
fn a_report_that_is_too_large_is_refused_however_it_comes() {
    check(&post(report(&"x".repeat(3000))), 413);
    let undeclared = Request::new("POST", "/beacon").header("content-type", "application/json");
    check(&undeclared.clone().chunked(report(&"x".repeat(3000))), 413);
    check(&undeclared.clone().chunked(report(&"x".repeat(200_000))), 413);
    check(&undeclared.chunked(report("small enough, in chunks")), 204);
}

#[test]
fn only_post_reports() {
    let mut faults = Faults::default();
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
        let request = Request::new(method, "/beacon");
        let answer = shop().send(&request);
        faults.equal(&request, &answer.status, &405);
        faults.equal(format!("{request} allow"), &answer.header("allow").as_deref(), &Some("POST"));
    }
    faults.report("405 names POST");
}

#[test]
fn a_report_cannot_forge_a_line_of_the_log() {
    check(
        &post(report("first line\r\nerror: forged\u{1b}[31m\u{9b}\u{202e}\u{85}\u{2028}\n{\"event\":\"forged\"}")),
        204,
    );
    shop().expect_output("first line");
    let output = shop().output();
    let forged =
        output.lines().any(|line| line.starts_with("error: forged") || line.starts_with("{\"event\":\"forged\""));
    // The runtime colours its own lines with escape sequences; the line of the report is pure.
    let line = output.lines().find(|line| line.contains("first line")).unwrap_or_default();
    let pure =
        line.find("{\"event\"").and_then(|at| line.get(at..)).is_some_and(|json| json.bytes().all(|byte| byte < 0x7f));
    assert!(!forged && pure, "a report wrote lines or signs of its own:\n{output}");
}

#[test]
fn junk_hides_no_report() {
    for _ in 0..60 {
        check(&post("{}".to_owned()), 400);
    }
    check(&post(report("an unknown remote").replace("products", "anything-at-all")), 400);
    check(&post(report("after the junk")), 204);
    shop().expect_output("after the junk");
}

/// A sender that stops in the middle holds its request for some seconds and no longer.
#[test]
fn a_body_that_never_ends_is_given_up() {
    let body = report("never whole");
    let (half, _) = body.split_at(body.len() / 2);
    let head = "POST /beacon HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let mut stream = TcpStream::connect(shop().address()).expect("the server accepts");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket has timeouts");
    write!(stream, "{head}content-length: {}\r\n\r\n{half}", body.len()).expect("half a request");
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).expect("an answer, although the body is not whole");
    assert!(line.starts_with("HTTP/1.1 408 "), "`{line}`: a report's body has five seconds");
    drop(stream);
    assert_eq!(shop().get("/health").status, 200);
}

/// The number of refused reports of a version in the log of [`production`], and that of their lines; waits for as many as expected.
fn counted(version: &str, expect: usize) -> (usize, usize) {
    let start = format!("{{\"event\":\"remote-refused\",\"remote\":\"products\",\"version\":\"{version}\",\"count\":");
    eventually("the refused reports in the log", || {
        let output = production().output();
        let counts: Vec<usize> = output
            .lines()
            .filter_map(|line| line.split_once(start.as_str())?.1.trim_end().strip_suffix('}')?.parse().ok())
            .collect();
        let counted = counts.iter().sum();
        if counted >= expect { Ok((counted, counts.len())) } else { Err(format!("{counted} of {expect}")) }
    })
}

#[test]
fn a_flood_is_turned_away_and_the_shop_stays_up() {
    let answers: Vec<Response> =
        (0..80).map(|number| production().send(&post(report(&format!("flood {number}"))))).collect();
    let accepted = answers.iter().filter(|answer| answer.status == 204).count();
    let refused: Vec<&Response> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert_eq!(accepted + refused.len(), answers.len(), "every answer is 204 or 429");
    assert_eq!(answers.first().map(|answer| answer.status), Some(204), "the first of a flood is still a report");
    assert!(!refused.is_empty(), "80 reports in a row and none was turned away");
    for answer in refused {
        assert!(answer.header("retry-after").is_some(), "a 429 says when to come back: {answer}");
        assert_eq!(answer.header("cache-control").as_deref(), Some(NOTHING), "{answer}");
    }
    // What was turned away is counted, all of it, in few lines.
    let expect = answers.iter().filter(|answer| answer.status == 429).count();
    let version = bundle::remote("products").version;
    let (logged, lines) = counted(&version, expect);
    assert_eq!(logged, expect, "{}", production().output());
    assert!(lines <= 10, "{lines} lines for one flood");
    for target in ["/health", "/", "/products", "/api/products"] {
        assert_eq!(production().get(target).status, 200, "{target} after the flood");
    }
}
