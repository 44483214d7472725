//! A group of parts to a record: its options, its variants with price and stock, its pictures and the rest.
//! What no record of the file says is made up by nobody but the settings: the default category, and the stock that is not known.

use super::group::{Faults, Group};
use super::known::Known;
use super::part::{Kind, Part, facts};
use crate::build::field::Field;
use crate::build::import::Settings;
use crate::build::problem::Rule;
use crate::build::record::Record;
use crate::build::report::{WarningKind, Warnings};
use crate::model::details::{
    Attribute, Details, Image, MAX_ATTRIBUTES, MAX_IMAGES, MAX_LABEL_LENGTH, MAX_OPTIONS, MAX_VARIANTS, StockPolicy,
    Variant,
};
use crate::model::handle::Handle;
use crate::model::id::ProductId;
use crate::model::money::Price;
use crate::model::picture::{Source, source};
use crate::model::sku;
use crate::text::slug::slug;

/// The value of an option that a variant does not name: it stands for all of them.
const ANY: &str = "Any";

/// The option of variants that nothing else tells apart.
const VARIANT: &str = "Variant";

/// A record, or the reason why it cannot be made.
pub(super) enum Joined {
    Record(Box<Record>),
    LeftOut(&'static str),
    Wrong { line: usize, faults: Faults },
}

/// Makes a record of a group.
pub(super) fn join(group: Group, settings: &Settings, columns: &Known, warnings: &mut Warnings) -> Joined {
    let Group { mut main, parts } = group;
    let line = main.line;
    let variants = variants(&mut main, parts);
    if main.price.is_none() && variants.iter().all(|variant| variant.price.is_none()) {
        return match main.kind {
            Kind::Parent => Joined::LeftOut("no variant with a price"),
            _ => Joined::Wrong { line, faults: vec![columns.lacking(Field::Price)] },
        };
    }
    let mut joiner = Joiner { settings, warnings, faults: Vec::new(), line };
    let names = joiner.option_names(&mut main, &variants);
    let mut details = Details { options: names, ..Details::default() };
    joiner.variants(&mut details, &main, variants);
    joiner.attributes(&mut details, &mut main);
    let record = joiner.record(main, details);
    if joiner.faults.is_empty() {
        Joined::Record(Box::new(record))
    } else {
        Joined::Wrong { line: joiner.line, faults: joiner.faults }
    }
}

/// The parts that are sold, of which the product's own record may be the first.
fn variants(main: &mut Part, parts: Vec<Part>) -> Vec<Part> {
    let mut variants = core::mem::take(&mut main.variants);
    let is_sold = main.kind != Kind::Parent && variants.is_empty();
    let others_have_options = parts.iter().any(Part::has_options);
    let has_value = main.options.iter().any(|(_, value)| !value.is_empty());
    if is_sold && (has_value || (!parts.is_empty() && !others_have_options)) {
        let mut own = main.clone();
        own.options.retain(|(_, value)| !value.is_empty());
        if own.variant_image.is_none() && !own.group.is_empty() {
            own.variant_image = own.images.first().cloned();
        }
        variants.push(own);
    }
    variants.extend(parts);
    // One variant that no option names is the product itself.
    if let ([only], Kind::Product | Kind::Parent) = (variants.as_slice(), main.kind)
        && !only.has_options()
    {
        main.price = only.price.or(main.price);
        main.compare_at = only.compare_at.or(main.compare_at);
        main.stock = only.stock;
        main.weight = only.weight;
        for (own, other) in [(&mut main.sku, &only.sku), (&mut main.gtin, &only.gtin)] {
            if own.is_empty() {
                own.clone_from(other);
            }
        }
        variants.clear();
    }
    if variants.is_empty() && main.kind == Kind::Product && !main.choices.is_empty() {
        variants = combinations(main);
    }
    variants
}

/// A variant for each combination of values; whether there are any is known of all together only.
fn combinations(main: &mut Part) -> Vec<Part> {
    let choices = core::mem::take(&mut main.choices);
    let mut lists: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for (name, values) in choices.iter().filter(|(_, values)| !values.is_empty()) {
        let with = |list: &Vec<(String, String)>| {
            let values = values.iter().map(|value| [list.clone(), vec![(name.clone(), value.clone())]].concat());
            values.collect::<Vec<_>>()
        };
        lists = lists.iter().flat_map(with).take(MAX_VARIANTS + 1).collect();
    }
    let mut stock = main.stock;
    if let Some(count) = stock.count.take() {
        stock.is_there = Some(count > 0);
    }
    let variant = |options| Part {
        options,
        price: main.price,
        compare_at: main.compare_at,
        stock,
        line: main.line,
        ..Part::default()
    };
    lists.into_iter().filter(|list| !list.is_empty()).map(variant).collect()
}

struct Joiner<'a> {
    settings: &'a Settings,
    warnings: &'a mut Warnings,
    faults: Faults,
    line: usize,
}

