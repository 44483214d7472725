//! The budgets that people feel: the download of a shopper, the size of the Worker's code, and the time to its first response.
//! Sizes are of gzip at its best level, file by file. Throughput is measured by `cargo xtask bench`.

mod ledger;
mod row;
mod start;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use self::ledger::{Ledger, Sizes};
use self::row::KIB;
pub(crate) use self::row::{Row, verdict};
pub(crate) use self::start::{large as large_start, small as first_response};
use crate::build::{self, Profile};
use crate::counts::Counts;
use crate::failure::hinted;
use crate::package::{NAMED, OUTPUTS};
use crate::project::{Project, read, read_bytes, say};
use crate::wasm;

/// Of `docs/decisions/192-room-for-rules-and-addresses.md`.
const WORKER: u64 = 880 * KIB;
const SCRIPTS: u64 = 10 * KIB;
const LOADER: u64 = 2 * KIB;
const STYLES: u64 = 12 * KIB;

/// The pages that carry a remote, and which.
const PAGES: [(&str, &str); 3] =
    [("listing page", "products"), ("product page", "product-detail"), ("checkout page", "checkout")];

/// One file for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
struct BrowserFile {
    content_type: String,
    /// What it weighs on the way to the browser.
    compressed: u64,
}

/// Builds the Worker, prints all budgets and the ledger, and with a reason writes the ledger anew.
pub(crate) fn run(project: &Project, record: Option<String>) -> Result<bool> {
    build::run(project, Profile::Release, None)?;
    if let Some(reason) = record {
        let ledger = Ledger::next(recorded(project)?.as_ref(), sizes(project)?, reason);
        let path = project.path(ledger::PATH);
        std::fs::write(&path, ledger.render()?).with_context(|| format!("cannot write `{}`", path.display()))?;
        say(format!("wrote `{}`", ledger::PATH));
    }
    let (mut counts, mut text) = check(project)?;
    let (row, note) = first_response(project)?;
    let (more, table) = verdict(&[row]);
    counts += more;
    text.push_str(&table);
    text.extend(note.map(|note| format!("  note: {note}\n")));
    #[expect(clippy::print_stdout, reason = "the tables are the result; they go to stdout so that they can be kept")]
    {
        print!("{text}");
    }
    Ok(counts.failed == 0)
}

/// Measures all sizes and compares them with their limits and with the ledger; a row over its limit is a failed check.
pub(crate) fn check(project: &Project) -> Result<(Counts, String)> {
    let sizes = sizes(project)?;
    let Some(ledger) = recorded(project)? else {
        return Err(hinted(
            format!("there is no `{}`", ledger::PATH),
            "write it: `cargo xtask budget --record --reason TEXT`",
        ));
    };
    let mut rows = vec![Row::bytes("the Worker's code without the catalog, gzip", sizes.compressed, WORKER)];
    rows.extend(ledger.growth(&sizes));
    rows.extend(pages(project)?);
    let (counts, table) = verdict(&rows);
    let mut text = format!("{}{table}", ledger.table(&sizes));
    if verdict(&ledger.growth(&sizes)).0.failed > 0 {
        text.push_str("  hint: make it smaller, or give the reason: `cargo xtask budget --record --reason TEXT`\n");
    }
    Ok((counts, text))
}

fn recorded(project: &Project) -> Result<Option<Ledger>> {
    let path = project.path(ledger::PATH);
    if path.is_file() { Ledger::parse(&read(&path)?).map(Some) } else { Ok(None) }
}

/// The sizes of the Worker in the checkout, without the catalog.
fn sizes(project: &Project) -> Result<Sizes> {
    if build::built(project)? != Profile::Release {
        return Err(hinted(
            "the Worker in `edge/build` is not a release build, so its size says nothing",
            "build it: `cargo xtask build --release`; a running `cargo xtask dev` replaces it when a file is saved",
        ));
    }
    let [script, module, _] = OUTPUTS.map(|path| read_bytes(&project.path(path)));
    let (script, module) = (script?, module?);
    let index = read_bytes(&catalog_index(&build::module(project, Profile::Release)?)?)?;
    let code = compressed(&module)?.saturating_sub(compressed(&index)?) + compressed(&script)?;
    let parts = wasm::measure(&read_bytes(&project.path(NAMED))?, &index)?;
    Ok(Sizes::new(parts, script.len() as u64, code))
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
    let (loader, suggestions, styles) = (named("loader.js")?, named("suggestions.js")?, named("shell.css")?);
    let mut rows = vec![Row::bytes("loader", loader.compressed, LOADER)];
    for (page, remote) in PAGES {
        for (version, remote_files) in remote_versions(&project.path("assets/dist/remotes").join(remote))? {
            let files = || remote_files.iter().chain([loader, suggestions, styles]);
            let weight = |kind: &str| {
                files().filter(|file| file.content_type.starts_with(kind)).map(|file| file.compressed).sum()
            };
            let mut row = |what: &str, measured: u64, limit: u64| {
                rows.push(Row::bytes(format!("{page}, {what} ({remote} {version})"), measured, limit));
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

#[cfg(test)]
mod tests {
    use super::*;

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
