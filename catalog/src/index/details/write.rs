//! Writes the bytes of a product's details, where an index or changes are built; prices and stock of variants are `details.rs`'.

use super::Part;
use crate::index::bytes::push_number;
use crate::model::details::Details;

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
