//! `storefront`: publishes versions of remotes and rolls them out, against any store that speaks S3.
//! Decides nothing about a release itself: that is the pure crate `rollout`; here are commands and input and output.

mod arguments;
mod chance;
mod checkout;
mod clock;
mod commands;
mod context;
mod environment;
mod failure;
mod forward;
mod http;
mod output;
mod package;
mod progress;
mod publish;
mod published;
mod release;
mod retention;
mod shop;
mod store;
#[cfg(test)]
mod testing;
mod view;
mod wanted;

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser;

use crate::arguments::CommandLine;
use crate::context::Context;
use crate::output::Output;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    let context = Context::new(Output { json: line.json });
    match run(&context, &line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(failure::render(&error).trim_end());
            failure::exit(&error).into()
        }
    }
}

fn run(context: &Context, line: &CommandLine) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start")?.block_on(commands::run(context, &line.command))
}
