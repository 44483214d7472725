//! Products with variants in pages: the picker and its states, prices before and per unit, pictures, facts, filters by values.

use catalog::{Catalog, Query, ShelfKind, Spelled};
use pages::{Frame, ListingView, More, ProductView};
use serde_json::{Value, json};

use crate::fixture::{between, manifest, site, text, unknown_of};
use crate::head::of_type;

pub(crate) fn tees() -> Catalog {
    let variant = |sku: &str, size: &str, colour: &str, price: f64, before: Option<f64>, stock: u32| {
        let mut variant =
            json!({ "sku": sku, "options": { "Size": size, "Colour": colour }, "price": price, "stock": stock });
        if let Some(before) = before {
            variant["compareAtPrice"] = json!(before);
        }
        variant
    };
    let records = json!([
        {
            "id": "tee", "name": "Organic <tee>", "description": "A heavy tee.", "descriptionHtml": "<p>A <strong>heavy</strong> tee.</p><script>x</script>",
            "price": 25, "imageUrl": "/assets/pictures/knife.svg", "category": "Shirts", "categoryPath": ["Clothing", "Shirts"],
            "stock": 0, "rating": 4.5, "reviews": 12, "brand": "Hollis & Co", "handle": "organic-tee",
            "collections": ["Summer", "夏"],
            "images": [
                { "url": "/assets/pictures/knife.svg", "alt": "In cream" },
                { "url": "/assets/pictures/towel.jpg", "alt": "In moss" }
            ],
            "options": [{ "name": "Size", "values": ["S", "M", "L"] }, { "name": "Colour", "values": ["Cream", "Moss"] }],
            "variants": [
                variant("TEE-S-CREAM", "S", "Cream", 25.0, Some(32.0), 3),
                variant("TEE-M-CREAM", "M", "Cream", 25.0, None, 0),
                variant("TEE-M-MOSS", "M", "Moss", 28.0, None, 7),
                variant("TEE-L-MOSS", "L", "Moss", 28.0, None, 2)
            ],
            "attributes": [{ "name": "Material", "value": "Cotton" }]
        },
        {
            "id": "oil", "name": "Oil", "description": "", "price": 9.99, "compareAtPrice": 12, "imageUrl": "", "category": "Food",
            "stock": 1, "rating": 0, "reviews": 0, "unit": { "quantity": 0.75, "measure": "l", "base": 1 },
            "attributes": [{ "name": "Material", "value": "Olives" }]
        }
    ]);
    Catalog::open(catalog::build::index_from_json(records.to_string().as_bytes()).unwrap()).unwrap()
}

pub(crate) fn page(id: &str, chosen: Option<usize>, missing: Option<&str>) -> String {
    page_of(&tees(), id, chosen, missing, None)
}

/// The page after a form that was refused.
pub(crate) fn refused_page(id: &str, alert: pages::CartAlert, sent: pages::Sent) -> String {
    page_of(&tees(), id, None, None, Some(pages::Refusal { alert, sent }))
}

fn page_of(
    catalog: &Catalog,
    id: &str,
    chosen: Option<usize>,
    missing: Option<&str>,
    refusal: Option<pages::Refusal>,
) -> String {
    let position = catalog.position_of(id).unwrap();
    let details = catalog.details_at(position).unwrap();
    let product = catalog.product_at(position).unwrap();
    let more = More {
        brand_slug: product.brand.and_then(|brand| catalog.shelf_slug(ShelfKind::Brand, brand)),
        collection_slugs: (details.collections.iter())
            .map(|name| catalog.shelf_slug(ShelfKind::Collection, name))
            .collect(),
        details,
        trail: catalog.category_trail_at(position),
        chosen,
        missing: missing.map(str::to_owned),
        refusal,
    };
    let view = ProductView { product, related: Vec::new(), more };
    let frame = Frame { site: &site(), remotes: &[&manifest("product-detail")], preview: None, unconfirmed: None };
    text(pages::product(&frame, &view))
}

