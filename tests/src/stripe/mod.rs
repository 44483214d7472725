//! A double of Stripe on loopback: checkout sessions, payment intents with their charge, refunds, disputes, idempotency keys and signed
//! webhooks, as far as a shop uses them. `tests/stripe/double.mjs` verifies it with the official package. A test drives the shopper's side and
//! the faults; nothing here sends a webhook by itself.
//!
//! | to change | open |
//! | --- | --- |
//! | sessions, charges, refunds | `ledger.rs` |
//! | events, their signature and their delivery | `events.rs` |
//! | the socket, faults | this file |

mod events;
mod ledger;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

pub use crate::stripe::events::{API_VERSION, Event, sign};
use crate::stripe::ledger::{Call, Ledger};

/// The key that the double accepts.
pub const KEY: &str = "sk_test_double";

/// The secret of its webhooks.
pub const WEBHOOK_SECRET: &str = "whsec_double";

/// A fault of the next calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is accepted and closed without a response, and nothing is done.
    Lost,
    /// The call is done, and its response is lost.
    LostAfter,
    /// The call is done, and the response is of status 500.
    FailedAfter,
    /// The connection stays open without a response, and nothing is done.
    Silent,
    /// Nothing is done, and the response is of status 500, which is stored for the key.
    Failed,
    /// The call is done, and the response is of status 500, which is stored for the key.
    FailedForGood,
    /// Nothing is done, and the response is of status 400 with this code.
    Refused(&'static str),
    /// Nothing is done, and the response is of status 409: the key is in use.
    Busy,
}

/// Looks at a call, by its `METHOD PATH`, before and after its effect.
pub type Watch = Box<dyn FnMut(&str, Moment) + Send>;

/// A moment of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It has arrived, and nothing is done.
    Before,
    /// It is done, and nobody has the response.
    After,
}

/// A double that runs as long as the process.
#[derive(Clone)]
pub struct Stripe {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    watch: Arc<Mutex<Option<Watch>>>,
}

impl std::fmt::Debug for Stripe {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stripe").field("address", &self.address).finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Shared {
    ledger: Ledger,
    /// A fault with the beginning of `METHOD PATH` that it strikes, and how often it does.
    faults: Vec<(String, Fault, usize)>,
    /// Connections that stay without a response.
    held: Vec<TcpStream>,
    calls: Vec<String>,
}

impl Stripe {
    /// Starts one on a free port.
    pub fn start() -> Stripe {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port for the double");
        let address = listener.local_addr().expect("the double has an address");
        let stripe = Stripe { address, shared: Arc::default(), watch: Arc::default() };
        let serving = stripe.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let stripe = serving.clone();
                std::thread::spawn(move || stripe.answer(connection));
            }
        });
        stripe
    }

    /// Its address, as `STRIPE_API` has it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets the next calls fail whose `METHOD PATH` begins like this.
    pub fn fail(&self, call: &str, fault: Fault, times: usize) {
        self.lock().faults.push((call.to_owned(), fault, times));
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.lock().faults.clear();
    }

    /// The ids of all sessions.
    pub fn sessions(&self) -> Vec<String> {
        self.lock().ledger.sessions()
    }

    /// The shopper pays at the page of a session. `false` if it is not open.
    pub fn pay(&self, session: &str) -> bool {
        self.lock().ledger.pay(session)
    }

    /// The shopper pays by a bank that takes its time, which then pays or refuses.
    pub fn pay_slowly(&self, session: &str) -> bool {
        self.lock().ledger.pay_slowly(session)
    }

    /// The bank's answer to a slow payment.
    pub fn end_slowly(&self, session: &str, is_paid: bool) {
        self.lock().ledger.end_slowly(session, is_paid);
    }

    /// The session's time is over.
    pub fn expire(&self, session: &str) -> bool {
        self.lock().ledger.expire(session)
    }

    /// A payment arrives at a session that is closed, as it does when both happen at once.
    pub fn pay_late(&self, session: &str) {
        self.lock().ledger.pay_late(session);
    }

    /// The shopper's bank demands the money back.
    pub fn dispute(&self, session: &str) {
        self.lock().ledger.dispute(session);
    }

    /// The number of charges, the money captured and the money refunded, of all sessions.
    pub fn totals(&self) -> (usize, u64, u64) {
        self.lock().ledger.totals()
    }

    /// All events so far, the first one first. Taking them delivers none.
    pub fn events(&self) -> Vec<Event> {
        self.lock().ledger.events()
    }

    /// Staff refund a part of a payment in the dashboard.
    pub fn refund(&self, session: &str, amount: u64) {
        self.lock().ledger.refund_by_hand(session, amount);
    }

    /// A day passes: keys are forgotten, as Stripe forgets them.
    pub fn forget_keys(&self) {
        self.lock().ledger.forget_keys();
    }

    /// Every call so far, as `METHOD PATH`.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// Has somebody look at each call before and after its effect. While it looks, the call waits.
    pub fn watch(&self, watch: Watch) {
        *self.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch);
    }

    fn watched(&self, name: &str, moment: Moment) {
        if let Some(watch) = self.watch.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            watch(name, moment);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut connection: TcpStream) {
        let Some(call) = read(&connection) else { return };
        let name = format!("{} {}", call.method, call.path);
        let mut shared = self.lock();
        shared.calls.push(name.clone());
        let place = shared.faults.iter().position(|(start, _, left)| *left > 0 && name.starts_with(start.as_str()));
        let fault = place.map(|place| {
            shared.faults[place].2 -= 1;
            shared.faults[place].1
        });
        match fault {
            Some(Fault::Lost) => return,
            Some(Fault::Silent) => {
                shared.held.push(connection);
                return;
            }
            _ => {}
        }
        drop(shared);
        self.watched(&name, Moment::Before);
        let mut shared = self.lock();
        let (mut status, mut body, mut is_repeated) = match fault {
            Some(Fault::Failed) => shared.ledger.fail(&call, false),
            Some(Fault::FailedForGood) => shared.ledger.fail(&call, true),
            Some(Fault::Refused(code)) => shared.ledger.refuse(&call, code),
            Some(Fault::Busy) => ledger::refused(409, "idempotency_key_in_use"),
            _ => shared.ledger.call(&call),
        };
        drop(shared);
        self.watched(&name, Moment::After);
        match fault {
            Some(Fault::LostAfter) => return,
            Some(Fault::FailedAfter) => {
                let failed = serde_json::json!({ "error": { "type": "api_error", "message": "failed" } });
                (status, body, is_repeated) = (500, failed, false);
            }
            _ => {}
        }
        write(&mut connection, status, &body, is_repeated);
    }
}

fn write(connection: &mut TcpStream, status: u16, body: &Value, is_repeated: bool) {
    let body = body.to_string();
    let repeated = if is_repeated { "idempotent-replayed: true\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nrequest-id: req_1\r\n{repeated}connection: close\r\n\r\n",
        body.len()
    );
    // The caller may have gone.
    let _ = connection.write_all(format!("{head}{body}").as_bytes());
}

/// Reads a request with a body of a declared length.
fn read(connection: &TcpStream) -> Option<Call> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut key, mut authorization, mut version) = (0, None, String::new(), String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "idempotency-key" => key = Some(value.trim().to_owned()),
            "stripe-version" => value.trim().clone_into(&mut version),
            "authorization" => value.trim().clone_into(&mut authorization),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let text = if method == "GET" { query.to_owned() } else { String::from_utf8(body).ok()? };
    Some(Call { method, path: path.to_owned(), form: ledger::form(&text), key, authorization, version })
}
