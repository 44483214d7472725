//! The plans of pages as their hosts see them: which are kept by which address, and which are made anew.

use crate::answer::{Page, Plan};
use crate::audience::Audience;
use crate::shop::Shop;
use crate::testing::{NOW, ask, matched, shop};

/// The key of a page that is kept; `None` for one that is made anew.
fn kept(shop: &Shop, target: &str) -> Option<String> {
    ask(target, &[], NOW, |incoming| match shop.plan(&matched(incoming), incoming) {
        Plan::Page(planned) => match planned.audience {
            Audience::Everyone(key) => Some(key.address),
            Audience::Visitor => None,
        },
        _ => None,
    })
}

/// Status and text of a page that is made anew.
fn made(shop: &Shop, target: &str) -> (u16, String) {
    ask(target, &[], NOW, |incoming| match shop.plan(&matched(incoming), incoming) {
        Plan::Now(response) => (response.reply.status, String::from_utf8_lossy(&response.reply.body).into_owned()),
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_listing_is_kept_by_what_was_understood() {
    let shop = shop(false);
    for target in [
        "/products?minPrice=9.5&maxPrice=50",
        "/products?minPrice=%2450&maxPrice=9%2C50",
        "/products?maxPrice=50&minPrice=+9,50+%E2%82%AC",
    ] {
        assert_eq!(kept(&shop, target).as_deref(), Some("/products?minPrice=9.5&maxPrice=50"), "{target}");
    }
}

#[test]
fn a_search_that_the_merchant_redirects_leads_to_its_page() {
    let shop = shop(false);
    let led = |target: &str| {
        ask(target, &[], NOW, |incoming| match shop.plan(&matched(incoming), incoming) {
            Plan::Now(response) => Some((response.reply.status, response.reply.field("location").map(str::to_owned))),
            _ => None,
        })
    };
    for target in
        ["/products?search=returns", "/products?search=+RETURN%21&minPrice=&sort=", "/products?search=returns&page=2"]
    {
        assert_eq!(led(target), Some((303, Some("/pages/returns".to_owned()))), "{target}");
    }
    for target in
        ["/products?search=returns+policy", "/products?search=mug", "/products?q=returns", "/products?category=returns"]
    {
        assert_eq!(led(target), None, "{target}");
    }
    // The API lists what it finds.
    assert!(kept(&shop, "/api/products?search=returns").is_some());
}

#[test]
fn a_listing_that_ignores_a_filter_shows_the_rest_with_200_and_is_not_kept() {
    let shop = shop(false);
    let (status, page) = made(&shop, "/products?category=Kitchen&minPrice=cheap");
    assert_eq!(status, 200);
    assert!(page.contains("From: enter an amount like 9.50") && page.contains("product-grid"), "{page}");
    assert_eq!(kept(&shop, "/products?category=Kitchen&minPrice=cheap"), None);
}

#[test]
fn a_product_is_kept_whatever_an_old_form_asks_for() {
    let shop = shop(false);
    assert_eq!(kept(&shop, "/products/1?quantity=0&cart=add").as_deref(), Some("/products/1?"));
}

#[test]
fn a_merchants_page_is_a_page_like_any_other() {
    let shop = shop(false);
    ask("/pages/delivery", &[], NOW, |incoming| {
        let Plan::Page(planned) = shop.plan(&matched(incoming), incoming) else { panic!("no page") };
        assert!(matches!(planned.page, Page::Merchant(page) if page.name == "delivery"));
        let response = shop.render(&planned, NOW);
        let text = String::from_utf8_lossy(&response.reply.body).into_owned();
        assert!(text.contains("<h1>Delivery</h1>") && text.contains("<p>By parcel.</p>"), "{text}");
    });
    assert_eq!(made(&shop, "/pages/nothing").0, 404);
}

#[test]
fn products_beside_one_that_is_sold_out_are_in_stock() {
    let shop = shop(false);
    let catalog = shop.catalogs.current();
    let sold_out =
        (0..).map_while(|position| catalog.product_at(position)).find(|product| !product.in_stock()).unwrap();
    ask(&format!("/products/{}", sold_out.id), &[], NOW, |incoming| {
        let Plan::Page(planned) = shop.plan(&matched(incoming), incoming) else { panic!("no page") };
        let page = String::from_utf8_lossy(&shop.render(&planned, NOW).reply.body).into_owned();
        let (_, related) = page.split_once("In stock instead</h2>").unwrap();
        assert!(related.contains("product-card") && !related.contains("product-card out-of-stock"), "{related}");
    });
}
