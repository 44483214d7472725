//! `cargo xtask test`: every check and test there is, in stages, summed up in one last line.
//! A stage that fails stops only those that need it; its output is in `target/xtask-logs`.

mod changed;
mod schedule;
mod stages;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::project::{Project, say};
use crate::stage::Room::{Alone, Beside, Compiler};
use crate::stage::{self, Packages, Request, Stage};
use crate::{advisories, infra};

const STAGES: &[Stage] = &[
    Stage { name: "setup", needs: &[], room: Alone, run: stages::set_up },
    Stage { name: "format", needs: &["setup"], room: Beside, run: stages::format },
    // The Worker embeds the manifests of the browser's files, so it does not compile without them.
    Stage { name: "bundles", needs: &["setup"], room: Beside, run: stages::bundles },
    Stage { name: "clippy", needs: &["bundles"], room: Compiler, run: stages::clippy },
    Stage { name: "tidy", needs: &["setup"], room: Beside, run: stages::tidy },
    Stage { name: "typescript", needs: &["setup"], room: Beside, run: stages::typescript },
    Stage { name: "assets", needs: &["bundles"], room: Beside, run: stages::assets },
    Stage { name: "unit", needs: &["bundles"], room: Compiler, run: stages::unit },
    Stage { name: "worker", needs: &["bundles"], room: Compiler, run: stages::worker },
    Stage { name: "budgets", needs: &["worker"], room: Beside, run: stages::budgets },
    Stage { name: "start", needs: &["worker"], room: Alone, run: stages::start },
    Stage { name: "programs", needs: &["setup"], room: Compiler, run: stages::programs },
    Stage { name: "end-to-end", needs: &["worker", "programs"], room: Alone, run: stages::end_to_end },
    // Its last minutes take one core: whole-program optimisation.
    Stage { name: "origin", needs: &["setup"], room: Compiler, run: stages::origin },
    Stage { name: "image", needs: &["programs", "origin"], room: Alone, run: stages::image },
    Stage { name: "large", needs: &["worker"], room: Alone, run: stages::large },
    Stage { name: "browser", needs: &["worker", "programs"], room: Alone, run: stages::browser },
    // Those of `--infra`; see `INFRA`.
    Stage { name: "infra-tools", needs: &["setup"], room: Beside, run: infra::set_up },
    Stage { name: "terraform", needs: &["infra-tools", "programs"], room: Beside, run: infra::terraform },
    Stage { name: "delivery", needs: &["infra-tools", "programs"], room: Compiler, run: infra::delivery },
    Stage { name: "checkov", needs: &["infra-tools"], room: Beside, run: infra::checkov },
    Stage { name: "workflows", needs: &["infra-tools"], room: Beside, run: infra::workflows },
    Stage { name: "rules", needs: &["infra-tools"], room: Beside, run: infra::rules },
    Stage { name: "supply", needs: &["infra-tools", "bundles"], room: Compiler, run: infra::supply },
    Stage { name: "advisories", needs: &["infra-tools"], room: Beside, run: advisories::check },
];

/// The first of the stages that check infra/ and .github/, which need tools that nobody needs for the shop itself.
const INFRA: &str = "infra-tools";

/// Stages that pass their arguments on to what runs the tests.
const TAKE_ARGUMENTS: [&str; 5] = ["assets", "unit", "end-to-end", "browser", "delivery"];

/// Which stages are asked for.
pub(crate) enum Wanted<'a> {
    /// All that are about the shop.
    Shop,
    /// All that are about infra/ and .github/.
    Infra,
    /// All of both kinds.
    All,
    /// These, of whichever kind; arguments for what runs the tests go to the one that is named.
    Named(&'a [String], &'a [String]),
    /// Those that a change since this commit concerns and that need no running shop.
    Changed(&'a str),
}

