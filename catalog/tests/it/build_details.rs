//! The fields of our own format beside the nine, and what is wrong with them.

use catalog::build::{Import, Options, Products, Report};
use serde_json::{Value, json};

use crate::build_imports::check;

/// A record with all of the nine fields and some more.
fn record(more: &Value) -> String {
    let mut record = json!({
        "id": "1", "name": "Shirt", "description": "", "price": 20, "imageUrl": "", "category": "Shirts", "stock": 3, "rating": 0, "reviews": 0,
    });
    let members = record.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    format!("[{record}]")
}

#[track_caller]
fn read(more: &Value) -> Report {
    let products = Products::read(record(more).as_bytes(), Options::default());
    let products = products.unwrap_or_else(|error| panic!("{error}\n{more}"));
    let report = products.report().clone();
    assert!(report.is_own);
    products.into_index().unwrap();
    report
}

#[track_caller]
fn refused(more: &Value, expect: &str) {
    let error = Products::read(record(more).as_bytes(), Options::default()).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn a_record_may_have_everything_that_shops_are_made_of() {
    let report = read(&json!({
        "handle": "linen-shirt", "brand": "Acme", "gtin": "4006381333931", "mpn": "LS", "tags": ["new"], "collections": ["Summer"],
        "categoryPath": ["Clothing", "Shirts"], "compareAtPrice": 25, "taxClass": "reduced", "published": "2026-11-27T08:00:00Z",
        "unit": { "quantity": 0.75, "measure": "l", "base": 1 }, "seo": { "title": "T", "description": "D" },
        "descriptionHtml": "<p>Soft <b>linen</b>.</p>", "formerHandles": ["shirt-2025"],
        "images": [{ "url": "/assets/a.svg", "alt": "Front", "width": 8, "height": 6 }, "https://cdn.example/b.jpg"],
        "options": [{ "name": "Size", "values": ["S", "M"] }],
        "attributes": [{ "name": "Material", "value": "Linen" }],
        "variants": [
            { "sku": "LS-S", "options": { "Size": "S" }, "price": 20, "compareAtPrice": 25, "stock": 0, "image": "/assets/a.svg" },
            { "sku": "LS-M", "options": ["M"], "price": 22, "stock": 4, "stockPolicy": "deny", "gtin": "4006381333948", "weight": 200 },
        ],
    }));
    check(&report, &["1 | Shirt | 22 USD | Clothing > Shirts | 4 in stock | Size: S/M"]);
    assert_eq!((report.variants, report.samples[0].pictures), (2, 2));
    check(
        &read(&json!({ "category": "Clothing > Shirts" })),
        &["1 | Shirt | 20 USD | Clothing > Shirts | 3 in stock | "],
    );
}

#[test]
fn html_is_cleaned_and_makes_the_plain_text() {
    let html = "<script>alert(1)</script><p onclick=x>Soft <b>linen</b> <a href='javascript:x'>a</a> <a href='/care'>care</a></p><img src=x>";
    let text = record(&json!({ "descriptionHtml": html }));
    let index = Products::read(text.as_bytes(), Options::default()).unwrap().into_index().unwrap();
    let catalog = catalog::Catalog::open(index).unwrap();
    assert_eq!(catalog.product_at(0).unwrap().description, "Soft linen a care");
    let details = catalog.details_at(0).unwrap();
    assert_eq!(
        details.html,
        "<p>Soft <strong>linen</strong> <a rel=\"nofollow noopener\">a</a> <a href=\"/care\" rel=\"nofollow noopener\">care</a></p>"
    );
}

#[test]
fn a_record_that_is_not_published_is_left_out() {
    let text = record(&json!({ "published": false }));
    let open = |include_unpublished| {
        let import = Import { include_unpublished, ..Import::default() };
        let products = Products::read(text.as_bytes(), Options { import, ..Options::default() }).unwrap();
        (products.report().records, products.report().left_out.len())
    };
    assert_eq!(open(false), (0, 1));
    assert_eq!(open(true), (1, 0));
}

#[test]
fn the_flat_fields_stand_in_csv_too() {
    let header = "id,name,description,price,imageUrl,category,stock,rating,reviews";
    let text = format!(
        "{header},brand,compareAtPrice,categoryPath,tags,published\n1,A,,5,,Mugs,2,0,0,Acme,9,Home > Mugs,\"a,b\",true\n"
    );
    let products = Products::read(text.as_bytes(), Options::default()).unwrap();
    check(products.report(), &["1 | A | 5 USD, before 9 USD | Home > Mugs | 2 in stock | "]);
}

#[test]
fn a_category_has_what_those_below_it_have_and_only_holds_them_where_no_product_stands() {
    let in_path = |id: &str, path: &[&str], stock: u32| {
        json!({
            "id": id, "name": id, "description": "", "price": 1, "imageUrl": "", "category": path.last(), "stock": stock, "rating": 0,
            "reviews": 0, "categoryPath": path,
        })
    };
    let records = json!([
        in_path("1", &["Home", "Living", "Lamps"], 3),
        in_path("2", &["Home", "Living"], 0),
        in_path("3", &["Home", "Bath"], 1),
        in_path("4", &["Garden"], 1),
    ]);
    let index = Products::read(records.to_string().as_bytes(), Options::default()).unwrap().into_index().unwrap();
    let catalog = catalog::Catalog::open(index).unwrap();
    let of = |categories: Vec<catalog::CategoryCount<'_>>| {
        categories.into_iter().map(|category| format!("{} {}", category.name, category.count)).collect::<Vec<_>>()
    };
    assert_eq!(of(catalog.category_counts()), ["Garden 1", "Home 3", "Bath 1", "Living 2", "Lamps 1"]);
}

