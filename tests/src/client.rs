//! HTTP/1.1 over a plain socket: the bytes of a test go out as they are, hostile paths and broken requests included.
//! One request a connection; understands lengths and chunks, follows no redirect, decompresses nothing.

use std::fmt;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long a server may stay silent in the middle of an answer. Far beyond any answer, so only a hang reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request as it will be written.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: Vec<u8>,
    host: Option<String>,
    headers: Vec<(String, String)>,
    body: Body,
}

/// An answer as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The content, out of its chunks.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub struct NoAnswer(String);

#[derive(Clone, Debug)]
enum Body {
    None,
    Sized(Vec<u8>),
    Chunked(Vec<u8>),
}

impl Request {
    /// A request with any method and target.
    pub fn new(method: &str, target: impl AsRef<[u8]>) -> Request {
        Request {
            method: method.to_owned(),
            target: target.as_ref().to_vec(),
            host: None,
            headers: Vec::new(),
            body: Body::None,
        }
    }

    /// `GET`.
    pub fn get(target: impl AsRef<[u8]>) -> Request {
        Request::new("GET", target)
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with another `Host` than the server's own address.
    #[must_use]
    pub fn host(mut self, host: &str) -> Request {
        self.host = Some(host.to_owned());
        self
    }

    /// The same with another method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Request {
        method.clone_into(&mut self.method);
        self
    }

    /// The same with a body whose length is declared.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = Body::Sized(body.into());
        self
    }

    /// The same with a body in chunks, whose length the server cannot know beforehand.
    #[must_use]
    pub fn chunked(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = Body::Chunked(body.into());
        self
    }

    /// Whether this asks for content, and so has a counterpart in `HEAD`.
    pub fn is_get(&self) -> bool {
        self.method == "GET"
    }

    /// The bytes on the wire.
    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let mut bytes = self.method.clone().into_bytes();
        bytes.push(b' ');
        bytes.extend_from_slice(&self.target);
        bytes.extend_from_slice(b" HTTP/1.1\r\nhost: ");
        bytes.extend_from_slice(self.host.clone().unwrap_or_else(|| address.to_string()).as_bytes());
        bytes.extend_from_slice(b"\r\nconnection: close\r\n");
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        match &self.body {
            Body::None => bytes.extend_from_slice(b"\r\n"),
            Body::Sized(body) => {
                bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
                bytes.extend_from_slice(body);
            }
            Body::Chunked(body) => {
                bytes.extend_from_slice(b"transfer-encoding: chunked\r\n\r\n");
                for chunk in body.chunks(1000) {
                    bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    bytes.extend_from_slice(chunk);
                    bytes.extend_from_slice(b"\r\n");
                }
                bytes.extend_from_slice(b"0\r\n\r\n");
            }
        }
        bytes
    }
}

impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = String::from_utf8_lossy(&self.target);
        // A hostile target may be longer than anybody wants to read in a report.
        let shown: String = target.chars().take(120).collect();
        write!(formatter, "{} {shown}", self.method)?;
        if shown.len() < target.len() {
            write!(formatter, "… ({} bytes)", self.target.len())?;
        }
        for (name, value) in &self.headers {
            write!(formatter, " [{name}: {}]", value.chars().take(80).collect::<String>())?;
        }
        self.host.iter().try_for_each(|host| write!(formatter, " [host: {host}]"))
    }
}

impl Response {
    /// The value of a header; several of one name are joined by commas.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect();
        if values.is_empty() { None } else { Some(values.join(", ")) }
    }

    /// The same without what it took, which is another each time.
    #[must_use]
    pub fn timeless(mut self) -> Response {
        self.headers.retain(|(name, _)| name != "server-timing");
        self
    }

    /// The media type alone.
    pub fn media_type(&self) -> Option<String> {
        self.header("content-type").map(|value| value.split(';').next().unwrap_or_default().trim().to_owned())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap_or_else(|_| panic!("the body is not UTF-8: {self}"))
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("the body is not JSON: {error}\n{self}"))
    }
}

/// Status, headers and the beginning of the body: what a person wants to see of an answer that was not expected.
impl fmt::Display for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(formatter, "{name}: {value}")?;
        }
        let text = String::from_utf8_lossy(&self.body);
        write!(formatter, "\n{}", text.chars().take(600).collect::<String>())
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl NoAnswer {
    fn new(reason: impl fmt::Display) -> NoAnswer {
        NoAnswer(reason.to_string())
    }
}

