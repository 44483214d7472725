//! The bytes of changes. Reads strictly: a rule that is broken is named, and nothing is laid over a base before all rules are kept.
//!
//! ```text
//! offset  size
//!      0     8  magic, `shopchg` and a zero byte
//!      8     4  format version, 3
//!     12     8  revision of the base
//!     20     8  revision of the catalog that follows
//!              number of picture origins plus one, 0 for those of the base; each as a text, sorted
//!              number of changes, at most 2,000; of each, in id order:
//!                number  how many products of the base lie between it and the one before
//!                number  0 gone; 1 new; else 2, plus a bit for each part that follows: 4 variants, 8 texts, 16 category, 32 details.
//!                        A new product has all parts.
//!                text    of a new product: its id
//!                number  unless it is gone: price and price before or 0, of up to 64 bits, in minor units; stock; rating in hundredths;
//!                        reviews; when it was published, in seconds since 1970, or 0
//!                bytes   variants: prices and stock of all of them, as `index/details.rs` has them
//!                texts   name, description, picture, handle or nothing where it is the slug of the name
//!                text    category: the names of those above it and its own, with a byte 31 between them
//!                text    details: brand; bytes: the rest, as `index/details.rs` has it
//!     end     8  checksum: XXH3-64 of all before it
//! ```
//!
//! A text, as bytes, is the number of its bytes, and its bytes. A new product stands before the product of the base at its place.

use core::cmp::Ordering;
use xxhash_rust::xxh3::xxh3_64;

use crate::changes::change::{
    CHANGES_VERSION, Change, ChangedDetails, ChangedTexts, Changes, ChangesError, Facts, Kind, MAX_CHANGES,
    MAX_CHANGES_BYTES,
};
use crate::index::bytes::Reader;
use crate::index::catalog::{Catalog, MAX_CATEGORY_DEPTH};
use crate::index::details::{self, DETAILS_LIMIT};
use crate::index::groups::SEPARATOR;
use crate::index::records::RECORD_LIMIT;
use crate::model::details::Details;
use crate::model::handle::Handle;
use crate::model::id::{self, ProductId};
use crate::model::picture::{MAX_PICTURE_HOSTS, Source, source};
use crate::model::product::Rating;
use crate::model::sku::Sku;
use crate::query::Query;

/// The first bytes of changes.
const MAGIC: [u8; 8] = *b"shopchg\0";

/// The largest stock and number of reviews.
const MAX_COUNT: u32 = 999_999_999;

/// The numbers of the kinds, and of the parts.
const GONE: u32 = 0;
const NEW: u32 = 1;
const OTHER: u32 = 2;
const VARIANTS: u32 = 4;
const TEXTS: u32 = 8;
const CATEGORY: u32 = 16;
const DETAILS: u32 = 32;

