//! Titles, addresses, structured data and the import map.

use pages::{Frame, Lead};
use serde_json::Value;

use crate::fixture::{
    between, catalog, every_page, home, ignoring, listing, manifest, product, product_on, site, site_in, text,
};

#[track_caller]
fn check_listing(query: &str, title: &str, canonical: &str, is_indexed: bool) {
    let page = listing(&catalog(), query);
    assert_eq!(between(&page, "<title>", "</title>"), format!("{title} – Hollis &amp; Wren"));
    assert_eq!(between(&page, "<link rel=\"canonical\" href=\"", "\""), format!("https://shop.example{canonical}"));
    assert_eq!(!page.contains("<meta name=\"robots\" content=\"noindex\">"), is_indexed);
}

#[test]
fn a_listing_is_known_by_its_canonical_address() {
    check_listing("", "Products", "/products", true);
    check_listing("page=1&sort=&search=", "Products", "/products", true);
    check_listing("sort=name&category=Hall", "Hall", "/products?category=Hall", true);
    check_listing("page=2&pageSize=2", "Products, page 2", "/products?page=2&amp;pageSize=2", false);
    check_listing("maxPrice=999", "Products", "/products?maxPrice=999", false);
    check_listing("search=oak&category=Living", "“oak” in Living", "/products?category=Living&amp;search=oak", false);
    check_listing("search=%3Cb%3E", "“&lt;b&gt;”", "/products?search=%3Cb%3E", false);
    check_listing("category=Nowhere", "Nowhere", "/products?category=Nowhere", false);
    check_listing("page=9", "Products, page 9", "/products?page=9", false);
    check_listing("include=facets", "Products", "/products", true);
}

#[test]
fn errors_are_for_no_search_engine() {
    let site = site();
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    for page in [
        text(pages::not_found(&frame, None)),
        text(pages::refused(&frame, "Title", "Detail.")),
        text(pages::server_error(&frame)),
    ] {
        assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
        assert!(!page.contains("rel=\"canonical\"") && !page.contains("og:"));
    }
}

/// The `@graph` of a page.
#[track_caller]
fn graph(page: &str) -> Vec<Value> {
    let data: Value =
        serde_json::from_str(between(page, "<script type=\"application/ld+json\">", "</script>")).unwrap();
    assert_eq!(data["@context"], "https://schema.org");
    data["@graph"].as_array().unwrap().clone()
}

#[track_caller]
pub(crate) fn of_type(page: &str, kind: &str) -> Value {
    graph(page).into_iter().find(|node| node["@type"] == kind).unwrap_or_else(|| panic!("no `{kind}` in the graph"))
}

#[test]
fn a_product_is_offered_as_it_is() {
    let page = product(&catalog(), "3");
    insta::assert_snapshot!(serde_json::to_string_pretty(&graph(&page)).unwrap());
}

#[test]
fn availability_and_rating_are_the_real_ones() {
    let sold_out = of_type(&product(&catalog(), "2"), "Product");
    assert_eq!(sold_out["offers"]["availability"], "https://schema.org/OutOfStock");
    assert_eq!(sold_out["offers"]["price"], "9.50");
    assert_eq!(sold_out["image"], "https://images.example/cellar.jpg");
    assert_eq!(sold_out["aggregateRating"]["ratingValue"], "4");
    let unrated = of_type(&product(&catalog(), "4"), "Product");
    assert_eq!(unrated.get("aggregateRating"), None);
    assert_eq!(unrated["image"], "https://shop.example/assets/pictures/towel-A2B3C4D5/1440.jpg");
    let in_francs = of_type(&product_on(&site_in("CHF"), &catalog(), "4"), "Product");
    assert_eq!(in_francs["offers"]["priceCurrency"], "CHF");
}

#[test]
fn a_listing_numbers_its_products_through_all_pages() {
    let list = of_type(&listing(&catalog(), "pageSize=2&page=2"), "ItemList");
    assert_eq!(list["numberOfItems"], 5);
    assert_eq!(list["itemListElement"][0]["position"], 3);
    assert_eq!(list["itemListElement"][1]["url"], "https://shop.example/products/linen-towel");
    assert!(graph(&listing(&catalog(), "page=9")).iter().all(|node| node["@type"] != "ItemList"));
}

