//! Requests whose end two readers could see in different places: the shop answers none of what hides behind one (ASVS 4.2.1).
//! Frames are the runtime's to read; this says that the shop may rely on it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use storefront_tests::server::shop;

use crate::Faults;

/// What is hidden, and what only its answer would have.
const HIDDEN: &str = "GET /robots.txt HTTP/1.1\r\nhost: x\r\n\r\n";
const TELLTALE: &str = "Disallow: /beacon";

/// Sends bytes, then an honest request that closes the connection, and reads what comes.
fn send(bytes: &str) -> String {
    let mut stream = TcpStream::connect(shop().address()).expect("the server accepts");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket has timeouts");
    let honest = "GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    // A server that has seen enough closes before it has read all.
    drop(stream.write_all(format!("{bytes}{honest}").as_bytes()));
    drop(stream.shutdown(std::net::Shutdown::Write));
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "no end after {} bytes: {error}", answer.len());
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn nothing_hides_behind_a_request_with_two_ends() {
    let chunks = format!("0\r\n\r\n{HIDDEN}");
    let long = chunks.len();
    let mut faults = Faults::default();
    for method in ["POST /beacon", "GET /products"] {
        let frame = |fields: &str, body: &str| {
            format!("{method} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{fields}\r\n{body}")
        };
        for (what, bytes) in [
            (
                "length, then chunks",
                frame(&format!("content-length: {long}\r\ntransfer-encoding: chunked\r\n"), &chunks),
            ),
            (
                "chunks, then length",
                frame(&format!("transfer-encoding: chunked\r\ncontent-length: {long}\r\n"), &chunks),
            ),
            (
                "two lengths, the short one first",
                frame(&format!("content-length: 0\r\ncontent-length: {}\r\n", HIDDEN.len()), HIDDEN),
            ),
            (
                "two lengths, the long one first",
                frame(&format!("content-length: {}\r\ncontent-length: 0\r\n", HIDDEN.len()), HIDDEN),
            ),
            ("a list of lengths", frame(&format!("content-length: 0, {}\r\n", HIDDEN.len()), HIDDEN)),
            ("a signed length", frame("content-length: +0\r\n", HIDDEN)),
            (
                "a coding that nobody knows",
                frame(&format!("transfer-encoding: xchunked\r\ncontent-length: {long}\r\n"), &chunks),
            ),
            ("chunks that are not the last coding", frame("transfer-encoding: chunked, identity\r\n", &chunks)),
            (
                "chunks, then nothing, and a length",
                frame(
                    &format!("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\ncontent-length: {long}\r\n"),
                    &chunks,
                ),
            ),
            (
                "a blank before the colon",
                frame(&format!("transfer-encoding : chunked\r\ncontent-length: {long}\r\n"), &chunks),
            ),
            ("a chunk with a bad length", frame("transfer-encoding: chunked\r\n", &format!("zz\r\n{chunks}"))),
        ] {
            let answer = send(&bytes);
            let first: String = answer.chars().take(300).collect();
            faults.expect(!answer.contains(TELLTALE), || {
                format!("{method}, {what}: the hidden request was answered, after {first}")
            });
        }
    }
    let health = shop().get("/health");
    faults.equal("/health afterwards", &health.status, &200);
    // The same bytes do ask for the file where they are a request.
    faults.expect(send(HIDDEN).contains(TELLTALE), || "the hidden request is none".to_owned());
    faults.report(
        "a request with two lengths, or a length and chunks, is refused or ends its connection (RFC 9112, section 6.3)",
    );
}
