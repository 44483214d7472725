//! Exports of other shops as a whole: the columns that count, the values that stand in for missing ones, and the report.
//! `dummyjson.json` holds six products of the shop of that name as its API gives them, with its licence.

use catalog::Catalog;
use web::Request;

use crate::answer;
use catalog::build::{Options, Products};
use serde_json::{Value, json};

use crate::build_formats::problems;

/// The products of a file as the API gives them, and its warnings.
#[track_caller]
pub(crate) fn imported(text: &str) -> (Vec<Value>, Vec<String>) {
    let products =
        Products::read(text.as_bytes(), Options::default()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert!(!products.report().is_own, "{text}");
    let warnings = products.report().warnings.iter().map(ToString::to_string).collect();
    let catalog = Catalog::open(products.into_index().unwrap()).unwrap();
    let request = Request { query: "pageSize=100", ..crate::request("GET", "/api/products") };
    let body: Value = serde_json::from_slice(&answer(&catalog, &request).body).unwrap();
    (body["data"].as_array().unwrap().clone(), warnings)
}

#[test]
fn problems_name_the_column_of_the_export() {
    let text = "Handle;Title;Variant Price;Type\na;A;free;T\nb;B;5;\nA;A;$5;T\na;A;€5;T\n";
    assert_eq!(
        problems(text.as_bytes(), None).to_string(),
        "the catalog has 3 problems\n  \
         record 1 (id `a`, line 2, column `Variant Price`): `price` breaks a rule: a price is a number from 0 to 9999999.99 with at most two decimal places, not `free`\n  \
         record 4 (id `a`, line 5, column `Variant Price`): `price` is in another currency, `€`, than the first one, `$`\n  \
         record 4 (id `a`, line 5): `id` is taken by record 1 already"
    );
}

#[test]
fn columns_that_are_missing_or_twice_are_named_once() {
    let said = problems(b"Vendor,Handle,Price,price\na,b,1,2\nc,d,3,4\n", None).to_string();
    assert_eq!(
        said,
        "the catalog has 1 problem\n  \
         line 1: nothing says the `name`: there is no `name`, `title`, `product_name`, `product_title`, `item_name` or `item_title`"
    );
    let said = problems(b"Handle,Title,Type,Price,PRICE\na,b,c,1,2\n", None).to_string();
    assert_eq!(said, "the catalog has 1 problem\n  line 1: the field `PRICE` is there twice");
    let said = problems(br#"[{"Handle":"a","Title":"b","Type":"c","Price":1,"PRICE":2}]"#, None).to_string();
    assert_eq!(said, "the catalog has 1 problem\n  record 1 (id `a`, line 1): the field `PRICE` is there twice");
}

#[test]
fn what_an_export_does_not_say_stands_in_the_report() {
    let (products, warnings) = imported("SKU,Title,Variant Price,Type,Vendor,Cost\n7,Mug,$5,Kitchen,Acme,2\n");
    assert_eq!(
        products,
        [
            json!({ "id": "7", "name": "Mug", "description": "", "price": 5, "imageUrl": "", "category": "Kitchen", "stock": 1, "rating": 0, "reviews": 0 })
        ]
    );
    assert_eq!(
        warnings,
        [
            "the column `Cost` is not used",
            "there is no column for `description`: every product gets none",
            "there is no column for `imageUrl`: every product gets a drawn placeholder",
            "there is no column for `rating`: every product gets 0",
            "there is no column for `reviews`: every product gets 0",
            "there is no column for `stock`: every product gets a stock that is not counted, so it can be bought; `--untracked-stock` decides",
            "1 price in `$`: the shop's own currency must be the same",
        ]
    );
    let (_, warnings) = imported(
        "id,title,price,type,stock,availability,image,rating\n1,A,5,T,,,,\n2,B,5,T,-2,x,http://a.example/1,4.444\n3,C,5,T,,in stock,http://a.example/2,4.555\n",
    );
    assert_eq!(
        warnings,
        [
            "there is no column for `description`: every product gets none",
            "there is no column for `reviews`: every product gets 0",
            "1 product without a stock, the first on line 2: `--untracked-stock` decides",
            "1 product with a stock below 0, the first on line 3: out of stock",
            "1 product whose stock says only that there is some, the first on line 4: it is not counted",
            "2 pictures that are neither `https` nor local are left out, the first on line 3: `http://a.example/1`",
            "1 product without a picture, the first on line 2",
            "2 ratings with more than two decimal places rounded to two, the first on line 3: `4.444`",
        ]
    );
}

#[test]
fn the_first_column_that_has_a_value_counts() {
    let text = "ID,Type,Name,In stock?,Stock,Regular price,Sale price,Categories,Images\n\
                1,simple,A,1,,20,15,\"Cups > Mugs, Sale\",\"https://a.example/1.png, https://a.example/2.png\"\n\
                2,simple,B,1,4,20,,Cups,\n\
                3,variable,C,0,,,9,Cups,\n";
    let (products, _) = imported(text);
    let facts: Vec<String> = products
        .iter()
        .map(|product| {
            format!("{} {} {} {}", product["price"], product["stock"], product["category"], product["imageUrl"])
        })
        .collect();
    assert_eq!(facts, [r#"15 1 "Mugs" "https://a.example/1.png""#, r#"20 4 "Cups" """#, r#"9 0 "Cups" """#]);
}

#[test]
fn rows_of_a_handle_that_add_variants_and_pictures_are_one_product() {
    let text = "Handle,Title,Type,Variant SKU,Variant Price,Variant Inventory Qty,Image Src\n\
                mug,Mug,Kitchen,m1,5,2,https://a.example/1.png\n\
                mug,,,m2,6,1,\n\
                mug,,,,,,https://a.example/2.png\n\
                cup,Cup,Kitchen,c1,4,0,\n";
    let (products, _) = imported(text);
    let facts: Vec<String> =
        products.iter().map(|product| format!("{} {} {}", product["id"], product["price"], product["stock"])).collect();
    assert_eq!(facts, ["\"cup\" 4 0", "\"mug\" 5 3"]);
    let lost = problems(text.replace("\nmug,,,m2", "\nlid,,,m2").as_bytes(), None).to_string();
    assert!(lost.contains("record 2 (id `lid`, line 3, column `Title`): `name` must not be empty"), "{lost}");
}

#[test]
fn the_export_of_a_shop_that_nobody_made_for_us_is_read() {
    let (products, warnings) = imported(include_str!("dummyjson.json"));
    assert_eq!(products.len(), 6);
    assert_eq!(
        products[0],
        json!({
            "id": "1",
            "name": "Essence Mascara Lash Princess",
            "description": "The Essence Mascara Lash Princess is a popular mascara known for its volumizing and lengthening effects. Achieve dramatic lashes with this long-lasting and cruelty-free formula.",
            "price": 9.99,
            "imageUrl": "https://cdn.dummyjson.com/product-images/beauty/essence-mascara-lash-princess/thumbnail.webp",
            "category": "beauty",
            "stock": 99,
            "rating": 2.56,
            "reviews": 3,
        })
    );
    assert!(warnings.iter().all(|warning| warning.ends_with("is not used")), "{warnings:#?}");
    assert!(warnings.contains(&"the column `discountPercentage` is not used".to_owned()));
}
