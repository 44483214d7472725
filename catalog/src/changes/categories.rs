//! The categories after changes: one that loses its last product goes, a new one comes, and the numbers of the others move.

use std::collections::{BTreeMap, BTreeSet};

use crate::changes::change::Change;
use crate::changes::orders;
use crate::index::catalog::Catalog;
use crate::index::format::{IndexWriter, Section};
use crate::index::groups::SEPARATOR;
use crate::text::fold::fold;
use web::json::push_string;

/// The categories after changes that move products between them, or in and out.
pub(super) struct Categories {
    /// Sorted by their folded paths.
    list: Vec<Entry>,
    /// The new number of each category of the base, if it stays.
    renumbered: Vec<Option<u32>>,
    /// The number of each changed product's category, if the product stays.
    of_changes: Vec<Option<u32>>,
}

/// A category after changes.
struct Entry {
    /// The names of those above it and its own, with [`SEPARATOR`] between them.
    path: String,
    products: u32,
    in_stock: u32,
}

/// A category while products are counted.
#[derive(Default)]
struct Count {
    of_base: Option<u32>,
    products: u32,
    in_stock: u32,
}

/// The folded path of a category, and the path: by these categories are sorted.
type Key = (String, String);

fn key(path: &str) -> Key {
    (fold(path).into_owned(), path.to_owned())
}

impl Categories {
    /// `None` if the base is damaged, or there are too many of them.
    pub(super) fn of(base: &Catalog, changes: &[Change<'_>]) -> Option<Categories> {
        let mut counts: BTreeMap<Key, Count> = BTreeMap::new();
        let mut keys = Vec::new();
        for (number, category) in (0_u32..).zip(base.categories()) {
            let count = Count { of_base: Some(number), products: category.products, in_stock: category.in_stock };
            let key = key(&base.category_path(number).join("\u{1f}"));
            keys.push(key.clone());
            counts.insert(key, count);
        }
        let of_base = base.column::<2>(Section::ProductCategories);
        let key_at = |place: u32| keys.get(usize::try_from(of_base.get(place)?).ok()?);
        for change in changes {
            if change.takes() {
                let count = counts.get_mut(key_at(change.place)?)?;
                count.products = count.products.checked_sub(1)?;
                let was_in = orders::facts(base, change.place)?.stock > 0;
                count.in_stock = count.in_stock.checked_sub(u32::from(was_in))?;
            }
            if let Some(facts) = change.facts() {
                let count = match change.category() {
                    Some(path) => counts.entry(key(path)).or_default(),
                    None => counts.get_mut(key_at(change.place)?)?,
                };
                count.products = count.products.checked_add(1)?;
                count.in_stock = count.in_stock.checked_add(u32::from(facts.stock > 0))?;
            }
        }
        counts.retain(|_, count| count.products > 0 || count.of_base.is_some());
        // A category without products stays as long as one below it has some, and one that comes needs all above it.
        let needed: BTreeSet<String> =
            counts.iter().filter(|(_, count)| count.products > 0).flat_map(|((_, path), _)| parts(path)).collect();
        for path in &needed {
            counts.entry(key(path)).or_default();
        }
        counts.retain(|(_, path), _| needed.contains(path));
        // Two bytes of a number.
        u16::try_from(counts.len()).ok()?;
        let mut renumbered = vec![None; keys.len()];
        for (number, count) in (0_u32..).zip(counts.values()) {
            if let Some(slot) = count.of_base.and_then(|of| renumbered.get_mut(usize::try_from(of).ok()?)) {
                *slot = Some(number);
            }
        }
        let numbers: BTreeMap<&Key, u32> = counts.keys().zip(0_u32..).collect();
        let of_change = |change: &Change<'_>| {
            change.facts()?;
            match change.category() {
                Some(path) => numbers.get(&key(path)).copied(),
                None => numbers.get(key_at(change.place)?).copied(),
            }
        };
        let of_changes = changes.iter().map(of_change).collect();
        let entry = |((_, path), count): (&Key, &Count)| Entry {
            path: path.clone(),
            products: count.products,
            in_stock: count.in_stock,
        };
        let list = counts.iter().map(entry).collect();
        Some(Categories { list, renumbered, of_changes })
    }

