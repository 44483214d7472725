//! Filters by brand, collection, option, attribute, sale and rating, alone and together with all others, and every facet beside them,
//! against a look at one product after another. The catalog has more products than a word of a set has bits, and a last word that is not full.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use catalog::build::{Options, Products};
use catalog::{Catalog, Facets, NamedCounts, NamedFilter, Price, Query, Rating, Sort};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert_eq, proptest};
use serde_json::{Value, json};

const PRODUCTS: u32 = 331;
const SIZES: [&str; 3] = ["S", "M", "L"];
const COLOURS: [&str; 4] = ["Red", "Blue", "Sand", "Olive"];

/// A product as the tests read it; its position is its id.
struct Record {
    category: String,
    brand: Option<String>,
    collections: Vec<String>,
    material: Option<String>,
    price: u64,
    is_on_sale: bool,
    /// In hundredths.
    rating: u16,
    /// Size, colour, stock.
    variants: Vec<(&'static str, &'static str, u32)>,
}

/// A number below `limit`; the lower ones come more often.
fn skewed(id: u32, salt: u32, limit: u32) -> u32 {
    let mixed = |salt: u32| {
        (id + 1).wrapping_mul(2_654_435_761).wrapping_add(salt.wrapping_mul(40_503)).rotate_left(salt + 7) >> 5
    };
    mixed(salt) % (1 + mixed(salt + 100) % limit)
}

fn record(id: u32) -> Record {
    let variants = 1 + skewed(id, 1, 4);
    Record {
        category: format!("Shelf {}", skewed(id, 2, 5)),
        brand: Some(skewed(id, 3, 7)).filter(|brand| *brand > 0).map(|brand| format!("Brand {brand}")),
        collections: (0..skewed(id, 4, 3))
            .map(|place| format!("Range {}", skewed(id, 5 + place, 5)))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
        material: Some(skewed(id, 9, 4))
            .filter(|material| *material > 0)
            .map(|material| format!("Material {material}")),
        price: u64::from(100 + skewed(id, 10, 40) * 100),
        is_on_sale: id.is_multiple_of(3),
        rating: u16::try_from(skewed(id, 11, 10) * 50).unwrap(),
        variants: (0..variants)
            .map(|place| {
                let place = place as usize + id as usize;
                (SIZES[place % 3], COLOURS[place / 3 % 4], skewed(id, 12 + u32::try_from(place % 5).unwrap(), 3))
            })
            .collect(),
    }
}

static RECORDS: LazyLock<Vec<Record>> = LazyLock::new(|| (0..PRODUCTS).map(record).collect());

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let line = |(id, record): (usize, &Record)| {
        let whole = |minor: u64| minor / 100;
        let variants: Vec<Value> = (record.variants.iter().zip(0..))
            .map(|((size, colour, stock), number)| {
                let mut variant = json!({ "sku": format!("V{id}-{number}"), "options": [size, colour], "price": whole(record.price), "stock": stock });
                if record.is_on_sale {
                    variant["compareAtPrice"] = (whole(record.price) + 5).into();
                }
                variant
            })
            .collect();
        let mut product = json!({
            "id": id.to_string(), "name": format!("Thing {id}"), "description": "", "price": whole(record.price), "imageUrl": "",
            "category": record.category, "stock": 0, "rating": f64::from(record.rating) / 100.0, "reviews": 3,
            "collections": record.collections, "options": [{ "name": "Size" }, { "name": "Colour" }], "variants": variants,
        });
        if let Some(brand) = &record.brand {
            product["brand"] = brand.as_str().into();
        }
        if let Some(material) = &record.material {
            product["attributes"] = json!([{ "name": "Material", "value": material }]);
        }
        format!("{product}\n")
    };
    let lines: String = RECORDS.iter().enumerate().map(line).collect();
    let products = Products::read(lines.as_bytes(), Options::default()).unwrap_or_else(|error| panic!("{error}"));
    Catalog::open(products.into_index().unwrap()).unwrap()
});

