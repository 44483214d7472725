//! A query in the spelling of the catalog: `kitchen` becomes `Kitchen` if that is what the category is called. Compares as the filters do
//! (`filter.rs`, `options.rs`), so that both queries find the same products; a value of several spellings is one value.

use crate::index::catalog::Catalog;
use crate::index::groups::{GroupKind, SEPARATOR};
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

/// The values of one filter of a query, which are spelled in place. All filters take one way through the code, of which a Worker has one copy.
struct Part<'q> {
    parameter: &'static str,
    /// The group that has the values; categories are none.
    kind: Option<GroupKind>,
    /// The name of the option or the attribute.
    name: Option<&'q mut String>,
    values: &'q mut Vec<String>,
}

impl Catalog {
    /// The query in the spelling of this catalog, each value once, and the values that it does not have.
    pub fn spelled(&self, query: &Query) -> Spelled {
        let mut spelled = Spelled { query: query.clone(), unknown: Vec::new() };
        let Query { categories, brands, collections, options, attributes, .. } = &mut spelled.query;
        let mut parts = vec![
            Part { parameter: "category", kind: None, name: None, values: categories },
            Part { parameter: "brand", kind: Some(GroupKind::Brand), name: None, values: brands },
            Part { parameter: "collection", kind: Some(GroupKind::Collections), name: None, values: collections },
        ];
        let named = [("option.<name>", GroupKind::Options, options), ("attr.<name>", GroupKind::Attribute, attributes)];
        for (parameter, kind, filters) in named {
            for NamedFilter { name, values } in filters {
                parts.push(Part { parameter, kind: Some(kind), name: Some(name), values });
            }
        }
        for Part { parameter, kind, name, values } in parts {
            let asked_name = name.as_ref().map(|name| (**name).clone()).unwrap_or_default();
            let (found, own_name) = match kind {
                _ if values.is_empty() => continue,
                None => (self.categories_spelled(values), None),
                Some(kind) => self.values_spelled(kind, &fold(&asked_name), values),
            };
            for (asked, found) in core::mem::take(values).into_iter().zip(found) {
                // Two categories may differ in accents alone; two values of a group are one then.
                let is_same = |other: &String| match &found {
                    Some(found) if kind.is_none() => other == found,
                    _ => fold(other) == fold(&asked),
                };
                if values.iter().any(is_same) {
                    continue;
                }
                if found.is_none() {
                    spelled.unknown.push(Unknown { parameter, name: asked_name.clone(), value: asked.clone() });
                }
                values.push(found.unwrap_or(asked));
            }
            if let Some((name, own)) = name.zip(own_name) {
                own.clone_into(name);
            }
        }
        spelled.query.sort_values();
        spelled
    }

    /// For each of these the value of the category that it means; of several of one name, the name.
    fn categories_spelled(&self, asked: &[String]) -> Vec<Option<String>> {
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

    /// For each of these the value of a group, of which `key` is the folded name: of options, those of the option with this name. The first of
    /// several spellings, unless one is as asked for. And the name of the option or the attribute. Looks at each value of the group once,
    /// as the filters do.
    fn values_spelled(&self, kind: GroupKind, key: &str, asked: &[String]) -> (Vec<Option<String>>, Option<&str>) {
        let mut found: Vec<Option<&str>> = asked.iter().map(|_| None).collect();
        let mut name = None;
        if let Some(group) = self.group(kind, if kind == GroupKind::Attribute { key } else { "" }) {
            let folded: Vec<_> = asked.iter().map(|asked| fold(asked)).collect();
            name = (kind == GroupKind::Attribute).then_some(group.name);
            for value in 0..group.value_count() {
                let Some((mut folded_own, mut own)) = group.value_key(value).zip(group.value(value)) else { continue };
                if kind == GroupKind::Options {
                    let Some((option, rest)) = folded_own.split_once(SEPARATOR).filter(|(option, _)| *option == key)
                    else {
                        continue;
                    };
                    let (own_name, own_value) = own.split_once(SEPARATOR).unwrap_or((option, own));
                    name.get_or_insert(own_name);
                    (folded_own, own) = (rest, own_value);
                }
                let slug = if kind == GroupKind::Collections { slug(folded_own) } else { String::new() };
                for ((asked, folded), slot) in asked.iter().zip(&folded).zip(&mut found) {
                    let is_meant = folded_own == *folded || !slug.is_empty() && slug == *asked;
                    if is_meant && (slot.is_none() || own == asked) {
                        *slot = Some(own);
                    }
                }
            }
        }
        (found.into_iter().map(|found| found.map(str::to_owned)).collect(), name)
    }
}