pub(crate) fn listing(query: &str) -> String {
    let catalog = tees();
    let Spelled { query, unknown } = catalog.spelled(&Query::parse(query, catalog.currency()).unwrap());
    let (hits, facets) = catalog.search_with_facets(&query);
    let view = ListingView {
        query: &query,
        ignored: &[],
        unknown: unknown_of(unknown),
        has_ratings: catalog.has_ratings(),
        products: hits.positions.iter().filter_map(|position| catalog.product_at(*position)).collect(),
        total: hits.total,
        partial: 0,
        facets,
        catalog_size: 2,
        unfiltered: 0,
        categories: Vec::new(),
        shelf: query.only_shelf().and_then(|(kind, name)| catalog.shelf_slug(kind, name)).unwrap_or_default(),
    };
    let frame = Frame { site: &site(), remotes: &[&manifest("products")], preview: None, unconfirmed: None };
    text(pages::listing(&frame, &view))
}

#[track_caller]
fn has(page: &str, part: &str) {
    assert!(page.contains(part), "{part}\nis not in\n{page}");
}

#[test]
fn nothing_is_chosen_at_first() {
    let page = page("tee", None, None);
    has(&page, r#"<p class="product-price">From $25.00 <s class="price-before">"#);
    has(&page, r#"<form class="variant-picker" id="variants" method="get" action="/products/organic-tee""#);
    assert!(!page.contains(r#"type="radio" name="option.Size" value="M" checked"#));
    has(&page, r#"<input type="radio" name="option.Colour" value="Moss">"#);
    has(&page, "<p>A <strong>heavy</strong> tee.</p>");
    assert!(!page.contains("<script>x"), "a description runs nothing");
}

#[test]
fn a_chosen_variant_has_its_price_stock_picture_and_number() {
    let page = page("tee", Some(2), None);
    has(&page, r#"<p class="product-price">$28.00</p>"#);
    has(&page, "7 in stock");
    has(&page, "<dt>Item number</dt><dd>TEE-M-MOSS</dd>");
    has(&page, r#"name="option.Size" value="M" checked"#);
    // Beside moss there is no small tee, and beside M cream is sold out.
    has(&page, r#"value="S"><span dir="auto">S<small> (not in Moss)</small>"#);
    has(&page, r#"value="Cream"><span dir="auto">Cream<small> (sold out)</small>"#);
    has(&page, r#"<dt>Brand</dt><dd><a href="/brands/hollis-co"><bdi>Hollis &amp; Co</bdi></a></dd>"#);
    has(
        &page,
        r#"<dt>Collections</dt><dd><a href="/collections/summer"><bdi>Summer</bdi></a>, <a href="/products?collection=%E5%A4%8F"><bdi>夏</bdi></a></dd>"#,
    );
    has(&page, r#"<dt dir="auto">Material</dt><dd dir="auto">Cotton</dd>"#);
}

#[test]
fn the_values_of_a_chosen_variant_are_among_the_details() {
    let row = r#"<dt dir="auto">Colour</dt><dd dir="auto">Moss</dd>"#;
    has(&page("tee", Some(2), None), row);
    assert!(!page("tee", None, None).contains(row), "nothing is chosen");
}

#[test]
fn a_chosen_variant_that_is_sold_out_looks_so_and_leads_to_the_others() {
    let sold_out = page("tee", Some(1), None);
    has(&sold_out, r#"<article class="product-detail out-of-stock""#);
    has(&sold_out, r#"<p class="product-availability">Out of Stock</p>"#);
    has(&sold_out, "This choice is sold out. Another one is in stock: choose it above.");
    for chosen in [None, Some(0), Some(2)] {
        has(&page("tee", chosen, None), r#"<article class="product-detail""#);
    }
}

#[test]
fn a_combination_that_does_not_exist_is_named() {
    has(&page("tee", Some(0), Some("L, Cream")), "There is no <bdi>L, Cream</bdi>. The nearest one is chosen.");
    has(&page("tee", Some(0), None), r#"<input type="hidden" name="variant" value="TEE-S-CREAM">"#);
    has(&page("tee", Some(2), Some("<i>")), "There is no <bdi>&lt;i&gt;</bdi>. The nearest one is chosen.");
    assert!(!page("tee", None, None).contains(r#"name="variant""#));
}

#[test]
fn structured_data_is_a_group_of_variants() {
    let group = of_type(&page("tee", None, None), "ProductGroup");
    assert_eq!(group["productGroupID"], "tee");
    assert_eq!(group["variesBy"], json!(["https://schema.org/size", "https://schema.org/color"]));
    assert_eq!(group["brand"]["name"], "Hollis & Co");
    assert_eq!(group["image"].as_array().map(Vec::len), Some(2));
    let variants = group["hasVariant"].as_array().unwrap();
    assert_eq!(variants.len(), 4);
    assert_eq!(variants[1]["name"], "Organic <tee> – M, Cream");
    assert_eq!(variants[1]["offers"]["availability"], "https://schema.org/OutOfStock");
    assert_eq!(variants[2]["offers"]["price"], "28.00");
    assert_eq!(variants[2]["offers"]["url"], "https://shop.example/products/organic-tee?variant=TEE-M-MOSS");
    assert_eq!(group.get("offers"), None::<&Value>);
    assert_eq!((&variants[2]["size"], &variants[2]["color"]), (&json!("M"), &json!("Moss")));
    // None of the variants has a picture of its own.
    assert_eq!(variants[2]["image"], group["image"][0]);
}

#[test]
fn options_are_properties_of_variants_where_schema_org_has_them() {
    let vary = |options: [&str; 3]| {
        let values: serde_json::Map<_, _> = options.iter().map(|name| ((*name).to_owned(), json!("1"))).collect();
        let record = json!([{
            "id": "tee", "name": "Tee", "description": "", "price": 25, "imageUrl": "", "category": "Shirts", "stock": 1, "rating": 0,
            "reviews": 0, "options": options.map(|name| json!({ "name": name, "values": ["1"] })),
            "variants": [{ "sku": "A", "options": values, "price": 25, "stock": 1 }]
        }]);
        let catalog = crate::fixture::catalog_of(&record.to_string());
        let group = of_type(&page_of(&catalog, "tee", None, None, None), "ProductGroup");
        let variant = &group["hasVariant"][0];
        let own: Vec<&str> = ["color", "size", "material", "pattern"]
            .into_iter()
            .filter(|property| variant.get(property).is_some())
            .collect();
        (group["variesBy"].clone(), own.join(" "))
    };
    let url = |name: &str| format!("https://schema.org/{name}");
    assert_eq!(
        vary(["Farbe", "Größe", "Muster"]),
        (json!([url("color"), url("size"), url("pattern")]), "color size pattern".to_owned())
    );
    assert_eq!(
        vary(["Matière", "Taille", "Tour"]),
        (json!([url("material"), url("size")]), "size material".to_owned())
    );
    assert_eq!(vary(["Colore", "Colour", "Taglia"]), (json!([url("color"), url("size")]), "color size".to_owned()));
    assert_eq!(vary(["Length", "Scent", "Wick"]), (Value::Null, String::new()));
}

#[test]
fn thumbnails_come_in_small_files_and_lead_to_the_whole_picture() {
    let page = page("tee", None, None);
    let gallery = between(&page, "<ul role=\"list\"><li><a href=\"/assets/pictures/knife.svg\"", "</ul>");
    let photo = between(gallery, "<li><a href=\"/assets/pictures/towel.jpg\">", "</li>");
    assert!(photo.starts_with("<span class=\"visually-hidden\">Enlarge: </span><picture>"), "{photo}");
    has(photo, "/160.avif 160w, /assets/pictures/towel-A2B3C4D5/320.avif 320w\" sizes=\"4.5rem\">");
    has(photo, "src=\"/assets/pictures/towel-A2B3C4D5/160.jpg\"");
}

#[test]
fn a_price_per_unit_stands_below_the_price() {
    let page = page("oil", None, None);
    has(&page, r#"<p class="unit-price">$13.32 per 1 l</p>"#);
    has(&page, "$9.99 <s class=\"price-before\"><span class=\"visually-hidden\">Price before: </span>$12.00</s>");
}

#[test]
fn breadcrumbs_follow_the_path_of_the_category() {
    let page = page("tee", None, None);
    has(&page, r#"href="/products?category=Clothing""#);
    has(&page, r#"href="/products?category=Shirts""#);
}

#[test]
fn a_listing_offers_what_its_products_have() {
    let page = listing("");
    has(&page, r#"<input type="checkbox" name="brand" value="Hollis &amp; Co">"#);
    has(&page, r#"<input type="checkbox" name="option.Size" value="M">"#);
    has(&page, r#"<input type="checkbox" name="attr.Material" value="Cotton">"#);
    has(&page, r#"<input type="checkbox" name="onSale" value="true">"#);
    has(&page, "From $25.00");
    let place = |value: &str| page.find(&format!(r#"name="option.Size" value="{value}""#)).unwrap();
    assert!(place("S") < place("M") && place("M") < place("L"), "sizes stand from small to large");
}

#[test]
fn values_that_are_asked_for_stay_in_the_form() {
    let page = listing("option.size=m&brand=Nobody&attr.Weight=1");
    has(&page, r#"<input type="checkbox" name="option.Size" value="M" checked>"#);
    has(&page, r#"<input type="checkbox" name="brand" value="Nobody" checked>"#);
    has(&page, r#"<input type="checkbox" name="attr.Weight" value="1" checked>"#);
    for said in ["Brand: “Nobody” was not found in this shop.", "Weight: “1” was not found in this shop."] {
        has(&page, said);
    }
    assert!(!page.contains("Size: “"), "what the shop has is not named as missing");
}

#[test]
fn filters_have_the_spelling_of_the_catalog_and_go_as_one() {
    let page = listing(
        "option.SIZE=m&option.size=M&brand=HOLLIS+%26+co&brand=hollis+%26+co&category=shirts&attr.material=COTTON",
    );
    for (name, value) in
        [("option.Size", "M"), ("brand", "Hollis &amp; Co"), ("category", "Shirts"), ("attr.Material", "Cotton")]
    {
        let field = format!(r#"<input type="checkbox" name="{name}" value="{value}" checked>"#);
        assert_eq!(page.matches(&field).count(), 1, "{name} in\n{page}");
    }
    let boxes = |page: &str| between(page, "<form class=\"filters\"", "</form>").matches("type=\"checkbox\"").count();
    let spelled = listing("option.Size=M&brand=Hollis+%26+Co&category=Shirts&attr.Material=Cotton");
    assert_eq!(boxes(&page), boxes(&spelled), "no box beside those of the catalog");
    let chips = between(&page, "<ul class=\"active-filters\"", "</ul>");
    for chip in ["Shirts", "Hollis &amp; Co", "Size: M", "Material: Cotton"] {
        assert_eq!(chips.matches(&format!("<bdi>{chip}</bdi>")).count(), 1, "{chip} in {chips}");
    }
    // Each of several values can be taken away alone.
    let several = listing("option.Size=M&option.Size=L&attr.Material=Cotton&attr.Material=Olives");
    let chips = between(&several, "<ul class=\"active-filters\"", "</ul>");
    for (chip, rest) in [
        ("Size: M", "option.Size=L&amp;attr.Material=Cotton&amp;attr.Material=Olives"),
        ("Size: L", "option.Size=M&amp;attr.Material=Cotton&amp;attr.Material=Olives"),
        ("Material: Olives", "option.Size=L&amp;option.Size=M&amp;attr.Material=Cotton"),
    ] {
        has(
            chips,
            &format!(
                r#"<a href="/products?{rest}"><span class="visually-hidden">Remove filter: </span><bdi>{chip}</bdi>"#
            ),
        );
    }
    has(&several, r#"<summary>Filters<span class="count">4<span"#);
    let chips = between(&page, "<ul class=\"active-filters\"", "</ul>");
    // Without the brand, whatever its spelling.
    has(chips, r#"href="/products?category=Shirts&amp;option.Size=M&amp;attr.Material=Cotton""#);
}

#[test]
fn categories_are_ticked_and_stand_below_one_another() {
    let page = listing("category=Food&category=Shirts");
    let form = between(&page, "<fieldset class=\"filter-categories\">", "</fieldset>");
    assert_eq!(
        form,
        concat!(
            "<legend>Category</legend>",
            "<label><input type=\"checkbox\" name=\"category\" value=\"Clothing\"> <bdi>Clothing</bdi> <span class=\"count\">1</span></label>",
            "<label class=\"below\"><input type=\"checkbox\" name=\"category\" value=\"Shirts\" checked> <bdi>Shirts</bdi> ",
            "<span class=\"visually-hidden\">in <bdi>Clothing</bdi> </span><span class=\"count\">1</span></label>",
            "<label><input type=\"checkbox\" name=\"category\" value=\"Food\" checked> <bdi>Food</bdi> <span class=\"count\">1</span></label>",
        )
    );
    has(&page, r#"<summary>Filters<span class="count">2<span"#);
    let both = listing("category=Clothing&category=shirts");
    has(&both, r#"value="Clothing" checked> <bdi>Clothing</bdi> <span"#);
    has(
        &both,
        r#"value="Shirts" checked> <bdi>Shirts</bdi> <span class="visually-hidden">in <bdi>Clothing</bdi> </span><small>included</small> <span"#,
    );
    assert_eq!(both.matches("<small>included</small>").count(), 1);
    has(&listing("category=clothing+%3E+shirts"), r#"value="Shirts" checked>"#);
}

#[test]
fn a_sale_that_is_asked_for_stays_in_the_form() {
    has(&listing("onSale=true"), r#"<input type="checkbox" name="onSale" value="true" checked> On sale "#);
    let without = listing("onSale=false");
    has(&without, r#"<input type="checkbox" name="onSale" value="false" checked> Not on sale</label>"#);
    has(&without, "<bdi>Not on sale</bdi>");
    // Where nothing is on sale.
    let catalog = crate::fixture::catalog();
    assert!(!crate::fixture::listing(&catalog, "").contains("onSale\""));
    has(
        &crate::fixture::listing(&catalog, "onSale=true"),
        r#"<input type="checkbox" name="onSale" value="true" checked> On sale <span class="count">0</span>"#,
    );
}

#[test]
fn the_breadcrumb_of_a_category_names_those_above_it() {
    let steps = |query: &str| {
        let page = listing(query);
        let trail = between(&page, "<nav class=\"breadcrumb\" aria-label=\"Breadcrumb\">", "</nav>");
        let steps = trail.split("<bdi>").skip(1).filter_map(|step| Some(step.split_once("</bdi>")?.0.to_owned()));
        (steps.collect::<Vec<_>>().join(" / "), trail.contains("href=\"/products?category=Clothing\""))
    };
    assert_eq!(steps("category=Shirts"), ("Home / Products / Clothing / Shirts".to_owned(), true));
    assert_eq!(
        steps("category=Shirts&search=tee"),
        ("Home / Products / Clothing / Shirts / “tee” in Shirts".to_owned(), true)
    );
    assert_eq!(steps("category=Clothing"), ("Home / Products / Clothing".to_owned(), false));
    assert!(!steps("category=Shirts&brand=Hollis+%26+Co").1);
}

#[test]
fn a_search_is_by_a_brand_and_in_everything_else() {
    has(&listing("search=tee&brand=Hollis+%26+Co"), "<h1><bdi>“tee” by Hollis &amp; Co</bdi></h1>");
    has(&listing("search=tee&collection=Summer"), "<h1><bdi>“tee” in Summer</bdi></h1>");
}

#[test]
fn ratings_are_offered_where_products_have_some() {
    let page = listing("");
    has(&page, r#"<legend>Rating</legend><label><input type="radio" name="minRating" value="" checked> Any</label>"#);
    has(&page, r#"<input type="radio" name="minRating" value="4"> 4 stars and up"#);
    let chosen = listing("minRating=4");
    has(&chosen, r#"name="minRating" value="4" checked> 4 stars and up"#);
    has(&chosen, "<bdi>4 stars and up</bdi>");
    let single = listing("minRating=1");
    has(&single, r#"name="minRating" value="1" checked> 1 star and up"#);
    has(&single, "<bdi>1 star and up</bdi>");
    has(&listing("minRating=3.5"), r#"name="minRating" value="3.5" checked> 3.5 stars and up"#);
    let records = r#"[{"id":"1","name":"Oil","description":"","price":1,"imageUrl":"","category":"Food","stock":1,"rating":0,"reviews":0}]"#;
    let unrated = crate::fixture::catalog_of(records);
    assert!(!crate::fixture::listing(&unrated, "").contains("minRating"), "nothing to choose from");
    assert!(
        crate::fixture::listing(&unrated, "minRating=4").contains("minRating"),
        "what is asked for can be taken back"
    );
    let one = listing("brand=hollis+%26+co&inStock=true");
    has(&one, "<h1><bdi>Hollis &amp; Co</bdi></h1>");
}
