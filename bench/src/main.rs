//! The shop's search beside other engines: the quality of its ranking, and its speed. `cargo xtask bench relevance` and `bench search` run it.
//! Prints a table in Markdown on stdout; no crate of the shop depends on it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line talks: results on stdout, what it is doing on stderr"
)]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod data;
mod engines;
mod score;
mod search;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::engines::{Answers, javascript, storefront, tantivy};
use crate::score::Ratings;

/// Measures the shop's search beside other engines.
#[derive(Parser)]
#[command(arg_required_else_help = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Measure,
}

#[derive(Subcommand)]
enum Measure {
    /// nDCG@10 on people's ratings.
    Relevance {
        /// The folder with `products.ndjson.gz` and `judgments.tsv`.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// How long an answer takes, natively and in workerd.
    Search {
        /// The folder with the products, the Workers and the bundled engines.
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
        /// The sets of products, by the names of their files.
        #[arg(long, value_name = "NAME", value_delimiter = ',')]
        sets: Vec<String>,
        /// The runtime.
        #[arg(long, value_name = "FILE")]
        workerd: PathBuf,
        /// The date that the Worker is deployed with.
        #[arg(long, value_name = "DATE")]
        compatibility_date: String,
    },
}

fn main() -> ExitCode {
    let measured = match CommandLine::parse().command {
        Measure::Relevance { data } => relevance(&data),
        Measure::Search { folder, sets, workerd, compatibility_date } => {
            search::run(&folder, &sets, &workerd, &compatibility_date)
        }
    };
    match measured {
        Ok(table) => {
            print!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            if error.chain().len() > 1 {
                eprintln!("\nCaused by:");
            }
            for cause in error.chain().skip(1) {
                eprintln!("    {cause}");
            }
            ExitCode::FAILURE
        }
    }
}

fn relevance(folder: &Path) -> Result<String> {
    let judgments = data::judgments(folder)?;
    let products = data::products(folder)?;
    let queries: Vec<String> = judgments.keys().cloned().collect();
    eprintln!("bench: {} products, {} queries", products.len(), queries.len());
    let mut all = vec![storefront::answers(folder, &queries)?, tantivy::answers(&products, &queries)?];
    all.extend(javascript::answers("MiniSearch", "minisearch.mjs", "minisearch", folder, &queries)?);
    all.extend(javascript::answers("Orama", "orama.mjs", "@orama/orama", folder, &queries)?);
    table(&judgments, &all)
}

/// One line for each engine; `judgments` are in the order of the rankings.
fn table(judgments: &BTreeMap<String, Ratings>, all: &[Answers]) -> Result<String> {
    let mut text = String::from("| engine | settings | nDCG@10 |\n| --- | --- | --- |\n");
    let mut used = 0;
    for Answers { engine, settings, rankings } in all {
        let scores = judgments.values().zip(rankings).map(|(ratings, ranking)| score::ndcg(ratings, ranking));
        let (mean, count) = score::mean(scores).context("no query has a relevant product")?;
        used = count;
        let _ = writeln!(text, "| {engine} | {settings} | {mean:.3} |");
    }
    let _ = writeln!(text, "\nmean over the {used} of {} queries that have a relevant product", judgments.len());
    Ok(text)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn the_table_has_a_line_for_each_engine() {
        let ratings = |rating| Ratings::from([("7".to_owned(), rating)]);
        let judgments = BTreeMap::from([("aa".to_owned(), ratings(3)), ("books".to_owned(), ratings(0))]);
        let answers = |engine: &str, found: &[&str]| Answers {
            engine: engine.to_owned(),
            settings: "none".to_owned(),
            rankings: vec![found.iter().map(ToString::to_string).collect(), Vec::new()],
        };
        assert_eq!(
            table(&judgments, &[answers("one", &["7"]), answers("two", &["8"])]).unwrap(),
            "| engine | settings | nDCG@10 |\n| --- | --- | --- |\n| one | none | 1.000 |\n| two | none | 0.000 |\n\n\
             mean over the 1 of 2 queries that have a relevant product\n"
        );
    }
}
