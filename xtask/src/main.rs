//! `cargo xtask …`: the one door to building, running, testing and measuring the shop.
//! It runs tools and reads their results, and nothing else; no crate of the shop depends on it.
//!
//! | to change … | open |
//! | --- | --- |
//! | a stage of the tests | `test/mod.rs` (the list), `test/stages.rs` (the runs), `test/changed.rs` (`--changed`); of infra/: `infra.rs`, `advisories.rs` |
//! | a rule of the source tree | `tidy/`, a file each; a recorded dependency: `dependencies/` |
//! | a budget, the ledger of sizes | `budget/`; its figures: `budget.toml` |
//! | a benchmark | `bench/`; comparisons with other engines: the package `bench` |
//! | the build of the Worker | `build.rs`, `package.rs`, `wasm.rs`; with 100,000 products: `large/`; of the image: `image.rs` |
//! | `cargo xtask dev` | `dev.rs`, `bucket.rs`, `processes.rs` |
//! | tools that a fresh clone lacks | `setup.rs`, `tools.rs` |
//! | parts lists (SBOM), the cost of a month | `parts.rs`, `cost.rs`; licences and unwanted crates: `deny.toml` |
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line talks: results on stdout, what it is doing on stderr"
)]

mod advisories;
mod bench;
mod bucket;
mod budget;
mod build;
mod cost;
mod counts;
mod dev;
mod failure;
mod food;
mod image;
mod infra;
mod large;
mod package;
mod parts;
mod processes;
mod project;
mod setup;
mod stage;
mod storefront;
mod test;
mod tidy;
mod tools;
mod wasm;
mod workerd;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

use crate::build::Profile;
use crate::project::Project;
use crate::test::Wanted;

/// Builds, runs, tests and measures the shop. Each command fetches what it needs first.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the shop, run it on this machine and rebuild it when a file is saved.
    Dev {
        /// Where the shop listens, on 127.0.0.1.
        #[arg(long, default_value_t = 8787, value_parser = clap::value_parser!(u16).range(1..))]
        port: u16,
        /// Where the origin of record listens; its metrics are one port above.
        #[arg(long, default_value_t = 3333, value_parser = clap::value_parser!(u16).range(1..65535))]
        origin_port: u16,
        #[command(flatten)]
        catalog: CatalogFile,
    },
    /// Run the origin of record alone, as `dev` does: to start it again beside a shop that goes on.
    Origin {
        /// Where it listens, on 127.0.0.1; its metrics are one port above.
        #[arg(long, default_value_t = 3333, value_parser = clap::value_parser!(u16).range(1..65535))]
        port: u16,
        #[command(flatten)]
        catalog: CatalogFile,
    },
    /// Build the origin of record as a static program, and as an image where buildah is installed.
    Image,
    /// Build the browser's files and the Worker into `edge/build`.
    Build {
        /// Fast to build, with debug information; the default under `wrangler dev`.
        #[arg(long, conflicts_with = "release")]
        dev: bool,
        /// Optimised; the default everywhere else.
        #[arg(long)]
        release: bool,
        #[command(flatten)]
        catalog: CatalogFile,
    },
    /// Write what the Worker, the origin and each remote consist of into `target/parts`.
    Parts,
    /// Run every check and test of the shop, stage by stage, and sum them up in one line.
    Test {
        /// Run these stages and the ones they need, instead of all.
        #[arg(value_name = "STAGE")]
        stages: Vec<String>,
        /// Run those of infra/ and .github/ instead.
        #[arg(long, conflicts_with = "stages")]
        infra: bool,
        /// Run both.
        #[arg(long, conflicts_with_all = ["stages", "infra"])]
        all: bool,
        /// Run the stages that a change since this commit concerns and that need no running shop.
        #[arg(long, value_name = "COMMIT", num_args = 0..=1, require_equals = true, default_missing_value = "HEAD",
              conflicts_with_all = ["stages", "infra", "all"])]
        changed: Option<String>,
        /// Name the stages and stop.
        #[arg(long)]
        list: bool,
        /// For what runs the tests of the one stage named: a scenario of `browser`, the name of a test of `end-to-end` or `unit`.
        #[arg(last = true, value_name = "ARGS", requires = "stages")]
        arguments: Vec<String>,
    },
    /// Print the size of the Worker's code by crate, what has grown since it was recorded, and every budget.
    Budget {
        /// Write the sizes into `xtask/budget.toml`, with the reason for what has grown.
        #[arg(long, requires = "reason")]
        record: bool,
        /// Why the code is as large as it is now.
        #[arg(long, value_name = "TEXT", requires = "record")]
        reason: Option<String>,
    },
    /// Measure: each benchmark, or the one that is named.
    Bench {
        /// Which benchmark; without it, all.
        what: Option<bench::What>,
        /// The folder with `products.ndjson.gz` and `judgments.tsv`, for relevance.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// Another checkout with a built Worker, an earlier one, to measure beside this one under workerd.
        #[arg(long, value_name = "CHECKOUT")]
        against: Option<PathBuf>,
    },
    /// Write a large catalog of real foods, the same for everyone; needs Python with pip, once.
    Food {
        /// How many products; the package has 380,000.
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        count: usize,
        /// Where to: NDJSON, packed with gzip if the name ends with `.gz`.
        out: PathBuf,
    },
    /// Estimate what a month of the shop costs, by list prices.
    Cost {
        /// For so many requests a month; without it, for the four numbers of docs/cost.md.
        #[arg(long, value_name = "N", value_delimiter = ',')]
        requests: Vec<u64>,
        /// Write the table into docs/cost.md.
        #[arg(long, conflicts_with = "requests")]
        bless: bool,
    },
    /// Run the operators' command line, built from this checkout; `cargo storefront …` is short for it.
    #[command(disable_help_flag = true)]
    Storefront {
        /// What `storefront` is asked to do.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Check the rules of the source tree that no compiler checks.
    Tidy {
        /// Record the dependencies of the pure crates and the Worker as they are now.
        #[arg(long)]
        bless: bool,
    },
}

