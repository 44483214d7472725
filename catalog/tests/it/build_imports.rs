//! Files as merchants export them, each with one kind of fault; `data/imports/README.md` says what must come of each.

use catalog::Currency;
use catalog::build::{BuildError, Encoding, Import, Options, Products, Report, Sample};

/// The bytes of a file.
#[track_caller]
fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/imports/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[track_caller]
fn read_in(name: &str, import: Import, currency: &str) -> Report {
    let currency = Currency::parse(currency).unwrap();
    let products = Products::read(file(name).as_slice(), Options { import, currency, ..Options::default() });
    let products = products.unwrap_or_else(|error| panic!("{name}: {error}"));
    let report = products.report().clone();
    products.into_index().unwrap();
    report
}

#[track_caller]
fn read(name: &str) -> Report {
    read_in(name, Import::default(), "USD")
}

/// A product in one line: id, name, price, category, stock, options.
fn line(sample: &Sample) -> String {
    let options = sample.options.iter().map(|(name, values)| format!("{name}: {}", values.join("/")));
    let options: Vec<String> = options.collect();
    [&sample.id, &sample.name, &sample.price, &sample.category, &sample.stock, &options.join(", ")]
        .map(String::as_str)
        .join(" | ")
}

#[track_caller]
pub(crate) fn check(report: &Report, expect: &[&str]) {
    assert_eq!(report.samples.iter().map(line).collect::<Vec<_>>(), expect, "{report:#?}");
}

/// The products that are left out: reason, number, names.
fn left_out(report: &Report) -> Vec<String> {
    report.left_out.iter().map(|left| format!("{} {}: {}", left.count, left.reason, left.names.join(", "))).collect()
}

