//! Stock from another book than the catalog file: the SKUs that are counted, products with other stock, and the edition that follows when
//! the stock of a few SKUs changes, without reading the file again.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::edition::Edition;
use crate::build::index;
use crate::build::prepare;
use crate::build::products::Products;
use crate::changes::{self, Change, Facts, Kind, MAX_CHANGES};
use crate::index::catalog::Catalog;
use crate::index::details;
use crate::index::format::Section;
use crate::index::lookup::Sold;
use crate::model::details::{Details, StockPolicy};
use crate::model::money::Price;

impl Products {
    /// Every SKU whose stock is counted, with the stock that the file has for it.
    pub fn counted(&self) -> impl Iterator<Item = (&str, u32)> {
        self.records.iter().flat_map(|record| {
            let variants = &record.details.variants;
            let single = variants.is_empty().then_some((record.id.as_str(), record.stock));
            let counted = variants.iter().filter(|variant| variant.facts.policy != StockPolicy::Untracked);
            single.into_iter().chain(counted.map(|variant| (variant.sku.as_str(), variant.facts.stock)))
        })
    }

    /// The same products with the stock of another book, for every SKU that it has and that is counted.
    #[must_use]
    pub fn with_stock(mut self, stock_of: impl Fn(&str) -> Option<u32>) -> Products {
        for record in &mut self.records {
            if record.details.variants.is_empty() {
                record.stock = stock_of(&record.id).unwrap_or(record.stock);
                continue;
            }
            for variant in &mut record.details.variants {
                let facts = &mut variant.facts;
                if facts.policy != StockPolicy::Untracked {
                    facts.stock = stock_of(&variant.sku).unwrap_or(facts.stock);
                }
            }
            prepare::lead(record);
        }
        self
    }
}

impl Edition {
    /// The edition in which these SKUs have this stock, on the same base; SKUs that it lacks or does not count are passed by. `None` where
    /// the changes would be too many for the base: then the products have to be indexed anew, with their stock.
    ///
    /// It is the edition that [`Edition::next`] gives for the same products with this stock, at a cost that follows the number of SKUs and
    /// one copy of the index.
    pub fn restocked<'s>(&self, levels: impl IntoIterator<Item = (&'s str, u32)>) -> Option<Edition> {
        let catalog = self.catalog();
        let mut wanted: BTreeMap<u32, Vec<(Option<usize>, u32)>> = BTreeMap::new();
        for (sku, stock) in levels {
            if let Some(Sold { position, variant }) = catalog.by_sku(sku) {
                wanted.entry(position).or_default().push((variant, stock));
            }
        }
        let mut restocked = Vec::new();
        for (position, levels) in wanted {
            let product = Restocked::of(catalog, position, &levels)?;
            if product.is_other {
                restocked.push(product);
            }
        }
        if restocked.is_empty() {
            return Some(self.clone());
        }
        let mut hashes = self.hashes().to_vec();
        for product in &restocked {
            *hashes.get_mut(usize::try_from(product.position).ok()?)? = product.hash;
        }
        let base = self.base_catalog();
        let (origins, mut list) = match self.changes() {
            Some(bytes) => {
                let changes = changes::parse(bytes, base).ok()?;
                (changes.origins, changes.list)
            }
            None => (None, Vec::new()),
        };
        let has_lost_a_sale = restocked.iter().any(|product| product.has_lost_a_sale);
        let mut unchanged: BTreeSet<u32> = BTreeSet::new();
        for product in restocked {
            product.enter(base, &mut list, &mut unchanged)?;
        }
        list.retain(|change| !(change.takes() && unchanged.contains(&change.place)));
        if list.len() > MAX_CHANGES {
            return None;
        }
        let edition = self.changed_by(list, origins, &hashes)?;
        // An index without any price before has no column of them, and its facets do not count sales.
        let has_sales = |catalog: &Catalog| {
            (0..catalog.count())
                .any(|position| changes::facts(catalog, position).is_some_and(|facts| facts.compare_at > 0))
        };
        (!has_lost_a_sale || has_sales(edition.catalog())).then_some(edition)
    }
}

