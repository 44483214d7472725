//! The request corpus through the real runtime: the compiled Worker sends the response that `catalog::api::answer` gives in this
//! process, in status, contract headers and every byte. The same function on two machines, so a difference is the host's.

use catalog::Catalog;
use catalog::api::Settings;
use serde_json::Value;
use storefront_tests::client::{Request, Response};
use storefront_tests::corpus;
use storefront_tests::server::{PARTNERS, Server, production, shop};
use web::Reply;

use crate::Faults;

/// The headers that the contract speaks of. The others (security, transport) belong to the host.
const CONTRACT: [&str; 10] = [
    "content-type",
    "cache-control",
    "etag",
    "allow",
    "location",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
];

fn expected(reply: &Reply, name: &str) -> Option<String> {
    reply.headers().find(|(found, _)| *found == name).map(|(_, value)| value.into_owned())
}

/// `vary` is a list, and a host may add what its own compression depends on.
fn varies(value: Option<&str>) -> Vec<String> {
    let names = value.unwrap_or_default().split(',').map(|name| name.trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty() && name != "accept-encoding").collect()
}

fn compare(faults: &mut Faults, path: &str, line: &corpus::Line, reply: &Reply, answer: &Response) {
    let text: String = line.text.chars().take(120).collect();
    let what = format!("{path}:{} `{text}`", line.number);
    faults.equal(format!("{what} status"), &answer.status, &reply.status);
    for name in CONTRACT {
        faults.equal(format!("{what} {name}"), &answer.header(name), &expected(reply, name));
    }
    let vary = varies(answer.header("vary").as_deref());
    faults.equal(format!("{what} vary"), &vary, &varies(expected(reply, "vary").as_deref()));
    if let Some(length) = answer.header("content-length").filter(|_| !matches!(reply.status, 204 | 304)) {
        faults.equal(format!("{what} content-length"), &Some(length), &expected(reply, "content-length"));
    }
    faults.expect(answer.body == reply.body.as_ref(), || {
        let (found, expect) = (String::from_utf8_lossy(&answer.body), String::from_utf8_lossy(&reply.body));
        format!("{what} body:\n  found    {found}\n  expected {expect}")
    });
}

/// Compares the answers to every request of a corpus.
pub(crate) fn run(server: &Server, catalog: &Catalog, path: &str, cors_origins: &[&str]) {
    compare_all(&|request| server.send(request), catalog, path, &corpus::settings(cors_origins));
}

/// The same of any host.
pub(crate) fn compare_all(send: &dyn Fn(&Request) -> Response, catalog: &Catalog, path: &str, settings: &Settings) {
    let lines = corpus::lines(path);
    assert!(lines.len() > 50, "only {} requests in `{path}`", lines.len());
    let mut faults = Faults::default();
    for line in &lines {
        let answer = send(&line.request(catalog, settings));
        compare(&mut faults, path, line, &line.answer(catalog, settings), &answer);
    }
    faults.report("a host only converts; a line that no client can send as written begins with `*` in the corpus");
}

#[test]
fn the_worker_answers_the_corpus_as_the_catalog_does() {
    run(shop(), corpus::catalog(), corpus::PATH, &[]);
}

#[test]
fn the_worker_answers_the_corpus_with_configured_origins_as_the_catalog_does() {
    run(production(), corpus::catalog(), corpus::PATH, &PARTNERS);
}

/// A corpus about nothing proves nothing: what it asks of the demo shop is there.
#[test]
fn the_filters_of_the_corpus_find_products_of_the_demo_shop() {
    let (catalog, settings) = (corpus::catalog(), corpus::settings(&[]));
    let lines = corpus::lines(corpus::PATH);
    let found = |part: &str| {
        let of_part = lines.iter().filter(|line| line.text.contains(part));
        let totals = of_part.filter_map(|line| {
            let body: Value = serde_json::from_slice(&line.answer(catalog, &settings).body).ok()?;
            body["total"].as_u64()
        });
        // A filter leaves some products and not all.
        totals.filter(|total| (1..12).contains(total)).count()
    };
    let mut faults = Faults::default();
    for part in [
        "option.Colour=",
        "option.Size=",
        "attr.Material=",
        "attr.Made",
        "brand=",
        "collection=",
        "category=Living",
        "onSale=true",
        "minRating=",
        "include=facets&option.",
    ] {
        faults.expect(found(part) > 0, || format!("no request with `{part}` finds some of the products"));
    }
    let answer = |text: &str| {
        let line = lines.iter().find(|line| line.text == text).unwrap_or_else(|| panic!("`{text}` is in no line"));
        serde_json::from_slice::<Value>(&line.answer(catalog, &settings).body).expect("an answer in JSON")
    };
    let whole = answer("GET /api/products?include=variants,images,attributes,facets");
    for member in ["variants", "images", "attributes"] {
        faults.expect(whole["data"][2][member].as_array().is_some_and(|list| list.len() > 2), || member.to_owned());
    }
    for facet in ["brands", "collections", "options", "attributes"] {
        faults.expect(whole["facets"][facet].as_array().is_some_and(|list| list.len() > 1), || facet.to_owned());
    }
    faults.equal("on sale", &whole["facets"]["onSale"], &3.into());
    faults.equal("by handle", &answer("GET /api/products/wool-throw-fjall")["data"]["id"], &"3".into());
    faults.report("`catalog/data/products.json` has what `catalog/corpus/requests.txt` asks for");
}
