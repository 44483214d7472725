//! Exports of each platform in small: the columns as its program writes them, with a product that has variants.

use std::io::Read as _;

use catalog::Currency;
use catalog::build::{Import, Options, Products, Report};

use crate::build_imports::check;

#[track_caller]
fn read(text: &str) -> Report {
    read_in(text, "USD")
}

#[track_caller]
fn read_in(text: &str, currency: &str) -> Report {
    let currency = Currency::parse(currency).unwrap();
    let products = Products::read(text.as_bytes(), Options { currency, ..Options::default() });
    let products = products.unwrap_or_else(|error| panic!("{error}\n{text}"));
    let report = products.report().clone();
    products.into_index().unwrap();
    report
}

#[test]
fn magento_names_its_variants_in_the_configurable_product() {
    check(
        &read(
            "sku,product_type,categories,name,price,special_price,product_online,visibility,qty,is_in_stock,additional_attributes,configurable_variations\n\
             MH01-S,simple,Default Category/Men,Hoodie-S,52,,1,Not Visible Individually,3,1,\"color=Black,size=S\",\n\
             MH01-M,simple,Default Category/Men,Hoodie-M,54,,1,Not Visible Individually,4,1,\"color=Black,size=M\",\n\
             MH01,configurable,Default Category/Men,Hoodie,,,1,\"Catalog, Search\",,1,material=Cotton|Wool,\"sku=MH01-S,size=S,color=Black|sku=MH01-M,size=M,color=Black\"\n",
        ),
        &["MH01 | Hoodie | 52 USD | Men | 7 in stock | size: S/M, color: Black"],
    );
}

#[test]
fn prestashop_writes_combinations_with_their_positions() {
    check(
        &read_in(
            "Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax included;Reference #;Quantity;Attribute (Name:Type:Position)*;Value (Value:Position)*;Image URLs (x,y,z...)\n\
             7;1;T-shirt;Clothes;19,90;TS-S;3;Size:select:0, Color:color:1;S:0, Red:1;https://a.example/1.jpg,https://a.example/2.jpg\n\
             7;1;T-shirt;Clothes;19,90;TS-M;5;Size:select:0, Color:color:1;M:0, Red:1;\n\
             8;0;Old;Clothes;1,00;X;0;;;\n",
            "EUR",
        ),
        &["7 | T-shirt | 19.9 EUR | Clothes | 8 in stock | Size: S/M, Color: Red"],
    );
}

#[test]
fn etsy_lists_the_values_of_its_variations() {
    let report = read(
        "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS,MATERIALS,IMAGE1,IMAGE2,VARIATION 1 TYPE,VARIATION 1 NAME,VARIATION 1 VALUES,SKU\n\
         Linen scarf,Soft.,24.00,USD,6,\"scarf,linen\",Linen,https://a.example/1.jpg,https://a.example/2.jpg,Custom,Color,\"Sand,Ink\",\n\
         Mug,For tea.,12.00,USD,2,mug,Clay,https://a.example/3.jpg,,,,,\n",
    );
    check(
        &report,
        &[
            "linen-scarf-38b628df | Linen scarf | 24 USD | Other | in stock, not counted | Color: Sand/Ink",
            "mug-b5ce695c | Mug | 12 USD | Other | 2 in stock | ",
        ],
    );
}

