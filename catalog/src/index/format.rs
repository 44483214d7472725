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

mod write;

use core::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

pub(crate) use self::write::IndexWriter;
#[cfg(feature = "build")]
pub(crate) use self::write::write_index;
use crate::index::bytes::Reader;
use crate::model::currency::Currency;

/// What an index starts with.
const MAGIC: [u8; 8] = *b"shopidx\0";

/// Grows with every change to the layout; an index of another version is refused, not converted.
const VERSION: u32 = 4;

const HEADER_LENGTH: usize = 72 + 8 * Section::COUNT + 8;

/// The longest text of a table, longer than any that the build lets in; what is longer comes of damage, and would be in an
/// answer a hundred times.
const TEXT_LIMIT: usize = 8 * 1024;

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

/// The sections of the body, in the order in which the header lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// P × M bytes: prices in minor units.
    Prices,
    /// P × M bytes, optional: prices before, in minor units; 0 for none.
    CompareAt,
    /// P × u32: how many are in stock.
    Stocks,
    /// P × u16: ratings in hundredths.
    Ratings,
    /// P × u32: numbers of reviews.
    Reviews,
    /// P × u32, optional: when each was published, in seconds since 1970; 0 where that is unknown.
    Published,
    /// P × u16: each product's category.
    ProductCategories,
    /// (P + 1) × u32: offsets into `Ids`.
    IdStarts,
    /// Heap: the ids.
    Ids,
    /// (P + 1) × u32: offsets into `Records`.
    RecordStarts,
    /// Heap: name, description, picture and handle of each product, as `records.rs` packs them.
    Records,
    /// Heap: what the records are packed against; empty when they are not packed.
    RecordDictionary,
    /// (P + 1) × u32, optional: offsets into `Details`.
    DetailStarts,
    /// Heap: the details of each product, as `details.rs` has them, packed as the records are.
    Details,
    /// Heap: what the details are packed against; empty when they are not packed.
    DetailDictionary,
    /// (P + 1) × u32, optional: offsets into `Variants`.
    VariantStarts,
    /// Heap: prices and stock of each product's variants, as `details.rs` has them.
    Variants,
    /// (2 C + 1) × u32: offsets into `CategoryTexts`.
    CategoryStarts,
    /// Heap, 2 a category: its name, and its name as a JSON string. Categories are sorted by the folded names of their path.
    CategoryTexts,
    /// C × u16, optional: one more than the category above each; 0 for none.
    CategoryParents,
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
    /// P × u24, optional: positions, the last published first.
    ByNewest,
    /// P × u24, optional: positions, the largest share off the price before first.
    ByDiscount,
    /// P × u24: positions, by the hash of the handle.
    ByHandle,
    /// (H + 1) × u32: offsets into `FormerHandles`.
    FormerHandleStarts,
    /// Heap: handles that products had before, sorted.
    FormerHandles,
    /// H × u24: the position of the product that had each.
    FormerHandlesOf,
    /// K × u32: position and, in the highest byte, number of a variant, by the hash of its SKU.
    BySku,
    /// (O + 1) × u32: offsets into `Origins`.
    OriginStarts,
    /// Heap: the `https` origins of the pictures.
    Origins,
    /// 6 G × u32: of each group its kind and the width of its column, its first value, the number of its values, its first set, the
    /// number of its sets, where its column starts. `groups.rs` has the meaning of these sections.
    Groups,
    /// (2 G + 1) × u32: offsets into `GroupNames`.
    GroupNameStarts,
    /// Heap, 2 a group: its name, and its folded name.
    GroupNames,
    /// (2 V + 1) × u32: offsets into `Values`.
    ValueStarts,
    /// Heap, 2 a value: as it is shown, and folded.
    Values,
    /// (Z + 1) × u32: offsets into `Sets`.
    SetStarts,
    /// Heap: the numbers of the values of each set.
    Sets,
    /// Z × u32: how many products have each set.
    SetCounts,
    /// Heap: for each group P numbers of sets, of as many bytes as its width.
    GroupColumns,
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

/// How many bytes a price has in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PriceWidth {
    /// Enough for 42 million in a currency with two decimal places.
    #[default]
    Four,
    /// Enough for any.
    Five,
}

