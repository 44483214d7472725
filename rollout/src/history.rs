//! The record of a release's changes: author, action, time and reason. Entries are written once and never edited.
//! Reads no clock; the time of a change is an argument.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;
use web::foreign::{excerpt, is_plain};

use crate::{Share, Version, strict};

/// Entries that a release document holds at most; older ones lie beside it.
pub const HISTORY_LIMIT: usize = 50;

/// Longest name of an author, in bytes.
pub const AUTHOR_LIMIT: usize = 64;

/// Longest message, in bytes as it stands in the document.
pub const MESSAGE_LIMIT: usize = 200;

/// Bytes of a time's one form.
const TIMESTAMP_LENGTH: usize = "2026-01-31T23:59:59Z".len();

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

/// A point in time, to the second, in the one form `2026-01-31T23:59:59Z` (RFC 3339, UTC), years 0000 to 9999. Texts order as times
/// do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp {
    text: String,
    seconds: i64,
}

/// One line of text, written by a person or a job.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Message(String);

/// The author of a change: a person's name, a mail address, the URL of a job.
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

/// The kind of a change.
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
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Entry {
    /// The release's serial after the change.
    pub serial: u64,
    /// Time of the change.
    pub at: Timestamp,
    /// By whom.
    pub by: Author,
    /// The kind of the change.
    #[serde(deserialize_with = "strict::text")]
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

strict::objects!(Entry);

impl Timestamp {
    /// Accepts the one form, of a time that the calendar has.
    pub fn new(text: &str) -> Result<Self, HistoryError> {
        // RFC 3339 allows lower case, fractions and offsets too, by which one time would have several texts.
        let is_form = text.len() == TIMESTAMP_LENGTH && text.ends_with('Z') && text.as_bytes().get(10) == Some(&b'T');
        let time = UtcDateTime::parse(text, &Rfc3339).ok().filter(|_| is_form);
        let time = time.ok_or_else(|| HistoryError::Timestamp(excerpt(text)))?;
        Ok(Self { text: text.to_owned(), seconds: time.unix_timestamp() })
    }

    /// The time that is so many seconds after 1970-01-01T00:00:00Z; `None` outside the years 0000 to 9999.
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        let text = UtcDateTime::from_unix_timestamp(seconds).ok()?.format(&Rfc3339).ok()?;
        Some(Self { text, seconds })
    }

    /// Seconds since 1970-01-01T00:00:00Z. A leap second counts as the one before it.
    pub fn seconds(&self) -> i64 {
        self.seconds
    }

    /// The time as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Message {
    /// Accepts one line, or nothing.
    pub fn new(text: &str) -> Result<Self, HistoryError> {
        one_line("the message", text, 0, MESSAGE_LIMIT).map(Self)
    }

    /// Whether the message is empty.
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

/// A terminal shows these texts, so nothing in them may be more than text. The limit counts the quotes and backslashes twice, as
/// JSON writes them, so that the document's size is bounded.
fn one_line(what: &'static str, text: &str, least: usize, limit: usize) -> Result<String, HistoryError> {
    let length: usize =
        text.chars().map(|character| if matches!(character, '"' | '\\') { 2 } else { character.len_utf8() }).sum();
    if text.chars().all(is_plain) && (least..=limit).contains(&length) {
        return Ok(text.to_owned());
    }
    Err(HistoryError::Text { what, text: excerpt(text), least, limit })
}

impl fmt::Display for Action {
    /// The name that the document has for it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

macro_rules! one_line_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
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
                text.as_str().to_owned()
            }
        }
    };
}

one_line_text!(Timestamp);
one_line_text!(Message);
one_line_text!(Author);
