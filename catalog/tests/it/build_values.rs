//! Columns and values of exports: every name that a column may have, every way to write a value, and the values that are refused since each
//! may mean two things. Each is read from JSON and from CSV, to the same product.

use serde_json::{Value, json};

use crate::build_export::imported;
use crate::build_formats::problems;

/// What every export of these tests has, as column and value, with one column more, or another one for its field.
fn with<'a>(field: &str, column: &'a str, value: Value) -> Vec<(&'a str, Value)> {
    let usual = [("id", "id", "1"), ("name", "title", "Mug"), ("price", "price", "5"), ("category", "type", "Kitchen")];
    let usual = usual.into_iter().filter(|(of, _, _)| *of != field).map(|(_, column, value)| (column, json!(value)));
    usual.chain([(column, value)]).collect()
}

/// Rows of CSV, each cell in quotes.
fn csv(members: &[(&str, Value)]) -> String {
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\""));
    let names = members.iter().map(|(name, _)| quoted((*name).to_owned())).collect::<Vec<_>>().join(";");
    let cells = members.iter().map(|(_, value)| quoted(cell(value))).collect::<Vec<_>>().join(";");
    format!("{names}\n{cells}\n")
}

/// A field of the product that a value of a column makes, in JSON and, if it is no list or object, in CSV.
#[track_caller]
fn field_of(field: &str, column: &str, value: &Value) -> Value {
    let members = with(field, column, value.clone());
    let object = members.iter().map(|(name, value)| format!("{}:{value}", json!(name))).collect::<Vec<_>>().join(",");
    let (from_json, _) = imported(&format!("[{{{object}}}]"));
    if !value.is_array() && !value.is_object() {
        let (from_csv, _) = imported(&csv(&members));
        assert_eq!(from_csv, from_json, "{column}: {value}");
    }
    from_json[0][field].clone()
}

#[test]
fn every_name_of_a_column_is_known() {
    #[track_caller]
    fn check(field: &str, value: &Value, expect: &Value, columns: &[&str]) {
        for column in columns {
            assert_eq!(&field_of(field, column, value), expect, "{column}");
        }
    }
    let id = [
        "id",
        "ID",
        "Product ID",
        "product_id",
        "Item ID",
        "Handle",
        "slug",
        "SKU",
        "Variant SKU",
        "variantSku",
        "Product Code",
        "g:id",
        "_id",
    ];
    check("id", &json!("a-1"), &json!("a-1"), &id);
    let name = ["name", "Title", "Product Name", "product-title", "productName", "item_name"];
    check("name", &json!("Big Mug"), &json!("Big Mug"), &name);
    let description = [
        "description",
        "Body (HTML)",
        "body_html",
        "body",
        "Long Description",
        "product_description",
        "details",
        "Short description",
    ];
    check("description", &json!("For tea."), &json!("For tea."), &description);
    let price = [
        "price",
        "Price",
        "price_incl_tax",
        "Variant Price",
        "Regular price",
        "sale price",
        "unit_price",
        "list-price",
    ];
    check("price", &json!("12.50"), &json!(12.5), &price);
    let image = [
        "imageUrl",
        "image_url",
        "Image",
        "thumbnail",
        "Image Src",
        "image_link",
        "picture",
        "pictureUrl",
        "photo",
        "Images",
        "base_image",
    ];
    check("imageUrl", &json!("https://cdn.example/mug.webp"), &json!("https://cdn.example/mug.webp"), &image);
    let category = [
        "category",
        "Category Name",
        "product_type",
        "Product Category",
        "Type",
        "Categories",
        "google_product_category",
    ];
    check("category", &json!("Home > Cups"), &json!("Cups"), &category);
    let stock = [
        "stock",
        "Quantity",
        "qty",
        "inventory",
        "inventory_quantity",
        "Variant Inventory Qty",
        "stock_quantity",
        "current stock",
        "availability",
    ];
    check("stock", &json!("7"), &json!(7), &stock);
    let rating = ["rating", "Average Rating", "avg_rating", "avg rating", "stars", "rating_value"];
    check("rating", &json!("4.5"), &json!(4.5), &rating);
    let reviews = ["reviews", "review_count", "reviewsCount", "Number of Reviews", "num_reviews", "rating_count"];
    check("reviews", &json!("12"), &json!(12), &reviews);
}

