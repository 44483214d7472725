//! An edition of the shop's facts: what is answered from, as a base and the changes over it, so that whoever has the base needs the
//! changes alone. Reads no file and serves nobody.

use std::sync::Arc;

use crate::build::record::Record;
use crate::build::{BuildError, Products};
use crate::changes::{self, Change, ChangedTexts, Facts, MAX_CHANGES};
use crate::index::catalog::Catalog;
use crate::model::id;

/// A catalog with how others come by it: an index as it was built, the base, and the changes of some products since.
#[derive(Clone, Debug)]
pub struct Edition {
    base: Arc<Catalog>,
    /// The same as the base where there are no changes.
    catalog: Arc<Catalog>,
    changes: Option<Vec<u8>>,
    changed: usize,
}

impl Edition {
    /// The edition of these products on a base of their own.
    pub fn new(products: Products) -> Result<Edition, BuildError> {
        let catalog = Catalog::open(products.into_index()?).map_err(|_| BuildError::TooLarge)?;
        Ok(Edition::bare(Arc::new(catalog)))
    }

    /// The edition of these products that follows this one: on the same base where at most [`MAX_CHANGES`] products differ from it,
    /// and in nothing but price, stock, rating and texts; else on a base of their own.
    pub fn next(&self, mut products: Products) -> Result<Edition, BuildError> {
        products.records.sort_by(|left, right| id::compare(&left.id, &right.id));
        let Some(changes) = differences(&self.base, &products.records) else { return Edition::new(products) };
        if changes.is_empty() {
            return Ok(Edition::bare(Arc::clone(&self.base)));
        }
        let bytes = changes::write(self.base.revision_number(), &changes);
        let count = changes.len();
        if self.changes.as_ref() == Some(&bytes) {
            return Ok(self.clone());
        }
        match self.base.with_changes(&bytes) {
            Ok(catalog) => Ok(Edition {
                base: Arc::clone(&self.base),
                catalog: Arc::new(catalog),
                changes: Some(bytes),
                changed: count,
            }),
            // What cannot be laid over the base stands by itself.
            Err(_) => Edition::new(products),
        }
    }

    /// What answers.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The index of the base.
    pub fn base(&self) -> &[u8] {
        self.base.as_bytes()
    }

    /// The revision of the base: 16 hexadecimal digits.
    pub fn base_revision(&self) -> &str {
        self.base.revision()
    }

    /// The changes over the base as they are sent; none where the base is the whole edition.
    pub fn changes(&self) -> Option<&[u8]> {
        self.changes.as_deref()
    }

    /// How many products differ from the base.
    pub fn changed(&self) -> usize {
        self.changed
    }

    fn bare(base: Arc<Catalog>) -> Edition {
        Edition { catalog: Arc::clone(&base), base, changes: None, changed: 0 }
    }
}

/// What has to change of a base for these records, which are in id order; `None` if they need a base of their own.
fn differences<'r>(base: &Catalog, records: &'r [Record]) -> Option<Vec<Change<'r>>> {
    if records.len() != base.len() {
        return None;
    }
    let mut changes = Vec::new();
    for (position, record) in (0_u32..).zip(records) {
        let product = base.product_at(position).filter(|product| product.id == record.id)?;
        if product.category != record.category {
            return None;
        }
        let same_texts = product.name == record.name
            && product.description == record.description
            && product.image_url == record.image_url;
        let same_facts = (product.price, product.stock, product.rating, product.reviews)
            == (record.price, record.stock, record.rating, record.reviews);
        if same_texts && same_facts {
            continue;
        }
        let is_known = |origin: &String| base.image_origins().any(|known| known == origin);
        if changes.len() == MAX_CHANGES || !record.image_origin.as_ref().is_none_or(is_known) {
            return None;
        }
        let facts = Facts {
            price: record.price.minor(),
            stock: record.stock,
            rating: record.rating.hundredths().into(),
            reviews: record.reviews,
        };
        let texts = ChangedTexts { name: &record.name, description: &record.description, image_url: &record.image_url };
        changes.push(Change { position, facts, texts: (!same_texts).then_some(texts) });
    }
    Some(changes)
}
