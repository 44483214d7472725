//! The version of a remote: a semantic version that is safe in an object key and a URL.
//! Refuses build metadata, since `+` needs escaping in URLs and two builds of one version may not differ anyway.

use std::fmt;

use serde::{Deserialize, Serialize};
use web::foreign::excerpt;

/// Longest version text, in bytes.
pub const VERSION_LIMIT: usize = 64;

/// Why a version was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Not a semantic version (<https://semver.org/>).
    #[error("`{0}` is no semantic version such as 1.4.2 or 1.5.0-beta.1")]
    Syntax(String),
    /// Longer than [`VERSION_LIMIT`].
    #[error("a version of {length} characters is too long, the limit is {VERSION_LIMIT}")]
    Length {
        /// Length in bytes.
        length: usize,
    },
    /// Carries build metadata (`1.0.0+abc`).
    #[error("`{0}` carries build metadata (`+…`), which a version of a remote may not have")]
    BuildMetadata(String),
}

/// A semantic version without build metadata. Orders by semantic version precedence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version {
    parsed: semver::Version,
    text: String,
}

impl Version {
    /// Accepts `major.minor.patch` with an optional pre-release.
    pub fn new(text: &str) -> Result<Self, VersionError> {
        if text.len() > VERSION_LIMIT {
            return Err(VersionError::Length { length: text.len() });
        }
        let parsed = semver::Version::parse(text).map_err(|_| VersionError::Syntax(excerpt(text)))?;
        if !parsed.build.is_empty() {
            return Err(VersionError::BuildMetadata(excerpt(text)));
        }
        Ok(Self { parsed, text: text.to_owned() })
    }

    /// The version as text, just as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is a pre-release such as `1.0.0-dev.3`.
    pub fn is_prerelease(&self) -> bool {
        !self.parsed.pre.is_empty()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl TryFrom<String> for Version {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        Self::new(&text)
    }
}

impl From<Version> for String {
    fn from(version: Version) -> String {
        version.text
    }
}