/// Sends a request and reads the answer until the server closes the connection.
pub fn send(address: SocketAddr, request: &Request) -> Result<Response, NoAnswer> {
    let mut stream = TcpStream::connect(address).map_err(NoAnswer::new)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(NoAnswer::new)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(NoAnswer::new)?;
    // A server may refuse a body before it has read all of it; then writing fails, and the answer is there all the same.
    let written = stream.write_all(&request.bytes(address));
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            return Err(NoAnswer(format!("silent for {} s after {} bytes", PATIENCE.as_secs(), bytes.len())));
        }
        Err(error) if bytes.is_empty() => {
            return Err(NoAnswer(format!("{error} (writing the request: {written:?})")));
        }
        _ => {}
    }
    parse(&bytes, request.method == "HEAD")
}

fn parse(bytes: &[u8], is_head: bool) -> Result<Response, NoAnswer> {
    let split = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let split = split.ok_or_else(|| NoAnswer(format!("no end of the headers in {} bytes", bytes.len())))?;
    let head = String::from_utf8_lossy(&bytes[..split]);
    let rest = &bytes[split + 4..];
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| NoAnswer(format!("no status in `{head}`")))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut response = Response { status, headers, body: Vec::new() };
    let length = response.header("content-length").map(|length| length.parse::<usize>());
    if is_head || matches!(status, 204 | 304) {
        // Anything that follows would be read as the next answer by a client that keeps its connection.
        if !rest.is_empty() {
            return Err(NoAnswer(format!("{} bytes follow an answer that has no body:\n{response}", rest.len())));
        }
    } else if response.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        response.body = join_chunks(rest)?;
    } else if let Some(length) = length {
        let length = length.map_err(NoAnswer::new)?;
        if rest.len() != length {
            return Err(NoAnswer(format!("{} bytes came, {length} were announced:\n{response}", rest.len())));
        }
        response.body = rest.to_vec();
    } else {
        response.body = rest.to_vec();
    }
    Ok(response)
}

fn join_chunks(mut rest: &[u8]) -> Result<Vec<u8>, NoAnswer> {
    let broken = || NoAnswer::new("the chunks of the body are cut off");
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n").ok_or_else(broken)?;
        let size = std::str::from_utf8(&rest[..end]).ok().and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
        let size = size.ok_or_else(broken)?;
        rest = &rest[end + 2..];
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(rest.get(..size).ok_or_else(broken)?);
        rest = rest.get(size + 2..).ok_or_else(broken)?;
    }
}

#[cfg(test)]
mod tests {
    use super::{Request, parse};

    #[track_caller]
    fn check(bytes: &str, is_head: bool, expect: Result<(u16, &str), &str>) {
        match (parse(bytes.as_bytes(), is_head), expect) {
            (Ok(response), Ok((status, body))) => {
                assert_eq!((response.status, response.text().as_str()), (status, body), "{bytes:?}");
            }
            (Err(reason), Err(part)) => assert!(reason.to_string().contains(part), "{bytes:?}: {reason}"),
            (found, expect) => panic!("{bytes:?}: found {found:?}, expected {expect:?}"),
        }
    }

    #[test]
    fn bodies_end_where_they_say() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, Ok((200, "ok")));
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", false, Err("2 bytes came, 3 were announced"));
        check(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n",
            false,
            Ok((200, "ok!")),
        );
        check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", false, Err("cut off"));
        check("HTTP/1.1 200 OK\r\n\r\nuntil the end", false, Ok((200, "until the end")));
    }

    #[test]
    fn some_answers_have_no_body() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", true, Ok((200, "")));
        check("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n", false, Ok((304, "")));
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true, Err("2 bytes follow"));
        check("HTTP/1.1 204 No Content\r\n\r\nx", false, Err("1 bytes follow"));
        check("nonsense", false, Err("no end of the headers"));
    }

    #[test]
    fn a_request_goes_out_as_it_was_written() {
        let request = Request::get("/a/../%2f\\").host("evil.example").header("X-A", "b").chunked("hello");
        let address = "127.0.0.1:1".parse().expect("an address");
        let expect = "GET /a/../%2f\\ HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\nX-A: b\r\n\
                      transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&request.bytes(address)), expect);
    }
}
