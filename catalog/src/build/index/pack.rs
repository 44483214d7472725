//! Packs the texts of the products: an LZ4 block each, against a dictionary of texts from all over the catalog. Searches for the
//! shortest block, which takes longer than a common encoder's and is done once; any LZ4 decoder reads it.

use crate::index::bytes::push_number;
use crate::index::records::DICTIONARY_LIMIT;

/// Up to this size, in bytes, texts are not packed: they are read faster as they are.
const PACK_FROM: usize = 1 << 20;

/// How many places with the same four bytes are tried for each byte of a text.
const TRIES: usize = 48;

/// How many bits a hash of four bytes has.
const HASH_BITS: u32 = 16;

/// From this length on the rest of a match is taken for the best one at the places inside it.
const LONG: usize = 24;

/// LZ4's shortest match, how many bytes at the end are never part of one, and how near the end none may begin.
const MATCH_LEAST: usize = 4;
const LAST_LITERALS: usize = 5;
const LAST_MATCH: usize = 12;

/// How far back a match may lie.
const REACH: usize = 65_535;

/// Records as they go into the index.
pub(super) struct Packed {
    pub(super) records: Vec<Vec<u8>>,
    pub(super) dictionary: Vec<u8>,
}

/// Packs records, if there is enough of them.
pub(super) fn pack(records: Vec<Vec<u8>>) -> Packed {
    let size: usize = records.iter().map(Vec::len).sum();
    if size < PACK_FROM {
        return Packed { records, dictionary: Vec::new() };
    }
    let dictionary = dictionary(&records, size);
    let mut packer = Packer::new(&dictionary);
    let records = records.iter().map(|record| packer.pack(record)).collect();
    Packed { records, dictionary }
}

/// Texts from all over the catalog, at even distances.
fn dictionary(records: &[Vec<u8>], size: usize) -> Vec<u8> {
    let mut dictionary = Vec::with_capacity(DICTIONARY_LIMIT);
    let step = (size / DICTIONARY_LIMIT).max(1);
    for record in records.iter().step_by(step) {
        if dictionary.len() + record.len() <= DICTIONARY_LIMIT {
            dictionary.extend_from_slice(record);
        }
    }
    dictionary
}

/// Chains of places with the same hash, the last first: those of the dictionary once and for all, those of a record while it is
/// packed.
struct Packer {
    /// Dictionary and record in one.
    buffer: Vec<u8>,
    dictionary_length: usize,
    /// The last place of each hash, plus one; 0 for none.
    heads: Vec<u32>,
    /// The place before each place in its chain, plus one.
    before: Vec<u32>,
}

/// A match: its length and how far back it lies.
type Match = (usize, usize);

impl Packer {
    fn new(dictionary: &[u8]) -> Self {
        let mut packer = Self {
            buffer: dictionary.to_vec(),
            dictionary_length: dictionary.len(),
            heads: vec![0; 1 << HASH_BITS],
            before: vec![0; dictionary.len()],
        };
        for place in 0..dictionary.len() {
            let _ = packer.insert(place);
        }
        packer
    }

    fn pack(&mut self, record: &[u8]) -> Vec<u8> {
        self.buffer.truncate(self.dictionary_length);
        self.buffer.extend_from_slice(record);
        self.before.resize(self.buffer.len(), 0);
        let steps = shortest(record.len(), &self.matches(record.len()));
        let mut packed = Vec::with_capacity(record.len() / 2);
        push_number(&mut packed, u32::try_from(record.len()).unwrap_or(u32::MAX));
        write(record, &steps, &mut packed);
        packed
    }

    /// The longest match at each place of the record.
    fn matches(&mut self, length: usize) -> Vec<Option<Match>> {
        let mut matches = vec![None; length];
        let mut changed = Vec::with_capacity(length);
        let mut last: Option<Match> = None;
        for (place, found) in matches.iter_mut().enumerate() {
            if place + LAST_MATCH <= length {
                *found = match last {
                    // One byte on in a long match there is rarely a better one than its rest.
                    Some((long, back)) if long > LONG => Some((long - 1, back)),
                    _ => self.longest(self.dictionary_length + place, length - LAST_LITERALS - place),
                };
                last = *found;
            }
            changed.extend(self.insert(self.dictionary_length + place));
        }
        for (hash, head) in changed.into_iter().rev() {
            if let Some(slot) = self.heads.get_mut(hash) {
                *slot = head;
            }
        }
        matches
    }

