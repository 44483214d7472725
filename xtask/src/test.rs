//! `cargo xtask test`: every check and test there is, in stages, summed up in one last line.
//! A stage that fails stops only those that need it; its output is in `target/xtask-logs`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::bench::relevance;
use crate::build::{self, Lock, Profile};
use crate::counts::{self, Counts};
use crate::project::{Project, read};
use crate::stage::{self, Outcome, Stage, Workplace};
use crate::{budget, image, infra, large, setup, tidy, tools};

/// The package whose tests need the built Worker.
const END_TO_END: &str = "storefront-tests";

/// Those of its tests that need the Worker with the large catalog.
const LARGE_TESTS: &str = "large::";

/// Those of the origin alone.
const ORIGIN_TESTS: [&str; 4] = ["origin_api::", "origin_commands::", "origin_connections::", "origin_feed::"];

/// How many of them need a shared cache: those of `tests/it/shared_cache.rs`.
const SHARED_CACHE_TESTS: u64 = 2;

const STAGES: &[Stage] = &[
    Stage { name: "setup", needs: &[], run: set_up },
    Stage { name: "format", needs: &["setup"], run: format },
    // The Worker embeds the manifests of the browser's files, so it does not compile without them.
    Stage { name: "bundles", needs: &["setup"], run: bundles },
    Stage { name: "clippy", needs: &["bundles"], run: clippy },
    Stage { name: "tidy", needs: &["setup"], run: tidy },
    Stage { name: "typescript", needs: &["setup"], run: typescript },
    Stage { name: "assets", needs: &["bundles"], run: assets },
    Stage { name: "unit", needs: &["bundles"], run: unit },
    Stage { name: "worker", needs: &["bundles"], run: worker },
    Stage { name: "budgets", needs: &["worker"], run: budgets },
    Stage { name: "programs", needs: &["setup"], run: programs },
    Stage { name: "end-to-end", needs: &["worker", "programs"], run: end_to_end },
    Stage { name: "image", needs: &["programs"], run: image },
    Stage { name: "large", needs: &["worker"], run: large },
    Stage { name: "browser", needs: &["worker", "programs"], run: browser },
    // Those of `--infra`; see `INFRA`.
    Stage { name: "infra-tools", needs: &["setup"], run: infra::set_up },
    Stage { name: "terraform", needs: &["infra-tools", "programs"], run: infra::terraform },
    Stage { name: "delivery", needs: &["infra-tools", "programs"], run: infra::delivery },
    Stage { name: "checkov", needs: &["infra-tools"], run: infra::checkov },
    Stage { name: "workflows", needs: &["infra-tools"], run: infra::workflows },
    Stage { name: "rules", needs: &["infra-tools"], run: infra::rules },
    Stage { name: "supply", needs: &["infra-tools", "bundles"], run: infra::supply },
];

/// The first of the stages that check infra/ and .github/, which need tools that nobody needs for the shop itself.
const INFRA: &str = "infra-tools";

/// Which stages are asked for.
pub(crate) enum Wanted<'a> {
    /// All that are about the shop.
    Shop,
    /// All that are about infra/ and .github/.
    Infra,
    /// Both.
    All,
    /// These, of whichever kind.
    Named(&'a [String]),
}

