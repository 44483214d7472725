//! Subresource integrity values, the form in which every hash of a remote's file is written down.
//! Knows SHA-384 alone: one algorithm everywhere leaves nothing to negotiate. Computes no hashes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use web::foreign::excerpt;

const PREFIX: &str = "sha384-";
const DIGEST_LENGTH: usize = 48;

/// Why an integrity value was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntegrityError {
    /// Does not start with `sha384-`.
    #[error("`{0}` is no integrity value: it starts with `sha384-`")]
    Algorithm(String),
    /// The text after the prefix is not the base64 of 48 bytes.
    #[error("`{0}` is no integrity value: `sha384-` is followed by the base64 of 48 bytes")]
    Digest(String),
}

/// `sha384-` and the base64 of the digest, as it stands in an `integrity` attribute (<https://www.w3.org/TR/SRI/>).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Integrity(String);

impl Integrity {
    /// Accepts the text form.
    pub fn new(text: &str) -> Result<Self, IntegrityError> {
        let Some(encoded) = text.strip_prefix(PREFIX) else {
            return Err(IntegrityError::Algorithm(excerpt(text)));
        };
        match STANDARD.decode(encoded) {
            Ok(digest) if digest.len() == DIGEST_LENGTH => Ok(Self(text.to_owned())),
            _ => Err(IntegrityError::Digest(excerpt(text))),
        }
    }

    /// The value of a SHA-384 digest.
    pub fn from_digest(digest: &[u8; DIGEST_LENGTH]) -> Self {
        Self(format!("{PREFIX}{}", STANDARD.encode(digest)))
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Integrity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Integrity {
    type Error = IntegrityError;

    fn try_from(text: String) -> Result<Self, IntegrityError> {
        Self::new(&text)
    }
}

impl From<Integrity> for String {
    fn from(integrity: Integrity) -> String {
        integrity.0
    }
}
