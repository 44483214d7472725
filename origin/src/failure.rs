//! Failures of the program at a terminal: their parts, their print, and their exit codes.

use std::io::Write as _;
use std::process::ExitCode;

/// The longest line of a failure, in characters: a rule with all the names that a column may have fits.
const LINE: usize = 1_000;

/// The exit code of a failure that an operator can mend: a variable, an argument, the catalog file.
const USAGE: u8 = 2;

/// A failure that an operator can mend, and how.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refused {
    message: String,
    hint: &'static str,
}

impl Refused {
    pub(crate) fn new(message: impl Into<String>, hint: &'static str) -> Refused {
        Refused { message: message.into(), hint }
    }
}

/// The refusal of a variable.
pub(crate) fn refused(variable: &'static str, why: &str) -> anyhow::Error {
    Refused::new(format!("{variable} was refused: {why}"), "`docs/configuration.md` says what each variable may hold")
        .into()
}

/// Prints `error:`, its causes and the hint, and gives the exit code.
pub(crate) fn print(error: &anyhow::Error) -> ExitCode {
    // Causes quote files and paths. Each of their lines is indented, so that `error:` at the start of a line is always ours.
    let lines = error.chain().skip(1).flat_map(|cause| cause.to_string().lines().map(plain).collect::<Vec<_>>());
    let causes: Vec<String> = lines.collect();
    let refused = error.downcast_ref::<Refused>();
    let causes = if causes.is_empty() { String::new() } else { format!("\nCaused by:\n  {}\n", causes.join("\n  ")) };
    let hint = refused.map_or_else(String::new, |refused| format!("\nhint: {}\n", refused.hint));
    let text = format!("error: {}\n{causes}{hint}", plain(&error.to_string()));
    let _ = std::io::stderr().write_all(text.as_bytes());
    refused.map_or(ExitCode::FAILURE, |_| ExitCode::from(USAGE))
}

/// A line as a terminal may show it.
fn plain(line: &str) -> String {
    web::foreign::line(line, LINE)
}
