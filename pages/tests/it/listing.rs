//! The texts of a listing, and the targets of its links.

use catalog::build::{Options, Products};
use catalog::{Catalog, Currency};

use crate::fixture::{between, catalog, ignoring, listing, listing_on, listing_with, site_in};

#[track_caller]
fn check(query: &str, expect: &[&str], absent: &[&str]) {
    let page = listing(&catalog(), query);
    for text in expect {
        assert!(page.contains(text), "`{text}` is missing from `{query}`");
    }
    for text in absent {
        assert!(!page.contains(text), "`{text}` is in `{query}`");
    }
}

#[test]
fn says_how_much_is_shown() {
    check(
        "",
        &["<p class=\"results-info\">Showing 5 of 5 products</p>", "Page 1 of 1"],
        &["page-prev", "page-next", "active-filters"],
    );
    check("pageSize=2&page=3", &["Showing 1 of 5 products", "Page 3 of 3", "rel=\"prev\""], &["rel=\"next\""]);
    check("search=stool", &["Showing 1 of 1 product<"], &[]);
    check(
        "search=zeppelin",
        &["No products found", "Nothing matches “zeppelin”", "See all 5 products"],
        &["product-grid", "class=\"pagination\""],
    );
    check("maxPrice=1", &["Nothing matches these filters"], &["product-grid"]);
    check(
        "search=stool&maxPrice=1",
        &["Nothing matches “stool” with these filters", "Take a filter away", "See 1 product for “"],
        &["product-grid", "Check the spelling"],
    );
    check(
        "page=7&pageSize=2",
        &["There is no page 7", "href=\"/products?page=3&amp;pageSize=2\""],
        &["product-grid", "class=\"pagination\""],
    );
}

#[test]
fn the_form_says_what_was_asked_for() {
    check("", &["name=\"category\" value=\"Hall\"> ", ">Featured<"], &["name=\"pageSize\""]);
    check("category=hall", &["value=\"Hall\" checked"], &["value=\"hall\"", "Nothing matches"]);
    check("category=Nowhere", &["value=\"Nowhere\" checked", "Category: “Nowhere” was not found in this shop."], &[]);
    check(
        "minPrice=10&maxPrice=99.5",
        &["name=\"minPrice\" inputmode=\"decimal\" autocomplete=\"off\" value=\"10\"", "value=\"99.5\""],
        &[],
    );
    check("inStock=true", &["name=\"inStock\" value=\"true\" checked"], &[]);
    check("inStock=false", &["Remove filter: </span><bdi>Out of stock"], &["name=\"inStock\" value=\"true\" checked"]);
    check("search=oak&sort=rating", &["value=\"oak\"", ">Best match<", "value=\"rating\" selected"], &[]);
    check("pageSize=2", &["<input type=\"hidden\" name=\"pageSize\" value=\"2\">"], &[]);
}

#[test]
fn filters_by_price_have_the_decimal_places_of_the_currency() {
    let page = |currency: &str, prices: [&str; 2], query: &str| {
        let [first, second] = prices;
        let file = format!("id,name,price,category,stock\na,Lamp,{first},Desk,1\nb,Mug,{second},Kitchen,1\n");
        let options = Options { currency: Currency::parse(currency).unwrap(), ..Options::default() };
        let index = Products::read(file.as_bytes(), options).unwrap().into_index().unwrap();
        listing_on(&site_in(currency), &Catalog::open(index).unwrap(), query)
    };
    for (currency, prices, query, expect) in [
        (
            "KWD",
            ["1.234", "12.750"],
            "category=Desk&minPrice=1.234&maxPrice=1.5",
            ["value=\"1.234\"", "KWD\u{a0}1.234 to KWD\u{a0}1.500", "?minPrice=1.234&amp;maxPrice=1.5\""],
        ),
        (
            "JPY",
            ["4800", "120000"],
            "category=Desk&minPrice=4800&maxPrice=119999",
            ["value=\"4800\"", "¥4,800 to ¥119,999", "?minPrice=4800&amp;maxPrice=119999\""],
        ),
    ] {
        let page = page(currency, prices, query);
        for text in expect.iter().chain(&["Showing 1 of 1 product<"]) {
            assert!(page.contains(text), "`{text}` is missing in {currency}: {page}");
        }
    }
}

