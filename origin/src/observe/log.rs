//! The log: a JSON object a line on standard output. Lines go through a bounded queue to a thread of their own, so that a slow reader of
//! the output slows no request; what does not fit is counted, and the next line says how many are missing.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::{Map, Value};
use web::foreign::ascii_json;

/// How many lines may wait.
const QUEUE: usize = 8_192;

/// Where lines go.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    queue: SyncSender<Message>,
    lost: Arc<AtomicU64>,
    logs_requests: bool,
}

#[derive(Debug)]
enum Message {
    Line(Vec<u8>),
    /// Everything before it is to be written, and then this told.
    Flush(SyncSender<()>),
}

/// Something that happened once.
#[derive(Debug)]
pub(crate) struct Event(Map<String, Value>);

/// A request that was answered.
#[derive(Debug, Serialize)]
pub(crate) struct Answered<'a> {
    pub(crate) method: &'a str,
    /// What it is counted by in the metrics.
    pub(crate) route: &'a str,
    /// Without the query, which may hold what a person typed.
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) bytes: u64,
    pub(crate) microseconds: u64,
    /// Which catalog was answered from.
    pub(crate) revision: &'a str,
    pub(crate) request: &'a str,
    pub(crate) trace: &'a str,
    pub(crate) span: &'a str,
}

#[derive(Serialize)]
struct Line<'a, T> {
    time: String,
    level: &'static str,
    message: &'a str,
    #[serde(flatten)]
    fields: &'a T,
}

impl Log {
    /// Begins to write to standard output.
    pub(crate) fn start(logs_requests: bool) -> io::Result<Log> {
        let (queue, lines) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let missing = Arc::clone(&lost);
        std::thread::Builder::new().name("log".to_owned()).spawn(move || write(&lines, &missing))?;
        Ok(Log { queue, lost, logs_requests })
    }

    pub(crate) fn event(&self, event: Event) {
        let Event(mut fields) = event;
        let level = if fields.remove("level") == Some(Value::from("error")) { "error" } else { "info" };
        let message = fields.remove("message");
        self.line(level, message.as_ref().and_then(Value::as_str).unwrap_or_default(), &fields);
    }

    pub(crate) fn request(&self, answered: &Answered<'_>) {
        if self.logs_requests {
            self.line("info", "request", answered);
        }
    }

    /// Whether requests are logged.
    pub(crate) fn logs_requests(&self) -> bool {
        self.logs_requests
    }

    /// Waits for what was logged to be written, for a moment at most.
    pub(crate) fn flush(&self) {
        let (done, written) = sync_channel(1);
        if self.queue.send(Message::Flush(done)).is_ok() {
            // A reader that has stopped reading must not keep the program from ending.
            let _ = written.recv_timeout(Duration::from_secs(2));
        }
    }

    fn line(&self, level: &'static str, message: &str, fields: &impl Serialize) {
        let time = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        let line = serde_json::to_string(&Line { time, level, message, fields }).unwrap_or_default();
        // Paths, methods and catalogs are other people's texts: as ASCII nothing in them drives a terminal or ends a line.
        let mut line = ascii_json(&line);
        line.push('\n');
        if self.queue.try_send(Message::Line(line.into_bytes())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Event {
    pub(crate) fn info(message: &str) -> Event {
        Event(Map::from_iter([("message".to_owned(), message.into())]))
    }

    pub(crate) fn error(message: &str) -> Event {
        Event::info(message).with("level", "error")
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Event {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn with_number(mut self, name: &str, value: usize) -> Event {
        self.0.insert(name.to_owned(), value.into());
        self
    }
}

fn write(lines: &Receiver<Message>, lost: &AtomicU64) {
    let mut out = BufWriter::new(io::stdout().lock());
    while let Ok(first) = lines.recv() {
        let mut next = Some(first);
        while let Some(message) = next {
            // An output that is gone takes the log with it, never the server.
            match message {
                Message::Line(line) => drop(out.write_all(&line)),
                Message::Flush(done) => {
                    drop(out.flush());
                    let _ = done.send(());
                }
            }
            next = lines.try_recv().ok();
        }
        let missing = lost.swap(0, Ordering::Relaxed);
        if missing > 0 {
            drop(writeln!(out, r#"{{"level":"error","message":"log lines lost","count":{missing}}}"#));
        }
        drop(out.flush());
    }
}