/// The stages in order, with those they need.
fn wanted(wanted: &Wanted<'_>) -> Result<Vec<&'static Stage>> {
    let first = STAGES.iter().position(|stage| stage.name == INFRA).unwrap_or(STAGES.len());
    let names = |stages: &[Stage]| -> Vec<String> { stages.iter().map(|stage| stage.name.to_owned()).collect() };
    let (shop, infra) = STAGES.split_at(first);
    match wanted {
        Wanted::Shop => stage::select(STAGES, &names(shop)),
        Wanted::Infra => stage::select(STAGES, &names(infra)),
        Wanted::All | Wanted::Changed(_) => stage::select(STAGES, &[]),
        Wanted::Named(only, _) => stage::select(STAGES, only),
    }
}

/// Runs the stages, all of them or those asked for with what they need.
pub(crate) fn run(project: &Project, which: &Wanted<'_>, list: bool) -> Result<ExitCode> {
    let mut stages = wanted(which)?;
    let mut request = Request { packages: Packages::All, arguments: Vec::new(), of: None };
    match which {
        Wanted::Named(only, arguments) if !arguments.is_empty() => {
            request.of = Some(stage_with_arguments(only)?);
            request.arguments = arguments.to_vec();
        }
        Wanted::Changed(base) => {
            let plan = changed::plan(project, base, &stages::NOT_UNIT)?;
            stages = stage::select(STAGES, &plan.stages)?;
            request.packages = plan.packages;
            say(format!("what differs from `{base}` concerns these stages; `cargo xtask test` runs all"));
        }
        _ => {}
    }
    if list {
        for stage in stages {
            println!("{}", stage.name);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let ended = schedule::run(&stages, |stage| stage::run(project, stage, &request))?;
    let (counts, line) = stage::total(&ended);
    println!("\n{}\n{line}", stage::table(&ended));
    Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The one stage that arguments are for.
fn stage_with_arguments(only: &[String]) -> Result<&'static str> {
    let [name] = only else { bail!("arguments after `--` are for one stage: name it, as in `browser -- search`") };
    let found = TAKE_ARGUMENTS.iter().find(|stage| **stage == name.as_str());
    found.copied().map_or_else(
        || bail!("the stage `{name}` takes no arguments; those that do are {}", TAKE_ARGUMENTS.join(", ")),
        Ok,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_is_tested_without_the_tools_of_infra() {
        let names =
            |which: Wanted<'_>| -> Vec<&str> { wanted(&which).unwrap().iter().map(|stage| stage.name).collect() };
        let (shop, infra, all) = (names(Wanted::Shop), names(Wanted::Infra), names(Wanted::All));
        assert!(shop.contains(&"browser") && !shop.contains(&INFRA), "{shop:?}");
        assert!(infra.contains(&"supply") && infra.contains(&"setup") && !infra.contains(&"browser"), "{infra:?}");
        assert_eq!(all.len(), STAGES.len());
    }

    #[test]
    fn what_a_stage_needs_comes_before_it() {
        for (position, stage) in STAGES.iter().enumerate() {
            for needed in stage.needs {
                assert!(
                    STAGES[..position].iter().any(|before| before.name == *needed),
                    "{} needs {needed}",
                    stage.name
                );
            }
        }
    }

    #[test]
    fn arguments_are_for_one_stage_that_takes_them() {
        let names = |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
        assert_eq!(stage_with_arguments(&names(&["browser"])).unwrap(), "browser");
        assert!(stage_with_arguments(&names(&["tidy"])).is_err());
        assert!(stage_with_arguments(&names(&["browser", "unit"])).is_err());
        assert!(TAKE_ARGUMENTS.iter().all(|name| STAGES.iter().any(|stage| stage.name == *name)));
    }

    #[test]
    fn every_stage_runs_in_a_job_of_the_pipeline() {
        let workflow = include_str!("../../../.github/workflows/ci.yml");
        let commands = workflow.lines().filter_map(|line| line.trim().strip_prefix("run: cargo xtask test "));
        let mut run: Vec<&str> = Vec::new();
        for command in commands {
            let names: Vec<String> = command.split(' ').map(str::to_owned).collect();
            let which = if command == "--infra" { Wanted::Infra } else { Wanted::Named(&names, &[]) };
            run.extend(wanted(&which).unwrap().iter().map(|stage| stage.name));
        }
        let missing: Vec<&str> = STAGES.iter().map(|stage| stage.name).filter(|name| !run.contains(name)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "add them to a job of `.github/workflows/ci.yml`");
    }
}
