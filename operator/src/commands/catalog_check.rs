//! `storefront catalog check`: holds a merchant's file against every rule for catalogs. Writes nothing but the mapping file that `--save-map` names, and asks no shop.

use std::path::Path;

use anyhow::Result;
use catalog::build::{self, Products, SearchRules};

use crate::arguments::ImportOptions;
use crate::commands::catalog_file::{check_rules, import, read, refused, save, search_rules, skipped, warn_unmatched};
use crate::commands::catalog_view::View;
use crate::context::Context;

const COMMAND: &str = "catalog check";

pub(super) fn run(context: &Context<'_>, file: &Path, least: usize, options: &ImportOptions) -> Result<()> {
    let import = import(file, options)?;
    // They go into the index with the products, and name some of them.
    let rules = search_rules(file);
    let (report, took) = if rules.as_ref().is_ok_and(SearchRules::are_none) {
        read(file, least, import.clone(), build::check).map_err(|error| refused(context, COMMAND, file, error))?
    } else {
        let (products, took) = read(file, least, import.clone(), Products::read)
            .map_err(|error| refused(context, COMMAND, file, error))?;
        let products = products.with_rules(rules?);
        check_rules(&products, file)?;
        (products.report().clone(), took)
    };
    warn_unmatched(&import.0, &report);
    let view = View::of(file, &report, took);
    let text = view.text() + &view.shown();
    context.output.result(COMMAND, &view, &text)?;
    save(file, options, &import.0)?;
    skipped(file, &report)
}
