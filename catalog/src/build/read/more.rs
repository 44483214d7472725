//! What an export says beside the nine fields of a listing: options, attributes, labels, dates and the rest.
//! Texts past their limits are problems where they tell variants apart, and left out where they are but words to find a product by.

use super::columns::Meaning;
use super::known::Candidate;
use super::mapped::Reader;
use super::part::{Kind, Part};
use super::words::list;
use crate::build::field::Field;
use crate::build::moment;
use crate::build::problem::Rule;
use crate::build::syntax::html;
use crate::build::syntax::json::Members;
use crate::build::syntax::value::{Loose, Value};
use crate::model::details::{Attribute, MAX_LABEL_LENGTH, MAX_LABELS};

/// Values that name the only variant of a product.
const NO_OPTION: [&str; 5] = ["Default Title", "Default", "Regular", "Default variant", "Default Variant"];

/// Reads the rest of a record.
pub(super) fn read(reader: &mut Reader<'_, '_>, part: &mut Part) {
    options(reader, part);
    attributes(reader, part);
    part.tags = labels(&values(reader, Field::Tags));
    for name in labels(&values(reader, Field::Collections)) {
        if !part.collections.contains(&name) {
            part.collections.push(name);
        }
    }
    part.collections.truncate(MAX_LABELS);
    part.gtin = gtin(&reader.text(Field::Gtin));
    part.mpn = short(&reader.text(Field::Mpn));
    part.tax_class = short(&reader.text(Field::TaxClass));
    part.seo_title = html::line(&reader.text(Field::SeoTitle)).chars().take(200).collect();
    part.seo_description = html::line(&reader.text(Field::SeoDescription)).chars().take(500).collect();
    part.published =
        reader.of(Field::Since).find_map(|candidate| moment::parse(&plain(candidate.value))).unwrap_or_default();
    part.weight = weight(reader);
    part.children = children(&reader.text(Field::Children));
}

impl Reader<'_, '_> {
    /// A short text that products are filtered by.
    pub(super) fn label(&mut self, field: Field) -> String {
        short(&self.text(field))
    }
}

fn options(reader: &mut Reader<'_, '_>, part: &mut Part) {
    let names: Vec<Candidate<'_>> = reader.of(Field::OptionName).collect();
    let values: Vec<Candidate<'_>> = reader.of(Field::OptionValue).collect();
    for value in &values {
        let text = html::line(&plain(value.value));
        if text.is_empty() || NO_OPTION.contains(&text.as_str()) {
            continue;
        }
        let number = value.meaning.number;
        let name = names.iter().find(|name| name.meaning.number == number).map(|name| html::line(&plain(name.value)));
        let name = name.unwrap_or_else(|| own_part(reader, value.meaning));
        match value.meaning.name {
            "variation # values" => part.choices.push((name, list(&text, &[',']))),
            // Names and values of several options in one cell each, with more behind their colons.
            "value (value:position)*" => {
                let before = |text: &str| text.split(':').next().unwrap_or_default().trim().to_owned();
                let pairs = list(&name, &[',']).into_iter().zip(list(&text, &[',']));
                part.options.extend(pairs.map(|(name, value)| (before(&name), before(&value))));
            }
            _ => part.options.push((name, text)),
        }
    }
    let (all_names, all_values) = (reader.text(Field::OptionNames), reader.text(Field::OptionValues));
    if part.options.is_empty() && !all_values.is_empty() && !NO_OPTION.contains(&all_values.as_str()) {
        let names = list(&all_names, &['|']);
        if names.is_empty() && all_names.is_empty() && !all_values.contains('|') {
            part.options.push(("Variant".to_owned(), html::line(&all_values)));
        } else {
            let names = names.into_iter().chain(core::iter::repeat(String::new()));
            part.options.extend(names.zip(all_values.split('|').map(html::line)));
        }
    }
    // `[S]Color=Red,[RB]Size=S` in place of a name.
    if part.kind == Kind::Variant && part.name.starts_with('[') {
        for pair in part.name.split(',') {
            let pair = pair.rsplit(']').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                part.options.push((html::line(name), html::line(value)));
            }
        }
    }
    let long = part
        .options
        .iter()
        .flat_map(|(name, value)| [name, value])
        .find(|text| text.chars().count() > MAX_LABEL_LENGTH);
    if let Some(long) = long {
        let rule = Rule::TooLong { field: "options", maximum: MAX_LABEL_LENGTH, length: long.chars().count() };
        let meaning = values.first().map(|value| value.meaning);
        reader.refuse(meaning, rule);
    }
}

/// The part of a column's name that is the merchant's own.
fn own_part(reader: &Reader<'_, '_>, meaning: Meaning) -> String {
    let column = reader.known.column(meaning).unwrap_or_default();
    column.split(" (").next().map(html::line).filter(|_| column.contains(" (")).unwrap_or_default()
}

