//! A query in the spelling of the catalog: `kitchen` becomes `Kitchen` if that is what the category is called. Compares as the filters do
//! (`filter.rs`, `options.rs`), so that both queries find the same products; a value of several spellings is one value.

use core::slice;

use crate::index::catalog::Catalog;
use crate::index::groups::{Group, GroupKind, SEPARATOR};
use crate::query::{NamedFilter, Query};
use crate::text::fold::fold;
use crate::text::slug::slug;

/// A query as the catalog spells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spelled {
    /// The query; what the catalog does not have stays as it was asked for.
    pub query: Query,
    /// The values that the catalog does not have.
    pub unknown: Vec<Unknown>,
}

/// A value of a filter that no product of the catalog has, whatever the other filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The parameter: `category`, `brand`, `collection`, `option.<name>` or `attr.<name>`.
    pub parameter: &'static str,
    /// The name of the option or the attribute; empty for every other parameter.
    pub name: String,
    /// The value as it was asked for.
    pub value: String,
}

impl Catalog {
    /// The query in the spelling of this catalog, each value once, and the values that it does not have.
    pub fn spelled(&self, query: &Query) -> Spelled {
        let mut spelled = Spelled { query: query.clone(), unknown: Vec::new() };
        let Spelled { query: Query { categories, brands, collections, options, attributes, .. }, unknown } =
            &mut spelled;
        spell(categories, ("category", ""), unknown, |asked| self.category_spelled(asked));
        let brand = self.group(GroupKind::Brand, "");
        spell(brands, ("brand", ""), unknown, |asked| value_spelled(brand, "", asked));
        let collection = self.group(GroupKind::Collections, "");
        spell(collections, ("collection", ""), unknown, |asked| value_spelled(collection, "", asked));
        let group = self.group(GroupKind::Options, "");
        for NamedFilter { name, values } in options {
            let key = fold(name).into_owned();
            spell(values, ("option.<name>", name), unknown, |asked| value_spelled(group, &key, asked));
            if let Some((own, _)) = group.and_then(|group| option_named(group, &key)?.split_once(SEPARATOR)) {
                own.clone_into(name);
            }
        }
        for NamedFilter { name, values } in attributes {
            let group = self.group(GroupKind::Attribute, &fold(name));
            spell(values, ("attr.<name>", name), unknown, |asked| value_spelled(group, "", asked));
            if let Some(group) = group {
                group.name.clone_into(name);
            }
        }
        spelled.query.sort_values();
        spelled
    }

    /// The value of the category that is meant; of several of one name, the name.
    fn category_spelled(&self, asked: &String) -> Option<String> {
        let meant = self.categories_meant(slice::from_ref(asked));
        let mut numbers = (0_u32..).zip(meant).filter(|(_, is_meant)| *is_meant).map(|(number, _)| number);
        let first = numbers.next()?;
        match numbers.next() {
            None => self.category_value(first, &self.category_names()).map(Into::into),
            Some(_) => self.category_name(first).map(str::to_owned),
        }
    }
}

/// Puts each value into the spelling that is found for it, and notes those without one.
fn spell(
    values: &mut Vec<String>,
    (parameter, name): (&'static str, &str),
    unknown: &mut Vec<Unknown>,
    find: impl Fn(&String) -> Option<String>,
) {
    for asked in core::mem::take(values) {
        let found = find(&asked);
        // Two categories may differ in accents alone; two values of a group are one then.
        let is_same = |other: &String| match &found {
            Some(found) if parameter == "category" => other == found,
            _ => fold(other) == fold(&asked),
        };
        if !values.iter().any(is_same) {
            if found.is_none() {
                unknown.push(Unknown { parameter, name: name.to_owned(), value: asked.clone() });
            }
            values.push(found.unwrap_or(asked));
        }
    }
}

/// A value of a group: of options, one of the option with this folded name. The first of several spellings, unless one is as asked for.
fn value_spelled(group: Option<Group<'_>>, option: &str, asked: &str) -> Option<String> {
    let group = group?;
    let folded = fold(asked);
    let mut found = None;
    for value in 0..group.value_count() {
        let Some((mut key, mut own)) = group.value_key(value).zip(group.value(value)) else { continue };
        if group.kind == GroupKind::Options {
            let Some(rest) = key.strip_prefix(option).and_then(|rest| rest.strip_prefix(SEPARATOR)) else { continue };
            key = rest;
            own = own.split_once(SEPARATOR).map_or(own, |(_, own)| own);
        }
        let is_meant = key == folded || group.kind == GroupKind::Collections && slug(key) == asked;
        if is_meant && (found.is_none() || own == asked) {
            found = Some(own);
        }
    }
    found.map(str::to_owned)
}

/// The first value of an option, with the name before it.
fn option_named<'c>(group: Group<'c>, key: &str) -> Option<&'c str> {
    let is_of = |value: &u32| {
        group.value_key(*value).and_then(|own| own.split_once(SEPARATOR)).is_some_and(|(name, _)| name == key)
    };
    (0..group.value_count()).find(is_of).and_then(|value| group.value(value))
}
