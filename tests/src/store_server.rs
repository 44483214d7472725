//! An S3 server of somebody else's (`s3s-fs`) on this machine, for the operators' command line: it enforces signatures, does one
//! request after the other, counts them, and can stop answering at any one of them or at all, refuse a part of its keys, and be wrong
//! about the time. Stores files in a folder that goes with it.
//!
//! `s3s-fs` looks at the condition of a write and then writes, in two steps. Here a lock is held around each request, so that of two
//! writes with the same condition exactly one is done; and a request that has arrived whole is done even if its sender is gone.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::store_clock::{http_date, now_seconds};

/// The key that opens it.
pub const ACCESS_KEY: &str = "operator-of-the-tests";
/// Its secret.
pub const SECRET_KEY: &str = "no-secret-at-all-it-opens-a-folder-of-the-tests";

/// How long a stop may be waited for. Far beyond what it takes, so only a fault reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. It ends with this value.
#[derive(Debug)]
pub struct StoreServer {
    address: SocketAddr,
    folder: TempDir,
    bucket: String,
    shared: Arc<Shared>,
    stops: Mutex<Receiver<String>>,
    _runtime: Runtime,
}

/// Where at a request the server stops answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nothing of the request is done.
    Before,
    /// The request is done, but its answer is not sent.
    After,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Held around each request.
    turn: tokio::sync::Mutex<()>,
    stopped: Sender<String>,
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<String>,
    stop: Option<(usize, Stop)>,
    hangs: bool,
    /// What its keys may not begin with.
    denied: Option<String>,
    /// The seconds by which its clock is ahead.
    ahead: i64,
}

impl StoreServer {
    /// Starts one with a bucket.
    pub fn start(bucket: &str) -> StoreServer {
        let folder = tempfile::Builder::new().prefix("storefront-store-").tempdir().expect("a folder for the store");
        fs::create_dir(folder.path().join(bucket)).expect("a folder for the bucket");
        let files = FileSystem::new(folder.path()).expect("the folder is there");
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        // Its answers can be wrong about the time, and whoever believes them signs by it.
        let mut config = S3Config::default();
        config.presigned_url_max_skew_time_secs = u32::MAX;
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
        let service = builder.build();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime for the store");
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port for the store");
        let address = listener.local_addr().expect("a listener has an address");
        let (stopped, stops) = channel();
        let shared = Arc::new(Shared { state: Mutex::default(), turn: tokio::sync::Mutex::default(), stopped });
        runtime.spawn(accept(listener, service, Arc::clone(&shared)));
        StoreServer { address, folder, bucket: bucket.to_owned(), shared, stops: Mutex::new(stops), _runtime: runtime }
    }

    /// The address of its S3 API.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its bucket.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Adds another bucket.
    pub fn add_bucket(&self, bucket: &str) {
        fs::create_dir(self.folder.path().join(bucket)).expect("a folder for the bucket");
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        let mut state = self.state();
        (state.requests, state.stop) = (Vec::new(), None);
    }

    /// Answers nothing any more, or everything again.
    pub fn hang(&self, hangs: bool) {
        self.state().hangs = hangs;
    }

    /// Refuses keys that begin so, and a list that shows them, as it does to keys of another remote.
    pub fn deny(&self, prefix: &str) {
        self.state().denied = Some(prefix.to_owned());
    }

