//! Tests of the crate as its callers see it: tables, laws, and the shared request corpus against a catalog of its own.
//! The fixture is made to be awkward: ids that only look alike, equal prices, accents, escapes, pictures from elsewhere.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

mod api;
mod browse;
mod budget;
mod build;
mod build_details;
mod build_export;
mod build_formats;
mod build_hostile;
mod build_imports;
mod build_platforms;
mod build_values;
mod chance;
mod changes;
mod changes_products;
mod codes;
mod corpus;
mod fuzz;
mod hostile;
mod index;
mod layout;
mod openapi;
mod placing;
mod query;
mod relevance;
mod rules;
mod search;
mod shelves;
mod sifted;
mod spelled;
mod spellings;
mod values;

use std::sync::LazyLock;

use catalog::Catalog;
use catalog::api::Settings;
use catalog::build::index_from_json;
use web::{Method, Reply, Request};

/// The records of the fixture, as a catalog file has them.
const RECORDS: &str = include_str!("fixture.json");

/// The index of the fixture.
static INDEX: LazyLock<Vec<u8>> = LazyLock::new(|| index_from_json(RECORDS.as_bytes()).expect("the fixture is valid"));

/// The catalog of the fixture.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::open(INDEX.clone()).expect("the fixture opens"));

/// A host's settings, with one reader of another origin.
static SETTINGS: LazyLock<Settings> = LazyLock::new(|| Settings {
    version: "0.1.0".to_owned(),
    cors_origins: vec!["https://reader.example".to_owned()],
    ..Settings::default()
});

/// The request for a target, without header fields.
fn request<'a>(method: &str, target: &'a str) -> Request<'a> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request::new(Method::parse(method), path, query)
}

/// The reply of a host with [`SETTINGS`].
fn answer(catalog: &Catalog, request: &Request<'_>) -> Reply {
    catalog::api::answer(catalog, &SETTINGS, request)
}

fn get(target: &str) -> Reply {
    answer(&CATALOG, &request("GET", target))
}

fn json(reply: &Reply) -> serde_json::Value {
    serde_json::from_slice(&reply.body).expect("the body is JSON")
}

/// The ids of a listing or of suggestions, in order.
fn ids(target: &str) -> String {
    let reply = get(target);
    assert_eq!(reply.status, 200, "{target}");
    let body = json(&reply);
    let products = body["data"].as_array().expect("data is a list");
    products.iter().map(|product| product["id"].as_str().expect("an id is a text")).collect::<Vec<_>>().join(" ")
}
