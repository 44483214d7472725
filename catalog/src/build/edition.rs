//! An edition of the shop's facts: a base and the changes over it, so that whoever has the base needs the changes alone. Reads no file
//! and serves nobody.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::build::index;
use crate::build::problem::BuildError;
use crate::build::products::Products;
use crate::build::record::Record;
use crate::changes::{self, Change, ChangedDetails, ChangedTexts, Changes, Facts, Kind, MAX_CHANGES};
use crate::index::catalog::Catalog;
use crate::index::details;
use crate::index::format::Section;
use crate::index::groups::{GroupKind, SEPARATOR};
use crate::model::currency::Currency;
use crate::model::id;

/// A catalog with how others come by it: an index as it was built, the base, and the changes of some products since.
#[derive(Clone, Debug)]
pub struct Edition {
    base: Arc<Catalog>,
    /// The same as the base where there are no changes.
    catalog: Arc<Catalog>,
    changes: Option<Vec<u8>>,
    changed: usize,
    /// The hash of each product of the catalog, in id order.
    hashes: Arc<[u64]>,
}

impl Edition {
    /// The edition of these products on a base of their own.
    pub fn new(products: Products) -> Result<Edition, BuildError> {
        let hashes = index::hashes(&products.records, products.currency);
        Edition::of(products, hashes)
    }

    fn of(products: Products, hashes: Vec<u64>) -> Result<Edition, BuildError> {
        let index = products.write_index(&hashes)?;
        // The records of a large catalog take more memory than its index.
        drop(products);
        let catalog = Catalog::open(index).map_err(|_| BuildError::TooLarge)?;
        Ok(Edition::bare(Arc::new(catalog), hashes))
    }

    /// The edition of these products that follows this one: on the same base where at most [`MAX_CHANGES`] products differ from it,
    /// are new or are gone, and the rules for searches are the same; else on a base of their own. Its revision is the one that an index of
    /// these products has.
    pub fn next(&self, products: Products) -> Result<Edition, BuildError> {
        let hashes = index::hashes(&products.records, products.currency);
        let is_of_base = products.rules.section() == self.base.bytes(Section::Rules);
        if !is_of_base || Shape::of(&products.records, products.currency) != Shape::of_base(&self.base) {
            return Edition::of(products, hashes);
        }
        let Some(list) = differences(&self.base, &products.records) else { return Edition::of(products, hashes) };
        let origins = index::origins(&products.records);
        let are_same = origins.iter().copied().eq(self.base.image_origins());
        let origins = (!are_same).then(|| origins.into_iter().collect());
        match self.changed_by(list, origins, &hashes) {
            Some(edition) => Ok(edition),
            // What cannot be laid over the base stands by itself.
            None => Edition::of(products, hashes),
        }
    }

    /// The edition of these changes over the base; `hashes` are those of its products. `None` if they cannot be laid over it.
    pub(super) fn changed_by(
        &self,
        list: Vec<Change<'_>>,
        origins: Option<Vec<&str>>,
        hashes: &[u64],
    ) -> Option<Edition> {
        if list.is_empty() {
            return Some(Edition::bare(Arc::clone(&self.base), hashes.to_vec()));
        }
        let revision = index::revision_of(hashes, self.base.currency(), self.base.bytes(Section::Rules));
        let changed = list.len();
        let bytes = changes::write(self.base.revision_number(), &Changes { revision, origins, list });
        if self.changes.as_ref() == Some(&bytes) {
            return Some(self.clone());
        }
        let catalog = Arc::new(self.base.with_changes(&bytes).ok()?);
        Some(Edition { base: Arc::clone(&self.base), catalog, changes: Some(bytes), changed, hashes: hashes.into() })
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

    /// The base.
    pub(super) fn base_catalog(&self) -> &Catalog {
        &self.base
    }

    /// The hash of each product, in id order.
    pub(super) fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    fn bare(base: Arc<Catalog>, hashes: Vec<u64>) -> Edition {
        Edition { catalog: Arc::clone(&base), base, changes: None, changed: 0, hashes: hashes.into() }
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
            if let Some(kind) = difference(base, place, record).ok()? {
                push(place, kind)?;
            }
            place += 1;
        } else {
            let kind = Kind::New {
                id: &record.id,
                facts: facts(record),
                variants: variants(record).into(),
                texts: texts(record),
                category: path(record).into(),
                details: details(record),
            };
            push(place, kind)?;
        }
    }
    for place in place..base.count() {
        push(place, Kind::Gone)?;
    }
    Some(changes)
}