/// Reads and checks changes of a base.
pub(crate) fn parse<'a>(bytes: &'a [u8], base: &Catalog) -> Result<Changes<'a>, ChangesError> {
    let (body, checksum) = bytes.split_last_chunk::<8>().ok_or(ChangesError::NotChanges)?;
    let mut reader = Reader(body);
    if bytes.len() > MAX_CHANGES_BYTES || reader.array() != Some(MAGIC) {
        return Err(ChangesError::NotChanges);
    }
    let version = reader.array().map(u32::from_le_bytes).ok_or(ChangesError::NotChanges)?;
    if version != CHANGES_VERSION {
        return Err(ChangesError::Version { found: version });
    }
    if u64::from_le_bytes(*checksum) != xxh3_64(body) {
        return Err(ChangesError::Checksum);
    }
    let found = reader.array().map(u64::from_le_bytes).ok_or(ChangesError::NotChanges)?;
    if found != base.revision_number() {
        return Err(ChangesError::Base { found });
    }
    let revision = reader.array().map(u64::from_le_bytes).ok_or(ChangesError::NotChanges)?;
    let origins = read_origins(&mut reader).map_err(|rule| ChangesError::Origins { rule })?;
    let count = reader.number().and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let refuse = |number: usize, rule: &'static str| ChangesError::Change { number, rule };
    if count > MAX_CHANGES {
        return Err(refuse(count, "there are at most 2,000"));
    }
    let mut changes = Changes { revision, origins, list: Vec::with_capacity(count) };
    for number in 1..=count {
        let change = read(&mut reader, next_place(changes.list.last()));
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

fn read<'a>(reader: &mut Reader<'a>, next: u32) -> Option<Change<'a>> {
    let place = next.checked_add(reader.number()?)?;
    let kind = match reader.number()? {
        GONE => Kind::Gone,
        NEW => {
            let id = read_text(reader)?;
            let (facts, variants) = (read_facts(reader)?, read_bytes(reader)?);
            let (texts, category) = (read_texts(reader)?, read_text(reader)?);
            let details = read_details(reader)?;
            Kind::New { id, facts, variants: variants.into(), texts, category: category.into(), details }
        }
        parts if parts & OTHER > 0 && parts <= OTHER + VARIANTS + TEXTS + CATEGORY + DETAILS && parts & 1 == 0 => {
            let has = |part: u32| parts & part > 0;
            Kind::Other {
                facts: read_facts(reader)?,
                variants: if has(VARIANTS) { Some(read_bytes(reader)?.into()) } else { None },
                texts: if has(TEXTS) { Some(read_texts(reader)?) } else { None },
                category: if has(CATEGORY) { Some(read_text(reader)?.into()) } else { None },
                details: if has(DETAILS) { Some(read_details(reader)?) } else { None },
            }
        }
        _ => return None,
    };
    Some(Change { place, kind })
}

fn read_facts(reader: &mut Reader<'_>) -> Option<Facts> {
    let (price, compare_at) = (reader.long()?, reader.long()?);
    let mut number = || reader.number();
    Some(Facts { price, compare_at, stock: number()?, rating: number()?, reviews: number()?, published: number()? })
}

fn read_texts<'a>(reader: &mut Reader<'a>) -> Option<ChangedTexts<'a>> {
    let mut text = || read_text(reader);
    Some(ChangedTexts { name: text()?, description: text()?, image_url: text()?, handle: text()? })
}

fn read_details<'a>(reader: &mut Reader<'a>) -> Option<ChangedDetails<'a>> {
    Some(ChangedDetails { brand: read_text(reader)?, bytes: read_bytes(reader)?.into() })
}

fn read_text<'a>(reader: &mut Reader<'a>) -> Option<&'a str> {
    core::str::from_utf8(read_bytes(reader)?).ok()
}

fn read_bytes<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let length = usize::try_from(reader.number()?).ok()?;
    reader.take(length)
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
    let largest = base.currency().largest().minor();
    if let Some(Facts { price, compare_at, stock, rating, reviews, .. }) = change.facts()
        && (price.max(compare_at) > largest
            || rating > Rating::MAX.hundredths().into()
            || stock.max(reviews) > MAX_COUNT)
    {
        return Err("its numbers are within their limits");
    }
    let is_category = |path: &str| {
        path.split(SEPARATOR).count() <= MAX_CATEGORY_DEPTH
            && path.split(SEPARATOR).all(|name| {
                !name.is_empty() && name.chars().count() <= Query::MAX_TEXT_LENGTH && !name.contains(char::is_control)
            })
    };
    if !change.category().is_none_or(is_category) {
        return Err("its category is a name");
    }
    let is_shown = |url: &str| match source(url) {
        None => url.is_empty(),
        Some(Source::Local) => true,
        Some(Source::Origin(origin)) => match &changes.origins {
            Some(origins) => origins.contains(&origin.as_str()),
            None => base.image_origins().any(|known| known == origin),
        },
    };
    if let Some(ChangedTexts { name, description, image_url, handle }) = change.texts() {
        if name.is_empty() || name.len() + description.len() + image_url.len() + handle.len() > RECORD_LIMIT - 16 {
            return Err("its texts are within their limits");
        }
        if !handle.is_empty() && Handle::new(handle).is_err() {
            return Err("its handle is one");
        }
        if !is_shown(image_url) {
            return Err("its picture comes from an origin that is named");
        }
    }
    check_details(change, base, is_shown)
}

