//! The speed of the shop's search beside other engines, at 1,000, 10,000 and 100,000 products, and at 100,000 with 300,000 variants. The package
//! `bench` measures; this makes its inputs: the products, a Worker for each size, and the other engines as Workers.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::relevance::PACKAGE;
use super::whole;
use crate::build::{self, Profile};
use crate::food;
use crate::project::{Project, say};
use crate::setup;
use crate::workerd;

/// How many foods each set has. The largest last: the smaller ones are its first products.
const SIZES: [(&str, usize); 3] = [("1000", 1000), ("10000", 10_000), ("100000", 100_000)];

/// The set of products that have everything that listings are filtered by.
pub(super) const WHOLE: &str = "whole";
const WHOLE_PRODUCTS: u64 = 100_000;

/// All sets.
pub(super) const SETS: [&str; 4] = ["1000", "10000", "100000", WHOLE];

/// What the engines' scripts import that stands beside them, not in them.
const BESIDE: [&str; 2] = ["./index.js", "products.ndjson"];

/// Makes the files, then measures.
pub(super) fn run(project: &Project, sets: &[&str]) -> Result<()> {
    let folder = project.path("target/bench/search");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    setup::packages(project, "bench")?;
    if sets.iter().any(|set| *set != WHOLE) {
        products(project, &folder)?;
    }
    if sets.contains(&WHOLE) {
        whole::write(&folder.join(format!("{WHOLE}.ndjson")), WHOLE_PRODUCTS)?;
    }
    for set in sets {
        worker(project, &folder, set)?;
    }
    say("building the engines");
    let options = ["--profile", "native", "--package", PACKAGE];
    project.run(project.cargo("build").args(options)).context("cannot build the engines")?;
    engines(project, &folder)?;
    say("measuring search");
    let mut command = project.cargo("run");
    command.args(options).args(["--quiet", "--", "search", "--folder"]).arg(&folder);
    command.args(["--sets", &sets.join(",")]);
    command.arg("--workerd").arg(workerd::program(project)?);
    command.args(["--compatibility-date", &workerd::compatibility_date(project)?]);
    // Not through `Project::run`, which keeps stdout for this program: the tables are the result.
    let status = command.stdin(Stdio::null()).status().context("cannot start cargo")?;
    if !status.success() {
        bail!("the search benchmark failed: {status}");
    }
    Ok(())
}

/// The foods of every size. Those that are there already are the same: the recipe is fixed.
fn products(project: &Project, folder: &Path) -> Result<()> {
    let file = |set: &str| folder.join(format!("{set}.ndjson"));
    let [smaller @ .., (largest, count)] = &SIZES;
    if !file(largest).is_file() {
        food::run(project, *count, &file(largest))?;
    }
    for (set, size) in smaller {
        let lines = BufReader::new(File::open(file(largest)).context("cannot read the products")?).lines();
        let path = file(set);
        let out = File::create(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
        let mut out = BufWriter::new(out);
        for line in lines.take(*size) {
            writeln!(out, "{}", line.context("cannot read the products")?)?;
        }
        out.flush().with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}

/// The Worker as it is deployed, with the products of a set in it.
fn worker(project: &Project, folder: &Path, set: &str) -> Result<()> {
    build::run(project, Profile::Release, Some(&folder.join(format!("{set}.ndjson"))))?;
    let own = folder.join(format!("storefront-{set}"));
    std::fs::create_dir_all(&own).with_context(|| format!("cannot create `{}`", own.display()))?;
    for file in ["index.js", "index_bg.wasm"] {
        let from = project.path("edge/build").join(file);
        std::fs::copy(&from, own.join(file)).with_context(|| format!("cannot copy `{}`", from.display()))?;
    }
    Ok(())
}

/// The scripts of the engines, each with its library in one file.
fn engines(project: &Project, folder: &Path) -> Result<()> {
    for engine in ["storefront", "minisearch", "orama"] {
        let mut command = project.npm_program("esbuild");
        command.arg(project.path(format!("bench/worker/{engine}.mjs")));
        command.args(["--bundle", "--format=esm", "--log-level=warning"]);
        command.args(BESIDE.map(|name| format!("--external:{name}")));
        command.arg(format!("--outfile={}", folder.join(format!("{engine}.js")).display()));
        project.run(&mut command).with_context(|| format!("cannot bundle `bench/worker/{engine}.mjs`"))?;
    }
    Ok(())
}
