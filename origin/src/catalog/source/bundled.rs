//! The catalog that ships as a part of this program: the base of every edition until more differs than changes can hold.

use anyhow::Context as _;
use catalog::Currency;
use catalog::build::{Format, Options, Products, SearchRules};

use crate::catalog::source::Snapshot;
use crate::catalog::source::file::Fingerprint;

const BUNDLED: &[u8] = include_bytes!("../../../../catalog/data/products.json");

const RULES: &str = include_str!("../../../../catalog/data/search.toml");

/// The catalog that ships, in force since the program came to lie where it does.
pub(crate) fn snapshot(currency: Currency) -> anyhow::Result<Snapshot> {
    let options = Options { format: Some(Format::Json), currency, ..Options::default() };
    let products = Products::read(BUNDLED, options).context("the catalog that ships is refused")?;
    let rules = SearchRules::parse(RULES).context("the rules for searches that ship are refused")?;
    let products = products.with_rules(rules);
    let program = std::env::current_exe().and_then(|program| program.metadata());
    let since = program.map_or(0, |metadata| Fingerprint::of(&metadata).since());
    Ok(Snapshot { products, since, position: None, may_be_cut: false })
}
