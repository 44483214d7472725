//! Connections of the native origin: many at once, slow ones, and how all of them end.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use storefront_tests::client::Request;
use storefront_tests::record::{Record, with_price};

/// How long a test waits for a server that does not do what it should.
const PATIENCE: Duration = Duration::from_secs(30);

fn connect(address: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server accepts");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket has timeouts");
    BufReader::new(stream)
}

/// Asks on a connection that stays open. Gives the status and whether the server closes it, or nothing if it had closed it before.
fn ask(connection: &mut BufReader<TcpStream>) -> Option<(u16, bool)> {
    connection.get_mut().write_all(b"GET /api/products/1 HTTP/1.1\r\nhost: x\r\n\r\n").ok()?;
    let mut line = String::new();
    connection.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status line");
    let (mut length, mut closes) = (0, false);
    loop {
        line.clear();
        connection.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let field = line.trim_end().to_ascii_lowercase();
        if field.is_empty() {
            break;
        }
        if let Some(value) = field.strip_prefix("content-length: ") {
            length = value.parse().expect("a length");
        }
        closes |= field == "connection: close";
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).ok()?;
    Some((status, closes))
}

/// The server closes the connection, with or without a refusal.
#[track_caller]
fn expect_end_without_answer(connection: &mut BufReader<TcpStream>) {
    let mut answer = Vec::new();
    if let Err(error) = connection.read_to_end(&mut answer) {
        let is_open = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
        assert!(!is_open, "the server waits for the rest of a head for ever");
    }
    assert!(!String::from_utf8_lossy(&answer).contains(" 200 "), "half a head is answered");
}

#[test]
fn a_thousand_connections_are_held_and_answered() {
    let record = Record::start(&[("LOG", "events")]);
    let mut connections: Vec<_> = (0..1_000).map(|_| connect(record.address())).collect();
    for round in 0..2 {
        for (number, connection) in connections.iter_mut().enumerate() {
            assert_eq!(ask(connection), Some((200, false)), "connection {number}, round {round}");
        }
    }
    assert!(record.metrics().contains("origin_connections 1000"), "{}", record.metrics());
}

#[test]
fn who_comes_when_all_connections_are_taken_waits() {
    let record = Record::start(&[("MAX_CONNECTIONS", "1")]);
    let mut first = connect(record.address());
    assert_eq!(ask(&mut first), Some((200, false)));
    let mut second = connect(record.address());
    second.get_mut().write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    assert_eq!(ask(&mut first), Some((200, false)), "the first one goes on");
    drop(first);
    let mut answer = String::new();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[test]
fn a_server_that_is_told_to_end_drops_no_request() {
    let mut record = Record::start(&[("LOG", "events")]);
    let (answered, dropped) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let is_over = AtomicBool::new(false);
    let address = record.address();
    let code = std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    // Once the server has ended nobody connects any more: what was not accepted was not asked.
                    let Ok(stream) = TcpStream::connect(address) else { return };
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    let mut connection = BufReader::new(stream);
                    for request in 0..1_000 {
                        match ask(&mut connection) {
                            Some((200, closes)) => {
                                answered.fetch_add(1, Ordering::Relaxed);
                                if closes {
                                    break;
                                }
                            }
                            // A connection that the system took over, and nobody behind it, has carried no request yet.
                            None if request == 0 => break,
                            other => {
                                dropped.fetch_add(1, Ordering::Relaxed);
                                assert_eq!(other, None, "every answer is one");
                                break;
                            }
                        }
                    }
                }
            });
        }
        while answered.load(Ordering::Relaxed) < 2_000 {
            std::thread::yield_now();
        }
        record.signal("TERM");
        let code = record.end();
        is_over.store(true, Ordering::Relaxed);
        code
    });
    assert_eq!((code, dropped.load(Ordering::Relaxed)), (0, 0), "{}", record.log());
    assert!(record.log().contains("\"message\":\"ended\""), "{}", record.log());
}

#[test]
fn open_connections_are_told_and_closed() {
    let mut record = Record::start(&[]);
    let (mut busy, mut idle) = (connect(record.address()), connect(record.address()));
    assert_eq!((ask(&mut busy), ask(&mut idle)), (Some((200, false)), Some((200, false))));
    record.signal("TERM");
    record.expect_line("\"message\":\"draining\"");
    assert_eq!(ask(&mut busy), Some((200, true)), "answered, and told to come no more");
    assert_eq!(idle.read(&mut [0]).unwrap(), 0, "closed without an answer that nobody asked for");
    assert_eq!(record.end(), 0);
}

#[test]
fn who_takes_too_long_is_cut_off() {
    let record = Record::start(&[("HEADER_TIMEOUT_MS", "200"), ("WRITE_TIMEOUT_MS", "200")]);
    let mut slow = connect(record.address());
    slow.get_mut().write_all(b"GET /health HTTP/1.1\r\nhost:").unwrap();
    expect_end_without_answer(&mut slow);
    let mut deaf = connect(record.address());
    let request = b"GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n";
    // As many as it takes until the server cannot write any more; the last ones may find a closed connection.
    let _ = (0..20_000).all(|_| deaf.get_mut().write_all(request).is_ok());
    record.expect_metric("origin_connections 0");
}

