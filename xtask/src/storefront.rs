//! `cargo storefront …`: builds the operators' command line where it is out of date, showing the progress, and becomes it.
//! Silent while there is nothing to build; arguments, folder, environment and exit code are the program's own.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::project::{Project, say};

const PACKAGE: &str = "operator";
const PROGRAM: &str = "storefront";

/// Builds the program and replaces this process with it; returns only when that fails.
pub(crate) fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    let program = build(project)?;
    let error = Command::new(&program).args(arguments).exec();
    Err(error).with_context(|| format!("cannot start `{}`", program.display()))
}

/// Where the program is, once it is up to date.
fn build(project: &Project) -> Result<PathBuf> {
    let mut command = project.cargo("build");
    command.args(["--locked", "--package", PACKAGE, "--bin", PROGRAM, "--message-format", "json-render-diagnostics"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut cargo = command.spawn().context("cannot start cargo")?;
    let (progress, messages) = (cargo.stderr.take(), cargo.stdout.take());
    let relay = thread::spawn(move || progress.into_iter().for_each(|lines| relay(BufReader::new(lines))));
    let mut program = None;
    for line in messages.into_iter().flat_map(|messages| BufReader::new(messages).lines()) {
        program = executable(&line.context("cannot read what cargo prints")?).or(program);
    }
    // A relay that panicked has lost words, not the build.
    let _ = relay.join();
    let status = cargo.wait().context("cannot wait for cargo")?;
    if !status.success() {
        bail!("`{PROGRAM}` does not compile: cargo ended with {status}");
    }
    program.with_context(|| format!("cargo did not name the program `{PROGRAM}` that it built"))
}

/// Passes cargo's lines on, and says before the first compilation that it takes its time.
fn relay(lines: impl BufRead) {
    let mut announced = false;
    for line in lines.lines().map_while(Result::ok) {
        match Progress::of(&line) {
            Progress::Done => continue,
            Progress::Work if !announced => {
                announced = true;
                say(format!("building `{PROGRAM}` first: a few minutes in a fresh checkout, seconds later on"));
            }
            Progress::Work | Progress::Word => {}
        }
        eprintln!("{line}");
    }
}

/// A line that cargo prints on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Something is fetched or compiled.
    Work,
    /// All is done, which the program itself shows better.
    Done,
    /// Anything else: a lock that is waited for, a warning, an error.
    Word,
}

impl Progress {
    fn of(line: &str) -> Progress {
        match line.split_whitespace().next() {
            Some("Compiling" | "Downloading" | "Downloaded" | "Updating" | "Checking") => Progress::Work,
            Some("Finished") => Progress::Done,
            _ => Progress::Word,
        }
    }
}

/// The path of the program, in the one message of cargo that has it.
fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_program = message.pointer("/target/name").and_then(Value::as_str) == Some(PROGRAM);
    message.get("executable").and_then(Value::as_str).filter(|_| is_program).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cargo() {
        #[track_caller]
        fn check(line: &str, expect: Progress) {
            assert_eq!(Progress::of(line), expect, "{line}");
        }
        check("   Compiling rollout v0.1.0 (file:///shop/rollout)", Progress::Work);
        check(" Downloading crates ...", Progress::Work);
        check("    Finished `dev` profile [unoptimized + debuginfo] target(s) in 0.10s", Progress::Done);
        check("    Blocking waiting for file lock on build directory", Progress::Word);
        check("error[E0432]: unresolved import", Progress::Word);
        check("", Progress::Word);
    }

    #[test]
    fn the_program_is_the_one_that_cargo_names() {
        let artifact = r#"{"reason":"compiler-artifact","target":{"name":"storefront"},"executable":"/shop/target/debug/storefront"}"#;
        assert_eq!(executable(artifact), Some(PathBuf::from("/shop/target/debug/storefront")));
        assert_eq!(executable(&artifact.replace(r#""storefront"}"#, r#""origin"}"#)), None);
        assert_eq!(executable(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(executable("no JSON"), None);
    }
}
