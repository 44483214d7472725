//! The options by which an export is read: the same for checking and building. They win over the mapping file beside the export.
//! The values' own types are the crate `catalog`'s.

use std::ffi::OsString;

use catalog::Currency;
use catalog::build::{Encoding, Import, UntrackedStock};
use clap::Args;

/// What a merchant decides about an export.
#[derive(Debug, Args)]
pub(crate) struct ImportOptions {
    /// The column of a field that is not found by its name, such as `name=Nom`; may be repeated.
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = mapping)]
    map: Vec<String>,
    /// Write these options into a mapping file; `FILE.map.toml` beside the export is found again by itself.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "")]
    pub(crate) save_map: Option<OsString>,
    /// The category of products that have none, by default `Other`.
    #[arg(long, value_name = "NAME")]
    default_category: Option<String>,
    /// The stock of products of which the file says none: `in-stock` (the default), `out-of-stock` or a number.
    #[arg(long, value_name = "STOCK")]
    untracked_stock: Option<UntrackedStock>,
    /// Leave out records that break a rule, list them, and end with code 7.
    #[arg(long)]
    skip_invalid: bool,
    /// The encoding of the text, if it is found out wrongly: `utf-8`, `utf-16` or `windows-1252`.
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<Encoding>,
    /// Take drafts, archived and hidden products, too.
    #[arg(long)]
    include_unpublished: bool,
    /// The currency of the prices; by default `CURRENCY`, then USD.
    #[arg(long, value_name = "CODE", value_parser = currency)]
    pub(crate) currency: Option<Currency>,
}

impl ImportOptions {
    /// The settings of a mapping file with these over them.
    pub(crate) fn over(&self, mut import: Import) -> Import {
        for mapping in &self.map {
            // Checked when the command line was parsed.
            let _ = import.map(mapping);
        }
        import.default_category = self.default_category.clone().or(import.default_category);
        import.untracked_stock = self.untracked_stock.or(import.untracked_stock);
        import.encoding = self.encoding.or(import.encoding);
        import.skip_invalid |= self.skip_invalid;
        import.include_unpublished |= self.include_unpublished;
        import
    }
}

fn mapping(text: &str) -> Result<String, String> {
    Import::default().map(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

fn encoding(text: &str) -> Result<Encoding, String> {
    Encoding::parse(text).ok_or_else(|| format!("`{text}` must be `utf-8`, `utf-16` or `windows-1252`"))
}

pub(super) fn currency(text: &str) -> Result<Currency, String> {
    Currency::parse(text).map_err(|error| error.to_string())
}
