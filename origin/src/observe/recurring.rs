//! Trouble that lasts: one line when it begins and one when it ends, since one for every try would bury the first.

/// Work that is tried again and again.
#[derive(Debug)]
pub(crate) struct Recurring {
    begins: &'static str,
    ends: &'static str,
    is_failing: bool,
}

impl Recurring {
    /// `begins` and `ends` are the lines.
    pub(crate) fn new(begins: &'static str, ends: &'static str) -> Recurring {
        Recurring { begins, ends, is_failing: false }
    }

    /// Notes how a try ended.
    pub(crate) fn note(&mut self, outcome: anyhow::Result<()>) {
        match outcome {
            Err(error) if !self.is_failing => {
                tracing::error!(error = format!("{error:#}"), "{}", self.begins);
                self.is_failing = true;
            }
            Ok(()) if self.is_failing => {
                tracing::info!("{}", self.ends);
                self.is_failing = false;
            }
            _ => {}
        }
    }
}
