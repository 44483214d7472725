//! `storefront catalog check`: holds a merchant's file against every rule for catalogs. Writes nothing and asks no shop.

use std::path::Path;

use anyhow::Result;
use catalog::build;

use crate::commands::catalog_file::{View, read, refused, search_rules};
use crate::context::Context;

const COMMAND: &str = "catalog check";

pub(super) fn run(context: &Context<'_>, file: &Path, least: usize) -> Result<()> {
    let (report, took) = read(file, least, build::check).map_err(|error| refused(context, COMMAND, file, error))?;
    // They go into the index with the products.
    search_rules(file)?;
    let view = View::of(file, &report, took);
    context.output.result(COMMAND, &view, &view.text())
}
