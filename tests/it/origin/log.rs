//! The origin's log under requests and catalogs that want to forge or flood it. The line of an honest request is the subject of `api.rs`.

use storefront_tests::client::{self, Request};
use storefront_tests::record::Record;

#[test]
fn a_line_of_the_log_is_ascii_and_short_whatever_is_asked_for() {
    let mut record = Record::start(&[]);
    let mut longest = b"/".to_vec();
    longest.extend(b"a".repeat(254));
    longest.extend("\u{e9}".as_bytes());
    longest.extend(b"TAIL".repeat(1_500));
    let requests = [
        (Request::get("/\u{9b}31mRED\u{202e}\u{2028}x"), "RED"),
        (Request::get(longest), "aaaa"),
        (Request::new(&"A".repeat(8_000), "/the-long-method"), "the-long-method"),
        (Request::get("/with-id").header("x-request-id", "\u{9b}31m\u{202e}"), "with-id"),
        (Request::get("/with-trace").header("traceparent", "00-\u{202e}-1-01"), "with-trace"),
    ];
    for (request, part) in requests {
        // Whether it is answered or refused is not the question here.
        let _ = client::send(record.address(), &request);
        let line = record.expect_line(part);
        let text = record.log().lines().find(|line| line.contains(part)).unwrap_or_default().to_owned();
        assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text:?}\nhint: `log.rs` writes ASCII alone");
        assert!(text.len() < 1_000, "a line of {} bytes: {text}", text.len());
        assert!(line["method"].as_str().is_some_and(|method| method.len() <= 16), "{line}");
        assert!(line["path"].as_str().is_some_and(|path| path.chars().count() <= 256), "{line}");
    }
    let shown = record.log();
    let line = shown.lines().find(|line| line.contains("RED")).expect("the line of the first request");
    let value: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
    assert_eq!(value["path"], "/\u{9b}31mRED\u{202e}\u{2028}x", "escapes keep the meaning");
}

#[test]
fn a_refused_catalog_forges_no_line() {
    let mut record = Record::start(&[]);
    record.write_text("[{\"id\":\"a\\u009b31m\\u001b[2J\\u202e\\nerror: forged\"}]");
    let line = record.expect_line("\"message\":\"catalog refused\"");
    assert!(line["error"].as_str().is_some_and(|error| error.contains("a\\u{9b}31m\\u{1b}[2J\\u{202e}")), "{line}");
    assert!(record.log().bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')), "{}", record.log());
}
