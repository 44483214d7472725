//! The size budgets: what a shopper downloads, and how large the Worker is.
//! Sizes are of gzip at its best level, file by file; budgets that depend on time are measured elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::build::{self, Profile};
use crate::counts::Counts;
use crate::failure::hinted;
use crate::project::{Project, read, read_bytes};

const KIB: u64 = 1024;
const WORKER: u64 = 700 * KIB;
const SCRIPTS: u64 = 10 * KIB;
const LOADER: u64 = 2 * KIB;
const STYLES: u64 = 12 * KIB;

/// The pages that carry a remote, and which.
const PAGES: [(&str, &str); 2] = [("listing page", "products"), ("product page", "product-detail")];

/// One budget and what was measured against it.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) measured: u64,
    pub(crate) limit: u64,
}

/// One file for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BrowserFile {
    content_type: String,
    /// What it weighs on the way to the browser.
    compressed: u64,
}

/// Measures everything; a row over its limit is a failed check.
pub(crate) fn check(project: &Project) -> Result<(Counts, String)> {
    let mut rows = vec![worker(project)?];
    rows.extend(pages(project)?);
    Ok(verdict(&rows))
}

/// How many rows are within their limits, and the table of them all.
pub(crate) fn verdict(rows: &[Row]) -> (Counts, String) {
    let mut counts = Counts::default();
    for row in rows {
        counts += Counts::one(row.fits());
    }
    (counts, table(rows))
}

fn worker(project: &Project) -> Result<Row> {
    if build::built(project)? != Profile::Release {
        return Err(hinted(
            "the Worker in `edge/build` is not a release build, so its size says nothing",
            "build it: `cargo xtask build --release`; a running `cargo xtask dev` replaces it when a file is saved",
        ));
    }
    let module = read_bytes(&project.path("edge/build/index_bg.wasm"))?;
    let index = read_bytes(&catalog_index(&build::module(project, Profile::Release)?)?)?;
    let measured = compressed(&module)?.saturating_sub(compressed(&index)?);
    Ok(Row { what: "Worker without the catalog, wasm".to_owned(), measured, limit: WORKER })
}

/// The index that `edge/build.rs` wrote for the module: the newest, as cargo keeps those of earlier builds.
pub(crate) fn catalog_index(module: &Path) -> Result<PathBuf> {
    let folder = module.with_file_name("build");
    let listing = std::fs::read_dir(&folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let mut newest = None;
    for entry in listing {
        let path =
            entry.with_context(|| format!("cannot list `{}`", folder.display()))?.path().join("out/catalog.index");
        if let Ok(written) = std::fs::metadata(&path).and_then(|metadata| metadata.modified()) {
            newest = newest.max(Some((written, path)));
        }
    }
    let newest = newest.map(|(_, path)| path);
    newest.with_context(|| format!("`edge/build.rs` left no `catalog.index` under `{}`", folder.display()))
}

fn pages(project: &Project) -> Result<Vec<Row>> {
    let shell = shell(&project.path("assets/dist/shell"))?;
    let named = |name: &str| shell.get(name).with_context(|| format!("the shell's manifest has no `{name}`"));
    let (loader, styles) = (named("loader.js")?, named("shell.css")?);
    let mut rows = vec![Row { what: "loader".to_owned(), measured: loader.compressed, limit: LOADER }];
    for (page, remote) in PAGES {
        for (version, remote_files) in remote_versions(&project.path("assets/dist/remotes").join(remote))? {
            let files = || remote_files.iter().chain([loader, styles]);
            let weight = |kind: &str| {
                files().filter(|file| file.content_type.starts_with(kind)).map(|file| file.compressed).sum()
            };
            let mut row = |what: &str, measured: u64, limit: u64| {
                rows.push(Row { what: format!("{page}, {what} ({remote} {version})"), measured, limit });
            };
            row("JavaScript", weight("text/javascript"), SCRIPTS);
            row("CSS", weight("text/css"), STYLES);
        }
    }
    Ok(rows)
}

/// The shell's files by the names its sources have.
fn shell(folder: &Path) -> Result<BTreeMap<String, BrowserFile>> {
    let manifest = manifest(folder)?;
    let mut files = BTreeMap::new();
    for (name, entry) in entries(&manifest, folder)? {
        let path = text(entry, "path", folder)?;
        files.insert(name.clone(), browser_file(folder, path, entry)?);
    }
    Ok(files)
}

/// Every version of a remote that lies there: the one of its sources, and others when they are bundled too.
fn remote_versions(folder: &Path) -> Result<Vec<(String, Vec<BrowserFile>)>> {
    let listing = std::fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let mut versions = Vec::new();
    for entry in listing {
        let path = entry.with_context(|| format!("cannot list `{}`", folder.display()))?.path();
        let manifest = manifest(&path)?;
        let mut files = Vec::new();
        for (name, entry) in entries(&manifest, &path)? {
            files.push(browser_file(&path, name, entry)?);
        }
        versions.push((text(&manifest, "version", &path)?.to_owned(), files));
    }
    if versions.is_empty() {
        bail!("`{}` holds no version", folder.display());
    }
    versions.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(versions)
}

fn manifest(folder: &Path) -> Result<Value> {
    let path = folder.join("manifest.json");
    serde_json::from_str(&read(&path)?).with_context(|| format!("`{}` is not JSON", path.display()))
}

fn entries<'a>(manifest: &'a Value, folder: &Path) -> Result<impl Iterator<Item = (&'a String, &'a Value)>> {
    let files = manifest["files"].as_object();
    Ok(files.with_context(|| format!("the manifest in `{}` has no `files`", folder.display()))?.iter())
}

