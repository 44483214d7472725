//! The texts of the products: name, description and picture, each product by itself, so that a page reads those it shows and
//! no others. Those of a large catalog are packed with LZ4 against a common dictionary; those of a small one lie as they are.
//!
//! ```text
//! number  length of the name, in bytes
//! number  length of the description
//!      …  name, description, address of the picture
//! ```
//!
//! A packed record is the number of its unpacked bytes, and an LZ4 block (<https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>).

use std::borrow::Cow;

use crate::index::bytes::{Reader, push_number};

/// The largest record: what the limits of its texts allow, four bytes a character.
pub(crate) const RECORD_LIMIT: usize = 64 * 1024;

/// The largest dictionary. LZ4 reaches back 65,535 bytes from where it is.
#[cfg(feature = "build")]
pub(crate) const DICTIONARY_LIMIT: usize = 60 * 1024;

/// The texts of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Texts<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) description: Cow<'a, str>,
    pub(crate) image_url: Cow<'a, str>,
}

/// Reads a record; `None` if it is damaged.
pub(crate) fn read<'a>(record: &'a [u8], dictionary: &[u8]) -> Option<Texts<'a>> {
    if dictionary.is_empty() {
        if record.len() > RECORD_LIMIT {
            return None;
        }
        let [name, description, image_url] = split(record)?;
        let borrowed = |text| core::str::from_utf8(text).ok().map(Cow::Borrowed);
        return Some(Texts {
            name: borrowed(name)?,
            description: borrowed(description)?,
            image_url: borrowed(image_url)?,
        });
    }
    let mut reader = Reader(record);
    let length = usize::try_from(reader.number()?).ok()?;
    if length > RECORD_LIMIT {
        return None;
    }
    let mut unpacked = vec![0; length];
    let written = lz4_flex::block::decompress_into_with_dict(reader.0, &mut unpacked, dictionary).ok()?;
    let [name, description, image_url] = split(unpacked.get(..written)?)?;
    let owned = |text: &[u8]| core::str::from_utf8(text).ok().map(|text| Cow::Owned(text.to_owned()));
    Some(Texts { name: owned(name)?, description: owned(description)?, image_url: owned(image_url)? })
}

fn split(record: &[u8]) -> Option<[&[u8]; 3]> {
    let mut reader = Reader(record);
    let name = usize::try_from(reader.number()?).ok()?;
    let description = usize::try_from(reader.number()?).ok()?;
    Some([reader.take(name)?, reader.take(description)?, reader.0])
}

/// A record as it is read where nothing is packed.
pub(crate) fn write(name: &str, description: &str, image_url: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + description.len() + image_url.len() + 8);
    push_number(&mut out, u32::try_from(name.len()).unwrap_or(u32::MAX));
    push_number(&mut out, u32::try_from(description.len()).unwrap_or(u32::MAX));
    for text in [name, description, image_url] {
        out.extend_from_slice(text.as_bytes());
    }
    out
}

/// Appends the last sequence of an LZ4 block, which has no match.
pub(crate) fn push_literals(out: &mut Vec<u8>, literals: &[u8]) {
    out.push(u8::try_from(literals.len().min(15)).unwrap_or(15) << 4);
    // What the token's four bits cannot hold.
    if let Some(mut rest) = literals.len().checked_sub(15) {
        while rest >= 255 {
            out.push(255);
            rest -= 255;
        }
        out.push(u8::try_from(rest).unwrap_or_default());
    }
    out.extend_from_slice(literals);
}
