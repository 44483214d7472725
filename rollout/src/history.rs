//! What happened to a release: who changed what, when and why. Entries are written once and never edited.
//! Reads no clock; the time of a change is an argument.

use std::fmt;

use serde::{Deserialize, Serialize};
use web::foreign::{excerpt, is_plain};

use crate::{Share, Version};

/// Entries that a release document holds at most; older ones lie beside it.
pub const HISTORY_LIMIT: usize = 50;

/// Longest name of an author, in bytes.
pub const AUTHOR_LIMIT: usize = 64;

/// Longest message, in bytes as it stands in the document.
pub const MESSAGE_LIMIT: usize = 200;

/// Why the record of a change was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Not a point in time.
    #[error("`{0}` is no time: it has the form 2026-01-31T23:59:59Z")]
    Timestamp(String),
    /// Empty, too long, or not one line.
    #[error("{what} `{text}` was refused: it is one line of {least} to {limit} bytes without control characters")]
    Text {
        /// `the author`, `the message` or `the reason`.
        what: &'static str,
        /// The text, cut to 64 characters.
        text: String,
        /// Fewest bytes.
        least: usize,
        /// Most bytes.
        limit: usize,
    },
}

/// A point in time, to the second, in the one form `2026-01-31T23:59:59Z` (RFC 3339, UTC). Texts order as times do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(String);

/// One line of text, written by a person or a job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Message(String);

/// Who made a change: a person's name, a mail address, the URL of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Author(String);

/// When a change is made, by whom, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Time of the change.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// Why; may be empty.
    pub message: Message,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The first release of a remote, or one that was begun anew.
    Create,
    /// A version became known to the release.
    Register,
    /// A canary began, or its share was set.
    Canary,
    /// A canary grew by a step.
    Step,
    /// A version took all traffic.
    Promote,
    /// A canary ended without success.
    Abort,
    /// An earlier version took all traffic again.
    Rollback,
    /// Moving traffic to a new version was forbidden.
    Lock,
    /// It was allowed again.
    Unlock,
    /// A version was withdrawn from use.
    Deprecate,
    /// A withdrawn version may be used again.
    Restore,
    /// Versions were forgotten, to be removed from the store.
    Prune,
}

/// One change, and where the traffic went after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The release's serial after the change.
    pub serial: u64,
    /// Time of the change.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// What was done.
    pub action: Action,
    /// The version it was done to, where it is neither `stable` nor `canary`; for a rollback the version that was left, since the
    /// one it leads to is `stable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The version that holds the rest of the traffic afterwards.
    pub stable: Version,
    /// The version on trial afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<Version>,
    /// Its share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// Reason for the change; may be empty.
    #[serde(default, skip_serializing_if = "Message::is_empty")]
    pub message: Message,
}

impl Timestamp {
    /// Accepts the one form. Checks the form and each field's range, not the length of the month: a time is compared and
    /// shown, never reckoned with.
    pub fn new(text: &str) -> Result<Self, HistoryError> {
        const FORM: &[u8] = b"0000-00-00T00:00:00Z";
        let fits = |(byte, form): (u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
        let field = |from: usize| text.get(from..from + 2).and_then(|digits| digits.parse::<u8>().ok()).unwrap_or(99);
        let in_range = text.len() == FORM.len()
            && text.bytes().zip(FORM).all(fits)
            && (1..=12).contains(&field(5))
            && (1..=31).contains(&field(8))
            && field(11) < 24
            && field(14) < 60
            && field(17) <= 60;
        if in_range { Ok(Self(text.to_owned())) } else { Err(HistoryError::Timestamp(excerpt(text))) }
    }

    /// The time as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Message {
    /// Accepts one line, or nothing.
    pub fn new(text: &str) -> Result<Self, HistoryError> {
        one_line("the message", text, 0, MESSAGE_LIMIT).map(Self)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Author {
    /// Accepts one line that is not empty.
    pub fn new(text: &str) -> Result<Self, HistoryError> {
        one_line("the author", text, 1, AUTHOR_LIMIT).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A terminal shows what stands here, so nothing in it may be more than text. The limit counts the quotes and backslashes twice, as
/// JSON writes them, so that the document's size is bounded.
fn one_line(what: &'static str, text: &str, least: usize, limit: usize) -> Result<String, HistoryError> {
    let length: usize =
        text.chars().map(|character| if matches!(character, '"' | '\\') { 2 } else { character.len_utf8() }).sum();
    if text.chars().all(is_plain) && (least..=limit).contains(&length) {
        return Ok(text.to_owned());
    }
    Err(HistoryError::Text { what, text: excerpt(text), least, limit })
}

impl Action {
    /// Everything that can be done.
    pub(crate) const ALL: [Self; 12] = [
        Self::Create,
        Self::Register,
        Self::Canary,
        Self::Step,
        Self::Promote,
        Self::Abort,
        Self::Rollback,
        Self::Lock,
        Self::Unlock,
        Self::Deprecate,
        Self::Restore,
        Self::Prune,
    ];
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Create => "create",
            Self::Register => "register",
            Self::Canary => "canary",
            Self::Step => "step",
            Self::Promote => "promote",
            Self::Abort => "abort",
            Self::Rollback => "rollback",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Deprecate => "deprecate",
            Self::Restore => "restore",
            Self::Prune => "prune",
        })
    }
}

macro_rules! one_line_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = HistoryError;

            fn try_from(text: String) -> Result<Self, HistoryError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    };
}

one_line_text!(Timestamp);
one_line_text!(Message);
one_line_text!(Author);
