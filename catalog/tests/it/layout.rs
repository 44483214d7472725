//! The layout of an index as `docs/catalog-format.md` describes it: what a test needs that damages an index or compares parts of two.

/// Where the places of the sections begin: behind magic, version, counts, currency, revision and checksum.
pub(crate) const PLACES: usize = 72;

/// How many sections there are.
pub(crate) const SECTIONS: usize = 51;

/// The bytes of a header.
pub(crate) const HEADER_LENGTH: usize = PLACES + 8 * SECTIONS + 8;

/// Where the checksum of the body stands.
pub(crate) const BODY_CHECKSUM: core::ops::Range<usize> = 64..72;

/// The numbers of sections that tests name.
pub(crate) mod section {
    pub(crate) const RECORD_DICTIONARY: usize = 11;
    pub(crate) const CATEGORY_STARTS: usize = 17;
    pub(crate) const WORD_STARTS: usize = 46;
}

/// Where a section lies according to the header, as far as there are bytes.
pub(crate) fn place_of(index: &[u8], number: usize) -> core::ops::Range<usize> {
    let read = |place: usize| {
        let bytes = index.get(place..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
        usize::try_from(u32::from_le_bytes(bytes)).unwrap()
    };
    let start = read(PLACES + 8 * number).min(index.len());
    start..start.saturating_add(read(PLACES + 8 * number + 4)).min(index.len())
}
