//! A query in the spelling of the catalog: `kitchen` becomes `Kitchen` if that is what the category is called. Compares as the filters do
//! (`filter.rs`, `options.rs`), so that both queries find the same products; a value of several spellings is one value.

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
        let found = self.categories_spelled(categories);
        spell(categories, found, ("category", ""), unknown);
        for (values, kind, parameter) in
            [(brands, GroupKind::Brand, "brand"), (collections, GroupKind::Collections, "collection")]
        {
            let found = values_spelled(self.group(kind, ""), "", values);
            spell(values, found, (parameter, ""), unknown);
        }
        let group = self.group(GroupKind::Options, "");
        for NamedFilter { name, values } in options {
            let key = fold(name).into_owned();
            let found = values_spelled(group, &key, values);
            spell(values, found, ("option.<name>", name), unknown);
            if let Some((own, _)) = group.and_then(|group| option_named(group, &key)?.split_once(SEPARATOR)) {
                own.clone_into(name);
            }
        }
        for NamedFilter { name, values } in attributes {
            let group = self.group(GroupKind::Attribute, &fold(name));
            let found = values_spelled(group, "", values);
            spell(values, found, ("attr.<name>", name), unknown);
            if let Some(group) = group {
                group.name.clone_into(name);
            }
        }
        spelled.query.sort_values();
        spelled
    }

    /// For each of these the value of the category that it means; of several of one name, the name.
    fn categories_spelled(&self, asked: &[String]) -> Vec<Option<String>> {
        if asked.is_empty() {
            return Vec::new();
        }
        let mut meant: Vec<(Option<u32>, usize)> = asked.iter().map(|_| (None, 0)).collect();
        self.categories_meant(asked, &mut |place, category| {
            if let Some((first, count)) = meant.get_mut(place) {
                first.get_or_insert(category);
                *count += 1;
            }
        });
        let names = self.category_names();
        let value = |(first, count): (Option<u32>, usize)| match first {
            Some(first) if count == 1 => self.category_value(first, &names).map(Into::into),
            first => self.category_name(first?).map(str::to_owned),
        };
        meant.into_iter().map(value).collect()
    }
}

/// Puts each value into the spelling that was found for it, and notes those without one.
fn spell(
    values: &mut Vec<String>,
    found: Vec<Option<String>>,
    (parameter, name): (&'static str, &str),
    unknown: &mut Vec<Unknown>,
) {
    for (asked, found) in core::mem::take(values).into_iter().zip(found) {
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

/// For each of these the value of a group: of options, one of the option with this folded name. The first of several spellings, unless
/// one is as asked for. Looks at each value of the group once, as the filters do.
fn values_spelled(group: Option<Group<'_>>, option: &str, asked: &[String]) -> Vec<Option<String>> {
    let Some(group) = group.filter(|_| !asked.is_empty()) else { return asked.iter().map(|_| None).collect() };
    let folded: Vec<_> = asked.iter().map(|asked| fold(asked)).collect();
    let mut found: Vec<Option<&str>> = asked.iter().map(|_| None).collect();
    for value in 0..group.value_count() {
        let Some((mut key, mut own)) = group.value_key(value).zip(group.value(value)) else { continue };
        if group.kind == GroupKind::Options {
            let Some(rest) = key.strip_prefix(option).and_then(|rest| rest.strip_prefix(SEPARATOR)) else { continue };
            key = rest;
            own = own.split_once(SEPARATOR).map_or(own, |(_, own)| own);
        }
        let slug = if group.kind == GroupKind::Collections { slug(key) } else { String::new() };
        for ((asked, folded), slot) in asked.iter().zip(&folded).zip(&mut found) {
            let is_meant = key == *folded || !slug.is_empty() && slug == *asked;
            if is_meant && (slot.is_none() || own == asked) {
                *slot = Some(own);
            }
        }
    }
    found.into_iter().map(|found| found.map(str::to_owned)).collect()
}

/// The first value of an option, with the name before it.
fn option_named<'c>(group: Group<'c>, key: &str) -> Option<&'c str> {
    let is_of = |value: &u32| {
        group.value_key(*value).and_then(|own| own.split_once(SEPARATOR)).is_some_and(|(name, _)| name == key)
    };
    (0..group.value_count()).find(is_of).and_then(|value| group.value(value))
}
