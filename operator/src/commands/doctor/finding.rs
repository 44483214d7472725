//! What the checks find, and what each of them works with.

use rollout::RemoteName;
use serde::Serialize;

use crate::failure;
use crate::stopped::Exit;
use crate::store::{Bucket, Store, StoreError};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Ok,
    Warning,
    Failed,
}

/// A check, and what it found.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) check: String,
    pub(super) verdict: Verdict,
    pub(super) detail: String,
    /// The exit code that a failed one leads to.
    #[serde(skip)]
    pub(super) exit: Exit,
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) all: Vec<Finding>,
    /// Whether the store has left a request without an answer. The next one would wait as long, so the rest is not tried.
    pub(super) is_store_silent: bool,
}

impl Findings {
    pub(super) fn ok(&mut self, check: &str, detail: impl Into<String>) {
        self.add(check, Verdict::Ok, detail.into(), Exit::Failure);
    }

    pub(super) fn warning(&mut self, check: &str, detail: impl Into<String>) {
        self.add(check, Verdict::Warning, detail.into(), Exit::Failure);
    }

    pub(super) fn failed(&mut self, check: &str, detail: impl Into<String>) {
        self.add(check, Verdict::Failed, detail.into(), Exit::Failure);
    }

    pub(super) fn error(&mut self, check: &str, error: &anyhow::Error) {
        self.is_store_silent |= is_silence(error);
        self.add(check, Verdict::Failed, failure::brief(error), failure::exit(error));
    }

    pub(super) fn not_tried(&mut self, check: &str) {
        self.warning(check, "not tried: the store gives no answer");
    }

    pub(super) fn add(&mut self, check: &str, verdict: Verdict, detail: String, exit: Exit) {
        self.all.push(Finding { check: check.to_owned(), verdict, detail, exit });
    }
}

/// Whether the store gave no answer, which is no answer to the next question either.
pub(super) fn is_silence(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| matches!(cause.downcast_ref(), Some(StoreError::Unreachable { .. })))
}

/// The name of a check of one remote.
pub(super) fn of(remote: &RemoteName, what: &str) -> String {
    format!("{remote}: {what}")
}

/// What every check of a remote works with.
pub(super) struct Place<'a> {
    pub(super) store: &'a Store,
    pub(super) bucket: &'a Bucket,
    pub(super) remote: &'a RemoteName,
}
