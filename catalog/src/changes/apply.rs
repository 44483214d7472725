//! Lays changes over an index: writes each section anew, and copies the parts of it that did not change.

use crate::changes::categories::Categories;
use crate::changes::change::{Change, ChangedTexts, Changes, Facts, Kind};
use crate::changes::positions::Positions;
use crate::changes::splice::{self, Splice, column, prices};
use crate::changes::words::Words;
use crate::changes::{groups, lists, lookups, orders};
use crate::index::catalog::Catalog;
use crate::index::format::{Counts, IndexWriter, Section};
use crate::index::records;

/// More than the bytes of a new product in all columns and orders.
const COLUMNS: usize = 64;

/// The index of a base with changes. `None` if the base is damaged, would outgrow its offsets, or lacks a section that changes need.
pub(super) fn apply(base: &Catalog, changes: &Changes<'_>) -> Option<Vec<u8>> {
    let list = changes.list.as_slice();
    let positions = Positions::of(list, base.count())?;
    let words = Words::of(base, list, &positions)?;
    let is_moved = positions.are_shifted() || list.iter().any(|change| change.category().is_some());
    let categories = if is_moved { Some(Categories::of(base, list)?) } else { None };
    let details = lookups::details_of(base, list)?;
    let is_packed = !base.bytes(Section::RecordDictionary).is_empty();
    let records: Vec<Option<Vec<u8>>> =
        list.iter().map(|change| change.texts().map(|texts| record(&texts, is_packed))).collect();
    let mut writer = IndexWriter::with_capacity(room(base, changes, &records, &words, &positions)?);
    let of_products = match &categories {
        Some(categories) => Some(categories.of_products(base, list)?),
        None => None,
    };
    facts(&mut writer, base, list)?;
    writer.bytes(of_products.as_deref().unwrap_or(base.bytes(Section::ProductCategories)))?;
    texts(&mut writer, base, list, &records)?;
    writer.bytes(base.bytes(Section::RecordDictionary))?;
    whole(&mut writer, base, list)?;
    if let Some((categories, of_products)) = categories.as_ref().zip(of_products.as_deref()) {
        categories.write(&mut writer, of_products)?;
    } else {
        writer.bytes(base.bytes(Section::CategoryStarts))?;
        writer.bytes(base.bytes(Section::CategoryTexts))?;
        writer.bytes(base.bytes(Section::CategoryParents))?;
        writer.section(|out| category_counts(out, base, list))?;
        writer.bytes(base.bytes(Section::CategoryMemberStarts))?;
        writer.bytes(base.bytes(Section::CategoryMembers))?;
    }
    let moved = &positions;
    let by = |section: Section, key_of: orders::KeyOf| {
        move |out: &mut Vec<u8>| orders::write_by(out, base, section, key_of, list, moved)
    };
    writer.section(by(Section::ByPriceAscending, orders::price))?;
    writer.section(by(Section::ByRating, orders::rating))?;
    writer.section(|out| orders::write_by_name(out, base, list, &positions))?;
    writer.section(by(Section::ByMerit, orders::merit))?;
    // Without a date or a price before there is no such order.
    let of_column = |column: Section, write: &dyn Fn(&mut Vec<u8>) -> Option<()>, writer: &mut IndexWriter| {
        if base.bytes(column).is_empty() { writer.bytes(&[]) } else { writer.section(write) }
    };
    of_column(Section::Published, &by(Section::ByNewest, orders::newest), &mut writer)?;
    of_column(Section::CompareAt, &by(Section::ByDiscount, orders::discounts), &mut writer)?;
    writer.section(|out| lookups::write_by_handle(out, base, list, &positions))?;
    let former_handles = lookups::write_former_handles(&mut writer, base, list, &positions, &details)?;
    let skus = lookups::write_by_sku(&mut writer, base, list, &positions, &details)?;
    origins(&mut writer, base, changes.origins.as_deref())?;
    let groups = groups::write(&mut writer, base, list, &details)?;
    writer.bytes(base.bytes(Section::Statistics))?;
    if let Some(words) = &words.dictionary {
        writer.bytes(&words.starts.iter().flat_map(|start| start.to_le_bytes()).collect::<Vec<u8>>())?;
        writer.bytes(&words.bytes)?;
    } else {
        writer.bytes(base.bytes(Section::WordStarts))?;
        writer.bytes(base.bytes(Section::Words))?;
    }
    lists::write(&mut writer, base, &words, &positions)?;
    writer.bytes(base.bytes(Section::Rules))?;
    let before = base.counts();
    let counts = Counts {
        products: positions.count,
        categories: categories.as_ref().map_or(Some(before.categories), Categories::count)?,
        origins: changes.origins.as_ref().map_or(Some(before.origins), |origins| u32::try_from(origins.len()).ok())?,
        words: words.dictionary.as_ref().map_or(before.words, |words| words.count),
        terms: before.terms.checked_add(words.new_terms)?,
        former_handles,
        skus,
        values: groups.values,
        sets: groups.sets,
        ..before
    };
    writer.finish(counts, changes.revision)
}

