//! Every way to filter and sort products with variants, and every facet, against going through the records one by one.

use std::collections::BTreeMap;

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{BRANDS, COLOURS, MATERIALS, RICH, SIZES};
use crate::build::record::Record;
use crate::model::details::{Variant, VariantFacts};
use crate::model::money::discount;
use crate::query::{NamedFilter, Query, Sort};
use crate::search::{NamedCounts, ValueCount};
use crate::text::fold::fold;
use crate::text::slug::slug;

fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    let none = Just(Vec::new());
    let some = prop::sample::subsequence(values, 1..=values.len().min(2))
        .prop_map(|some| some.iter().map(|value| (*value).to_owned()).collect());
    prop_oneof![2 => none, 1 => some]
}

fn named(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = Option<NamedFilter>> {
    some_of(values).prop_map(move |values| (!values.is_empty()).then(|| NamedFilter { name: name.to_owned(), values }))
}

fn queries() -> impl Strategy<Value = Query> {
    let categories = some_of(&["Mugs", "Home", "home > table > throws", "Lamps", "Nowhere"]);
    let labels = (some_of(&BRANDS[1..]), some_of(&["Winter Sale", "gifts", "new-in"]));
    let options = (named("size", &SIZES), named("Colour", &COLOURS), named("Weight", &["1 kg"]));
    let attribute = named("Material", &MATERIALS);
    let truth = || any::<Option<bool>>();
    let sort = prop::option::of(prop::sample::select(Sort::ALL.to_vec()));
    let search = prop::option::weighted(0.3, prop::sample::select(vec!["tea pot", "lamp", "throw 2"]));
    (categories, labels, options, attribute, (truth(), truth(), prop::option::of(0_u16..=500)), sort, search).prop_map(
        |(
            categories,
            (brands, collections),
            (size, colour, weight),
            attribute,
            (in_stock, on_sale, rating),
            sort,
            search,
        )| {
            let weight = weight.filter(|_| size.is_some() && colour.is_some());
            Query {
                categories,
                brands,
                collections,
                options: [colour, weight, size].into_iter().flatten().collect(),
                attributes: attribute.into_iter().collect(),
                in_stock,
                on_sale,
                min_rating: rating.and_then(|rating| crate::model::product::Rating::new(rating).ok()),
                sort,
                search: search.map(str::to_owned),
                page_size: 200,
                ..Query::default()
            }
        },
    )
}

fn in_category(query: &Query, record: &Record) -> bool {
    let path: Vec<String> =
        record.parents.iter().chain([&record.category]).map(|name| fold(name).into_owned()).collect();
    let means = |asked: &String| {
        let asked = fold(asked);
        (1..=path.len()).any(|depth| path[depth - 1] == asked || path[..depth].join(" > ") == asked)
    };
    query.categories.is_empty() || query.categories.iter().any(means)
}

fn has_brand(query: &Query, record: &Record) -> bool {
    query.brands.is_empty() || query.brands.iter().any(|brand| fold(brand) == fold(&record.brand))
}

fn in_collection(query: &Query, record: &Record) -> bool {
    let is_in = |asked: &String| {
        record.details.collections.iter().any(|name| fold(name) == fold(asked) || slug(name) == *asked)
    };
    query.collections.is_empty() || query.collections.iter().any(is_in)
}

fn has_attribute(query: &Query, record: &Record) -> bool {
    query.attributes.iter().all(|filter| {
        record.details.attributes.iter().any(|attribute| {
            fold(&attribute.name) == fold(&filter.name)
                && filter.values.iter().any(|value| fold(value) == fold(&attribute.value))
        })
    })
}

fn value_of<'r>(record: &'r Record, variant: &'r Variant, name: &str) -> Option<&'r str> {
    let place = record.details.options.iter().position(|option| fold(option) == fold(name))?;
    variant.values.get(place).map(String::as_str)
}

/// Whether a variant keeps the filters by options, but for that of one name.
fn has_options(query: &Query, record: &Record, variant: &Variant, but: Option<&str>) -> bool {
    query.options.iter().filter(|filter| Some(filter.name.as_str()) != but).all(|filter| {
        let value = value_of(record, variant, &filter.name);
        filter.values.iter().any(|asked| value.is_some_and(|value| fold(value) == fold(asked)))
    })
}

/// The variants that may answer for their product.
fn variants(in_stock: Option<bool>, record: &Record) -> impl Iterator<Item = &Variant> {
    let is_there = move |facts: &VariantFacts| in_stock != Some(true) || facts.can_be_bought();
    record.details.variants.iter().filter(move |variant| is_there(&variant.facts))
}

fn keeps_options(query: &Query, record: &Record) -> bool {
    query.options.is_empty()
        || variants(query.in_stock, record).any(|variant| has_options(query, record, variant, None))
}

fn keeps_rest(query: &Query, record: &Record) -> bool {
    query.in_stock.is_none_or(|is_in| is_in == (record.stock > 0))
        && query.on_sale.is_none_or(|is_on| is_on == record.compare_at.is_some())
        && query.min_rating.is_none_or(|least| record.rating >= least)
}

fn keeps(query: &Query, record: &Record) -> bool {
    in_category(query, record)
        && has_brand(query, record)
        && in_collection(query, record)
        && has_attribute(query, record)
        && keeps_options(query, record)
        && keeps_rest(query, record)
}

/// The products of the query's text with their records.
fn of_text(query: &Query) -> Vec<(u32, &'static Record)> {
    let (catalog, records) = &*RICH;
    let text = Query { search: query.search.clone(), page_size: 200, ..Query::default() };
    catalog.search(&text).positions.into_iter().map(|position| (position, &records[position as usize])).collect()
}

/// Values as a facet lists them, by their folded texts.
fn listed(counts: BTreeMap<String, u32>) -> Vec<(String, u32)> {
    counts.into_iter().collect()
}

fn found(values: &[ValueCount<'_>]) -> Vec<(String, u32)> {
    values.iter().map(|value| (fold(&value.value).into_owned(), value.count)).collect()
}

fn found_named(all: &[NamedCounts<'_>]) -> Vec<(String, Vec<(String, u32)>)> {
    all.iter().map(|named| (fold(&named.name).into_owned(), found(&named.values))).collect()
}

fn count<'r>(records: impl Iterator<Item = &'r Record>, values: impl Fn(&Record) -> Vec<String>) -> Vec<(String, u32)> {
    let mut counts = BTreeMap::new();
    for record in records {
        let mut own: Vec<String> = values(record).iter().map(|value| fold(value).into_owned()).collect();
        own.sort();
        own.dedup();
        for value in own {
            *counts.entry(value).or_default() += 1;
        }
    }
    listed(counts)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn hits_are_the_records_that_keep_every_filter(query in queries()) {
        let (catalog, records) = &*RICH;
        let hits = catalog.search(&query);
        let mut expect: Vec<u32> = of_text(&query).into_iter().filter(|(_, record)| keeps(&query, record)).map(|(position, _)| position).collect();
        let mut positions = hits.positions.clone();
        prop_assert_eq!(usize::try_from(hits.total).unwrap(), expect.len());
        let key = |position: &u32| &records[*position as usize];
        match query.sort {
            Some(Sort::Newest) => prop_assert!(positions.is_sorted_by_key(|position| (std::cmp::Reverse(key(position).published), *position))),
            Some(Sort::Discount) => {
                let off = |position: &u32| discount(key(position).price, key(position).compare_at);
                let is_sorted = positions.is_sorted_by_key(|position| (std::cmp::Reverse(off(position)), *position));
                prop_assert!(is_sorted);
            }
            _ => {}
        }
        positions.sort_unstable();
        expect.sort_unstable();
        prop_assert_eq!(positions, expect);
    }

    #[test]
    fn each_facet_counts_over_everything_but_itself(query in queries()) {
        let (catalog, _) = &*RICH;
        let facets = catalog.facets(&query);
        let found_by_text = of_text(&query);
        let all = || found_by_text.iter().map(|(_, record)| *record);
        let without = |change: fn(&mut Query)| {
            let mut query = query.clone();
            change(&mut query);
            query
        };
        let other = without(|query| query.brands.clear());
        let expect = count(all().filter(|record| keeps(&other, record)), |record| {
            Some(record.brand.clone()).filter(|brand| !brand.is_empty()).into_iter().collect()
        });
        prop_assert_eq!(found(&facets.brands), expect);
        let other = without(|query| query.collections.clear());
        prop_assert_eq!(found(&facets.collections), count(all().filter(|record| keeps(&other, record)), |record| record.details.collections.clone()));
        let other = without(|query| query.attributes.clear());
        let expect = count(all().filter(|record| keeps(&other, record)), |record| {
            record.details.attributes.iter().map(|attribute| attribute.value.clone()).collect()
        });
        prop_assert_eq!(facets.attributes.first().map(|named| found(&named.values)).unwrap_or_default(), expect);
        let other = without(|query| query.on_sale = None);
        let on_sale = all().filter(|record| keeps(&other, record) && record.compare_at.is_some()).count();
        prop_assert_eq!(facets.on_sale, Some(u32::try_from(on_sale).unwrap()));
        let other = without(|query| query.in_stock = Some(true));
        prop_assert_eq!(facets.in_stock, u32::try_from(all().filter(|record| keeps(&other, record)).count()).unwrap());
        let other = without(|query| query.categories.clear());
        let expect = count(all().filter(|record| keeps(&other, record)), |record| {
            let path: Vec<String> = record.parents.iter().chain([&record.category]).map(|name| fold(name).into_owned()).collect();
            (1..=path.len()).map(|depth| path[..depth].join("\u{1f}")).collect()
        });
        let mut above: Vec<String> = Vec::new();
        let categories: Vec<(String, u32)> = facets.categories.iter().map(|category| {
            above.truncate(category.depth);
            above.push(fold(category.name).into_owned());
            (above.join("\u{1f}"), category.count)
        }).collect();
        prop_assert_eq!(categories, expect);
    }

    #[test]
    fn a_value_of_an_option_counts_products_with_such_a_variant(query in queries()) {
        let (catalog, _) = &*RICH;
        let facets = catalog.facets(&query);
        let mut expect = Vec::new();
        for name in ["Colour", "Size"] {
            let own = query.options.iter().find(|filter| fold(&filter.name) == fold(name)).map(|filter| filter.name.clone());
            let rest = Query { options: Vec::new(), ..query.clone() };
            let found_by_text = of_text(&query);
            let counts = count(found_by_text.iter().map(|(_, record)| *record).filter(|record| keeps(&rest, record)), |record| {
                variants(query.in_stock, record)
                    .filter(|variant| has_options(&query, record, variant, own.as_deref()))
                    .filter_map(|variant| value_of(record, variant, name).map(str::to_owned))
                    .collect()
            });
            if !counts.is_empty() {
                expect.push((fold(name).into_owned(), counts));
            }
        }
        prop_assert_eq!(found_named(&facets.options), expect);
    }
}

#[test]
fn two_options_are_of_one_variant() {
    let (catalog, records) = &*RICH;
    let query = |options: &[(&str, &str)]| Query {
        options: options
            .iter()
            .map(|(name, value)| NamedFilter { name: (*name).to_owned(), values: vec![(*value).to_owned()] })
            .collect(),
        page_size: 200,
        ..Query::default()
    };
    let has = |record: &Record, value: &str| {
        record.details.variants.iter().any(|variant| variant.values.iter().any(|own| own == value))
    };
    let mut split = 0;
    for size in SIZES {
        for colour in COLOURS {
            let found = catalog.search(&query(&[("Size", size), ("Colour", colour)])).positions;
            for (position, record) in (0..).zip(records) {
                let is_one = record.details.variants.iter().any(|variant| variant.values == [size, colour]);
                assert_eq!(found.contains(&position), is_one, "{} in {size} and {colour}", record.id);
                split += u32::from(!is_one && has(record, size) && has(record, colour));
            }
        }
    }
    assert!(split > 0, "the sample has no product that has both only in two variants");
    assert_eq!(
        catalog.search(&query(&[("Shoe size", "M")])).total,
        0,
        "an option that the shop does not have finds nothing"
    );
}

#[test]
fn an_option_is_one_filter_however_it_is_spelled() {
    let (catalog, _) = &*RICH;
    let total = |query: &str| catalog.search(&Query::parse(query, catalog.currency()).unwrap()).total;
    assert_eq!(total("option.Size=M&option.size=L"), total("option.size=l&option.size=m"));
    assert!(total("option.Size=M&option.size=L") > total("option.Size=M"), "either value will do");
    // No product has four options.
    let four = "option.Size=M&option.Colour=Red&option.Weight=1&option.Length=2";
    assert_eq!(total(four), 0);
    assert!(catalog.facets(&Query::parse(four, catalog.currency()).unwrap()).options.is_empty());
}

#[test]
fn a_category_is_named_by_its_path_where_its_name_is_not_its_own() {
    let (catalog, _) = &*RICH;
    let facets = catalog.facets(&Query::default());
    // One at the top has no path but its name, which means all of that name.
    for category in facets.categories.iter().filter(|category| category.depth > 0) {
        let query = Query { categories: vec![category.value.clone().into_owned()], ..Query::default() };
        assert_eq!(catalog.search(&query).total, category.count, "{}", category.value);
    }
    let of_name = |name: &str| facets.categories.iter().filter(|category| fold(category.name) == name).count();
    assert!(of_name("mugs") > 1, "the sample has one name below several");
}
