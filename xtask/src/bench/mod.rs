//! `cargo xtask bench`: the pure crates under criterion, and the built Worker under bare workerd.
//! Figures hold for the machine and the minute they were taken in; compare within one run.

mod cases;
mod load;
mod workerd;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::project::{Project, say};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// API answers and page rendering, in process.
    Criterion,
    /// Requests per second of the built Worker, beside a JavaScript Worker that returns the same bytes.
    Workerd,
}

/// Runs the benchmark that is named, or all of them.
pub(crate) fn run(project: &Project, what: Option<What>) -> Result<()> {
    let chosen = |one: What| what.is_none_or(|what| what == one);
    if chosen(What::Criterion) {
        criterion(project)?;
    }
    if chosen(What::Workerd) {
        workerd::run(project)?;
    }
    Ok(())
}

fn criterion(project: &Project) -> Result<()> {
    say("measuring the catalog and the pages in process");
    let mut command = project.cargo("bench");
    // The pattern leaves out the unit tests, which the bench profile would compile for nothing.
    command.args(["--package", "catalog", "--package", "pages", "--all-features", "--bench", "*"]);
    project.run(&mut command).context("cannot run the criterion benchmarks")
}
