//! In this process: our engine and tantivy on the same questions.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use catalog::build::{Options, Products};
use catalog::{Catalog, Currency, Query};

use super::queries::Question;
use super::timing::{Figures, median, time};
use crate::engines::tantivy::Engine;

/// How many products a page has.
const PAGE: usize = 12;

/// Our engine over some products.
pub(super) struct Ours {
    catalog: Catalog,
    /// How long it took to read the file and to write the index.
    pub(super) built_in: Duration,
    pub(super) opened_in: Duration,
    pub(super) index_bytes: usize,
}

impl Ours {
    pub(super) fn build(file: &Path) -> Result<Ours> {
        let mut index = Vec::new();
        let built_in = time(|| {
            let opened = std::fs::File::open(file).with_context(|| format!("cannot open `{}`", file.display()))?;
            index = Products::read(opened, Options::default()).context("cannot read the products")?.into_index()?;
            Ok(())
        })?;
        let index_bytes = index.len();
        // For as long as the process lives, as the Worker has it: a copy of it is not a part of opening it.
        let index: &'static [u8] = index.leak();
        let opened_in = median(|times| {
            time(|| {
                for _ in 0..times {
                    std::hint::black_box(Catalog::open(index)?);
                }
                Ok(())
            })
        })?;
        Ok(Ours { catalog: Catalog::open(index)?, built_in, opened_in, index_bytes })
    }

    pub(super) fn ask(&self, questions: &[Question], facets: bool) -> Result<Option<Figures>> {
        let mut medians = Vec::new();
        for question in questions {
            let address = question.address(facets);
            let (_, parameters) = address.split_once('?').context("a question without parameters")?;
            let query = Query::parse(parameters, Currency::default())?;
            medians.push(median(|times| {
                time(|| {
                    for _ in 0..times {
                        if facets {
                            std::hint::black_box(self.catalog.search_with_facets(&query));
                        } else {
                            std::hint::black_box(self.catalog.search(&query));
                        }
                    }
                    Ok(())
                })
            })?);
        }
        Ok(Figures::of(medians))
    }
}

pub(super) fn ask_tantivy(engine: &mut Engine, questions: &[Question]) -> Result<Option<Figures>> {
    let mut medians = Vec::new();
    for question in questions {
        medians.push(median(|times| {
            time(|| {
                for _ in 0..times {
                    if question.search.is_empty() {
                        std::hint::black_box(engine.filtered(question.parameters.split('&'), PAGE)?);
                    } else {
                        std::hint::black_box(engine.top(&question.search, PAGE)?);
                    }
                }
                Ok(())
            })
        })?);
    }
    Ok(Figures::of(medians))
}
