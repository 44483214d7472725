//! A stage of `cargo xtask test`: its name, its needs, its outcome, and the table of them all.
//! The list of stages is in `test/mod.rs`, when each runs in `test/schedule.rs`; this has the part that every stage shares.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write as _};
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::counts::Counts;
use crate::failure;
use crate::project::Project;

/// How many lines of a failing stage's log are shown where the log lists no failures.
const TAIL_LINES: usize = 60;

/// The most lines of the listed failures that are shown.
const FAILURE_LINES: usize = 200;

/// One stage. Those it needs come before it.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) needs: &'static [&'static str],
    pub(crate) room: Room,
    pub(crate) run: fn(&mut Workplace) -> Result<Outcome>,
}

/// What a stage can share the machine with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// With any other.
    Beside,
    /// Not with another that compiles: cargo locks its folder, so the two would only wait for each other.
    Compiler,
    /// With none: its tests watch the clock, or it prepares what all others use.
    Alone,
}

/// What a person asked for beside the stages.
pub(crate) struct Request {
    pub(crate) packages: Packages,
    /// For what runs the tests of the stage `of`.
    pub(crate) arguments: Vec<String>,
    pub(crate) of: Option<&'static str>,
}

/// The packages that a stage compiles and tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Packages {
    All,
    Named(Vec<String>),
}

/// What a stage ran, and what a reader of the summary should know about it.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    pub(crate) note: Option<String>,
}

impl Packages {
    /// The options of cargo that choose them.
    pub(crate) fn options(&self, without: &[&str]) -> Vec<String> {
        let (option, names): (&str, Vec<&str>) = match self {
            Packages::All => ("--exclude", without.to_vec()),
            Packages::Named(names) => {
                ("--package", names.iter().map(String::as_str).filter(|name| !without.contains(name)).collect())
            }
        };
        let all = (*self == Packages::All).then(|| "--workspace".to_owned());
        all.into_iter().chain(names.iter().flat_map(|name| [option.to_owned(), (*name).to_owned()])).collect()
    }

    /// Those of `names` that are among them.
    pub(crate) fn among<'a>(&self, names: &[&'a str]) -> Vec<&'a str> {
        let has = |name: &&&str| match self {
            Packages::All => true,
            Packages::Named(own) => own.iter().any(|own| own == **name),
        };
        names.iter().filter(has).copied().collect()
    }
}

impl From<Counts> for Outcome {
    fn from(counts: Counts) -> Outcome {
        Outcome { counts, note: None }
    }
}

/// A stage that has ended.
pub(crate) struct Ended {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) seconds: f64,
}

/// What a stage works with: the checkout, and a log that takes all output.
pub(crate) struct Workplace {
    pub(crate) project: Project,
    /// What is to be compiled and tested of the workspace.
    pub(crate) packages: Packages,
    /// What a person added for the program that runs the tests.
    pub(crate) arguments: Vec<String>,
    log: File,
    path: PathBuf,
}

impl Workplace {
    fn new(project: &Project, stage: &str, request: &Request) -> Result<Workplace> {
        let folder = project.path("target/xtask-logs");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
        let path = folder.join(format!("{stage}.log"));
        let mut options = File::options();
        // Appending keeps this program's lines and those of the programs it runs from writing over each other.
        options.create(true).append(true).read(true);
        let log = options.open(&path).with_context(|| format!("cannot open `{}`", path.display()))?;
        log.set_len(0).with_context(|| format!("cannot empty `{}`", path.display()))?;
        let arguments = if request.of == Some(stage) { request.arguments.clone() } else { Vec::new() };
        Ok(Workplace { project: project.logging_to(&log)?, packages: request.packages.clone(), arguments, log, path })
    }

    /// Runs a program that is one check: it passes or fails.
    pub(crate) fn check(&mut self, command: &mut Command) -> Result<Counts> {
        Ok(Counts::one(self.project.status(command)?.success()))
    }

    /// Runs a program that counts its tests in what it prints.
    pub(crate) fn counted(&mut self, command: &mut Command, count: fn(&str) -> Counts) -> Result<Counts> {
        let start = self.log.metadata().context("cannot measure the log")?.len();
        let succeeded = self.project.status(command)?.success();
        let mut said = Vec::new();
        self.log.seek(SeekFrom::Start(start)).context("cannot read the log")?;
        self.log.read_to_end(&mut said).context("cannot read the log")?;
        Ok(count(&String::from_utf8_lossy(&said)).and_the_program(succeeded))
    }

    /// A line of the stage's own.
    pub(crate) fn write(&mut self, text: &str) -> Result<()> {
        writeln!(self.log, "{text}").context("cannot write the log")
    }
}

