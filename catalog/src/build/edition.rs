//! An edition of the shop's facts: a base and the changes over it, so that whoever has the base needs the changes alone. Reads no file
//! and serves nobody.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::build::index;
use crate::build::problem::BuildError;
use crate::build::products::Products;
use crate::build::record::Record;
use crate::changes::{self, Change, ChangedTexts, Changes, Facts, Kind, MAX_CHANGES};
use crate::index::catalog::Catalog;
use crate::index::format::Section;
use crate::model::id;
use crate::model::product::Product;

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
    /// are new or are gone, and the rules for searches are the same; else on a base of their own. Its revision is the one that an index of these products has.
    pub fn next(&self, mut products: Products) -> Result<Edition, BuildError> {
        products.records.sort_by(|left, right| id::compare(&left.id, &right.id));
        // Changes carry products alone.
        if products.rules.section() != self.base.bytes(Section::Rules) {
            return Edition::new(products);
        }
        let Some(list) = differences(&self.base, &products.records) else { return Edition::new(products) };
        if list.is_empty() {
            return Ok(Edition::bare(Arc::clone(&self.base)));
        }
        let count = list.len();
        let origins: BTreeSet<&str> =
            products.records.iter().filter_map(|record| record.image_origin.as_deref()).collect();
        let are_same = origins.iter().copied().eq(self.base.image_origins());
        let origins = (!are_same).then(|| origins.into_iter().collect());
        let changes = Changes { revision: index::revision(&products.records, &products.rules), origins, list };
        let bytes = changes::write(self.base.revision_number(), &changes);
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

    /// How many products differ from the base, are new or are gone.
    pub fn changed(&self) -> usize {
        self.changed
    }

    fn bare(base: Arc<Catalog>) -> Edition {
        Edition { catalog: Arc::clone(&base), base, changes: None, changed: 0 }
    }
}

/// The changes of a base that lead to these records, which are in id order; `None` if they are more than changes may be.
fn differences<'r>(base: &Catalog, records: &'r [Record]) -> Option<Vec<Change<'r>>> {
    let mut changes = Vec::new();
    let mut push = |place: u32, kind: Kind<'r>| {
        changes.push(Change { place, kind });
        (changes.len() <= MAX_CHANGES).then_some(())
    };
    let mut place = 0_u32;
    for record in records {
        let mut order = base.id_at(place).map(|id| id::compare(id, &record.id));
        while order == Some(Ordering::Less) {
            push(place, Kind::Gone)?;
            place += 1;
            order = base.id_at(place).map(|id| id::compare(id, &record.id));
        }
        if order == Some(Ordering::Equal) {
            let product = base.product_at(place)?;
            if let Some(kind) = difference(&product, record) {
                push(place, kind)?;
            }
            place += 1;
        } else {
            push(
                place,
                Kind::New { id: &record.id, facts: facts(record), texts: texts(record), category: &record.category },
            )?;
        }
    }
    for place in place..base.count() {
        push(place, Kind::Gone)?;
    }
    Some(changes)
}

/// How a record differs from the product of the base with its id, if it does.
fn difference<'r>(product: &Product<'_>, record: &'r Record) -> Option<Kind<'r>> {
    let same_texts = product.name == record.name
        && product.description == record.description
        && product.image_url == record.image_url;
    let same_facts = (product.price, product.stock, product.rating, product.reviews)
        == (record.price, record.stock, record.rating, record.reviews);
    let category = (product.category != record.category).then_some(record.category.as_str());
    if same_texts && same_facts && category.is_none() {
        return None;
    }
    // A category is sent with the texts beside it.
    let texts = (!same_texts || category.is_some()).then(|| texts(record));
    Some(Kind::Other { facts: facts(record), texts, category })
}

fn facts(record: &Record) -> Facts {
    Facts {
        price: record.price.minor(),
        stock: record.stock,
        rating: record.rating.hundredths().into(),
        reviews: record.reviews,
    }
}

fn texts(record: &Record) -> ChangedTexts<'_> {
    ChangedTexts { name: &record.name, description: &record.description, image_url: &record.image_url }
}
