//! Lays changes over an index: writes each section anew, copied where nothing of it changed.

use crate::changes::words::Words;
use crate::changes::{Change, ChangedTexts, Facts, orders};
use crate::index::bytes::push_number;
use crate::index::catalog::Catalog;
use crate::index::format::{Counts, IndexWriter, Section};
use crate::index::records;

/// The index of a base with changes. `None` if the base is damaged, or would outgrow its offsets.
pub(super) fn apply(base: &Catalog, changes: &[Change<'_>], revision: u64) -> Option<Vec<u8>> {
    let words = Words::of(base, changes)?;
    let is_packed = !base.bytes(Section::RecordDictionary).is_empty();
    let record = |change: &Change<'_>| Some((change.position, record(&change.texts?, is_packed)));
    let records: Vec<(u32, Vec<u8>)> = changes.iter().filter_map(record).collect();
    let replaced = records.iter().chain(&words.lists).map(|(_, bytes)| bytes.len()).sum::<usize>();
    let dictionary = words.dictionary.as_ref().map_or(0, |words| words.bytes.len());
    let mut writer = IndexWriter::with_capacity(base.as_bytes().len().checked_add(replaced)?.checked_add(dictionary)?);
    for section in Section::ALL {
        let copy = |out: &mut Vec<u8>| {
            out.extend_from_slice(base.bytes(section));
            Some(())
        };
        writer.section(|out| match section {
            Section::Prices => numbers::<4>(out, base, section, changes, |facts| facts.price),
            Section::Stocks => numbers::<4>(out, base, section, changes, |facts| facts.stock),
            Section::Ratings => numbers::<2>(out, base, section, changes, |facts| facts.rating),
            Section::Reviews => numbers::<4>(out, base, section, changes, |facts| facts.reviews),
            Section::CategoryCounts => category_counts(out, base, changes),
            Section::ByPriceAscending => orders::write_by(out, base, section, orders::price, changes),
            Section::ByRating => orders::write_by(out, base, section, orders::rating, changes),
            Section::ByMerit => orders::write_by(out, base, section, orders::merit, changes),
            Section::ByName => orders::write_by_name(out, base, changes),
            Section::RecordStarts => starts(out, base, section, &records),
            Section::Records => heap(out, base, (Section::RecordStarts, section), &records),
            Section::TermStarts => starts(out, base, section, &words.lists),
            Section::Postings => heap(out, base, (Section::TermStarts, section), &words.lists),
            Section::WordStarts | Section::Words => match &words.dictionary {
                Some(words) if section == Section::Words => {
                    out.extend_from_slice(&words.bytes);
                    Some(())
                }
                Some(words) => {
                    out.extend(words.starts.iter().flat_map(|start| start.to_le_bytes()));
                    Some(())
                }
                None => copy(out),
            },
            _ => copy(out),
        })?;
    }
    let before = base.counts();
    let counts = Counts {
        words: words.dictionary.as_ref().map_or(before.words, |words| words.count),
        terms: before.terms.checked_add(words.new_terms)?,
        ..before
    };
    writer.finish(counts, revision)
}

/// A column with the numbers of changed products put in.
fn numbers<const N: usize>(
    out: &mut Vec<u8>,
    base: &Catalog,
    section: Section,
    changes: &[Change<'_>],
    number: fn(&Facts) -> u32,
) -> Option<()> {
    let start = out.len();
    out.extend_from_slice(base.bytes(section));
    for change in changes {
        let place = usize::try_from(change.position).ok()?.checked_mul(N)?.checked_add(start)?;
        let bytes = number(&change.facts).to_le_bytes();
        out.get_mut(place..place.checked_add(N)?)?.copy_from_slice(bytes.get(..N)?);
    }
    Some(())
}

fn category_counts(out: &mut Vec<u8>, base: &Catalog, changes: &[Change<'_>]) -> Option<()> {
    let mut counts: Vec<u32> = base.column::<4>(Section::CategoryCounts).iter().collect();
    for change in changes {
        let category = base.column::<2>(Section::ProductCategories).get(change.position)?;
        let in_stock = counts.get_mut(usize::try_from(category).ok()?.checked_mul(2)?.checked_add(1)?)?;
        let (was, is) = (orders::facts(base, change.position)?.stock > 0, change.facts.stock > 0);
        *in_stock = in_stock.saturating_add(u32::from(is && !was)).saturating_sub(u32::from(was && !is));
    }
    out.extend(counts.into_iter().flat_map(u32::to_le_bytes));
    Some(())
}

/// The offsets of a heap some of whose entries are replaced, and others come behind the last one.
fn starts(out: &mut Vec<u8>, base: &Catalog, section: Section, replaced: &[(u32, Vec<u8>)]) -> Option<()> {
    let mut replaced = replaced.iter().peekable();
    let mut length_of = |entry: u32| {
        let (_, bytes) = replaced.next_if(|(other, _)| *other == entry)?;
        u32::try_from(bytes.len()).ok()
    };
    let mut offset = 0_u32;
    out.extend_from_slice(&offset.to_le_bytes());
    let column = base.column::<4>(section);
    let mut before = column.get(0)?;
    let mut entry = 0_u32;
    for after in column.iter().skip(1) {
        offset = offset.checked_add(length_of(entry).map_or_else(|| after.checked_sub(before), Some)?)?;
        out.extend_from_slice(&offset.to_le_bytes());
        before = after;
        entry += 1;
    }
    while let Some(length) = length_of(entry) {
        offset = offset.checked_add(length)?;
        out.extend_from_slice(&offset.to_le_bytes());
        entry += 1;
    }
    Some(())
}

/// Such a heap, with its offsets as the base has them.
fn heap(
    out: &mut Vec<u8>,
    base: &Catalog,
    (starts, section): (Section, Section),
    replaced: &[(u32, Vec<u8>)],
) -> Option<()> {
    let (column, bytes) = (base.column::<4>(starts), base.bytes(section));
    let last = u32::try_from(column.len()).ok()?.checked_sub(1)?;
    let offset = |entry: u32| column.get(entry).and_then(|offset| usize::try_from(offset).ok());
    let mut next = 0_u32;
    for (entry, replacement) in replaced {
        out.extend_from_slice(bytes.get(offset(next)?..offset(last.min(*entry))?)?);
        out.extend_from_slice(replacement);
        next = last.min(entry.checked_add(1)?);
    }
    out.extend_from_slice(bytes.get(offset(next)?..offset(last)?)?);
    Some(())
}

/// A record as `records.rs` reads it. Where others are packed it is a block of nothing but literals: shorter ones take an encoder.
fn record(texts: &ChangedTexts<'_>, is_packed: bool) -> Vec<u8> {
    let record = records::write(texts.name, texts.description, texts.image_url);
    if !is_packed {
        return record;
    }
    let mut out = Vec::with_capacity(record.len() + record.len() / 255 + 8);
    push_number(&mut out, u32::try_from(record.len()).unwrap_or(u32::MAX));
    records::push_literals(&mut out, &record);
    out
}
