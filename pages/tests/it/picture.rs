//! Pictures in pages: the sizes of the shop's own, of those that Cloudflare sizes, and of those that nobody does; the picture in
//! links to a page; products without a picture, or with one that a page of `https:` must not load.

use pages::{Resizing, Site};

use crate::fixture::{between, catalog, catalog_of, home, listing, listing_on, product, product_on, site};

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

/// A site whose other pictures Cloudflare sizes.
fn resizing() -> Site {
    let mut site = site();
    site.pictures.resizing = Resizing::Cloudflare;
    site
}

/// The card of a product.
#[track_caller]
fn card<'a>(page: &'a str, id: &str) -> &'a str {
    between(page, &format!("data-product-id=\"{id}\">"), "</article>")
}

#[test]
fn a_photo_of_the_shop_comes_in_every_format_and_in_the_widths_of_its_place() {
    let page = listing(&catalog(), "");
    let card = card(&page, "4");
    let candidates = |extension: &str| {
        [160, 320, 480, 640]
            .map(|width| format!("/assets/pictures/towel-A2B3C4D5/{width}.{extension} {width}w"))
            .join(", ")
    };
    let sizes = "sizes=\"(min-width: 72rem) 19rem, (min-width: 44rem) 22rem, (min-width: 30rem) 11rem, 44vw\"";
    assert!(
        card.contains(&format!(
            "<picture><source type=\"image/avif\" srcset=\"{}\" {sizes}><source type=\"image/webp\" srcset=\"{}\" {sizes}>\
             <img class=\"product-image\" src=\"/assets/pictures/towel-A2B3C4D5/480.jpg\" srcset=\"{}\" {sizes} width=\"2000\" \
             height=\"1500\" alt=\"\"></picture><h2",
            candidates("avif"),
            candidates("webp"),
            candidates("jpg")
        )),
        "{card}"
    );
    let page = product(&catalog(), "4");
    let article = between(&page, "<article class=\"product-detail", "</picture>");
    assert!(
        article.contains("/1440.avif 1440w\" sizes=\"(min-width: 80rem) 38rem, (min-width: 52rem) 46vw, 92vw\""),
        "{article}"
    );
    assert!(article.ends_with(" alt=\"Linen towel\" fetchpriority=\"high\">"), "{article}");
}

#[test]
fn a_drawing_of_the_shop_is_one_file_with_its_colour() {
    let page = listing(&catalog(), "");
    let expect = "<img class=\"product-image\" src=\"/assets/pictures/knife-A1B2C3D4.svg\" width=\"600\" height=\"600\" alt=\"\" \
                  data-tone=\"#e1d0ba\"><h2";
    assert!(card(&page, "3").contains(expect), "{}", card(&page, "3"));
    // Catalogs of earlier releases have the hash of some content in the address.
    let old = RECORDS.replace("\"imageUrl\":\"\"", "\"imageUrl\":\"/assets/pictures/knife-QQQQQQQQ.svg\"");
    assert!(card(&listing(&catalog_of(&old), ""), "1").contains("src=\"/assets/pictures/knife-A1B2C3D4.svg\""));
}

#[test]
fn a_picture_from_elsewhere_is_sized_by_nobody_or_by_cloudflare() {
    let plain = listing(&catalog(), "");
    let expect =
        "<img class=\"product-image\" src=\"https://images.example/cellar.jpg\" width=\"600\" height=\"600\" alt=\"\">";
    assert!(card(&plain, "2").contains(expect), "{}", card(&plain, "2"));
    let sized = listing_on(&resizing(), &catalog(), "");
    let at = |width: u32| {
        format!("/cdn-cgi/image/width={width},fit=scale-down,format=auto/https://images.example/cellar.jpg")
    };
    let candidates = [160, 320, 480, 640].map(|width| format!("{} {width}w", at(width))).join(", ");
    let expect = format!(
        "<img class=\"product-image\" src=\"{}\" srcset=\"{candidates}\" sizes=\"(min-width: 72rem) 19rem, (min-width: 44rem) 22rem, (min-width: 30rem) 11rem, 44vw\" width=\"600\"",
        at(480)
    );
    assert!(card(&sized, "2").contains(&expect), "{}", card(&sized, "2"));
    // What the build has sized, and what needs no size, stays as it is.
    for id in ["1", "3", "4"] {
        assert_eq!(card(&sized, id), card(&plain, id));
    }
}

#[test]
fn a_picture_of_a_link_is_never_a_drawing() {
    #[track_caller]
    fn check(site: &Site, id: &str, expect: &[(&str, &str)]) {
        let page = product_on(site, &catalog(), id);
        let found: Vec<(&str, &str)> = page
            .split("<meta property=\"og:image")
            .skip(1)
            .map(|rest| (between(rest, "", "\""), between(rest, "content=\"", "\"")))
            .collect();
        assert_eq!(found, expect, "product {id}");
    }
    let jpeg = |address, size, alt| {
        vec![("", address), (":type", "image/jpeg"), (":width", size), (":height", size), (":alt", alt)]
    };
    let own = jpeg("https://shop.example/assets/pictures/knife-E5F6G7H2.jpg", "1200", "Bread knife");
    check(&site(), "3", &own);
    check(&resizing(), "3", &own);
    // An SVG that the shop has no JPEG of.
    check(&site(), "1", &[]);
    check(&resizing(), "1", &[]);
    check(&site(), "2", &[("", "https://images.example/cellar.jpg"), (":alt", "Salt cellar")]);
    let sized = "https://shop.example/cdn-cgi/image/width=1200,height=1200,fit=pad,background=white,format=jpeg/https://images.example/cellar.jpg";
    check(&resizing(), "2", &jpeg(sized, "1200", "Salt cellar"));
}
