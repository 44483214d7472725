//! The container of an index: a header, and sections that are read where they lie, all little-endian. `docs/catalog-format.md`
//! has it for people. Reads are checked: damaged bytes give `None` or an [`OpenError`], never a panic. What the bytes of a
//! section mean is `records.rs`', `dictionary.rs`' and `postings.rs`' to know.
//!
//! ```text
//! offset  size  header
//!      0     8  magic, `shopidx` and a zero byte
//!      8     4  format version
//!     12     4  number of products, P
//!     16     4  number of categories, C
//!     20     4  number of picture origins, O
//!     24     4  number of words, W
//!     28     4  number of terms, T
//!     32     4  number of former handles, H
//!     36     4  number of SKUs of variants, K
//!     40     4  number of groups of values, G
//!     44     4  number of values, V
//!     48     4  number of sets of values, Z
//!     52     3  currency, a code of ISO 4217
//!     55     1  bytes of a price, M: 4, or 5 where a price needs them
//!     56     8  revision: XXH3-64 of the products' JSON
//!     64     8  checksum of the body: XXH3-64 of all that follows the header
//!     72   8×S  start and length in bytes of each of the S sections, in the order of `Section`
//!  72+8S     8  checksum of the header: XXH3-64 of all before it
//! ```
//!
//! Sections marked *optional* are empty where no product needs them, so that a catalog of plain products is as small as if there were none.
//!
//! Product positions are in id order. A table of N texts is a column of N + 1 offsets, and a heap; text k lies in the heap
//! between offset k and offset k + 1.

mod column;
mod section;
mod write;

use core::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

pub(crate) use self::column::{Column, PriceWidth, Prices, TextTable};
pub(crate) use self::section::Section;
pub(crate) use self::write::IndexWriter;
#[cfg(feature = "build")]
pub(crate) use self::write::write_index;
use crate::index::bytes::Reader;
use crate::model::currency::Currency;

/// What an index starts with.
const MAGIC: [u8; 8] = *b"shopidx\0";

/// Grows with every change to the layout; an index of another version is refused, not converted.
const VERSION: u32 = 5;

const HEADER_LENGTH: usize = 72 + 8 * Section::COUNT + 8;

/// The longest text of a table, longer than any that the build lets in; what is longer comes of damage, and would be in an
/// answer a hundred times.
pub(super) const TEXT_LIMIT: usize = 8 * 1024;

/// The most groups: brands, collections, options twice, and the attributes that listings can be filtered by, with room for more.
const MAX_GROUPS: u32 = 32;

/// How many words share a block of the dictionary.
pub(crate) const WORDS_PER_BLOCK: u32 = 16;

/// Why bytes are not an index that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Fewer bytes than a header has.
    #[error("an index has at least {HEADER_LENGTH} bytes, not {length}")]
    TooShort {
        /// The number of bytes.
        length: usize,
    },
    /// Other bytes altogether.
    #[error("the bytes are not an index: they start with other bytes than `shopidx`")]
    NotAnIndex,
    /// An index of another build.
    #[error("the index has format version {found}, but this build reads version {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// A header that was changed after it was written.
    #[error("the index's header is damaged: its checksum does not match")]
    HeaderChecksum,
    /// A section that reaches past the end, or whose length does not fit the counts.
    #[error("the index's section {section} is out of bounds: the index was cut short or is damaged")]
    Section {
        /// The section's number.
        section: usize,
    },
    /// A body that was changed after it was written.
    #[error("the index's body is damaged: its checksum does not match")]
    BodyChecksum,
}

/// How many of each there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Number of products.
    pub(crate) products: u32,
    /// Number of categories.
    pub(crate) categories: u32,
    /// Picture origins.
    pub(crate) origins: u32,
    /// Words of the dictionary.
    pub(crate) words: u32,
    /// Terms with postings.
    pub(crate) terms: u32,
    /// Handles that products had before.
    pub(crate) former_handles: u32,
    /// SKUs of variants.
    pub(crate) skus: u32,
    /// Groups of values that listings can be filtered by.
    pub(crate) groups: u32,
    /// Values of all groups.
    pub(crate) values: u32,
    /// Sets of values of all groups.
    pub(crate) sets: u32,
    /// The currency of all prices.
    pub(crate) currency: Currency,
    /// Bytes of a price, 4 or 5.
    pub(crate) price_width: PriceWidth,
}

/// Counts and places, read once from the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// How many of each there are.
    pub(crate) counts: Counts,
    /// The content hash of the products.
    pub(crate) revision: u64,
    body_checksum: u64,
    sections: [(u32, u32); Section::COUNT],
}

