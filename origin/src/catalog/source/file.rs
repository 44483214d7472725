//! A catalog file as a source: tells one state of the file from another, and reads it as a whole or not at all.

use std::borrow::Cow;
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::Currency;
use catalog::build::{Format, Import, Options, Products};
use nix::fcntl::OFlag;

use crate::catalog::source::{Changes, LoadError, Position, Snapshot, Source};
use crate::catalog::trouble::Code;

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
pub(crate) struct CatalogFile {
    path: PathBuf,
    format: Option<Format>,
    currency: Currency,
}

impl Fingerprint {
    pub(super) fn of(metadata: &Metadata) -> Fingerprint {
        Fingerprint {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// The time at which the file became what it is. Not that of the last write: a copy of an old file is a new decision.
    pub(super) fn since(&self) -> u64 {
        let (seconds, nanoseconds) = self.changed;
        u64::try_from(seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000)).unwrap_or_default()
    }
}

impl CatalogFile {
    pub(crate) fn new(path: &Path, currency: Currency) -> CatalogFile {
        let format = path.file_name().and_then(|name| Format::of_name(name.to_str()?));
        CatalogFile { path: path.to_path_buf(), format, currency }
    }

    /// The state that the file is in.
    fn fingerprint(&self) -> io::Result<Fingerprint> {
        Ok(Fingerprint::of(&std::fs::metadata(&self.path)?))
    }

    /// The settings of the mapping file beside the catalog; a change of it counts from the next change of the catalog.
    fn mapping(&self) -> anyhow::Result<Import> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(Import::SUFFIX);
        let beside = PathBuf::from(name);
        match std::fs::read_to_string(&beside) {
            Ok(text) => Import::parse(&text).with_context(|| format!("`{}` was refused", beside.display())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Import::default()),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", beside.display())),
        }
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
        // Another file may lie there by now.
        let mut options = OpenOptions::new();
        let file = options.read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(&self.path).map_err(missing)?;
        let metadata = plain(file.metadata().map_err(missing)?)?;
        Ok((file, metadata))
    }
}

impl Source for CatalogFile {
    fn name(&self) -> Cow<'_, str> {
        self.path.to_string_lossy()
    }

    fn snapshot(&self) -> Result<Snapshot, LoadError> {
        let path = self.path.display();
        let (file, before) = self.open()?;
        let fingerprint = Fingerprint::of(&before);
        let import = self.mapping().map_err(LoadError::refused(Code::Refused))?;
        let options = Options { format: self.format, currency: self.currency, import, ..Options::default() };
        let products = Products::read(file, options);
        if self.fingerprint().is_ok_and(|after| after != fingerprint) {
            return Err(LoadError::Unsettled);
        }
        let products = products.with_context(|| format!("the catalog `{path}` was refused"));
        let products = products.map_err(LoadError::refused(Code::Refused))?;
        let may_be_cut = may_be_cut(&products);
        Ok(Snapshot { products, since: fingerprint.since(), position: Some(Position::File(fingerprint)), may_be_cut })
    }

    fn changes_since(&self, position: Option<Position>) -> Result<Changes, LoadError> {
        let missing = |error| {
            let error = anyhow::Error::from(error).context("the catalog file cannot be found");
            LoadError::refused(Code::Missing)(error)
        };
        let now = Position::File(self.fingerprint().map_err(missing)?);
        Ok(if position == Some(now) { Changes::None } else { Changes::Unlisted(now) })
    }
}

/// Whether any beginning of a file is a whole file of fewer products: rows and lines, which no bracket closes and no checksum ends.
fn may_be_cut(products: &Products) -> bool {
    let report = products.report();
    !report.is_gzip && matches!(report.format, Format::Csv | Format::Ndjson)
}

/// The name of a kind of file that is not regular.
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