#[test]
fn what_cannot_end_in_time_is_cut_off_and_said() {
    let mut record = Record::start(&[("DRAIN_MS", "300"), ("HEADER_TIMEOUT_MS", "60000")]);
    let mut half = connect(record.address());
    assert_eq!(ask(&mut half), Some((200, false)));
    half.get_mut().write_all(b"GET /health HTTP/1.1\r\n").unwrap();
    record.signal("TERM");
    assert_eq!(record.end(), 1);
    assert!(record.log().contains("\"message\":\"ended with connections cut off\""), "{}", record.log());
}

#[test]
fn a_flood_of_the_metrics_takes_no_connection_of_the_api() {
    let mut record = Record::start_within(Some(256), &[("LOG", "events")]);
    let mut held: Vec<_> = (0..300).map(|_| connect(record.metrics_address())).collect();
    for connection in &mut held {
        connection.get_mut().write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n").expect("half a head is taken");
    }
    // A new connection each: every one of them is another open file.
    for _ in 0..40 {
        assert_eq!(record.get("/health").status, 200, "{}", record.log());
    }
    record.serve(&with_price("1", 12.5));
    assert_eq!(record.get("/api/products/1").json()["data"]["price"], 12.5);
    drop(held);
    let metrics = record.metrics();
    assert!(metrics.contains("origin_connections_refused_total{port=\"api\",reason=\"system\"} 0"), "{metrics}");
}

#[test]
fn the_metrics_have_limits_of_their_own() {
    let record = Record::start(&[("HEADER_TIMEOUT_MS", "200")]);
    let mut slow = connect(record.metrics_address());
    slow.get_mut().write_all(b"GET /metrics HTTP/1.1\r\nhost:").expect("half a head is taken");
    expect_end_without_answer(&mut slow);
}

#[test]
fn an_address_has_half_of_the_connections_of_the_metrics() {
    let record = Record::start(&[]);
    // Half of the sixteen: the rest is for another address.
    let mut held: Vec<_> = (0..8).map(|_| connect(record.metrics_address())).collect();
    assert!(held.iter_mut().all(|held| held.get_mut().write_all(b"GET /metrics HTTP/1.1\r\n").is_ok()));
    let mut ninth = String::new();
    connect(record.metrics_address()).read_to_string(&mut ninth).expect("an answer");
    assert!(ninth.starts_with("HTTP/1.1 503 ") && ninth.contains("urn:problem:unavailable"), "{ninth}");
    drop(held);
    // The last line of an answer that is one: until the server has seen that those eight are gone, further ones are refused too.
    record.expect_metric("# EOF");
    let refused = "origin_connections_refused_total{port=\"metrics\",reason=\"address\"} ";
    let count = record.metrics().lines().find_map(|line| line.strip_prefix(refused)?.parse::<u32>().ok());
    assert!(count.is_some_and(|count| count > 0), "{count:?} were refused");
}

#[test]
fn an_address_has_its_share_of_the_connections_and_no_more() {
    let record = Record::start(&[("MAX_CONNECTIONS", "64"), ("MAX_CONNECTIONS_PER_ADDRESS", "3")]);
    let mut held: Vec<_> = (0..3).map(|_| connect(record.address())).collect();
    for connection in &mut held {
        assert_eq!(ask(connection), Some((200, false)));
    }
    let mut answer = String::new();
    connect(record.address()).read_to_string(&mut answer).expect("an answer");
    let (fields, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(fields.starts_with("HTTP/1.1 503 ") && fields.contains("\r\nretry-after: 1\r\n"), "{answer}");
    assert!(fields.contains(&format!("\r\ncontent-length: {}", body.len())), "{answer}");
    let problem: serde_json::Value = serde_json::from_str(body).expect("a problem is JSON");
    assert_eq!(problem["status"], 503, "{answer}");
    for line in [
        "origin_connections 3",
        "origin_connections_accepted_total{port=\"api\"} 3",
        "origin_connections_refused_total{port=\"api\",reason=\"address\"} 1",
        "origin_connections_limit 64",
    ] {
        record.expect_metric(line);
    }
    drop(held);
    record.expect_metric("origin_connections 0");
    assert_eq!(record.get("/health").status, 200, "there is room again");
}

#[test]
fn connections_that_the_host_has_no_room_for_stop_the_start() {
    let record = Record::start_within(Some(256), &[]);
    let limit = record.metrics().lines().find_map(|line| line.strip_prefix("origin_connections_limit ")?.parse().ok());
    assert!(limit.is_some_and(|limit: u32| (1..256).contains(&limit)), "{limit:?} of 256 open files");
    let script = "ulimit -n 256 && MAX_CONNECTIONS=256 DATABASE_URL=none PORT=0 METRICS_PORT=0 exec \"$0\"";
    let program = storefront_tests::program("origin");
    let ended = std::process::Command::new("/bin/sh").args(["-c", script]).arg(program).output().expect("a shell");
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{errors}");
    assert!(errors.starts_with("error: MAX_CONNECTIONS was refused: 256 connections and "), "{errors}");
}

#[test]
fn a_head_has_the_length_that_is_documented() {
    let record = Record::start(&[]);
    let of = |bytes: usize| {
        let request = Request::get("/health").header("x-filler", &"f".repeat(bytes));
        storefront_tests::client::send(record.address(), &request).map(|answer| answer.status)
    };
    assert_eq!(of(32_000).ok(), Some(200));
    for bytes in [32 * 1024, 40_000, 60_000] {
        // The answer may be lost where the connection is closed on what is still being sent.
        assert!(matches!(of(bytes), Ok(431) | Err(_)), "a head of {bytes} bytes is taken");
    }
    assert_eq!(record.get("/health").status, 200);
}