impl Header {
    /// Reads and checks the header: magic, version, checksum, and that every section lies inside the bytes with the right length.
    pub(crate) fn read(index: &[u8]) -> Result<Header, OpenError> {
        let too_short = OpenError::TooShort { length: index.len() };
        let Some((header_bytes, _)) = index.split_at_checked(HEADER_LENGTH) else {
            return Err(too_short);
        };
        let mut fields = Reader(header_bytes);
        if fields.array::<8>() != Some(MAGIC) {
            return Err(OpenError::NotAnIndex);
        }
        let version = fields.array().map(u32::from_le_bytes).ok_or(too_short.clone())?;
        if version != VERSION {
            return Err(OpenError::Version { found: version });
        }
        let (checked, stored) = header_bytes.split_at_checked(HEADER_LENGTH - 8).ok_or(too_short.clone())?;
        if Reader(stored).array().map(u64::from_le_bytes) != Some(xxh3_64(checked)) {
            return Err(OpenError::HeaderChecksum);
        }
        let header = header(fields).ok_or(too_short)?;
        for (number, section) in Section::ALL.into_iter().enumerate() {
            let fits = header.range(section).is_some_and(|range| {
                let length = u64::try_from(range.len()).ok();
                range.start >= HEADER_LENGTH
                    && range.end <= index.len()
                    && (section.length(&header.counts).is_none_or(|expected| length == Some(expected))
                        || section.is_optional() && length == Some(0))
            });
            if !fits {
                return Err(OpenError::Section { section: number });
            }
        }
        // A listing counts the sets of all groups at once.
        if header.counts.groups > MAX_GROUPS {
            return Err(OpenError::Section { section: Section::Groups as usize });
        }
        // All entries of these are read at once; overlapping ones would be far more text than there are bytes.
        let read_whole = [
            Section::CategoryStarts,
            Section::OriginStarts,
            Section::GroupNameStarts,
            Section::ValueStarts,
            Section::SetStarts,
            Section::FormerHandleStarts,
        ];
        for starts in read_whole {
            if !header.column::<4>(index, starts).iter().is_sorted() {
                return Err(OpenError::Section { section: starts as usize });
            }
        }
        Ok(header)
    }

    /// Checks that the body is as it was written.
    pub(crate) fn verify(&self, index: &[u8]) -> Result<(), OpenError> {
        match index.get(HEADER_LENGTH..) {
            Some(body) if xxh3_64(body) == self.body_checksum => Ok(()),
            _ => Err(OpenError::BodyChecksum),
        }
    }

    /// A column of numbers; empty if the bytes are not those the header was read from.
    pub(crate) fn column<'a, const N: usize>(&self, index: &'a [u8], section: Section) -> Column<'a, N> {
        Column(self.bytes(index, section).as_chunks().0)
    }

    /// A column of prices.
    pub(crate) fn prices<'a>(&self, index: &'a [u8], section: Section) -> Prices<'a> {
        match self.counts.price_width {
            PriceWidth::Four => Prices::Narrow(self.column(index, section)),
            PriceWidth::Five => Prices::Wide(self.column(index, section)),
        }
    }

    /// A table of texts.
    pub(crate) fn texts<'a>(&self, index: &'a [u8], starts: Section, heap: Section) -> TextTable<'a> {
        TextTable { offsets: self.column(index, starts), heap: self.bytes(index, heap) }
    }

    /// The bytes of a section.
    pub(crate) fn bytes<'a>(&self, index: &'a [u8], section: Section) -> &'a [u8] {
        self.range(section).and_then(|range| index.get(range)).unwrap_or_default()
    }

    fn range(&self, section: Section) -> Option<Range<usize>> {
        let (start, length) = *self.sections.get(section as usize)?;
        let (start, length) = (usize::try_from(start).ok()?, usize::try_from(length).ok()?);
        Some(start..start.checked_add(length)?)
    }
}

/// What follows the version.
fn header(mut fields: Reader<'_>) -> Option<Header> {
    let mut number = || fields.array().map(u32::from_le_bytes);
    let mut counts = Counts {
        products: number()?,
        categories: number()?,
        origins: number()?,
        words: number()?,
        terms: number()?,
        former_handles: number()?,
        skus: number()?,
        groups: number()?,
        values: number()?,
        sets: number()?,
        ..Counts::default()
    };
    counts.currency = fields.array::<3>().and_then(|code| Currency::parse(core::str::from_utf8(&code).ok()?).ok())?;
    counts.price_width = match fields.byte()? {
        4 => PriceWidth::Four,
        5 => PriceWidth::Five,
        _ => return None,
    };
    let mut header = Header {
        counts,
        revision: fields.array().map(u64::from_le_bytes)?,
        body_checksum: fields.array().map(u64::from_le_bytes)?,
        sections: [(0, 0); Section::COUNT],
    };
    for (start, length) in &mut header.sections {
        *start = fields.array().map(u32::from_le_bytes)?;
        *length = fields.array().map(u32::from_le_bytes)?;
    }
    Some(header)
}