#[test]
fn what_breaks_a_rule_is_named() {
    refused(&json!({ "handle": "Große" }), "`handle` must be 1 to 120 small letters");
    refused(&json!({ "gtin": "12" }), "`gtin` must be 8 to 14 digits, not `12`");
    refused(&json!({ "tags": "a" }), "`tags` must be a list of texts, not `\"a\"`");
    refused(&json!({ "seo": { "robots": "x" } }), "the field `seo.robots` is unknown");
    refused(&json!({ "published": "soon" }), "`published` must be `true`, `false` or a time");
    refused(&json!({ "images": [{ "url": "x" }] }), "`imageUrl` must be an absolute path");
    refused(&json!({ "unit": { "quantity": 1, "measure": "l" } }), "`unit.base` must not be empty");
    refused(&json!({ "variants": [{ "sku": "a", "price": 1 }] }), "the field `variants.stock` is missing");
    refused(&json!({ "variants": [{ "price": 1.234, "stock": 1 }] }), "`price` breaks a rule");
    refused(&json!({ "variants": [{ "price": 1, "stock": 1, "options": ["S"] }] }), "a value of each of the `options`");
    let same = json!([{ "price": 1, "stock": 1 }, { "price": 2, "stock": 1 }]);
    refused(&json!({ "variants": same }), "two variants have the same options");
    let option = json!({ "name": "Size" });
    refused(&json!({ "options": [option, option, option, option] }), "a product must have at most 3 options, not 4");
    let many = |length: usize| vec![json!("https://cdn.example/a.jpg"); length];
    refused(&json!({ "images": many(51) }), "a product must have at most 50 images, not 51");
    read(&json!({ "images": many(50) }));
    let attributes = |length: usize| vec![json!({ "name": "a", "value": "b" }); length];
    refused(&json!({ "attributes": attributes(41) }), "a product must have at most 40 attributes, not 41");
    read(&json!({ "attributes": attributes(40) }));
    refused(&json!({ "brand": "x".repeat(101) }), "`brand` must have at most 100 characters, not 101");
}
