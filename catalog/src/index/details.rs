//! The bytes of a product's details, and of its variants' prices and stock: two heaps, since the second changes from day to day and
//! the first, which is packed as the texts of listings are, does not.
//!
//! ```text
//! details   number  a bit for each part that follows, in the order of `Part`
//!                …  the parts; a list is the number of its entries, and the entries; a text the number of its bytes, and its bytes
//!   image           text URL, empty for the product's own; text alternative; number width, number height
//!   variants        number of variants; for each option the list of its values; for each variant
//!                   text SKU; number of its value for each option; bits 1 merchant's SKU, 2 GTIN, 4 image, 8 weight, and those
//! facts     of each variant: price, price before or 0, stock × 4 + policy, as numbers of up to 64 bits
//! ```

#[cfg(feature = "build")]
mod write;

#[cfg(feature = "build")]
pub(crate) use self::write::write;
use crate::index::bytes::{Reader, push_long};
use crate::model::details::{
    Attribute, Details, Image, MAX_ATTRIBUTES, MAX_FORMER_HANDLES, MAX_IMAGES, MAX_LABEL_LENGTH, MAX_LABELS,
    MAX_OPTIONS, MAX_VARIANTS, StockPolicy, Unit, Variant, VariantFacts,
};
use crate::model::money::Price;

/// The largest details once unpacked: what the limits of their parts allow.
pub(crate) const DETAILS_LIMIT: usize = 512 * 1024;

/// The longest value of an option, in bytes.
const LABEL_LIMIT: usize = MAX_LABEL_LENGTH * 4;

/// The parts of details, each a bit.
#[derive(Clone, Copy)]
enum Part {
    FormerHandles,
    Gtin,
    Mpn,
    MerchantSku,
    Tags,
    Collections,
    Images,
    Variants,
    Attributes,
    Unit,
    TaxClass,
    SeoTitle,
    SeoDescription,
    Html,
}

/// Reads details, without the facts of their variants; `None` if they are damaged.
pub(crate) fn read(bytes: &[u8]) -> Option<Details> {
    if bytes.is_empty() {
        return Some(Details::default());
    }
    let mut reader = Reader(bytes);
    let bits = reader.number()?;
    let mut details = Details::default();
    let has = |part: Part| bits >> (part as u32) & 1 == 1;
    if has(Part::FormerHandles) {
        details.former_handles = texts(&mut reader, MAX_FORMER_HANDLES)?;
    }
    for (part, slot) in
        [(Part::Gtin, &mut details.gtin), (Part::Mpn, &mut details.mpn), (Part::MerchantSku, &mut details.merchant_sku)]
    {
        if has(part) {
            *slot = text(&mut reader)?;
        }
    }
    if has(Part::Tags) {
        details.tags = texts(&mut reader, MAX_LABELS)?;
    }
    if has(Part::Collections) {
        details.collections = texts(&mut reader, MAX_LABELS)?;
    }
    if has(Part::Images) {
        details.images = list(&mut reader, MAX_IMAGES, |reader| {
            let (url, alt) = (text(reader)?, text(reader)?);
            Some(Image { url, alt, width: reader.number()?, height: reader.number()? })
        })?;
    }
    if has(Part::Variants) {
        (details.options, details.variants) = variants(&mut reader)?;
    }
    if has(Part::Attributes) {
        details.attributes =
            list(&mut reader, MAX_ATTRIBUTES, |reader| Some(Attribute { name: text(reader)?, value: text(reader)? }))?;
    }
    if has(Part::Unit) {
        let (quantity, measure) = (reader.number()?, text(&mut reader)?);
        details.unit = Some(Unit { quantity, measure, base: reader.number()? });
    }
    for (part, slot) in [
        (Part::TaxClass, &mut details.tax_class),
        (Part::SeoTitle, &mut details.seo_title),
        (Part::SeoDescription, &mut details.seo_description),
        (Part::Html, &mut details.html),
    ] {
        if has(part) {
            *slot = text(&mut reader)?;
        }
    }
    reader.0.is_empty().then_some(details)
}

/// Reads the facts of a product's variants, in their order.
pub(crate) fn facts(bytes: &[u8]) -> impl Iterator<Item = VariantFacts> + '_ {
    let mut reader = Reader(bytes);
    core::iter::from_fn(move || {
        let (price, before, stock) = (reader.long()?, reader.long()?, reader.long()?);
        let policy = match stock % 4 {
            0 => StockPolicy::Deny,
            1 => StockPolicy::Continue,
            _ => StockPolicy::Untracked,
        };
        Some(VariantFacts {
            price: Price::of(price),
            compare_at: (before > 0).then(|| Price::of(before)),
            stock: u32::try_from(stock / 4).ok()?,
            policy,
        })
    })
    .take(MAX_VARIANTS)
}

/// Writes the facts of variants.
pub(crate) fn write_facts(variants: impl Iterator<Item = VariantFacts>) -> Vec<u8> {
    let mut out = Vec::new();
    for facts in variants {
        push_long(&mut out, facts.price.minor());
        push_long(&mut out, facts.compare_at.unwrap_or_default().minor());
        push_long(&mut out, u64::from(facts.stock) * 4 + facts.policy as u64);
    }
    out
}

/// Reads options and variants.
fn variants(reader: &mut Reader<'_>) -> Option<(Vec<String>, Vec<Variant>)> {
    let options = texts(reader, MAX_OPTIONS)?;
    let mut values: Vec<Vec<String>> = Vec::with_capacity(options.len());
    for _ in &options {
        values.push(list(reader, MAX_VARIANTS, label)?);
    }
    let variants = list(reader, MAX_VARIANTS, |reader| {
        let mut variant = Variant { sku: text(reader)?, ..Variant::default() };
        for values in &values {
            let value = usize::try_from(reader.number()?).ok()?;
            variant.values.push(values.get(value)?.clone());
        }
        let bits = reader.byte()?;
        if bits & 1 > 0 {
            variant.merchant_sku = text(reader)?;
        }
        if bits & 2 > 0 {
            variant.gtin = text(reader)?;
        }
        if bits & 4 > 0 {
            variant.image = Some(reader.number()?);
        }
        if bits & 8 > 0 {
            variant.weight = reader.number()?;
        }
        Some(variant)
    })?;
    Some((options, variants))
}

/// A value of an option, no longer than one may be: each variant that has it gets a copy.
fn label(reader: &mut Reader<'_>) -> Option<String> {
    text(reader).filter(|label| label.len() <= LABEL_LIMIT)
}

fn text(reader: &mut Reader<'_>) -> Option<String> {
    let length = usize::try_from(reader.number()?).ok()?;
    core::str::from_utf8(reader.take(length)?).ok().map(str::to_owned)
}

fn texts(reader: &mut Reader<'_>, most: usize) -> Option<Vec<String>> {
    list(reader, most, text)
}

fn list<T>(reader: &mut Reader<'_>, most: usize, read: impl Fn(&mut Reader<'_>) -> Option<T>) -> Option<Vec<T>> {
    let count = usize::try_from(reader.number()?).ok().filter(|count| *count <= most)?;
    (0..count).map(|_| read(reader)).collect()
}
