//! The texts of the products: name, description and picture, each product by itself, so that a page reads those it shows and
//! no others. Those of a large catalog are packed with LZ4 against a common dictionary; those of a small one lie as they are.
//!
//! ```text
//! number  length of the name, in bytes
//! number  length of the description
//! number  length of the handle; 0 where it is the slug of the name
//!      …  name, description, handle, address of the picture
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
    /// Empty where it is the slug of the name.
    pub(crate) handle: Cow<'a, str>,
}

/// Reads a record; `None` if it is damaged.
pub(crate) fn read<'a>(record: &'a [u8], dictionary: &[u8]) -> Option<Texts<'a>> {
    match unpacked(record, dictionary, RECORD_LIMIT)? {
        Cow::Borrowed(record) => {
            let borrowed = |text| core::str::from_utf8(text).ok().map(Cow::Borrowed);
            texts(split(record)?, borrowed)
        }
        Cow::Owned(record) => {
            let owned = |text: &[u8]| core::str::from_utf8(text).ok().map(|text| Cow::Owned(text.to_owned()));
            texts(split(&record)?, owned)
        }
    }
}

/// The bytes of a packed record, or of one that lies as it is; `None` if they are damaged or more than a limit.
pub(crate) fn unpacked<'a>(record: &'a [u8], dictionary: &[u8], limit: usize) -> Option<Cow<'a, [u8]>> {
    if dictionary.is_empty() {
        return (record.len() <= limit).then_some(Cow::Borrowed(record));
    }
    let mut reader = Reader(record);
    let length = usize::try_from(reader.number()?).ok().filter(|length| *length <= limit)?;
    let mut unpacked = vec![0; length];
    let written = lz4_flex::block::decompress_into_with_dict(reader.0, &mut unpacked, dictionary).ok()?;
    unpacked.truncate(written);
    Some(Cow::Owned(unpacked))
}

fn texts<'r, 'a>(parts: [&'r [u8]; 4], text: impl Fn(&'r [u8]) -> Option<Cow<'a, str>>) -> Option<Texts<'a>> {
    let [name, description, handle, image_url] = parts;
    Some(Texts {
        name: text(name)?,
        description: text(description)?,
        image_url: text(image_url)?,
        handle: text(handle)?,
    })
}

fn split(record: &[u8]) -> Option<[&[u8]; 4]> {
    let mut reader = Reader(record);
    let name = usize::try_from(reader.number()?).ok()?;
    let description = usize::try_from(reader.number()?).ok()?;
    let handle = usize::try_from(reader.number()?).ok()?;
    Some([reader.take(name)?, reader.take(description)?, reader.take(handle)?, reader.0])
}

/// A record as it is read where nothing is packed.
pub(crate) fn write(name: &str, description: &str, image_url: &str, handle: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len() + description.len() + image_url.len() + handle.len() + 8);
    for text in [name, description, handle] {
        push_number(&mut out, u32::try_from(text.len()).unwrap_or(u32::MAX));
    }
    for text in [name, description, handle, image_url] {
        out.extend_from_slice(text.as_bytes());
    }
    out
}

/// Packs a record into a block of nothing but literals: shorter ones take an encoder.
pub(crate) fn pack_literals(record: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(record.len() + record.len() / 255 + 8);
    push_number(&mut out, u32::try_from(record.len()).unwrap_or(u32::MAX));
    push_literals(&mut out, record);
    out
}

/// Appends the last sequence of an LZ4 block, which has no match.
fn push_literals(out: &mut Vec<u8>, literals: &[u8]) {
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
