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
    /// All brands or all collections, by name.
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
        // By the folded name, in which all spellings of a name are one.
        let mut found: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for (value, count) in (0_u32..).zip(counts) {
            let entry = found.entry(group.value_key(value).unwrap_or_default().to_owned()).or_insert((value, 0));
            entry.1 = entry.1.saturating_add(count);
        }
        let mut owners: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for (key, (value, _)) in &found {
            let owner = owners.entry(slug(key)).or_insert((*value, 0));
            owner.0 = owner.0.min(*value);
        }
        let with_slug = |(key, (value, products)): (String, (u32, u32))| {
            let slug = slug(&key);
            let is_owner = owners.get(&slug).is_some_and(|(owner, _)| *owner == value);
            Some(Shelf { name: group.value(value)?, slug: if is_owner { slug } else { String::new() }, products })
        };
        found.into_iter().filter(|(_, (_, products))| *products > 0).filter_map(with_slug).collect()
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
