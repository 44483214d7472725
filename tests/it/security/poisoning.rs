//! Input that must not reach a response, since caches would hand it to everybody: a foreign host, unkeyed headers, unkeyed
//! parameters. Two addresses that mean the same give the same bytes under the same tag.

use storefront_tests::client::Request;
use storefront_tests::markup;
use storefront_tests::server::{PRODUCTION_ORIGIN, production, shop};

use crate::Faults;

const EVIL: &str = "evil.example";

const TARGETS: [&str; 10] = [
    "/",
    "/products",
    "/products?category=Kitchen",
    "/products/cafe-press",
    "/sitemap.xml",
    "/robots.txt",
    "/nothing",
    "/products/",
    "/api/products/1",
    "/api/openapi.json",
];

#[test]
fn no_answer_repeats_a_host_that_the_client_made_up() {
    let mut faults = Faults::default();
    for target in TARGETS {
        let plain = shop().get(target).timeless();
        let mut requests = vec![Request::get(target).host(EVIL), Request::get(target).host("evil.example:80")];
        for (name, value) in [
            ("x-forwarded-host", EVIL),
            ("x-forwarded-server", EVIL),
            ("x-host", EVIL),
            ("forwarded", "host=evil.example;proto=http"),
            ("x-forwarded-proto", "evil"),
            ("x-forwarded-scheme", "http"),
            ("x-forwarded-prefix", "/evil.example"),
            ("x-original-url", "/evil.example"),
            ("x-rewrite-url", "/evil.example"),
            ("x-original-host", EVIL),
            ("via", EVIL),
        ] {
            requests.push(Request::get(target).header(name, value));
        }
        for request in requests {
            let answer = shop().send(&request).timeless();
            faults.expect(answer == plain, || format!("{request} differs from the plain answer: {answer}"));
            let repeated = answer.headers.iter().any(|(_, value)| value.contains(EVIL))
                || String::from_utf8_lossy(&answer.body).contains(EVIL);
            faults.expect(!repeated, || format!("{request}: `{EVIL}` is in the answer"));
        }
    }
    faults.report("absolute addresses come from PUBLIC_ORIGIN, never from a request");
}

#[test]
fn absolute_addresses_are_those_of_the_configuration() {
    let mut faults = Faults::default();
    for target in ["/", "/products", "/products?category=Kitchen", "/products/cafe-press"] {
        let page = production().get(target).text();
        let links = markup::named(&page, "link");
        let canonical = links.iter().find(|link| link.attribute("rel") == Some("canonical"));
        let canonical = canonical.and_then(|link| link.attribute("href")).unwrap_or_default().to_owned();
        faults.equal(format!("{target} canonical"), &canonical, &format!("{PRODUCTION_ORIGIN}{target}"));
        let shared = markup::named(&page, "meta").into_iter().find(|meta| meta.attribute("property") == Some("og:url"));
        let shared = shared.and_then(|meta| meta.attribute("content").map(str::to_owned)).unwrap_or_default();
        faults.equal(format!("{target} og:url"), &shared, &canonical);
        faults.expect(!page.contains("127.0.0.1"), || format!("{target}: this machine's address is in the page"));
    }
    let robots = production().get("/robots.txt").text();
    faults.expect(robots.contains(&format!("Sitemap: {PRODUCTION_ORIGIN}/sitemap.xml")), || robots.clone());
    let sitemap = production().get("/sitemap.xml").text();
    for location in markup::named(&sitemap, "loc") {
        let address = location.text();
        faults
            .expect(address.starts_with(&format!("{PRODUCTION_ORIGIN}/")), || format!("the sitemap lists `{address}`"));
    }
    faults.report("PUBLIC_ORIGIN is the one source of absolute addresses");
}