#[test]
fn metafields_of_shopify_are_attributes_that_lists_are_filtered_by() {
    let file = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Material (product.metafields.custom.material),Color (product.metafields.shopify.color-pattern),Rating (product.metafields.reviews.rating),Related (product.metafields.custom.related),Status\n\
         scarf,Scarf,Scarves,Size,S,S-S,2,19.00,Wool; Silk,moss,4.5,gid://shopify/Product/1; gid://shopify/Product/2,active\n\
         scarf,,,,L,S-L,3,24.00,,,,,\n\
         tray,Tray,Kitchen,Title,Default Title,T,1,9.00,Oak,sand,,[\"1\"],active\n";
    check(
        &read(file),
        &["scarf | Scarf | 19 USD | Scarves | 5 in stock | Size: S/L", "tray | Tray | 9 USD | Kitchen | 1 in stock | "],
    );
    let index = Products::read(file.as_bytes(), Options::default()).unwrap().into_index().unwrap();
    let catalog = catalog::Catalog::open(index).unwrap();
    let query = catalog::Query::parse("", catalog.currency()).unwrap();
    let facets = catalog.facets(&query);
    let values = |name: &str| {
        let counts = facets.attributes.iter().find(|counts| counts.name == name)?;
        Some(counts.values.iter().map(|value| value.value.as_ref()).collect::<Vec<_>>())
    };
    assert_eq!(values("Material"), Some(vec!["Oak", "Silk", "Wool"]));
    assert_eq!(values("Color"), Some(vec!["moss", "sand"]));
    assert_eq!(
        facets.attributes.len(),
        2,
        "what refers to other things is no fact for shoppers: {:?}",
        facets.attributes
    );
}

#[test]
fn a_variant_with_its_own_price_is_not_on_sale_because_another_one_is() {
    let file = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price\n\
         scarf,Scarf,Scarves,Size,S,S-S,2,49.00,59.00\n\
         scarf,,,,M,S-M,3,52.00,\n\
         scarf,,,,L,S-L,3,54.00,64.00\n";
    let index = Products::read(file.as_bytes(), Options::default()).unwrap().into_index().unwrap();
    let catalog = catalog::Catalog::open(index).unwrap();
    let before = |facts: catalog::VariantFacts| (facts.price.minor(), facts.compare_at.map(catalog::Price::minor));
    let found: Vec<_> = catalog.variant_facts_at(0).map(before).collect();
    assert_eq!(found, [(4900, Some(5900)), (5200, None), (5400, Some(6400))]);
}

#[test]
fn square_counts_at_each_location() {
    check(
        &read(
            "Token,Item Name,Variation Name,SKU,Description,Category,Price,Option Name 1,Option Value 1,Current Quantity Main St,Current Quantity Dock,Archived\n\
             T1,Tea,Small,TEA-S,Green.,Drinks,4.00,Size,Small,2,3,N\n\
             T1,Tea,Large,TEA-L,Green.,Drinks,6.00,Size,Large,1,0,N\n\
             T2,Cup,Regular,CUP,A cup.,Ware,9.00,,,4,0,N\n\
             T3,Pot,Regular,POT,Gone.,Ware,9.00,,,4,0,Y\n",
        ),
        &["T1 | Tea | 4 USD | Drinks | 6 in stock | Size: Small/Large", "T2 | Cup | 9 USD | Ware | 4 in stock | "],
    );
}

#[test]
fn bigcommerce_writes_a_row_for_each_sku_below_its_product() {
    check(
        &read(
            "Item Type,Product ID,Product Name,Product Type,Product Code/SKU,Brand Name,Price,Sale Price,Current Stock Level,Category,Product Visible?,Product Image File - 1\n\
             Product,12,Plant pot,P,POT,Acme,30.00,25.00,9,Shop All/Garden,Y,\n\
             SKU,,\"[S]Size=S,[S]Color=Red\",,POT-S,,,,4,,,\n\
             SKU,,\"[S]Size=L,[S]Color=Red\",,POT-L,,,,5,,,\n\
             Product,13,Rake,P,RAKE,Acme,18.00,,2,Shop All/Garden,N,\n",
        ),
        &["12 | Plant pot | 25 USD, before 30 USD | Garden | 9 in stock | Size: S/L, Color: Red"],
    );
}

#[test]
fn medusa_prices_each_variant_in_each_currency() {
    check(
        &read_in(
            "Product Id,Product Handle,Product Title,Product Description,Product Status,Product Thumbnail,Product Collection Title,Product Type,Variant Id,Variant Title,Variant SKU,Variant Inventory Quantity,Variant Allow Backorder,Variant Manage Inventory,Price EUR,Price USD,Option 1 Name,Option 1 Value,Image 1 Url\n\
             prod_1,coat,Coat,Warm.,published,,Winter,Coats,v1,S,C-S,3,false,true,80.00,90.00,Size,S,\n\
             prod_1,coat,Coat,Warm.,published,,Winter,Coats,v2,M,C-M,4,false,true,85.00,95.00,Size,M,\n\
             prod_2,hat,Hat,New.,draft,,Winter,Hats,v3,One,H,1,false,true,10.00,12.00,Size,One,\n",
            "EUR",
        ),
        &["prod_1 | Coat | 80 EUR | Coats | 7 in stock | Size: S/M"],
    );
}

#[test]
fn saleor_and_vendure_name_options_in_headers_and_groups() {
    check(
        &read(
            "id;name;description;category;product type;variant id;variant sku;Size (variant attribute);Material (product attribute);default-channel (channel price amount);main (warehouse quantity)\n\
             UHJ1;Cushion;Soft.;Home;Textile;v1;CU-S;S;Wool;12.00;3\n\
             UHJ1;Cushion;Soft.;Home;Textile;v2;CU-L;L;Wool;18.00;1\n",
        ),
        &["UHJ1 | Cushion | 12 USD | Home | 4 in stock | Size: S/L"],
    );
    check(
        &read(
            "name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory\n\
             Laptop,laptop,Fast.,,category:Electronics,screen|RAM,13 inch|8GB,L13,1299.00,standard,5,true\n\
             ,,,,,,15 inch|8GB,L15,1499.00,standard,2,true\n\
             Mouse,mouse,Small.,,category:Electronics,,,M1,19.00,standard,9,true\n",
        ),
        &[
            "laptop | Laptop | 1299 USD | Other | 7 in stock | screen: 13 inch/15 inch, RAM: 8GB",
            "mouse | Mouse | 19 USD | Other | 9 in stock | ",
        ],
    );
}

#[test]
fn items_of_a_feed_share_their_group() {
    let text = "id\ttitle\tlink\timage_link\tprice\tavailability\titem_group_id\tcolor\tsize\tmaterial\n\
                s-1\tSock\t-\thttps://a.example/1.jpg\t9.00 USD\tin stock\tsock\tRed\tS\tWool\n\
                s-2\tSock\t-\thttps://a.example/2.jpg\t9.00 USD\tout of stock\tsock\tBlue\tS\tWool\n";
    check(&read(text), &["sock | Sock | 9 USD | Other | in stock, not counted | Color: Red/Blue"]);
}

#[test]
fn the_rest_answers_of_shopify_and_woocommerce_are_read() {
    check(
        &read(
            r#"{"products":[{"id":632910392,"title":"IPod Nano","body_html":"<p>Small.</p>","vendor":"Apple","product_type":"Players","handle":"ipod-nano","status":"active","published_at":"2026-01-02T03:04:05-05:00","tags":"Music, Tiny",
            "variants":[{"id":1,"product_id":632910392,"title":"Pink","price":"199.00","compare_at_price":"249.00","sku":"IPOD-P","inventory_policy":"continue","inventory_management":"shopify","inventory_quantity":10,"option1":"Pink","option2":null,"barcode":"1234567890123","grams":200,"image_id":5},
            {"id":2,"product_id":632910392,"title":"Red","price":"209.00","sku":"IPOD-R","inventory_policy":"deny","inventory_management":"shopify","inventory_quantity":0,"option1":"Red"}],
            "options":[{"id":3,"name":"Color","position":1,"values":["Pink","Red"]}],
            "images":[{"id":5,"src":"https://cdn.example/1.png","alt":"Pink one","width":123,"height":456},{"id":6,"src":"https://cdn.example/2.png"}]},
            {"id":7,"title":"Never","handle":"never","status":"active","published_at":null,"variants":[{"price":"1.00"}]}]}"#,
        ),
        &["632910392 | IPod Nano | 199 USD, before 249 USD | Players | in stock, not counted | Color: Pink/Red"],
    );
    check(
        &read(
            r#"[{"id":799,"name":"Ship Your Idea","slug":"ship","type":"variable","status":"publish","catalog_visibility":"visible","price":"","regular_price":"","sale_price":"","stock_quantity":null,"stock_status":"instock","categories":[{"id":9,"name":"Clothing"}],"images":[],"attributes":[{"id":1,"name":"Color","variation":true,"options":["Black","Green"]}],"variations":[1,2],"parent_id":0},
            {"id":801,"name":"Ship - Black","type":"variation","status":"publish","sku":"s-b","price":"18","regular_price":"20","sale_price":"18","stock_quantity":4,"manage_stock":true,"stock_status":"instock","attributes":[{"name":"Color","option":"Black"}],"parent_id":799},
            {"id":802,"name":"Ship - Green","type":"variation","status":"publish","sku":"s-g","price":"20","regular_price":"20","sale_price":"","stock_quantity":1,"manage_stock":true,"stock_status":"instock","attributes":[{"name":"Color","option":"Green"}],"parent_id":799},
            {"id":803,"name":"Elsewhere","type":"external","status":"publish","price":"20","categories":[]}]"#,
        ),
        &["799 | Ship Your Idea | 18 USD, before 20 USD | Clothing | 5 in stock | Color: Black/Green"],
    );
}

