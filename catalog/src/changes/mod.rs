//! Changes of some products since an index was built: how they are sent, and the catalog that they make of it. Whoever has the index,
//! the *base*, and the changes has the same bytes as everybody else, and so the same answers.
//!
//! What is counted over all products (how telling a word is, how long texts are) stays that of the base; prices, stock, orders, counts
//! and the places of words are exact. A product that is new, gone or in another category is no change but a new base.
//!
//! ```text
//! offset  size
//!      0     8  magic, `shopchg` and a zero byte
//!      8     4  format version
//!     12     8  revision of the base
//!              number of changes, at most 2,000; of each, in id order:
//!                number  how many products lie between it and the one before
//!                number  1 if its texts changed, else 0
//!                number  price in minor units; stock; rating in hundredths; reviews
//!                texts   if they changed: name, description, picture, each after the number of its bytes
//!     end     8  checksum: XXH3-64 of all before it
//! ```

mod apply;
mod orders;
mod words;

use xxhash_rust::xxh3::xxh3_64;

use crate::index::bytes::Reader;
use crate::index::catalog::Catalog;
use crate::index::records::RECORD_LIMIT;
use crate::model::money::Price;
use crate::model::product::Rating;

/// The most products that may differ from a base. More than these are another base.
pub const MAX_CHANGES: usize = 2_000;

/// The most bytes of changes. More than these are another base, too: every edge location takes them over whole.
pub const MAX_CHANGES_BYTES: usize = 4 << 20;

/// What changes start with.
const MAGIC: [u8; 8] = *b"shopchg\0";

/// Grows with every change to the layout.
const VERSION: u32 = 1;

/// The largest stock and number of reviews.
const MAX_COUNT: u32 = 999_999_999;

/// Why bytes are no changes of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangesError {
    /// Other bytes altogether, or too few.
    #[error(
        "the bytes are no changes: they start with other bytes than `shopchg`, or are more than {MAX_CHANGES_BYTES}"
    )]
    NotChanges,
    /// Changes of another build.
    #[error("the changes have format version {found}, but this build reads version {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// Bytes that were cut short or changed on their way.
    #[error("the changes are damaged: their checksum does not match")]
    Checksum,
    /// Changes of another base.
    #[error("the changes are of the base `{found:016x}`, not of this one")]
    Base {
        /// The revision of the base that they are of.
        found: u64,
    },
    /// A change that breaks a rule.
    #[error("change {number} breaks a rule: {rule}")]
    Change {
        /// Which one, from 1.
        number: usize,
        /// The rule.
        rule: &'static str,
    },
    /// The base is damaged, or would outgrow its offsets.
    #[error("the changes cannot be laid over the base: it is damaged or too large")]
    BaseDamaged,
}

/// A product as it is after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change<'a> {
    /// Its position in the base.
    pub(crate) position: u32,
    pub(crate) facts: Facts,
    /// Its texts, if they differ from those of the base.
    pub(crate) texts: Option<ChangedTexts<'a>>,
}

/// The numbers of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) price: u32,
    pub(crate) stock: u32,
    pub(crate) rating: u32,
    pub(crate) reviews: u32,
}

/// The texts of a product that can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChangedTexts<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) image_url: &'a str,
}

impl Catalog {
    /// The catalog that these changes make of this one, which has to be their base. It has a revision of its own.
    ///
    /// Takes a copy of the index, and time that grows with the number of changes, and with the length of the lists of their words
    /// where texts changed. Nothing of the bytes is trusted.
    pub fn with_changes(&self, changes: &[u8]) -> Result<Catalog, ChangesError> {
        let list = parse(changes, self)?;
        let index = apply::apply(self, &list, xxh3_64(changes)).ok_or(ChangesError::BaseDamaged)?;
        Catalog::open(index).map_err(|_| ChangesError::BaseDamaged)
    }
}

