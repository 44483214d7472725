//! Catalogs of products with everything that a product can have, against the plainest reading of the same records. In the crate, since
//! records are made as they are, without a file.

mod changes;
mod damage;
mod filters;
mod restock;

use std::sync::LazyLock;

use proptest::prelude::{Strategy, prop};

use crate::build::products::Products;
use crate::build::record::Record;
use crate::build::{Options, prepare};
use crate::index::catalog::Catalog;
use crate::model::currency::Currency;
use crate::model::details::{Attribute, Details, StockPolicy, Variant, VariantFacts};
use crate::model::money::Price;
use crate::model::product::Rating;

const SIZES: [&str; 4] = ["S", "M", "L", "XL"];
const COLOURS: [&str; 3] = ["Red", "Blue", "Moss green"];
const BRANDS: [&str; 4] = ["", "Hollis", "Wren & Sons", "HOLLIS"];
const COLLECTIONS: [&str; 3] = ["Winter Sale", "Gifts", "New in"];
const MATERIALS: [&str; 3] = ["Oak", "Wool", "Steel"];

/// The choices that make a record; each byte decides one thing.
type Seed = [u8; 12];

/// Records of a few dozen products with unlike ids.
fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    prop::collection::vec(proptest::prelude::any::<Seed>(), 1..40)
}

fn record(number: usize, seed: Seed) -> Record {
    let [name, brand, labels, shape, stocks, price, before, rating, reviews, material, category, date] = seed;
    let pick = |from: &[&str], by: u8| from.get(usize::from(by) % from.len()).copied().unwrap_or_default().to_owned();
    let price = |by: u8| Price::of(u64::from(price.wrapping_add(by) % 40) * 100 + 100);
    let before = |price: Price, by: u8| {
        (before.wrapping_add(by) % 3 == 0).then(|| Price::of(price.minor() + u64::from(before) * 10))
    };
    let options: Vec<String> =
        ["Size", "Colour"].iter().take(usize::from(shape % 3)).map(|name| (*name).to_owned()).collect();
    let mut variants: Vec<Variant> = Vec::new();
    for count in 0..shape / 3 % 5 {
        let values: Vec<String> = [pick(&SIZES, shape / 7 + count), pick(&COLOURS, shape / 11 + count / 2)]
            .into_iter()
            .take(options.len())
            .collect();
        if options.is_empty() || variants.iter().any(|variant| variant.values == values) {
            continue;
        }
        let price = price(count * 3);
        let policy = match stocks % 7 {
            0 => StockPolicy::Untracked,
            1 => StockPolicy::Continue,
            _ => StockPolicy::Deny,
        };
        let facts = VariantFacts {
            price,
            compare_at: before(price, count),
            stock: u32::from(stocks.wrapping_add(count * 5) % 4),
            policy,
        };
        let sku = if count == 3 {
            String::new()
        } else {
            format!("SKU {number}{count}").replace(' ', if shape > 99 { "-" } else { " " })
        };
        variants.push(Variant { sku, values, facts, ..Variant::default() });
    }
    let options = if variants.is_empty() { Vec::new() } else { options };
    let attributes = if material % 4 == 0 {
        Vec::new()
    } else {
        vec![Attribute { name: "Material".to_owned(), value: pick(&MATERIALS, material / 4) }]
    };
    let collections = COLLECTIONS.iter().enumerate().filter(|(place, _)| labels >> place & 1 == 1);
    let details = Details {
        collections: collections.map(|(_, name)| (*name).to_owned()).collect(),
        former_handles: if labels > 200 { vec![format!("former-{number}")] } else { Vec::new() },
        options,
        variants,
        attributes,
        tax_class: if labels % 5 == 0 { "reduced".to_owned() } else { String::new() },
        ..Details::default()
    };
    let own = price(0);
    Record {
        id: if number.is_multiple_of(3) { format!("p-{number}") } else { number.to_string() },
        name: format!("{} {}", ["Tea pot", "Lamp", "Throw", "Tea pot"][usize::from(name % 4)], name % 5),
        handle: if name % 6 == 0 { format!("given-{}", number % 20) } else { String::new() },
        description: "Made to be used.".to_owned(),
        price: own,
        compare_at: before(own, 7),
        category: ["Mugs", "mugs", "Throws", "Lamps"][usize::from(category % 4)].to_owned(),
        parents: match category / 4 % 3 {
            0 => Vec::new(),
            1 => vec!["Home".to_owned()],
            _ => vec!["Home".to_owned(), "Table".to_owned()],
        },
        brand: pick(&BRANDS, brand),
        stock: u32::from(stocks % 3),
        rating: Rating::new(u16::from(rating) * 100 % 501).unwrap_or_default(),
        reviews: u32::from(reviews),
        published: if date % 4 == 0 { 0 } else { u32::from(date % 9) * 86_400 },
        details,
        ..Record::default()
    }
}

/// The products of some records.
fn products(mut records: Vec<Record>) -> Products {
    prepare::prepare(&mut records);
    Products { records, ..Products::read("[]".as_bytes(), Options::default()).unwrap() }
}

