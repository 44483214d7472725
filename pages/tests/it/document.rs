//! Whole pages as snapshots: the markup that remotes and styles rely on.

use pages::Frame;

use crate::fixture::{MERCHANT, between, catalog, home, ignoring, lines, listing, listing_with, product, site, text};

#[test]
fn whole_listing() {
    insta::assert_snapshot!(lines(&listing(&catalog(), "")));
}

#[test]
fn filtered_and_paged_slot() {
    let page =
        listing(&catalog(), "category=Kitchen%20%26%20Table&maxPrice=2000&search=e&pageSize=1&page=2&sort=price-desc");
    insta::assert_snapshot!(lines(between(&page, "<main", "</main>")));
}

#[test]
fn slot_with_ignored_filters() {
    let ignored = [("minPrice", "cheap"), ("sort", "size")];
    let page = ignoring(&catalog(), "category=Hall&maxPrice=20&inStock=true&search=hook", &ignored);
    insta::assert_snapshot!(lines(between(&page, "<main", "</main>")));
}

#[test]
fn whole_product() {
    insta::assert_snapshot!(lines(&product(&catalog(), "3")));
}

#[test]
fn product_out_of_stock() {
    let page = product(&catalog(), "2");
    insta::assert_snapshot!(lines(between(&page, "<article class=\"product-detail", "</article>")));
}

#[test]
fn home_content() {
    insta::assert_snapshot!(lines(between(&home(&catalog()), "<main", "</main>")));
}

#[test]
fn empty_slot() {
    let page = listing(&catalog(), "category=Hall&search=zeppelin");
    insta::assert_snapshot!(lines(between(&page, "<main", "</main>")));
}

#[test]
fn slot_of_an_older_remote() {
    let page = listing_with(&catalog(), "category=Hall", &[], 1);
    insta::assert_snapshot!(lines(between(&page, "<body", "<div class=\"results\"")));
}

#[test]
fn page_of_the_merchant() {
    let site = site();
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    let page = text(pages::merchant_page(&frame, &MERCHANT.pages[0]));
    insta::assert_snapshot!(lines(between(&page, "<main", "</footer>")));
}
