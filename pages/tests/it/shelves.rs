//! The pages of brands and collections: what is theirs beside the listing, where they are linked, and delivery and returns of an offer.

use catalog::{Catalog, ShelfKind};
use pages::CategoriesView;
use serde_json::json;

use crate::fixture::{between, catalog_of, product_on, site, text};
use crate::head::of_type;
use crate::variants::{listing, page, tees};

#[test]
fn a_brand_has_the_merchants_title_description_and_text() {
    let page = listing("brand=Hollis+%26+Co");
    assert!(page.contains("<title>Hollis &amp; Co, weavers – Hollis &amp; Wren</title>"), "{page}");
    assert!(page.contains(
        "<h1><bdi>Hollis &amp; Co, weavers</bdi></h1><p class=\"page-lead\" dir=\"auto\">Cloth from one valley.</p>"
    ));
    assert!(page.contains("<link rel=\"canonical\" href=\"https://shop.example/brands/hollis-co\">"));
    assert!(page.contains("<meta name=\"description\" content=\"Cloth from one valley.\">"));
    assert!(page.contains("<p>Since <em>1901</em>.</p>") && !page.contains("noindex"));
    assert!(page.find("product-card") < page.find("<p>Since"), "products come before the text");
    assert!(
        between(&page, "<nav class=\"breadcrumb\"", "</nav>").contains("<a href=\"/products\"><bdi>Products</bdi></a>")
    );
}

#[test]
fn a_collection_without_a_text_is_described_by_its_products() {
    let page = listing("collection=Summer");
    assert!(page.contains("<h1><bdi>Summer</bdi></h1>") && !page.contains("page-lead"));
    assert!(page.contains("<link rel=\"canonical\" href=\"https://shop.example/collections/summer\">"));
    assert!(page.contains("content=\"1 product at Hollis &amp; Wren in Summer, from"), "{page}");
}

#[test]
fn a_list_that_is_narrowed_or_turned_is_no_longer_that_page() {
    for (query, canonical) in [
        ("brand=Hollis+%26+Co&inStock=true", "/products?inStock=true&amp;brand=Hollis%20%26%20Co"),
        ("brand=Hollis+%26+Co&sort=name", "/brands/hollis-co"),
        ("brand=Hollis+%26+Co&collection=Summer", "/products?brand=Hollis%20%26%20Co&amp;collection=Summer"),
        ("collection=%E5%A4%8F", "/products?collection=%E5%A4%8F"),
    ] {
        let page = listing(query);
        let link = format!("<link rel=\"canonical\" href=\"https://shop.example{canonical}\">");
        assert!(page.contains(&link), "{query}: {}", between(&page, "rel=\"canonical\"", ">"));
    }
    let second = listing("brand=Hollis+%26+Co&page=2");
    assert!(!second.contains("Since <em>1901"), "the text is on the first page alone");
    let trail = between(&second, "<nav class=\"breadcrumb\"", "</nav>");
    assert!(trail.contains("<a href=\"/brands/hollis-co\"><bdi>Hollis &amp; Co</bdi></a>"), "{trail}");
}

#[test]
fn the_sitemap_names_brands_collections_and_handles() {
    let sitemap = text(pages::sitemap(&site(), &tees()));
    for address in [
        "/brands/hollis-co",
        "/collections/summer",
        "/products?collection=%E5%A4%8F",
        "/products/organic-tee",
        "/products?category=Clothing",
    ] {
        assert!(sitemap.contains(&format!("<loc>https://shop.example{address}</loc>")), "{address}: {sitemap}");
    }
    assert!(!sitemap.contains("/products/tee<"), "{sitemap}");
}

fn categories(catalog: &Catalog) -> String {
    let view = CategoriesView {
        products: u32::try_from(catalog.len()).unwrap(),
        categories: catalog.category_counts(),
        brands: catalog.shelves(ShelfKind::Brand),
        collections: catalog.shelves(ShelfKind::Collection),
    };
    text(pages::categories(&pages::Frame { site: &site(), remotes: &[], preview: None, unconfirmed: None }, &view))
}