#[derive(Args)]
struct CatalogFile {
    /// The product file to compile in, instead of the shop's own; `CATALOG` says the same.
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(CommandLine::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprint!("{}", failure::render(&error));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let project = Project::open()?;
    match command {
        Command::Dev { port, origin_port, catalog } => {
            let catalog = build::catalog_file(catalog.catalog.as_deref())?;
            dev::run(&project, dev::Ports { shop: port, origin: origin_port }, catalog.as_deref())?;
        }
        Command::Origin { port, catalog } => {
            let catalog = build::catalog_file(catalog.catalog.as_deref())?;
            dev::run_origin(&project, port, catalog.as_deref())?;
        }
        Command::Image => image::run(&project)?,
        Command::Build { dev, release, catalog } => {
            let profile = Profile::choose(dev, release)?;
            let catalog = build::catalog_file(catalog.catalog.as_deref())?;
            build::run(&project, profile, catalog.as_deref())?;
        }
        Command::Parts => {
            for path in parts::write(&project)? {
                println!("{}", path.display());
            }
        }
        Command::Test { stages, infra, all, changed, list, arguments } => {
            let wanted = match (infra, all, changed.as_deref(), stages.as_slice()) {
                (true, ..) => Wanted::Infra,
                (_, true, ..) => Wanted::All,
                (_, _, Some(base), _) => Wanted::Changed(base),
                (_, _, _, []) => Wanted::Shop,
                (_, _, _, stages) => Wanted::Named(stages, &arguments),
            };
            return test::run(&project, &wanted, list);
        }
        Command::Budget { reason, .. } => {
            let is_kept = budget::run(&project, reason)?;
            return Ok(if is_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Bench { what, data, against } => {
            bench::run(&project, what, data.as_deref(), against.as_deref())?;
        }
        Command::Food { count, out } => food::run(&project, count, &out)?,
        Command::Cost { requests, bless } => cost::run(&project, &requests, bless)?,
        Command::Storefront { arguments } => storefront::run(&project, &arguments)?,
        Command::Tidy { bless } => return tidy::run(&project, bless),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }
}
