//! A list whose products have other positions than when it was written: only the positions are packed anew, and those of a block that
//! moves as a whole not even these.

use crate::index::bytes::{pack, push_number};
use crate::index::postings::{BLOCK, List, Postings, bits_left_out, width_of, write_list};

impl Postings<'_> {
    /// Appends the list with positions moved in a catalog of so many products, which keeps their order. `shift` is by how much all
    /// positions from one to another move, if they move alike; `position` moves one. `None` if the list is damaged.
    pub(crate) fn write_moved(
        &self,
        out: &mut Vec<u8>,
        products: u32,
        shift: impl Fn(u32, u32) -> Option<i64>,
        position: impl Fn(u32) -> Option<u32>,
    ) -> Option<()> {
        if matches!(self.list, List::Dense(_)) {
            let left_out = bits_left_out(self.scale);
            let mut entries = Vec::with_capacity(usize::try_from(self.count).ok()?);
            self.each(|place, impact| entries.extend(position(place).map(|place| (place, impact >> left_out))));
            out.extend_from_slice(&write_list(self.scale, &entries, usize::try_from(products).ok()?));
            return Some(());
        }
        push_number(out, self.count.checked_mul(2)?);
        push_number(out, self.scale);
        let blocks = self.block_count();
        let table = out.len();
        if blocks > 1 {
            out.resize(table.checked_add(blocks.checked_mul(8)?)?, 0);
        }
        let begin = out.len();
        for number in 0..blocks {
            let start = u32::try_from(out.len().checked_sub(begin)?).ok()?;
            let block = self.packed_block(number)?;
            let moved = position(block.first)?;
            push_number(out, moved);
            // The next block bounds this one, so that its positions need not be read.
            let end = self.first_of(number + 1).unwrap_or(u32::MAX);
            if shift(block.first, end.saturating_sub(1).max(block.first)).is_some() {
                out.push(u8::try_from(block.width).ok()?);
                out.extend_from_slice(block.packed);
            } else {
                let before = block.unpacked();
                let before = before.positions.get(..block.length)?;
                let mut differences = [0_u32; BLOCK];
                let mut previous = moved;
                for (slot, place) in differences.iter_mut().zip(before.iter().skip(1)) {
                    let next = position(*place)?;
                    *slot = next.checked_sub(previous)?.checked_sub(1)?;
                    previous = next;
                }
                let differences = differences.get(..block.length.checked_sub(1)?)?;
                let width = width_of(differences);
                out.push(u8::try_from(width).ok()?);
                pack(differences, width, out);
            }
            out.extend_from_slice(block.impacts.packed);
            if blocks > 1 {
                let entry = table.checked_add(number.checked_mul(8)?)?;
                out.get_mut(entry..entry.checked_add(4)?)?.copy_from_slice(&moved.to_le_bytes());
                out.get_mut(entry.checked_add(4)?..entry.checked_add(8)?)?.copy_from_slice(&start.to_le_bytes());
            }
        }
        Some(())
    }
}
