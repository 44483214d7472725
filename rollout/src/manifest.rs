//! The version manifest: the parts of one immutable version of a remote.
//! Parses with limits and validates as a whole; a value of [`VersionManifest`] is consistent. Loads nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use web::foreign::excerpt;

use crate::strict::{self, JsonError};
use crate::{FileName, Integrity, RemoteName, Version};

/// The schema this crate reads and writes.
pub const SCHEMA: u32 = 1;

/// Largest manifest, in bytes; checked before a byte is parsed.
pub const MANIFEST_LIMIT: usize = 256 * 1024;

/// Most files a version may have.
pub const FILES_LIMIT: usize = 512;

/// Largest file of a version, in bytes: the limit of one Workers static asset (25 MiB).
pub const FILE_SIZE_LIMIT: u64 = 25 * 1024 * 1024;

/// Content types a remote's file may be served with. A type outside this list could turn a published file into a page.
pub const CONTENT_TYPES: [&str; 10] = [
    "text/javascript; charset=utf-8",
    "text/css; charset=utf-8",
    "application/json; charset=utf-8",
    "application/wasm",
    "font/woff2",
    "image/avif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "image/webp",
];

/// Why a manifest was refused.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Larger than [`MANIFEST_LIMIT`].
    #[error("the manifest has {0} bytes, the limit is {MANIFEST_LIMIT}")]
    Size(usize),
    /// Not JSON, or not of the manifest's structure.
    #[error("the manifest cannot be read")]
    Syntax(#[source] JsonError),
    /// Written in a schema this crate does not know.
    #[error("the manifest is of schema {0}, this program reads schema {SCHEMA}")]
    Schema(u32),
    /// No file, or more than [`FILES_LIMIT`].
    #[error("the manifest names {0} files, a version has 1 to {FILES_LIMIT}")]
    FileCount(usize),
    /// The entry or a style is not among the files.
    #[error("the manifest names `{0}` as its {1}, which is not among its files")]
    Missing(FileName, &'static str),
    /// A file is larger than [`FILE_SIZE_LIMIT`].
    #[error("`{0}` has {1} bytes, the limit is {FILE_SIZE_LIMIT}")]
    FileSize(FileName, u64),
    /// A content type outside [`CONTENT_TYPES`].
    #[error("`{0}` is of type `{1}`, which a remote's file may not have")]
    ContentType(FileName, String),
    /// A file has the name that the manifest itself is kept under.
    #[error("a file cannot be named `{0}`: that is the manifest's own name")]
    Reserved(FileName),
    /// The entry is no script or a style is no stylesheet.
    #[error("`{0}` is the {1} of the version, but of type `{2}`")]
    Role(FileName, &'static str, String),
}

/// How the entry is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An ES module that exports `mount`.
    Module,
}

/// One file of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct FileEntry {
    /// Hash of the bytes.
    pub integrity: Integrity,
    /// Length in bytes.
    pub size: u64,
    /// One of [`CONTENT_TYPES`].
    pub content_type: String,
}

/// The parts of one version of a remote. Immutable once published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct VersionManifest(Fields);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    schema: u32,
    remote: RemoteName,
    version: Version,
    contract: u32,
    #[serde(deserialize_with = "strict::text")]
    format: Format,
    entry: FileName,
    #[serde(default)]
    styles: Vec<FileName>,
    #[serde(deserialize_with = "strict::map")]
    files: BTreeMap<FileName, FileEntry>,
}

/// The part of a manifest that every schema has in common.
#[derive(Deserialize)]
struct Probe {
    schema: u32,
}

strict::objects!(FileEntry);

impl VersionManifest {
    /// Reads a manifest and checks all of it.
    pub fn parse(text: &[u8]) -> Result<Self, ManifestError> {
        if text.len() > MANIFEST_LIMIT {
            return Err(ManifestError::Size(text.len()));
        }
        // Another schema has other fields, so its number is a better reason than the first unknown field.
        let Probe { schema } = strict::read(text).map_err(ManifestError::Syntax)?;
        if schema != SCHEMA {
            return Err(ManifestError::Schema(schema));
        }
        let manifest: Fields = strict::read(text).map_err(ManifestError::Syntax)?;
        let files = &manifest.files;
        if files.is_empty() || files.len() > FILES_LIMIT {
            return Err(ManifestError::FileCount(files.len()));
        }
        for (name, file) in files {
            if name.as_str() == crate::path::MANIFEST {
                return Err(ManifestError::Reserved(name.clone()));
            }
            if file.size > FILE_SIZE_LIMIT {
                return Err(ManifestError::FileSize(name.clone(), file.size));
            }
            if !CONTENT_TYPES.contains(&file.content_type.as_str()) {
                return Err(ManifestError::ContentType(name.clone(), excerpt(&file.content_type)));
            }
        }
        check_role(files, &manifest.entry, "entry", "text/javascript")?;
        for style in &manifest.styles {
            check_role(files, style, "style", "text/css")?;
        }
        Ok(Self(manifest))
    }

    /// The remote this is a version of.
    pub fn remote(&self) -> &RemoteName {
        &self.0.remote
    }

    /// The version.
    pub fn version(&self) -> &Version {
        &self.0.version
    }

    /// Number of the slot contract this version was built for.
    pub fn contract(&self) -> u32 {
        self.0.contract
    }

    /// How the entry is loaded.
    pub fn format(&self) -> Format {
        self.0.format
    }

    /// The module that exports `mount`.
    pub fn entry(&self) -> &FileName {
        &self.0.entry
    }

    /// The stylesheets, in the order in which a page links them.
    pub fn styles(&self) -> &[FileName] {
        &self.0.styles
    }

    /// Every file, by name.
    pub fn files(&self) -> &BTreeMap<FileName, FileEntry> {
        &self.0.files
    }

    /// One file; `None` if the version has no such file.
    pub fn file(&self, name: &str) -> Option<(&FileName, &FileEntry)> {
        self.0.files.get_key_value(name)
    }

    /// The files that are JavaScript modules, which an import map has to list with their integrity.
    pub fn modules(&self) -> impl Iterator<Item = (&FileName, &FileEntry)> {
        self.0.files.iter().filter(|(_, file)| file.content_type.starts_with("text/javascript"))
    }
}

fn check_role(
    files: &BTreeMap<FileName, FileEntry>,
    name: &FileName,
    role: &'static str,
    content_type: &str,
) -> Result<(), ManifestError> {
    match files.get(name) {
        None => Err(ManifestError::Missing(name.clone(), role)),
        Some(file) if file.content_type.starts_with(content_type) => Ok(()),
        Some(file) => Err(ManifestError::Role(name.clone(), role, file.content_type.clone())),
    }
}