/// A column of prices.
#[derive(Clone, Copy)]
pub(crate) enum Prices<'a> {
    Narrow(Column<'a, 4>),
    Wide(Column<'a, 5>),
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
        Section::CompareAt,
        Section::Stocks,
        Section::Ratings,
        Section::Reviews,
        Section::Published,
        Section::ProductCategories,
        Section::IdStarts,
        Section::Ids,
        Section::RecordStarts,
        Section::Records,
        Section::RecordDictionary,
        Section::DetailStarts,
        Section::Details,
        Section::DetailDictionary,
        Section::VariantStarts,
        Section::Variants,
        Section::CategoryStarts,
        Section::CategoryTexts,
        Section::CategoryParents,
        Section::CategoryCounts,
        Section::CategoryMemberStarts,
        Section::CategoryMembers,
        Section::ByPriceAscending,
        Section::ByRating,
        Section::ByName,
        Section::ByMerit,
        Section::ByNewest,
        Section::ByDiscount,
        Section::ByHandle,
        Section::FormerHandleStarts,
        Section::FormerHandles,
        Section::FormerHandlesOf,
        Section::BySku,
        Section::OriginStarts,
        Section::Origins,
        Section::Groups,
        Section::GroupNameStarts,
        Section::GroupNames,
        Section::ValueStarts,
        Section::Values,
        Section::SetStarts,
        Section::Sets,
        Section::SetCounts,
        Section::GroupColumns,
        Section::Statistics,
        Section::WordStarts,
        Section::Words,
        Section::TermStarts,
        Section::Postings,
    ];

    const COUNT: usize = 50;

    /// How many bytes the section has; `None` for a heap, which may have any length.
    fn length(self, counts: &Counts) -> Option<u64> {
        let (products, categories, origins) =
            (u64::from(counts.products), u64::from(counts.categories), u64::from(counts.origins));
        let (words, terms) = (u64::from(counts.words), u64::from(counts.terms));
        Some(match self {
            Section::Ids
            | Section::Records
            | Section::RecordDictionary
            | Section::Details
            | Section::DetailDictionary
            | Section::Variants
            | Section::CategoryTexts
            | Section::Origins
            | Section::FormerHandles
            | Section::GroupNames
            | Section::Values
            | Section::Sets
            | Section::GroupColumns
            | Section::Words
            | Section::Postings => return None,
            Section::Prices | Section::CompareAt => products * counts.price_width.bytes(),
            Section::Ratings | Section::ProductCategories => products * 2,
            Section::CategoryMembers
            | Section::ByPriceAscending
            | Section::ByRating
            | Section::ByName
            | Section::ByMerit
            | Section::ByHandle
            | Section::ByNewest
            | Section::ByDiscount => products * 3,
            Section::IdStarts | Section::RecordStarts | Section::DetailStarts | Section::VariantStarts => {
                (products + 1) * 4
            }
            Section::CategoryStarts => (categories * 2 + 1) * 4,
            Section::CategoryCounts => categories * 8,
            Section::CategoryParents => categories * 2,
            Section::CategoryMemberStarts => (categories + 1) * 4,
            Section::OriginStarts => (origins + 1) * 4,
            Section::FormerHandleStarts => (u64::from(counts.former_handles) + 1) * 4,
            Section::FormerHandlesOf => u64::from(counts.former_handles) * 3,
            Section::BySku => u64::from(counts.skus) * 4,
            Section::Groups => u64::from(counts.groups) * 24,
            Section::GroupNameStarts => (u64::from(counts.groups) * 2 + 1) * 4,
            Section::ValueStarts => (u64::from(counts.values) * 2 + 1) * 4,
            Section::SetStarts => (u64::from(counts.sets) + 1) * 4,
            Section::SetCounts => u64::from(counts.sets) * 4,
            Section::Statistics => 16,
            Section::WordStarts => words.div_ceil(u64::from(WORDS_PER_BLOCK)) * 4,
            Section::TermStarts => (terms + 1) * 4,
            Section::Stocks | Section::Reviews | Section::Published => products * 4,
        })
    }

    /// Whether the section is empty where no product needs it.
    fn is_optional(self) -> bool {
        matches!(
            self,
            Section::CompareAt
                | Section::Published
                | Section::DetailStarts
                | Section::VariantStarts
                | Section::CategoryParents
                | Section::ByNewest
                | Section::ByDiscount
        )
    }
}

impl PriceWidth {
    /// The width that the highest of some prices needs.
    #[cfg(feature = "build")]
    pub(crate) fn of(highest: u64) -> PriceWidth {
        if highest > u64::from(u32::MAX) { PriceWidth::Five } else { PriceWidth::Four }
    }

    /// Whether it holds a price.
    pub(crate) fn holds(self, minor: u64) -> bool {
        minor <= u64::MAX >> (64 - 8 * self.bytes())
    }

    /// How many bytes.
    pub(crate) fn bytes(self) -> u64 {
        match self {
            PriceWidth::Four => 4,
            PriceWidth::Five => 5,
        }
    }

    /// Appends a price.
    pub(crate) fn push(self, minor: u64, out: &mut Vec<u8>) {
        let bytes = minor.to_le_bytes();
        out.extend(bytes.into_iter().take(usize::try_from(self.bytes()).unwrap_or_default()));
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
        let read_whole =
            [Section::CategoryStarts, Section::OriginStarts, Section::GroupNameStarts, Section::ValueStarts];
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

impl<'a, const N: usize> Column<'a, N> {
    /// A column over bytes, of which those that are too few for a number are left out.
    pub(crate) fn over(bytes: &'a [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

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

impl Prices<'_> {
    /// The price at this place, in minor units.
    pub(crate) fn get(self, place: u32) -> Option<u64> {
        match self {
            Prices::Narrow(column) => column.get(place).map(u64::from),
            Prices::Wide(column) => {
                let bytes = column.0.get(usize::try_from(place).ok()?)?;
                Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
            }
        }
    }

    /// How many there are.
    pub(crate) fn len(self) -> usize {
        match self {
            Prices::Narrow(column) => column.len(),
            Prices::Wide(column) => column.0.len(),
        }
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
