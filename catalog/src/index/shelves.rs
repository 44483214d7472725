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
        let mut counts = vec![0_u32; usize::try_from(group.value_count()).unwrap_or_default()];
        for set in 0..group.set_count() {
            for value in group.set_values(set) {
                if let Some(count) = usize::try_from(value).ok().and_then(|value| counts.get_mut(value)) {
                    *count = count.saturating_add(group.count(set));
                }
            }
        }
        // By slug, the place of the shelf that has it, from 1.
        let mut owners: BTreeMap<String, u32> = BTreeMap::new();
        let (mut shelves, mut keys): (Vec<Shelf<'_>>, Vec<&str>) = (Vec::new(), Vec::new());
        for (value, products) in (0_u32..).zip(counts) {
            let Some((key, name)) = group.value_key(value).zip(group.value(value)) else { continue };
            let mut own = slug(key);
            if !own.is_empty() {
                let owner = owners.entry(own.clone()).or_default();
                if let Some(place) = usize::try_from(*owner).ok().and_then(|owner| owner.checked_sub(1)) {
                    // Another spelling of the same name, or another name.
                    if let Some(shelf) = shelves.get_mut(place).filter(|_| keys.get(place) == Some(&key)) {
                        shelf.products = shelf.products.saturating_add(products);
                        continue;
                    }
                    own.clear();
                } else {
                    *owner = u32::try_from(shelves.len()).unwrap_or_default().saturating_add(1);
                }
            }
            shelves.push(Shelf { name, slug: own, products });
            keys.push(key);
        }
        shelves.retain(|shelf| shelf.products > 0);
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

/// The first value that has a slug.
fn owner(group: &Group<'_>, wanted: &str) -> Option<u32> {
    let first = wanted.bytes().next()?;
    let has_slug = |value: &u32| {
        let key = group.value_key(*value).unwrap_or_default();
        // Most names are told apart by the letter that their slug begins with.
        key.bytes().find(u8::is_ascii_alphanumeric) == Some(first) && slug(key) == wanted
    };
    (0..group.value_count()).find(has_slug)
}
