//! The files for crawlers.

use crate::fixture::{catalog, catalog_of, site, text};

#[test]
fn names_home_listing_categories_and_products() {
    insta::assert_snapshot!(text(pages::sitemap(&site(), &catalog())));
}

#[test]
fn robots_find_the_sitemap() {
    insta::assert_snapshot!(text(pages::robots(&site(), ["/beacon".to_owned()].into_iter())));
}

#[test]
fn a_large_shop_has_an_index_of_files_that_hold_every_address_once() {
    let records: Vec<String> = (1..=25_000)
        .map(|id| {
            format!(
                r#"{{"id":"{id}","name":"Nail","description":"","price":1,"imageUrl":"","category":"Box {}","stock":1,"rating":0,"reviews":0}}"#,
                id % 7
            )
        })
        .collect();
    let catalog = catalog_of(&format!("[{}]", records.join(",")));
    let site = site();
    let addresses = |file: Vec<u8>| -> Vec<String> {
        let file = text(file);
        file.lines().filter_map(|line| Some(line.split_once("<loc>")?.1.split_once("</loc>")?.0.to_owned())).collect()
    };

    let index = text(pages::sitemap(&site, &catalog));
    assert!(index.contains("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"), "{index}");
    let files = addresses(index.into_bytes());
    assert_eq!(files, [1, 2, 3, 4, 5, 6].map(|number| format!("https://shop.example/sitemap-{number}.xml")));

    let mut listed = Vec::new();
    for file in &files {
        let number = pages::sitemap_file(file.strip_prefix("https://shop.example").unwrap()).unwrap();
        assert!(pages::sitemap_files(&site, &catalog).contains(&number), "{file}");
        let part = addresses(pages::sitemap_part(&site, &catalog, number));
        assert!(part.len() <= 5_000, "{file} lists {}", part.len());
        listed.extend(part);
    }
    assert_eq!(listed.len(), 3 + 4 + 7 + 25_000);
    assert_eq!(
        listed[2..9],
        [
            "/categories",
            "/pages/delivery",
            "/pages/returns",
            "/pages/contact",
            "/pages/terms",
            "/products?category=Box%200",
            "/products?category=Box%201"
        ]
        .map(|path| format!("https://shop.example{path}"))
    );
    assert_eq!(listed.last().unwrap(), "https://shop.example/products/nail-25000");
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), 3 + 4 + 7 + 25_000, "an address is listed twice");
}

#[test]
fn a_small_shop_has_one_file() {
    assert!(pages::sitemap_files(&site(), &catalog()).is_empty());
}
