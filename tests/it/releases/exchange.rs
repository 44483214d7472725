//! What edge and origin say to each other about checkouts and orders: a server between them that writes it down, and one that plays it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use storefront_tests::client::{self, Request};

/// The fields of a request that are part of the exchange; the secret is each deployment's own.
const FIELDS: [&str; 3] = ["content-type", "x-checkout-key", "x-order-key"];

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    /// Those of [`FIELDS`] that it has.
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: String,
}

/// A request with the response to it.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    pub(super) asked: Asked,
    pub(super) status: u16,
    pub(super) body: Value,
}

/// A server in the place of an origin. It ends with the process of the tests.
#[derive(Debug)]
pub(super) struct Stand {
    address: SocketAddr,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Stand {
    /// Hands everything on to an origin, and writes down what is about checkouts and orders.
    pub(super) fn recording(origin: SocketAddr, secret: &'static str) -> Stand {
        Stand::start(Vec::new(), move |asked, exchanges| {
            let request = asked.request(secret);
            let Ok(response) = client::send(origin, &request) else { return (502, Value::Null) };
            let body = serde_json::from_slice(&response.body).unwrap_or_default();
            if asked.is_of_a_checkout() {
                locked(exchanges).push(Exchange { asked, status: response.status, body: Value::clone(&body) });
            }
            (response.status, body)
        })
    }

    /// Answers each request with the next exchange that began with the same one.
    pub(super) fn playing(exchanges: Vec<Exchange>) -> Stand {
        Stand::start(exchanges, |asked, exchanges| {
            let mut left = locked(exchanges);
            let is_same = |known: &Exchange| known.asked.method == asked.method && known.asked.path == asked.path;
            match left.iter().position(is_same) {
                Some(place) => {
                    let played = left.remove(place);
                    (played.status, played.body)
                }
                // Before a checkout there is, an edge asks whether there is an origin.
                None if asked.path == "/health/ready" => (200, json!({})),
                None => (404, Value::Null),
            }
        })
    }

    fn start(
        exchanges: Vec<Exchange>,
        answer: impl Fn(Asked, &Mutex<Vec<Exchange>>) -> (u16, Value) + Send + Sync + 'static,
    ) -> Stand {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        let address = listener.local_addr().expect("it has an address");
        let exchanges = Arc::new(Mutex::new(exchanges));
        let (kept, answer) = (Arc::clone(&exchanges), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                // Whoever goes away in the middle is not missed.
                std::thread::spawn(move || serve(&stream, |asked| answer(asked, &kept)).ok());
            }
        });
        Stand { address, exchanges }
    }

    /// The address as the edge wants it.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was written down, or is left to play.
    pub(super) fn exchanges(&self) -> Vec<Exchange> {
        locked(&self.exchanges).clone()
    }
}

fn locked(exchanges: &Mutex<Vec<Exchange>>) -> MutexGuard<'_, Vec<Exchange>> {
    exchanges.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Asked {
    fn is_of_a_checkout(&self) -> bool {
        self.path.starts_with("/checkouts") || self.path.starts_with("/orders")
    }

    /// The request as it is sent.
    pub(super) fn request(&self, secret: &str) -> Request {
        let request = Request::new(&self.method, &self.path).header("authorization", &format!("Bearer {secret}"));
        let request = self.fields.iter().fold(request, |request, (name, value)| request.header(name, value));
        if self.body.is_empty() { request } else { request.body(self.body.clone()) }
    }
}

impl Exchange {
    /// The exchanges of a file.
    pub(super) fn read_all(text: &str) -> Vec<Exchange> {
        let document: Value = serde_json::from_str(text).expect("a file of exchanges is JSON");
        document.as_array().expect("a list").iter().map(Exchange::read).collect()
    }

    fn read(value: &Value) -> Exchange {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = value["fields"].as_object().expect("fields").iter();
        let body = &value["body"];
        Exchange {
            asked: Asked {
                method: text(&value["method"]),
                path: text(&value["path"]),
                fields: fields.map(|(name, value)| (name.clone(), text(value))).collect(),
                body: if body.is_null() { String::new() } else { body.to_string() },
            },
            status: value["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status"),
            body: value["answer"].clone(),
        }
    }

    /// The text of a file.
    pub(super) fn write_all(exchanges: &[Exchange]) -> String {
        let documents: Vec<Value> = exchanges.iter().map(Exchange::write).collect();
        serde_json::to_string_pretty(&documents).expect("JSON") + "\n"
    }

    fn write(&self) -> Value {
        let Asked { method, path, fields, body } = &self.asked;
        let fields: serde_json::Map<String, Value> =
            fields.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        json!({ "method": method, "path": path, "fields": fields, "body": body, "status": self.status, "answer": self.body })
    }
}

/// Answers one request of a connection.
fn serve(stream: &TcpStream, answer: impl FnOnce(Asked) -> (u16, Value)) -> std::io::Result<()> {
    let (mut lines, mut out) = (BufReader::new(stream), stream.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    lines.read_line(&mut line)?;
    let mut parts = line.split(' ').map(str::to_owned);
    let (method, path) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut fields = Vec::new();
    loop {
        line.clear();
        lines.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        if name == "content-length" {
            length = value.parse().unwrap_or_default();
        }
        if FIELDS.contains(&name.as_str()) {
            fields.push((name, value));
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body)?;
    let asked = Asked { method, path, fields, body: String::from_utf8_lossy(&body).into_owned() };
    let (status, body) = answer(asked);
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    let body = body.to_string();
    write!(
        out,
        "HTTP/1.1 {status} As recorded\r\ncontent-type: {kind}\r\ncache-control: private, no-store\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
