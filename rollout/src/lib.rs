//! Remotes and their versions: validated names, the version manifest, and every public URL of a remote's files.
//! Pure: never reads a clock, a cookie, a bucket or the environment. Does not know the catalog.

mod integrity;
mod manifest;
mod name;
pub mod path;
mod version;

pub use crate::integrity::{Integrity, IntegrityError};
pub use crate::manifest::{
    CONTENT_TYPES, FILE_SIZE_LIMIT, FILES_LIMIT, FileEntry, Format, MANIFEST_LIMIT, ManifestError, SCHEMA,
    VersionManifest,
};
pub use crate::name::{FILE_NAME_LIMIT, FileName, NameError, REMOTE_NAME_LIMIT, RemoteName};
pub use crate::version::{VERSION_LIMIT, Version, VersionError};
