//! The categories that the pages offer, and the page that lists them all.

use crate::fixture::{between, catalog, categories, home, lines, listing, many_categories};

#[test]
fn a_small_shop_offers_every_category_everywhere() {
    let page = listing(&catalog(), "");
    let filter = between(&page, "<fieldset class=\"filter-categories\">", "</fieldset>");
    assert_eq!(filter.matches("type=\"checkbox\"").count(), 3);
    assert!(!filter.contains("/categories"), "{filter}");
    let page = categories(&catalog());
    insta::assert_snapshot!(lines(between(&page, "<main id=\"main\" class=\"wrap\" tabindex=\"-1\">", "</main>")));
}

#[test]
fn a_listing_offers_the_twenty_largest_categories_and_the_way_to_the_rest() {
    let page = listing(&many_categories(30), "");
    let filter = between(&page, "<fieldset class=\"filter-categories\">", "</fieldset>");
    assert_eq!(filter.matches("type=\"checkbox\"").count(), 20);
    assert!(filter.contains("<a class=\"all-categories\" href=\"/categories\">All categories</a>"), "{filter}");
    let first = filter.find("value=\"A 26\"").unwrap();
    assert!(first < filter.find("value=\"K 10\"").unwrap(), "by name, as in the catalog");
    assert!(!filter.contains("value=\"J 09\""), "the eleventh smallest has ten products: {filter}");
}

#[test]
fn the_chosen_category_is_offered_however_small_it_is() {
    let page = listing(&many_categories(30), "category=C%2002");
    let filter = between(&page, "<fieldset class=\"filter-categories\">", "</fieldset>");
    assert!(filter.contains("value=\"C 02\" checked> <bdi>C 02</bdi> <span class=\"count\">3</span>"), "{filter}");
    assert_eq!(filter.matches("type=\"checkbox\"").count(), 20 + 1);
}

#[test]
fn a_list_without_products_leads_to_twenty_categories_and_the_rest() {
    let page = listing(&many_categories(30), "minPrice=1&category=Nowhere");
    let ways = between(&page, "<h3>Browse a category</h3>", "</div>");
    assert_eq!(ways.matches("<li>").count(), 20 + 1);
    assert!(ways.contains("<a href=\"/categories\">All categories</a>"), "{ways}");
}

#[test]
fn the_start_page_shows_twenty_tiles() {
    let page = home(&many_categories(30));
    assert_eq!(page.matches("class=\"category-tile\"").count(), 20);
    assert!(page.contains("<a href=\"/categories\">All 30 categories</a>"));
    assert!(page.contains("465 products in 30 categories"));
}

#[test]
fn many_categories_stand_under_their_first_letters() {
    let page = categories(&many_categories(60));
    assert!(
        listing(&many_categories(60), "").contains("content=\"1,830 products at Hollis &amp; Wren, from"),
        "counts of descriptions are grouped"
    );
    let letters = between(&page, "<nav class=\"letters\"", "</nav>");
    assert_eq!(letters.matches("<li>").count(), 26);
    for letter in letters.split("href=\"#").skip(1).map(|rest| rest.split_once('"').unwrap().0) {
        assert!(page.contains(&format!("<h2 id=\"{letter}\"")), "`#{letter}` leads nowhere");
    }
    assert_eq!(page.matches("href=\"/products?category=").count(), 60);
    assert!(page.contains("<a href=\"/products?category=D%2003\"><bdi>D 03</bdi></a> <span class=\"count\">4</span>"));
}
