//! `storefront completions`: the completions for a shell, to be put where that shell looks for them.

use anyhow::{Context as _, Result};
use clap::CommandFactory;
use clap_complete::Shell;

use crate::arguments::CommandLine;
use crate::output::raw;

pub(super) fn run(shell: Shell) -> Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "storefront", &mut text);
    raw(&String::from_utf8(text).context("the completions are no text")?)
}
