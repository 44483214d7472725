//! Progress, and the thing that is waited for: bars on a terminal, plain lines elsewhere, both on stderr and only beyond a second.
//! Remembers what is under way in one place, since a process has one stderr.

use std::cell::Cell;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::clock::Stopwatch;
use crate::output::{note, size};

/// What takes less than this is not talked about.
const QUIET: Duration = Duration::from_secs(1);
/// The pause between two lines about the same thing.
const BETWEEN: Duration = Duration::from_secs(10);

/// The same in seconds that a command goes on, whatever it waits for.
const SILENT_TICKS: u32 = 10;

/// Every bar of the process, so that none is drawn over another.
static SCREEN: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);
/// What is waited for, the oldest first.
static WAITS: Mutex<Vec<Wait>> = Mutex::new(Vec::new());

/// Something that is waited for.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    number: u64,
    /// Such as "the store to read `products/release.json` (attempt 1 of 3)".
    pub(crate) what: String,
    is_write: bool,
    watch: Stopwatch,
}

/// Ends a wait when it goes.
#[derive(Debug)]
pub(crate) struct Waiting(u64);

/// Something is waited for, until the value goes.
pub(crate) fn waiting(what: String, is_write: bool) -> Waiting {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    waits().push(Wait { number, what, is_write, watch: Stopwatch::start() });
    Waiting(number)
}

/// What has been waited for longest.
pub(crate) fn oldest() -> Option<Wait> {
    waits().first().cloned()
}

/// Whether a write is under way.
pub(crate) fn writes() -> bool {
    waits().iter().any(|wait| wait.is_write)
}

fn waits() -> MutexGuard<'static, Vec<Wait>> {
    WAITS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Waiting {
    fn drop(&mut self) {
        waits().retain(|wait| wait.number != self.0);
    }
}

/// Prints what a command waits for, from time to time.
#[derive(Debug, Default)]
pub(crate) struct Reporter {
    spinner: Option<ProgressBar>,
    /// The seconds so far.
    ticks: u32,
    /// The wait of the last plain line, and its tick.
    last: Option<(u64, u32)>,
}

impl Reporter {
    /// Looks at what is waited for now, a second after the last time. Many short waits are as long as one.
    pub(crate) fn tick(&mut self) {
        self.ticks += 1;
        let Some((wait, waited)) = oldest().map(|wait| (wait.clone(), wait.watch.elapsed())) else {
            self.hide();
            return;
        };
        let line = format!("waiting for {}, {} s so far", wait.what, waited.as_secs());
        if io::stderr().is_terminal() {
            let spinner = self.spinner.get_or_insert_with(|| SCREEN.add(ProgressBar::new_spinner()));
            spinner.set_message(line);
            spinner.tick();
            return;
        }
        let is_news = self.last.is_none_or(|(number, at)| {
            (number != wait.number && waited >= QUIET) || self.ticks.saturating_sub(at) >= SILENT_TICKS
        });
        if is_news {
            note(&line);
            self.last = Some((wait.number, self.ticks));
        }
    }

    fn hide(&mut self) {
        if let Some(spinner) = self.spinner.take() {
            spinner.finish_and_clear();
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        self.hide();
    }
}

/// How far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    watch: Stopwatch,
    /// When the next plain line is due, where no bar is drawn.
    due: Cell<Duration>,
    /// Its end stops the line that is due otherwise.
    _end: Option<Sender<()>>,
}

impl Progress {
    /// So many bytes are to be moved.
    pub(crate) fn bytes(what: &'static str, total: u64) -> Progress {
        // It hides itself when stderr is no terminal.
        let bar = SCREEN.add(ProgressBar::new(total).with_message(what));
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress { bar, what, watch: Stopwatch::start(), due: Cell::new(QUIET), _end: None }
    }

    /// Something that does not say how far it is.
    pub(crate) fn waiting(what: &'static str) -> Progress {
        let bar = SCREEN.add(ProgressBar::new_spinner().with_message(what));
        bar.enable_steady_tick(Duration::from_millis(100));
        let (end, ended) = mpsc::channel::<()>();
        if !io::stderr().is_terminal() {
            // The work itself does not come up for air, so a thread looks at the time.
            thread::spawn(move || {
                if ended.recv_timeout(QUIET) == Err(RecvTimeoutError::Timeout) {
                    note(what);
                }
            });
        }
        Progress { bar, what, watch: Stopwatch::start(), due: Cell::new(QUIET), _end: Some(end) }
    }

    /// So many more bytes were.
    pub(crate) fn add(&self, bytes: u64) {
        self.bar.inc(bytes);
        let elapsed = self.watch.elapsed();
        if elapsed >= self.due.get() && !io::stderr().is_terminal() {
            let (done, total) = (self.bar.position(), self.bar.length().unwrap_or_default());
            note(&format!("{}: {} of {}", self.what, size(done), size(total)));
            self.due.set(elapsed + BETWEEN);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
