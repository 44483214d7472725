//! The bytes of changes. Reads strictly: a rule that is broken is named, and nothing is laid over a base before all rules are kept.
//!
//! ```text
//! offset  size
//!      0     8  magic, `shopchg` and a zero byte
//!      8     4  format version, 2
//!     12     8  revision of the base
//!     20     8  revision of the catalog that follows
//!              number of picture origins plus one, 0 for those of the base; each as a text, sorted
//!              number of changes, at most 2,000; of each, in id order:
//!                number  how many products of the base lie between it and the one before
//!                number  0 numbers; 1 numbers and texts; 2 numbers, texts and category; 3 gone; 4 new
//!                text    of a new product: its id
//!                number  unless it is gone: price in minor units; stock; rating in hundredths; reviews
//!                texts   1, 2 and 4: name, description, picture
//!                text    2 and 4: category
//!     end     8  checksum: XXH3-64 of all before it
//! ```
//!
//! A text is the number of its bytes, and its bytes. A new product stands before the product of the base at its place. Version 1 lacks
//! the second revision, the origins, and the kinds from 2 on; its revision is the XXH3-64 of all bytes.

use core::cmp::Ordering;

use xxhash_rust::xxh3::xxh3_64;

use crate::changes::change::{
    CHANGES_VERSION, Change, ChangedTexts, Changes, ChangesError, Facts, Kind, MAX_CHANGES, MAX_CHANGES_BYTES,
};
use crate::index::bytes::Reader;
use crate::index::catalog::Catalog;
use crate::index::records::RECORD_LIMIT;
use crate::model::id::{self, ProductId};
use crate::model::money::Price;
use crate::model::picture::{MAX_PICTURE_HOSTS, Source, source};
use crate::model::product::Rating;
use crate::query::Query;

/// The first bytes of changes.
const MAGIC: [u8; 8] = *b"shopchg\0";

/// The version without new and gone products.
const FIRST_VERSION: u32 = 1;

/// The largest stock and number of reviews.
const MAX_COUNT: u32 = 999_999_999;

/// The numbers of the kinds.
const NUMBERS: u32 = 0;
const TEXTS: u32 = 1;
const CATEGORY: u32 = 2;
const GONE: u32 = 3;
const NEW: u32 = 4;

/// Reads and checks changes of a base.
pub(super) fn parse<'a>(bytes: &'a [u8], base: &Catalog) -> Result<Changes<'a>, ChangesError> {
    let (body, checksum) = bytes.split_last_chunk::<8>().ok_or(ChangesError::NotChanges)?;
    let mut reader = Reader(body);
    if bytes.len() > MAX_CHANGES_BYTES || reader.array() != Some(MAGIC) {
        return Err(ChangesError::NotChanges);
    }
    let version = reader.array().map(u32::from_le_bytes).ok_or(ChangesError::NotChanges)?;
    if !(FIRST_VERSION..=CHANGES_VERSION).contains(&version) {
        return Err(ChangesError::Version { found: version });
    }
    if u64::from_le_bytes(*checksum) != xxh3_64(body) {
        return Err(ChangesError::Checksum);
    }
    let found = reader.array().map(u64::from_le_bytes).ok_or(ChangesError::NotChanges)?;
    if found != base.revision_number() {
        return Err(ChangesError::Base { found });
    }
    let (revision, origins) = if version == FIRST_VERSION {
        (xxh3_64(bytes), None)
    } else {
        let revision = reader.array().map(u64::from_le_bytes).ok_or(ChangesError::NotChanges)?;
        (revision, read_origins(&mut reader).map_err(|rule| ChangesError::Origins { rule })?)
    };
    let count = reader.number().and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let refuse = |number: usize, rule: &'static str| ChangesError::Change { number, rule };
    if count > MAX_CHANGES {
        return Err(refuse(count, "there are at most 2,000"));
    }
    let mut changes = Changes { revision, origins, list: Vec::with_capacity(count) };
    for number in 1..=count {
        let change = read(&mut reader, version, next_place(changes.list.last()));
        let change = change.ok_or_else(|| refuse(number, "it is cut short"))?;
        check(&change, &changes, base).map_err(|rule| refuse(number, rule))?;
        changes.list.push(change);
    }
    if reader.0.is_empty() { Ok(changes) } else { Err(refuse(count, "nothing follows the last one")) }
}

/// The first place that a change may have after another one.
fn next_place(before: Option<&Change<'_>>) -> u32 {
    before.map_or(0, |before| before.place.saturating_add(u32::from(before.takes())))
}

fn read_origins<'a>(reader: &mut Reader<'a>) -> Result<Option<Vec<&'a str>>, &'static str> {
    let cut_short = "they are cut short";
    let Some(count) = reader.number().ok_or(cut_short)?.checked_sub(1) else { return Ok(None) };
    let count =
        usize::try_from(count).ok().filter(|count| *count <= MAX_PICTURE_HOSTS).ok_or("there are at most 20")?;
    let mut origins: Vec<&str> = Vec::with_capacity(count);
    for _ in 0..count {
        let origin = read_text(reader).ok_or(cut_short)?;
        // They stand in the policy of every page.
        if source(origin) != Some(Source::Origin(origin.to_owned())) {
            return Err("each is `https://host` or `https://host:port`");
        }
        if origins.last().is_some_and(|before| *before >= origin) {
            return Err("they are sorted");
        }
        origins.push(origin);
    }
    Ok(Some(origins))
}

