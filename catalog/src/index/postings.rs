//! The list of a term: the positions of the products that have it, and with each its *impact*, a number of five to seven bits that
//! the ranking has worked out when the index was built, the fewer the smaller the term's scale; in units of seven bits and times the term's scale it is what the product scores for the term. Read where it lies.
//!
//! ```text
//! number  twice the number of products with the term, plus one if the list is dense
//! number  the scale
//! ```
//!
//! A dense list goes on with an impact for each product of the catalog, 0 for those without the term, packed. Another one has blocks
//! of up to 128 products:
//!
//! ```text
//! when there is more than one block, for each:
//!      4  the block's first position
//!      4  where the block starts, counted from the end of this table
//! a block:
//! number  its first position
//!   byte  width of a difference, in bits
//!      …  the differences to the position before, minus one, of all but the first, packed
//!      …  the impacts, packed
//! ```

mod moved;
mod write;

use self::write::width_of;
pub(crate) use self::write::write_list;
use crate::index::bytes::{Reader, unpack};

/// How many products a block has at most.
pub(crate) const BLOCK: usize = 128;

/// The largest scale: that of a term that one product has, and nothing else.
pub(crate) const SCALE_LIMIT: u32 = 4096;

/// How many bits an impact has, and the highest one. Fewer cost relevance (`docs/benchmarks.md`).
const IMPACT_WIDTH: u32 = 7;
pub(crate) const IMPACT_LIMIT: u8 = (1 << IMPACT_WIDTH) - 1;

/// How many of an impact's low bits a list of this scale leaves out: they are worth little beside those of the other words of a
/// text, and the terms of small scales have the long lists. Leaving out more, or at larger scales, costs relevance.
pub(crate) fn bits_left_out(scale: u32) -> u32 {
    u32::from(scale <= SCALE_LIMIT / 4) + u32::from(scale <= SCALE_LIMIT / 8)
}

/// How many bits are packed for each impact of a list of this scale.
pub(crate) fn impact_width(scale: u32) -> u32 {
    IMPACT_WIDTH - bits_left_out(scale)
}

/// Impacts, packed.
#[derive(Clone, Copy, Debug)]
struct Impacts<'a> {
    packed: &'a [u8],
    /// At most [`IMPACT_WIDTH`].
    width: u32,
}

/// The products of a term.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Postings<'a> {
    /// How many products have the term.
    pub(crate) count: u32,
    /// What one unit of an impact scores; at most [`SCALE_LIMIT`].
    pub(crate) scale: u32,
    list: List<'a>,
}

#[derive(Clone, Copy, Debug)]
enum List<'a> {
    Dense(Impacts<'a>),
    Sparse { table: &'a [[u8; 8]], blocks: &'a [u8] },
}

/// A block as it lies in a list.
struct PackedBlock<'a> {
    first: u32,
    /// The width of a difference in bits, and the differences.
    width: u32,
    packed: &'a [u8],
    length: usize,
    impacts: Impacts<'a>,
}

/// A block, unpacked.
struct Block<'a> {
    positions: [u32; BLOCK],
    length: usize,
    impacts: Impacts<'a>,
}

impl<'a> Impacts<'a> {
    /// The next impacts of a list.
    fn take(reader: &mut Reader<'a>, count: usize, scale: u32) -> Option<Self> {
        let width = impact_width(scale);
        Some(Self { packed: reader.take(count.checked_mul(width as usize)?.div_ceil(8))?, width })
    }

    /// The impact that the lowest bits of what is packed say.
    fn impact(self, packed: u8) -> u8 {
        (packed << (IMPACT_WIDTH - self.width)) & IMPACT_LIMIT
    }

    /// The impacts of eight places after the other: eight are as many bytes as one has bits.
    fn eights(self) -> impl Iterator<Item = [u8; 8]> + use<'a> {
        let width = self.width.max(1);
        let step = width as usize;
        (0..self.packed.len().div_ceil(step)).map(move |number| {
            let rest = self.packed.get(number * step..).unwrap_or_default();
            let mut eight = match rest.first_chunk() {
                Some(eight) => u64::from_le_bytes(*eight),
                None => rest.iter().rev().fold(0, |eight, byte| (eight << 8) | u64::from(*byte)),
            };
            core::array::from_fn(|_| {
                let [low, ..] = eight.to_le_bytes();
                eight >>= width;
                self.impact(low)
            })
        })
    }

    /// The impact at a place; 0 beyond the last one.
    fn get(self, place: usize) -> u8 {
        let bit = place * self.width as usize;
        let low = self.packed.get(bit / 8).copied().unwrap_or_default();
        let high = self.packed.get(bit / 8 + 1).copied().unwrap_or_default();
        // Seven bits lie in at most two bytes.
        let [impact, _] = (u16::from_le_bytes([low, high]) >> (bit % 8)).to_le_bytes();
        self.impact(impact)
    }
}

