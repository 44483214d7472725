//! Names that become part of object keys and URLs: remotes and their files.
//! The constructors are the only door, so a value of these types needs no escaping anywhere.

use std::borrow::Borrow;
use std::fmt;

use serde::{Deserialize, Serialize};
use web::foreign::excerpt;

/// Longest remote name, in bytes. Bucket names end in it (`shop-{remote}-production`) and S3 allows 63 characters there.
pub const REMOTE_NAME_LIMIT: usize = 40;

/// Longest file name, in bytes: long enough for any content-hashed name, short enough for every log line.
pub const FILE_NAME_LIMIT: usize = 128;

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name is empty or longer than its limit.
    #[error("`{name}` has {length} characters, a {kind} has 1 to {limit}")]
    Length {
        /// The kind of name: `remote name` or `file name`.
        kind: &'static str,
        /// The name, cut to 64 characters.
        name: String,
        /// Length of the name in bytes.
        length: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// A character outside the allowed set, or one in a place where it may not stand.
    #[error("`{name}` is no {kind}: {rule}")]
    Character {
        /// The kind of name.
        kind: &'static str,
        /// The name, cut to 64 characters.
        name: String,
        /// The rule it breaks.
        rule: &'static str,
    },
}

/// Name of a remote: `[a-z][a-z0-9-]{0,39}`, no hyphen at the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RemoteName(String);

/// Name of one file of a version: `[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}`, so neither a path nor a hidden file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl RemoteName {
    /// Accepts a name that fits the rule.
    pub fn new(name: &str) -> Result<Self, NameError> {
        const KIND: &str = "remote name";
        check_length(KIND, name, REMOTE_NAME_LIMIT)?;
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase());
        if starts_well && !name.ends_with('-') && name.bytes().all(allowed) {
            return Ok(Self(name.to_owned()));
        }
        Err(NameError::Character {
            kind: KIND,
            name: excerpt(name),
            rule: "it consists of a-z, 0-9 and `-`, starts with a letter and does not end with `-`",
        })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FileName {
    /// Accepts a name that fits the rule.
    pub fn new(name: &str) -> Result<Self, NameError> {
        const KIND: &str = "file name";
        check_length(KIND, name, FILE_NAME_LIMIT)?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if !name.starts_with('.') && name.bytes().all(allowed) {
            return Ok(Self(name.to_owned()));
        }
        Err(NameError::Character {
            kind: KIND,
            name: excerpt(name),
            rule: "it consists of A-Z, a-z, 0-9, `.`, `_` and `-`, and does not start with `.`",
        })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_length(kind: &'static str, name: &str, limit: usize) -> Result<(), NameError> {
    if (1..=limit).contains(&name.len()) {
        return Ok(());
    }
    Err(NameError::Length { kind, name: excerpt(name), length: name.len(), limit })
}

macro_rules! text_newtype {
    ($name:ident, $error:ty) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

text_newtype!(RemoteName, NameError);
text_newtype!(FileName, NameError);