/// Room for the whole index: a buffer that has to grow takes twice as much for a moment.
fn room(
    base: &Catalog,
    changes: &Changes<'_>,
    records: &[Option<Vec<u8>>],
    words: &Words,
    positions: &Positions,
) -> Option<usize> {
    let ids: usize = changes.list.iter().filter_map(|change| Some(change.category()?.len() + COLUMNS)).sum();
    let records: usize = records.iter().flatten().map(|record| record.len() + COLUMNS).sum();
    let lists: usize = words.lists.iter().map(|(_, list)| list.len()).sum();
    let dictionary = words.dictionary.as_ref().map_or(0, |words| words.bytes.len() + words.starts.len() * 4);
    // Positions that move apart take a bit more here and there.
    let moved = if positions.are_shifted() { base.bytes(Section::Postings).len() / 16 } else { 0 };
    [ids, records, lists, dictionary, moved, 4096].into_iter().try_fold(base.as_bytes().len(), usize::checked_add)
}

/// Writes the numbers of the products.
fn facts(writer: &mut IndexWriter, base: &Catalog, changes: &[Change<'_>]) -> Option<()> {
    let of = |change: &Change<'_>| change.facts();
    writer.section(|out| prices(out, base, Section::Prices, changes, |change| Some(of(change)?.price)))?;
    let is_none = |number: fn(Facts) -> bool| changes.iter().filter_map(of).all(number);
    if base.bytes(Section::CompareAt).is_empty() {
        is_none(|facts| facts.compare_at == 0).then_some(())?;
        writer.bytes(&[])?;
    } else {
        writer.section(|out| prices(out, base, Section::CompareAt, changes, |change| Some(of(change)?.compare_at)))?;
    }
    writer.section(|out| column::<4>(out, base, Section::Stocks, changes, |change| Some(of(change)?.stock)))?;
    writer.section(|out| column::<2>(out, base, Section::Ratings, changes, |change| Some(of(change)?.rating)))?;
    writer.section(|out| column::<4>(out, base, Section::Reviews, changes, |change| Some(of(change)?.reviews)))?;
    if base.bytes(Section::Published).is_empty() {
        is_none(|facts| facts.published == 0).then_some(())?;
        return writer.bytes(&[]);
    }
    writer.section(|out| column::<4>(out, base, Section::Published, changes, |change| Some(of(change)?.published)))
}

/// Writes details, and prices and stock of variants.
fn whole(writer: &mut IndexWriter, base: &Catalog, changes: &[Change<'_>]) -> Option<()> {
    let is_packed = !base.bytes(Section::DetailDictionary).is_empty();
    let details: Vec<Option<Vec<u8>>> = changes
        .iter()
        .map(|change| {
            let bytes = &change.details()?.bytes;
            Some(if is_packed { records::pack_literals(bytes) } else { bytes.to_vec() })
        })
        .collect();
    let details = details.iter().map(Option::as_deref);
    optional(writer, base, (Section::DetailStarts, Section::Details), changes, details)?;
    writer.bytes(base.bytes(Section::DetailDictionary))?;
    let variants = changes.iter().map(Change::variants);
    optional(writer, base, (Section::VariantStarts, Section::Variants), changes, variants)
}

/// Writes a heap that is left out where all of its entries are empty.
fn optional<'b>(
    writer: &mut IndexWriter,
    base: &Catalog,
    (starts, heap): (Section, Section),
    changes: &[Change<'_>],
    entries: impl Iterator<Item = Option<&'b [u8]>>,
) -> Option<()> {
    let of_entries = changes.iter().zip(entries);
    let splices: Vec<Splice<'_>> = of_entries
        .filter(|(change, entry)| entry.is_some() || change.facts().is_none())
        .map(|(change, entry)| Splice { place: change.place, takes: change.takes(), puts: entry })
        .collect();
    if base.bytes(starts).is_empty() {
        splices.iter().all(|splice| splice.puts.is_none_or(<[u8]>::is_empty)).then_some(())?;
        writer.bytes(&[])?;
        return writer.bytes(&[]);
    }
    writer.section(|out| splice::starts(out, base, starts, &splices))?;
    writer.section(|out| splice::heap(out, base, (starts, heap), &splices))
}

/// Writes ids and records.
fn texts(writer: &mut IndexWriter, base: &Catalog, changes: &[Change<'_>], records: &[Option<Vec<u8>>]) -> Option<()> {
    let ids: Vec<Splice<'_>> = changes
        .iter()
        .filter_map(|change| {
            let puts = match &change.kind {
                Kind::Other { .. } => return None,
                Kind::Gone => None,
                Kind::New { id, .. } => Some(id.as_bytes()),
            };
            Some(Splice { place: change.place, takes: change.takes(), puts })
        })
        .collect();
    writer.section(|out| splice::starts(out, base, Section::IdStarts, &ids))?;
    writer.section(|out| splice::heap(out, base, (Section::IdStarts, Section::Ids), &ids))?;
    let of_records =
        changes.iter().zip(records).filter(|(change, record)| record.is_some() || change.facts().is_none());
    let records: Vec<Splice<'_>> = of_records
        .map(|(change, record)| Splice { place: change.place, takes: change.takes(), puts: record.as_deref() })
        .collect();
    writer.section(|out| splice::starts(out, base, Section::RecordStarts, &records))?;
    writer.section(|out| splice::heap(out, base, (Section::RecordStarts, Section::Records), &records))
}

/// Writes the origins of pictures.
fn origins(writer: &mut IndexWriter, base: &Catalog, origins: Option<&[&str]>) -> Option<()> {
    let Some(origins) = origins else {
        writer.bytes(base.bytes(Section::OriginStarts))?;
        return writer.bytes(base.bytes(Section::Origins));
    };
    let (mut starts, mut texts) = (0_u32.to_le_bytes().to_vec(), Vec::new());
    for origin in origins {
        texts.extend_from_slice(origin.as_bytes());
        starts.extend_from_slice(&u32::try_from(texts.len()).ok()?.to_le_bytes());
    }
    writer.bytes(&starts)?;
    writer.bytes(&texts)
}

/// Writes the counts of categories that keep their products.
fn category_counts(out: &mut Vec<u8>, base: &Catalog, changes: &[Change<'_>]) -> Option<()> {
    let mut counts: Vec<u32> = base.column::<4>(Section::CategoryCounts).iter().collect();
    for (change, facts) in changes.iter().filter_map(|change| Some((change, change.facts()?))) {
        let category = base.column::<2>(Section::ProductCategories).get(change.place)?;
        let in_stock = counts.get_mut(usize::try_from(category).ok()?.checked_mul(2)?.checked_add(1)?)?;
        let (was, is) = (orders::facts(base, change.place)?.stock > 0, facts.stock > 0);
        *in_stock = in_stock.saturating_add(u32::from(is && !was)).saturating_sub(u32::from(was && !is));
    }
    out.extend(counts.into_iter().flat_map(u32::to_le_bytes));
    Some(())
}

/// A record as `index/records.rs` reads it, packed where others are.
fn record(texts: &ChangedTexts<'_>, is_packed: bool) -> Vec<u8> {
    let record = records::write(texts.name, texts.description, texts.image_url, texts.handle);
    if is_packed { records::pack_literals(&record) } else { record }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::apply;
    use crate::build::{Edition, Options, Products};
    use crate::changes::wire;
    use crate::index::catalog::Catalog;

    /// Products with these numbers, whose ids are no numbers where `letter` is given.
    fn products(numbers: impl Iterator<Item = u32>, letter: &str) -> String {
        numbers.fold(String::new(), |mut out, number| {
            let words = (1..30).map(|by| format!("w{}", number * by % 997)).collect::<Vec<_>>().join(" ");
            let _ = writeln!(
                out,
                r#"{{"id":"{letter}{number}","name":"Thing {number}","description":"{words}","price":1,"imageUrl":"","category":"All","stock":1,"rating":1,"reviews":1}}"#
            );
            out
        })
    }

    #[test]
    fn the_buffer_of_the_new_index_never_grows() {
        let read = |text: &str| Products::read(text.as_bytes(), Options::default()).unwrap();
        let base = Edition::new(read(&products(0..3_000, "a"))).unwrap();
        for (kept, new) in [(0..3_000, 0..0), (0..3_000, 0..1_500), (700..3_000, 0..1_200), (1_900..3_000, 0..1)] {
            let text = products(kept, "a") + &products(new.clone(), "Z") + &products(new.skip(600), "b");
            let next = base.next(read(&text)).unwrap();
            let Some(changes) = next.changes() else { continue };
            let catalog = Catalog::open(next.base().to_vec()).unwrap();
            let index = apply(&catalog, &wire::parse(changes, &catalog).unwrap()).unwrap();
            // A buffer that grows takes twice as much as it began with.
            let base = catalog.as_bytes().len();
            assert!(index.capacity() < index.len().max(base) * 3 / 2, "{} for {}", index.capacity(), index.len());
        }
    }
}
