//! The catalog that ships as a part of this program: the base of every edition until more differs than changes can hold.

use std::borrow::Cow;

use anyhow::Context as _;
use catalog::Currency;
use catalog::build::{Format, Options, Products, SearchRules};

use crate::catalog::source::file::Fingerprint;
use crate::catalog::source::{Changes, LoadError, Position, Snapshot, Source};
use crate::catalog::trouble::Code;

const BUNDLED: &[u8] = include_bytes!("../../../../catalog/data/products.json");

const RULES: &str = include_str!("../../../../catalog/data/search.toml");

/// The catalog that ships as a source of its own, for a server without a catalog file: it never changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bundled {
    pub(crate) currency: Currency,
}

impl Source for Bundled {
    fn name(&self) -> Cow<'_, str> {
        "bundled".into()
    }

    fn snapshot(&self) -> Result<Snapshot, LoadError> {
        let snapshot = snapshot(self.currency).map_err(LoadError::refused(Code::Refused))?;
        Ok(Snapshot { position: Some(Position::Sequence(0)), ..snapshot })
    }

    fn changes_since(&self, position: Option<Position>) -> Result<Changes, LoadError> {
        Ok(if position.is_some() { Changes::None } else { Changes::Unlisted(Position::Sequence(0)) })
    }
}

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
