//! The lists of all terms after changes: those whose words changed as `words.rs` has them, the others with their positions shifted.

use crate::changes::positions::Positions;
use crate::changes::splice::{self, Splice};
use crate::changes::words::Words;
use crate::index::catalog::Catalog;
use crate::index::format::{IndexWriter, Section};

/// Writes the offsets of the lists and the lists.
pub(super) fn write(writer: &mut IndexWriter, base: &Catalog, words: &Words, positions: &Positions) -> Option<()> {
    if positions.are_shifted() {
        return write_shifted(writer, base, words, positions);
    }
    let terms = base.counts().terms;
    let splices: Vec<Splice<'_>> = words
        .lists
        .iter()
        .map(|(term, bytes)| Splice { place: (*term).min(terms), takes: *term < terms, puts: Some(bytes.as_slice()) })
        .collect();
    writer.section(|out| splice::starts(out, base, Section::TermStarts, &splices))?;
    writer.section(|out| splice::heap(out, base, (Section::TermStarts, Section::Postings), &splices))
}

/// Writes each list anew: nearly all of them have products behind one that is new or gone.
fn write_shifted(writer: &mut IndexWriter, base: &Catalog, words: &Words, positions: &Positions) -> Option<()> {
    let terms = base.counts().terms;
    let count = terms.checked_add(words.new_terms)?;
    let mut starts_at = 0;
    // The lengths of the lists are not known before they are written.
    writer.section(|out| {
        starts_at = out.len();
        out.resize(starts_at.checked_add(usize::try_from(count).ok()?.checked_add(1)?.checked_mul(4)?)?, 0);
        Some(())
    })?;
    writer.section(|out| {
        let begin = out.len();
        let mut edited = words.lists.iter().peekable();
        let mut slot = starts_at;
        for term in 0..count {
            if let Some((_, bytes)) = edited.next_if(|(other, _)| *other == term) {
                out.extend_from_slice(bytes);
            } else {
                let shift = |first: u32, last: u32| positions.shift_of(first, last);
                base.postings(term)?.write_moved(out, positions.count, shift, |place| positions.of_base(place))?;
            }
            slot = slot.checked_add(4)?;
            let offset = u32::try_from(out.len().checked_sub(begin)?).ok()?;
            out.get_mut(slot..slot.checked_add(4)?)?.copy_from_slice(&offset.to_le_bytes());
        }
        Some(())
    })
}
