//! The shop's search beside other engines on judged queries. The package `bench` measures; this makes its inputs.
//! It is no default member and in no stage of the tests, so that only this command compiles other people's engines.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::failure::hinted;
use crate::project::{Project, say};
use crate::setup;

/// The package that only this command builds.
pub(crate) const PACKAGE: &str = "storefront-bench";

/// Indexes the products of the folder with every engine and prints how well each one ranks them.
pub(crate) fn run(project: &Project, data: &Path) -> Result<()> {
    let folder = std::path::absolute(data).with_context(|| format!("cannot resolve `{}`", data.display()))?;
    for name in ["products.ndjson.gz", "judgments.tsv"] {
        if !folder.join(name).is_file() {
            let hint = "`--data` names the folder with `products.ndjson.gz` and `judgments.tsv`, relative to the folder you are in";
            return Err(hinted(format!("`{}` has no `{name}`", data.display()), hint));
        }
    }
    setup::packages(project, "bench")?;
    say("building the engines");
    let options = ["--profile", "native", "--package", PACKAGE];
    project.run(project.cargo("build").args(options)).context("cannot build the engines")?;
    say("measuring relevance");
    let mut command = project.cargo("run");
    command.args(options).args(["--quiet", "--", "relevance", "--data"]).arg(folder);
    // Not through `Project::run`, which keeps stdout for this program: the table is the result.
    let status = command.stdin(Stdio::null()).status().context("cannot start cargo")?;
    if !status.success() {
        bail!("the relevance benchmark failed: {status}");
    }
    Ok(())
}
