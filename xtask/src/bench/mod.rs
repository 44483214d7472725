//! `cargo xtask bench`: the pure crates under criterion, the built Worker under bare workerd, search on judged queries, its
//! speed, the cost of hostile texts, the native origin, and its checkout.
//! Figures hold for the machine and the minute they were taken in; compare within one run.

mod cart;
mod cases;
mod checkout;
mod hostile;
mod load;
mod origin;
pub(crate) mod relevance;
mod search;
mod setting;
mod whole;
mod workerd;

use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::failure::hinted;
use crate::project::{Project, say};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// API answers and page rendering, in process.
    Criterion,
    /// Requests per second of the built Worker, beside a JavaScript Worker that returns the same bytes.
    Workerd,
    /// The cart's part of it: the page of 20 lines, and a form that adds one.
    Cart,
    /// How well searches rank, beside other engines; needs `--data`.
    Relevance,
    /// Requests per second and core of the native origin, beside an Express server.
    Origin,
    /// Orders per second through the origin's API, on SQLite and PostgreSQL, and what becomes of twice as many.
    Checkout,
    /// How long a search takes, beside other engines, at 1,000, 10,000 and 100,000 products.
    Search,
    /// The same at 100,000 products with 300,000 variants alone: filters by brand, option, attribute, collection, sale and rating.
    Filters,
    /// What the dearest texts cost that anybody can search for, at the same sizes.
    Hostile,
}

/// Runs the benchmark that is named, or all of them; relevance only where there is data for it.
/// `against` is another checkout whose built Worker is measured beside this one's.
pub(crate) fn run(project: &Project, what: Option<What>, data: Option<&Path>, against: Option<&Path>) -> Result<()> {
    check(what, data)?;
    check_against(what, against)?;
    let chosen = |one: What| what.is_none_or(|what| what == one);
    if chosen(What::Criterion) {
        criterion(project)?;
    }
    if chosen(What::Workerd) {
        workerd::run(project, against)?;
    }
    if chosen(What::Cart) {
        cart::run(project, against)?;
    }
    if chosen(What::Origin) {
        origin::run(project)?;
    }
    if chosen(What::Checkout) {
        checkout::run(project)?;
    }
    if chosen(What::Search) {
        search::run(project, &search::SETS)?;
    } else if chosen(What::Filters) {
        search::run(project, &[search::WHOLE])?;
    }
    if chosen(What::Hostile) {
        hostile::run(project)?;
    }
    if let Some(data) = data {
        relevance::run(project, data)?;
    }
    Ok(())
}

/// Refuses `--data` where nothing reads it, and its absence where it is needed.
fn check(what: Option<What>, data: Option<&Path>) -> Result<()> {
    match (what, data) {
        (Some(What::Relevance), None) => Err(hinted(
            "`cargo xtask bench relevance` needs the judged products",
            "name their folder: `--data DIR`, with `products.ndjson.gz` and `judgments.tsv` in it",
        )),
        (
            Some(
                What::Criterion
                | What::Workerd
                | What::Cart
                | What::Origin
                | What::Checkout
                | What::Search
                | What::Filters
                | What::Hostile,
            ),
            Some(_),
        ) => Err(hinted("`--data` belongs to the relevance benchmark", "leave it out, or measure `relevance`")),
        _ => Ok(()),
    }
}

/// Refuses `--against` where nothing reads it.
fn check_against(what: Option<What>, against: Option<&Path>) -> Result<()> {
    if against.is_some() && !matches!(what, None | Some(What::Workerd | What::Cart)) {
        let hint = "leave it out, or measure `workerd` or `cart`";
        return Err(hinted("`--against` belongs to the workerd benchmark", hint));
    }
    Ok(())
}

fn criterion(project: &Project) -> Result<()> {
    say("measuring the catalog and the pages in process");
    let mut command = project.cargo("bench");
    // Named, since unit tests would be compiled for nothing, and `hostile` is a measurement of its own.
    command.args([
        "--package",
        "catalog",
        "--package",
        "pages",
        "--all-features",
        "--bench",
        "answer",
        "--bench",
        "render",
    ]);
    project.run(&mut command).context("cannot run the criterion benchmarks")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_belongs_to_relevance() {
        #[track_caller]
        fn refused(what: Option<What>, data: Option<&str>) -> bool {
            check(what, data.map(Path::new)).is_err()
        }
        assert!(refused(Some(What::Relevance), None));
        assert!(refused(Some(What::Workerd), Some("data")));
        assert!(refused(Some(What::Criterion), Some("data")));
        assert!(refused(Some(What::Search), Some("data")));
        assert!(refused(Some(What::Hostile), Some("data")));
        assert!(!refused(Some(What::Relevance), Some("data")));
        assert!(!refused(None, None));
        assert!(!refused(None, Some("data")));
    }

    #[test]
    fn another_checkout_belongs_to_workerd() {
        let against = Some(Path::new("earlier"));
        assert!(check_against(Some(What::Origin), against).is_err());
        assert!(check_against(Some(What::Workerd), against).is_ok());
        assert!(check_against(None, against).is_ok());
        assert!(check_against(Some(What::Origin), None).is_ok());
    }
}