impl Joiner<'_> {
    fn refuse(&mut self, line: usize, rule: Rule) {
        if self.faults.is_empty() {
            self.line = line;
        }
        self.faults.push((None, rule));
    }

    /// The names of the options by which variants differ; facts by which they do not become attributes of the product.
    fn option_names(&mut self, main: &mut Part, variants: &[Part]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let of_variants = variants.iter().flat_map(|variant| variant.options.iter().map(|(name, _)| name));
        let known: Vec<&String> = of_variants.collect();
        let ordered = main.choices.iter().map(|(name, _)| name).chain(main.options.iter().map(|(name, _)| name));
        for name in ordered.filter(|name| known.contains(name)).chain(known.iter().copied()) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let traits = core::mem::take(&mut main.traits);
        for (name, value) in traits {
            let differs =
                |variant: &Part| variant.traits.iter().all(|(known, other)| *known != name || *other != value);
            if names.len() < MAX_OPTIONS && known.is_empty() && variants.len() > 1 && variants.iter().any(differs) {
                names.push(name);
            } else {
                main.attributes.push(Attribute { name, value });
            }
        }
        if names.is_empty() && variants.len() > 1 {
            names.push(VARIANT.to_owned());
        }
        if names.len() > MAX_OPTIONS {
            self.refuse(main.line, Rule::TooMany { field: "options", maximum: MAX_OPTIONS, found: names.len() });
        }
        names
    }

    fn variants(&mut self, details: &mut Details, main: &Part, variants: Vec<Part>) {
        if variants.len() > MAX_VARIANTS {
            let line = variants.get(MAX_VARIANTS).map_or(main.line, |variant| variant.line);
            self.refuse(line, Rule::TooMany { field: "variants", maximum: MAX_VARIANTS, found: variants.len() });
            return;
        }
        let is_plain = details.options.first().is_some_and(|name| name == VARIANT);
        let mut is_unknown = false;
        for (number, variant) in (1..).zip(variants) {
            let value_of = |name: &String| {
                let known = variant.options.iter().chain(&variant.traits).find(|(known, _)| known == name);
                known.map_or(ANY, |(_, value)| value.as_str()).to_owned()
            };
            let mut values: Vec<String> = details.options.iter().map(value_of).collect();
            if is_plain && variant.options.is_empty() {
                let name = if variant.sku.is_empty() { format!("{number}") } else { variant.sku.clone() };
                values = vec![name.chars().take(MAX_LABEL_LENGTH).collect()];
            }
            let stock = variant.stock.facts();
            is_unknown |= stock.is_none();
            let price = variant.price.or(main.price).unwrap_or_default();
            // Of a variant with a price of its own, the price before is its own, too: without one it is not on sale.
            let shared = main.compare_at.filter(|_| variant.price.is_none());
            let facts =
                facts(price, variant.compare_at.or(shared), stock.unwrap_or_else(|| self.settings.unknown_stock()));
            if let Some(same) = details.variants.iter_mut().find(|known| known.values == values) {
                // The same thing at another place.
                if same.merchant_sku == variant.sku && !variant.sku.is_empty() {
                    same.facts.stock =
                        same.facts.stock.saturating_add(facts.stock).min(crate::build::limits::MAX_COUNT);
                } else {
                    self.refuse(variant.line, Rule::SameVariant { values: values.join(", ") });
                }
                continue;
            }
            let image = variant.variant_image.as_ref().and_then(|image| {
                let place = main.images.iter().position(|known| known.url == image.url)?;
                u32::try_from(place).ok()
            });
            let (gtin, merchant_sku) = (variant.gtin, variant.sku);
            details.variants.push(Variant {
                values,
                gtin,
                merchant_sku,
                image,
                weight: variant.weight,
                facts,
                ..Variant::default()
            });
        }
        for variant in &mut details.variants {
            // A SKU by our rule is the merchant's own; any other stays beside the one that is derived.
            if sku::Sku::new(&variant.merchant_sku).is_ok() {
                variant.sku = core::mem::take(&mut variant.merchant_sku);
            }
        }
        if is_unknown {
            self.warnings.add(WarningKind::NoStock, main.line);
        }
    }

    fn attributes(&mut self, details: &mut Details, main: &mut Part) {
        let choices = core::mem::take(&mut main.choices);
        let others = choices.into_iter().filter(|(name, _)| !details.options.contains(name));
        let of_choices = others.flat_map(|(name, values)| {
            values.into_iter().map(move |value| Attribute { name: name.clone(), value }).collect::<Vec<_>>()
        });
        for attribute in core::mem::take(&mut main.attributes).into_iter().chain(of_choices) {
            if !details.attributes.contains(&attribute) {
                details.attributes.push(attribute);
            }
        }
        let found = details.attributes.len();
        if found > MAX_ATTRIBUTES {
            self.refuse(main.line, Rule::TooMany { field: "attributes", maximum: MAX_ATTRIBUTES, found });
        }
    }

    fn record(&mut self, mut main: Part, mut details: Details) -> Record {
        let line = main.line;
        if main.images.len() > MAX_IMAGES {
            self.refuse(line, Rule::TooMany { field: "images", maximum: MAX_IMAGES, found: main.images.len() });
        }
        if main.images.is_empty() && !main.has_refused_picture {
            self.warnings.add(WarningKind::NoPicture, line);
        }
        let id = id(&main);
        let mut stock = 0;
        if details.variants.is_empty() {
            let facts = main.stock.facts();
            if facts.is_none() {
                self.warnings.add(WarningKind::NoStock, line);
            }
            let (count, policy) = facts.unwrap_or_else(|| self.settings.unknown_stock());
            stock = count;
            if policy != StockPolicy::Deny {
                let price = main.price.unwrap_or_default();
                let facts = self::facts(price, main.compare_at, (count, policy));
                details.variants.push(Variant { sku: id.clone(), facts, weight: main.weight, ..Variant::default() });
            }
        }
        if main.category.is_empty() {
            self.warnings.add(WarningKind::NoCategory, line);
            main.category.push(self.settings.import.category().to_owned());
        }
        let category = main.category.pop().unwrap_or_default();
        let mut origins: Vec<String> = Vec::new();
        for image in &main.images {
            if let Some(Source::Origin(origin)) = source(&image.url)
                && !origins.contains(&origin)
            {
                origins.push(origin);
            }
        }
        let image_url = main.images.first().map(|image| image.url.clone()).unwrap_or_default();
        let is_bare = main.images.iter().all(|image| *image == Image { url: image.url.clone(), ..Image::default() });
        if main.images.len() > 1 || !is_bare {
            details.images = main.images;
        }
        details.gtin = main.gtin;
        details.mpn = main.mpn;
        details.tags = main.tags;
        details.collections = main.collections;
        details.tax_class = main.tax_class;
        details.seo_title = main.seo_title;
        details.seo_description = main.seo_description;
        details.html = main.html;
        if main.sku != id {
            details.merchant_sku = main.sku;
        }
        let handle = if Handle::new(&main.handle).is_ok() { main.handle } else { slug(&main.handle) };
        let leading = details.variants.iter().map(|variant| variant.facts.price).min();
        Record {
            id,
            handle,
            name: main.name,
            description: main.description,
            price: main.price.or(leading).unwrap_or(Price::of(0)),
            compare_at: main.compare_at,
            image_url,
            image_origins: origins,
            category,
            parents: main.category,
            brand: main.brand,
            stock,
            rating: main.rating,
            reviews: main.reviews,
            published: main.published,
            details,
        }
    }
}

/// A product whose records share a key has the key as its id.
fn id(main: &Part) -> String {
    if main.group.is_empty() {
        return main.id.clone();
    }
    match ProductId::new(&main.group) {
        Ok(id) => id.as_str().to_owned(),
        Err(_) => sku::derived(&slug(&main.group), core::iter::once(main.group.as_str())),
    }
}