/// Checks what a change has beside the fields of a listing: details that can be read, as many facts as variants, SKUs, pictures.
fn check_details(change: &Change<'_>, base: &Catalog, is_shown: impl Fn(&str) -> bool) -> Result<(), &'static str> {
    let details = match change.details() {
        Some(details) if details.bytes.len() > DETAILS_LIMIT => return Err("its details are within their limits"),
        Some(details) => Some(details::read(&details.bytes).ok_or("its details can be read")?),
        None => None,
    };
    if let Some(Details { variants, images, former_handles, .. }) = &details {
        if !variants.iter().all(|variant| Sku::new(&variant.sku).is_ok()) {
            return Err("its variants have SKUs");
        }
        if !images.iter().all(|image| is_shown(&image.url)) {
            return Err("its picture comes from an origin that is named");
        }
        if !former_handles.iter().all(|handle| Handle::new(handle).is_ok()) {
            return Err("its handle is one");
        }
    }
    let of_base = || change.takes().then(|| base.details_at(change.place)).flatten();
    let facts = match change.variants() {
        Some(bytes) => {
            let facts: Vec<_> = details::facts(bytes).collect();
            if details::write_facts(facts.iter().copied()) != bytes {
                return Err("its variants' numbers can be read");
            }
            let largest = base.currency().largest();
            let is_within = |facts: &crate::model::details::VariantFacts| {
                facts.price.max(facts.compare_at.unwrap_or_default()) <= largest && facts.stock <= MAX_COUNT
            };
            if !facts.iter().all(is_within) {
                return Err("its numbers are within their limits");
            }
            Some(facts.len())
        }
        None => None,
    };
    if details.is_none() && facts.is_none() {
        return Ok(());
    }
    let variants = details.or_else(of_base).map_or(0, |details| details.variants.len());
    let facts = facts.unwrap_or_else(|| base.variant_facts_at(change.place).count());
    if variants == facts { Ok(()) } else { Err("it has as many variants as prices") }
}

/// Writes changes of a base, which have to be in order and to keep the rules.
#[cfg(feature = "build")]
pub(crate) fn write(base: u64, changes: &Changes<'_>) -> Vec<u8> {
    use crate::index::bytes::{push_long, push_number};

    let length = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let push_bytes = |out: &mut Vec<u8>, bytes: &[u8]| {
        push_number(out, length(bytes.len()));
        out.extend_from_slice(bytes);
    };
    let push_text = |out: &mut Vec<u8>, text: &str| push_bytes(out, text.as_bytes());
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
        let bit = |part: u32, is_there: bool| if is_there { part } else { 0 };
        push_number(
            &mut out,
            match &change.kind {
                Kind::Gone => GONE,
                Kind::New { .. } => NEW,
                Kind::Other { variants, texts, category, details, .. } => {
                    OTHER
                        | bit(VARIANTS, variants.is_some())
                        | bit(TEXTS, texts.is_some())
                        | bit(CATEGORY, category.is_some())
                        | bit(DETAILS, details.is_some())
                }
            },
        );
        if let Kind::New { id, .. } = change.kind {
            push_text(&mut out, id);
        }
        if let Some(Facts { price, compare_at, stock, rating, reviews, published }) = change.facts() {
            push_long(&mut out, price);
            push_long(&mut out, compare_at);
            for number in [stock, rating, reviews, published] {
                push_number(&mut out, number);
            }
        }
        if let Some(variants) = change.variants() {
            push_bytes(&mut out, variants);
        }
        if let Some(ChangedTexts { name, description, image_url, handle }) = change.texts() {
            for text in [name, description, image_url, handle] {
                push_text(&mut out, text);
            }
        }
        if let Some(category) = change.category() {
            push_text(&mut out, category);
        }
        if let Some(details) = change.details() {
            push_text(&mut out, details.brand);
            push_bytes(&mut out, &details.bytes);
        }
    }
    let checksum = xxh3_64(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}
