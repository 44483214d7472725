//! A query in the spelling of the catalog: `kitchen` becomes `Kitchen` if that is what the category is called. Compares as the filters do
//! (`filter.rs`, `options.rs`), so that both queries find the same products; a value of several spellings is one value.

use crate::index::catalog::Catalog;
use crate::index::groups::{GroupKind, SEPARATOR};
use crate::model::details::MAX_OPTIONS;
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
        let options_asked = query.options.len();
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
                // As the filters have it: no product has more options.
                Some(GroupKind::Options) if options_asked > MAX_OPTIONS => {
                    (values.iter().map(|_| None).collect(), None)
                }
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

    /// For each of these the value of the category that it means; of several of one name, the name. One that no value of the catalog's
    /// means the same as stays as it is: `pate` means `Pâte` and `Pâté`.
    fn categories_spelled(&self, asked: &[String]) -> Vec<Option<String>> {
        let meant = self.all_meant(asked);
        let names = self.category_names();
        let value = |meant: &Vec<u32>| match meant.as_slice() {
            [one] => self.category_value(*one, &names).map(Into::into),
            several => self.category_name(*several.first()?).map(str::to_owned),
        };
        let own: Vec<Option<String>> = meant.iter().map(value).collect();
        let own_asked: Vec<String> = own.iter().map(|own| own.clone().unwrap_or_default()).collect();
        let means_same = self.all_meant(&own_asked).into_iter().zip(&meant).map(|(own, meant)| own == *meant);
        let chosen = own.into_iter().zip(asked).zip(means_same);
        chosen.map(|((own, asked), is_same)| own.map(|own| if is_same { own } else { asked.clone() })).collect()
    }

    /// For each of these the categories that it means.
    fn all_meant(&self, asked: &[String]) -> Vec<Vec<u32>> {
        let mut meant: Vec<Vec<u32>> = asked.iter().map(|_| Vec::new()).collect();
        self.categories_meant(asked, &mut |place, category| {
            meant.get_mut(place).into_iter().for_each(|meant| meant.push(category));
        });
        meant
    }

    /// For each of these the value of a group, of which `key` is the folded name: of options, those of the option with this name. The first of
    /// several spellings, unless one is as asked for; where collections of several names are meant by their slug, the slug. And the name of the
    /// option or the attribute. Looks at each value of the group once, as the filters do; at each collection twice.
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
        if kind == GroupKind::Collections {
            let own: Vec<&str> = found.iter().map(|found| found.unwrap_or_default()).collect();
            let asked_too: Vec<&str> = asked.iter().map(String::as_str).collect();
            let counts = self.collections_meant(&own).into_iter().zip(self.collections_meant(&asked_too));
            for ((slot, asked), (own, meant)) in found.iter_mut().zip(asked).zip(counts) {
                // A name and its slug mean the same, or one of them more.
                if slot.is_some() && own != meant {
                    *slot = Some(asked);
                }
            }
        }
        (found.into_iter().map(|found| found.map(str::to_owned)).collect(), name)
    }

    /// How many collections each of these means, by name or by slug.
    fn collections_meant(&self, asked: &[&str]) -> Vec<usize> {
        let folded: Vec<_> = asked.iter().map(|asked| fold(asked)).collect();
        let mut counts = vec![0_usize; asked.len()];
        if let Some(group) = self.group(GroupKind::Collections, "") {
            for key in (0..group.value_count()).filter_map(|value| group.value_key(value)) {
                let slug = slug(key);
                for ((asked, folded), count) in asked.iter().zip(&folded).zip(&mut counts) {
                    *count += usize::from(key == *folded || !slug.is_empty() && slug == *asked);
                }
            }
        }
        counts
    }
}
