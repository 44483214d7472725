//! The nested fields of our own format: pictures, options, variants, attributes and the unit of a price per unit.
//! A member that no such object has is refused, as an unknown field is.

use web::foreign::excerpt;

use crate::build::limits::MAX_COUNT;
use crate::build::optional::Fields;
use crate::build::picture::Picture;
use crate::build::problem::Rule;
use crate::build::syntax::value::Value;
use crate::model::details::{
    Attribute, Details, Image, MAX_ATTRIBUTES, MAX_IMAGES, MAX_LABEL_LENGTH, MAX_OPTIONS, MAX_VARIANTS, StockPolicy,
    Unit, Variant,
};

/// `[{ "name": "Size", "values": ["S", "M"] }]`.
pub(super) fn options(fields: &mut Fields<'_>, value: Value<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for option in fields.list("options", value, MAX_OPTIONS) {
        let mut name = String::new();
        for (member, value) in fields.object("options", option) {
            match &*member {
                "name" => name = fields.label("options.name", value),
                // The values follow from the variants.
                "values" => {
                    let _ = fields.list("options.values", value, MAX_VARIANTS);
                }
                other => fields.unknown("options", other),
            }
        }
        if name.is_empty() {
            fields.problems.push(Rule::Empty { field: "options.name" });
        }
        names.push(name);
    }
    names
}

/// `[{ "name": "Material", "value": "Wool" }]`.
pub(super) fn attributes(fields: &mut Fields<'_>, value: Value<'_>) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for item in fields.list("attributes", value, MAX_ATTRIBUTES) {
        let mut attribute = Attribute::default();
        for (member, value) in fields.object("attributes", item) {
            match &*member {
                "name" => attribute.name = fields.label("attributes.name", value),
                "value" => attribute.value = fields.label("attributes.value", value),
                other => fields.unknown("attributes", other),
            }
        }
        match (attribute.name.is_empty(), attribute.value.is_empty()) {
            (true, _) => fields.problems.push(Rule::Empty { field: "attributes.name" }),
            (_, true) => fields.problems.push(Rule::Empty { field: "attributes.value" }),
            _ => attributes.push(attribute),
        }
    }
    attributes
}

/// `[{ "url": "/assets/a.svg", "alt": "", "width": 800, "height": 600 }]`, or addresses alone.
pub(super) fn images(fields: &mut Fields<'_>, value: Value<'_>) -> Vec<Image> {
    let mut images = Vec::new();
    for item in fields.list("images", value, MAX_IMAGES) {
        let mut image = Image::default();
        if item.source().starts_with('"') {
            image.url = fields.text("images", item).unwrap_or_default();
        } else {
            for (member, value) in fields.object("images", item) {
                match &*member {
                    "url" => image.url = fields.text("images.url", value).unwrap_or_default(),
                    "alt" => image.alt = fields.short("images.alt", value, MAX_LABEL_LENGTH * 4),
                    "width" => image.width = count(fields, "images.width", value),
                    "height" => image.height = count(fields, "images.height", value),
                    other => fields.unknown("images", other),
                }
            }
        }
        match Picture::of(&image.url) {
            Picture::Shown(url, _) => images.push(Image { url, ..image }),
            // As for `imageUrl`, pages draw a placeholder.
            Picture::Insecure => {}
            Picture::Missing | Picture::Wrong => fields.problems.push(Rule::Image { value: excerpt(&image.url) }),
        }
    }
    images
}

/// `{ "quantity": 750, "measure": "ml", "base": 1000 }`.
pub(super) fn unit(fields: &mut Fields<'_>, value: Value<'_>) -> Option<Unit> {
    let mut unit = Unit::default();
    for (member, value) in fields.object("unit", value) {
        match &*member {
            "quantity" => unit.quantity = thousandths(fields, "unit.quantity", value),
            "measure" => unit.measure = fields.label("unit.measure", value),
            "base" => unit.base = thousandths(fields, "unit.base", value),
            other => fields.unknown("unit", other),
        }
    }
    let empty = [
        ("unit.quantity", unit.quantity == 0),
        ("unit.measure", unit.measure.is_empty()),
        ("unit.base", unit.base == 0),
    ];
    match empty.into_iter().find(|(_, is_empty)| *is_empty) {
        Some((field, _)) => {
            fields.problems.push(Rule::Empty { field });
            None
        }
        None => Some(unit),
    }
}