#[test]
fn taking_a_filter_away_keeps_the_others_and_starts_at_the_first_page() {
    let page = listing(&catalog(), "category=Hall&minPrice=1&search=hook&page=1&sort=name");
    let filters = between(&page, "<ul class=\"active-filters\"", "</ul>");
    for address in [
        "/products?category=Hall&amp;minPrice=1&amp;sort=name",
        "/products?minPrice=1&amp;search=hook&amp;sort=name",
        "/products?category=Hall&amp;search=hook&amp;sort=name",
    ] {
        assert!(filters.contains(&format!("href=\"{address}\"")), "{address}");
    }
}

#[test]
fn the_printed_address_leads_to_the_same_products_in_the_same_order() {
    for query in ["", "?category=Hall&amp;sort=name", "?page=2&amp;pageSize=2&amp;sort=price-desc"] {
        let page = listing(&catalog(), &query.trim_start_matches('?').replace("&amp;", "&"));
        let address = between(&page, "<p class=\"page-address\">", "</p>");
        assert_eq!(address, format!("https://shop.example/products{query}"));
    }
}

#[test]
fn heading_and_breadcrumb_name_the_list() {
    for (query, heading, crumbs) in [
        ("", "Products", vec!["Home", "Products"]),
        ("category=Hall", "Hall", vec!["Home", "Products", "Hall"]),
        ("search=oak", "“oak”", vec!["Home", "Products", "“oak”"]),
        ("search=hook&category=Hall", "“hook” in Hall", vec!["Home", "Products", "Hall", "“hook” in Hall"]),
        ("pageSize=2&page=2", "Products, page 2", vec!["Home", "Products", "Products, page 2"]),
        (
            "category=Kitchen%20%26%20Table&pageSize=1&page=2",
            "Kitchen &amp; Table, page 2",
            vec!["Home", "Products", "Kitchen &amp; Table", "Kitchen &amp; Table, page 2"],
        ),
    ] {
        let page = listing(&catalog(), query);
        assert_eq!(between(&page, "<h1><bdi>", "</bdi></h1>"), heading);
        let trail = between(&page, "<nav class=\"breadcrumb\" aria-label=\"Breadcrumb\">", "</nav>");
        let steps: Vec<&str> =
            trail.split("<bdi>").skip(1).filter_map(|step| Some(step.split_once("</bdi>")?.0)).collect();
        assert_eq!(steps, crumbs, "{query}");
        let title = between(&page, "<title>", " – ");
        assert_eq!(title, heading, "the heading is the title of the page");
        // Within the slot, so that a remote brings them along.
        assert!(page.find("data-remote=\"products\"") < page.find("<h1>"), "{query}");
    }
}

#[test]
fn what_was_ignored_is_named_at_its_field_and_the_list_stays() {
    let page = ignoring(&catalog(), "category=Hall", &[("minPrice", "cheap")]);
    assert!(page.contains("product-grid") && page.contains("Showing 1 of 1 product"), "the list is kept");
    let said = between(&page, "<div class=\"error-message\" id=\"filter-error\" role=\"alert\">", "</div>");
    assert_eq!(said, "<p><a href=\"#minPrice\">From: enter an amount like 9.50</a>.</p>");
    let input = between(&page, "id=\"minPrice\"", ">");
    assert!(
        input.contains("value=\"cheap\" aria-invalid=\"true\" aria-describedby=\"price-error price-hint\""),
        "{input}"
    );
    let message = between(&page, "<p class=\"field-error\" id=\"price-error\">", "</p>");
    assert_eq!(message.trim(), "From: enter an amount like 9.50.");
    assert!(page.find("filter-error") < page.find("filter-panel"), "above the filters, which may be folded");
    assert!(!page.contains("minPrice</code>") && !page.contains("must be"), "in words of shoppers");
}