#[test]
fn values_are_taken_for_what_they_can_only_mean() {
    #[track_caller]
    fn check(column: &str, value: &Value, field: &str, expect: &Value) {
        assert_eq!(&field_of(field, column, value), expect, "{column}: {value}");
    }
    check("id", &json!(7), "id", &json!("7"));
    check("name", &json!("  Caf&eacute;\n&amp; <5 mm "), "name", &json!("Café & <5 mm"));
    check("name", &json!(1984), "name", &json!("1984"));
    check(
        "body_html",
        &json!("<p>One<br/>two &lt;3</p>\n<ul><li>a</li><li>b</li></ul>"),
        "description",
        &json!("One two <3 a b"),
    );
    check("body", &json!("if a <b and c>d, <5 mm, a<c"), "description", &json!("if a d, <5 mm, a<c"));
    check(
        "body",
        &json!("<style>p > a { color: red }</style>x<script>if (a</b) 1</script>y<!-- - -->z"),
        "description",
        &json!("x yz"),
    );
    check(
        "body",
        &json!("<a title='x > y' href=#>a</a>&nbsp;&#8364;&#x20AC;&bogus;&amp;lt;"),
        "description",
        &json!("a €€&bogus;&lt;"),
    );
    // Names that few exports have, two characters in one entity, a soft hyphen, and references that would drive a terminal.
    check(
        "body",
        &json!(
            "&lcub;&Scaron;&ThickSpace;&CounterClockwiseContourIntegral;&rcub; soft&shy;ware &#27;&#x1b;&#xD800;&#1114112;&amp"
        ),
        "description",
        &json!("{Š ∳} software &#27;&#x1b;&#xD800;&#1114112;&amp"),
    );
    check(
        "body",
        &json!("a&b;c & d; &; &# ; &é; R&D &#xX;"),
        "description",
        &json!("a&b;c & d; &; &# ; &é; R&D &#xX;"),
    );
    check("body", &json!("<SPAN CLASS=\"x\">a</SPAN>b<H2>c</H2>d < e <"), "description", &json!("ab c d < e <"));
    for (text, number) in [
        ("1,299.00", 1299.0),
        ("1.299,00", 1299.0),
        ("1 299,5", 1299.5),
        ("1'299.95", 1299.95),
        ("1,299,000", 1_299_000.0),
        ("1.299.000,10", 1_299_000.1),
        ("$12.50", 12.5),
        ("12,50 €", 12.5),
        ("12.50 EUR", 12.5),
        ("USD 1299", 1299.0),
        ("US$ 0.99", 0.99),
        ("R$ 5,00", 5.0),
        ("34.0000", 34.0),
        ("0.500", 0.5),
        ("0012", 12.0),
        ("12,- kr", 12.0),
        ("12", 12.0),
        ("\u{a0}12 zł", 12.0),
    ] {
        check("price", &json!(text), "price", &serde_json::from_str(&number.to_string()).unwrap());
    }
    check("price", &json!(19.99), "price", &json!(19.99));
    check("price", &serde_json::from_str("1.500").unwrap(), "price", &json!(1.5));
    for there in ["in stock", "In_Stock", "Low Stock", "https://schema.org/InStock", "yes", "TRUE", "1"] {
        check("availability", &json!(there), "stock", &json!(1));
    }
    for gone in ["out of stock", "OutOfStock", "preorder", "Sold out", "no", "0", "http://schema.org/Discontinued"] {
        check("availability", &json!(gone), "stock", &json!(0));
    }
    check("in_stock", &json!(true), "stock", &json!(1));
    check("stock", &json!("12.0000"), "stock", &json!(12));
    check("stock", &json!("1,234,567"), "stock", &json!(1_234_567));
    check("stock", &json!(-3), "stock", &json!(0));
    check("rating", &json!("4,25"), "rating", &json!(4.25));
    check("rating", &serde_json::from_str("4.666666666666667").unwrap(), "rating", &json!(4.67));
    check("rating", &json!("4.994"), "rating", &json!(4.99));
    check("rating", &json!("4.996"), "rating", &json!(5));
    check("rating", &json!("4.5 out of 5 stars"), "rating", &json!(4.5));
    check("rating", &json!("4/5"), "rating", &json!(4));
    check("reviews", &json!("1,234"), "reviews", &json!(1234));
    check("reviews", &json!([{ "stars": 1 }, { "stars": 5 }]), "reviews", &json!(2));
    check("reviews", &json!([]), "reviews", &json!(0));
    check(
        "images",
        &json!(["https://a.example/1.png", "https://a.example/2.png"]),
        "imageUrl",
        &json!("https://a.example/1.png"),
    );
}

