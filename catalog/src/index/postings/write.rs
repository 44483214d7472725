//! Writes the list of a term, as `postings.rs` has it.

use crate::index::bytes::{pack, push_number};
use crate::index::postings::{BLOCK, impact_width};

/// Above this part of all products a list has a byte for every one of them.
const DENSE: usize = 2;

/// The list of a term: positions in order, each with its impact, of which no list has 0.
pub(crate) fn write_list(scale: u32, list: &[(u32, u8)], products: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let is_dense = list.len() > products / DENSE;
    let count = u32::try_from(list.len()).unwrap_or(u32::MAX);
    push_number(&mut out, count * 2 + u32::from(is_dense));
    push_number(&mut out, scale);
    if is_dense {
        let mut impacts = vec![0_u32; products];
        for (position, impact) in list {
            if let Some(slot) = impacts.get_mut(*position as usize) {
                *slot = u32::from(*impact);
            }
        }
        pack(&impacts, impact_width(scale), &mut out);
        return out;
    }
    let blocks: Vec<(u32, Vec<u8>)> = list.chunks(BLOCK).filter_map(|entries| write_block(scale, entries)).collect();
    if blocks.len() > 1 {
        let mut start = 0_u32;
        for (first, block) in &blocks {
            out.extend_from_slice(&first.to_le_bytes());
            out.extend_from_slice(&start.to_le_bytes());
            start += u32::try_from(block.len()).unwrap_or_default();
        }
    }
    for (_, block) in blocks {
        out.extend_from_slice(&block);
    }
    out
}

fn write_block(scale: u32, entries: &[(u32, u8)]) -> Option<(u32, Vec<u8>)> {
    let (first, _) = entries.first()?;
    let differences: Vec<u32> = entries
        .iter()
        .zip(entries.iter().skip(1))
        .map(|((before, _), (after, _))| after.saturating_sub(before.saturating_add(1)))
        .collect();
    let width = width_of(&differences);
    let mut out = Vec::new();
    push_number(&mut out, *first);
    out.push(u8::try_from(width).unwrap_or(u8::MAX));
    pack(&differences, width, &mut out);
    let impacts: Vec<u32> = entries.iter().map(|(_, impact)| u32::from(*impact)).collect();
    pack(&impacts, impact_width(scale), &mut out);
    Some((*first, out))
}

/// The bits that the largest of these differences needs.
pub(super) fn width_of(differences: &[u32]) -> u32 {
    32 - differences.iter().fold(0, |all, difference| all | difference).leading_zeros()
}
