//! The shop with a catalog as large as it is made for: a second Worker of the same sources, with 100,000 made-up products, in
//! `target/large`. A Worker that is too large for wrangler is found here and not at a deployment; `tests/it/api/large.rs` asks it for answers.

mod products;

pub(crate) use self::products::product;

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::budget::{self, Row};
use crate::build;
use crate::failure::hinted;
use crate::project::{Project, capture, read, say};

/// The folder of this Worker, laid out like the checkout. The end-to-end tests know it too.
const FOLDER: &str = "target/large";

/// Its catalog file, and the index that the build made of it.
const CATALOG: &str = "products.ndjson";
const INDEX: &str = "catalog.index";

const PRODUCTS: u64 = 100_000;

/// What wrangler may say that it uploads.
const UPLOAD: u64 = 32 << 20;

/// What wrangler writes before the size of an upload.
const TOTAL: &str = "Total Upload:";

/// Builds the Worker and puts beside it what wrangler and the tests need.
pub(crate) fn build(project: &Project) -> Result<()> {
    let folder = project.path(FOLDER);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    let catalog = folder.join(CATALOG);
    write_catalog(&catalog, PRODUCTS)?;
    let module = build::aside(project, &catalog, &folder)?;
    let index = budget::catalog_index(&module)?;
    std::fs::copy(&index, folder.join(INDEX)).with_context(|| format!("cannot copy `{}`", index.display()))?;
    let files = folder.join("assets/dist");
    if files.exists() {
        std::fs::remove_dir_all(&files).with_context(|| format!("cannot empty `{}`", files.display()))?;
    }
    copy(&project.path("assets/dist"), &files)?;
    let configuration = without_build(&read(&project.path("wrangler.toml"))?);
    std::fs::write(folder.join("wrangler.toml"), configuration).context("cannot write the copy of `wrangler.toml`")
}

/// What wrangler would upload to the production environment, which it says without a network and without an account.
pub(crate) fn upload(project: &Project) -> Result<Row> {
    let folder = project.path(FOLDER);
    let mut command = project.npm_program("wrangler");
    command.args(["deploy", "--env", "production", "--dry-run"]).current_dir(&folder);
    command.env("WRANGLER_LOG_PATH", folder.join("logs")).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    let said = capture(&mut command).context("wrangler cannot say what it would upload")?;
    let measured = total_upload(&said).ok_or_else(|| {
        hinted(
            format!("wrangler does not say `{TOTAL}` and a size in KiB; it says:\n{said}"),
            "`total_upload` in `xtask/src/large/mod.rs` reads what wrangler prints",
        )
    })?;
    Ok(Row::bytes(format!("Worker with {PRODUCTS} products, upload"), measured, UPLOAD))
}

/// How soon a fresh isolate with this catalog responds.
pub(crate) fn first_response(project: &Project) -> Result<Row> {
    budget::large_start(project, &project.path(FOLDER), PRODUCTS)
}

/// A file that is the same already keeps its date, so that cargo has nothing to do.
fn write_catalog(path: &Path, count: u64) -> Result<()> {
    let fresh = path.with_extension("unfinished");
    let file = File::create(&fresh).with_context(|| format!("cannot create `{}`", fresh.display()))?;
    let mut out = BufWriter::new(file);
    for number in 1..=count {
        writeln!(out, "{}", products::product(number)).context("cannot write the large catalog")?;
    }
    out.into_inner().context("cannot write the large catalog")?;
    if path.is_file() && is_same(path, &fresh)? {
        return std::fs::remove_file(&fresh).with_context(|| format!("cannot remove `{}`", fresh.display()));
    }
    say(format!("wrote {count} made-up products to `{}`", path.display()));
    std::fs::rename(&fresh, path).with_context(|| format!("cannot write `{}`", path.display()))
}

fn is_same(left: &Path, right: &Path) -> Result<bool> {
    let open = |path: &Path| -> Result<_> {
        let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        Ok(BufReader::with_capacity(1 << 20, file).bytes())
    };
    let (left, right) = (open(left)?, open(right)?);
    Ok(left.map(Result::ok).eq(right.map(Result::ok)))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot create `{}`", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("cannot list `{}`", from.display()))? {
        let path: PathBuf = entry.with_context(|| format!("cannot list `{}`", from.display()))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).with_context(|| format!("cannot copy `{}`", path.display()))?;
        }
    }
    Ok(())
}

/// The configuration without the command that builds the shop's own Worker, and without the schema, which lies elsewhere.
fn without_build(configuration: &str) -> String {
    let mut is_build = false;
    let mut kept = String::new();
    for line in configuration.lines() {
        if line.starts_with('[') {
            is_build = line.trim() == "[build]";
        }
        if !is_build && !line.starts_with("\"$schema\"") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The size in bytes in `Total Upload: 19240.24 KiB / gzip: 13105.38 KiB`.
fn total_upload(said: &str) -> Option<u64> {
    let (_, rest) = said.split_once(TOTAL)?;
    let (number, _) = rest.split_once(" KiB")?;
    let (whole, hundredths) = number.trim().split_once('.').unwrap_or((number.trim(), "0"));
    let hundredths = format!("{hundredths:0<2}");
    let (whole, hundredths): (u64, u64) = (whole.parse().ok()?, hundredths.get(..2)?.parse().ok()?);
    Some((whole * 100 + hundredths) * 1024 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_read_from_what_wrangler_prints() {
        #[track_caller]
        fn check(said: &str, expect: Option<u64>) {
            assert_eq!(total_upload(said), expect, "{said}");
        }
        check("a\nTotal Upload: 19240.25 KiB / gzip: 13105.38 KiB\nb", Some(19_702_016));
        check("Total Upload: 32768 KiB / gzip: 1.00 KiB", Some(UPLOAD));
        check("Total Upload: 32768.5 KiB", Some(UPLOAD + 512));
        check("Total Upload: 20 MiB", None);
        check("--dry-run: exiting now.", None);
    }

    #[test]
    fn the_configuration_loses_its_build_alone() {
        let text = "main = \"a/b.js\"\n\n[build]\ncommand = \"make\"\n\n[assets]\ndirectory = \"dist\"\n";
        assert_eq!(without_build(text), "main = \"a/b.js\"\n\n[assets]\ndirectory = \"dist\"\n");
    }

    #[test]
    fn a_catalog_that_is_the_same_is_left_alone() {
        let folder = std::env::temp_dir().join(format!("large-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(CATALOG);
        write_catalog(&path, 2).unwrap();
        let first = std::fs::metadata(&path).unwrap().modified().unwrap();
        write_catalog(&path, 2).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), first);
        write_catalog(&path, 3).unwrap();
        let lines = read(&path).unwrap().lines().count();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(lines, 3);
    }
}
