//! Which version of each remote a shopper gets: names, versions, their manifests, releases and how they change, cohorts,
//! previews, and every key and URL of a remote. Pure: never reads a clock, a cookie, a bucket or the environment, and draws nothing
//! at random. Does not know the catalog.

mod cohort;
mod history;
mod integrity;
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
pub use crate::transition::{Lock, Next, TransitionError};
pub use crate::version::{VERSION_LIMIT, Version, VersionError};
pub use crate::wire::Document;