#[test]
fn a_product_beyond_a_limit_is_named() {
    let said = |text: String| Products::read(text.as_bytes(), Options::default()).unwrap_err().to_string();
    let rows: Vec<String> = (1..=100).map(|number| format!("a,,5,,{number},\n")).collect();
    let first = "Handle,Title,Variant Price,Option1 Name,Option1 Value,Variant SKU\na,A,5,Size,0,\n";
    let text = first.to_owned() + &rows.concat();
    assert!(said(text).contains("record 1 (id `a`, line 102): a product must have at most 100 variants, not 101"));
    let same =
        "Handle,Title,Variant Price,Option1 Name,Option1 Value,Variant SKU\na,A,5,Size,S,x\na,,5,,S,y\n".to_owned();
    assert!(said(same).contains("record 1 (id `a`, line 3): two variants have the same options: `S`"));
}

#[test]
fn numbers_of_many_countries_are_read_and_none_is_guessed() {
    for (value, currency, expect) in [
        ("1,29,999.00", "INR", "129999 INR"),
        ("Rs. 1,299.00", "INR", "1299 INR"),
        ("1,299円", "JPY", "1299 JPY"),
        ("kr 1.299,50", "DKK", "1299.5 DKK"),
        ("1'299.50", "CHF", "1299.5 CHF"),
        ("2.500", "KWD", "2.5 KWD"),
    ] {
        let report = read_in(&format!("id;name;price\n1;A;\"{value}\"\n"), currency);
        assert_eq!(report.samples[0].price, expect, "{value}");
    }
    for (value, currency) in [("1,299", "INR"), ("1.299", "EUR"), ("1.000", "JPY"), ("1,250", "KWD")] {
        let currency = Currency::parse(currency).unwrap();
        let text = format!("id;name;price\n1;A;\"{value}\"\n");
        let error = Products::read(text.as_bytes(), Options { currency, ..Options::default() }).unwrap_err();
        assert!(error.to_string().contains("may be one of two numbers"), "{value}: {error}");
    }
    let bars = Products::read("id|name|price\n1|A|5\n".as_bytes(), Options::default()).unwrap();
    assert_eq!(bars.report().records, 1);
}

