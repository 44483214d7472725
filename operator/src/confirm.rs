//! The question to a person before something that cannot be taken back.

#![expect(clippy::print_stderr, reason = "a question to a person goes to the terminal")]

use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, Result};
use web::foreign;

use crate::deadline;
use crate::output::LINE_LIMIT;
use crate::stopped::{Exit, Stopped};

/// Asks a person; without a terminal, the command line must have given the answer.
pub(crate) fn confirm(what: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let stopped =
            Stopped::new(Exit::Usage, format!("{what}: that needs a confirmation, and there is no terminal to ask on"));
        return Err(stopped.hint("`--yes` confirms it; `--dry-run` shows what would be done").into());
    }
    eprint!("{}. Go on? [y/N] ", foreign::line(what, LINE_LIMIT));
    let mut answer = String::new();
    deadline::excused(|| io::stdin().read_line(&mut answer)).context("cannot read the answer")?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Stopped::new(Exit::Failure, "not confirmed; nothing was done").into())
}