/// How a record differs from the product of the base with its id, if it does; an error if the base is damaged.
fn difference<'r>(base: &Catalog, place: u32, record: &'r Record) -> Result<Option<Kind<'r>>, Damaged> {
    let product = base.product_at(place).ok_or(Damaged)?;
    let same_texts = product.name == record.name
        && product.description == record.description
        && product.image_url == record.image_url
        && product.handle == record.handle;
    let same_facts = changes::facts(base, place).ok_or(Damaged)? == facts(record);
    let same_variants = base.variant_facts_at(place).eq(record.details.variants.iter().map(|variant| variant.facts));
    let same_details = product.brand.unwrap_or_default() == record.brand
        && details::write(&base.details_at(place).ok_or(Damaged)?) == details::write(&record.details);
    let category = (base.category_path_at(place).join(SEPARATOR_TEXT) != path(record)).then(|| path(record).into());
    if same_texts && same_facts && same_variants && same_details && category.is_none() {
        return Ok(None);
    }
    Ok(Some(Kind::Other {
        facts: facts(record),
        variants: (!same_variants).then(|| variants(record).into()),
        texts: (!same_texts).then(|| texts(record)),
        category,
        details: (!same_details).then(|| details(record)),
    }))
}

/// The base has no such product, or cannot be read.
struct Damaged;

/// Whether products of a catalog have things that give it a section, a filter or an order. A catalog that gains or loses one of these is
/// a base of its own.
#[derive(PartialEq, Eq)]
struct Shape {
    currency: Currency,
    /// Details, variants, prices before and dates of publication.
    has: [bool; 4],
    groups: Vec<(GroupKind, String, String)>,
}

impl Shape {
    fn of(records: &[Record], currency: Currency) -> Shape {
        Shape {
            currency,
            has: [
                records.iter().any(|record| !record.details.is_empty()),
                records.iter().any(|record| !record.details.variants.is_empty()),
                records.iter().any(|record| record.compare_at.is_some()),
                records.iter().any(|record| record.published > 0),
            ],
            groups: index::groups::plan(records).into_iter().map(|((kind, key), name)| (kind, key, name)).collect(),
        }
    }

    fn of_base(base: &Catalog) -> Shape {
        let has = |section: Section| !base.bytes(section).is_empty();
        Shape {
            currency: base.currency(),
            has: [Section::DetailStarts, Section::VariantStarts, Section::CompareAt, Section::Published].map(has),
            groups: base.groups().map(|group| (group.kind, group.key.to_owned(), group.name.to_owned())).collect(),
        }
    }
}

fn facts(record: &Record) -> Facts {
    Facts {
        price: record.price.minor(),
        compare_at: record.compare_at.unwrap_or_default().minor(),
        stock: record.stock,
        rating: record.rating.hundredths().into(),
        reviews: record.reviews,
        published: record.published,
    }
}

fn variants(record: &Record) -> Vec<u8> {
    details::write_facts(record.details.variants.iter().map(|variant| variant.facts))
}

fn texts(record: &Record) -> ChangedTexts<'_> {
    ChangedTexts {
        name: &record.name,
        description: &record.description,
        image_url: &record.image_url,
        handle: index::written_handle(record),
    }
}

/// The category's path in one text.
fn path(record: &Record) -> String {
    let mut path = record.parents.join(SEPARATOR_TEXT);
    if !path.is_empty() {
        path.push(SEPARATOR);
    }
    path + &record.category
}

fn details(record: &Record) -> ChangedDetails<'_> {
    ChangedDetails { brand: &record.brand, bytes: details::write(&record.details).into() }
}

/// [`SEPARATOR`] as a text.
const SEPARATOR_TEXT: &str = "\u{1f}";
