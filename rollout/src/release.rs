//! The release of a remote: which of its versions get which traffic, and how that came to be. A value of [`Release`] is
//! consistent; the only ways to one are the document's parser and the transitions. Its JSON form is in `wire.rs`.

use std::collections::BTreeMap;

use crate::history::Entry;
use crate::strict::JsonError;
use crate::{FileName, Integrity, Lock, Message, RemoteName, Salt, Share, Steps, Timestamp, Version, VersionManifest};

/// Largest release document, in bytes; checked before a byte is parsed, and never exceeded by a writer.
pub const RELEASE_LIMIT: usize = 64 * 1024;

/// Most versions that a release knows: so many that they fit into [`RELEASE_LIMIT`] with the longest names, addresses and reasons.
pub const VERSIONS_LIMIT: usize = 48;

/// Most versions that a release remembers as those before the stable one.
pub const EARLIER_LIMIT: usize = 16;

/// Highest serial. One change a second reaches it in 100 million years; a forged one beyond it would end all changes.
pub const SERIAL_LIMIT: u64 = 1 << 53;

/// Why a release document was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// Larger than [`RELEASE_LIMIT`].
    #[error("a release document has at most {RELEASE_LIMIT} bytes, this one has {0}")]
    Size(usize),
    /// Not the JSON of a release document.
    #[error("it is no release document")]
    Syntax(#[source] JsonError),
    /// The document cannot be written as JSON.
    #[error("it cannot be written as JSON")]
    Unwritable(#[source] serde_json::Error),
    /// A schema that this program does not know.
    #[error("it is of schema {0}, this program reads schema {RELEASE_SCHEMA}")]
    Schema(u32),
    /// The document of another remote.
    #[error("it is the release of `{found}`, not of `{expected}`")]
    Remote {
        /// Whose it is.
        found: String,
        /// Whose it should be.
        expected: RemoteName,
    },
    /// No version, too many, one twice, or not exactly one that holds the rest.
    #[error("its versions were refused: {0}")]
    Versions(&'static str),
    /// Out of 1 to [`SERIAL_LIMIT`].
    #[error("its serial {0} is out of the range 1 to {SERIAL_LIMIT}")]
    Serial(u64),
    /// Serials that do not grow, or a last entry of another state.
    #[error("its history does not lead to its present state")]
    History,
    /// Traffic or addresses are not those that follow from the rest.
    #[error("its parts contradict each other: traffic or addresses are not those of the stable version and the canary")]
    Inconsistent,
}

/// The schema that this crate reads and writes.
pub const RELEASE_SCHEMA: u32 = 1;

/// A version on trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// The version.
    pub version: Version,
    /// How much of the traffic it gets.
    pub share: Share,
}

/// The facts of a version in a release. The manifest's hash ties the release to the bytes: write access to the store without the
/// right to change releases is not enough to exchange a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// The module that exports `mount`.
    pub entry: FileName,
    /// The entry's hash.
    pub integrity: Integrity,
    /// The hash of the version manifest's bytes.
    pub manifest: Integrity,
    /// The slot contract that the version was built for.
    pub contract: u32,
    /// Since when the release knows it.
    pub registered: Timestamp,
    /// Why it must not be used any more.
    pub deprecated: Option<Message>,
}

/// Which version of a remote gets which traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    pub(crate) remote: RemoteName,
    pub(crate) serial: u64,
    pub(crate) salt: Salt,
    pub(crate) stable: Version,
    pub(crate) canary: Option<Canary>,
    pub(crate) earlier: Vec<Version>,
    pub(crate) steps: Steps,
    pub(crate) lock: Option<Lock>,
    pub(crate) versions: BTreeMap<Version, Registration>,
    pub(crate) history: Vec<Entry>,
}

impl Registration {
    /// The registration of a version; `manifest_digest` is the hash of the very bytes that `manifest` was parsed from.
    pub fn of(manifest: &VersionManifest, manifest_digest: Integrity, registered: Timestamp) -> Self {
        // A parsed manifest always has its entry among its files.
        let integrity = manifest.file(manifest.entry().as_str()).map(|(_, file)| file.integrity.clone());
        Self {
            entry: manifest.entry().clone(),
            integrity: integrity.unwrap_or_else(|| manifest_digest.clone()),
            manifest: manifest_digest,
            contract: manifest.contract(),
            registered,
            deprecated: None,
        }
    }

    /// Whether both are of the same bytes, whenever they were noted.
    pub fn is_same_version(&self, other: &Self) -> bool {
        self.manifest == other.manifest
    }
}

impl Release {
    /// The remote.
    pub fn remote(&self) -> &RemoteName {
        &self.remote
    }

    /// Grows by one with every change.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// The salt of the visitors' buckets.
    pub fn salt(&self) -> &Salt {
        &self.salt
    }

    /// The version that holds the rest of the traffic.
    pub fn stable(&self) -> &Version {
        &self.stable
    }

    /// The version on trial.
    pub fn canary(&self) -> Option<&Canary> {
        self.canary.as_ref()
    }

    /// The versions that held all traffic before the stable one, the latest last: where a rollback leads. A promotion adds one, a
    /// rollback takes those away that it leaves behind, so a second rollback goes further back and never forward again to what
    /// was bad. At most [`EARLIER_LIMIT`].
    pub fn earlier(&self) -> &[Version] {
        &self.earlier
    }

    /// The version for shoppers while the stable one is unavailable: the last usable one of those before it.
    pub fn fallback(&self) -> Option<&Version> {
        self.earlier.iter().rev().find(|version| self.is_usable(version))
    }

    /// How a canary grows.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// The author and the reason of a ban on moving traffic forward.
    pub fn lock(&self) -> Option<&Lock> {
        self.lock.as_ref()
    }

    /// Every version that the release knows.
    pub fn versions(&self) -> &BTreeMap<Version, Registration> {
        &self.versions
    }

    /// The latest changes, the newest last.
    pub fn history(&self) -> &[Entry] {
        &self.history
    }

    /// Whether some visitors get another version than others.
    pub fn splits(&self) -> bool {
        self.canary.as_ref().is_some_and(|canary| canary.share.splits())
    }

    /// The part of the traffic that a version gets.
    pub fn traffic(&self, version: &Version) -> Share {
        let canary = self.canary.as_ref().map_or(Share::NONE, |canary| canary.share);
        match &self.canary {
            Some(trial) if trial.version == *version => canary,
            _ if self.stable == *version => canary.rest(),
            _ => Share::NONE,
        }
    }

    /// Whether a version is known and not deprecated.
    pub fn is_usable(&self, version: &Version) -> bool {
        self.versions.get(version).is_some_and(|known| known.deprecated.is_none())
    }

    /// The versions whose removal would touch shoppers: stable, canary and fallback.
    pub fn in_use(&self) -> impl Iterator<Item = &Version> {
        std::iter::once(&self.stable).chain(self.canary.iter().map(|canary| &canary.version)).chain(self.fallback())
    }
}
