//! Brands and collections as pages of their own: the slug that the address of such a page ends in, and the name that a slug means.
//! Two names may have one slug: the first of the index has it, and the other is reached by its name, as a filter.

use std::collections::BTreeMap;

use crate::index::catalog::Catalog;
use crate::index::groups::{Group, GroupKind};
use crate::text::fold::fold;
use crate::text::slug::slug;

/// The kind of a shelf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShelfKind {
    /// The products of one brand.
    Brand,
    /// The products of one collection.
    Collection,
}

/// A brand or a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf<'a> {
    /// Its name, in one of the spellings that products have.
    pub name: &'a str,
    /// What the address of its page ends in; empty where another one has that slug, and for a name without Latin letters or digits.
    pub slug: String,
    /// How many products it has; never 0.
    pub products: u32,
}

impl Catalog {
    /// All brands or all collections, by name; those that changes brought come last.
    pub fn shelves(&self, kind: ShelfKind) -> Vec<Shelf<'_>> {
        let Some(group) = self.shelf_group(kind) else { return Vec::new() };
        let firsts = group.firsts();
        // By value whether a product has that spelling, and by the first spelling how many products have any.
        let mut has_any = vec![false; firsts.len()];
        let mut counts = vec![0_u32; firsts.len()];
        let mut seen: Vec<usize> = Vec::new();
        for (set, products) in (0..group.set_count()).map(|set| (set, group.count(set))) {
            seen.clear();
            let values = if products > 0 { group.set_values(set) } else { Vec::new() };
            for value in values.into_iter().filter_map(|value| usize::try_from(value).ok()) {
                let Some((has, first)) = has_any.get_mut(value).zip(firsts.get(value)) else { continue };
                *has = true;
                if !seen.contains(first) {
                    seen.push(*first);
                    if let Some(count) = counts.get_mut(*first) {
                        *count = count.saturating_add(products);
                    }
                }
            }
        }
        let mut slugs: BTreeMap<String, u32> = BTreeMap::new();
        let mut shelves = Vec::new();
        for ((value, first), _) in (0_u32..).zip(&firsts).zip(&has_any).filter(|(_, has)| **has) {
            // The first spelling with products gives its name to all; the others find nothing left.
            let products = counts.get_mut(*first).map(core::mem::take).unwrap_or_default();
            let Some((key, name)) = group.value_key(value).zip(group.value(value)).filter(|_| products > 0) else {
                continue;
            };
            let mut own = slug(key);
            if !own.is_empty() && slugs.insert(own.clone(), value).is_some() {
                own.clear();
            }
            shelves.push(Shelf { name, slug: own, products });
        }
        shelves
    }

    /// The name of the brand or the collection that a slug means.
    pub fn shelf_named(&self, kind: ShelfKind, slug: &str) -> Option<&str> {
        let group = self.shelf_group(kind)?;
        group.value(owner(&group, slug)?)
    }

    /// The slug of a brand or a collection; `None` where it has no page but the list that is filtered by its name.
    pub fn shelf_slug(&self, kind: ShelfKind, name: &str) -> Option<String> {
        let group = self.shelf_group(kind)?;
        let (slug, key) = (slug(name), fold(name));
        (group.value_key(owner(&group, &slug)?)? == key).then_some(slug)
    }

    fn shelf_group(&self, kind: ShelfKind) -> Option<Group<'_>> {
        let kind = match kind {
            ShelfKind::Brand => GroupKind::Brand,
            ShelfKind::Collection => GroupKind::Collections,
        };
        self.group(kind, "")
    }
}

/// The first value of a product that has a slug.
fn owner(group: &Group<'_>, wanted: &str) -> Option<u32> {
    let first = wanted.bytes().next()?;
    let has_slug = |value: &u32| {
        let key = group.value_key(*value).unwrap_or_default();
        // Most names are told apart by the letter that their slug begins with.
        key.bytes().find(u8::is_ascii_alphanumeric) == Some(first) && slug(key) == wanted
    };
    // Changes leave values behind that no product has any more.
    let has_products =
        |value: &u32| (0..group.set_count()).any(|set| group.count(set) > 0 && group.set_values(set).contains(value));
    (0..group.value_count()).filter(has_slug).find(has_products)
}
