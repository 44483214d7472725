//! `storefront catalog build`: a merchant's file to the index that a shop opens. A file that breaks a rule leaves what was there before.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context as _, Result};
use catalog::Catalog;
use catalog::build::{Products, fewest_after};

use crate::arguments::ImportOptions;
use crate::commands::catalog_file::{check_rules, import, read, refused, save, search_rules, skipped, warn_unmatched};
use crate::commands::catalog_view::{IndexView, View};
use crate::context::Context;
use crate::output::{shown, size};
use crate::progress::Progress;
use crate::stopped::{Exit, Stopped};

const COMMAND: &str = "catalog build";

pub(super) fn run(
    context: &Context<'_>,
    file: &Path,
    out: &Path,
    least: Option<usize>,
    options: &ImportOptions,
) -> Result<()> {
    let is_same = |real: PathBuf| out.canonicalize().is_ok_and(|out| out == real);
    if file.canonicalize().is_ok_and(is_same) {
        let message = format!("`{}` is the catalog itself; the index goes into another file", shown(out));
        return Err(Stopped::new(Exit::Usage, message).into());
    }
    let import = import(file, options)?;
    let (products, took) = read(file, least.unwrap_or_else(|| least_after(out)), import.clone(), Products::read)
        .map_err(|error| refused(context, COMMAND, file, error))?;
    let rules = search_rules(file)?;
    let report = products.report().clone();
    warn_unmatched(&import.0, &report);
    let mut view = View::of(file, &report, took);
    let cannot = || format!("cannot build the index of `{}`", shown(file));
    let waiting = Progress::waiting("building the index");
    let products = products.with_rules(rules);
    check_rules(&products, file)?;
    let index = products.into_index().with_context(cannot)?;
    drop(waiting);
    let length = index.len() as u64;
    write(out, &index).with_context(|| format!("cannot write `{}`", shown(out)))?;
    let revision = Catalog::open(index).with_context(cannot)?.revision().to_owned();
    let written = IndexView { file: shown(out), size: length, revision };
    let line = format!("wrote `{}`: {}, revision {}\n", written.file, size(length), written.revision);
    let text = view.text() + &line;
    view.index = Some(written);
    context.output.result(COMMAND, &view, &text)?;
    save(file, options, &import.0)?;
    skipped(file, &report)
}

/// The fewest products that may replace this index, if there is one.
fn least_after(out: &Path) -> usize {
    let before = fs::read(out).ok().and_then(|index| Catalog::open(index).ok());
    fewest_after(before.map_or(0, |before| before.len()))
}

/// Writes under another name first: whoever reads the file finds all of the old one or all of the new one.
fn write(out: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = OsString::from(".");
    name.push(out.file_name().context("it names no file")?);
    name.push(format!(".{}", process::id()));
    let unfinished = out.with_file_name(name);
    let written = File::create(&unfinished)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&unfinished, out));
    if written.is_err() {
        // The first failure is the one that is printed.
        let _ = fs::remove_file(&unfinished);
    }
    Ok(written?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("storefront-catalog-build-{}", process::id()));
        fs::create_dir_all(folder.join("taken")).unwrap();
        write(&folder.join("index"), b"old").unwrap();
        write(&folder.join("index"), b"new").unwrap();
        assert_eq!(fs::read(folder.join("index")).unwrap(), b"new");
        fs::write(folder.join("taken/file"), "").unwrap();
        assert!(write(&folder.join("taken"), b"new").is_err());
        assert!(write(&folder.join("none/index"), b"new").is_err());
        let mut left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["index", "taken"]);
        fs::remove_dir_all(&folder).unwrap();
    }
}
