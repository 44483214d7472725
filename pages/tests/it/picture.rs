//! Products without a picture: none, or one that a page of `https:` must not load.

use crate::fixture::{between, catalog_of, home, listing, product};

const RECORDS: &str = r#"[
  {"id":"1","name":"Plain thing","description":"Thing.","price":1,"imageUrl":"","category":"Things","stock":1,"rating":5,"reviews":9},
  {"id":"2","name":"Old thing","description":"Thing.","price":1,"imageUrl":"http://images.example/2.jpg","category":"Things","stock":1,"rating":4,"reviews":9}
]"#;

const DRAWN: &str = "<img class=\"product-image no-picture\" src=\"/assets/placeholder-AAAAAAAA.svg\"";

#[test]
fn every_page_draws_what_is_missing_in_the_same_box() {
    let catalog = catalog_of(RECORDS);
    for (page, drawn) in
        [(listing(&catalog, ""), 2), (home(&catalog), 2), (product(&catalog, "1"), 2), (product(&catalog, "2"), 2)]
    {
        assert_eq!(page.matches(DRAWN).count(), drawn, "{page}");
        assert_eq!(page.matches("<img ").count(), drawn, "{page}");
        for image in page.split("<img ").skip(1) {
            let (attributes, _) = image.split_once('>').unwrap();
            assert!(attributes.contains(" alt=\"\"") && attributes.contains(" height="), "{attributes}");
        }
    }
}

#[test]
fn nobody_else_is_told_of_a_picture_that_is_none() {
    let page = product(&catalog_of(RECORDS), "2");
    assert!(!page.contains("og:image") && !page.contains("images.example"), "{page}");
    let structured = between(&page, "<script type=\"application/ld+json\">", "</script>");
    assert!(!structured.contains("\"image\""), "{structured}");
}
