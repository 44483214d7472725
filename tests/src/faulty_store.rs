//! An S3-compatible store inside the test process, which goes wrong on demand in the ways that real ones do, one key at a time.
//! Knows path-style GET alone, one request a connection. Demands that requests are signed; whether a signature is right is for
//! a real server to say.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::object_store::Store;
use crate::object_store_signing::hexadecimal;
use crate::store_clock::{http_date, now_seconds, parse_amz_date};
use crate::store_fault::{Answer, Fault};

/// The key that the Worker is given.
pub const ACCESS_KEY: &str = "test-store-reader";
/// Its secret. Opens nothing.
pub const SECRET_KEY: &str = "not-a-secret-it-opens-nothing-at-all";
/// The region that the Worker is given.
pub const REGION: &str = "test-region-1";

/// What a store may say and a shop must not repeat: every answer carries these.
pub const OWN_HEADERS: [(&str, &str); 12] = [
    ("server", "LeakyStore/1.0"),
    ("x-amz-request-id", "0123456789ABCDEF"),
    ("x-amz-id-2", "host-name-of-the-store"),
    ("x-amz-version-id", "version-of-the-object"),
    ("x-amz-meta-owner", "somebody"),
    ("set-cookie", "store=secret; Path=/"),
    ("access-control-allow-credentials", "true"),
    ("content-disposition", "attachment; filename=store.bin"),
    ("link", "<https://elsewhere.example/>; rel=preload"),
    ("refresh", "0; url=https://elsewhere.example/"),
    ("vary", "x-store-header"),
    ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"),
];

/// How long a client may take to write its request, or to read a piece of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longest head of a request.
const HEAD_LIMIT: usize = 16 * 1024;

/// The SHA-256 of no content, which a signed GET declares.
const EMPTY_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A running store. It stops listening with this value.
#[derive(Debug)]
pub struct FaultyStore {
    address: SocketAddr,
    bucket: String,
    shared: Arc<Shared>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_open: bool,
    objects: BTreeMap<String, Vec<u8>>,
    faults: BTreeMap<String, Fault>,
    seen: BTreeMap<String, Seen>,
    unsigned: Vec<String>,
}

#[derive(Debug, Default)]
struct Seen {
    requests: usize,
    sent: u64,
}

/// A request as far as it concerns a store.
pub(crate) struct Call {
    path: String,
    headers: Vec<(String, String)>,
}

impl FaultyStore {
    /// Starts a store. `bucket` is the name of its bucket, in which `{remote}` stands for a remote's name, as in `REMOTES_BUCKET`.
    pub fn start(bucket: &str) -> FaultyStore {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on loopback");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared::default());
        let thread = listen(&shared, listener);
        FaultyStore { address, bucket: bucket.to_owned(), shared, listener: Mutex::new(Some(thread)) }
    }

    /// The variables that lead a Worker here.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("REMOTES_ENDPOINT", format!("http://{}", self.address)),
            ("REMOTES_BUCKET", self.bucket.clone()),
            ("REMOTES_REGION", REGION.to_owned()),
            ("REMOTES_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
            ("REMOTES_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
        ]
    }

    /// From now on connections are refused.
    pub fn refuse(&self) {
        self.shared.lock().is_open = false;
        // Wakes the thread that waits for a connection, which then ends and takes the listener with it.
        drop(TcpStream::connect(self.address));
        let thread = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            thread.join().expect("the listening thread ends");
        }
    }

    /// From now on connections are accepted again, at the same address.
    pub fn accept(&self) {
        let mut tries = 0;
        let listener = loop {
            match TcpListener::bind(self.address) {
                Ok(listener) => break listener,
                // A connection that is being closed may hold the address for a moment.
                Err(error) => assert!(tries < 100, "cannot listen on {} again: {error}", self.address),
            }
            tries += 1;
            std::thread::sleep(Duration::from_millis(50));
        };
        let thread = listen(&self.shared, listener);
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// Removes an object.
    pub fn remove(&self, remote: &str, key: &str) {
        let path = self.path(remote, key);
        assert!(self.shared.lock().objects.remove(&path).is_some(), "there is no `{path}` to remove");
    }

    /// Requests whose path contains this go wrong from now on.
    pub fn break_it(&self, part: &str, fault: Fault) {
        self.shared.lock().faults.insert(part.to_owned(), fault);
    }

    /// They go right again.
    pub fn mend(&self, part: &str) {
        self.shared.lock().faults.remove(part);
    }

    /// How many requests there were whose path contains this.
    pub fn requests(&self, part: &str) -> usize {
        self.sum(part, |seen| seen.requests)
    }

    /// How many bytes of bodies were sent for paths that contain this.
    pub fn sent(&self, part: &str) -> u64 {
        self.sum(part, |seen| seen.sent)
    }

    /// The requests that were not signed as they should be, and what was missing.
    pub fn unsigned(&self) -> Vec<String> {
        self.shared.lock().unsigned.clone()
    }

    /// The path of an object in its bucket.
    pub fn path(&self, remote: &str, key: &str) -> String {
        format!("/{}/{key}", self.bucket.replace("{remote}", remote))
    }

    fn sum<T: std::iter::Sum>(&self, part: &str, of: impl Fn(&Seen) -> T) -> T {
        self.shared.lock().seen.iter().filter(|(path, _)| path.contains(part)).map(|(_, seen)| of(seen)).sum()
    }
}