#[test]
fn a_page_is_in_the_language_of_the_merchant() {
    let german = pages::Site { language: "de-AT".to_owned(), ..site() };
    assert!(product_on(&german, &catalog(), "1").starts_with("<!DOCTYPE html><html lang=\"de-AT\">"));
}

#[test]
fn home_says_who_and_how_to_search() {
    let page = home(&catalog());
    assert_eq!(of_type(&page, "Organization")["logo"], "https://shop.example/assets/icon-AAAAAAAA.svg");
    let search = &of_type(&page, "WebSite")["potentialAction"];
    assert_eq!(search["target"]["urlTemplate"], "https://shop.example/products?search={search_term_string}");
}

#[test]
fn the_import_map_names_every_module_of_the_page() {
    let (list, detail) = (manifest("products"), manifest("product-detail"));
    let map = pages::import_map(&site(), &[&list, &detail]);
    let parsed: Value = serde_json::from_str(&map).unwrap();
    assert_eq!(parsed["imports"]["remote/products"], "/remotes/products/1.2.3/products-E.js");
    assert_eq!(parsed["imports"]["remote/product-detail"], "/remotes/product-detail/1.2.3/product-detail-E.js");
    let covered: Vec<&String> = parsed["integrity"].as_object().unwrap().keys().collect();
    assert_eq!(
        covered,
        [
            "/assets/loader-AAAAAAAA.js",
            "/assets/suggestions-AAAAAAAA.js",
            "/remotes/product-detail/1.2.3/chunk-C.js",
            "/remotes/product-detail/1.2.3/product-detail-E.js",
            "/remotes/products/1.2.3/chunk-C.js",
            "/remotes/products/1.2.3/products-E.js",
        ]
    );
}

#[test]
fn the_page_holds_exactly_the_import_map_that_is_hashed() {
    let page = listing(&catalog(), "");
    let map = between(&page, "<script type=\"importmap\">", "</script>");
    assert_eq!(map, pages::import_map(&site(), &[&manifest("products")]));
    // After the map, or the modules would escape its integrity.
    assert!(page.find("importmap") < page.find("modulepreload"));
}

#[test]
fn the_loader_is_told_which_remotes_to_mount() {
    let page = product(&catalog(), "1");
    let boot: Value =
        serde_json::from_str(between(&page, "<script type=\"application/json\" id=\"boot\">", "</script>")).unwrap();
    let expected = r#"{"beacon":"/beacon","deadline":8000,"suggestions":"/assets/suggestions-AAAAAAAA.js","remotes":{"product-detail":{"version":"1.2.3","module":"remote/product-detail"}}}"#;
    assert_eq!(boot, serde_json::from_str::<Value>(expected).unwrap());
}

#[test]
fn every_page_has_one_script_and_no_suggestions_before_they_are_asked_for() {
    for (name, page) in every_page(&catalog()) {
        assert_eq!(page.matches("type=\"module\"").count(), 1, "{name}");
        assert_eq!(page.matches("type=\"importmap\"").count(), 1, "{name}");
        let suggestions = "/assets/suggestions-AAAAAAAA.js";
        // In the import map, for its integrity, and in the boot data; nothing fetches it.
        assert_eq!(page.matches(suggestions).count(), 2, "{name}");
    }
}

#[test]
fn a_list_that_ignores_a_filter_is_for_no_search_engine() {
    let page = ignoring(&catalog(), "", &[("page", "0")]);
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(page.contains("<link rel=\"canonical\" href=\"https://shop.example/products\">"));
}

#[test]
fn early_hints_name_what_the_head_loads_first_with_the_same_integrity() {
    let site = site();
    let (list, detail) = (manifest("products"), manifest("product-detail"));
    let frame = Frame { site: &site, remotes: &[&list, &detail], preview: None, unconfirmed: None };
    let (header, page) = (pages::link_header(&frame, None), text(pages::not_found(&frame, None)));
    let hints: Vec<&str> = header.split(", ").collect();
    assert_eq!(hints.len(), 5, "{header}");
    for hint in &hints {
        let url = between(hint, "<", ">");
        assert!(page.contains(&format!("\"{url}\"")), "{url} is hinted and not in the page");
        if let Some((_, integrity)) = hint.split_once("integrity=") {
            assert!(page.contains(&format!("\"{url}\" integrity={integrity}")), "{hint}");
        }
    }
    let plain = Frame { remotes: &[], ..frame };
    assert_eq!(
        pages::link_header(&plain, None),
        format!(
            "<{}>; rel=preload; as=style; integrity=\"{}\", <{}>; rel=preload; as=font; type=\"font/woff2\"; crossorigin; fetchpriority=low, \
             <{}>; rel=preload; as=script; crossorigin; fetchpriority=low; integrity=\"{}\"",
            site.shell.stylesheet.url,
            site.shell.stylesheet.integrity,
            site.shell.font.url,
            site.shell.loader.url,
            site.shell.loader.integrity
        )
    );
}