    /// Sets its clock ahead by so many seconds, or back.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.state().ahead = seconds;
    }

    /// The requests since, as `PUT products/release.json`.
    pub fn requests(&self) -> Vec<String> {
        self.state().requests.clone()
    }

    /// Stops answering at the request of this number, beginning with 1 from now on. All others are answered.
    pub fn stop_at(&self, number: usize, stop: Stop) {
        let mut state = self.state();
        (state.requests, state.stop) = (Vec::new(), Some((number, stop)));
    }

    /// Waits until it has stopped, and says at which request.
    pub fn stopped(&self) -> String {
        let stops = self.stops.lock().unwrap_or_else(PoisonError::into_inner);
        stops.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the request to stop at did not come"))
    }

    /// All objects of its bucket, by key.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.folder.path().join(&self.bucket), "", &mut found);
        found
    }

    /// An object of its bucket.
    pub fn object(&self, key: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.path().join(&self.bucket).join(key)).ok()
    }

    /// Writes an object as a hand in the bucket would: without a condition.
    pub fn write(&self, key: &str, bytes: &[u8]) {
        let file = self.folder.path().join(&self.bucket).join(key);
        fs::create_dir_all(file.parent().expect("a key is in the bucket")).expect("a folder in the bucket");
        fs::write(file, bytes).expect("a file in the bucket");
    }

    /// Removes an object.
    pub fn remove(&self, key: &str) {
        fs::remove_file(self.folder.path().join(&self.bucket).join(key)).expect("the object is there");
    }

    /// Removes everything from its bucket.
    pub fn clear(&self) {
        let bucket = self.folder.path().join(&self.bucket);
        fs::remove_dir_all(&bucket).expect("the bucket is there");
        fs::create_dir(&bucket).expect("a folder for the bucket");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Shared {
    /// A test that failed in the middle must not make every other one fail.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, and says whether it is the one to stop at.
    fn count(&self, line: &str) -> Option<Stop> {
        let mut state = self.state();
        state.requests.push(line.to_owned());
        let number = state.requests.len();
        state.stop.filter(|(at, _)| *at == number).map(|(_, stop)| stop)
    }

    fn refuses(&self, line: &str) -> bool {
        let (_, key) = line.split_once(' ').unwrap_or_default();
        // A list of everything has no prefix, so its line is that of the bucket.
        self.state().denied.as_ref().is_some_and(|denied| key.is_empty() || key.starts_with(denied.as_str()))
    }

    /// What its answers carry as their time, if it is not the right one.
    fn date(&self) -> Option<String> {
        let ahead = self.state().ahead;
        (ahead != 0).then(|| http_date(now_seconds().saturating_add_signed(ahead)))
    }

    async fn stop(&self, line: String) {
        // Nobody may be waiting for it any more.
        let _ = self.stopped.send(line);
        std::future::pending::<()>().await;
    }
}

async fn accept(listener: TcpListener, service: S3Service, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (service, shared) = (service.clone(), Arc::clone(&shared));
        let answer = service_fn(move |request| answer(request, service.clone(), Arc::clone(&shared)));
        // That the client goes away in the middle is one of the things that are tested.
        tokio::spawn(async move { http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await });
    }
}

async fn answer(
    request: Request<Incoming>,
    service: S3Service,
    shared: Arc<Shared>,
) -> Result<Response<s3s::Body>, Infallible> {
    let line = line(&request);
    let stop = shared.count(&line);
    if shared.state().hangs {
        std::future::pending::<()>().await;
    }
    if shared.refuses(&line) {
        return Ok(denied());
    }
    if stop == Some(Stop::Before) {
        shared.stop(line.clone()).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Ok(refusal(400)) };
    let request = Request::from_parts(parts, s3s::Body::from(body.to_bytes()));
    // A task of its own is not given up when the connection ends: half a write is not what a store does.
    let doing = Arc::clone(&shared);
    let done = tokio::spawn(async move {
        let _turn = doing.turn.lock().await;
        service.call(request).await
    });
    let answer = done.await.ok().and_then(Result::ok);
    if stop == Some(Stop::After) {
        shared.stop(line).await;
    }
    let mut answer = answer.unwrap_or_else(|| refusal(500));
    if let Some(date) = shared.date() {
        answer.headers_mut().insert("date", date.parse().expect("a date is a header"));
    }
    Ok(answer)
}

/// The method and the key without its bucket; a list has its prefix instead.
fn line(request: &Request<Incoming>) -> String {
    let path = request.uri().path().trim_start_matches('/');
    let (_, key) = path.split_once('/').unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    match query.split('&').find_map(|part| part.strip_prefix("prefix=")) {
        Some(prefix) => format!("LIST {}", prefix.replace("%2F", "/")),
        None => format!("{} {key}", request.method()),
    }
}

fn denied() -> Response<s3s::Body> {
    let text = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>not for you</Message></Error>";
    let mut answer = Response::new(s3s::Body::from(text.to_owned()));
    *answer.status_mut() = 403.try_into().expect("a status");
    answer
}

fn refusal(status: u16) -> Response<s3s::Body> {
    let mut answer = Response::new(s3s::Body::empty());
    *answer.status_mut() = status.try_into().expect("a status");
    answer
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the bucket is there").filter_map(Result::ok) {
        let key = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{key}/"), found);
        } else if let Ok(bytes) = fs::read(entry.path()) {
            found.insert(key, bytes);
        }
    }
}
