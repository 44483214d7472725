//! `storefront catalog check`: holds a merchant's file against every rule for catalogs. Writes nothing but the mapping file that `--save-map` names, and asks no shop.

use std::path::Path;

use anyhow::Result;
use catalog::build;

use crate::arguments::ImportOptions;
use crate::commands::catalog_file::{import, read, refused, save, skipped};
use crate::commands::catalog_view::View;
use crate::context::Context;

const COMMAND: &str = "catalog check";

pub(super) fn run(context: &Context<'_>, file: &Path, least: usize, options: &ImportOptions) -> Result<()> {
    let import = import(file, options)?;
    let (report, took) =
        read(file, least, import, build::check).map_err(|error| refused(context, COMMAND, file, error))?;
    let view = View::of(file, &report, took);
    let text = view.text() + &view.shown();
    context.output.result(COMMAND, &view, &text)?;
    save(file, options)?;
    skipped(file, &report)
}
