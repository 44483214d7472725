//! Connections of the native origin: many at once, slow ones, and how all of them end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use storefront_tests::record::Record;

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
    let mut answer = Vec::new();
    // Closed, with or without a refusal.
    let _ = slow.read_to_end(&mut answer);
    assert!(!String::from_utf8_lossy(&answer).contains(" 200 "));
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
