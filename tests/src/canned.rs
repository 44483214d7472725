//! A server whose every response a test writes down: a store or a shop that lies, is broken or sends hostile texts to the command line.
//! One response a connection, for as long as the value lives; knows no S3.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The media type.
    pub kind: &'static str,
    /// The body.
    pub body: String,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Method and target: `GET /path?query`.
    pub line: String,
    /// The header fields with their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The content, where its length is declared.
    pub body: Vec<u8>,
}

/// The answer to each request.
type Script = dyn Fn(&Asked) -> Answer + Send + Sync;

/// A running server.
#[derive(Debug)]
pub struct Canned {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Answer {
    /// A document in JSON.
    pub fn json(body: impl Into<String>) -> Answer {
        Answer { status: 200, kind: "application/json", body: body.into(), headers: Vec::new() }
    }

    /// Something in XML.
    pub fn xml(status: u16, body: impl Into<String>) -> Answer {
        Answer { status, kind: "application/xml", body: body.into(), headers: Vec::new() }
    }
}

impl Asked {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Canned {
    /// Starts one that answers by method and target alone.
    pub fn start(script: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Canned {
        Canned::start_with(move |asked| script(&asked.line))
    }

    /// Starts one that answers by the whole head of a request.
    pub fn start_with(script: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Canned {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port for the server");
        let address = listener.local_addr().expect("a listener has an address");
        let ends = Arc::new(AtomicBool::new(false));
        let (script, ending): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&ends));
        let accepting = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ending.load(Ordering::Acquire) {
                    return;
                }
                let script = Arc::clone(&script);
                // Whoever goes away in the middle is not missed.
                thread::spawn(move || answer(&stream, &*script));
            }
        });
        Canned { address, ends, accepting: Some(accepting) }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Release);
        // Wakes the one who accepts.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn answer(stream: &TcpStream, script: &Script) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut field = String::new();
        if reader.read_line(&mut field).ok()? == 0 || field == "\r\n" {
            break;
        }
        if let Some((name, value)) = field.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut content = vec![0; length.unwrap_or_default()];
    reader.read_exact(&mut content).ok()?;
    let line = line.rsplit_once(' ').map_or(line.as_str(), |(request, _)| request).to_owned();
    let Answer { status, kind, body, headers } = script(&Asked { line, headers, body: content });
    let mut further = String::new();
    for (name, value) in headers {
        further.extend([name, ": ", &value, "\r\n"]);
    }
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Canned\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{further}connection: close\r\n\r\n"
    );
    (&*stream).write_all(head.as_bytes()).ok()?;
    (&*stream).write_all(body.as_bytes()).ok()
}