#[test]
fn several_ignored_filters_are_listed() {
    let page =
        ignoring(&catalog(), "search=stool", &[("sort", "size"), ("page", "0"), ("maxPrice", "-1"), ("inStock", "x")]);
    let said = between(&page, "role=\"alert\">", "</div>");
    for expect in [
        "Not everything could be used:",
        "<li>Sort by: there is no order “size”.</li>",
        "<li>There is no page “0”, so this is the first one.</li>",
        "<li><a href=\"#maxPrice\">To: enter an amount like 9.50</a>.</li>",
    ] {
        assert!(said.contains(expect), "`{expect}` is missing: {said}");
    }
    assert!(page.contains("Showing 1 of 1 product"));
}

#[test]
fn no_parameter_is_named_to_shoppers() {
    for (parameter, submitted, said) in [
        ("option.<name>", "Purple", "Colour: “Purple” was not found in this shop."),
        ("attr.<name>", "", "Colour: not every choice could be used."),
        ("brand", "Acme", "Brand: “Acme” was not found in this shop."),
        ("minRating", "six", "Rating: choose one from the list."),
        ("onSale", "maybe", "On sale: tick the box, “maybe” is no choice."),
        ("include", "all", "The address asks for something that this page does not have."),
    ] {
        let page = ignoring(&catalog(), "", &[(parameter, submitted)]);
        assert_eq!(between(&page, "role=\"alert\">", "</div>"), format!("<p>{said}</p>"));
        assert!(page.contains("product-grid"), "the list is kept");
    }
}

#[test]
fn a_search_that_finds_nothing_has_ways_on() {
    let page = listing(&catalog(), "search=stool&category=Hall");
    for expect in [
        "href=\"/products?search=stool\"><span>See 1 product for “<bdi>stool</bdi>” without filters</span></a>",
        "href=\"/products\">See all 5 products</a>",
        "href=\"/products?category=Living\"><bdi>Living</bdi> (1)</a>",
        "href=\"/pages/returns\">Returns</a>",
    ] {
        assert!(page.contains(expect), "`{expect}` is missing: {page}");
    }
    assert!(!page.contains("href=\"/pages/terms\">Terms</a></li></ul><h3>"), "terms are nobody's search");
}

#[test]
fn a_search_for_help_leads_to_its_page() {
    let page = listing(&catalog(), "search=Shipping%20costs");
    let actions = between(&page, "<div class=\"empty-actions\">", "</div>");
    assert!(
        actions
            .starts_with("<a class=\"button\" href=\"/pages/delivery\"><span>Go to “<bdi>Delivery</bdi>”</span></a>"),
        "{actions}"
    );
    assert_eq!(page.matches("href=\"/pages/delivery\"").count(), 2, "there and in the footer");
}

#[test]
fn the_field_of_the_search_is_in_the_header_and_belongs_to_the_filters() {
    let page = listing(&catalog(), "search=oak");
    let header = between(&page, "<header class=\"site-header\">", "</header>");
    let field = between(header, "<input ", ">");
    assert!(field.contains("id=\"search\" name=\"search\" form=\"filters\" value=\"oak\""), "{field}");
    assert_eq!(page.matches("name=\"search\"").count(), 1);
    let older = listing_with(&catalog(), "search=oak", &[], 1);
    let slot = between(&older, "data-contract=\"1\"", "</section>");
    assert!(slot.contains("id=\"search\"") && !slot.contains("<h1>"), "a remote of contract 1 finds its field: {slot}");
}

#[test]
fn the_first_pictures_are_eager_and_the_rest_lazy() {
    let page = listing(&catalog(), "");
    let pictures: Vec<&str> = page.split("<img ").skip(1).map(|rest| rest.split_once('>').unwrap().0).collect();
    assert_eq!(pictures.len(), 5);
    for (index, picture) in pictures.iter().enumerate() {
        assert_eq!(picture.contains("fetchpriority=\"high\""), index == 0, "{picture}");
        assert_eq!(picture.contains("loading=\"lazy\""), index >= 4, "{picture}");
    }
}
