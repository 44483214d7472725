//! The runs of each stage of `cargo xtask test`. The list of stages, with their needs, is in `mod.rs`.
//! A stage runs programs and counts, no more: the checks are in the crates, `assets/`, `tests/` and `infra/`.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::bench::relevance;
use crate::build::{self, Lock, Profile};
use crate::counts::{self, Counts};
use crate::project::{read, variable};
use crate::stage::{Outcome, Workplace};
use crate::{budget, image as origin_image, infra, large as large_catalog, setup, tidy as tree, tools};

/// The package whose tests need the built Worker.
pub(super) const END_TO_END: &str = "storefront-tests";

/// Those of its tests that need the Worker with the large catalog.
const LARGE_TESTS: &str = "api::large::";

/// Those of the origin alone.
const ORIGIN_TESTS: [&str; 5] =
    ["origin::api::", "origin::commands::", "origin::connections::", "origin::feed::", "origin::traces::"];

/// Those that run the image, and how many they are.
const IMAGE_TESTS: &str = "origin::image::";
const IMAGE_COUNT: u64 = 2;

/// How many of them need a shared cache: those of the files `shared_cache.rs` in `tests/it/`.
const SHARED_CACHE_TESTS: u64 = 4;

/// The tests that need PostgreSQL, by the name of their module, and their number among the unit tests and the end-to-end tests.
const POSTGRES_TESTS: &str = "postgres::";
const POSTGRES_UNIT: u64 = 52;
const POSTGRES_END_TO_END: u64 = 50;

/// Packages whose tests are no unit tests: they run in stages of their own.
pub(super) const NOT_UNIT: [&str; 3] = [END_TO_END, infra::PACKAGE, relevance::PACKAGE];

pub(super) fn set_up(place: &mut Workplace) -> Result<Outcome> {
    let _lock = Lock::acquire(&place.project)?;
    setup::for_test(&place.project)?;
    Ok(Counts::passed(1).into())
}

pub(super) fn format(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.cargo("fmt");
    Ok(place.check(command.args(["--all", "--check", "--", "--color", "never"]))?.into())
}

pub(super) fn bundles(place: &mut Workplace) -> Result<Outcome> {
    let _lock = Lock::acquire(&place.project)?;
    build::assets(&place.project, Profile::Release, None)?;
    Ok(Counts::passed(1).into())
}

/// Once as this machine sees the code, with every feature, and once as the Worker does.
pub(super) fn clippy(place: &mut Workplace) -> Result<Outcome> {
    let mut native = place.project.cargo("clippy");
    native.args(place.packages.options(&[relevance::PACKAGE])).args(["--all-targets", "--all-features"]);
    let mut counts = place.check(native.args(["--", "-D", "warnings"]))?;
    let in_the_worker = place.packages.among(&tree::WASM_CRATES);
    if !in_the_worker.is_empty() {
        let mut wasm = place.project.cargo("clippy");
        wasm.args(["--target", "wasm32-unknown-unknown"]);
        wasm.args(in_the_worker.iter().flat_map(|name| ["--package", name]));
        counts += place.check(wasm.args(["--", "-D", "warnings"]))?;
    }
    Ok(counts.into())
}

pub(super) fn tidy(place: &mut Workplace) -> Result<Outcome> {
    let (counts, findings) = tree::check(&place.project)?;
    place.write(&findings)?;
    Ok(counts.into())
}

pub(super) fn typescript(place: &mut Workplace) -> Result<Outcome> {
    let configurations = tree::tree(&place.project)?;
    let mut counts = Counts::default();
    for path in configurations.iter().filter(|path| path.rsplit('/').next() == Some("tsconfig.json")) {
        let mut command = place.project.npm_program("tsc");
        counts += place.check(command.args(["--noEmit", "--project", path]))?;
    }
    Ok(counts.and_the_program(true).into())
}

pub(super) fn assets(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.command("node");
    command.args(["--test", "--test-reporter=tap", "assets/tests/**/*.test.{mjs,ts}", "edge/tests/*.test.mjs"]);
    command.args(&place.arguments);
    Ok(place.counted(&mut command, counts::of_node_test)?.into())
}

pub(super) fn unit(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.cargo("test");
    // A person who names a package wants that one.
    let names_one = place.arguments.iter().any(|argument| ["-p", "--package"].contains(&argument.as_str()));
    if !names_one {
        command.args(place.packages.options(&NOT_UNIT));
    }
    command.args(["--all-features", "--no-fail-fast"]).args(&place.arguments);
    // A snapshot that differs fails here; accepting it is a person's decision.
    command.env("INSTA_UPDATE", "no");
    if variable(SEED).is_none() {
        // The same cases each time: a change is not refused for a case that it has nothing to do with.
        command.env(SEED, FIXED_SEED);
    }
    let needs_none = !place.arguments.is_empty();
    if needs_none || tools::postgres(&place.project).is_some() {
        return Ok(place.counted(&mut command, counts::of_cargo_test)?.into());
    }
    let mut counts = place.counted(command.args(["--", "--skip", POSTGRES_TESTS]), counts::of_cargo_test)?;
    counts += Counts::skipped(POSTGRES_UNIT);
    Ok(Outcome { counts, note: Some(NO_POSTGRES.to_owned()) })
}

/// The variable that `proptest` reads the seed of its cases from.
const SEED: &str = "PROPTEST_RNG_SEED";

/// Any number, as long as it stays. Other cases: `PROPTEST_RNG_SEED=$RANDOM cargo xtask test unit`.
const FIXED_SEED: &str = "20";

/// The note of a stage that left its tests of PostgreSQL out.
const NO_POSTGRES: &str = "no PostgreSQL, so SQLite alone was tested: `apt-get install postgresql`";

