//! Engines that run in a browser: a script of this package per engine, run by Node, prints what it found as JSON.
//! The queries go to the script on stdin, so that nothing of theirs has to be quoted.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{Answers, Rankings};
use crate::data::products_file;

/// What a script prints for each way in which it set its engine up.
#[derive(Deserialize)]
struct Printed {
    settings: String,
    rankings: Rankings,
}

/// `script` lies in this package's folder, and `package` is in its `node_modules`.
pub(crate) fn answers(
    engine: &str,
    script: &str,
    package: &str,
    folder: &Path,
    queries: &[String],
) -> Result<Vec<Answers>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let version = version(&own.join("node_modules").join(package).join("package.json"))?;
    let printed = run(&own.join(script), folder, queries).with_context(|| format!("cannot run `bench/{script}`"))?;
    let mut all = Vec::new();
    for Printed { settings, rankings } in printed {
        if rankings.len() != queries.len() {
            bail!("`bench/{script}` answered {} of {} queries", rankings.len(), queries.len());
        }
        all.push(Answers { engine: format!("{engine} {version}"), settings, rankings });
    }
    Ok(all)
}

fn run(script: &Path, folder: &Path, queries: &[String]) -> Result<Vec<Printed>> {
    let mut command = Command::new("node");
    command.arg(script).arg(products_file(folder)).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start `node`")?;
    // Closed when it is dropped here, which tells the script that this is all.
    let mut input = child.stdin.take().context("`node` takes no input")?;
    input.write_all(&serde_json::to_vec(queries)?).context("`node` stopped reading the queries")?;
    drop(input);
    let output = child.wait_with_output().context("cannot read what `node` prints")?;
    if !output.status.success() {
        bail!("`node` failed: {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("what it prints is not what was asked for")
}

fn version(manifest: &Path) -> Result<String> {
    #[derive(Deserialize)]
    struct Manifest {
        version: String,
    }
    let text = std::fs::read_to_string(manifest).with_context(|| format!("cannot read `{}`", manifest.display()))?;
    let manifest: Manifest = serde_json::from_str(&text).context("a package has no version")?;
    Ok(manifest.version)
}