impl<'a> Postings<'a> {
    /// Reads the head of a list; `None` if it is damaged. `products` is the size of the catalog.
    pub(crate) fn read(bytes: &'a [u8], products: u32) -> Option<Postings<'a>> {
        let mut reader = Reader(bytes);
        let head = reader.number()?;
        let count = head / 2;
        let scale = reader.number()?;
        if count > products || scale > SCALE_LIMIT {
            return None;
        }
        if head % 2 == 1 {
            let impacts = Impacts::take(&mut reader, usize::try_from(products).ok()?, scale)?;
            return Some(Postings { count, scale, list: List::Dense(impacts) });
        }
        let blocks = usize::try_from(count).ok()?.div_ceil(BLOCK);
        let table = if blocks > 1 { reader.take(blocks.checked_mul(8)?)?.as_chunks().0 } else { &[] };
        Some(Postings { count, scale, list: List::Sparse { table, blocks: reader.0 } })
    }

    /// The first product.
    pub(crate) fn first(&self) -> Option<u32> {
        match self.list {
            List::Dense(impacts) => {
                let places = 0..impacts.packed.len().saturating_mul(8);
                let place = places.into_iter().find(|place| impacts.get(*place) > 0)?;
                u32::try_from(place).ok()
            }
            List::Sparse { .. } => self.block(0)?.entries().next().map(|(position, _)| position),
        }
    }

    /// Calls `visit` with every product and its impact, in order.
    pub(crate) fn each(&self, mut visit: impl FnMut(u32, u8)) {
        match self.list {
            List::Dense(impacts) => {
                for (position, impact) in (0_u32..).zip(impacts.eights().flatten()) {
                    if impact > 0 {
                        visit(position, impact);
                    }
                }
            }
            List::Sparse { .. } => {
                for number in 0..self.block_count() {
                    let Some(block) = self.block(number) else { return };
                    block.each(&mut visit);
                }
            }
        }
    }

    /// The products, in order, each with its impact times `unit`.
    pub(crate) fn scored(&self, unit: u32) -> Vec<(u32, u32)> {
        let count = usize::try_from(self.count).unwrap_or_default();
        match self.list {
            List::Dense(impacts) => {
                let scores = impacts.eights().flatten().map(|impact| u32::from(impact) * unit);
                having_scores(scores, count)
            }
            List::Sparse { .. } => {
                let mut products = Vec::with_capacity(count);
                self.each(|position, impact| products.push((position, u32::from(impact) * unit)));
                products
            }
        }
    }

    /// Raises the scores of all products of the catalog to the impact times `unit`, where that is more.
    pub(crate) fn raise(&self, scores: &mut [u32], unit: u32) {
        match self.list {
            List::Dense(impacts) => {
                for (eight, impacts) in scores.chunks_mut(8).zip(impacts.eights()) {
                    for (score, impact) in eight.iter_mut().zip(impacts) {
                        *score = (*score).max(u32::from(impact) * unit);
                    }
                }
            }
            List::Sparse { .. } => self.each(|position, impact| {
                if let Some(score) = usize::try_from(position).ok().and_then(|place| scores.get_mut(place)) {
                    *score = (*score).max(u32::from(impact) * unit);
                }
            }),
        }
    }

    /// How many entries and candidates [`Postings::retain`] looks at, at most.
    pub(crate) fn comparing(&self, candidates: usize) -> usize {
        let entries = match self.list {
            List::Dense(_) => 0,
            List::Sparse { .. } => {
                usize::try_from(self.count).unwrap_or(usize::MAX).min(candidates.saturating_mul(BLOCK))
            }
        };
        candidates.saturating_add(entries)
    }

    /// Keeps the candidates that have the term, in order, and calls `found` with each one's place and the impact. Candidates are
    /// in order of their positions. Blocks that hold none of them are not read.
    pub(crate) fn retain(&self, candidates: &mut Vec<(u32, u32)>, combine: impl Fn(u32, u8) -> u32) {
        if let List::Dense(impacts) = self.list {
            candidates.retain_mut(|(position, score)| {
                let impact = usize::try_from(*position).map(|place| impacts.get(place)).unwrap_or_default();
                *score = combine(*score, impact);
                impact > 0
            });
            return;
        }
        let blocks = self.block_count();
        let mut kept = 0;
        let mut at = 0;
        let mut number = 0;
        while number < blocks && at < candidates.len() {
            let Some(&(position, _)) = candidates.get(at) else { break };
            number = self.block_of(position, number, blocks);
            let Some(block) = self.block(number) else { break };
            let end = if number + 1 < blocks { self.first_of(number + 1).unwrap_or(u32::MAX) } else { u32::MAX };
            let mut entries = block.entries().peekable();
            while let Some(&(position, score)) = candidates.get(at) {
                if position >= end && end != u32::MAX {
                    break;
                }
                while entries.next_if(|(other, _)| *other < position).is_some() {}
                match entries.peek() {
                    Some((other, impact)) if *other == position => {
                        if let Some(slot) = candidates.get_mut(kept) {
                            *slot = (position, combine(score, *impact));
                            kept += 1;
                        }
                    }
                    None if end == u32::MAX => {
                        candidates.truncate(kept);
                        return;
                    }
                    _ => {}
                }
                at += 1;
            }
            number += 1;
        }
        candidates.truncate(kept);
    }

    /// The last block from `from` on that does not start behind a position.
    fn block_of(&self, position: u32, from: usize, blocks: usize) -> usize {
        let (mut low, mut step) = (from, 1);
        // Candidates come in order: the block is near the last one, so the search widens from there.
        while low + step < blocks && self.first_of(low + step).is_some_and(|first| first <= position) {
            low += step;
            step *= 2;
        }
        let mut high = (low + step).min(blocks);
        while high.saturating_sub(low) > 1 {
            let middle = low + (high - low) / 2;
            if self.first_of(middle).is_some_and(|first| first <= position) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    fn block_count(&self) -> usize {
        usize::try_from(self.count).unwrap_or_default().div_ceil(BLOCK)
    }

    fn first_of(&self, number: usize) -> Option<u32> {
        let List::Sparse { table, .. } = self.list else { return None };
        let (first, _) = table.get(number)?.split_first_chunk()?;
        Some(u32::from_le_bytes(*first))
    }

    /// A block as it lies there.
    fn packed_block(&self, number: usize) -> Option<PackedBlock<'a>> {
        let List::Sparse { table, blocks } = self.list else { return None };
        let start = match table.get(number) {
            Some(entry) => u32::from_le_bytes(*entry.split_last_chunk()?.1),
            None if number == 0 => 0,
            None => return None,
        };
        let length = usize::try_from(self.count).ok()?.checked_sub(number.checked_mul(BLOCK)?)?.min(BLOCK);
        let mut reader = Reader(blocks.get(usize::try_from(start).ok()?..)?);
        let first = reader.number()?;
        let width = u32::from(reader.byte()?);
        let packed = reader.take(length.saturating_sub(1).checked_mul(usize::try_from(width).ok()?)?.div_ceil(8))?;
        let impacts = Impacts::take(&mut reader, length, self.scale)?;
        Some(PackedBlock { first, width, packed, length, impacts })
    }

    fn block(&self, number: usize) -> Option<Block<'a>> {
        Some(self.packed_block(number)?.unpacked())
    }
}

/// The places that have a score, with it, as far as there are `most`. Writes each and goes on only behind those with one: where half of
/// them have none, nobody can predict which, and a branch would cost more than all else.
pub(crate) fn having_scores(scores: impl Iterator<Item = u32>, most: usize) -> Vec<(u32, u32)> {
    let mut products = vec![(0, 0); most];
    let mut count = 0;
    for (position, score) in (0_u32..).zip(scores) {
        if let Some(slot) = products.get_mut(count) {
            *slot = (position, score);
            count += usize::from(score > 0);
        }
    }
    products.truncate(count);
    products
}

impl<'a> PackedBlock<'a> {
    fn unpacked(&self) -> Block<'a> {
        let mut positions = [0; BLOCK];
        let mut position = self.first;
        if let Some((first, rest)) = positions.get_mut(..self.length).and_then(<[u32]>::split_first_mut) {
            unpack(self.packed, self.width, rest);
            *first = position;
            for slot in rest {
                position = position.saturating_add(*slot).saturating_add(1);
                *slot = position;
            }
        }
        Block { positions, length: self.length, impacts: self.impacts }
    }
}

impl Block<'_> {
    /// Calls `visit` with each entry: all impacts are unpacked at once, which takes half as long as one by one.
    fn each(&self, visit: &mut impl FnMut(u32, u8)) {
        let mut impacts = [0; BLOCK];
        let impacts = impacts.get_mut(..self.length).unwrap_or_default();
        unpack(self.impacts.packed, self.impacts.width, impacts);
        for (position, impact) in self.positions.iter().zip(impacts) {
            let [packed, ..] = impact.to_le_bytes();
            visit(*position, self.impacts.impact(packed));
        }
    }

    fn entries(&self) -> impl Iterator<Item = (u32, u8)> {
        self.positions
            .iter()
            .copied()
            .take(self.length)
            .enumerate()
            .map(|(place, position)| (position, self.impacts.get(place)))
    }
}

#[cfg(test)]
mod tests;