/// A product with other stock.
struct Restocked {
    position: u32,
    id: String,
    facts: Facts,
    variants: Vec<u8>,
    hash: u64,
    /// Whether anything differs from the catalog.
    is_other: bool,
    /// Whether it had a price before and has none any more, since another variant leads.
    has_lost_a_sale: bool,
}

impl Restocked {
    /// The product at a position of the catalog with this stock. Fails for a damaged catalog.
    fn of(catalog: &Catalog, position: u32, levels: &[(Option<usize>, u32)]) -> Option<Restocked> {
        let mut product = catalog.product_at(position)?;
        let mut details = catalog.details_at(position)?;
        let mut facts = changes::facts(catalog, position)?;
        let mut is_other = false;
        for &(variant, stock) in levels {
            match variant {
                None => {
                    is_other |= product.stock != stock;
                    product.stock = stock;
                }
                Some(place) => {
                    let facts = &mut details.variants.get_mut(place)?.facts;
                    if facts.policy != StockPolicy::Untracked {
                        is_other |= facts.stock != stock;
                        facts.stock = stock;
                    }
                }
            }
        }
        if let Some(leading) = details.leading() {
            product.price = leading.price;
            product.compare_at = leading.compare_at.filter(|before| *before > leading.price);
            product.stock = details.stock();
            product.is_from = is_from(&details, product.price);
        }
        let had_sale = facts.compare_at > 0;
        (facts.price, facts.compare_at) = (product.price.minor(), product.compare_at.unwrap_or_default().minor());
        facts.stock = product.stock;
        let has_lost_a_sale = had_sale && facts.compare_at == 0;
        let path = catalog.category_path_at(position);
        let hash = index::hash(&product, &details, &path, facts.published, &mut Vec::new());
        let variants = details::write_facts(details.variants.iter().map(|variant| variant.facts));
        Some(Restocked { position, id: product.id.to_owned(), facts, variants, hash, is_other, has_lost_a_sale })
    }

    /// Enters the product into the changes of a base, which are in id order. A product that is as it is in the base again is noted as
    /// `unchanged`, by its place. Fails for a damaged base, and for one whose index has no column for what changed.
    fn enter(self, base: &Catalog, list: &mut Vec<Change<'_>>, unchanged: &mut BTreeSet<u32>) -> Option<()> {
        if self.facts.compare_at > 0 && base.bytes(Section::CompareAt).is_empty() {
            return None;
        }
        let Some(place) = base.position_of(&self.id) else {
            let is_it = |change: &&mut Change<'_>| matches!(change.kind, Kind::New { id, .. } if id == self.id);
            if let Kind::New { facts, variants, .. } = &mut list.iter_mut().find(is_it)?.kind {
                (*facts, *variants) = (self.facts, self.variants.into());
            }
            return Some(());
        };
        let of_base: Vec<u8> = details::write_facts(base.variant_facts_at(place));
        let variants = (of_base != self.variants).then(|| self.variants.into());
        let is_as_before = variants.is_none() && changes::facts(base, place)? == self.facts;
        // New products stand before the one of the base that they precede.
        let at = list.partition_point(|change| change.place < place || (change.place == place && !change.takes()));
        match list.get_mut(at).filter(|change| change.place == place) {
            Some(change) => {
                let Kind::Other { facts, variants: changed, texts, category, details } = &mut change.kind else {
                    return None;
                };
                (*facts, *changed) = (self.facts, variants);
                if is_as_before && texts.is_none() && category.is_none() && details.is_none() {
                    unchanged.insert(place);
                }
            }
            None if is_as_before => {}
            None => {
                let kind = Kind::Other { facts: self.facts, variants, texts: None, category: None, details: None };
                list.insert(at, Change { place, kind });
            }
        }
        Some(())
    }
}

/// Whether a variant costs more than the product does.
fn is_from(details: &Details, price: Price) -> bool {
    details.variants.iter().any(|variant| variant.facts.price > price)
}
