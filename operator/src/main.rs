//! `storefront`: publishes versions of remotes and rolls them out, against any store that speaks S3.
//! Decides nothing about a release itself: the pure crate `rollout` does; commands, input and output are here.
//!
//! | to change … | open |
//! | --- | --- |
//! | an option, the text of `--help` | `arguments.rs`, `arguments/options.rs` |
//! | a command | `commands/`, a file each |
//! | the exchange of a release, a release that was lost | `release.rs`, `anew.rs`; the changes that commands want: `wanted.rs` |
//! | the checks before traffic moves, the wait for the shop | `forward.rs`, `follow.rs`; the shop's addresses: `shop.rs` |
//! | publishing, removing | `package.rs`, `publish.rs`, `published.rs`, `retention.rs` |
//! | the store | `store/`; HTTP beneath it: `http.rs` |
//! | the origin of record, for stock | `office.rs` |
//! | output, failures, exit codes, progress | `output.rs`, `failure.rs`, `progress.rs`, `view.rs` |
//! | time limits, variables, clock and chance | `deadline.rs`, `environment.rs`, `clock.rs`, `chance.rs` |

mod anew;
mod arguments;
mod chance;
mod checkout;
mod clock;
mod commands;
mod confirm;
mod context;
mod deadline;
mod environment;
mod failure;
mod follow;
mod forward;
mod http;
mod office;
mod output;
mod package;
mod progress;
mod publish;
mod published;
mod release;
mod retention;
mod shop;
mod stopped;
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
use crate::deadline::Deadline;
use crate::failure::Failure;
use crate::output::Output;

fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(refused) => return usage(&refused),
    };
    let name = line.command.name();
    let output = Output::new(line.json);
    match run(&output, &line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.failure(name, &failure::describe(&error));
            failure::exit(&error).into()
        }
    }
}

fn run(output: &Output, line: &CommandLine) -> Result<()> {
    let limit = line.timeout.map_or_else(environment::timeout, |limit| Ok(Some(limit)))?;
    let context = Context::new(output, Deadline::start(limit.unwrap_or(deadline::DEFAULT)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let command = commands::run(&context, &line.command);
    runtime.context("cannot start")?.block_on(context.deadline.bound(command))
}

/// Prints clap's message: help and version on stdout with code 0, or a refusal in its own words, with `--json` as a document too.
fn usage(refused: &clap::Error) -> ExitCode {
    if !refused.use_stderr() {
        // A stream that cannot be written to takes no message about it either.
        let _ = refused.print();
        return ExitCode::SUCCESS;
    }
    // It quotes what was typed, or what a script put together from elsewhere.
    refused.to_string().trim_end().lines().for_each(output::note);
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if wants_json {
        // What was refused stands before the first empty line; how a command is used comes after it.
        let text = refused.to_string();
        let words: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
        let message = words.join(" ");
        let failure = Failure::of_usage(message.strip_prefix("error: ").unwrap_or(&message));
        Output::new(true).document("", &failure);
    }
    ExitCode::from(u8::try_from(refused.exit_code()).unwrap_or(1))
}
