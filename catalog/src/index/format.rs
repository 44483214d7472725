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
//!     32     8  revision: XXH3-64 of the products' JSON
//!     40     8  checksum of the body: XXH3-64 of all that follows the header
//!     48   8×S  start and length in bytes of each of the S sections, in the order of `Section`
//!  48+8S     8  checksum of the header: XXH3-64 of all before it
//! ```
//!
//! Product positions are in id order. A table of N texts is a column of N + 1 offsets, and a heap; text k lies in the heap
//! between offset k and offset k + 1.

mod write;

use core::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

pub(crate) use self::write::IndexWriter;
#[cfg(feature = "build")]
pub(crate) use self::write::write_index;
use crate::index::bytes::Reader;

/// What an index starts with.
const MAGIC: [u8; 8] = *b"shopidx\0";

/// Grows with every change to the layout; an index of another version is refused, not converted.
const VERSION: u32 = 4;

const HEADER_LENGTH: usize = 48 + 8 * Section::COUNT + 8;

/// The longest text of a table, longer than any that the build lets in; what is longer comes of damage, and would be in an
/// answer a hundred times.
const TEXT_LIMIT: usize = 8 * 1024;

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

/// The sections of the body, in the order in which the header lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// P × u32: prices in minor units.
    Prices,
    /// P × u32: how many are in stock.
    Stocks,
    /// P × u16: ratings in hundredths.
    Ratings,
    /// P × u32: numbers of reviews.
    Reviews,
    /// P × u16: each product's category.
    ProductCategories,
    /// (P + 1) × u32: offsets into `Ids`.
    IdStarts,
    /// Heap: the ids.
    Ids,
    /// (P + 1) × u32: offsets into `Records`.
    RecordStarts,
    /// Heap: name, description and picture of each product, as `records.rs` packs them.
    Records,
    /// Heap: what the records are packed against; empty when they are not packed.
    RecordDictionary,
    /// (2 C + 1) × u32: offsets into `CategoryTexts`.
    CategoryStarts,
    /// Heap, 2 a category: its name, and its name as a JSON string. Categories are sorted by folded name.
    CategoryTexts,
    /// 2 C × u32: each category's products, and how many of them are in stock.
    CategoryCounts,
    /// (C + 1) × u32: where each category's members start.
    CategoryMemberStarts,
    /// P × u24: positions by category, in id order within one.
    CategoryMembers,
    /// P × u24: positions, cheapest first; backwards, with each price's own run forwards, it is dearest first.
    ByPriceAscending,
    /// P × u24: positions, best rated first.
    ByRating,
    /// P × u24: positions by folded name.
    ByName,
    /// P × u24: positions for the home page: in stock, rating, reviews.
    ByMerit,
    /// (O + 1) × u32: offsets into `Origins`.
    OriginStarts,
    /// Heap: the `https` origins of the pictures.
    Origins,
    /// 2 × u64: the words of all names, and of all descriptions.
    Statistics,
    /// One u32 a block of words: offsets into `Words`.
    WordStarts,
    /// Heap: the words, in blocks, as `dictionary.rs` packs them.
    Words,
    /// (T + 1) × u32: offsets into `Postings`.
    TermStarts,
    /// Heap: where each term is, as `postings.rs` packs it.
    Postings,
    /// Heap: the merchant's rules for searches, as `rules.rs` has them; empty without any.
    Rules,
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

/// A column of whole numbers of `N` bytes, read where it lies.
#[derive(Clone, Copy)]
pub(crate) struct Column<'a, const N: usize = 4>(&'a [[u8; N]]);

/// A column of offsets with the heap they point into.
#[derive(Clone, Copy)]
pub(crate) struct TextTable<'a> {
    offsets: Column<'a>,
    heap: &'a [u8],
}

