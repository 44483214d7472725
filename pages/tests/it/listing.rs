//! The texts of a listing, and the targets of its links.

use crate::fixture::{between, catalog, listing, refused_listing};

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
        "page=7&pageSize=2",
        &["There is no page 7", "href=\"/products?page=3&amp;pageSize=2\""],
        &["product-grid", "class=\"pagination\""],
    );
}

#[test]
fn the_form_says_what_was_asked_for() {
    check("", &["value=\"\" checked", ">Featured<"], &["name=\"pageSize\""]);
    check("category=Hall", &["value=\"Hall\" checked"], &["value=\"\" checked"]);
    check("category=Nowhere", &["value=\"Nowhere\" checked"], &["value=\"\" checked"]);
    check(
        "minPrice=10&maxPrice=99.5",
        &["name=\"minPrice\" inputmode=\"decimal\" autocomplete=\"off\" value=\"10\"", "value=\"99.5\""],
        &[],
    );
    check("inStock=true", &["name=\"inStock\" value=\"true\" checked"], &[]);
    check("inStock=false", &["Remove filter: </span>Out of stock"], &["name=\"inStock\" value=\"true\" checked"]);
    check("search=oak&sort=rating", &["value=\"oak\"", ">Best match<", "value=\"rating\" selected"], &[]);
    check("pageSize=2", &["<input type=\"hidden\" name=\"pageSize\" value=\"2\">"], &[]);
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

#[track_caller]
fn check_refused(query: &str, message: &str, field: &str) {
    let page = refused_listing(&catalog(), query);
    let said = between(&page, "<p class=\"error-message\" id=\"filter-error\" role=\"alert\">", "</p>");
    assert_eq!(said, format!("These filters cannot be used: {message}."));
    if !field.is_empty() {
        let input = between(&page, &format!("id=\"{field}\""), ">");
        assert!(input.contains("aria-invalid=\"true\" aria-describedby=\"filter-error\""), "{input}");
    }
    assert!(!page.contains("product-grid"));
}

#[test]
fn a_refused_filter_is_named_and_shown() {
    check_refused(
        "minPrice=cheap",
        "<code>minPrice</code> must be a price from 0 to 9999999.99 with at most two decimal places, not <code>cheap</code>",
        "minPrice",
    );
    check_refused(
        "sort=size",
        "<code>sort</code> must be <code>relevance</code>, <code>price-asc</code>, <code>price-desc</code>, <code>rating</code> or <code>name</code>, not <code>size</code>",
        "sort",
    );
    check_refused("page=0", "<code>page</code> must be a whole number from 1 to 1000000, not <code>0</code>", "");
    let page = refused_listing(&catalog(), "minPrice=cheap&category=Hall&search=a%20hook");
    assert!(
        page.contains("value=\"cheap\"")
            && page.contains("value=\"a hook\"")
            && page.contains("value=\"Hall\" checked")
    );
    assert!(page.contains("<details class=\"filter-panel\" open>"));
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
