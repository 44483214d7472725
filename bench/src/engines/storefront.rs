//! The shop's own search, asked as the API asks it: no settings, a page of ten.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};
use catalog::build::{Options, Products};
use catalog::{Catalog, Query};

use super::{Answers, Rankings};
use crate::data::products_file;
use crate::score::DEPTH;

pub(crate) fn answers(folder: &Path, queries: &[String]) -> Result<Answers> {
    let path = products_file(folder);
    let file = File::open(&path).with_context(|| format!("cannot open `{}`", path.display()))?;
    let products = Products::read(file, Options::default()).context("cannot read the products")?;
    let index = products.into_index().context("cannot index the products")?;
    let catalog = Catalog::open(index).context("cannot open the index")?;
    let rankings: Result<Rankings> = queries.iter().map(|query| ranking(&catalog, query)).collect();
    let settings = "as the shop runs it".to_owned();
    Ok(Answers { engine: "storefront".to_owned(), settings, rankings: rankings? })
}

fn ranking(catalog: &Catalog, text: &str) -> Result<Vec<String>> {
    let page_size = u32::try_from(DEPTH).context("the page is too large")?;
    let query = Query { search: Some(text.to_owned()), page_size, ..Query::default() };
    let positions = catalog.search(&query).positions;
    let ids = positions.into_iter().map(|position| catalog.product_at(position).map(|product| product.id.to_string()));
    ids.collect::<Option<_>>().with_context(|| format!("`{text}` finds a product that the catalog does not have"))
}