#[test]
fn a_mapping_names_its_faults() {
    let mut import = Import::default();
    for (mapping, expect) in
        [("name", "must be a field and a column"), ("nome=Nom", "is no field"), ("name=", "must be a field")]
    {
        let error = import.map(mapping).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    }
    assert!(Import::parse("[columns]\nnome = \"Nom\"\n").unwrap_err().to_string().contains("is no field"));
    assert!(Import::parse("untracked-stock = \"some\"\n").unwrap_err().to_string().contains("in-stock"));
    let text = "default-category = \"Gifts\"\nuntracked-stock = 5\nencoding = \"windows-1252\"\nskip-invalid = true\n";
    assert_eq!(Import::parse(text).unwrap().untracked_stock, Some("5".parse().unwrap()));
}

#[test]
fn a_feed_in_xml_is_read_item_by_item() {
    let feed = |items: &str| {
        format!(
            "<?xml version=\"1.0\"?>\n<rss xmlns:g=\"http://base.google.com/ns/1.0\" version=\"2.0\"><channel><title>Shop</title>\n{items}\n</channel></rss>\n"
        )
    };
    let item = |id: &str, size: &str, price: &str| {
        format!(
            "<item><g:id>{id}</g:id><title><![CDATA[Soap & more]]></title><description>Clean &amp; mild</description>\
             <g:image_link>https://cdn.example/{id}.jpg</g:image_link><g:additional_image_link>https://cdn.example/x.jpg</g:additional_image_link>\
             <g:additional_image_link>https://cdn.example/y.jpg</g:additional_image_link><g:price>{price}</g:price>\
             <g:availability>in_stock</g:availability><g:item_group_id>soap</g:item_group_id><g:size>{size}</g:size>\
             <g:product_type>Home &gt; Bath</g:product_type><g:shipping><g:price>5.00 USD</g:price></g:shipping></item>\n"
        )
    };
    let text = feed(&(item("s1", "S", "4.00 USD") + &item("s2", "L", "6.00 USD")));
    let report = read(&text);
    check(&report, &["soap | Soap & more | 4 USD | Home > Bath | in stock, not counted | Size: S/L"]);
    assert_eq!(report.samples[0].pictures, 4);
    let said = |text: &str| Products::read(text.as_bytes(), Options::default()).unwrap_err().to_string();
    let wrong = said(&feed(&(item("s1", "S", "4.00 USD") + &item("s2", "L", "free"))));
    assert!(
        wrong.contains("record 2 (id `s2`, line 4, column `price`)")
            || wrong.contains("record 2 (id `s2`, line 4): `price` breaks a rule"),
        "{wrong}"
    );
    assert!(said("<rss><channel><item><g:id>1</g:id>").contains("line 1: not valid XML: the file ends inside an item"));
    assert!(said("<rss></channel>").contains("line 1: not valid XML: "));
    let endless = b"<rss><item><title>".chain(std::io::repeat(b'x'));
    let error = catalog::build::check(endless, Options::default()).unwrap_err().to_string();
    assert!(error.contains("at most 1048576 bytes"), "{error}");
}
