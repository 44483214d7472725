//! The cost of hostile texts, as multiples of a one-word search. The benchmark is `catalog/benches/hostile`: it makes up its products
//! and needs nothing but itself.

use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::project::{Project, say};

/// Prints a table for each size, the worst text of each last.
pub(crate) fn run(project: &Project) -> Result<()> {
    say("measuring hostile searches in process");
    let mut command = project.cargo("bench");
    command.args(["--package", "catalog", "--all-features", "--bench", "hostile"]);
    // Not through `Project::run`, which keeps stdout for this program: the tables are the result.
    let status = command.stdin(Stdio::null()).status().context("cannot start cargo")?;
    if !status.success() {
        bail!("the benchmark of hostile searches failed: {status}");
    }
    Ok(())
}
