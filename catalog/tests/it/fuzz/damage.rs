//! Damage to an index that its checksums do not show, since they are made right again: the bounds of the reader must
//! withstand it alone. Knows the layout of the header from `docs/catalog-format.md`, and of the sections only where they lie.

use core::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::Chance;
use crate::layout::{BODY_CHECKSUM, HEADER_LENGTH, PLACES, SECTIONS, place_of, section};

/// The sections that are tables of offsets: ids, records, details, variants, categories, members, former handles, origins, names of groups,
/// values, sets, words, terms.
const OFFSETS: [usize; 13] = [7, 9, 12, 15, 17, 21, 30, 34, 37, 39, 41, 46, 48];

/// The sections that may have any length: ids, records and their dictionary, details and theirs, variants, categories, former handles,
/// origins, names of groups, values, sets, columns of groups, words, postings, rules.
const HEAPS: [usize; 16] = [8, 10, 11, 13, 14, 16, 18, 31, 35, 38, 40, 42, 44, 47, 49, 50];

/// For each count in the header, the sections whose length follows from it.
const COUNTED: [(usize, &[Counted]); 10] = [
    (
        12,
        &[
            Counted(0, 4, 0),
            Counted(2, 4, 0),
            Counted(3, 2, 0),
            Counted(4, 4, 0),
            Counted(6, 2, 0),
            Counted(7, 4, 4),
            Counted(9, 4, 4),
            Counted(22, 3, 0),
            Counted(23, 3, 0),
            Counted(24, 3, 0),
            Counted(25, 3, 0),
            Counted(26, 3, 0),
            Counted(29, 3, 0),
        ],
    ),
    (16, &[Counted(17, 8, 4), Counted(20, 8, 0), Counted(21, 4, 4)]),
    (20, &[Counted(34, 4, 4)]),
    (24, &[]),
    (28, &[Counted(48, 4, 4)]),
    (32, &[Counted(30, 4, 4), Counted(32, 3, 0)]),
    (36, &[Counted(33, 4, 0)]),
    (40, &[Counted(36, 24, 0), Counted(37, 8, 4)]),
    (44, &[Counted(39, 8, 4)]),
    (48, &[Counted(41, 4, 4), Counted(43, 4, 0)]),
];

/// A section of so many bytes an entry, and so many more.
struct Counted(usize, usize, usize);

/// Damages an index in one to three ways, and makes its checksums right.
pub(super) fn damage(index: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..=chance.below(3) {
        match chance.below(12) {
            0 => flip(index, chance),
            1 | 2 => overwrite_words(index, chance),
            3 => swap_words(index, chance),
            4 => fill(index, chance),
            5 => splice(index, chance),
            6 => point_all_at_everything(index, chance),
            7 => cut(index, chance),
            8 => move_section(index, chance),
            9 => widen_heap(index, chance),
            10 => lie_about_a_count(index, chance),
            _ => put_number(index, chance),
        }
    }
    seal(index);
}

fn flip(index: &mut [u8], chance: &mut Chance) {
    for _ in 0..=chance.below(64) {
        let section = any_section(index, chance);
        if let Some(byte) = index.get_mut(section.start + chance.below(section.len())) {
            *byte ^= 1 << chance.below(8);
        }
    }
}

/// Numbers at the ends of what fits are those that a missing check lets through.
fn overwrite_words(index: &mut [u8], chance: &mut Chance) {
    for _ in 0..=chance.below(16) {
        let value = extreme(index, chance);
        let place = any_word(index, chance);
        write(index, place, value);
    }
}

fn swap_words(index: &mut [u8], chance: &mut Chance) {
    for _ in 0..=chance.below(16) {
        let section = any_section(index, chance);
        let words = section.len() / 4;
        let (first, second) = (section.start + 4 * chance.below(words), section.start + 4 * chance.below(words));
        let (one, other) = (read(index, first), read(index, second));
        write(index, first, other);
        write(index, second, one);
    }
}

fn fill(index: &mut [u8], chance: &mut Chance) {
    let section = any_section(index, chance);
    let start = section.start + chance.below(section.len());
    let end = start + chance.below(section.end.saturating_sub(start) + 1);
    let byte = *chance.pick(&[0x00, 0x01, 0x7f, 0x80, 0xff, b'a']);
    index.get_mut(start..end).unwrap_or_default().fill(byte);
}

fn splice(index: &mut [u8], chance: &mut Chance) {
    let (from, to) = (any_section(index, chance), any_section(index, chance));
    let length = chance.below(from.len().min(to.len()) + 1);
    let start = from.start + chance.below(from.len() - length + 1);
    let target = to.start + chance.below(to.len() - length + 1);
    if index.len() >= start.max(target) + length {
        index.copy_within(start..start + length, target);
    }
}

/// Every entry, or every other one, is the whole heap: little to read once, and very much to read for each.
fn point_all_at_everything(index: &mut [u8], chance: &mut Chance) {
    let number = *chance.pick(&OFFSETS);
    let (table, heap) = (place_of(index, number), place_of(index, number + 1));
    let end = u32::try_from(heap.len()).unwrap_or(u32::MAX);
    let start = if chance.once_in(2) { 0 } else { end / 2 };
    for (entry, place) in table.step_by(4).enumerate() {
        write(index, place, if entry % 2 == 0 { start } else { end });
    }
}