/// The stages in order, with those they need.
fn wanted(wanted: &Wanted<'_>) -> Result<Vec<&'static Stage>> {
    let first = STAGES.iter().position(|stage| stage.name == INFRA).unwrap_or(STAGES.len());
    let names = |stages: &[Stage]| -> Vec<String> { stages.iter().map(|stage| stage.name.to_owned()).collect() };
    let (shop, infra) = STAGES.split_at(first);
    match wanted {
        Wanted::Shop => stage::select(STAGES, &names(shop)),
        Wanted::Infra => stage::select(STAGES, &names(infra)),
        Wanted::All => stage::select(STAGES, &[]),
        Wanted::Named(only) => stage::select(STAGES, only),
    }
}

/// Runs the stages, all of them or those asked for with what they need.
pub(crate) fn run(project: &Project, which: &Wanted<'_>, list: bool) -> Result<ExitCode> {
    let stages = wanted(which)?;
    if list {
        for stage in stages {
            println!("{}", stage.name);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut ended = Vec::new();
    for stage in stages {
        let result = stage::run(project, stage, &ended)?;
        ended.push(result);
    }
    let (counts, line) = stage::total(&ended);
    println!("\n{}\n{line}", stage::table(&ended));
    Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn set_up(place: &mut Workplace) -> Result<Outcome> {
    let _lock = Lock::acquire(&place.project)?;
    setup::for_test(&place.project)?;
    Ok(Counts::passed(1).into())
}

fn format(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.cargo("fmt");
    Ok(place.check(command.args(["--all", "--check", "--", "--color", "never"]))?.into())
}

fn bundles(place: &mut Workplace) -> Result<Outcome> {
    let _lock = Lock::acquire(&place.project)?;
    build::assets(&place.project, Profile::Release, None)?;
    Ok(Counts::passed(1).into())
}

/// Once as this machine sees the code, with every feature, and once as the Worker does.
fn clippy(place: &mut Workplace) -> Result<Outcome> {
    let mut native = place.project.cargo("clippy");
    native.args([
        "--workspace",
        "--exclude",
        relevance::PACKAGE,
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ]);
    let mut counts = place.check(&mut native)?;
    let mut wasm = place.project.cargo("clippy");
    wasm.args(["--target", "wasm32-unknown-unknown"]);
    wasm.args(tidy::WASM_CRATES.iter().flat_map(|name| ["--package", name]));
    counts += place.check(wasm.args(["--", "-D", "warnings"]))?;
    Ok(counts.into())
}

fn tidy(place: &mut Workplace) -> Result<Outcome> {
    let (counts, findings) = tidy::check(&place.project)?;
    place.write(&findings)?;
    Ok(counts.into())
}

fn typescript(place: &mut Workplace) -> Result<Outcome> {
    let configurations = tidy::tree(&place.project)?;
    let mut counts = Counts::default();
    for path in configurations.iter().filter(|path| path.rsplit('/').next() == Some("tsconfig.json")) {
        let mut command = place.project.npm_program("tsc");
        counts += place.check(command.args(["--noEmit", "--project", path]))?;
    }
    Ok(counts.and_the_program(true).into())
}

fn assets(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.command("node");
    command.args(["--test", "--test-reporter=tap", "assets/tests/**/*.test.{mjs,ts}", "edge/tests/*.test.mjs"]);
    Ok(place.counted(&mut command, counts::of_node_test)?.into())
}

fn unit(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.cargo("test");
    command.args([
        "--workspace",
        "--exclude",
        END_TO_END,
        "--exclude",
        infra::PACKAGE,
        "--exclude",
        relevance::PACKAGE,
        "--all-features",
        "--no-fail-fast",
    ]);
    // A snapshot that differs fails here; accepting it is a person's decision.
    command.env("INSTA_UPDATE", "no");
    Ok(place.counted(&mut command, counts::of_cargo_test)?.into())
}

fn worker(place: &mut Workplace) -> Result<Outcome> {
    build::run(&place.project, Profile::Release, None)?;
    Ok(Counts::passed(1).into())
}

fn budgets(place: &mut Workplace) -> Result<Outcome> {
    let (counts, table) = budget::check(&place.project)?;
    place.write(&table)?;
    // The sizes are worth a look when they pass too.
    eprint!("{table}");
    Ok(counts.into())
}

/// The programs that the end-to-end tests run; cargo builds no other package's programs for a test.
fn programs(place: &mut Workplace) -> Result<Outcome> {
    let mut counts = Counts::default();
    for arguments in [["--package", "operator", "--bin", "storefront"].as_slice(), build::ORIGIN.as_slice()] {
        let mut command = place.project.cargo("build");
        counts += place.check(command.args(arguments))?;
    }
    Ok(counts.into())
}

fn end_to_end(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.cargo("test");
    command.args(["--package", END_TO_END, "--no-fail-fast"]);
    command.env("INSTA_UPDATE", "no").env("XTASK_PROFILE", Profile::Release.name());
    command.args(["--", "--skip", LARGE_TESTS]);
    if tools::nginx(&place.project).is_some() {
        return Ok(place.counted(&mut command, counts::of_cargo_test)?.into());
    }
    command.args(["--skip", "shared_cache::"]);
    let mut counts = place.counted(&mut command, counts::of_cargo_test)?;
    counts += Counts::skipped(SHARED_CACHE_TESTS);
    let note = "no nginx, so no shared cache was tested: `apt-get install nginx-light`".to_owned();
    Ok(Outcome { counts, note: Some(note) })
}

/// The origin of record as it is deployed: the image if it can be packed here, and the tests of the origin with the program in it.
fn image(place: &mut Workplace) -> Result<Outcome> {
    let program = image::program(&place.project)?;
    let (program, mut counts, note) = if let Some(buildah) = tools::buildah(&place.project) {
        let again = image::build(&place.project, &buildah)?;
        let image = image::build(&place.project, &buildah)?;
        let (counts, table) = image::verdict(&image, &again)?;
        place.write(&table)?;
        (image.program, counts, None)
    } else {
        let note = "no buildah, so no image was built: `apt-get install buildah`".to_owned();
        (program, Counts::skipped(image::RULES), Some(note))
    };
    let mut command = place.project.cargo("test");
    command.args(["--package", END_TO_END, "--test", "it", "--"]).args(ORIGIN_TESTS).env("ORIGIN_PROGRAM", program);
    counts += place.counted(&mut command, counts::of_cargo_test)?;
    Ok(Outcome { counts, note })
}

/// A second Worker, with as many products as the shop is made for: whether it can be deployed, and answers as it should.
fn large(place: &mut Workplace) -> Result<Outcome> {
    large::build(&place.project)?;
    let (mut counts, table) = budget::verdict(&[large::upload(&place.project)?]);
    place.write(&table)?;
    eprint!("{table}");
    if counts.failed > 0 {
        place.write("hint: `docs/catalog-format.md` says what takes how many bytes of an index")?;
    }
    let mut command = place.project.cargo("test");
    command.args(["--package", END_TO_END, "--test", "it", LARGE_TESTS]);
    counts += place.counted(&mut command, counts::of_cargo_test)?;
    Ok(counts.into())
}

fn browser(place: &mut Workplace) -> Result<Outcome> {
    let Some(chromium) = tools::chromium(&place.project) else {
        let note = "no Chromium: install it, or name one in `CHROME_PATH`".to_owned();
        return Ok(Outcome { counts: Counts::skipped(1), note: Some(note) });
    };
    let report = place.project.path("target/xtask-logs/browser.json");
    // A report of an earlier run must not stand for this one.
    let _ = std::fs::remove_file(&report);
    let mut command = place.project.npm_program("playwright");
    command.args(["test", "--config", "tests/browser/playwright.config.ts", "--reporter", "list,json"]);
    command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report).env("CHROME_PATH", chromium);
    command.env("XTASK_PROFILE", Profile::Release.name());
    let succeeded = place.project.status(&mut command)?.success();
    if !report.is_file() {
        return Ok(Counts::default().and_the_program(false).into());
    }
    let report: Value = serde_json::from_str(&read(&report)?).context("the report of the browser is not JSON")?;
    Ok(counts::of_playwright(&report).and_the_program(succeeded).into())
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
}