pub(super) fn worker(place: &mut Workplace) -> Result<Outcome> {
    build::run(&place.project, Profile::Release, None)?;
    Ok(Counts::passed(1).into())
}

pub(super) fn budgets(place: &mut Workplace) -> Result<Outcome> {
    let measured = budget::check(&place.project)?;
    shown(place, measured)
}

/// How soon a fresh isolate responds; apart from the sizes, since it needs a quiet machine.
pub(super) fn start(place: &mut Workplace) -> Result<Outcome> {
    let (row, note) = budget::first_response(&place.project)?;
    Ok(Outcome { note, ..shown(place, budget::verdict(&[row]))? })
}

/// Figures are worth a look when they are within their limits too.
fn shown(place: &mut Workplace, (counts, table): (Counts, String)) -> Result<Outcome> {
    place.write(&table)?;
    eprint!("{table}");
    Ok(counts.into())
}

/// The programs that the end-to-end tests run; cargo builds no other package's programs for a test.
pub(super) fn programs(place: &mut Workplace) -> Result<Outcome> {
    let mut counts = Counts::default();
    for arguments in [["--package", "operator", "--bin", "storefront"].as_slice(), build::ORIGIN.as_slice()] {
        let mut command = place.project.cargo("build");
        counts += place.check(command.args(arguments))?;
    }
    Ok(counts.into())
}

pub(super) fn end_to_end(place: &mut Workplace) -> Result<Outcome> {
    let mut command = place.project.cargo("test");
    command.args(["--package", END_TO_END, "--no-fail-fast"]);
    command.env("INSTA_UPDATE", "no").env("XTASK_PROFILE", Profile::Release.name());
    command.args(["--", "--skip", LARGE_TESTS, "--skip", IMAGE_TESTS]).args(&place.arguments);
    let (mut skipped, mut notes) = (0, Vec::new());
    if tools::nginx(&place.project).is_none() {
        command.args(["--skip", "shared_cache::"]);
        skipped += SHARED_CACHE_TESTS;
        notes.push("no nginx, so no shared cache was tested: `apt-get install nginx-light`");
    }
    if tools::postgres(&place.project).is_none() {
        command.args(["--skip", POSTGRES_TESTS]);
        skipped += POSTGRES_END_TO_END;
        notes.push(NO_POSTGRES);
    }
    let mut counts = place.counted(&mut command, counts::of_cargo_test)?;
    if skipped > 0 {
        counts += Counts::skipped(skipped);
    }
    let note = (!notes.is_empty()).then(|| notes.join("; "));
    Ok(Outcome { counts, note })
}

/// The origin of record as it is deployed: the image if it can be packed here, and the tests of the origin with the program in it.
/// The origin of record, as it is deployed.
pub(super) fn origin(place: &mut Workplace) -> Result<Outcome> {
    origin_image::program(&place.project)?;
    Ok(Counts::passed(1).into())
}

pub(super) fn image(place: &mut Workplace) -> Result<Outcome> {
    let program = place.project.path(origin_image::PROGRAM);
    let (program, mut counts, note) = if let Some(buildah) = tools::buildah(&place.project) {
        let again = origin_image::build(&place.project, &buildah)?;
        let image = origin_image::build(&place.project, &buildah)?;
        let (mut counts, table) = origin_image::verdict(&image, &again)?;
        place.write(&table)?;
        let mut run = place.project.cargo("test");
        run.args(["--package", END_TO_END, "--test", "it", "--", IMAGE_TESTS]);
        counts += place.counted(run.env("ORIGIN_IMAGE", origin_image::store(&place.project)), counts::of_cargo_test)?;
        (image.program, counts, None)
    } else {
        let note = "no buildah, so no image was built: `apt-get install buildah`".to_owned();
        (program, Counts::skipped(origin_image::RULES + IMAGE_COUNT), Some(note))
    };
    let mut command = place.project.cargo("test");
    command.args(["--package", END_TO_END, "--test", "it", "--"]).args(ORIGIN_TESTS).env("ORIGIN_PROGRAM", program);
    counts += place.counted(&mut command, counts::of_cargo_test)?;
    Ok(Outcome { counts, note })
}

/// A second Worker, with as many products as the shop is made for: whether it can be deployed, and answers as it should.
pub(super) fn large(place: &mut Workplace) -> Result<Outcome> {
    large_catalog::build(&place.project)?;
    let (mut counts, table) =
        budget::verdict(&[large_catalog::upload(&place.project)?, large_catalog::first_response(&place.project)?]);
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

pub(super) fn browser(place: &mut Workplace) -> Result<Outcome> {
    let Some(chromium) = tools::chromium(&place.project) else {
        let note = "no Chromium: install it, or name one in `CHROME_PATH`".to_owned();
        return Ok(Outcome { counts: Counts::skipped(1), note: Some(note) });
    };
    let report = place.project.path("target/xtask-logs/browser.json");
    // A report of an earlier run must not stand for this one.
    let _ = std::fs::remove_file(&report);
    let mut command = place.project.npm_program("playwright");
    command.args(["test", "--config", "tests/browser/playwright.config.ts", "--reporter", "list,json"]);
    command.args(&place.arguments);
    command.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report).env("CHROME_PATH", chromium);
    command.env("XTASK_PROFILE", Profile::Release.name());
    let succeeded = place.project.status(&mut command)?.success();
    if !report.is_file() {
        return Ok(Counts::default().and_the_program(false).into());
    }
    let report: Value = serde_json::from_str(&read(&report)?).context("the report of the browser is not JSON")?;
    Ok(counts::of_playwright(&report).and_the_program(succeeded).into())
}