fn attributes(reader: &mut Reader<'_, '_>, part: &mut Part) {
    let names: Vec<Candidate<'_>> = reader.of(Field::AttributeName).collect();
    for value in reader.of(Field::AttributeValue) {
        let number = value.meaning.number;
        let name = names.iter().find(|name| name.meaning.number == number).map(|name| html::line(&plain(name.value)));
        let (Some(name), text) = (name, plain(value.value)) else { continue };
        add(part, name, list(&text, &[',', '|']));
    }
    for candidate in reader.of(Field::Attributes) {
        if let Some(objects) = candidate.value.list() {
            for Members(members) in objects.into_iter().filter_map(Value::members) {
                let of =
                    |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| Value::Json(value));
                let Some(name) = of("name").map(plain) else { continue };
                let values = match of("options").and_then(Value::list) {
                    Some(values) => values.into_iter().map(plain).collect(),
                    None => of("option").or_else(|| of("value")).map(plain).into_iter().collect(),
                };
                add(part, html::line(&name), values);
            }
            continue;
        }
        let text = plain(candidate.value);
        let mark = if text.contains('=') { '=' } else { ':' };
        for pair in text.split([',', ';']) {
            if let Some((name, value)) = pair.split_once(mark) {
                let value = if mark == ':' { value.split(':').next().unwrap_or_default() } else { value };
                add(part, html::line(name), list(value, &['|']));
            }
        }
    }
    for candidate in reader.of(Field::Trait) {
        let text = html::line(&plain(candidate.value));
        // A metafield that refers to something else, or is a document, is no fact for a shopper.
        let is_reference = |text: &str| ["gid://", "[", "{"].iter().any(|start| text.starts_with(start));
        let values = if candidate.meaning.is_metafield() { list(&text, &[';']) } else { vec![text] };
        let is_value = |text: &String| {
            !text.is_empty()
                && text.chars().count() <= MAX_LABEL_LENGTH
                && !(candidate.meaning.is_metafield() && is_reference(text))
        };
        let values: Vec<String> = values.into_iter().filter(is_value).collect();
        if values.is_empty() {
            continue;
        }
        let own = own_part(reader, candidate.meaning);
        let column = reader.known.column(candidate.meaning).unwrap_or(candidate.meaning.name);
        let name = if own.is_empty() { column.trim_start_matches("g:").replace('_', " ") } else { own };
        let mut letters = name.chars();
        let name: String =
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        part.traits.extend(values.into_iter().map(|text| (name.clone(), text)));
    }
}

/// An attribute of a variant tells it from the others; of a product with variants, it lists their values.
fn add(part: &mut Part, name: String, values: Vec<String>) {
    let values: Vec<String> =
        values.into_iter().filter(|value| !value.is_empty() && value.chars().count() <= MAX_LABEL_LENGTH).collect();
    if name.is_empty() || name.chars().count() > MAX_LABEL_LENGTH || values.is_empty() {
        return;
    }
    match part.kind {
        Kind::Variant => part.options.extend(values.into_iter().next().map(|value| (name, value))),
        Kind::Parent => part.choices.push((name, values)),
        _ => part.attributes.extend(values.into_iter().map(|value| Attribute { name: name.clone(), value })),
    }
}

/// `sku=MH01-S,size=S,color=Red|sku=MH01-M,size=M,color=Red`.
fn children(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut children = Vec::new();
    for child in text.split('|').take(1_000) {
        let (mut sku, mut values) = (String::new(), Vec::new());
        for (name, value) in child.split(',').filter_map(|pair| pair.split_once('=')) {
            match name.trim() {
                "sku" => value.trim().clone_into(&mut sku),
                name => values.push((html::line(name), html::line(value))),
            }
        }
        if !sku.is_empty() {
            children.push((sku, values));
        }
    }
    children
}

fn values(reader: &Reader<'_, '_>, field: Field) -> String {
    let of = |candidate: Candidate<'_>| match candidate.value.list() {
        Some(list) => {
            let names = list.into_iter().map(|value| match value.members() {
                Some(Members(members)) => {
                    let name =
                        members.iter().find(|(name, _)| name == "name").map(|(_, name)| plain(Value::Json(name)));
                    name.unwrap_or_default()
                }
                None => plain(value),
            });
            names.collect::<Vec<_>>().join(",")
        }
        None => plain(candidate.value),
    };
    reader.of(field).map(of).find(|text| !text.is_empty()).unwrap_or_default()
}

fn labels(text: &str) -> Vec<String> {
    let mut labels = list(text, &[',', '|', ';']);
    labels.retain(|label| label.chars().count() <= MAX_LABEL_LENGTH);
    labels.truncate(MAX_LABELS);
    labels
}

fn short(text: &str) -> String {
    let line = html::line(text);
    if line.chars().count() > MAX_LABEL_LENGTH { String::new() } else { line }
}

fn plain(value: Value<'_>) -> String {
    match value.loose() {
        Loose::Text(text) => text.trim().to_owned(),
        _ => String::new(),
    }
}

/// A GTIN has 8 to 14 digits; spreadsheets put an apostrophe before them.
fn gtin(text: &str) -> String {
    let digits = text.trim().trim_start_matches('\'');
    let is_gtin = (8..=14).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_gtin { digits.to_owned() } else { String::new() }
}

/// The weight in grams; nothing where the unit is not known.
fn weight(reader: &Reader<'_, '_>) -> u32 {
    let Some(candidate) = reader.of(Field::Weight).find(|candidate| !plain(candidate.value).is_empty()) else {
        return 0;
    };
    let unit = reader.text(Field::WeightUnit).to_lowercase();
    let column = candidate.meaning.name;
    let factor = match unit.as_str() {
        _ if column.contains("gram") => 1.0,
        _ if column.contains("(kg)") => 1_000.0,
        "g" | "gram" | "grams" => 1.0,
        "kg" => 1_000.0,
        "lb" | "lbs" => 453.592_37,
        "oz" => 28.349_523,
        _ => return 0,
    };
    let number: f64 = plain(candidate.value).replace(',', ".").parse().unwrap_or_default();
    let grams = (number * factor).round();
    if (0.0..1.0e9).contains(&grams) { format!("{grams}").parse().unwrap_or_default() } else { 0 }
}