/// The stages a person asked for and all those they need, in order; every stage when none is named.
pub(crate) fn select<'a>(stages: &'a [Stage], only: &[String]) -> Result<Vec<&'a Stage>> {
    if let Some(unknown) = only.iter().find(|name| stages.iter().all(|stage| stage.name != name.as_str())) {
        let names: Vec<&str> = stages.iter().map(|stage| stage.name).collect();
        bail!("there is no stage `{unknown}`; the stages are {}", names.join(", "));
    }
    let mut wanted: Vec<&str> = only.iter().map(String::as_str).collect();
    // What a stage needs comes before it, so one way back through the list finds everything.
    for stage in stages.iter().rev() {
        if wanted.contains(&stage.name) {
            wanted.extend(stage.needs);
        }
    }
    Ok(stages.iter().filter(|stage| only.is_empty() || wanted.contains(&stage.name)).collect())
}

/// Runs one stage, quietly when it passes; says what went wrong and how to see it again when it does not.
pub(crate) fn run(project: &Project, stage: &Stage, request: &Request) -> Result<Ended> {
    eprintln!("test: {} …", stage.name);
    let started = now();
    let mut place = Workplace::new(project, stage.name, request)?;
    let outcome = (stage.run)(&mut place).or_else(|error| {
        // A stage that could not do its work has failed; the later ones that do not need it still run.
        place.write(failure::render(&error).trim_end())?;
        anyhow::Ok(Outcome::from(Counts::failed(1)))
    })?;
    let ended = report(Ended { name: stage.name, outcome, seconds: started.elapsed().as_secs_f64() });
    if !ended.passed() {
        let text = std::fs::read(&place.path).with_context(|| format!("cannot read `{}`", place.path.display()))?;
        eprintln!("{}", essence(&String::from_utf8_lossy(&text)));
        eprintln!("      all of it: target/xtask-logs/{0}.log   again: cargo xtask test {0}\n", stage.name);
    }
    Ok(ended)
}

/// The closing table.
pub(crate) fn table(ended: &[Ended]) -> String {
    let mut text = format!("{:<12}{:>8}{:>8}{:>9}{:>10}\n", "stage", "passed", "failed", "skipped", "seconds");
    for Ended { name, outcome: Outcome { counts, note }, seconds } in ended {
        let Counts { passed, failed, skipped } = counts;
        let _ = write!(text, "{name:<12}{passed:>8}{failed:>8}{skipped:>9}{seconds:>10.1}");
        let _ = note.as_ref().map(|note| write!(text, "  {note}"));
        text.push('\n');
    }
    text
}

/// The last line: what a person, and a program that reads the output, need to know.
pub(crate) fn total(ended: &[Ended]) -> (Counts, String) {
    let mut counts = Counts::default();
    for stage in ended {
        counts += stage.outcome.counts;
    }
    let mut line = format!("{} passed, {} failed", counts.passed, counts.failed);
    if counts.skipped > 0 {
        let _ = write!(line, ", {} skipped", counts.skipped);
    }
    (counts, line)
}

impl Ended {
    /// One that could not start, since `broken` did not pass.
    pub(crate) fn skipped(name: &'static str, broken: &str) -> Ended {
        let outcome = Outcome { counts: Counts::skipped(1), note: Some(format!("needs `{broken}`, which failed")) };
        report(Ended { name, outcome, seconds: 0.0 })
    }

    #[cfg(test)]
    pub(crate) fn new(name: &'static str, counts: Counts) -> Ended {
        Ended { name, outcome: counts.into(), seconds: 0.0 }
    }

    pub(crate) fn passed(&self) -> bool {
        // A stage that was skipped because of another passes nothing on to those that need it.
        self.outcome.counts.failed == 0 && self.outcome.counts.passed > 0
    }
}

fn report(ended: Ended) -> Ended {
    let Counts { passed, failed, skipped } = ended.outcome.counts;
    let word = match (passed, failed) {
        (_, 1..) => "FAILED",
        (0, 0) => "skipped",
        _ => "ok",
    };
    let note = ended.outcome.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    eprintln!(
        "test: {} {word} ({passed} passed, {failed} failed, {skipped} skipped, {:.1} s){note}",
        ended.name, ended.seconds
    );
    ended
}