#[test]
fn a_tree_of_categories_counts_what_is_below_and_asks_for_each_alone() {
    let record = |id: u32, path: &str| {
        let leaf = path.rsplit('"').nth(1).unwrap_or_default();
        format!(
            r#"{{"id":"{id}","name":"Thing","description":"","price":1,"imageUrl":"","category":"{leaf}","categoryPath":{path},"stock":1,"rating":0,"reviews":0}}"#
        )
    };
    let records = [
        record(1, r#"["Kitchen","Mugs"]"#),
        record(2, r#"["Kitchen","Knives"]"#),
        record(3, r#"["Toys","Kitchen"]"#),
        record(4, r#"["Kitchen"]"#),
    ];
    let page = categories(&catalog_of(&format!("[{}]", records.join(","))));
    let entry = |value: &str, name: &str, count: u32| {
        format!("<a href=\"/products?category={value}\"><bdi>{name}</bdi></a> <span class=\"count\">{count}</span>")
    };
    assert!(page.contains(&format!("<h2>{}</h2>", entry("%3E%20Kitchen", "Kitchen", 3))), "{page}");
    assert!(page.contains(&format!("<h2>{}</h2>", entry("Toys", "Toys", 1))), "{page}");
    assert!(page.contains(&format!("<li>{}</li>", entry("Toys%20%3E%20Kitchen", "Kitchen", 1))), "{page}");
    assert!(page.contains(&format!("<li>{}</li>", entry("Mugs", "Mugs", 1))), "{page}");
}

#[test]
fn categories_below_others_are_lists_within_lists() {
    let record = r#"[{"id":"1","name":"Thing","description":"","price":1,"imageUrl":"","category":"Espresso","categoryPath":["Kitchen","Mugs","Espresso"],"stock":1,"rating":0,"reviews":0}]"#;
    let page = categories(&catalog_of(record));
    let entry = |name: &str| {
        format!("<a href=\"/products?category={name}\"><bdi>{name}</bdi></a> <span class=\"count\">1</span>")
    };
    let expect = format!(
        "<h2>{}</h2><ul role=\"list\"><li>{}<ul role=\"list\"><li>{}</li></ul></li></ul>",
        entry("Kitchen"),
        entry("Mugs"),
        entry("Espresso")
    );
    assert!(page.contains(&expect), "{page}");
}

#[test]
fn the_mark_of_a_category_at_the_top_is_not_shown() {
    let record = |id: u32, path: &str| {
        format!(
            r#"{{"id":"{id}","name":"Thing","description":"","price":1,"imageUrl":"","category":"Kitchen","categoryPath":{path},"stock":1,"rating":0,"reviews":0}}"#
        )
    };
    let catalog = catalog_of(&format!("[{},{}]", record(1, r#"["Kitchen"]"#), record(2, r#"["Toys","Kitchen"]"#)));
    // The second time nothing is left of it, and it is ticked all the same.
    for query in ["category=%3E%20Kitchen", "category=%3E%20Kitchen&minPrice=9", "category=%3E%20Nowhere"] {
        let page = crate::fixture::listing(&catalog, query);
        assert!(page.contains("Remove filter: ") && page.contains(" checked"), "{page}");
        assert!(!page.contains("<bdi>&gt;") && !page.contains("“&gt;"), "{query}: {page}");
    }
}

#[test]
fn brands_and_collections_stand_below_the_categories() {
    let page = categories(&tees());
    let brands = between(&page, "<h2 id=\"brands\" tabindex=\"-1\">Brands</h2>", "</section>");
    assert!(
        brands.contains("<a href=\"/brands/hollis-co\"><bdi>Hollis &amp; Co</bdi></a> <span class=\"count\">1</span>")
    );
    let collections = between(&page, "<h2 id=\"collections\" tabindex=\"-1\">Collections</h2>", "</section>");
    assert!(collections.contains("<a href=\"/collections/summer\">"), "{collections}");
}

#[test]
fn an_offer_names_delivery_and_returns() {
    let offer = of_type(&page("oil", None, None), "Product")["offers"].clone();
    let delivery = &offer["shippingDetails"];
    assert_eq!(delivery["shippingRate"], json!({ "@type": "MonetaryAmount", "value": "4.90", "currency": "USD" }));
    assert_eq!(delivery["shippingDestination"]["addressCountry"], json!(["DE", "AT"]));
    assert_eq!(delivery["deliveryTime"]["transitTime"]["minValue"], 2);
    assert_eq!(delivery["deliveryTime"]["transitTime"]["maxValue"], 4);
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"].map(|day| format!("https://schema.org/{day}"));
    assert_eq!(delivery["deliveryTime"]["businessDays"]["dayOfWeek"], json!(days));
    let returns = &offer["hasMerchantReturnPolicy"];
    assert_eq!(returns["returnPolicyCategory"], "https://schema.org/MerchantReturnFiniteReturnWindow");
    assert_eq!((&returns["merchantReturnDays"], &returns["applicableCountry"]), (&json!(30), &json!(["DE", "AT"])));
    assert_eq!(returns["merchantReturnLink"], "https://shop.example/pages/returns");
}

#[test]
fn terms_without_countries_are_left_out_unless_a_page_has_them() {
    let mut site = site();
    site.merchant.delivery = site.merchant.delivery.map(|delivery| pages::Delivery { countries: &[], ..delivery });
    let offer = |site: &pages::Site| of_type(&product_on(site, &tees(), "oil"), "Product")["offers"].clone();
    let with_page = offer(&site);
    assert_eq!(with_page.get("shippingDetails"), None);
    assert_eq!(with_page["hasMerchantReturnPolicy"]["merchantReturnLink"], "https://shop.example/pages/returns");
    assert_eq!(with_page["hasMerchantReturnPolicy"].get("applicableCountry"), None);
    site.merchant.pages = &[];
    assert_eq!(offer(&site).get("hasMerchantReturnPolicy"), None);
}

#[test]
fn further_offers_refer_to_the_terms_of_the_first() {
    let group = of_type(&page("tee", None, None), "ProductGroup");
    let offer = |variant: usize| &group["hasVariant"][variant]["offers"];
    assert_eq!(offer(0)["shippingDetails"]["@id"], "#delivery");
    assert_eq!(offer(0)["hasMerchantReturnPolicy"]["merchantReturnDays"], 30);
    assert_eq!(offer(1)["shippingDetails"], json!({ "@id": "#delivery" }));
    assert_eq!(offer(3)["hasMerchantReturnPolicy"], json!({ "@id": "#returns" }));
}
