//! The JSON of a whole product: the fields of a listing, in their order, and behind them everything else that is known of it.
//! A member that has nothing to say is left out, but for the handle and the variants, which every product has.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::model::details::{Details, Image, Variant, VariantFacts};
use crate::model::product::Product;
use web::json::{push_list, push_number, push_string};

/// Thousandths as a decimal number.
const THOUSANDTHS: u8 = 3;

impl Product<'_> {
    /// Appends the whole product. `path` has the names of its category and of those above it; `published` is in seconds since 1970, 0
    /// where it is unknown.
    pub(crate) fn push_whole_json(&self, details: &Details, path: &[&str], published: u32, out: &mut Vec<u8>) {
        self.push_json(out);
        // The closing brace comes last.
        out.pop();
        text(out, "handle", &self.handle);
        text(out, "brand", self.brand.unwrap_or_default());
        text(out, "gtin", &details.gtin);
        text(out, "mpn", &details.mpn);
        text(out, "merchantSku", &details.merchant_sku);
        if path.len() > 1 {
            member(out, "categoryPath");
            push_list(out, path, |out, name| push_string(out, name));
        }
        texts(out, "collections", &details.collections);
        texts(out, "tags", &details.tags);
        if let Some(before) = self.compare_at {
            member(out, "compareAtPrice");
            self.currency.push(before, out);
        }
        if let Some(unit) = &details.unit {
            member(out, "unit");
            out.extend_from_slice(b"{\"quantity\":");
            crate::model::decimal::push(unit.quantity.into(), THOUSANDTHS, out);
            text(out, "measure", &unit.measure);
            member(out, "base");
            crate::model::decimal::push(unit.base.into(), THOUSANDTHS, out);
            out.push(b'}');
        }
        text(out, "taxClass", &details.tax_class);
        text(out, "published", &date(published).unwrap_or_default());
        self.push_images(details, out);
        if !details.options.is_empty() {
            member(out, "options");
            push_list(out, details.options.iter().enumerate(), |out, (number, name)| {
                push_option(out, details, number, name);
            });
        }
        self.push_variants(details, out);
        push_attributes(details, out);
        if !details.seo_title.is_empty() || !details.seo_description.is_empty() {
            member(out, "seo");
            out.extend_from_slice(b"{\"title\":");
            push_string(out, &details.seo_title);
            text(out, "description", &details.seo_description);
            out.push(b'}');
        }
        text(out, "descriptionHtml", &details.html);
        texts(out, "formerHandles", &details.former_handles);
        out.push(b'}');
    }

    /// Appends the member `images`, if there is a picture.
    pub(crate) fn push_images(&self, details: &Details, out: &mut Vec<u8>) {
        let only = Image { url: self.image_url.clone().into_owned(), ..Image::default() };
        let images = if details.images.is_empty() { core::slice::from_ref(&only) } else { &details.images };
        if images.iter().all(|image| image.url.is_empty()) {
            return;
        }
        member(out, "images");
        push_list(out, images, |out, image| {
            out.extend_from_slice(b"{\"url\":");
            push_string(out, &image.url);
            text(out, "alt", &image.alt);
            for (name, number) in [("width", image.width), ("height", image.height)] {
                if number > 0 {
                    member(out, name);
                    push_number(out, number);
                }
            }
            out.push(b'}');
        });
    }

    /// Appends the member `variants`: of a product without any the one that it is itself.
    pub(crate) fn push_variants(&self, details: &Details, out: &mut Vec<u8>) {
        member(out, "variants");
        if details.variants.is_empty() {
            let facts = VariantFacts {
                price: self.price,
                compare_at: self.compare_at,
                stock: self.stock,
                ..VariantFacts::default()
            };
            let itself = Variant { sku: self.id.to_owned(), facts, ..Variant::default() };
            return push_list(out, [&itself], |out, variant| self.push_variant(details, variant, out));
        }
        push_list(out, &details.variants, |out, variant| self.push_variant(details, variant, out));
    }

    fn push_variant(&self, details: &Details, variant: &Variant, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"sku\":");
        push_string(out, &variant.sku);
        text(out, "merchantSku", &variant.merchant_sku);
        if !details.options.is_empty() {
            member(out, "options");
            out.push(b'{');
            for (number, (name, value)) in details.options.iter().zip(&variant.values).enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                push_string(out, name);
                out.push(b':');
                push_string(out, value);
            }
            out.push(b'}');
        }
        member(out, "price");
        self.currency.push(variant.facts.price, out);
        if let Some(before) = variant.facts.compare_at {
            member(out, "compareAtPrice");
            self.currency.push(before, out);
        }
        member(out, "stock");
        push_number(out, variant.facts.stock);
        text(out, "stockPolicy", variant.facts.policy.as_str());
        text(out, "gtin", &variant.gtin);
        let image = variant.image.and_then(|image| details.images.get(usize::try_from(image).ok()?));
        text(out, "image", image.map(|image| image.url.as_str()).unwrap_or_default());
        if variant.weight > 0 {
            member(out, "weight");
            push_number(out, variant.weight);
        }
        out.push(b'}');
    }
}

/// Appends the member `attributes`, if there are any.
pub(crate) fn push_attributes(details: &Details, out: &mut Vec<u8>) {
    if details.attributes.is_empty() {
        return;
    }
    member(out, "attributes");
    push_list(out, &details.attributes, |out, attribute| {
        out.extend_from_slice(b"{\"name\":");
        push_string(out, &attribute.name);
        out.extend_from_slice(b",\"value\":");
        push_string(out, &attribute.value);
        out.push(b'}');
    });
}

fn push_option(out: &mut Vec<u8>, details: &Details, number: usize, name: &str) {
    let mut values: Vec<&str> = Vec::new();
    for value in details.variants.iter().filter_map(|variant| variant.values.get(number)) {
        if !values.contains(&value.as_str()) {
            values.push(value);
        }
    }
    out.extend_from_slice(b"{\"name\":");
    push_string(out, name);
    member(out, "values");
    push_list(out, values, push_string);
    out.push(b'}');
}

fn member(out: &mut Vec<u8>, name: &str) {
    out.push(b',');
    push_string(out, name);
    out.push(b':');
}

/// A time as RFC 3339 writes it, if it is known.
fn date(seconds: u32) -> Option<String> {
    let time = OffsetDateTime::from_unix_timestamp(seconds.into()).ok()?;
    (seconds > 0).then(|| time.format(&Rfc3339).ok()).flatten()
}

/// A text, unless it is empty.
fn text(out: &mut Vec<u8>, name: &str, value: &str) {
    if !value.is_empty() {
        member(out, name);
        push_string(out, value);
    }
}

fn texts(out: &mut Vec<u8>, name: &str, values: &[String]) {
    if !values.is_empty() {
        member(out, name);
        push_list(out, values, |out, value| push_string(out, value));
    }
}
