//! The ids that the description allows are those that the API looks for and that a catalog may have: by a table, and by chance.

use catalog::ProductId;
use proptest::prelude::{ProptestConfig, prop_oneof, proptest};
use serde_json::Value;

use super::{Description, is_match};
use crate::get;

/// Ids at the limits of the rule, and the names that other paths have.
const IDS: [&str; 22] = [
    "1",
    "a",
    "A.b_c-D",
    ".a",
    "a.",
    "-",
    "...",
    "suggest",
    "facets",
    "categories",
    "suggests",
    "a-facets",
    "Facets",
    ".",
    "..",
    "",
    "a b",
    "a%20b",
    "caf\u{e9}",
    "a/b",
    "a+b",
    "a~b",
];

/// Whether the API looks for a product of this id. Refused are ids that no product can have, paths that are not read, and what is
/// no path of a product.
fn is_looked_for(id: &str) -> bool {
    let target = format!("/api/products/{id}");
    let reply = get(&target);
    let body = crate::json(&reply);
    match reply.status {
        200 => body["data"]["id"] == id,
        404 => body["detail"].as_str().unwrap().starts_with("there is no product"),
        400 => false,
        status => panic!("{target}: {status}"),
    }
}

/// Whether a catalog with a product of this id is read.
fn is_taken_into_a_catalog(id: &str) -> bool {
    let record = serde_json::json!([{
        "id": id, "name": "a", "category": "a", "description": "", "price": 1, "imageUrl": "/a.svg", "stock": 1, "rating": 4,
        "reviews": 1,
    }]);
    catalog::build::index_from_json(record.to_string().as_bytes()).is_ok()
}

#[track_caller]
fn check_id(description: &Description, id: &str) {
    let schema = description.resolve(&description.0["components"]["parameters"]["Id"]["schema"]);
    let is_allowed = !description.is_different(schema, &Value::from(id));
    assert_eq!(is_allowed, is_looked_for(id), "`{id}`: the schema, and GET /api/products/{{id}}");
    let is_id = !description.is_different(&description.0["components"]["schemas"]["ProductId"], &Value::from(id));
    assert_eq!(is_id, is_taken_into_a_catalog(id), "`{id}`: the schema, and the reader of catalogs");
}

#[test]
fn the_schema_allows_the_ids_that_are_looked_for() {
    let description = Description::read();
    let longest = "x".repeat(64);
    for id in IDS.into_iter().chain([longest.as_str(), &format!("{longest}x")]) {
        check_id(&description, id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn the_schema_allows_any_id_that_is_looked_for(
        id in prop_oneof!["[A-Za-z0-9._-]{1,66}", "[ -\"$-.0->@-~é]{0,8}", "(categories|suggest|facets|[.]{1,3})[a-z.]?"],
    ) {
        check_id(&Description::read(), &id);
    }
}

/// Tools that check an API send what a schema refuses. A name that a list refuses is sent as it stands, and the path of that name
/// answers it well, which they take for an id that was let through.
#[test]
fn names_of_other_paths_are_refused_by_the_pattern() {
    let description = Description::read();
    let pattern = description.0["components"]["schemas"]["ProductId"]["pattern"].as_str().unwrap();
    let paths = description.0["paths"].as_object().unwrap().keys();
    let names = paths.filter_map(|path| path.strip_prefix("/api/products/")).filter(|name| !name.starts_with('{'));
    for name in names.chain(ProductId::RESERVED) {
        assert!(!is_match(pattern, name), "`{name}`");
    }
}