/// Half of the time the last heap ends where the index does now, so that the index opens.
fn cut(index: &mut Vec<u8>, chance: &mut Chance) {
    let last = place_of(index, SECTIONS - 1);
    if chance.once_in(2) {
        index.truncate(chance.below(index.len() + 1).max(12));
    } else if last.start < last.end && last.end <= index.len() {
        let length = chance.below(last.len());
        index.truncate(last.start + length);
        write(index, PLACES + 8 * (SECTIONS - 1) + 4, u32::try_from(length).unwrap());
    }
}

/// A section begins where another one does, or anywhere, and keeps its length.
fn move_section(index: &mut [u8], chance: &mut Chance) {
    let (moved, other) = (chance.below(SECTIONS), chance.below(SECTIONS));
    let length = place_of(index, moved).len();
    let start = if chance.once_in(2) { place_of(index, other).start } else { chance.below(index.len()) };
    let start = start.min(index.len().saturating_sub(length)).max(HEADER_LENGTH);
    write(index, PLACES + 8 * moved, u32::try_from(start).unwrap());
}

/// A heap is the whole index, or none of it.
fn widen_heap(index: &mut [u8], chance: &mut Chance) {
    let place = PLACES + 8 * *chance.pick(&HEAPS);
    let length = if chance.once_in(3) { 0 } else { index.len().saturating_sub(HEADER_LENGTH) };
    write(index, place, u32::try_from(HEADER_LENGTH).unwrap());
    write(index, place + 4, u32::try_from(length).unwrap());
}

/// There are more of something than there are, or fewer, and the lengths of the sections agree as far as the bytes last.
fn lie_about_a_count(index: &mut [u8], chance: &mut Chance) {
    let (place, sections) = chance.pick(&COUNTED);
    let body = index.len().saturating_sub(HEADER_LENGTH);
    let widest = sections.iter().map(|Counted(_, width, _)| *width).max().unwrap_or(1);
    let most = body.saturating_sub(4) / widest;
    let count = *chance.pick(&[0, 1, 2, 65_535, 65_536, most / 2, most]);
    let count = count.min(most);
    write(index, *place, u32::try_from(count).unwrap());
    if *place == 24 {
        let length = count.div_ceil(16) * 4;
        place_section(index, section::WORD_STARTS, length);
    }
    for Counted(number, width, more) in *sections {
        place_section(index, *number, count * width + more);
    }
}

fn place_section(index: &mut [u8], number: usize, length: usize) {
    let start = place_of(index, number).start.min(index.len().saturating_sub(length)).max(HEADER_LENGTH);
    write(index, PLACES + 8 * number, u32::try_from(start).unwrap());
    write(index, PLACES + 8 * number + 4, u32::try_from(length).unwrap());
}

/// A number of variable length in the middle of packed bytes.
fn put_number(index: &mut [u8], chance: &mut Chance) {
    for _ in 0..=chance.below(8) {
        let section = place_of(index, *chance.pick(&HEAPS));
        let start = section.start + chance.below(section.len());
        let bytes = *chance.pick(&[
            [0xff, 0xff, 0xff, 0xff, 0x0f],
            [0x80, 0x80, 0x80, 0x80, 0x00],
            [0xff, 0x7f, 0, 0, 0],
            [0xff; 5],
        ]);
        for (slot, byte) in index.iter_mut().skip(start).zip(bytes) {
            *slot = byte;
        }
    }
}

fn extreme(index: &[u8], chance: &mut Chance) -> u32 {
    let heap = place_of(index, *chance.pick(&HEAPS));
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let values = [
        0,
        1,
        2,
        u32::MAX,
        u32::MAX - 1,
        u32::MAX / 2,
        1 << 31,
        1 << 24,
        number(index.len()),
        number(heap.len()),
        number(heap.end),
        read(index, 12),
        chance.word(),
        chance.word() >> 16,
    ];
    *chance.pick(&values)
}

/// A word at its own place within a section; small sections are hit as often as large ones.
fn any_word(index: &[u8], chance: &mut Chance) -> usize {
    let section = any_section(index, chance);
    section.start + 4 * chance.below(section.len() / 4)
}

fn any_section(index: &[u8], chance: &mut Chance) -> Range<usize> {
    place_of(index, chance.below(SECTIONS))
}

fn read(index: &[u8], place: usize) -> u32 {
    index.get(place..).and_then(<[u8]>::first_chunk).copied().map(u32::from_le_bytes).unwrap_or_default()
}

fn write(index: &mut [u8], place: usize, value: u32) {
    if let Some(slot) = index.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
        *slot = value.to_le_bytes();
    }
}

/// Makes both checksums right again, so that what lies behind them is put to the test.
fn seal(index: &mut [u8]) {
    let Some((header, body)) = index.split_at_mut_checked(HEADER_LENGTH) else { return };
    header[BODY_CHECKSUM].copy_from_slice(&xxh3_64(body).to_le_bytes());
    let (checked, stored) = header.split_at_mut(HEADER_LENGTH - 8);
    stored.copy_from_slice(&xxh3_64(checked).to_le_bytes());
}
