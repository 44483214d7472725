//! Queries in the spelling of the catalog: which values are meant, which are unknown, and that the same products are found.

use catalog::{Catalog, Query, Spelled, build};
use serde_json::json;

fn catalog() -> Catalog {
    let record = |id: &str, path: &[&str], brand: &str, colours: &[&str]| {
        let variants: Vec<_> = colours
            .iter()
            .map(|colour| json!({ "sku": format!("{id}-{colour}").replace('é', "e-"), "options": { "Colour": colour }, "price": 1, "stock": 1 }))
            .collect();
        json!({
            "id": id, "name": id, "description": "", "price": 1, "imageUrl": "", "category": path.last(), "categoryPath": path, "stock": 1,
            "rating": 0, "reviews": 0, "brand": brand, "collections": ["Summer Deals"],
            "options": [{ "name": "Colour", "values": colours }], "variants": variants,
            "attributes": [{ "name": "Material", "value": if id == "1" { "Oak" } else { "Ash" } }]
        })
    };
    let records = json!([
        record("1", &["Kitchen", "Mugs"], "Crème & Co", &["Red", "red"]),
        record("2", &["Garden", "Mugs"], "Hollis", &["Blue"]),
        record("3", &["Garden", "Pots"], "Hollis", &["Blue", "Réd"]),
    ]);
    Catalog::open(build::index_from_json(records.to_string().as_bytes()).unwrap()).unwrap()
}

#[track_caller]
fn check(query: &str, expect: &str, unknown: &[&str]) {
    let catalog = catalog();
    let asked = Query::parse(query, catalog.currency()).unwrap();
    let Spelled { query: spelled, unknown: missing } = catalog.spelled(&asked);
    assert_eq!(spelled.canonical(), expect, "{query}");
    let missing: Vec<String> =
        missing.iter().map(|one| format!("{} {} {}", one.parameter, one.name, one.value)).collect();
    assert_eq!(missing, unknown, "{query}");
    assert_eq!(catalog.search(&asked), catalog.search(&spelled), "{query} finds other products than {expect}");
}

#[test]
fn values_get_the_spelling_of_the_catalog_and_are_one_value() {
    check("category=kitchen&category=KITCHEN", "category=Kitchen", &[]);
    check("brand=creme+%26+co&brand=HOLLIS&brand=hollis", "brand=Cr%C3%A8me%20%26%20Co&brand=Hollis", &[]);
    check("collection=summer-deals&collection=summer+DEALS", "collection=Summer%20Deals", &[]);
    check("option.COLOUR=BLUE", "option.Colour=Blue", &[]);
    check("attr.MATERIAL=oak&page=2", "attr.Material=Oak&page=2", &[]);
}

#[test]
fn a_value_of_several_spellings_stays_the_one_that_is_asked_for() {
    check("option.Colour=red", "option.Colour=red", &[]);
    check("option.Colour=r%C3%A9d", "option.Colour=Red", &[]);
    check("option.Colour=R%C3%A9d&option.Colour=red", "option.Colour=R%C3%A9d", &[]);
}

#[test]
fn a_category_is_meant_by_its_name_or_its_path() {
    check("category=garden+%3E+POTS", "category=Pots", &[]);
    check("category=garden+%3E+mugs", "category=Garden%20%3E%20Mugs", &[]);
    // Two have this name, and both are meant.
    check("category=mugs", "category=Mugs", &[]);
}

#[test]
fn what_the_catalog_does_not_have_stays_and_is_named() {
    check("category=Nowhere&category=nowhere&category=pots", "category=Nowhere&category=Pots", &["category  Nowhere"]);
    check(
        "option.colour=Purple&option.colour=blue",
        "option.Colour=Blue&option.Colour=Purple",
        &["option.<name> colour Purple"],
    );
    check("option.Size=M", "option.Size=M", &["option.<name> Size M"]);
    check("attr.Weight=1&brand=x", "brand=x&attr.Weight=1", &["brand  x", "attr.<name> Weight 1"]);
}
