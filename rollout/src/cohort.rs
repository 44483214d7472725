//! Cohorts: the visitors that a canary reaches. A visitor's bucket depends on the remote's salt and on nothing that a rollout
//! changes, so a growing canary only adds visitors, and taking it back returns exactly those.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use web::foreign::excerpt;

use crate::share::BUCKETS;
use crate::{RemoteName, Share};

/// Longest salt, in bytes.
pub const SALT_LIMIT: usize = 64;

/// Hexadecimal digits of a visitor's mark: 128 bits, so that no two visitors share one.
pub const VISITOR_LENGTH: usize = 32;

/// Why a salt or a visitor's mark was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CohortError {
    /// Not a salt.
    #[error("`{0}` is no salt: it consists of 1 to {SALT_LIMIT} of a-z, A-Z, 0-9, `-` and `_`")]
    Salt(String),
    /// Not a visitor's mark.
    #[error("`{0}` is no visitor: it is {VISITOR_LENGTH} lower-case hexadecimal digits")]
    Visitor(String),
}

/// Makes the cohorts of one remote independent of another's. Fixed for the life of a remote: another salt would
/// reshuffle its visitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Salt(String);

/// A visitor's mark, as the cookie carries it. Says nothing about the person and is drawn at random.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visitor(String);

impl Salt {
    /// Accepts a salt.
    pub fn new(text: &str) -> Result<Self, CohortError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (1..=SALT_LIMIT).contains(&text.len()) && text.bytes().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(CohortError::Salt(excerpt(text)))
    }

    /// The salt that a remote gets with its first release: its name. A bucket that was lost and is filled again gives
    /// every visitor the cohort of before.
    pub fn of_remote(remote: &RemoteName) -> Self {
        Self(remote.as_str().to_owned())
    }

    /// The salt as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Visitor {
    /// Accepts a mark.
    pub fn new(text: &str) -> Result<Self, CohortError> {
        let allowed = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        if text.len() == VISITOR_LENGTH && text.bytes().all(allowed) {
            return Ok(Self(text.to_owned()));
        }
        Err(CohortError::Visitor(excerpt(text)))
    }

    /// The mark as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The bucket of a visitor, 0 to 9,999: the first eight bytes of the SHA-256 of salt, a zero byte and visitor, read as a
/// big-endian number, modulo 10,000. Any tool can compute it; the modulo's bias is below one in 10^15.
///
/// ```
/// use rollout::{Salt, Visitor, bucket};
/// let salt = Salt::new("products")?;
/// let visitor = Visitor::new("00112233445566778899aabbccddeeff")?;
/// // printf 'products\0''00112233445566778899aabbccddeeff' | sha256sum
/// assert_eq!(bucket(&salt, &visitor), 5763);
/// # Ok::<(), rollout::CohortError>(())
/// ```
pub fn bucket(salt: &Salt, visitor: &Visitor) -> u16 {
    let mut hash = Sha256::new();
    hash.update(salt.0.as_bytes());
    hash.update([0]);
    hash.update(visitor.0.as_bytes());
    let number = hash.finalize().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    // A remainder below 10,000 always fits.
    u16::try_from(number % u64::from(BUCKETS)).unwrap_or_default()
}

impl Share {
    /// Whether a bucket lies within this share.
    pub const fn includes(self, bucket: u16) -> bool {
        bucket < self.buckets()
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for Visitor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Salt {
    type Error = CohortError;

    fn try_from(text: String) -> Result<Self, CohortError> {
        Self::new(&text)
    }
}

impl From<Salt> for String {
    fn from(salt: Salt) -> String {
        salt.0
    }
}
