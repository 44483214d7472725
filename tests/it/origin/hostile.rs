//! Hostile requests to the native origin: framing that two servers could read differently, floods of searches, and questions about its
//! insides. Those to the edge are in `hostile`.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use storefront_tests::client::Request;
use storefront_tests::record::Record;

/// The request that must not be answered: under the right framing it is the content of the one before it.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n";

/// How long a test waits for a server that does not do what it should.
const PATIENCE: Duration = Duration::from_secs(30);

/// All that the server sends until it closes the connection or has nothing more to answer.
fn exchange(record: &Record, bytes: &str) -> String {
    let mut stream = TcpStream::connect(record.address()).expect("the server accepts");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket has timeouts");
    // A server that refuses the head may close before it has read the rest.
    let _ = stream.write_all(bytes.as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn no_request_hides_in_another_one() {
    let record = Record::start(&[]);
    let size = SMUGGLED.len();
    let chunk = format!("{size:x}\r\n{SMUGGLED}\r\n0\r\n\r\n");
    let end = format!("0\r\n\r\n{SMUGGLED}");
    let cases = [
        // Answered once and closed, or refused: what follows is never another request (RFC 9112, section 6.3).
        ("CL and TE, by CL", format!("content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n{end}")),
        ("TE and CL, by TE", format!("transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n{chunk}")),
        ("two lengths", format!("content-length: 5\r\ncontent-length: 6\r\n\r\nhello{SMUGGLED}")),
        ("a list of lengths", format!("content-length: 5, 6\r\n\r\nhello{SMUGGLED}")),
        ("a signed length", format!("content-length: +5\r\n\r\nhello{SMUGGLED}")),
        ("a negative length", format!("content-length: -5\r\n\r\nhello{SMUGGLED}")),
        ("a length beyond 64 bits", format!("content-length: 18446744073709551621\r\n\r\nhello{SMUGGLED}")),
        ("two encodings", format!("transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n{end}")),
        ("an unknown encoding", format!("transfer-encoding: xchunked\r\n\r\n{end}")),
        ("a blank before the colon", format!("transfer-encoding : chunked\r\n\r\n{end}")),
        ("a folded line", format!("x-a: b\r\n content-length: 5\r\n\r\nhello{SMUGGLED}")),
        ("a bad chunk", format!("transfer-encoding: chunked\r\n\r\nzz\r\n{SMUGGLED}")),
        ("NUL in a field", format!("x-a: b\0c\r\n\r\n{SMUGGLED}")),
        // Framed rightly: the content is the content, and is read past.
        ("a content of its length", format!("content-length: {size}\r\n\r\n{SMUGGLED}")),
        ("a content in chunks", format!("transfer-encoding: chunked\r\n\r\n{chunk}")),
    ];
    for method in ["POST", "GET"] {
        for (name, rest) in &cases {
            let answer = exchange(&record, &format!("{method} /api/products/1 HTTP/1.1\r\nhost: x\r\n{rest}"));
            let answers = answer.matches("HTTP/1.1 ").count();
            assert!(answers <= 1, "{method}, {name}: {answers} answers to one request:\n{answer}");
        }
    }
    assert_eq!(record.get("/health").status, 200, "the server is up");
    assert!(!record.log().contains("/smuggled"), "a content was answered as a request:\n{}", record.log());
}

#[test]
fn searches_of_an_address_are_limited_and_nothing_else_is() {
    let record = Record::start(&[("SEARCHES_PER_SECOND", "1")]);
    let searches: Vec<_> = (0..12)
        .map(|number| match number % 2 {
            0 => record.get("/api/products?search=lamp"),
            _ => record.get("/api/products/suggest?q=la"),
        })
        .collect();
    let statuses: Vec<u16> = searches.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses[..2], [200, 200], "two seconds' worth is saved up: {statuses:?}");
    let refused = searches.iter().find(|answer| answer.status != 200).unwrap_or_else(|| panic!("none was refused"));
    assert_eq!((refused.status, refused.json()["type"].as_str()), (429, Some("urn:problem:too-many-requests")));
    assert_eq!(refused.header("retry-after").as_deref(), Some("1"), "{refused}");
    assert_eq!(refused.header("cache-control").as_deref(), Some("no-store"), "{refused}");
    assert_eq!(refused.media_type().as_deref(), Some("application/problem+json"));
    for target in [
        "/api/products",
        "/api/products?search=&category=Lighting",
        "/api/products?search=%20",
        "/api/products/1",
        "/api/products/1?search=lamp",
        "/api/products/categories?q=la",
        "/health",
        "/health/ready",
        "/catalog/revision",
    ] {
        assert_eq!(record.get(target).status, 200, "{target} is no search");
    }
    let description = record.get("/api/openapi.json").json();
    for path in ["/api/products", "/api/products/suggest"] {
        let described = &description["paths"][path]["get"]["responses"][refused.status.to_string()];
        assert!(described.is_object(), "`catalog/src/api/openapi.json` does not describe {} of {path}", refused.status);
    }
    let count = statuses.iter().filter(|status| **status == 429).count();
    assert!(
        record.metrics().contains(&format!("origin_requests_total{{route=\"api\",status=\"429\"}} {count}\n")),
        "{}",
        record.metrics()
    );
    let free = Record::start(&[("SEARCHES_PER_SECOND", "0")]);
    assert!((0..12).all(|_| free.get("/api/products?search=lamp").status == 200), "0 is no limit");
}

/// The fields that an answer of the origin may carry. Another one is a decision: it goes to everybody.
const FIELDS: [&str; 17] = [
    "allow",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "retry-after",
    "server-timing",
    "vary",
    "www-authenticate",
    "x-catalog-base",
    "x-catalog-revision",
    "x-catalog-since",
    "x-content-type-options",
    "x-request-id",
];

#[test]
fn production_answers_hold_the_listed_fields_and_members_alone() {
    let secret = "the-secret-of-this-test";
    let mut record = Record::start(&[("ENVIRONMENT", "production"), ("HOST", "127.0.0.1"), ("ORIGIN_SECRET", secret)]);
    record.write_text("[{\"id\":\"unreleased\",\"price\":\"x\"}]");
    record.expect_line("\"message\":\"catalog refused\"");
    let folder = record.path().parent().expect("a folder").display().to_string();
    for (target, status, members) in [
        ("/", 200, "status version"),
        ("/health", 200, "catalog status version"),
        ("/health/ready", 200, "catalog status"),
        ("/api/products/none", 404, "detail status title type"),
        ("/api/products?page=x", 400, "detail parameter status title type"),
        ("/nothing", 404, "detail status title type"),
        ("/metrics", 404, "detail status title type"),
        ("/catalog/revision", 401, "detail status title type"),
        ("/catalog/snapshot/x", 401, "detail status title type"),
    ] {
        let answer = record.get(target);
        assert_eq!(answer.status, status, "{target}: {answer}");
        let document = answer.json();
        let found: Vec<&str> = document.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert_eq!(found.join(" "), members, "{target}: {answer}\nhint: another member is for everybody to read");
        for (name, _) in &answer.headers {
            assert!(FIELDS.contains(&name.as_str()), "{target}: the field `{name}` is not listed");
        }
        let text = format!("{answer}{}", answer.text());
        for part in [secret, folder.as_str(), "unreleased", "hyper", "axum", "rust", ".rs:", "os error", "panicked"] {
            assert!(!text.contains(part), "{target}: `{part}` is internal: {text}");
        }
    }
    let catalog = record.get("/health/ready").json()["catalog"].clone();
    let found: Vec<&str> = catalog.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    assert_eq!(found, ["base", "changed", "error", "loadedAt", "products", "revision", "since"], "{catalog}");
    // A wrong secret is as good as none.
    let guess = Request::get("/health/ready").header("authorization", "Bearer the-secret-of-another");
    assert!(record.send(&guess).json()["catalog"]["detail"].is_null());
}