/// Reads and checks changes of a base.
fn parse<'a>(bytes: &'a [u8], base: &Catalog) -> Result<Vec<Change<'a>>, ChangesError> {
    let (body, checksum) = bytes.split_last_chunk::<8>().ok_or(ChangesError::NotChanges)?;
    let mut reader = Reader(body);
    if bytes.len() > MAX_CHANGES_BYTES || reader.array() != Some(MAGIC) {
        return Err(ChangesError::NotChanges);
    }
    let found = reader.array().map(u32::from_le_bytes).ok_or(ChangesError::NotChanges)?;
    if found != VERSION {
        return Err(ChangesError::Version { found });
    }
    if u64::from_le_bytes(*checksum) != xxh3_64(body) {
        return Err(ChangesError::Checksum);
    }
    let found = reader.array().map(u64::from_le_bytes).ok_or(ChangesError::NotChanges)?;
    if found != base.revision_number() {
        return Err(ChangesError::Base { found });
    }
    let count = reader.number().and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let refuse = |number: usize, rule: &'static str| ChangesError::Change { number, rule };
    if count > MAX_CHANGES {
        return Err(refuse(count, "there are at most 2,000"));
    }
    let mut changes: Vec<Change<'a>> = Vec::with_capacity(count);
    for number in 1..=count {
        let next = changes.last().map_or(0, |before| before.position + 1);
        let change = read(&mut reader, next).ok_or_else(|| refuse(number, "it is cut short"))?;
        check(&change, base).map_err(|rule| refuse(number, rule))?;
        changes.push(change);
    }
    if reader.0.is_empty() { Ok(changes) } else { Err(refuse(count, "nothing follows the last one")) }
}

fn read<'a>(reader: &mut Reader<'a>, next: u32) -> Option<Change<'a>> {
    let position = next.checked_add(reader.number()?)?;
    let has_texts = reader.number()? == 1;
    let mut number = || reader.number();
    let facts = Facts { price: number()?, stock: number()?, rating: number()?, reviews: number()? };
    let mut text = || {
        let length = usize::try_from(reader.number()?).ok()?;
        core::str::from_utf8(reader.take(length)?).ok()
    };
    let texts =
        if has_texts { Some(ChangedTexts { name: text()?, description: text()?, image_url: text()? }) } else { None };
    Some(Change { position, facts, texts })
}

fn check(change: &Change<'_>, base: &Catalog) -> Result<(), &'static str> {
    let Facts { price, stock, rating, reviews } = change.facts;
    if change.position >= base.count() {
        return Err("it is of a product that the base has");
    }
    if price > Price::MAX.minor() || rating > Rating::MAX.hundredths().into() || stock.max(reviews) > MAX_COUNT {
        return Err("its numbers are within their limits");
    }
    let Some(ChangedTexts { name, description, image_url }) = change.texts else { return Ok(()) };
    if name.is_empty() || name.len() + description.len() + image_url.len() > RECORD_LIMIT - 16 {
        return Err("its texts are within their limits");
    }
    let is_local = image_url.is_empty() || image_url.starts_with('/') && !image_url.starts_with("//");
    let is_from = |origin: &str| image_url.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'));
    // What a page may show was settled when the base was built.
    if is_local || base.image_origins().any(is_from) { Ok(()) } else { Err("its picture comes from where others do") }
}

/// Writes changes of a base, which have to be in order and to keep the rules.
#[cfg(feature = "build")]
pub(crate) fn write(base: u64, changes: &[Change<'_>]) -> Vec<u8> {
    use crate::index::bytes::push_number;

    let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&base.to_le_bytes());
    push_number(&mut out, length(changes.len()));
    let mut next = 0;
    for Change { position, facts: Facts { price, stock, rating, reviews }, texts } in changes {
        for number in [position - next, u32::from(texts.is_some()), *price, *stock, *rating, *reviews] {
            push_number(&mut out, number);
        }
        for text in texts.iter().flat_map(|texts| [texts.name, texts.description, texts.image_url]) {
            push_number(&mut out, length(text.len()));
            out.extend_from_slice(text.as_bytes());
        }
        next = position + 1;
    }
    let checksum = xxh3_64(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}
