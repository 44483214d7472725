//! Pages of brands and collections by their slugs, and the values by which categories are asked for.

use catalog::{Catalog, Query, ShelfKind};
use serde_json::json;

fn catalog(records: &[serde_json::Value]) -> Catalog {
    let whole = records.iter().enumerate().map(|(number, record)| {
        let mut whole = json!({
            "id": (number + 1).to_string(), "name": "Thing", "description": "", "price": 1, "imageUrl": "", "category": "Things", "stock": 1,
            "rating": 0, "reviews": 0,
        });
        for (key, value) in record.as_object().unwrap() {
            whole[key] = value.clone();
        }
        whole
    });
    let text = serde_json::to_vec(&whole.collect::<Vec<_>>()).unwrap();
    Catalog::open(catalog::build::index_from_json(&text).unwrap()).unwrap()
}

#[test]
fn spellings_of_a_name_are_one_shelf_and_names_with_one_slug_are_two() {
    let catalog = catalog(&[
        json!({ "brand": "Kinto" }),
        json!({ "brand": "KINTO" }),
        json!({ "brand": "Kin-to" }),
        json!({ "brand": "Kin to" }),
        json!({ "brand": "茶" }),
    ]);
    let shelves: Vec<_> =
        catalog.shelves(ShelfKind::Brand).into_iter().map(|shelf| (shelf.slug, shelf.products)).collect();
    let expect = [("kin-to", 1), ("", 1), ("kinto", 2), ("", 1)].map(|(slug, products)| (slug.to_owned(), products));
    assert_eq!(shelves, expect);
    assert_eq!(catalog.shelf_named(ShelfKind::Brand, "kin-to"), Some("Kin to"));
    assert_eq!(catalog.shelf_slug(ShelfKind::Brand, "kinto").as_deref(), Some("kinto"));
    for (name, slug) in [("KINTO", Some("kinto")), ("Kin-to", None), ("茶", None), ("Nobody", None)] {
        assert_eq!(catalog.shelf_slug(ShelfKind::Brand, name).as_deref(), slug, "{name}");
    }
    for slug in ["", "Kinto", "kinto-", "k", &"k".repeat(9000)] {
        assert_eq!(catalog.shelf_named(ShelfKind::Brand, slug), None, "{slug}");
    }
    assert!(catalog.shelves(ShelfKind::Collection).is_empty());
    assert_eq!(catalog.shelf_named(ShelfKind::Collection, "kinto"), None);
}

#[test]
fn collections_count_the_products_that_belong_to_them() {
    let catalog = catalog(&[
        json!({ "collections": ["Summer", "Gifts"] }),
        json!({ "collections": ["Gifts"] }),
        json!({ "collections": [] }),
    ]);
    let shelves: Vec<_> = catalog
        .shelves(ShelfKind::Collection)
        .into_iter()
        .map(|shelf| (shelf.name, shelf.slug, shelf.products))
        .collect();
    assert_eq!(shelves, [("Gifts", "gifts".to_owned(), 2), ("Summer", "summer".to_owned(), 1)]);
}

#[test]
fn a_category_at_the_top_is_asked_for_alone_although_another_has_its_name() {
    let catalog = catalog(&[
        json!({ "category": "Mugs", "categoryPath": ["Kitchen", "Mugs"] }),
        json!({ "category": "Kitchen", "categoryPath": ["Toys", "Kitchen"] }),
        json!({ "category": "Kitchen" }),
    ]);
    let found = |category: &str| {
        let query = Query { categories: vec![category.to_owned()], ..Query::default() };
        let positions = catalog.search(&query).positions;
        positions.iter().filter_map(|position| catalog.id_at(*position)).collect::<Vec<_>>().join(" ")
    };
    for (category, ids) in [
        ("Kitchen", "1 2 3"),
        ("> Kitchen", "1 3"),
        ("> kitchen", "1 3"),
        ("> Kitchen > Mugs", "1"),
        ("Kitchen > Mugs", "1"),
        ("Toys > Kitchen", "2"),
        ("> Mugs", ""),
        ("> ", ""),
    ] {
        assert_eq!(found(category), ids, "{category}");
    }
    let counts: Vec<_> =
        catalog.category_counts().into_iter().map(|category| (category.value.into_owned(), category.count)).collect();
    let expect = [("> Kitchen", 2), ("Mugs", 1), ("Toys", 1), ("Toys > Kitchen", 1)];
    assert_eq!(counts, expect.map(|(value, count)| (value.to_owned(), count)));
    let trail: Vec<_> =
        catalog.category_trail_at(0).into_iter().map(|(name, value)| (name, value.into_owned())).collect();
    assert_eq!(trail, [("Kitchen", "> Kitchen".to_owned()), ("Mugs", "Mugs".to_owned())]);
}