    /// How many there are.
    pub(super) fn count(&self) -> Option<u32> {
        u32::try_from(self.list.len()).ok()
    }

    /// The number of each product's category, two bytes each.
    pub(super) fn of_products(&self, base: &Catalog, changes: &[Change<'_>]) -> Option<Vec<u8>> {
        let of_base = base.column::<2>(Section::ProductCategories);
        let mut out = Vec::with_capacity(2 * (of_base.len().checked_add(changes.len())?));
        let mut push = |number: u32| {
            out.extend_from_slice(&u16::try_from(number).ok()?.to_le_bytes());
            Some(())
        };
        let mut changes = changes.iter().zip(&self.of_changes).peekable();
        for (place, number) in (0_u32..).zip(of_base.iter()) {
            let mut is_taken = false;
            while let Some((change, number)) = changes.next_if(|(change, _)| change.place <= place) {
                is_taken |= change.takes();
                number.map_or(Some(()), &mut push)?;
            }
            if !is_taken {
                push((*self.renumbered.get(usize::try_from(number).ok()?)?)?)?;
            }
        }
        changes.try_for_each(|(_, number)| number.map_or(Some(()), &mut push))?;
        Some(out)
    }

    /// Writes the sections of categories, from the category of each product.
    pub(super) fn write(&self, writer: &mut IndexWriter, of_products: &[u8]) -> Option<()> {
        let (mut texts, mut offsets) = (Vec::new(), vec![0]);
        let (mut starts, mut counts) = (vec![0_u32], Vec::new());
        for Entry { path, products, in_stock } in &self.list {
            let name = path.rsplit(SEPARATOR).next().unwrap_or(path);
            texts.extend_from_slice(name.as_bytes());
            offsets.push(u32::try_from(texts.len()).ok()?);
            push_string(&mut texts, name);
            offsets.push(u32::try_from(texts.len()).ok()?);
            starts.push(starts.last()?.checked_add(*products)?);
            counts.extend([*products, *in_stock]);
        }
        writer.bytes(&bytes_of(&offsets))?;
        writer.bytes(&texts)?;
        writer.bytes(&self.parents()?)?;
        writer.bytes(&bytes_of(&counts))?;
        writer.bytes(&bytes_of(&starts))?;
        writer.section(|out| write_members(out, starts, of_products))
    }

    /// One more than the number of the category above each; nothing where none has one.
    fn parents(&self) -> Option<Vec<u8>> {
        if self.list.iter().all(|entry| !entry.path.contains(SEPARATOR)) {
            return Some(Vec::new());
        }
        let numbers: BTreeMap<&str, u16> = self.list.iter().map(|entry| entry.path.as_str()).zip(1_u16..).collect();
        let parent = |entry: &Entry| match entry.path.rsplit_once(SEPARATOR) {
            Some((above, _)) => numbers.get(above).copied(),
            None => Some(0),
        };
        let parents: Vec<u16> = self.list.iter().map(parent).collect::<Option<_>>()?;
        Some(parents.into_iter().flat_map(u16::to_le_bytes).collect())
    }
}

/// The path of a category and the paths of those above it.
fn parts(path: &str) -> impl Iterator<Item = String> {
    let ends = path.match_indices(SEPARATOR).map(|(end, _)| end).chain([path.len()]);
    ends.filter_map(|end| path.get(..end).map(str::to_owned))
}

fn bytes_of(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Writes the members of each category, in id order, from where each category's members start.
fn write_members(out: &mut Vec<u8>, mut next: Vec<u32>, of_products: &[u8]) -> Option<()> {
    let begin = out.len();
    let (numbers, _) = of_products.as_chunks::<2>();
    out.resize(begin.checked_add(numbers.len().checked_mul(3)?)?, 0);
    let members = out.get_mut(begin..)?;
    for (position, number) in (0_u32..).zip(numbers) {
        let slot = next.get_mut(usize::from(u16::from_le_bytes(*number)))?;
        let place = usize::try_from(*slot).ok()?.checked_mul(3)?;
        *slot += 1;
        let [low, middle, high, _] = position.to_le_bytes();
        members.get_mut(place..place.checked_add(3)?)?.copy_from_slice(&[low, middle, high]);
    }
    Some(())
}
