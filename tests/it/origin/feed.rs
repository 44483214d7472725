//! The feed that the edge follows: its readers, and its response in each case.

use catalog::{Catalog, MAX_CHANGES};
use serde_json::Value;
use storefront_tests::client::{Request, Response};
use storefront_tests::record::{Record, built, edition, products, with_price};

const SECRET: &str = "the-first-secret-of-this-test";
const OTHER: &str = "the-other-secret-of-this-test";

/// The products that ship and one more than changes may add to them: another base.
pub(crate) fn another_base() -> Vec<Value> {
    let mut products = products();
    let new = |number: usize| {
        let mut product = products[number % products.len()].clone();
        product["id"] = format!("more-{number}").into();
        product
    };
    let more: Vec<Value> = (0..=MAX_CHANGES).map(new).collect();
    products.extend(more);
    products
}

/// The products that ship without the last one, and with one of another category whose picture comes from another origin.
pub(crate) fn one_gone_one_new() -> Vec<Value> {
    let mut products = products();
    let mut new = products.pop().expect("products ship");
    new["id"] = "one-more".into();
    new["name"] = "Quokka lamp".into();
    new["category"] = "Marsupials".into();
    new["imageUrl"] = "https://pictures.example/quokka.webp".into();
    products.push(new);
    products
}

fn since(record: &Record, revision: &str) -> Response {
    record.get(&format!("/catalog/changes?since={revision}"))
}

fn header(answer: &Response, name: &str) -> String {
    answer.header(name).unwrap_or_else(|| panic!("no `{name}`: {answer}"))
}

#[test]
fn the_secret_opens_the_feed_and_can_be_replaced() {
    let record = Record::start(&[("ORIGIN_SECRET", SECRET), ("ORIGIN_SECRET_PREVIOUS", OTHER)]);
    let asked = |authorization: Option<&str>| {
        let request = Request::get("/catalog/revision");
        record.send(&authorization.map_or(request.clone(), |value| request.header("authorization", value)))
    };
    for secret in [SECRET, OTHER] {
        assert_eq!(asked(Some(&format!("Bearer {secret}"))).status, 200);
    }
    for wrong in [None, Some("Bearer "), Some("Bearer the-first-secret-of-this-tesT"), Some(SECRET)] {
        let answer = asked(wrong);
        assert_eq!(answer.status, 401, "{wrong:?}");
        assert_eq!(header(&answer, "www-authenticate"), "Bearer");
        assert!(!answer.text().contains(SECRET) && answer.header("x-catalog-base").is_none(), "{answer}");
    }
    assert_eq!(record.get("/api/products").status, 200, "the API is for everybody");
    assert!(record.metrics().contains("origin_feed_refused_total{reason=\"secret\"} 4\n"), "{}", record.metrics());
}

#[test]
fn without_a_secret_no_proxy_and_no_other_name_opens_the_feed() {
    let record = Record::start(&[]);
    let revision = Request::get("/catalog/revision");
    let hosts = ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"];
    let marks = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via", "x-real-ip"];
    let from_elsewhere: Vec<Request> = hosts
        .iter()
        .map(|host| revision.clone().host(host))
        .chain(marks.iter().map(|mark| revision.clone().header(mark, "8.8.8.8")))
        .chain([revision.clone().header("host", "evil.example")])
        .chain([Request::get("http://evil.example/catalog/revision").host("127.0.0.1")])
        .collect();
    for request in &from_elsewhere {
        let answer = record.send(request);
        assert_eq!((answer.status, answer.json()["type"].as_str()), (403, Some("urn:problem:forbidden")), "{request}");
        assert!(answer.header("x-catalog-base").is_none(), "{request}: {answer}");
    }
    for host in ["localhost", "localhost:3333", "127.0.0.1", "[::1]:3333"] {
        assert_eq!(record.send(&revision.clone().host(host)).status, 200, "{host}");
    }
    record.expect_metric(&format!("origin_feed_refused_total{{reason=\"elsewhere\"}} {}", from_elsewhere.len()));
}

