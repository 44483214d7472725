//! The bar that shows how far something is: on stderr, and only when a person looks at it.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How far it is.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// So many bytes are to be moved.
    pub(crate) fn bytes(what: &'static str, total: u64) -> Progress {
        // It hides itself when stderr is no terminal.
        let bar = ProgressBar::new(total).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {bytes}/{total_bytes} {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress(bar)
    }

    /// Something that does not say how far it is.
    pub(crate) fn waiting(what: &'static str) -> Progress {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress(bar)
    }

    /// So many more bytes were.
    pub(crate) fn add(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
