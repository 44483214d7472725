//! The traces of the native origin: a collector of this test's takes what the origin exports, which is nothing unless a variable names one.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use storefront_tests::client::Request;
use storefront_tests::record::Record;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The longest time that a test waits for an export.
const PATIENCE: Duration = Duration::from_secs(30);

/// A collector that takes one export: its address, and where the head and the content of that arrive.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, exports) = channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        // A test that has failed reads no more.
        let _ = sender.send(export(&mut stream));
    });
    (endpoint, exports)
}

/// One request to a collector: its head and its content. Answers that all was taken.
fn export(stream: &mut TcpStream) -> (String, Vec<u8>) {
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket has timeouts");
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4_096]);
    loop {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
        let head = end.map(|end| String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase());
        let length =
            head.as_ref().and_then(|head| head.split("content-length: ").nth(1)?.lines().next()?.parse::<usize>().ok());
        if let (Some(end), Some(head), Some(length)) = (end, head, length)
            && bytes.len() >= end + length
        {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").expect("the origin reads the answer");
            return (head, bytes.split_off(end));
        }
        let read = stream.read(&mut chunk).expect("the origin sends its traces");
        assert!(read > 0, "the export ends in its middle: {}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&chunk[..read]);
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(pair).collect()
}

#[test]
fn a_request_is_exported_as_a_span_of_the_callers_trace() {
    let (endpoint, exports) = collector();
    let mut record = Record::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_BSP_SCHEDULE_DELAY", "20")]);
    let request = Request::get("/api/products?search=something+private")
        .header("traceparent", &format!("00-{TRACE}-00f067aa0ba902b7-01"));
    assert_eq!(record.send(&request).status, 200);
    let line = record.expect_line("\"message\":\"request\"");
    let (head, content) = exports.recv_timeout(PATIENCE).expect("the origin exports");
    assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/x-protobuf\r\n"), "{head}");
    let span = line["span"].as_str().expect("a span");
    assert_eq!(line["trace"], TRACE, "{line}");
    for (name, part) in [
        ("the trace", hexadecimal(TRACE)),
        ("the caller's span", hexadecimal("00f067aa0ba902b7")),
        ("the span of the log", hexadecimal(span)),
        ("the service", b"storefront-origin".to_vec()),
        ("the route", b"http.route".to_vec()),
        ("the path", b"/api/products".to_vec()),
        ("the status", b"http.response.status_code".to_vec()),
    ] {
        assert!(holds(&content, &part), "{name} is not in {:?}", String::from_utf8_lossy(&content));
    }
    assert!(!holds(&content, b"private"), "searches are not exported: {:?}", String::from_utf8_lossy(&content));
}

#[test]
fn a_collector_that_is_gone_harms_nothing_and_is_logged() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let endpoint = format!("http://{closed}");
    let mut record = Record::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_BSP_SCHEDULE_DELAY", "20")]);
    assert_eq!(record.get("/api/products").status, 200);
    let line = record.expect_line("\"level\":\"error\"");
    assert!(line["message"].as_str().is_some_and(|message| message.contains("Export")), "{line}");
    assert_eq!(record.get("/api/products/1").status, 200);
    record.signal("TERM");
    assert_eq!(record.end(), 0, "{}", record.log());
}

#[test]
fn the_last_spans_are_exported_at_the_end() {
    let (endpoint, exports) = collector();
    let hour = "3600000";
    let mut record = Record::start(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint), ("OTEL_BSP_SCHEDULE_DELAY", hour)]);
    assert_eq!(record.get("/health").status, 200);
    let line = record.expect_line("\"message\":\"request\"");
    record.signal("TERM");
    let (_, content) = exports.recv_timeout(PATIENCE).expect("the origin exports");
    assert!(holds(&content, &hexadecimal(line["span"].as_str().expect("a span"))), "{line}");
    assert_eq!(record.end(), 0, "{}", record.log());
}