fn warnings(report: &Report) -> String {
    report.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn drafts_and_hidden_products_are_left_out_and_named() {
    let shopify = read("hidden-products-shopify.csv");
    check(&shopify, &["oak-stool | Oak stool | 89 USD | Stools | 5 in stock | "]);
    assert_eq!(left_out(&shopify), ["1 archived: Old stool (withdrawn)", "1 draft: Pine stool (not ready)"]);
    assert!(shopify.left_out.iter().all(|left| left.option == Some("--include-unpublished")));
    let woo = read("hidden-products-woo.csv");
    check(&woo, &["11 | Walnut tray | 39 USD | Kitchen | 5 in stock | "]);
    assert_eq!(left_out(&woo), ["1 draft: Draft tray", "1 hidden: Hidden tray", "1 private: Private tray"]);
    for (name, count) in [("hidden-products-shopify.csv", 3), ("hidden-products-woo.csv", 4)] {
        let all = read_in(name, Import { include_unpublished: true, ..Import::default() }, "USD");
        assert_eq!((all.records, all.left_out.len()), (count, 0), "{name}");
    }
}

#[test]
fn rows_of_variants_make_one_product() {
    let sock = read("variants-first-sold-out.csv");
    check(&sock, &["wool-sock | Wool sock | 12 USD | Socks | 23 in stock | Size: S/M/L"]);
    assert_eq!((sock.records, sock.variants), (1, 3));
    let bottle = read("variants-repeat-title.csv");
    check(&bottle, &["bottle | Water bottle | 19 USD | Bottles | 7 in stock | Size: S/L"]);
    let shirt = read("shopify-2025-template.csv");
    check(
        &shirt,
        &[
            "linen-shirt | Linen shirt | 49 USD, before 59 USD | Apparel & Accessories > Clothing > Shirts | 11 in stock | Size: S/M/L",
        ],
    );
    assert_eq!((shirt.samples[0].variants, shirt.samples[0].pictures), (3, 2));
}

#[test]
fn a_variable_product_gets_its_variations() {
    let woo = read("woo-variable.csv");
    check(
        &woo,
        &[
            "44 | V-neck shirt | 15 USD | Clothing > Shirts | 4 in stock | Color: Blue/Green",
            "71 | Cap | 16 USD, before 18 USD | Clothing > Accessories | 8 in stock | ",
        ],
    );
    assert_eq!(left_out(&woo), ["1 a set of other products: Logo set"]);
}

#[test]
fn a_product_without_a_category_is_in_the_default_one() {
    let usual = read("no-category.csv");
    check(
        &usual,
        &[
            "ring | Silver ring | 39 USD | Jewellery | 3 in stock | ",
            "card | Gift card | 25 USD | Other | 99 in stock | ",
        ],
    );
    let named = Import { default_category: Some("Gifts".to_owned()), ..Import::default() };
    let named = read_in("no-category.csv", named, "USD");
    assert_eq!(named.samples[1].category, "Gifts");
    assert!(warnings(&named).contains("1 product without a category"), "{named:?}");
}

#[test]
fn a_stock_that_is_not_known_is_not_0() {
    let usual = read("no-inventory-column.csv");
    check(&usual, &["bell | Bike bell | 29 USD | Bells | in stock, not counted | "]);
    assert!(warnings(&usual).contains("`--untracked-stock` decides"), "{usual:?}");
    for (stock, expect) in
        [("in-stock", "in stock, not counted"), ("out-of-stock", "out of stock"), ("7", "7 in stock")]
    {
        let import = Import { untracked_stock: Some(stock.parse().unwrap()), ..Import::default() };
        assert_eq!(read_in("no-inventory-column.csv", import, "USD").samples[0].stock, expect);
    }
}

#[test]
fn a_feed_for_google_says_its_stock_in_words() {
    let feed = read_in("google-feed.tsv", Import::default(), "AED");
    check(&feed, &["g-1 | Rose perfume | 212.5 AED, before 250 AED | Beauty > Perfume | in stock, not counted | "]);
    assert!(warnings(&feed).contains("1 value of the column `quantity` not taken for `stock`"), "{feed:?}");
}

#[test]
fn paths_of_magento_lose_their_root() {
    let magento = read("magento-category-paths.csv");
    check(&magento, &["WJ01 | Rain jacket | 59 USD, before 79 USD | Women > Tops > Jackets | 10 in stock | "]);
    assert_eq!(left_out(&magento), ["1 inactive: Snow jacket", "1 not visible individually: Rain jacket-S"]);
    assert!(warnings(&magento).contains("neither `https` nor local"), "{magento:?}");
}

#[test]
fn columns_are_found_by_their_names_in_other_languages() {
    let french = read("localized-header-fr.csv");
    check(&french, &["5 | Chapeau rouge | 19.9 USD | Mode | 4 in stock | "]);
    // A name that no shop program writes is mapped, and the mapping file finds it again.
    let text = String::from_utf8(file("localized-header-fr.csv")).unwrap().replace("Nom", "Intitulé du chapeau");
    let open = |import: Import| Products::read(text.as_bytes(), Options { import, ..Options::default() });
    assert!(open(Import::default()).unwrap_err().to_string().contains("nothing says the `name`"));
    let mut import = Import::default();
    import.map("name=Intitulé du chapeau").unwrap();
    let saved = import.to_text().unwrap();
    assert_eq!(saved, "[columns]\nname = \"Intitulé du chapeau\"\n");
    let products = open(Import::parse(&saved).unwrap()).unwrap();
    check(products.report(), &["5 | Chapeau rouge | 19.9 USD | Mode | 4 in stock | "]);
}

#[test]
fn long_and_right_to_left_names_stay_as_they_are() {
    for (name, first) in [
        ("search-names.csv", "Red Bull energy drink"),
        ("rtl-name.csv", "حقيبة 40 لتر (أسود)"),
        ("long-word-name.csv", "Geschirrspülmaschinen"),
    ] {
        let report = read(name);
        assert!(report.is_own, "{name}");
        assert_eq!(report.samples[0].name, first);
    }
}

#[test]
fn a_price_with_three_decimals_is_exact() {
    let dinars = read_in("three-decimal-currency.csv", Import::default(), "KWD");
    assert_eq!(dinars.samples.iter().map(|sample| sample.price.as_str()).collect::<Vec<_>>(), ["2.5 KWD", "12.75 KWD"]);
    let two = Products::read(file("three-decimal-currency.csv").as_slice(), Options::default()).unwrap_err();
    assert!(two.to_string().contains("may be one of two numbers"), "{two}");
}

#[test]
fn the_encoding_of_european_spreadsheets_is_found_out() {
    let text = file("windows-1252-semicolon.csv");
    let report = read_in("windows-1252-semicolon.csv", Import::default(), "EUR");
    check(
        &report,
        &[
            "c-1 | Crème brûlée dish | 12.5 EUR | Küche | 3 in stock | ",
            "c-2 | Süße Schale “klein” | 1299 EUR | Küche | 1 in stock | ",
        ],
    );
    assert_eq!(report.encoding, Encoding::Windows1252);
    assert!(warnings(&report).contains("windows-1252"));
    let forced = Import { encoding: Some(Encoding::Utf8), ..Import::default() };
    let error = Products::read(text.as_slice(), Options { import: forced, ..Options::default() }).unwrap_err();
    assert!(error.to_string().contains("not UTF-8"), "{error}");
    let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let wide = units("\u{feff}id,name,price,category,stock\nä,Öl,5,Küche,2\n".replace('ä', "a").as_str());
    let products = Products::read(wide.as_slice(), Options::default()).unwrap();
    check(products.report(), &["a | Öl | 5 USD | Küche | 2 in stock | "]);
    assert_eq!(products.report().encoding, Encoding::Utf16);
}

#[test]
fn entities_that_were_encoded_twice_are_decoded() {
    let index = Products::read(file("double-encoded-entity.csv").as_slice(), Options::default()).unwrap().into_index();
    let catalog = catalog::Catalog::open(index.unwrap()).unwrap();
    assert_eq!(catalog.product_at(0).unwrap().description, "Flip hub. Steel.");
}

#[test]
fn records_that_break_a_rule_can_be_skipped() {
    let text = "id,name,price,category,stock\na,A,5,T,1\nb,B,free,T,1\nc,C,7,T,2\n";
    let open = |skip_invalid| {
        let import = Import { skip_invalid, ..Import::default() };
        Products::read(text.as_bytes(), Options { import, ..Options::default() })
    };
    assert!(matches!(open(false), Err(BuildError::Refused(_))));
    let products = open(true).unwrap();
    let report = products.report();
    assert_eq!((report.records, report.skipped.total()), (2, 1));
    assert!(report.skipped.shown()[0].to_string().starts_with("record 2 (id `b`, line 3): `price` breaks a rule"));
}
