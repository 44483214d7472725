//! The origin of record: the real program `origin`, with a catalog file of its own that a test changes while it runs. What it does is
//! read off its log and its answers. Needs `cargo xtask test programs` to have run.

use std::collections::BTreeMap;
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use catalog::build::{Edition, Options, Products, SearchRules};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::{self, Request, Response};
use crate::{program, read};

/// How long the server may take to do what is waited for. It takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a condition is looked at again.
const POLL: Duration = Duration::from_millis(10);

/// A running server, or one that has ended and can be started again at the same address.
#[derive(Debug)]
pub struct Record {
    folder: TempDir,
    environment: BTreeMap<String, String>,
    /// How many files it may have open, if fewer than this process may.
    open_files: Option<u32>,
    process: Option<Child>,
    address: SocketAddr,
    metrics: SocketAddr,
    /// How many bytes of the log have been waited for.
    read: usize,
}

/// What the program did that ended by itself.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The rules for searches that ship.
const RULES: &str = "catalog/data/search.toml";

/// The records that ship.
pub fn products() -> Vec<Value> {
    serde_json::from_str(&read("catalog/data/products.json")).expect("the catalog that ships is JSON")
}

/// The same with another price of one product, which has no variants: prices of those are their own.
pub fn with_price(id: &str, price: f64) -> Vec<Value> {
    let mut products = products();
    let product = products.iter_mut().find(|product| product["id"] == id).expect("there is such a product");
    assert!(product["variants"].is_null(), "the price of product {id} follows from its variants");
    product["price"] = price.into();
    products
}

/// Records as `catalog::build` reads them, with the rules for searches that ship.
pub fn built(records: &[Value]) -> Products {
    let text = serde_json::to_vec(records).expect("records are JSON");
    let products = Products::read(text.as_slice(), Options::default()).expect("the records are valid");
    products.with_rules(SearchRules::parse(&read(RULES)).expect("the rules that ship are right"))
}

/// What the origin and the edge answer from, once these records have been put into a catalog file.
pub fn edition(records: &[Value]) -> Edition {
    let base = Edition::new(built(&products())).expect("the catalog that ships can be indexed");
    base.next(built(records)).expect("the records can be indexed")
}