impl Store for FaultyStore {
    fn put(&self, remote: &str, key: &str, bytes: &[u8]) {
        self.shared.lock().objects.insert(self.path(remote, key), bytes.to_vec());
    }
}

impl Drop for FaultyStore {
    fn drop(&mut self) {
        self.refuse();
    }
}

/// The tag of these bytes, as a store would make one.
pub(crate) fn etag(bytes: &[u8]) -> String {
    format!("\"{}\"", hexadecimal(&Sha256::digest(bytes)[..16]))
}

fn listen(shared: &Arc<Shared>, listener: TcpListener) -> JoinHandle<()> {
    shared.lock().is_open = true;
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if !shared.lock().is_open {
                return;
            }
            let Ok(stream) = stream else { continue };
            let shared = Arc::clone(&shared);
            // Nobody waits for it: a slow answer may outlive the test that asked for it.
            std::thread::spawn(move || shared.serve(stream));
        }
    })
}

impl State {
    fn fault(&mut self, path: &str) -> Option<Fault> {
        let part = self.faults.keys().find(|part| path.contains(part.as_str()))?.clone();
        match self.faults.get(&part)?.clone() {
            Fault::Once(fault) => {
                self.faults.remove(&part);
                Some(*fault)
            }
            fault => Some(fault),
        }
    }
}

impl Shared {
    /// A test that failed in the middle must not make every other one fail.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: TcpStream) {
        let limits = (stream.set_read_timeout(Some(PATIENCE)), stream.set_write_timeout(Some(PATIENCE)));
        assert!(limits.0.is_ok() && limits.1.is_ok(), "a connection takes limits");
        let Some(call) = Call::read(&mut stream) else { return };
        let (object, fault) = {
            let mut state = self.lock();
            state.seen.entry(call.path.clone()).or_default().requests += 1;
            if let Err(missing) = call.check_signature() {
                state.unsigned.push(format!("{}: {missing}", call.path));
            }
            (state.objects.get(&call.path).cloned(), state.fault(&call.path))
        };
        let answer = match (&fault, call.check_signature()) {
            (Some(fault), Ok(())) => fault.answer(&call, object),
            (None, Ok(())) => Answer::of(&call, object),
            (_, Err(_)) => Answer::refusal(403, Some("AccessDenied")),
        };
        self.write(&mut stream, &call, &answer);
    }

    /// That the client goes away in the middle is one of the things that are tested.
    fn write(&self, stream: &mut TcpStream, call: &Call, answer: &Answer) {
        std::thread::sleep(answer.delay);
        let Some(status) = answer.status else { return };
        let mut head = format!("HTTP/1.1 {status} Something\r\nconnection: close\r\n");
        let date = http_date(now_seconds().saturating_add_signed(answer.clock_ahead));
        let own = OWN_HEADERS.iter().map(|(name, value)| (*name, (*value).to_owned()));
        for (name, value) in own.chain([("date", date)]).chain(answer.body.framing()).chain(answer.headers.clone()) {
            head.extend([name, ": ", &value, "\r\n"]);
        }
        head.push_str("\r\n");
        if stream.write_all(head.as_bytes()).is_err() {
            return;
        }
        answer.body.write(|piece, counts| {
            let is_written = stream.write_all(piece).is_ok();
            if is_written && counts {
                self.lock().seen.entry(call.path.clone()).or_default().sent += piece.len() as u64;
            }
            is_written
        });
        // The client must see the end of what was written rather than a reset.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read(&mut [0]);
    }
}

impl Call {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The time at which the request says that it was signed, in seconds since 1970.
    pub(crate) fn signed_at(&self) -> Option<u64> {
        self.header("x-amz-date").and_then(parse_amz_date)
    }

    fn read(stream: &mut TcpStream) -> Option<Call> {
        let mut bytes = Vec::new();
        let mut piece = [0; 2048];
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            let read = stream.read(&mut piece).ok().filter(|read| *read > 0 && bytes.len() < HEAD_LIMIT)?;
            bytes.extend_from_slice(&piece[..read]);
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let path = lines.next()?.strip_prefix("GET ")?.split(' ').next()?.to_owned();
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        Some(Call { path, headers: headers.collect() })
    }

    /// Whether everything is there that a signature consists of.
    fn check_signature(&self) -> Result<(), String> {
        let header = |name: &str| self.header(name).ok_or_else(|| format!("no `{name}`"));
        let date = header("x-amz-date")?;
        if parse_amz_date(date).is_none() {
            return Err(format!("x-amz-date is `{date}`"));
        }
        let hash = header("x-amz-content-sha256")?;
        if hash != EMPTY_HASH {
            return Err(format!("x-amz-content-sha256 is `{hash}`"));
        }
        let authorization = header("authorization")?;
        let scope = format!("Credential={ACCESS_KEY}/{}/{REGION}/s3/aws4_request", &date[..8]);
        for part in ["AWS4-HMAC-SHA256 ", &scope, "SignedHeaders=host;x-amz-content-sha256;x-amz-date"] {
            if !authorization.contains(part) {
                return Err(format!("no `{part}` in `{authorization}`"));
            }
        }
        let signature = authorization.split_once("Signature=").map(|(_, signature)| signature).unwrap_or_default();
        let is_digest = signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_digest { Ok(()) } else { Err(format!("the signature is `{signature}`")) }
    }
}
