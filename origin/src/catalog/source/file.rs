//! Where the products come from: the catalog that ships, which is part of this program, or a file. Tells one state of the file from
//! another, and reads it as a whole or not at all.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use catalog::build::{Format, Options, Products};
use nix::fcntl::OFlag;

use crate::catalog::trouble::Code;

/// The catalog that ships.
const BUNDLED: &[u8] = include_bytes!("../../../../catalog/data/products.json");

/// A state of a file, as far as the file system tells one from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// A catalog file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    path: PathBuf,
    format: Option<Format>,
}

/// Products that were read, and since when they are in force, in milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) products: Products,
    pub(crate) since: u64,
    pub(crate) fingerprint: Option<Fingerprint>,
}

/// Why a file gave no products.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// Somebody wrote into the file while it was read.
    #[error("the file changed while it was read")]
    Unsettled,
    /// It cannot be read, breaks a rule, or has too few products.
    #[error("{error:#}")]
    Refused { code: Code, error: anyhow::Error },
}

impl LoadError {
    /// Makes one of a failure.
    pub(crate) fn refused(code: Code) -> impl Fn(anyhow::Error) -> LoadError {
        move |error| LoadError::Refused { code, error }
    }
}

impl Fingerprint {
    fn of(metadata: &Metadata) -> Fingerprint {
        Fingerprint {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// When the file came to be what it is. Not when it was written: a copy of an old file is a new decision.
    fn since(&self) -> u64 {
        let (seconds, nanoseconds) = self.changed;
        u64::try_from(seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000)).unwrap_or_default()
    }
}

/// The catalog that ships, in force since this program has been where it is.
pub(crate) fn bundled() -> anyhow::Result<Loaded> {
    let options = Options { format: Some(Format::Json), ..Options::default() };
    let products = Products::read(BUNDLED, options).context("the catalog that ships is refused")?;
    let program = std::env::current_exe().and_then(|program| program.metadata());
    let since = program.map_or(0, |metadata| Fingerprint::of(&metadata).since());
    Ok(Loaded { products, since, fingerprint: None })
}

impl Source {
    pub(crate) fn new(path: &Path) -> Source {
        Source { path: path.to_path_buf(), format: path.file_name().and_then(|name| Format::of_name(name.to_str()?)) }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What state the file is in.
    pub(crate) fn fingerprint(&self) -> io::Result<Fingerprint> {
        Ok(Fingerprint::of(&std::fs::metadata(&self.path)?))
    }

    /// Reads and checks the whole file.
    pub(crate) fn load(&self) -> Result<Loaded, LoadError> {
        let path = self.path.display();
        let (file, before) = self.open()?;
        let fingerprint = Fingerprint::of(&before);
        let products = Products::read(file, Options { format: self.format, ..Options::default() });
        if self.fingerprint().is_ok_and(|after| after != fingerprint) {
            return Err(LoadError::Unsettled);
        }
        let products = products.with_context(|| format!("the catalog `{path}` was refused"));
        let products = products.map_err(LoadError::refused(Code::Refused))?;
        Ok(Loaded { products, since: fingerprint.since(), fingerprint: Some(fingerprint) })
    }

    /// Opens a regular file without blocking: opening a pipe would wait for a writer that may never come.
    fn open(&self) -> Result<(File, Metadata), LoadError> {
        let path = self.path.display();
        let missing = |error| {
            LoadError::refused(Code::Missing)(anyhow::Error::from(error).context(format!("cannot open `{path}`")))
        };
        let plain = |metadata: Metadata| match kind(metadata.file_type()) {
            None => Ok(metadata),
            Some(kind) => Err(LoadError::refused(Code::NotAFile)(anyhow::anyhow!("`{path}` is {kind}, not a file"))),
        };
        plain(std::fs::metadata(&self.path).map_err(missing)?)?;
        // Another thing may lie there by now.
        let mut options = OpenOptions::new();
        let file = options.read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(&self.path).map_err(missing)?;
        let metadata = plain(file.metadata().map_err(missing)?)?;
        Ok((file, metadata))
    }
}

/// The name of the kind of a thing that is no regular file.
fn kind(kind: FileType) -> Option<&'static str> {
    match kind {
        kind if kind.is_file() => None,
        kind if kind.is_dir() => Some("a folder"),
        kind if kind.is_fifo() => Some("a pipe"),
        kind if kind.is_socket() => Some("a socket"),
        kind if kind.is_char_device() || kind.is_block_device() => Some("a device"),
        _ => Some("something else"),
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or_default()
}
