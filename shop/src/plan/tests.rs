//! The plans of pages as their hosts see them: which are kept by which address, and which are made anew.

use catalog::ShelfKind;
use web::CacheControl;

use crate::answer::{Page, Plan};
use crate::audience::Audience;
use crate::shop::Shop;
use crate::testing::{MARK, NOW, ask, hear, matched, published, release, respond, shop, shop_of, with_canary};

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
    assert_eq!(kept(&shop, "/products/enamel-mug?quantity=0&cart=add").as_deref(), Some("/products/enamel-mug?"));
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
    ask(&format!("/products/{}", sold_out.handle), &[], NOW, |incoming| {
        let Plan::Page(planned) = shop.plan(&matched(incoming), incoming) else { panic!("no page") };
        let page = String::from_utf8_lossy(&shop.render(&planned, NOW).reply.body).into_owned();
        let (_, related) = page.split_once("In stock instead</h2>").unwrap();
        assert!(related.contains("product-card") && !related.contains("product-card out-of-stock"), "{related}");
    });
}

/// Products whose ids, handles and former handles are those of one another, and brands whose slugs collide.
fn awkward() -> Shop {
    let record = |id: &str, more: &str| {
        format!(
            r#"{{"id":"{id}","name":"Mug","description":"","price":1,"imageUrl":"","category":"Mugs","stock":1,"rating":0,"reviews":0{more}}}"#
        )
    };
    let records = [
        record("1", r#","handle":"red-mug","formerHandles":["old-mug"],"brand":"A & B","collections":["Gifts"]"#),
        record("2", r#","handle":"blue-mug","brand":"A-B""#),
        record(
            "3",
            r#","handle":"three","brand":"日本","options":[{"name":"Size","values":["S"]}],
            "variants":[{"sku":"S-3","options":{"Size":"S"},"price":1,"stock":1}]"#,
        ),
    ];
    shop_of(&format!("[{}]", records.join(",")))
}

/// Status, address and caching of a redirect.
fn moved(shop: &Shop, target: &str) -> (u16, String, CacheControl) {
    let response = respond(shop, target, &[]).unwrap_or_else(|| panic!("{target} is a page"));
    let location = response.reply.field("location").unwrap_or_default().to_owned();
    (response.reply.status, location, response.reply.cache_control)
}

#[test]
fn ids_and_former_handles_lead_to_the_handle_and_keep_the_query() {
    let shop = awkward();
    for (target, address) in [
        ("/products/1", "/products/red-mug"),
        ("/products/old-mug", "/products/red-mug"),
        ("/products/old-mug?variant=S&utm_source=%FF", "/products/red-mug?variant=S&utm_source=%FF"),
        ("/products/2?variant=2", "/products/blue-mug?variant=2"),
        ("/products/3?option.Size=S", "/products/three?option.Size=S"),
    ] {
        assert_eq!(moved(&shop, target), (308, address.to_owned(), CacheControl::Minutes), "{target}");
    }
    assert_eq!(kept(&shop, "/products/red-mug").as_deref(), Some("/products/red-mug?"));
    assert_eq!(kept(&shop, "/products/three?variant=S-3").as_deref(), Some("/products/three?variant=S-3"));
    assert_eq!(moved(&shop, "/products/three?option.Size=S").1, "/products/three?variant=S-3");
    for target in ["/products/4", "/products/Red-Mug", "/products/red-mug%20", "/products/-"] {
        assert_eq!(made(&shop, target).0, 404, "{target}");
    }
}

#[test]
fn a_redirect_is_the_same_for_every_visitor_whatever_is_rolled_out() {
    let shop = awkward();
    hear(&shop, with_canary(&release(&published("1.2.0", 1)), &published("1.3.0", 1), 50), NOW);
    let plain = respond(&shop, "/products/1", &[]).unwrap();
    let cookie = format!("storefront-visitor={MARK}");
    assert_eq!(respond(&shop, "/products/1", &[("cookie", &cookie)]).unwrap(), plain);
    assert!(plain.reply.cookies.is_empty() && plain.revision.is_some());
}

#[test]
fn a_brand_and_a_collection_have_a_page_under_their_slug() {
    let shop = awkward();
    assert_eq!(kept(&shop, "/brands/a-b?utm_source=x&page=").as_deref(), Some("/brands/a-b?"));
    assert_eq!(kept(&shop, "/collections/gifts").as_deref(), Some("/collections/gifts?"));
    for target in ["/brands/none", "/brands/A-B", "/brands/%E6%97%A5", "/brands/a-b-", "/collections/a-b", "/brands/-"]
    {
        assert_eq!(made(&shop, target).0, 404, "{target}");
    }
}

#[test]
fn filters_of_the_page_of_a_brand_lead_to_the_listing() {
    let shop = awkward();
    for (target, address) in [
        ("/brands/a-b?sort=name", "/products?brand=A%20%26%20B&sort=name"),
        ("/brands/a-b?page=2&utm_source=x", "/products?brand=A%20%26%20B&page=2&utm_source=x"),
        ("/brands/a-b?minPrice=cheap", "/products?brand=A%20%26%20B&minPrice=cheap"),
        ("/collections/gifts?brand=A-B", "/products?collection=Gifts&brand=A-B"),
    ] {
        assert_eq!(moved(&shop, target), (308, address.to_owned(), CacheControl::Minutes), "{target}");
    }
}

#[test]
fn of_brands_with_one_slug_the_other_stays_a_filtered_list() {
    let shop = awkward();
    let catalog = shop.catalogs.current();
    let slugs: Vec<(&str, String)> =
        catalog.shelves(ShelfKind::Brand).into_iter().map(|shelf| (shelf.name, shelf.slug)).collect();
    assert_eq!(slugs, [("A & B", "a-b".to_owned()), ("A-B", String::new()), ("日本", String::new())]);
    assert_eq!(catalog.shelf_slug(ShelfKind::Brand, "a & b").as_deref(), Some("a-b"));
    assert_eq!(catalog.shelf_slug(ShelfKind::Brand, "A-B"), None);
    ask("/products/blue-mug", &[], NOW, |incoming| {
        let Plan::Page(planned) = shop.plan(&matched(incoming), incoming) else { panic!("no page") };
        let page = String::from_utf8_lossy(&shop.render(&planned, NOW).reply.body).into_owned();
        assert!(page.contains("<a href=\"/products?brand=A-B\"><bdi>A-B</bdi></a>"), "{page}");
    });
}
