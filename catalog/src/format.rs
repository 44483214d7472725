//! The layout of an index: a header, columns of fixed width and one heap of text, all little-endian, read where they lie.
//! Reads are checked: damaged bytes give `None` or an [`OpenError`], never a panic. Says nothing of what is worth searching.
//!
//! ```text
//! offset  size  header
//!      0     8  magic, `shopidx` and a zero byte
//!      8     4  format version
//!     12     4  number of products, P
//!     16     4  number of categories, C
//!     20     4  number of picture origins, O
//!     24     8  revision: XXH3-64 of the products' JSON
//!     32     8  checksum of the body: XXH3-64 of all that follows the header
//!     40   8×S  start and length in bytes of each of the S sections, in the order of `Section`
//!  40+8S     8  checksum of the header: XXH3-64 of all before it
//! ```
//!
//! Product positions are in id order. A table of texts with N entries is a column of N + 1 offsets into the heap; entry k lies
//! between offset k and offset k + 1.

use core::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// What an index starts with.
const MAGIC: [u8; 8] = *b"shopidx\0";

/// Grows with every change to the layout; an index of another version is refused, not converted.
const VERSION: u32 = 1;

const HEADER_LENGTH: usize = 40 + 8 * Section::COUNT + 8;

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
    /// P × u32: ratings in hundredths.
    Ratings,
    /// P × u32: numbers of reviews.
    Reviews,
    /// P × u32: each product's category.
    ProductCategories,
    /// Text table, 4 a product: id, name, description, picture.
    ProductTexts,
    /// Text table, 3 a product: the folded words of name, category and description, with one space between words.
    ProductWords,
    /// Text table, 2 a product: the full JSON object and that of a suggestion.
    ProductJson,
    /// Text table, 2 a category: its name, and its name as a JSON string. Categories are sorted by folded name.
    CategoryTexts,
    /// 2 × C × u32: each category's products, and how many of them are in stock.
    CategoryCounts,
    /// (C + 1) × u32: where each category's members start.
    CategoryStarts,
    /// P × u32: positions by category, in id order within one.
    CategoryMembers,
    /// P × u32: positions, cheapest first.
    ByPriceAscending,
    /// P × u32: positions, dearest first.
    ByPriceDescending,
    /// P × u32: positions, best rated first.
    ByRating,
    /// P × u32: positions by folded name.
    ByName,
    /// P × u32: positions for the home page: in stock, rating, reviews.
    ByMerit,
    /// Text table: the `https` origins of the pictures.
    Origins,
    /// The text that the tables point into.
    Heap,
}

/// Counts and places, read once from the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The number of products.
    pub(crate) products: u32,
    /// The number of categories.
    pub(crate) categories: u32,
    /// The number of picture origins.
    pub(crate) origins: u32,
    /// The content hash of the products.
    pub(crate) revision: u64,
    body_checksum: u64,
    sections: [(u32, u32); Section::COUNT],
}

/// How many of each there are, for the writer.
#[cfg(feature = "build")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// The number of products.
    pub(crate) products: u32,
    /// The number of categories.
    pub(crate) categories: u32,
    /// The number of picture origins.
    pub(crate) origins: u32,
}

/// A column of whole numbers, read where it lies.
#[derive(Clone, Copy)]
pub(crate) struct Column<'a>(&'a [[u8; 4]]);

/// A column of offsets with the heap they point into.
#[derive(Clone, Copy)]
pub(crate) struct TextTable<'a> {
    offsets: Column<'a>,
    heap: &'a [u8],
}

