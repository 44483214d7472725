//! Whole pages as snapshots: the markup that remotes and styles rely on.

use pages::Purchase;

use crate::fixture::{between, catalog, home, lines, listing, product, refused_listing};

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
fn refused_slot() {
    let page = refused_listing(&catalog(), "category=Hall&minPrice=30&maxPrice=20&inStock=true&search=hook&sort=name");
    insta::assert_snapshot!(lines(between(&page, "<main", "</main>")));
}

#[test]
fn whole_product() {
    insta::assert_snapshot!(lines(&product(&catalog(), "3", Purchase::Idle)));
}

#[test]
fn product_out_of_stock() {
    let page = product(&catalog(), "2", Purchase::Idle);
    insta::assert_snapshot!(lines(between(&page, "<article class=\"product-detail", "</article>")));
}

#[test]
fn home_content() {
    insta::assert_snapshot!(lines(between(&home(&catalog()), "<main", "</main>")));
}