#[test]
fn changes_reach_back_to_the_base_and_to_what_was_served_over_it() {
    let mut record = Record::start(&[]);
    let base = header(&record.get("/catalog/revision"), "x-catalog-base");
    assert_eq!(since(&record, &base).status, 304);
    record.serve(&with_price("1", 1.5));
    let first = since(&record, &base);
    assert_eq!((first.status, header(&first, "x-catalog-base")), (200, base.clone()));
    let first_revision = header(&first, "x-catalog-revision");
    let expect = edition(&with_price("1", 1.5));
    assert_eq!(
        (first.body.as_slice(), first_revision.as_str()),
        (expect.changes().unwrap(), expect.catalog().revision())
    );
    assert_eq!(since(&record, &first_revision).status, 304);
    record.serve(&with_price("1", 2.5));
    let second = since(&record, &first_revision);
    assert_eq!(second.body, edition(&with_price("1", 2.5)).changes().unwrap());
    assert_eq!(since(&record, &base).body, second.body, "changes are over the base, whoever asks");
    record.serve(&products());
    assert_eq!(since(&record, &first_revision).status, 204, "the base is all there is");
    assert_eq!(since(&record, &base).status, 304);
    assert_eq!(since(&record, "0123456789abcdef").status, 410);
    for malformed in ["", "0123", "0123456789ABCDEF", "0123456789abcdeg", "0123456789abcdef&since=0123456789abcdef"] {
        assert_eq!(since(&record, malformed).status, 400, "{malformed}");
    }
    assert_eq!(record.get("/catalog/nothing").status, 404);
}

#[test]
fn a_new_product_and_one_that_is_gone_travel_as_changes() {
    let mut record = Record::start(&[]);
    let base = header(&record.get("/catalog/revision"), "x-catalog-base");
    let records = one_gone_one_new();
    record.serve(&records);
    let response = since(&record, &base);
    assert_eq!((response.status, header(&response, "x-catalog-base")), (200, base.clone()));
    assert!(response.body.len() < 600, "{} bytes for two products", response.body.len());
    let snapshot = record.get(&format!("/catalog/snapshot/{base}"));
    let mut index = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(snapshot.body.as_slice()), &mut index).unwrap();
    let followed = Catalog::open(index).unwrap().with_changes(&response.body).unwrap();
    let fresh = Catalog::open(built(&records).into_index().unwrap()).unwrap();
    assert_eq!(followed.revision(), fresh.revision(), "the revision is that of the records");
    assert_eq!(followed.revision(), header(&response, "x-catalog-revision"));
    assert_eq!(followed.product("one-more"), fresh.product("one-more"));
    let revision = record.get("/catalog/revision").json();
    assert_eq!((&revision["changed"], &revision["products"]), (&2.into(), &records.len().into()), "{revision}");
}

#[test]
fn what_is_in_force_since_when_grows() {
    let mut record = Record::start(&[]);
    let when = |record: &Record| header(&record.get("/catalog/revision"), "x-catalog-since").parse::<u64>().unwrap();
    let before = when(&record);
    record.serve(&with_price("1", 1.5));
    assert!(when(&record) > before);
    let revision = record.get("/catalog/revision").json();
    assert_eq!((&revision["changed"], &revision["products"]), (&1.into(), &products().len().into()), "{revision}");
}

#[test]
fn a_snapshot_is_the_index_of_the_base() {
    let mut record = Record::start(&[]);
    let more = another_base();
    let before = header(&record.get("/catalog/revision"), "x-catalog-base");
    record.serve(&more);
    let base = header(&record.get("/catalog/revision"), "x-catalog-base");
    assert_ne!(base, before, "so many new products are no changes");
    assert_eq!(since(&record, &before).status, 410);
    let snapshot = record.get(&format!("/catalog/snapshot/{base}"));
    assert_eq!(header(&snapshot, "content-encoding"), "gzip");
    assert!(header(&snapshot, "cache-control").contains("immutable"));
    let mut index = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(snapshot.body.as_slice()), &mut index).unwrap();
    let catalog = Catalog::open(index).unwrap();
    assert_eq!((catalog.verify(), catalog.revision(), catalog.len()), (Ok(()), base.as_str(), more.len()));
    let tag = header(&snapshot, "etag");
    let again = Request::get(format!("/catalog/snapshot/{base}")).header("if-none-match", &tag);
    assert_eq!(record.send(&again).status, 304);
    assert_eq!(record.send(&Request::new("HEAD", format!("/catalog/snapshot/{base}"))).body.len(), 0);
    assert_eq!(record.get(&format!("/catalog/snapshot/{before}")).status, 404);
    assert_eq!(record.get("/catalog/snapshot/").status, 404);
}

#[test]
fn a_server_that_starts_again_has_the_same_pair() {
    let mut record = Record::start(&[]);
    record.serve(&with_price("4", 9.5));
    let before = record.get("/catalog/revision").json();
    record.kill();
    record.start_again();
    assert_eq!(record.get("/catalog/revision").json(), before);
}