fn queries() -> impl Strategy<Value = Query> {
    let some = |name: &'static str, most: u32| {
        prop_oneof_none(prop::collection::vec((0..most).prop_map(move |number| format!("{name} {number}")), 1..3))
    };
    let named = |name: &'static str, values: &'static [&'static str]| {
        let chosen = prop::collection::vec(prop::sample::select(values.to_vec()), 1..3);
        prop_oneof_none(chosen.prop_map(move |values| {
            vec![NamedFilter { name: name.to_owned(), values: values.into_iter().map(str::to_owned).collect() }]
        }))
    };
    let texts = (some("Shelf", 6), some("Brand", 8), some("Range", 6), some("Material", 5));
    let options = (named("Size", &["S", "M", "XXL"]), named("Colour", &["Red", "Olive", "Pink"]));
    let price = || prop::option::of((0..42_u64).prop_map(|price| Price::from_minor(price * 100).unwrap()));
    let numbers = (price(), price(), any::<Option<bool>>(), any::<Option<bool>>(), prop::option::of(0..11_u16));
    let sort = prop::option::of(prop::sample::select(Sort::ALL.to_vec()));
    (texts, options, numbers, sort).prop_map(
        |((categories, brands, collections, materials), (size, colour), numbers, sort)| {
            let (min_price, max_price, in_stock, on_sale, rating) = numbers;
            let attributes = NamedFilter { name: "Material".to_owned(), values: materials };
            Query {
                categories,
                brands,
                collections,
                options: [size, colour].concat(),
                attributes: Some(attributes).into_iter().filter(|filter| !filter.values.is_empty()).collect(),
                min_price,
                max_price,
                in_stock,
                on_sale,
                min_rating: rating.map(|half| Rating::new(half * 50).unwrap_or_default()),
                sort,
                page_size: 100,
                ..Query::default()
            }
        },
    )
}

/// Two times in three no filter, so that queries of one or two filters are common.
fn prop_oneof_none<T: core::fmt::Debug>(some: impl Strategy<Value = Vec<T>>) -> impl Strategy<Value = Vec<T>> {
    (some, 0..3_u8).prop_map(|(some, turn)| if turn == 0 { some } else { Vec::new() })
}

/// What a variant has of an option.
fn value_of(variant: &(&'static str, &'static str, u32), option: &str) -> &'static str {
    if option == "Size" { variant.0 } else { variant.1 }
}

/// Whether a product is found with all filters but those of the kinds in `without`; of options, with a variant that `is_meant`.
fn is_found(
    query: &Query,
    record: &Record,
    without: &str,
    is_meant: impl Fn(&(&'static str, &'static str, u32)) -> bool,
) -> bool {
    let among = |kind: &str, asked: &[String], own: &[&String]| {
        without == kind || asked.is_empty() || own.iter().any(|own| asked.contains(own))
    };
    let lists = |list: &Option<String>| list.iter().collect::<Vec<_>>().into_iter().cloned().collect::<Vec<_>>();
    let (brand, material) = (lists(&record.brand), lists(&record.material));
    let materials = query.attributes.first().map(|filter| filter.values.clone()).unwrap_or_default();
    let in_stock = record.variants.iter().any(|(_, _, stock)| *stock > 0);
    let has_variant = record.variants.iter().any(|variant| {
        let is_listed = query.in_stock != Some(true) || without == "stock" || variant.2 > 0;
        let keeps = |filter: &NamedFilter| {
            filter.name == without || filter.values.iter().any(|value| value == value_of(variant, &filter.name))
        };
        is_listed && query.options.iter().all(keeps) && is_meant(variant)
    });
    among("category", &query.categories, &[&record.category])
        && among("brand", &query.brands, &brand.iter().collect::<Vec<_>>())
        && among("collection", &query.collections, &record.collections.iter().collect::<Vec<_>>())
        && among("material", &materials, &material.iter().collect::<Vec<_>>())
        && has_variant
        && (without == "price"
            || query.min_price.is_none_or(|price| record.price >= price.minor())
                && query.max_price.is_none_or(|price| record.price <= price.minor()))
        && (without == "stock" || query.in_stock.is_none_or(|wanted| wanted == in_stock))
        && (without == "sale" || query.on_sale.is_none_or(|wanted| wanted == record.is_on_sale))
        && query.min_rating.is_none_or(|least| record.rating >= least.hundredths())
}