fn read<'a>(reader: &mut Reader<'a>, version: u32, next: u32) -> Option<Change<'a>> {
    let place = next.checked_add(reader.number()?)?;
    let kind = reader.number()?;
    if version == FIRST_VERSION && kind > TEXTS {
        return None;
    }
    let kind = match kind {
        GONE => Kind::Gone,
        NEW => {
            let id = read_text(reader)?;
            let (facts, texts) = (read_facts(reader)?, read_texts(reader)?);
            Kind::New { id, facts, texts, category: read_text(reader)? }
        }
        NUMBERS | TEXTS | CATEGORY => {
            let facts = read_facts(reader)?;
            let texts = if kind == NUMBERS { None } else { Some(read_texts(reader)?) };
            Kind::Other { facts, texts, category: if kind == CATEGORY { Some(read_text(reader)?) } else { None } }
        }
        _ => return None,
    };
    Some(Change { place, kind })
}

fn read_facts(reader: &mut Reader<'_>) -> Option<Facts> {
    let mut number = || reader.number();
    Some(Facts { price: number()?, stock: number()?, rating: number()?, reviews: number()? })
}

fn read_texts<'a>(reader: &mut Reader<'a>) -> Option<ChangedTexts<'a>> {
    let mut text = || read_text(reader);
    Some(ChangedTexts { name: text()?, description: text()?, image_url: text()? })
}

fn read_text<'a>(reader: &mut Reader<'a>) -> Option<&'a str> {
    let length = usize::try_from(reader.number()?).ok()?;
    core::str::from_utf8(reader.take(length)?).ok()
}

fn check(change: &Change<'_>, changes: &Changes<'_>, base: &Catalog) -> Result<(), &'static str> {
    if change.place >= base.count().saturating_add(u32::from(!change.takes())) {
        return Err("it is of a product that the base has");
    }
    if let Kind::New { id, .. } = change.kind {
        if ProductId::new(id).is_err() {
            return Err("its id is one");
        }
        let is_before = |other: Option<&str>| other.is_none_or(|other| id::compare(other, id) == Ordering::Less);
        let is_behind = |other: Option<&str>| other.is_none_or(|other| id::compare(id, other) == Ordering::Less);
        let new_before = changes.list.last().and_then(|before| match before.kind {
            Kind::New { id, .. } if before.place == change.place => Some(id),
            _ => None,
        });
        let place_before = change.place.checked_sub(1).and_then(|place| base.id_at(place));
        if !is_before(place_before) || !is_before(new_before) || !is_behind(base.id_at(change.place)) {
            return Err("its id belongs at its place");
        }
    }
    if let Some(Facts { price, stock, rating, reviews }) = change.facts()
        && (price > Price::MAX.minor() || rating > Rating::MAX.hundredths().into() || stock.max(reviews) > MAX_COUNT)
    {
        return Err("its numbers are within their limits");
    }
    let is_category = |name: &str| {
        !name.is_empty() && name.chars().count() <= Query::MAX_TEXT_LENGTH && !name.contains(char::is_control)
    };
    if !change.category().is_none_or(is_category) {
        return Err("its category is a name");
    }
    let Some(ChangedTexts { name, description, image_url }) = change.texts() else { return Ok(()) };
    if name.is_empty() || name.len() + description.len() + image_url.len() > RECORD_LIMIT - 16 {
        return Err("its texts are within their limits");
    }
    let is_shown = match source(image_url) {
        None => image_url.is_empty(),
        Some(Source::Local) => true,
        Some(Source::Origin(origin)) => match &changes.origins {
            Some(origins) => origins.contains(&origin.as_str()),
            None => base.image_origins().any(|known| known == origin),
        },
    };
    if is_shown { Ok(()) } else { Err("its picture comes from an origin that is named") }
}

/// Writes changes of a base, which have to be in order and to keep the rules.
#[cfg(feature = "build")]
pub(crate) fn write(base: u64, changes: &Changes<'_>) -> Vec<u8> {
    use crate::index::bytes::push_number;

    let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let push_text = |out: &mut Vec<u8>, text: &str| {
        push_number(out, length(text.len()));
        out.extend_from_slice(text.as_bytes());
    };
    let mut out = Vec::new();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&CHANGES_VERSION.to_le_bytes());
    out.extend_from_slice(&base.to_le_bytes());
    out.extend_from_slice(&changes.revision.to_le_bytes());
    push_number(&mut out, changes.origins.as_ref().map_or(0, |origins| length(origins.len()) + 1));
    for origin in changes.origins.iter().flatten() {
        push_text(&mut out, origin);
    }
    push_number(&mut out, length(changes.list.len()));
    let mut next = 0;
    for change in &changes.list {
        push_number(&mut out, change.place - next);
        next = next_place(Some(change));
        push_number(
            &mut out,
            match change.kind {
                Kind::Other { texts: None, .. } => NUMBERS,
                Kind::Other { category: None, .. } => TEXTS,
                Kind::Other { .. } => CATEGORY,
                Kind::Gone => GONE,
                Kind::New { .. } => NEW,
            },
        );
        if let Kind::New { id, .. } = change.kind {
            push_text(&mut out, id);
        }
        if let Some(Facts { price, stock, rating, reviews }) = change.facts() {
            for number in [price, stock, rating, reviews] {
                push_number(&mut out, number);
            }
        }
        if let Some(ChangedTexts { name, description, image_url }) = change.texts() {
            for text in [name, description, image_url].into_iter().chain(change.category()) {
                push_text(&mut out, text);
            }
        }
    }
    let checksum = xxh3_64(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}
