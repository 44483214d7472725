//! The failures of this program's own, and the exit codes of all. Knows no store and no release; `failure.rs` reads theirs.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

/// Why a command did not do what it was asked. Scripts rely on the codes, whose meaning never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something went wrong.
    Failure = 1,
    /// The command line or the environment does not say what is needed. clap uses the same code.
    Usage = 2,
    /// Other bytes are there, or the release changed meanwhile, or another rollout is under way, or an order is in no state for it.
    Conflict = 3,
    /// No such remote, version, release, bucket, file, SKU or order.
    NotFound = 4,
    /// The store refuses the credentials, the release is locked, the version withdrawn, or its contract not spoken by the shop.
    NotAllowed = 5,
    /// The change is made, and the running shop does not follow it in time, or refuses it.
    NotFollowed = 6,
    /// The catalog is taken without records that break a rule (`--skip-invalid`).
    Skipped = 7,
}

/// A failure of this program's own, with advice for the person who reads it.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) exit: Exit,
    message: String,
    pub(crate) hint: Option<String>,
}

impl Stopped {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Stopped {
        Stopped { exit, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Stopped {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl Error for Stopped {}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