impl Section {
    /// Every section, in order.
    pub(crate) const ALL: [Section; Section::COUNT] = [
        Section::Prices,
        Section::Stocks,
        Section::Ratings,
        Section::Reviews,
        Section::ProductCategories,
        Section::IdStarts,
        Section::Ids,
        Section::RecordStarts,
        Section::Records,
        Section::RecordDictionary,
        Section::CategoryStarts,
        Section::CategoryTexts,
        Section::CategoryCounts,
        Section::CategoryMemberStarts,
        Section::CategoryMembers,
        Section::ByPriceAscending,
        Section::ByRating,
        Section::ByName,
        Section::ByMerit,
        Section::OriginStarts,
        Section::Origins,
        Section::Statistics,
        Section::WordStarts,
        Section::Words,
        Section::TermStarts,
        Section::Postings,
        Section::Rules,
    ];

    const COUNT: usize = 27;

    /// How many bytes the section has; `None` for a heap, which may have any length.
    fn length(self, counts: &Counts) -> Option<u64> {
        let (products, categories, origins) =
            (u64::from(counts.products), u64::from(counts.categories), u64::from(counts.origins));
        let (words, terms) = (u64::from(counts.words), u64::from(counts.terms));
        Some(match self {
            Section::Ids
            | Section::Records
            | Section::RecordDictionary
            | Section::CategoryTexts
            | Section::Origins
            | Section::Words
            | Section::Postings
            | Section::Rules => return None,
            Section::Ratings | Section::ProductCategories => products * 2,
            Section::CategoryMembers
            | Section::ByPriceAscending
            | Section::ByRating
            | Section::ByName
            | Section::ByMerit => products * 3,
            Section::IdStarts | Section::RecordStarts => (products + 1) * 4,
            Section::CategoryStarts => (categories * 2 + 1) * 4,
            Section::CategoryCounts => categories * 8,
            Section::CategoryMemberStarts => (categories + 1) * 4,
            Section::OriginStarts => (origins + 1) * 4,
            Section::Statistics => 16,
            Section::WordStarts => words.div_ceil(u64::from(WORDS_PER_BLOCK)) * 4,
            Section::TermStarts => (terms + 1) * 4,
            _ => products * 4,
        })
    }
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
                    && section.length(&header.counts).is_none_or(|expected| length == Some(expected))
            });
            if !fits {
                return Err(OpenError::Section { section: number });
            }
        }
        // All entries of these are read at once; overlapping ones would be far more text than there are bytes.
        for starts in [Section::CategoryStarts, Section::OriginStarts] {
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

impl<'a, const N: usize> Column<'a, N> {
    /// A column of its own.
    #[cfg(test)]
    pub(crate) fn of(numbers: &'a [[u8; N]]) -> Self {
        Self(numbers)
    }

    /// The number at this place.
    pub(crate) fn get(self, place: u32) -> Option<u32> {
        self.0.get(usize::try_from(place).ok()?).map(number)
    }

    /// The numbers of a range of places; none if it does not lie in the column.
    pub(crate) fn slice(self, range: Range<u32>) -> Column<'a, N> {
        let bounds = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
        Column(bounds.and_then(|(start, end)| self.0.get(start..end)).unwrap_or_default())
    }

    /// All numbers in order.
    pub(crate) fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        self.0.iter().map(number)
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    /// The first number, which is taken off.
    pub(crate) fn take_first(&mut self) -> Option<u32> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(number(first))
    }
}

/// At most four bytes, the least first.
fn number<const N: usize>(bytes: &[u8; N]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

impl<'a> TextTable<'a> {
    /// The bytes of an entry.
    pub(crate) fn bytes(self, entry: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(self.offsets.get(entry)?).ok()?;
        let end = usize::try_from(self.offsets.get(entry.checked_add(1)?)?).ok()?;
        self.heap.get(start..end)
    }

    /// An entry as text. Checked each time: short texts cost nanoseconds, and a damaged byte must not reach a `str`.
    pub(crate) fn text(self, entry: u32) -> Option<&'a str> {
        core::str::from_utf8(self.bytes(entry).filter(|bytes| bytes.len() <= TEXT_LIMIT)?).ok()
    }
}

/// What follows the version.
fn header(mut fields: Reader<'_>) -> Option<Header> {
    let mut number = || fields.array().map(u32::from_le_bytes);
    let counts =
        Counts { products: number()?, categories: number()?, origins: number()?, words: number()?, terms: number()? };
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
