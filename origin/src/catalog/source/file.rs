//! A catalog file as a source: tells one state of the file from another, and reads it as a whole or not at all.

use std::borrow::Cow;
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::Currency;
use catalog::build::{Format, Import, Options, Products, SearchRules};
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

/// A state of a catalog file and of the rules for searches beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    catalog: Fingerprint,
    /// Inode and time of the last change of the rules; `None` without any.
    rules: Option<(u64, (i64, i64))>,
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
        milliseconds(self.changed)
    }
}

impl State {
    /// The time at which the later one became what it is.
    fn since(&self) -> u64 {
        self.catalog.since().max(self.rules.map_or(0, |(_, changed)| milliseconds(changed)))
    }
}

impl CatalogFile {
    pub(crate) fn new(path: &Path, currency: Currency) -> CatalogFile {
        let format = path.file_name().and_then(|name| Format::of_name(name.to_str()?));
        CatalogFile { path: path.to_path_buf(), format, currency }
    }

    /// The state that the file is in, and its rules.
    fn state(&self) -> io::Result<State> {
        let rules = match std::fs::metadata(self.rules_path()) {
            Ok(metadata) => Some((metadata.ino(), (metadata.ctime(), metadata.ctime_nsec()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(State { catalog: Fingerprint::of(&std::fs::metadata(&self.path)?), rules })
    }

    fn rules_path(&self) -> PathBuf {
        self.path.with_file_name(SearchRules::FILE_NAME)
    }

    /// Reads the rules for searches, if there are any.
    fn rules(&self, state: &State) -> anyhow::Result<SearchRules> {
        if state.rules.is_none() {
            return Ok(SearchRules::default());
        }
        let path = self.rules_path();
        let cannot = || format!("cannot read the rules for searches `{}`", path.display());
        let mut options = OpenOptions::new();
        let file = options.read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(&path).with_context(cannot)?;
        if let Some(kind) = kind(file.metadata().with_context(cannot)?.file_type()) {
            anyhow::bail!("`{}` is {kind}, not a file", path.display());
        }
        SearchRules::read(file).with_context(|| format!("the rules for searches `{}` were refused", path.display()))
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
        let cannot = |error: io::Error| {
            LoadError::refused(Code::Missing)(anyhow::Error::from(error).context(format!("cannot open `{path}`")))
        };
        let state = State { catalog: Fingerprint::of(&before), ..self.state().map_err(cannot)? };
        let import = self.mapping().map_err(LoadError::refused(Code::Refused))?;
        let options = Options { format: self.format, currency: self.currency, import, ..Options::default() };
        let products = Products::read(file, options);
        let rules = self.rules(&state);
        if self.state().is_ok_and(|after| after != state) {
            return Err(LoadError::Unsettled);
        }
        let products = products.with_context(|| format!("the catalog `{path}` was refused"));
        let products = products.map_err(LoadError::refused(Code::Refused))?;
        let may_be_cut = may_be_cut(&products);
        let products = products.with_rules(rules.map_err(LoadError::refused(Code::Refused))?);
        Ok(Snapshot { products, since: state.since(), position: Some(Position::File(state)), may_be_cut })
    }

    fn changes_since(&self, position: Option<Position>) -> Result<Changes, LoadError> {
        let missing = |error| {
            let error = anyhow::Error::from(error).context("the catalog file cannot be found");
            LoadError::refused(Code::Missing)(error)
        };
        let now = Position::File(self.state().map_err(missing)?);
        Ok(if position == Some(now) { Changes::None } else { Changes::Unlisted(now) })
    }
}

/// Seconds and nanoseconds since 1970 as milliseconds.
fn milliseconds((seconds, nanoseconds): (i64, i64)) -> u64 {
    u64::try_from(seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000)).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const PRODUCT: &str = r#"[{"id":"1","name":"Wool throw","description":"","price":1,"imageUrl":"","category":"All","stock":1,"rating":1,"reviews":1}]"#;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("storefront-origin-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("products.json"), PRODUCT).unwrap();
        folder
    }

    fn found(snapshot: Snapshot) -> u32 {
        let catalog = catalog::Catalog::open(snapshot.products.into_index().unwrap()).unwrap();
        catalog.search(&catalog::Query { search: Some("blanket".to_owned()), ..catalog::Query::default() }).total
    }

    #[test]
    fn rules_beside_the_catalog_are_a_part_of_its_state() {
        let folder = folder("rules");
        let file = CatalogFile::new(&folder.join("products.json"), Currency::default());
        let plain = file.snapshot().unwrap();
        let position = plain.position;
        assert_eq!(file.changes_since(position).unwrap(), Changes::None);
        assert_eq!(found(plain), 0);
        fs::write(folder.join("search.toml"), "synonyms = [['throw', 'blanket']]").unwrap();
        assert_ne!(file.changes_since(position).unwrap(), Changes::None, "rules that come are a change");
        let ruled = file.snapshot().unwrap();
        let position = ruled.position;
        assert_eq!(found(ruled), 1);
        fs::remove_file(folder.join("search.toml")).unwrap();
        assert_ne!(file.changes_since(position).unwrap(), Changes::None, "rules that go are a change");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn rules_with_a_fault_refuse_the_catalog_and_name_the_place() {
        let folder = folder("faults");
        let file = CatalogFile::new(&folder.join("products.json"), Currency::default());
        fs::write(folder.join("search.toml"), "stop_words = ['of the']").unwrap();
        let error = file.snapshot().unwrap_err().to_string();
        assert!(
            error.contains("search.toml` were refused: line 1, column 15, `stop_words[1]`: a stop word is one word"),
            "{error}"
        );
        fs::remove_file(folder.join("search.toml")).unwrap();
        fs::create_dir(folder.join("search.toml")).unwrap();
        let error = file.snapshot().unwrap_err().to_string();
        assert!(error.contains("is a folder, not a file"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