/// How many products would be found with each of their values, by all filters but those of a kind.
fn counted<'r>(query: &Query, kind: &str, values: impl Fn(&'r Record) -> Vec<&'r String>) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for record in RECORDS.iter().filter(|record| is_found(query, record, kind, |_| true)) {
        for value in values(record) {
            *counts.entry(value.clone()).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

fn of_option(query: &Query, option: &str, values: &[&str]) -> Vec<(String, u32)> {
    let count = |value: &str| {
        let has_it = |record: &&Record| is_found(query, record, option, |variant| value_of(variant, option) == value);
        u32::try_from(RECORDS.iter().filter(has_it).count()).unwrap()
    };
    let counts: BTreeMap<String, u32> = values.iter().map(|value| ((*value).to_owned(), count(value))).collect();
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn filters_and_facets_are_what_a_look_at_every_product_gives(mut query in queries()) {
        if query.min_price > query.max_price {
            core::mem::swap(&mut query.min_price, &mut query.max_price);
        }
        let (hits, facets) = CATALOG.search_with_facets(&query);
        prop_assert_eq!(&hits, &CATALOG.search(&query));
        prop_assert_eq!(&facets, &CATALOG.facets(&query));
        let kept = (0..PRODUCTS).zip(RECORDS.iter()).filter(|(_, record)| is_found(&query, record, "", |_| true));
        let kept: Vec<u32> = kept.map(|(id, _)| id).collect();
        prop_assert_eq!(hits.total, u32::try_from(kept.len()).unwrap());
        let mut found: Vec<u32> = (1..5).flat_map(|page| CATALOG.search(&Query { page, ..query.clone() }).positions).collect();
        if query.sort.is_some_and(|sort| sort != Sort::Relevance) {
            found.sort_unstable();
        }
        prop_assert_eq!(found, kept);

        let Facets { categories, price, in_stock, on_sale, brands, collections, options, attributes, .. } = facets;
        let listed = |values: Vec<catalog::ValueCount<'_>>| values.into_iter().map(|one| (one.value.into_owned(), one.count)).collect::<Vec<_>>();
        let named = |all: Vec<NamedCounts<'_>>| all.into_iter().map(|one| (one.name.into_owned(), listed(one.values))).collect::<BTreeMap<_, _>>();
        let categories: Vec<(String, u32)> = categories.into_iter().map(|one| (one.name.to_owned(), one.count)).collect();
        prop_assert_eq!(categories, counted(&query, "category", |record| vec![&record.category]));
        prop_assert_eq!(listed(brands), counted(&query, "brand", |record| record.brand.iter().collect()));
        prop_assert_eq!(listed(collections), counted(&query, "collection", |record| record.collections.iter().collect()));
        let materials = counted(&query, "material", |record| record.material.iter().collect());
        prop_assert_eq!(named(attributes).remove("Material").unwrap_or_default(), materials);
        let mut options = named(options);
        prop_assert_eq!(options.remove("Size").unwrap_or_default(), of_option(&query, "Size", &SIZES));
        prop_assert_eq!(options.remove("Colour").unwrap_or_default(), of_option(&query, "Colour", &COLOURS));
        let prices = || RECORDS.iter().filter(|record| is_found(&query, record, "price", |_| true)).map(|record| record.price);
        prop_assert_eq!(price.map(|range| (range.min.minor(), range.max.minor())), prices().min().zip(prices().max()));
        let count = |query: &Query| u32::try_from(RECORDS.iter().filter(|record| is_found(query, record, "", |_| true)).count()).unwrap();
        prop_assert_eq!(in_stock, if query.in_stock == Some(true) { hits.total } else { count(&Query { in_stock: Some(true), ..query.clone() }) });
        prop_assert_eq!(on_sale, Some(count(&Query { on_sale: Some(true), ..query.clone() })));
    }
}