fn records(seeds: &[Seed]) -> Vec<Record> {
    seeds.iter().enumerate().map(|(number, seed)| record(number, *seed)).collect()
}

/// A catalog, and the records that it is made of, in its order.
fn catalog(seeds: &[Seed]) -> (Catalog, Vec<Record>) {
    let products = products(records(seeds));
    let records = products.records.clone();
    (Catalog::open(products.into_index().unwrap()).unwrap(), records)
}

/// A catalog with every kind of thing.
static RICH: LazyLock<(Catalog, Vec<Record>)> = LazyLock::new(|| {
    let seeds: Vec<Seed> = (0..120_u32)
        .map(|number| {
            core::array::from_fn(|place| {
                let mixed = (number * 31 + u32::try_from(place).unwrap() * 7 + 1).wrapping_mul(2_654_435_761);
                mixed.to_be_bytes()[1]
            })
        })
        .collect();
    catalog(&seeds)
});

#[test]
fn every_product_reads_back_whole() {
    let (catalog, records) = &*RICH;
    assert!(records.iter().any(|record| record.details.variants.len() > 2), "the sample has variants");
    for (position, record) in (0..).zip(records) {
        let product = catalog.product_at(position).unwrap();
        assert_eq!(catalog.details_at(position).unwrap(), record.details, "{}", record.id);
        let found =
            (&*product.handle, product.brand.unwrap_or_default(), product.price, product.compare_at, product.stock);
        let expect = (&*record.handle, &*record.brand, record.price, record.compare_at, record.stock);
        assert_eq!(found, expect, "{}", record.id);
        let path: Vec<&str> = record.parents.iter().chain([&record.category]).map(String::as_str).collect();
        assert_eq!(catalog.category_path_at(position), path, "{}", record.id);
        assert_eq!(catalog.published_at(position), record.published, "{}", record.id);
    }
}

#[test]
fn handles_and_skus_lead_to_their_products() {
    use crate::index::lookup::{HandleMatch, Sold};

    let (catalog, records) = &*RICH;
    let mut handles = std::collections::BTreeSet::new();
    for (position, record) in (0..).zip(records) {
        assert!(handles.insert(record.handle.clone()), "`{}` is given twice", record.handle);
        assert_eq!(catalog.by_handle(&record.handle), Some(HandleMatch::Current(position)));
        for former in &record.details.former_handles {
            assert_eq!(catalog.by_handle(former), Some(HandleMatch::Former(position)));
        }
        for (number, variant) in record.details.variants.iter().enumerate() {
            assert_eq!(catalog.by_sku(&variant.sku), Some(Sold { position, variant: Some(number) }));
        }
        let itself = record.details.variants.is_empty().then_some(Sold { position, variant: None });
        assert_eq!(catalog.by_sku(&record.id), itself, "an id is a SKU where there are no variants");
    }
    for unknown in ["", "nothing", "given-99", "SKU 11"] {
        assert_eq!((catalog.by_handle(unknown), catalog.by_sku(unknown)), (None, None), "{unknown}");
    }
}

#[test]
fn a_foreign_sku_is_kept_beside_the_derived_one() {
    let mut records = records(&[[3, 1, 1, 100, 9, 1, 1, 1, 1, 1, 1, 1]]);
    let variant =
        |sku: &str, value: &str| Variant { sku: sku.to_owned(), values: vec![value.to_owned()], ..Variant::default() };
    records[0].details.options = vec!["Size".to_owned()];
    records[0].details.variants = vec![variant("Größe 1", "S"), variant("tee-m", "M"), variant("tee-m", "L")];
    let of = |records: &[Record]| {
        let products = products(records.to_vec());
        products.records[0]
            .details
            .variants
            .iter()
            .map(|variant| (variant.sku.clone(), variant.merchant_sku.clone()))
            .collect::<Vec<_>>()
    };
    let found = of(&records);
    assert_eq!(found[1], ("tee-m".to_owned(), String::new()));
    assert_eq!((found[0].1.as_str(), found[2].1.as_str()), ("Größe 1", "tee-m"));
    assert!(found[0].0.starts_with("p-0-") && found[2].0.starts_with("p-0-") && found[0].0 != found[2].0);
    records[0].details.variants.rotate_left(1);
    assert_eq!(of(&records)[2].0, found[0].0, "a derived SKU does not depend on the order of variants");
}

#[test]
fn prices_of_any_size_and_currency_read_back() {
    let rupiah = Currency::parse("IDR").unwrap();
    let mut records = records(&[[1; 12], [2; 12]]);
    for record in &mut records {
        record.details = Details::default();
    }
    records[0].price = rupiah.price("45000000.5").unwrap();
    records[0].compare_at = Some(rupiah.price("9999999999.99").unwrap());
    let expect = (records[0].price, records[0].compare_at);
    let products = Products { currency: rupiah, ..products(records) };
    let catalog = Catalog::open(products.into_index().unwrap()).unwrap();
    assert_eq!(catalog.currency(), rupiah);
    let product = catalog.product("p-0").unwrap();
    assert_eq!((product.price, product.compare_at), expect);
}