#[test]
fn lists_and_objects_are_taken_for_the_one_value_in_them() {
    #[track_caller]
    fn check(column: &str, value: &Value, field: &str, expect: &Value) {
        assert_eq!(&field_of(field, column, value), expect, "{column}: {value}");
    }
    check("images", &json!([{ "src": "https://a.example/1.png" }]), "imageUrl", &json!("https://a.example/1.png"));
    check("image", &json!({ "url": "https://a.example/1.png" }), "imageUrl", &json!("https://a.example/1.png"));
    check(
        "images",
        &json!("https://a.example/1,2.png, https://a.example/3.png"),
        "imageUrl",
        &json!("https://a.example/1,2.png"),
    );
    check("image", &json!("//a.example/a b.png"), "imageUrl", &json!("https://a.example/a%20b.png"));
    check("image", &json!("https://a.example/é.png"), "imageUrl", &json!("https://a.example/%c3%a9.png"));
    for left_out in
        ["http://a.example/1.png", "mug.png", "data:image/png;base64,x", "javascript:x", "ftp://a.example/1.png"]
    {
        check("image", &json!(left_out), "imageUrl", &json!(""));
    }
    check("category", &json!("Home &amp; Garden > Kitchen, Dining > Mugs > "), "category", &json!("Mugs"));
    check("category", &json!("Chips, Pretzels & Snacks"), "category", &json!("Chips, Pretzels & Snacks"));
    check("categories", &json!("Home > Mugs, Sale"), "category", &json!("Mugs"));
    check("categories", &json!([{ "id": 9, "name": "Mugs" }]), "category", &json!("Mugs"));
    check("categories", &json!(["Mugs", "Sale"]), "category", &json!("Mugs"));
    check("category", &json!({ "id": 9, "name": "Mugs" }), "category", &json!("Mugs"));
    check("rating", &json!({ "rate": 3.9, "count": 120 }), "reviews", &json!(120));
    check("rating", &json!({ "rate": 3.9, "count": 120 }), "rating", &json!(3.9));
    check("price", &json!({ "amount": "12.5", "currency": "EUR" }), "price", &json!(12.5));
    check(
        "variants",
        &json!([{ "sku": "x", "inventory_quantity": 4 }, { "inventory_quantity": 9 }]),
        "stock",
        &json!(13),
    );
}

#[test]
fn what_can_mean_two_things_or_none_is_refused() {
    #[track_caller]
    fn check(field: &str, column: &str, value: &str, expect: &str) {
        let said = problems(csv(&with(field, column, json!(value))).as_bytes(), None).to_string();
        assert_eq!(said.rsplit_once("): ").map(|(_, rule)| rule), Some(expect), "{said}");
    }
    let ambiguous = |field: &str, value: &str| {
        format!(
            "`{field}` may be one of two numbers: `{value}`; write it without a thousands separator, as `1299` or `1299.00`"
        )
    };
    check("price", "price", "1,299", &ambiguous("price", "1,299"));
    check("price", "price", "$1.299", &ambiguous("price", "$1.299"));
    check("price", "price", "12.345", &ambiguous("price", "12.345"));
    check("stock", "stock", "1.000", &ambiguous("stock", "1.000"));
    let price = |value: &str| {
        format!(
            "`price` breaks a rule: a price is a number from 0 to 9999999.99 with at most two decimal places, not `{value}`"
        )
    };
    for wrong in [
        "free",
        "-5",
        "1234.567",
        "1,29,9.00",
        "1.2.3",
        "12 or 13",
        "1e3",
        "12.50.",
        "$",
        "5 6",
        "10 apples",
        "99999999",
    ] {
        check("price", "price", wrong, &price(wrong));
    }
    check("price", "price", "", "`price` must not be empty");
    check("name", "title", " \u{a0}", "`name` must not be empty");
    check("id", "id", "", "`id` must not be empty");
    check("id", "id", "a b", "`id` breaks a rule: an id consists of letters, digits, `.`, `_` and `-`, without ` `");
    check("stock", "stock", "many", "`stock` must be a whole number or say whether there is any, not `many`");
    check("stock", "stock", "1.5", "`stock` must be a whole number from 0 to 999999999, not `1.5`");
    check("reviews", "reviews", "some", "`reviews` must be a whole number from 0 to 999999999, not `some`");
    let rating = |value: &str| {
        format!(
            "`rating` breaks a rule: a rating is a number from 0 to 5 with at most two decimal places, not `{value}`"
        )
    };
    for wrong in ["87", "5.01", "-1", "good", "4.5.1"] {
        check("rating", "rating", wrong, &rating(wrong));
    }
    check("name", "title", &"x".repeat(201), "`name` must have at most 200 characters, not 201");
    check("description", "body", &"x".repeat(10_001), "`description` must have at most 10000 characters, not 10001");
}
