//! Engines in the runtime that serves the shop: a bare workerd for each, asked over a connection of its own, and timed from here.
//! The cost around a response is measured by requests for nothing, and subtracted.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::queries::Question;
use super::timing::{Figures, median};

/// The most that an engine may take to get ready with its first request.
const PATIENCE: Duration = Duration::from_secs(400);

/// Pause between two tries to reach a server that starts.
const PAUSE: Duration = Duration::from_millis(1);

/// The programs and settings of this run.
pub(super) struct Runtime<'a> {
    pub(super) workerd: &'a Path,
    /// Where the Workers' files lie.
    pub(super) folder: &'a Path,
    pub(super) compatibility_date: &'a str,
}

/// A workerd that ends with this value.
pub(super) struct Worker {
    child: Child,
    port: u16,
    /// A request that asks nothing takes so long.
    surroundings: Duration,
}

impl Runtime<'_> {
    /// Starts a Worker of modules: name, kind as workerd calls it, and file. The first one is the Worker itself.
    pub(super) fn start(&self, modules: &[(&str, &str, &str)]) -> Result<Worker> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr())?.port();
        let mut list = String::new();
        for (name, kind, file) in modules {
            let _ = write!(list, "(name = \"{name}\", {kind} = embed \"{file}\"), ");
        }
        let text = format!(
            "using Workerd = import \"/workerd/workerd.capnp\";\n\
             const config :Workerd.Config = (\n  services = [(name = \"main\", worker = .worker)],\n  \
             sockets = [(name = \"http\", address = \"127.0.0.1:{port}\", http = (), service = \"main\")]\n);\n\
             const worker :Workerd.Worker = (modules = [{list}], compatibilityDate = \"{}\");\n",
            self.compatibility_date
        );
        let config = self.folder.join("search.capnp");
        std::fs::write(&config, text).with_context(|| format!("cannot write `{}`", config.display()))?;
        let mut command = Command::new(self.workerd);
        command.arg("serve").arg(&config).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.spawn().with_context(|| format!("cannot start `{}`", self.workerd.display()))?;
        let mut worker = Worker { child, port, surroundings: Duration::ZERO };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = worker.child.try_wait().context("cannot watch workerd")? {
                bail!("workerd ended with {status}");
            }
            if start.elapsed() > PATIENCE {
                bail!("workerd does not answer on port {port}");
            }
            std::thread::sleep(PAUSE);
        }
        Ok(worker)
    }

    /// How long the shop's own Worker takes from its start to the whole of its first answer.
    pub(super) fn first_answer(&self, modules: &[(&str, &str, &str)], address: &str) -> Result<Duration> {
        let start = Instant::now();
        let worker = self.start(modules)?;
        worker.exchange(&format!("GET {address} HTTP/1.1\r\n"), "")?;
        Ok(start.elapsed())
    }
}

impl Worker {
    /// Makes the engine ready. Returns how long it took.
    pub(super) fn prepare(&mut self) -> Result<Duration> {
        let start = Instant::now();
        self.answer(&json!({ "times": 0 }), 0)?;
        let took = start.elapsed();
        self.surroundings = median(|times| {
            let start = Instant::now();
            for _ in 0..times {
                self.answer(&json!({}), 0)?;
            }
            Ok(start.elapsed())
        })?;
        Ok(took)
    }

    /// The figures of some questions, in the way that `describe` gives for each.
    pub(super) fn ask(&self, questions: &[Question], describe: impl Fn(&Question) -> Value) -> Result<Option<Figures>> {
        let mut medians = Vec::new();
        for question in questions {
            let described = describe(question);
            medians.push(median(|times| {
                let start = Instant::now();
                self.answer(&described, times)?;
                Ok(start.elapsed().saturating_sub(self.surroundings))
            })?);
        }
        Ok(Figures::of(medians))
    }

    /// What the process has in memory, in bytes; `None` where the system does not say it as Linux does.
    pub(super) fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
    }

    fn answer(&self, question: &Value, times: u32) -> Result<()> {
        let mut question = question.clone();
        if let Some(fields) = question.as_object_mut() {
            fields.insert("times".to_owned(), times.into());
        }
        self.exchange("POST / HTTP/1.1\r\n", &question.to_string())
    }

    /// One request on a connection of its own, and the whole of its answer.
    fn exchange(&self, line: &str, body: &str) -> Result<()> {
        let port = self.port;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).context("cannot reach workerd")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let length = body.len();
        let request =
            format!("{line}host: 127.0.0.1:{port}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).context("no whole answer")?;
        if !answer.starts_with(b"HTTP/1.1 200 ") {
            bail!("the engine failed: {}", String::from_utf8_lossy(&answer));
        }
        Ok(())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself; either way nothing of it stays.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