/// Writes header and sections; `None` if a section is missing or reaches past what 32 bits can count.
#[cfg(feature = "build")]
pub(crate) fn write_index(counts: Counts, revision: u64, sections: &[(Section, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut places = Vec::new();
    let mut body = Vec::new();
    for section in Section::ALL {
        let (_, bytes) = sections.iter().find(|(written, _)| *written == section)?;
        places.push(u32::try_from(HEADER_LENGTH.checked_add(body.len())?).ok()?);
        places.push(u32::try_from(bytes.len()).ok()?);
        body.extend_from_slice(bytes);
    }
    let mut index = Vec::with_capacity(HEADER_LENGTH + body.len());
    index.extend_from_slice(&MAGIC);
    for number in [VERSION, counts.products, counts.categories, counts.origins] {
        index.extend_from_slice(&number.to_le_bytes());
    }
    index.extend_from_slice(&revision.to_le_bytes());
    index.extend_from_slice(&xxh3_64(&body).to_le_bytes());
    for place in places {
        index.extend_from_slice(&place.to_le_bytes());
    }
    let checksum = xxh3_64(&index);
    index.extend_from_slice(&checksum.to_le_bytes());
    index.extend_from_slice(&body);
    Some(index)
}

impl Section {
    /// Every section, in order.
    pub(crate) const ALL: [Section; Section::COUNT] = [
        Section::Prices,
        Section::Stocks,
        Section::Ratings,
        Section::Reviews,
        Section::ProductCategories,
        Section::ProductTexts,
        Section::ProductWords,
        Section::ProductJson,
        Section::CategoryTexts,
        Section::CategoryCounts,
        Section::CategoryStarts,
        Section::CategoryMembers,
        Section::ByPriceAscending,
        Section::ByPriceDescending,
        Section::ByRating,
        Section::ByName,
        Section::ByMerit,
        Section::Origins,
        Section::Heap,
    ];

    const COUNT: usize = 19;

    /// How many numbers the section holds; `None` for the heap, which may have any length.
    fn numbers(self, header: &Header) -> Option<u64> {
        let (products, categories, origins) =
            (u64::from(header.products), u64::from(header.categories), u64::from(header.origins));
        Some(match self {
            Section::Heap => return None,
            Section::ProductTexts => products * 4 + 1,
            Section::ProductWords => products * 3 + 1,
            Section::ProductJson => products * 2 + 1,
            Section::CategoryTexts => categories * 2 + 1,
            Section::CategoryCounts => categories * 2,
            Section::CategoryStarts => categories + 1,
            Section::Origins => origins + 1,
            _ => products,
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
        let mut fields = Fields(header_bytes);
        if fields.take::<8>() != Some(MAGIC) {
            return Err(OpenError::NotAnIndex);
        }
        let version = fields.number().ok_or(too_short.clone())?;
        if version != VERSION {
            return Err(OpenError::Version { found: version });
        }
        let (checked, stored) = header_bytes.split_at_checked(HEADER_LENGTH - 8).ok_or(too_short.clone())?;
        if Fields(stored).take().map(u64::from_le_bytes) != Some(xxh3_64(checked)) {
            return Err(OpenError::HeaderChecksum);
        }
        let header = fields.header().ok_or(too_short)?;
        for (number, section) in Section::ALL.into_iter().enumerate() {
            let fits = header.range(section).is_some_and(|range| {
                let length = u64::try_from(range.len()).ok();
                range.start >= HEADER_LENGTH
                    && range.end <= index.len()
                    && section.numbers(&header).is_none_or(|numbers| length == Some(numbers * 4))
            });
            if !fits {
                return Err(OpenError::Section { section: number });
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
    pub(crate) fn column<'a>(&self, index: &'a [u8], section: Section) -> Column<'a> {
        Column(self.bytes(index, section).as_chunks().0)
    }

    /// A table of texts.
    pub(crate) fn texts<'a>(&self, index: &'a [u8], section: Section) -> TextTable<'a> {
        TextTable { offsets: self.column(index, section), heap: self.bytes(index, Section::Heap) }
    }

    fn bytes<'a>(&self, index: &'a [u8], section: Section) -> &'a [u8] {
        self.range(section).and_then(|range| index.get(range)).unwrap_or_default()
    }

    fn range(&self, section: Section) -> Option<Range<usize>> {
        let (start, length) = *self.sections.get(section as usize)?;
        let (start, length) = (usize::try_from(start).ok()?, usize::try_from(length).ok()?);
        Some(start..start.checked_add(length)?)
    }
}

impl<'a> Column<'a> {
    /// The number at this place.
    pub(crate) fn get(self, place: u32) -> Option<u32> {
        self.0.get(usize::try_from(place).ok()?).copied().map(u32::from_le_bytes)
    }

    /// The numbers of a range of places; none if it does not lie in the column.
    pub(crate) fn slice(self, range: Range<u32>) -> Column<'a> {
        let bounds = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
        Column(bounds.and_then(|(start, end)| self.0.get(start..end)).unwrap_or_default())
    }

    /// All numbers in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = u32> + 'a {
        self.0.iter().copied().map(u32::from_le_bytes)
    }
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
        core::str::from_utf8(self.bytes(entry)?).ok()
    }
}

/// The rest of the header's bytes, taken field by field.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*field)
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    /// What follows the version.
    fn header(mut self) -> Option<Header> {
        let mut header = Header {
            products: self.number()?,
            categories: self.number()?,
            origins: self.number()?,
            revision: self.take().map(u64::from_le_bytes)?,
            body_checksum: self.take().map(u64::from_le_bytes)?,
            sections: [(0, 0); Section::COUNT],
        };
        for section in &mut header.sections {
            *section = (self.number()?, self.number()?);
        }
        Some(header)
    }
}
