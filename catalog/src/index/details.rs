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

use crate::index::bytes::{Reader, push_long, push_number};
use crate::model::details::{
    Attribute, Details, Image, MAX_ATTRIBUTES, MAX_FORMER_HANDLES, MAX_IMAGES, MAX_LABELS, MAX_OPTIONS, MAX_VARIANTS,
    StockPolicy, Unit, Variant, VariantFacts,
};
use crate::model::money::Price;

/// The largest details once unpacked: what the limits of their parts allow.
pub(crate) const DETAILS_LIMIT: usize = 512 * 1024;

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

/// Writes details; nothing at all where there are none.
pub(crate) fn write(details: &Details) -> Vec<u8> {
    if details.is_empty() {
        return Vec::new();
    }
    let (mut bits, mut out) = (0_u32, Vec::new());
    let mut part = |part: Part, is_there: bool, write: &dyn Fn(&mut Vec<u8>)| {
        if is_there {
            bits |= 1 << (part as u32);
            write(&mut out);
        }
    };
    part(Part::FormerHandles, !details.former_handles.is_empty(), &|out| push_texts(out, &details.former_handles));
    part(Part::Gtin, !details.gtin.is_empty(), &|out| push_text(out, &details.gtin));
    part(Part::Mpn, !details.mpn.is_empty(), &|out| push_text(out, &details.mpn));
    part(Part::MerchantSku, !details.merchant_sku.is_empty(), &|out| push_text(out, &details.merchant_sku));
    part(Part::Tags, !details.tags.is_empty(), &|out| push_texts(out, &details.tags));
    part(Part::Collections, !details.collections.is_empty(), &|out| push_texts(out, &details.collections));
    part(Part::Images, !details.images.is_empty(), &|out| {
        push_count(out, details.images.len());
        for image in &details.images {
            push_text(out, &image.url);
            push_text(out, &image.alt);
            push_number(out, image.width);
            push_number(out, image.height);
        }
    });
    part(Part::Variants, !details.variants.is_empty(), &|out| push_variants(out, details));
    part(Part::Attributes, !details.attributes.is_empty(), &|out| {
        push_count(out, details.attributes.len());
        for attribute in &details.attributes {
            push_text(out, &attribute.name);
            push_text(out, &attribute.value);
        }
    });
    part(Part::Unit, details.unit.is_some(), &|out| {
        if let Some(unit) = &details.unit {
            push_number(out, unit.quantity);
            push_text(out, &unit.measure);
            push_number(out, unit.base);
        }
    });
    part(Part::TaxClass, !details.tax_class.is_empty(), &|out| push_text(out, &details.tax_class));
    part(Part::SeoTitle, !details.seo_title.is_empty(), &|out| push_text(out, &details.seo_title));
    part(Part::SeoDescription, !details.seo_description.is_empty(), &|out| push_text(out, &details.seo_description));
    part(Part::Html, !details.html.is_empty(), &|out| push_text(out, &details.html));
    let mut all = Vec::with_capacity(out.len() + 3);
    push_number(&mut all, bits);
    all.extend_from_slice(&out);
    all
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
        values.push(texts(reader, MAX_VARIANTS)?);
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

fn push_variants(out: &mut Vec<u8>, details: &Details) {
    push_texts(out, &details.options);
    let mut values: Vec<Vec<&str>> = vec![Vec::new(); details.options.len()];
    for variant in &details.variants {
        for (values, value) in values.iter_mut().zip(&variant.values) {
            if !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
    }
    for values in &values {
        push_count(out, values.len());
        for value in values {
            push_text(out, value);
        }
    }
    push_count(out, details.variants.len());
    for variant in &details.variants {
        push_text(out, &variant.sku);
        for (number, values) in values.iter().enumerate() {
            let value = variant.values.get(number).map(String::as_str).unwrap_or_default();
            push_count(out, values.iter().position(|other| *other == value).unwrap_or_default());
        }
        let bits = u8::from(!variant.merchant_sku.is_empty())
            | u8::from(!variant.gtin.is_empty()) << 1
            | u8::from(variant.image.is_some()) << 2
            | u8::from(variant.weight > 0) << 3;
        out.push(bits);
        if !variant.merchant_sku.is_empty() {
            push_text(out, &variant.merchant_sku);
        }
        if !variant.gtin.is_empty() {
            push_text(out, &variant.gtin);
        }
        if let Some(image) = variant.image {
            push_number(out, image);
        }
        if variant.weight > 0 {
            push_number(out, variant.weight);
        }
    }
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

fn push_count(out: &mut Vec<u8>, count: usize) {
    push_number(out, u32::try_from(count).unwrap_or(u32::MAX));
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    push_count(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn push_texts(out: &mut Vec<u8>, texts: &[String]) {
    push_count(out, texts.len());
    for text in texts {
        push_text(out, text);
    }
}
