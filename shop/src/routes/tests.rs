//! The row of each kind of address, and the rules that hold for every row of the table.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rollout::RemoteName;
use web::{AddressError, CacheControl, Methods, TARGET_LIMIT};

use crate::answer::Plan;
use crate::audience::Audience;

use super::{Caching, Handler, Pattern, ROUTES, Reader, Route, Sender, Serves, find, route, split_url};

#[track_caller]
fn check(path: &str, handler: Handler, parameter: &str) {
    let matched = route(path, "").unwrap();
    assert_eq!((matched.route.handler, matched.parameter), (handler, parameter), "{path}");
}

#[test]
fn pages_and_files_have_their_rows() {
    check("/", Handler::Home, "");
    check("/products", Handler::Listing, "");
    check("/categories", Handler::Categories, "");
    check("/products/1", Handler::Product, "1");
    check("/brands/hollis-co", Handler::Brand, "hollis-co");
    check("/collections/summer", Handler::Collection, "summer");
    check("/products/%C3%A9", Handler::Product, "%C3%A9");
    check("/api/products", Handler::Api, "");
    check("/health", Handler::Api, "");
    check("/assets/shell-AB.css", Handler::Asset, "shell-AB.css");
    check("/sitemap.xml", Handler::Sitemap, "");
    check("/sitemap-1.xml", Handler::SitemapFile, "1");
    check("/sitemap-207.xml", Handler::SitemapFile, "207");
    check("/.well-known/security.txt", Handler::Security, "");
    check("/beacon", Handler::Report, "");
    check("/__versions", Handler::Versions, "");
    check("/health/ready", Handler::Ready, "");
    check("/remotes/products/1.0.0/manifest.json", Handler::RemoteFile, "products/1.0.0/manifest.json");
    check("/remotes/products/1.0.0/a.js", Handler::RemoteFile, "products/1.0.0/a.js");
    check("/remotes/products/remoteEntry.js", Handler::RemoteEntry, "products");
}

#[test]
fn every_address_has_a_name_for_figures() {
    for (path, name) in [
        ("/", "home"),
        ("/products", "listing"),
        ("/products/1", "product"),
        ("/products/1/reviews", "other"),
        ("/brands/hollis-co", "brand"),
        ("/collections/summer", "collection"),
        ("/brands", "other"),
        ("/categories", "categories"),
        ("/api/products", "api-list"),
        ("/api/products/categories", "api-categories"),
        ("/api/products/suggest", "api-suggest"),
        ("/api/products/A-1.b_2", "api-product"),
        ("/api/openapi.json", "api-description"),
        ("/api/nothing", "other"),
        ("/remotes/products/remoteEntry.js", "remote-entry"),
        ("/remotes/products/1.0.0/products-ABC.js", "remote-file"),
        ("/assets/shell-ABC.css", "asset"),
        ("/health", "health"),
        ("/health/ready", "health"),
        ("/beacon", "beacon"),
        ("/__versions", "versions"),
        ("/sitemap.xml", "sitemap"),
        ("/sitemap-1.xml", "sitemap"),
        ("/robots.txt", "robots"),
        ("/.well-known/security.txt", "security-txt"),
        ("/.well-known/change-password", "other"),
        ("/wp-login.php", "other"),
        ("//", "other"),
    ] {
        assert_eq!(find(path).route.name, name, "{path}");
    }
}

#[test]
fn a_slash_too_many_leads_to_the_page() {
    check("/products/", Handler::Moved, "/products");
    check("/products/1/", Handler::Moved, "/products/1");
    check("/brands/hollis-co/", Handler::Moved, "/brands/hollis-co");
    check("/categories/", Handler::Moved, "/categories");
    check("/nothing/", Handler::NotFound, "");
    check("/sitemap.xml/", Handler::NotFound, "");
}

#[test]
fn unknown_paths_are_not_found() {
    for path in [
        "/nothing",
        "/products/1/reviews",
        "/categories/Kitchen",
        "/index.html",
        "/security.txt",
        "/.well-known/",
        "/.well-known/change-password",
        "/.env",
        "/.git/config",
        "/Products",
        "/sitemap.xml.gz",
    ] {
        check(path, Handler::NotFound, "");
    }
}

#[test]
fn hostile_paths_are_refused() {
    for path in [
        "//",
        "//evil.example",
        "/a//b",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a%00",
        "/a%0d%0aset-cookie:x",
        "/%2e%2e/x",
        "/%252e",
        "/a/../b",
        "/./a",
        "/a\\b",
        "/a%",
        "/a%2",
        "/a%zz",
        "/remotes/%2e%2e%2fx",
        "/products/%7f",
    ] {
        assert_eq!(route(path, ""), Err(AddressError::Unreadable), "{path}");
    }
    let long = format!("/{}", "a".repeat(TARGET_LIMIT));
    assert_eq!(route(&long, ""), Err(AddressError::TooLong));
}

#[test]
fn a_url_is_split_without_decoding() {
    #[track_caller]
    fn check(url: &str, path: &str, query: &str) {
        assert_eq!(split_url(url), (path, query));
    }
    check("http://127.0.0.1:8787/", "/", "");
    check("http://127.0.0.1:8787/products?search=a%20b&page=2", "/products", "search=a%20b&page=2");
    check("https://shop.example/a?b?c", "/a", "b?c");
    check("https://shop.example", "/", "");
    check("https://shop.example/a#b?c", "/a", "");
}