    fn longest(&self, here: usize, room: usize) -> Option<Match> {
        let mut found: Option<Match> = None;
        let mut next = self.heads.get(self.hash(here)?).copied()?;
        for _ in 0..TRIES {
            let Some(place) = next.checked_sub(1).map(|place| place as usize) else { break };
            let back = here - place;
            if back > REACH {
                break;
            }
            let longest = found.map_or(MATCH_LEAST - 1, |(length, _)| length);
            // Nothing that differs where the longest one ends can be longer.
            if self.buffer.get(place + longest) == self.buffer.get(here + longest) {
                let length = self.common(place, here).min(room);
                if length > longest {
                    found = Some((length, back));
                }
            }
            next = self.before.get(place).copied().unwrap_or_default();
        }
        found
    }

    /// Puts a place at the head of its chain. Returns the hash and the head before.
    fn insert(&mut self, place: usize) -> Option<(usize, u32)> {
        let hash = self.hash(place)?;
        let head = core::mem::replace(self.heads.get_mut(hash)?, u32::try_from(place).ok()? + 1);
        *self.before.get_mut(place)? = head;
        Some((hash, head))
    }

    /// Multiplicative hash of the four bytes at a place (Knuth, "The Art of Computer Programming", section 6.4).
    fn hash(&self, place: usize) -> Option<usize> {
        let bytes = u32::from_le_bytes(*self.buffer.get(place..)?.first_chunk()?);
        Some((bytes.wrapping_mul(2_654_435_761) >> (32 - HASH_BITS)) as usize)
    }

    fn common(&self, left: usize, right: usize) -> usize {
        let (left, right) = (self.buffer.get(left..).unwrap_or_default(), self.buffer.get(right..).unwrap_or_default());
        let (eights, others) = (left.as_chunks::<8>().0, right.as_chunks::<8>().0);
        let same = eights.iter().zip(others).take_while(|(left, right)| left == right).count() * 8;
        let rest = left.iter().zip(right).skip(same).take_while(|(left, right)| left == right).count();
        same + rest
    }
}

/// Which match to take at each place, or none, so that the block is the shortest: decided from the end.
fn shortest(length: usize, matches: &[Option<Match>]) -> Vec<Option<Match>> {
    let mut costs = vec![0_u32; length + 1];
    let mut steps = vec![None; length];
    for place in (0..length).rev() {
        let cost_at = |place: usize| costs.get(place).copied().unwrap_or_default();
        let mut best = (cost_at(place + 1) + 1, None);
        if let Some((longest, back)) = matches.get(place).copied().flatten() {
            for length in MATCH_LEAST..=longest {
                // A token and an offset, and a byte more for every 255 bytes of length beyond what the token holds.
                let extra = if length >= 19 { 1 + (length - 19) / 255 } else { 0 };
                let cost = cost_at(place + length) + 3 + u32::try_from(extra).unwrap_or_default();
                if cost < best.0 {
                    best = (cost, Some((length, back)));
                }
            }
        }
        if let Some(slot) = costs.get_mut(place) {
            *slot = best.0;
        }
        if let Some(slot) = steps.get_mut(place) {
            *slot = best.1;
        }
    }
    steps
}

fn write(record: &[u8], steps: &[Option<Match>], packed: &mut Vec<u8>) {
    let (mut place, mut literals) = (0, 0);
    while place < record.len() {
        match steps.get(place).copied().flatten() {
            Some((length, back)) => {
                sequence(record.get(literals..place).unwrap_or_default(), Some((length, back)), packed);
                place += length;
                literals = place;
            }
            None => place += 1,
        }
    }
    sequence(record.get(literals..).unwrap_or_default(), None, packed);
}

fn sequence(literals: &[u8], found: Option<Match>, packed: &mut Vec<u8>) {
    let beyond = found.map_or(0, |(length, _)| length - MATCH_LEAST);
    let nibble = |length: usize| u8::try_from(length.min(15)).unwrap_or(15);
    packed.push((nibble(literals.len()) << 4) | nibble(beyond));
    lengths(literals.len(), packed);
    packed.extend_from_slice(literals);
    if let Some((_, back)) = found {
        packed.extend_from_slice(&u16::try_from(back).unwrap_or_default().to_le_bytes());
        lengths(beyond, packed);
    }
}

/// What the token's four bits cannot hold.
fn lengths(length: usize, packed: &mut Vec<u8>) {
    let Some(mut rest) = length.checked_sub(15) else { return };
    while rest >= 255 {
        packed.push(255);
        rest -= 255;
    }
    packed.push(u8::try_from(rest).unwrap_or_default());
}