fn text<'a>(value: &'a Value, key: &str, folder: &Path) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("the manifest in `{}` lacks a `{key}`", folder.display()))
}

fn browser_file(folder: &Path, path: &str, entry: &Value) -> Result<BrowserFile> {
    let content_type = text(entry, "contentType", folder)?.to_owned();
    Ok(BrowserFile { content_type, compressed: compressed(&read_bytes(&folder.join(path))?)? })
}

fn compressed(bytes: &[u8]) -> Result<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).context("cannot compress")?;
    Ok(u64::try_from(encoder.finish().context("cannot compress")?.len())?)
}

impl Row {
    fn fits(&self) -> bool {
        self.measured <= self.limit
    }
}

fn table(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let (measured, limit) = (amount(row.measured), amount(row.limit));
        let verdict = if row.fits() { "" } else { "  OVER BUDGET" };
        let _ = writeln!(text, "  {:width$}  {measured:>11} of {limit}{verdict}", row.what);
    }
    text
}

/// A size in KiB with two places, rounded up, so that what reads as within a limit is.
fn amount(bytes: u64) -> String {
    let hundredths = (bytes * 100).div_ceil(KIB);
    match hundredths % 100 {
        0 => format!("{} KiB", hundredths / 100),
        rest => format!("{}.{rest:02} KiB", hundredths / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_up() {
        #[track_caller]
        fn check(bytes: u64, expect: &str) {
            assert_eq!(amount(bytes), expect);
        }
        check(0, "0 KiB");
        check(1, "0.01 KiB");
        check(10 * KIB, "10 KiB");
        check(10 * KIB + 1, "10.01 KiB");
        check(1536, "1.50 KiB");
    }

    #[test]
    fn a_limit_itself_is_within_it() {
        let row = |measured| Row { what: "loader".to_owned(), measured, limit: LOADER };
        assert!(row(LOADER).fits());
        assert!(!row(LOADER + 1).fits());
        assert_eq!(
            table(&[row(LOADER), row(LOADER + 1)]),
            "  loader        2 KiB of 2 KiB\n  loader     2.01 KiB of 2 KiB  OVER BUDGET\n"
        );
    }

    #[test]
    fn compression_is_gzip_and_repeats() {
        let text = "a well-made thing ".repeat(500);
        let size = compressed(text.as_bytes()).unwrap();
        assert!(size < 200, "{size}");
        assert_eq!(size, compressed(text.as_bytes()).unwrap());
    }

    #[test]
    fn a_remotes_files_are_weighed_by_its_manifest() {
        let folder = std::env::temp_dir().join(format!("budget-{}", std::process::id()));
        let version = folder.join("1.0.0");
        std::fs::create_dir_all(&version).unwrap();
        std::fs::write(version.join("products-ABC.js"), "export function mount() {}\n").unwrap();
        std::fs::write(
            version.join("manifest.json"),
            r#"{"version":"1.0.0","files":{"products-ABC.js":{"contentType":"text/javascript; charset=utf-8"}}}"#,
        )
        .unwrap();
        let versions = remote_versions(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let [(name, files)] = versions.as_slice() else { panic!("one version: {versions:?}") };
        assert_eq!(name, "1.0.0");
        assert_eq!(files[0].content_type, "text/javascript; charset=utf-8");
        assert!(files[0].compressed > 20);
    }
}