#[test]
fn unknown_empty_and_default_parameters_change_no_byte() {
    let mut faults = Faults::default();
    for (target, same) in [
        ("/?utm_source=mail&fbclid=x", "/"),
        ("/?page=2", "/"),
        ("/products?utm_source=mail&utm_campaign=%22%3E", "/products"),
        ("/products?", "/products"),
        ("/products?&&&", "/products"),
        ("/products?search=&minPrice=&maxPrice=&category=&sort=&inStock=&page=&pageSize=", "/products"),
        ("/products?page=1&pageSize=12", "/products"),
        ("/products?include=facets", "/products"),
        ("/products?unknown=1&unknown=2", "/products"),
        ("/products?sort=name&category=Kitchen", "/products?category=Kitchen&sort=name"),
        ("/products?category=Kitchen&gclid=1", "/products?category=Kitchen"),
        ("/products?category=%4bitchen", "/products?category=Kitchen"),
        ("/products?search=caf%C3%A9+press", "/products?search=caf%C3%A9%20press"),
        ("/products?search=%20lamp%20", "/products?search=lamp"),
        ("/products/cafe-press?utm_source=mail", "/products/cafe-press"),
        ("/categories?utm_source=mail&page=2", "/categories"),
        ("/products/cafe-press?quantity=2", "/products/cafe-press"),
        ("/products/cafe-press?cart=add&quantity=0", "/products/cafe-press"),
        ("/sitemap.xml?v=2", "/sitemap.xml"),
        ("/robots.txt?x", "/robots.txt"),
        ("/api/products?utm_source=mail&callback=x", "/api/products"),
        ("/api/products?page=1&pageSize=12&sort=&search=", "/api/products"),
        ("/api/products?pageSize=2&category=Kitchen", "/api/products?category=Kitchen&pageSize=2"),
        ("/api/products/1?x=1", "/api/products/1"),
        ("/api/products/categories?page=2", "/api/products/categories"),
        ("/api/products/suggest?q=la&limit=1", "/api/products/suggest?q=la"),
        ("/api/openapi.json?x", "/api/openapi.json"),
        ("/health?x=1", "/health"),
    ] {
        let answer = shop().get(target);
        let plain = shop().get(same);
        faults.equal(format!("{target} status"), &answer.status, &200);
        faults.expect(answer.body == plain.body, || format!("{target} has other bytes than {same}"));
        faults.equal(format!("{target} tag"), &answer.header("etag"), &plain.header("etag"));
    }
    for (file, query) in [("/favicon.ico", "?v=1"), ("/remotes/products/remoteEntry.js", "?t=123")] {
        let (answer, plain) = (shop().get(format!("{file}{query}")), shop().get(file));
        faults.equal(format!("{file}{query} leads to"), &answer.header("location"), &plain.header("location"));
    }
    faults.report("an unknown or empty parameter is ignored and never part of a key");
}

#[test]
fn a_parameter_given_twice_is_refused_or_left_out_and_not_chosen() {
    let mut faults = Faults::default();
    for query in ["page=1&page=2", "inStock=true&inStock=false", "search=a&search=b", "sort=name&sort=rating"] {
        faults.equal(format!("API {query}"), &shop().get(format!("/api/products?{query}")).status, &400);
        // A page shows the list without it, and says so.
        let (page, plain) = (shop().get(format!("/products?{query}")), shop().get("/products"));
        faults.equal(format!("page {query}"), &page.status, &200);
        faults.expect(page.text().contains("filter-error") && page.header("etag") != plain.header("etag"), || {
            format!("/products?{query} does not say what it left out")
        });
    }
    faults.equal("suggest?q=a&q=b", &shop().get("/api/products/suggest?q=a&q=b").status, &400);
    // Filters of which several values make sense take them: in one category or in the other.
    let (both, mut one) = ("category=Kitchen&category=Textiles", 0);
    for category in ["Kitchen", "Textiles"] {
        one += shop().get(format!("/api/products?category={category}")).json()["total"].as_u64().unwrap_or_default();
    }
    faults.equal(both, &shop().get(format!("/api/products?{both}")).json()["total"], &one.into());
    faults.report("which of two values counts is not guessed");
}