/// The lines of a log that say what failed: the failures that `cargo test` lists for each program of tests, which can stand far from the end,
/// otherwise the end.
fn essence(text: &str) -> String {
    let mut failures = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        is_inside = (is_inside || line == "failures:") && !line.starts_with("test result:");
        if is_inside {
            failures.push(line);
        }
    }
    let lines: Vec<&str> = text.lines().collect();
    let kept = if failures.is_empty() {
        lines.get(lines.len().saturating_sub(TAIL_LINES)..).unwrap_or_default()
    } else {
        failures.get(..FAILURE_LINES.min(failures.len())).unwrap_or_default()
    };
    let indented: Vec<String> = kept.iter().map(|line| format!("      {line}")).collect();
    indented.join("\n")
}

#[expect(clippy::disallowed_methods, reason = "the summary says how long each stage took")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(place: &mut Workplace) -> Result<Outcome> {
        place.write("nothing to do")?;
        Ok(Outcome::default())
    }

    const STAGES: [Stage; 4] = [
        Stage { name: "setup", needs: &[], room: Room::Alone, run: nothing },
        Stage { name: "format", needs: &["setup"], room: Room::Beside, run: nothing },
        Stage { name: "worker", needs: &["setup"], room: Room::Compiler, run: nothing },
        Stage { name: "browser", needs: &["worker"], room: Room::Alone, run: nothing },
    ];

    fn ended(name: &'static str, passed: u64, failed: u64, skipped: u64, note: Option<&str>) -> Ended {
        let outcome = Outcome { counts: Counts { passed, failed, skipped }, note: note.map(str::to_owned) };
        Ended { name, outcome, seconds: 1.25 }
    }

    #[test]
    fn a_named_stage_brings_what_it_needs() {
        #[track_caller]
        fn check(only: &[&str], expect: &[&str]) {
            let only: Vec<String> = only.iter().map(ToString::to_string).collect();
            let names: Vec<&str> = select(&STAGES, &only).unwrap().iter().map(|stage| stage.name).collect();
            assert_eq!(names, expect);
        }
        check(&[], &["setup", "format", "worker", "browser"]);
        check(&["setup"], &["setup"]);
        check(&["browser"], &["setup", "worker", "browser"]);
        check(&["browser", "format"], &["setup", "format", "worker", "browser"]);
    }

    #[test]
    fn an_unknown_stage_is_refused_with_the_list() {
        let error = select(&STAGES, &["brwser".to_owned()]).err().unwrap();
        assert_eq!(error.to_string(), "there is no stage `brwser`; the stages are setup, format, worker, browser");
    }

    #[test]
    fn the_last_line_names_skipped_tests_only_when_there_are_some() {
        let line = |stages: &[Ended]| total(stages).1;
        assert_eq!(line(&[ended("unit", 3, 0, 0, None), ended("tidy", 2, 1, 0, None)]), "5 passed, 1 failed");
        assert_eq!(line(&[ended("unit", 3, 0, 2, None)]), "3 passed, 0 failed, 2 skipped");
    }

    #[test]
    fn the_table_lines_up() {
        let text = table(&[ended("unit", 321, 0, 2, None), ended("browser", 0, 0, 1, Some("no browser"))]);
        assert_eq!(
            text,
            "stage         passed  failed  skipped   seconds\n\
             unit             321       0        2       1.2\n\
             browser            0       0        1       1.2  no browser\n"
        );
    }

    #[test]
    fn only_the_end_of_a_long_log_is_shown() {
        let lines: Vec<String> = (0..100).map(|line| format!("line {line}")).collect();
        let shown = essence(&lines.join("\n"));
        assert!(shown.starts_with("      line 40\n"));
        assert!(shown.ends_with("\n      line 99"));
        assert_eq!(essence("alone"), "      alone");
    }

    #[test]
    fn the_failures_of_a_program_are_shown_wherever_they_stand() {
        let fine: Vec<String> = (0..100).map(|line| format!("test {line} ... ok")).collect();
        let log = format!(
            "test one ... FAILED\n\nfailures:\n\n---- one stdout ----\nleft: 1\n\nfailures:\n    one\n\n\
             test result: FAILED. 0 passed; 1 failed\n{}",
            fine.join("\n")
        );
        let shown = essence(&log);
        assert!(shown.contains("---- one stdout ----\n      left: 1"), "{shown}");
        assert!(!shown.contains("... ok"), "{shown}");
    }

    #[test]
    fn named_packages_become_options() {
        let packages = Packages::Named(vec!["catalog".to_owned(), "storefront-tests".to_owned()]);
        assert_eq!(packages.options(&["storefront-tests"]), ["--package", "catalog"]);
        assert_eq!(packages.among(&["catalog", "rollout"]), ["catalog"]);
        assert_eq!(Packages::All.among(&["catalog", "rollout"]), ["catalog", "rollout"]);
    }
}
