//! A server whose every answer a test writes down: a store or a shop that lies, is broken or says hostile things to the command line.
//! One answer a connection, for as long as the value lives; knows no S3.

use std::io::{BufRead as _, BufReader, Write as _};
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
}

/// What is answered to a request, given as `GET /path?query`.
type Script = dyn Fn(&str) -> Answer + Send + Sync;

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
        Answer { status: 200, kind: "application/json", body: body.into() }
    }

    /// Something in XML.
    pub fn xml(status: u16, body: impl Into<String>) -> Answer {
        Answer { status, kind: "application/xml", body: body.into() }
    }
}

impl Canned {
    /// Starts one.
    pub fn start(script: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Canned {
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
    loop {
        let mut field = String::new();
        if reader.read_line(&mut field).ok()? == 0 || field == "\r\n" {
            break;
        }
    }
    let request = line.rsplit_once(' ').map_or(line.as_str(), |(request, _)| request);
    let Answer { status, kind, body } = script(request);
    let head = format!(
        "HTTP/1.1 {status} Canned\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    (&*stream).write_all(head.as_bytes()).ok()?;
    (&*stream).write_all(body.as_bytes()).ok()
}