/// Runs the program until it ends by itself.
pub fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut command = Command::new(program("origin"));
    command
        .args(arguments)
        .env_clear()
        .env("DATABASE_URL", "none")
        .envs(environment.iter().copied())
        .stdin(Stdio::null());
    let output = command.output().unwrap_or_else(|error| panic!("cannot start `origin`: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
}

impl Record {
    /// Starts a server with these variables over those of a test, and the catalog that ships in its file.
    #[track_caller]
    pub fn start(variables: &[(&str, &str)]) -> Record {
        Record::start_within(None, variables)
    }

    /// The same where the host lets it open so many files and no more.
    #[track_caller]
    pub fn start_within(open_files: Option<u32>, variables: &[(&str, &str)]) -> Record {
        let folder = tempfile::Builder::new().prefix("storefront-record-").tempdir().expect("a folder for the server");
        let mut environment = BTreeMap::from([
            ("PORT".to_owned(), "0".to_owned()),
            ("METRICS_PORT".to_owned(), "0".to_owned()),
            ("CATALOG_POLL_MS".to_owned(), "20".to_owned()),
            // Tests come from one address, and replace files whole.
            ("CATALOG_SETTLE_MS".to_owned(), "0".to_owned()),
            ("SEARCHES_PER_SECOND".to_owned(), "0".to_owned()),
            // Stock is the file's, unless a test names a database.
            ("DATABASE_URL".to_owned(), "none".to_owned()),
            ("CATALOG".to_owned(), folder.path().join("products.json").display().to_string()),
        ]);
        environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut record =
            Record { folder, environment, open_files, process: None, address: nowhere, metrics: nowhere, read: 0 };
        let rules = record.folder.path().join(SearchRules::FILE_NAME);
        std::fs::write(rules, read(RULES)).expect("the rules for searches");
        record.write(&products());
        record.start_again();
        record
    }

    /// Starts it at the address that it had.
    #[track_caller]
    pub fn start_again(&mut self) {
        assert!(self.process.is_none(), "the server runs already");
        if self.address.port() > 0 {
            self.environment.insert("PORT".to_owned(), self.address.port().to_string());
        }
        let log = File::create(self.log_path()).expect("a file for the log");
        let errors = File::create(self.folder.path().join("errors.txt")).expect("a file for errors");
        let mut command = match self.open_files {
            None => Command::new(program("origin")),
            Some(limit) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("ulimit -n {limit} && exec \"$0\"")]).arg(program("origin"));
                shell
            }
        };
        command.env_clear().envs(&self.environment).stdin(Stdio::null()).stdout(log).stderr(errors);
        self.process = Some(command.spawn().unwrap_or_else(|error| panic!("cannot start `origin`: {error}")));
        self.read = 0;
        let line = self.expect_line("\"message\":\"serving\"");
        let address = |name: &str| line[name].as_str().and_then(|address| address.parse().ok()).expect("an address");
        (self.address, self.metrics) = (address("address"), address("metrics"));
    }

    /// The number of its process.
    #[track_caller]
    pub fn id(&self) -> u32 {
        self.process.as_ref().expect("the server runs").id()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its metrics are.
    pub fn metrics_address(&self) -> SocketAddr {
        self.metrics
    }

    /// The same as the edge wants it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its catalog file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("products.json")
    }

    /// Puts other records into the catalog file, at once as a whole.
    pub fn write(&self, records: &[Value]) {
        self.write_text(&serde_json::to_string_pretty(records).expect("records are JSON"));
    }

    /// Puts another text there, likewise.
    pub fn write_text(&self, text: &str) {
        let beside = self.folder.path().join("next.json");
        std::fs::write(&beside, text).expect("the catalog can be written");
        std::fs::rename(&beside, self.path()).expect("the catalog can be replaced");
    }

    /// Puts other records there and waits until they are served.
    #[track_caller]
    pub fn serve(&mut self, records: &[Value]) {
        self.write(records);
        self.expect_line("\"message\":\"catalog loaded\"");
    }

    /// The first line of the log, behind those that were waited for, that has this in it.
    #[track_caller]
    pub fn expect_line(&mut self, part: &str) -> Value {
        let started = now();
        loop {
            let log = self.log();
            let fresh = log.get(self.read..).unwrap_or_default();
            let mut at = self.read;
            for line in fresh.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
                at += line.len();
                if line.contains(part) {
                    self.read = at;
                    return serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON: {error}: {line}"));
                }
            }
            let has_ended = self.process.as_mut().is_none_or(|process| matches!(process.try_wait(), Ok(Some(_))));
            let errors = std::fs::read_to_string(self.folder.path().join("errors.txt")).unwrap_or_default();
            assert!(
                !has_ended && started.elapsed() < PATIENCE,
                "`{part}` is not in the server's log:\n{}\n{errors}",
                self.log()
            );
            std::thread::sleep(POLL);
        }
    }

    /// All it has logged since it was started.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// Sends a request; a server that does not answer fails the test.
    #[track_caller]
    pub fn send(&self, request: &Request) -> Response {
        match client::send(self.address, request) {
            Ok(response) => response,
            Err(reason) => panic!("{request}: no answer: {reason}\n{}", self.log()),
        }
    }

    /// `GET`.
    #[track_caller]
    pub fn get(&self, target: &str) -> Response {
        self.send(&Request::get(target))
    }

    /// What Prometheus would read.
    #[track_caller]
    pub fn metrics(&self) -> String {
        match client::send(self.metrics, &Request::get("/metrics")) {
            Ok(response) => response.text(),
            Err(reason) => panic!("no metrics: {reason}"),
        }
    }

    /// Waits until Prometheus would read this line.
    #[track_caller]
    pub fn expect_metric(&self, line: &str) {
        let started = now();
        while !self.metrics().lines().any(|found| found == line) {
            assert!(started.elapsed() < PATIENCE, "`{line}` is not in:\n{}", self.metrics());
            std::thread::sleep(POLL);
        }
    }

    /// Sends it a signal, such as `TERM`.
    #[track_caller]
    pub fn signal(&self, name: &str) {
        let id = self.id();
        let sent = Command::new("sh").args(["-c", &format!("kill -s {name} {id}")]).status();
        assert!(sent.is_ok_and(|status| status.success()), "cannot send {name}");
    }

    /// Kills it, as the machine would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Waits for its end and gives its exit code.
    #[track_caller]
    pub fn end(&mut self) -> i32 {
        let mut process = self.process.take().expect("the server runs");
        let started = now();
        loop {
            match process.try_wait() {
                Ok(Some(status)) => return status.code().unwrap_or(-1),
                _ if started.elapsed() > PATIENCE => {
                    let _ = process.kill();
                    panic!("the server does not end:\n{}", self.log());
                }
                _ => std::thread::sleep(POLL),
            }
        }
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("log.txt")
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.kill();
    }
}

#[expect(clippy::disallowed_methods, reason = "a limit on waiting needs a clock")]
fn now() -> Instant {
    Instant::now()
}
