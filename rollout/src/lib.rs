//! The version of each remote that a visitor gets: names, versions, their manifests, releases and their changes, cohorts,
//! previews, and every key and URL of a remote. Pure: never reads a clock, a cookie, a bucket or the environment, and draws nothing
//! at random. Does not know the catalog.
//!
//! | to change … | open |
//! | --- | --- |
//! | a name of a remote or a file, a version | `name.rs`, `version.rs` |
//! | a URL or an object key | `path.rs`, the only place |
//! | the manifest of a version, its hashes | `manifest.rs`, `integrity.rs` |
//! | the release and its JSON | `release.rs`, `wire.rs`; strict reading: `strict.rs` |
//! | a canary, a promotion, a rollback, a lock | `transition.rs`; a release that was put back: `transition/renew.rs` |
//! | the visitors who get a canary | `cohort.rs`; the size of a share, the steps: `share.rs` |
//! | the version of a visitor, and those that stand in for it | `resolve.rs` |
//! | the history of a release | `history.rs` |
//! | preview links and their signatures | `preview.rs` |

mod cohort;
mod history;
mod integrity;
mod lock;
mod manifest;
mod name;
pub mod path;
pub mod preview;
mod release;
mod resolve;
mod share;
pub mod strict;
mod transition;
mod version;
mod wire;

pub use crate::cohort::{CohortError, SALT_LIMIT, Salt, VISITOR_LENGTH, Visitor, bucket};
pub use crate::history::{
    AUTHOR_LIMIT, Action, Author, Change, Entry, HISTORY_LIMIT, HistoryError, MESSAGE_LIMIT, Message, Timestamp,
};
pub use crate::integrity::{Integrity, IntegrityError};
pub use crate::lock::Lock;
pub use crate::manifest::{
    CONTENT_TYPES, FILE_SIZE_LIMIT, FILES_LIMIT, FileEntry, Format, MANIFEST_LIMIT, ManifestError, SCHEMA,
    VersionManifest,
};
pub use crate::name::{FILE_NAME_LIMIT, FileName, NameError, REMOTE_NAME_LIMIT, RemoteName};
pub use crate::preview::{Preview, PreviewError};
pub use crate::release::{
    Canary, EARLIER_LIMIT, RELEASE_LIMIT, RELEASE_SCHEMA, Registration, Release, ReleaseError, SERIAL_LIMIT,
    VERSIONS_LIMIT,
};
pub use crate::resolve::{Candidate, Reason, candidates};
pub use crate::share::{BUCKETS, STEPS_LIMIT, Share, ShareError, Steps};
pub use crate::transition::{Next, TransitionError};
pub use crate::version::{VERSION_LIMIT, Version, VersionError};
pub use crate::wire::Document;