#[test]
fn early_hints_name_the_picture_that_leads_the_page_as_the_page_does() {
    #[track_caller]
    fn check(page: &str, lead: Lead<'_>, expect: Option<&str>) {
        let site = site();
        let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
        let header = pages::link_header(&frame, Some(lead));
        // Stylesheet, font and loader stand before it.
        let hint = header.splitn(4, ", <").nth(3);
        assert_eq!(hint, expect);
        let Some(hint) = hint else { return };
        let marks = [
            ("", ">", "src"),
            ("imagesrcset=\"", "\"", "srcset"),
            ("imagesizes=\"", "\"", "sizes"),
            ("type=\"", "\"", "type"),
        ];
        for (start, end, attribute) in marks.iter().filter(|(start, ..)| hint.contains(start)) {
            let value = between(hint, start, end);
            // Browsers take the address for those that know no set, which another format has.
            let value =
                value.strip_suffix("960.avif").map_or_else(|| value.to_owned(), |folder| format!("{folder}960.jpg"));
            assert!(page.contains(&format!("{attribute}=\"{value}\"")), "{attribute}=\"{value}\"");
        }
    }
    let catalog = catalog();
    let page = |id| product(&catalog, id);
    check(
        &page("3"),
        Lead::Product("/assets/pictures/knife.svg"),
        Some("/assets/pictures/knife-A1B2C3D4.svg>; rel=preload; as=image; fetchpriority=high"),
    );
    check(
        &home(&catalog),
        Lead::Home("/assets/pictures/knife.svg"),
        Some("/assets/pictures/knife-A1B2C3D4.svg>; rel=preload; as=image; fetchpriority=high"),
    );
    let folder = "/assets/pictures/towel-A2B3C4D5";
    let set = [320, 480, 640, 960, 1440].map(|width| format!("{folder}/{width}.avif {width}w")).join(", ");
    let hint = format!(
        "{folder}/960.avif>; rel=preload; as=image; imagesrcset=\"{set}\"; \
         imagesizes=\"(min-width: 80rem) 38rem, (min-width: 52rem) 46vw, 92vw\"; type=\"image/avif\"; fetchpriority=high"
    );
    check(&page("4"), Lead::Product("/assets/pictures/towel.jpg"), Some(&hint));
    check(&page("2"), Lead::Product("https://images.example/cellar.jpg"), None);
    check("", Lead::Product(""), None);
}

/// The remote of the cart is named on the page and loads with its first use alone.
#[test]
fn a_remote_of_a_click_is_named_and_not_loaded() {
    let site = site();
    let (list, cart) = (manifest("products"), manifest("cart"));
    let frame = Frame { site: &site, remotes: &[&list, &cart], preview: None, unconfirmed: None };
    let page = text(pages::not_found(&frame, Some("/nowhere")));
    let sheet = r#"<link rel="stylesheet" href="/remotes/cart/1.2.3/"#;
    assert_eq!(page.matches(sheet).count(), 1, "{page}");
    assert!(page.contains(&format!(r#"<template data-styles="cart">{sheet}"#)), "{page}");
    assert!(page.contains(r#"<link rel="modulepreload" href="/remotes/products/"#), "{page}");
    assert!(!page.contains(r#"<link rel="modulepreload" href="/remotes/cart/"#), "{page}");
    assert!(page.contains(r#""remote/cart":"/remotes/cart/1.2.3/"#), "{page}");
    let slot = r#"<a class="cart-link" href="/cart" data-remote="cart" data-version="1.2.3" data-contract="1" data-mount="use">Cart"#;
    assert!(page.contains(slot), "{page}");
    assert!(!pages::link_header(&frame, None).contains("/remotes/cart/"));
}