#[test]
fn every_row_is_reached_and_names_what_exists() {
    let mut patterns = BTreeSet::new();
    for row in ROUTES {
        assert!(patterns.insert(row.pattern.to_string()), "{} stands twice", row.pattern);
        // The place of a row among the others decides; one behind a wider pattern would never answer.
        let example = row.pattern.to_string().replace('*', "1");
        assert_eq!(find(&example).route.pattern, row.pattern, "{example}");
        for slot in row.slots {
            assert!(RemoteName::new(slot).is_ok() && !pages::contracts(slot).is_empty(), "{slot} has no contract");
            let is_own = matches!(row.handler, Handler::Checkout | Handler::Order | Handler::OrderEnd(_));
            assert!(row.is_page() || is_own, "{} is no page and has a slot", row.name);
        }
        let takes_content = row.methods != Methods::Read;
        assert_eq!(row.content.is_some(), takes_content, "{}: a row that takes content limits it", row.name);
        assert!(!takes_content || row.sender != Sender::Program || row.reader == Reader::Program, "{}", row.name);
        assert_eq!(row.is_page(), row.caching == Caching::Page && row.handler != Handler::NotFound, "{}", row.name);
    }
    let slots: BTreeSet<&str> = ROUTES.iter().flat_map(|row| row.slots).copied().collect();
    let contracts: BTreeSet<&str> = pages::CONTRACTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(slots, contracts, "a remote with a contract has a slot in some page, and the other way round");
}

#[test]
fn the_api_s_rows_are_those_of_the_catalog() {
    for row in ROUTES.iter().filter(|row| row.handler == Handler::Api) {
        assert!(catalog::api::owns(&row.pattern.to_string().replace('*', "1")), "{}", row.pattern);
    }
    let catalog = &crate::testing::shop(false).catalogs.current();
    let settings = catalog::api::Settings::default();
    for row in ROUTES.iter().filter(|row| row.handler == Handler::Api && row.name != "other") {
        let path = row.pattern.to_string().replace('*', "1");
        let reply = catalog::api::answer(catalog, &settings, &web::Request::new(web::Method::Get, &path, ""));
        assert_eq!(reply.status, 200, "{path}");
    }
}

/// The response to an example of a row, or of the file that it leads to.
fn caching_of(path: &str) -> CacheControl {
    let shop = crate::testing::shop_of(
        r#"[{"id":"1","name":"Enamel mug","description":"","price":1,"imageUrl":"","category":"Mugs","stock":1,"rating":0,"reviews":0,
        "brand":"Hollis","collections":["Hollis"]}]"#,
    );
    crate::testing::ask(path, &[], crate::testing::NOW, |incoming| {
        let matched = crate::testing::matched(incoming);
        match shop.plan(&matched, incoming) {
            Plan::Now(response) => response.reply.cache_control,
            Plan::Page(planned) => shop.render(&planned, incoming.now()).reply.cache_control,
            Plan::File(file) => file.response.reply.cache_control,
            Plan::Report | Plan::Hook | Plan::Content | Plan::Forward(_) => CacheControl::NoStore,
        }
    })
}

#[test]
fn the_caching_of_a_row_is_that_of_its_responses() {
    for row in ROUTES.iter().filter(|row| row.methods == Methods::Read) {
        let path = match row.handler {
            Handler::Product => "/products/enamel-mug".to_owned(),
            Handler::Brand | Handler::Collection => row.pattern.to_string().replace('*', "hollis"),
            Handler::MerchantPage => "/pages/delivery".to_owned(),
            Handler::Asset => "/assets/loader-AAAAAAAA.js".to_owned(),
            Handler::RemoteEntry => "/remotes/products/remoteEntry.js".to_owned(),
            Handler::RemoteFile => "/remotes/products/1.1.0/manifest.json".to_owned(),
            // A small catalog has one file; a shop without a contact has none.
            Handler::SitemapFile | Handler::Security => continue,
            _ if row.pattern == Pattern::Any => "/nothing".to_owned(),
            _ => row.pattern.to_string().replace('*', "1"),
        };
        let found = caching_of(&path);
        let is_right = match row.caching {
            // Until a release is known, pages and entries show a fallback, which is private.
            Caching::Page | Caching::Revalidate => matches!(found, CacheControl::Revalidate | CacheControl::Private),
            Caching::Api => matches!(found, CacheControl::Fresh { .. } | CacheControl::Minutes),
            Caching::Immutable => found == CacheControl::Immutable,
            Caching::Minutes => found == CacheControl::Minutes,
            Caching::Nothing => matches!(found, CacheControl::NoStore | CacheControl::PrivateNoStore),
        };
        assert!(is_right, "{path}: the row says {:?}, the response {found:?}", row.caching);
    }
}

#[test]
fn a_row_of_one_visitor_has_no_key_for_the_page_cache() {
    let shop = crate::testing::shop(false);
    let row = Route { serves: Serves::Visitor, ..*find("/").route };
    crate::testing::ask("/", &[], crate::testing::NOW, |incoming| {
        let resolved = shop.resolve(&row, incoming, "/");
        assert_eq!(shop.audience(&row, "/".to_owned(), &resolved, incoming), Audience::Visitor);
    });
}

proptest! {
    #[test]
    fn no_path_panics_and_no_dot_segment_passes(path in "/[ -~]{0,60}", query in "[ -~]{0,20}") {
        let found = route(&path, &query);
        if path.split('/').any(|segment| segment == "..") {
            prop_assert_eq!(found, Err(AddressError::Unreadable));
        }
    }
}
