//! Columns and heaps of an index with the entries of changed products put in, left out or exchanged; runs between them are copied.

use crate::changes::change::Change;
use crate::index::catalog::Catalog;
use crate::index::format::Section;

/// An entry that differs from the base: where it is there, whether the base's own gives way, and the bytes that come in.
pub(super) struct Splice<'b> {
    pub(super) place: u32,
    pub(super) takes: bool,
    pub(super) puts: Option<&'b [u8]>,
}

/// Writes a column of numbers of `N` bytes.
pub(super) fn column<const N: usize>(
    out: &mut Vec<u8>,
    base: &Catalog,
    section: Section,
    changes: &[Change<'_>],
    number: impl Fn(&Change<'_>) -> Option<u32>,
) -> Option<()> {
    let bytes = base.bytes(section);
    let mut next = 0_usize;
    for change in changes {
        let place = usize::try_from(change.place).ok()?.checked_mul(N)?;
        out.extend_from_slice(bytes.get(next..place)?);
        if let Some(number) = number(change) {
            out.extend_from_slice(number.to_le_bytes().get(..N)?);
        }
        next = if change.takes() { place.checked_add(N)? } else { place };
    }
    out.extend_from_slice(bytes.get(next..)?);
    Some(())
}

/// Writes a column of prices; `None` if one of them does not fit its width.
pub(super) fn prices(
    out: &mut Vec<u8>,
    base: &Catalog,
    section: Section,
    changes: &[Change<'_>],
    price: impl Fn(&Change<'_>) -> Option<u64>,
) -> Option<()> {
    let (bytes, width) = (base.bytes(section), base.counts().price_width);
    let length = usize::try_from(width.bytes()).ok()?;
    let mut next = 0_usize;
    for change in changes {
        let place = usize::try_from(change.place).ok()?.checked_mul(length)?;
        out.extend_from_slice(bytes.get(next..place)?);
        if let Some(price) = price(change) {
            width.push(Some(price).filter(|price| width.holds(*price))?, out);
        }
        next = if change.takes() { place.checked_add(length)? } else { place };
    }
    out.extend_from_slice(bytes.get(next..)?);
    Some(())
}

/// Writes the offsets of a heap.
pub(super) fn starts(out: &mut Vec<u8>, base: &Catalog, section: Section, splices: &[Splice<'_>]) -> Option<()> {
    let column = base.column::<4>(section);
    let mut offset = 0_u32;
    out.extend_from_slice(&offset.to_le_bytes());
    let mut push = |length: u32| {
        offset = offset.checked_add(length)?;
        out.extend_from_slice(&offset.to_le_bytes());
        Some(())
    };
    let mut splices = splices.iter().peekable();
    let mut before = column.get(0)?;
    for (place, after) in (0_u32..).zip(column.iter().skip(1)) {
        let mut is_taken = false;
        while let Some(splice) = splices.next_if(|splice| splice.place <= place) {
            is_taken |= splice.takes;
            splice.puts.map_or(Some(()), |bytes| push(u32::try_from(bytes.len()).ok()?))?;
        }
        if !is_taken {
            push(after.checked_sub(before)?)?;
        }
        before = after;
    }
    for splice in splices {
        splice.puts.map_or(Some(()), |bytes| push(u32::try_from(bytes.len()).ok()?))?;
    }
    Some(())
}

/// Writes such a heap, whose offsets the base has in `starts`.
pub(super) fn heap(
    out: &mut Vec<u8>,
    base: &Catalog,
    (starts, section): (Section, Section),
    splices: &[Splice<'_>],
) -> Option<()> {
    let (column, bytes) = (base.column::<4>(starts), base.bytes(section));
    let last = u32::try_from(column.len()).ok()?.checked_sub(1)?;
    let offset = |entry: u32| column.get(entry).and_then(|offset| usize::try_from(offset).ok());
    let mut next = 0_u32;
    for splice in splices {
        let place = last.min(splice.place);
        out.extend_from_slice(bytes.get(offset(next)?..offset(place)?)?);
        out.extend_from_slice(splice.puts.unwrap_or_default());
        next = if splice.takes { last.min(place.checked_add(1)?) } else { place };
    }
    out.extend_from_slice(bytes.get(offset(next)?..offset(last)?)?);
    Some(())
}
