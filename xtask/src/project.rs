//! The checkout, and the runs of programs in it: working folder, environment, output.
//! It knows no tool's options; each subject's own file does.

use std::ffi::OsStr;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::failure::hinted;

/// The checkout.
pub(crate) struct Project {
    root: PathBuf,
    output: Output,
}

/// Where the output of the programs goes.
enum Output {
    /// To stderr, both streams: stdout is kept for results.
    Terminal,
    /// To a stage's log.
    Log(File),
}

impl Project {
    /// The checkout this program was started for.
    pub(crate) fn open() -> Result<Project> {
        // Cargo names the folder when it starts the program; the compiled-in one is for a binary started by hand.
        let package = variable("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&package).parent().context("the xtask package has no folder above it")?;
        if !root.join("Cargo.toml").is_file() {
            bail!("`{}` is not the shop's checkout: it has no `Cargo.toml`", root.display());
        }
        Ok(Project { root: root.to_owned(), output: Output::Terminal })
    }

    /// The same checkout with the programs' output in `log`.
    pub(crate) fn logging_to(&self, log: &File) -> Result<Project> {
        let log = log.try_clone().context("cannot share the log file")?;
        Ok(Project { root: self.root.clone(), output: Output::Log(log) })
    }

    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A file or folder that holds this program's own state, in a folder that exists.
    pub(crate) fn state(&self, name: &str) -> Result<PathBuf> {
        let folder = self.path("target/xtask");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
        Ok(folder.join(name))
    }

    /// A program, to be run at the root with the project's environment.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.search_path());
        // Cargo describes this very program to it in variables; a build script further down would see them change.
        for (name, _) in std::env::vars_os() {
            if is_cargos_own(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        // Whoever builds with another catalog says so; a test never does.
        command.env_remove("CATALOG").env("WRANGLER_SEND_METRICS", "false");
        command
    }

    /// The cargo that started this program.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = self.command(variable("CARGO").unwrap_or_else(|| "cargo".into()));
        command.arg(subcommand);
        command
    }

    /// A program that an npm package brings.
    pub(crate) fn npm_program(&self, name: &str) -> Command {
        self.command(self.path("node_modules/.bin").join(name))
    }

    /// Runs a program; that it fails is an error.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let status = self.status(command)?;
        if status.success() { Ok(()) } else { bail!("`{}` failed: {status}", words(command)) }
    }

    /// Runs a program; that it fails is an answer.
    pub(crate) fn status(&self, command: &mut Command) -> Result<ExitStatus> {
        match &self.output {
            Output::Terminal => {
                command.stdout(io::stderr()).stderr(io::stderr());
            }
            Output::Log(log) => {
                let mut log = log.try_clone().context("cannot share the log file")?;
                writeln!(log, "$ {}", words(command)).context("cannot write the log file")?;
                let errors = log.try_clone().context("cannot share the log file")?;
                command.stdout(log).stderr(errors);
                // A log is text; some programs colour what they print wherever it goes.
                command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1").env_remove("FORCE_COLOR");
            }
        }
        command.stdin(Stdio::null()).status().with_context(|| format!("cannot start `{}`", words(command)))
    }

    /// What cargo knows about the packages of this workspace, without those they depend on.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let text = capture(self.cargo("metadata").args(["--no-deps", "--format-version", "1"]))?;
        serde_json::from_str(&text).context("`cargo metadata` did not print JSON")
    }

    /// The version of a package in `Cargo.lock`.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let lock = read(&self.path("Cargo.lock"))?;
        locked_version(&lock, package).with_context(|| format!("`Cargo.lock` does not name `{package}`"))
    }

    /// The packages' programs first: among them is the Node that wrangler needs.
    fn search_path(&self) -> std::ffi::OsString {
        let inherited = variable("PATH").unwrap_or_default();
        let own = self.path("node_modules/.bin");
        let all = std::iter::once(own).chain(std::env::split_paths(&inherited));
        std::env::join_paths(all).unwrap_or(inherited)
    }
}

/// Says on stderr what is being done.
pub(crate) fn say(message: impl Display) {
    // In one piece: wrangler puts a line of its own before every piece it reads from a build.
    let line = format!("xtask: {message}\n");
    // A closed stderr is no reason to stop working.
    let _ = io::stderr().write_all(line.as_bytes());
}

/// A variable of the environment this program was started in.
#[expect(
    clippy::disallowed_methods,
    reason = "this program configures the others, so it is where the environment is read"
)]
pub(crate) fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// What a program prints on stdout; its stderr is part of the error when it fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start `{}`", words(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(anyhow::Error::msg(said).context(format!("`{}` failed: {}", words(command), output.status)));
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print UTF-8", words(command)))
}

/// A text file.
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// A file's bytes.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// An absolute path of a file that a person named, from the folder they stand in.
pub(crate) fn absolute_file(path: &Path) -> Result<PathBuf> {
    let absolute = std::path::absolute(path).with_context(|| format!("cannot resolve `{}`", path.display()))?;
    if absolute.is_file() {
        return Ok(absolute);
    }
    Err(hinted(
        format!("the catalog file `{}` does not exist", path.display()),
        "the path is relative to the folder you are in",
    ))
}

/// The command as a person would type it.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn is_cargos_own(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| name.starts_with(prefix))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != wanted);
    let version = lines.find_map(|line| line.strip_prefix("version = \""))?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_gives_the_version_after_the_name() {
        let lock = "[[package]]\nname = \"worker\"\nversion = \"0.8.7\"\n\n[[package]]\nname = \"worker-macros\"\nversion = \"0.8.6\"\n";
        assert_eq!(locked_version(lock, "worker-macros").as_deref(), Some("0.8.6"));
        assert_eq!(locked_version(lock, "worker").as_deref(), Some("0.8.7"));
        assert_eq!(locked_version(lock, "work"), None);
    }

    #[test]
    fn only_what_cargo_says_about_this_program_is_dropped() {
        assert!(is_cargos_own("CARGO_PKG_VERSION"));
        assert!(is_cargos_own("CARGO_MANIFEST_DIR"));
        assert!(!is_cargos_own("CARGO_HOME"));
        assert!(!is_cargos_own("CARGO_TARGET_DIR"));
    }

    #[test]
    fn a_command_reads_as_it_is_typed() {
        let mut command = Command::new("node_modules/.bin/wrangler");
        command.args(["dev", "--port", "8787"]);
        assert_eq!(words(&command), "wrangler dev --port 8787");
    }
}