/// The variants, which name options and pictures that are known by now.
pub(super) fn link(fields: &mut Fields<'_>, values: &[(&'static str, Value<'_>)], details: &mut Details) {
    let Some((_, value)) = values.iter().find(|(name, _)| *name == "variants") else { return };
    if value.source() == "null" {
        return;
    }
    for item in fields.list("variants", *value, MAX_VARIANTS) {
        let variant = variant(fields, item, details);
        if details.variants.iter().any(|known| known.values == variant.values) {
            fields.problems.push(Rule::SameVariant { values: variant.values.join(", ") });
        }
        details.variants.push(variant);
    }
}

fn variant(fields: &mut Fields<'_>, value: Value<'_>, details: &Details) -> Variant {
    let mut variant = Variant::default();
    let (mut price, mut stock) = (None, None);
    for (member, value) in fields.object("variants", value) {
        match &*member {
            "sku" => variant.sku = fields.short("variants.sku", value, MAX_LABEL_LENGTH),
            "options" => variant.values = option_values(fields, value, &details.options),
            "price" => price = Some(fields.price("variants.price", value)),
            "compareAtPrice" => variant.facts.compare_at = fields.price("variants.compareAtPrice", value),
            "stock" => stock = Some(count(fields, "variants.stock", value)),
            "stockPolicy" => {
                let word = fields.text("variants.stockPolicy", value).unwrap_or_default();
                if let Some(policy) = StockPolicy::parse(&word) {
                    variant.facts.policy = policy;
                } else {
                    let expected = "`deny`, `continue` or `untracked`";
                    fields.problems.push(Rule::Value { field: "variants.stockPolicy", expected, value: word });
                }
            }
            "gtin" => variant.gtin = fields.gtin("variants.gtin", value),
            "weight" => variant.weight = count(fields, "variants.weight", value),
            "image" => {
                let url = fields.text("variants.image", value).unwrap_or_default();
                let place = details.images.iter().position(|image| image.url == url);
                variant.image = place.and_then(|place| u32::try_from(place).ok());
                if variant.image.is_none() && !url.is_empty() {
                    let expected = "the `url` of one of the `images`";
                    fields.problems.push(Rule::Value { field: "variants.image", expected, value: excerpt(&url) });
                }
            }
            other => fields.unknown("variants", other),
        }
    }
    match price {
        Some(Some(price)) => variant.facts.price = price,
        Some(None) => {}
        None => fields.problems.push(Rule::Missing { field: "variants.price" }),
    }
    match stock {
        Some(stock) => variant.facts.stock = stock,
        None if variant.facts.policy == StockPolicy::Untracked => {}
        None => fields.problems.push(Rule::Missing { field: "variants.stock" }),
    }
    if variant.values.len() != details.options.len() {
        let value = variant.values.join(", ");
        fields.problems.push(Rule::Value {
            field: "variants.options",
            expected: "a value of each of the `options`",
            value,
        });
    }
    variant
}

/// The values of a variant: a list in the order of the options, or an object by their names.
fn option_values(fields: &mut Fields<'_>, value: Value<'_>, options: &[String]) -> Vec<String> {
    if value.source().starts_with('[') {
        let list = fields.list("variants.options", value, MAX_OPTIONS);
        return list.into_iter().map(|value| fields.label("variants.options", value)).collect();
    }
    let members = fields.object("variants.options", value);
    for (name, _) in &members {
        if !options.iter().any(|option| option == name) {
            fields.unknown("variants.options", name);
        }
    }
    let mut values = Vec::new();
    for option in options {
        let value = members.iter().find(|(name, _)| name == option).map(|(_, value)| *value);
        values.extend(value.map(|value| fields.label("variants.options", value)));
    }
    values
}

fn count(fields: &mut Fields<'_>, field: &'static str, value: Value<'_>) -> u32 {
    let number = value.number().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let count = number.and_then(|text| text.parse().ok()).filter(|count| *count <= MAX_COUNT);
    count.unwrap_or_else(|| {
        fields.problems.push(Rule::Count { field, value: excerpt(value.source()) });
        0
    })
}

/// A quantity with at most three decimal places, in thousandths.
fn thousandths(fields: &mut Fields<'_>, field: &'static str, value: Value<'_>) -> u32 {
    let number = value.number().and_then(|text| {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_plain = format!("{whole}{fraction}").bytes().all(|byte| byte.is_ascii_digit()) && fraction.len() <= 3;
        is_plain.then(|| format!("{whole}{fraction:0<3}").parse().ok()).flatten()
    });
    number.unwrap_or_else(|| {
        let expected = "a number with at most three decimal places";
        fields.problems.push(Rule::Value { field, expected, value: excerpt(value.source()) });
        0
    })
}
