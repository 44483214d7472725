//! Writes the container of an index, section by section, into one buffer: an index may be larger than what is left of a small memory.

use xxhash_rust::xxh3::xxh3_64;

use crate::index::format::{Counts, HEADER_LENGTH, MAGIC, Section, VERSION};

/// An index as it grows.
pub(crate) struct IndexWriter {
    out: Vec<u8>,
    /// Start and length of each section so far.
    places: Vec<u32>,
}

/// Writes header and sections; `None` if a section is missing or reaches past what 32 bits can count.
#[cfg(feature = "build")]
pub(crate) fn write_index(counts: Counts, revision: u64, sections: &[(Section, Vec<u8>)]) -> Option<Vec<u8>> {
    let mut writer = IndexWriter::with_capacity(sections.iter().map(|(_, bytes)| bytes.len()).sum());
    for section in Section::ALL {
        let (_, bytes) = sections.iter().find(|(written, _)| *written == section)?;
        writer.bytes(bytes)?;
    }
    writer.finish(counts, revision)
}

impl IndexWriter {
    /// One with room for so many bytes of sections.
    pub(crate) fn with_capacity(bytes: usize) -> IndexWriter {
        let mut out = Vec::with_capacity(HEADER_LENGTH.saturating_add(bytes));
        out.resize(HEADER_LENGTH, 0);
        IndexWriter { out, places: Vec::with_capacity(2 * Section::COUNT) }
    }

    /// Appends the next section, in the order of [`Section::ALL`].
    pub(crate) fn section(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Option<()>) -> Option<()> {
        let start = self.out.len();
        write(&mut self.out)?;
        self.places.push(u32::try_from(start).ok()?);
        self.places.push(u32::try_from(self.out.len().checked_sub(start)?).ok()?);
        Some(())
    }

    /// Appends the next section from its bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        self.section(|out| {
            out.extend_from_slice(bytes);
            Some(())
        })
    }

    /// Fills in the header.
    pub(crate) fn finish(mut self, counts: Counts, revision: u64) -> Option<Vec<u8>> {
        let checksum = xxh3_64(self.out.get(HEADER_LENGTH..)?);
        let mut header = Vec::with_capacity(HEADER_LENGTH);
        header.extend_from_slice(&MAGIC);
        let Counts { products, categories, origins, words, terms, former_handles, skus, groups, values, sets, .. } =
            counts;
        for number in [VERSION, products, categories, origins, words, terms, former_handles, skus, groups, values, sets]
        {
            header.extend_from_slice(&number.to_le_bytes());
        }
        header.extend_from_slice(counts.currency.code().as_bytes());
        header.push(u8::try_from(counts.price_width.bytes()).ok()?);
        header.extend_from_slice(&revision.to_le_bytes());
        header.extend_from_slice(&checksum.to_le_bytes());
        for place in self.places {
            header.extend_from_slice(&place.to_le_bytes());
        }
        let checksum = xxh3_64(&header);
        header.extend_from_slice(&checksum.to_le_bytes());
        let room = self.out.get_mut(..HEADER_LENGTH).filter(|room| room.len() == header.len())?;
        room.copy_from_slice(&header);
        Some(self.out)
    }
}
