//! The files for crawlers.

use crate::fixture::{catalog, site, text};

#[test]
fn names_home_listing_categories_and_products() {
    insta::assert_snapshot!(text(pages::sitemap(&site(), &catalog())));
}

#[test]
fn robots_find_the_sitemap() {
    insta::assert_snapshot!(text(pages::robots(&site())));
}
