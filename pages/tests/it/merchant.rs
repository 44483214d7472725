//! The merchant's files, as they are read when a host is built: what is refused, with which words, and what becomes of the rest.

use catalog::{Currency, ShelfKind};
use pages::build::MerchantFiles;

const SHOP: &str = "[shop]\nname = \"Hollis & Wren\"\n";

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(MerchantFiles::read(text, Currency::default()).unwrap_err().to_string(), expect);
}

#[test]
fn a_wrong_value_is_named_with_line_key_and_rule() {
    check(
        &format!("{SHOP}email = \"nobody\"\n"),
        "line 3: `shop.email` is `nobody`, it must be an address like name@example.com",
    );
    check(
        &format!("{SHOP}\n[delivery]\ncost = \"4,90\"\ndays = [2, 4]\n"),
        "line 5: `delivery.cost` is `4,90`, it must be an amount like \"4.90\", without a currency",
    );
    check(
        &format!("{SHOP}[delivery]\ncost = \"4.90\"\nfree-from = \"$80\"\ndays = [2, 4]\n"),
        "line 5: `delivery.free-from` is `$80`, it must be an amount like \"4.90\", without a currency",
    );
    check(
        &format!("{SHOP}[delivery]\ncost = \"4.90\"\ndays = [4, 2]\n"),
        "line 5: `delivery.days` is `[4, 2]`, it must be the fewest and the most working days, from 0 to 366",
    );
    check(
        &format!("{SHOP}[returns]\ndays = 0\n"),
        "line 4: `returns.days` is `0`, it must be a number of days from 1 to 366",
    );
    check(
        &format!(
            "{SHOP}[delivery]\ncost = \"4.90\"\n[[shipping.zone]]\nname = \"A\"\ncountries = [\"DE\"]\nmethod = [{{ name = \"Post\", cost = \"1\" }}]\n"
        ),
        "line 4: `delivery.cost` is `4.90`, it must be left out where `shipping.zone` has the cost",
    );
    check(
        &format!("{SHOP}[tax]\nincluded = true\n[[tax.rate]]\ncountries = [\"XX\"]\npercent = \"1\"\n"),
        "line 6: `tax.rate[0].countries[0]`: `XX` must be a country code of ISO 3166-1, such as DE",
    );
    check(
        &format!("{SHOP}[delivery]\ncost = \"4.90\"\ndays = [2, 4]\ncountries = [\"DE\", \"Austria\"]\n"),
        "line 6: `delivery.countries` is `Austria`, it must be a country as two capital letters, like \"DE\" (ISO 3166-1)",
    );
    check("[shop]\nname = \" \"\n", "line 2: `shop.name` is ``, it must be one line of 1 to 200 characters");
}

#[test]
fn an_unknown_key_and_a_broken_line_are_named() {
    let error = MerchantFiles::read(&format!("{SHOP}[delivery]\ncosts = \"1\"\n"), Currency::default())
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("line 4: unknown field `costs`"), "{error}");
    let error = MerchantFiles::read("[shop]\nname = \"a\nemail = 1\n", Currency::default()).unwrap_err().to_string();
    assert!(error.starts_with("line 2: "), "{error}");
    let error = MerchantFiles::read("", Currency::default()).unwrap_err().to_string();
    assert!(error.contains("missing field `shop`"), "{error}");
}

#[test]
fn pages_stand_in_the_order_of_the_footer() {
    let mut files = MerchantFiles::read(SHOP, Currency::default()).unwrap();
    for name in ["about-us", "imprint", "delivery", "a"] {
        files.add_page(name, "---\ntitle: T\ndescription: D.\n---\nText.\n").unwrap();
    }
    assert_eq!(files.pages().map(|(name, ..)| name).collect::<Vec<_>>(), ["delivery", "imprint", "a", "about-us"]);
    let error = files.add_page("About us", "").unwrap_err().to_string();
    assert_eq!(error, "the page `About us` needs a name of 1 to 80 characters from `a-z`, `0-9` and `-`");
}

#[test]
fn texts_of_brands_and_collections_are_read_as_pages_are() {
    let mut files = MerchantFiles::read(SHOP, Currency::default()).unwrap();
    let text = "---\ntitle: Hollis\ndescription: Cloth.\n---\nSince *1901*.\n";
    files.add_shelf(ShelfKind::Brand, "hollis-co", text).unwrap();
    files.add_shelf(ShelfKind::Collection, "summer", text).unwrap();
    let code = files.to_code("shop");
    let page = r#"title: "Hollis", description: "Cloth.", words: &[], html: "<p>Since <em>1901</em>.</p>\n" }, ]"#;
    for (list, name) in [("brands", "hollis-co"), ("collections", "summer")] {
        assert!(code.contains(&format!("{list}: &[shop::MerchantPage {{ name: {name:?}, {page}")), "{code}");
    }
    assert_eq!(files.pages().count(), 0, "neither is a page of the footer");
    for name in ["", "Summer", "a/b", "../x", "sömmer", &"a".repeat(81)] {
        assert!(files.add_shelf(ShelfKind::Collection, name, text).is_err(), "{name}");
    }
}

#[test]
fn the_files_of_the_demonstration_are_right() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalog/data");
    let facts = std::fs::read_to_string(format!("{data}/shop.toml")).unwrap();
    let mut files = MerchantFiles::read(&facts, Currency::default()).unwrap();
    for name in ["contact", "delivery", "imprint", "privacy", "returns", "terms"] {
        let text = std::fs::read_to_string(format!("{data}/pages/{name}.md")).unwrap();
        files.add_page(name, &text).unwrap();
    }
    assert_eq!(files.pages().count(), 6);
    for (name, title, html) in files.pages() {
        assert!(!title.is_empty() && html.contains("<em>"), "{name} says that it is a demonstration: {html}");
    }
    for (folder, kind) in [("brands", ShelfKind::Brand), ("collections", ShelfKind::Collection)] {
        for entry in std::fs::read_dir(format!("{data}/{folder}")).unwrap() {
            let path = entry.unwrap().path();
            let slug = path.file_stem().unwrap().to_string_lossy().into_owned();
            files.add_shelf(kind, &slug, &std::fs::read_to_string(&path).unwrap()).unwrap();
        }
        assert!(files.shelves(kind).count() > 0, "{folder}");
    }
    let code = files.to_code("shop");
    assert!(code.starts_with("shop::Merchant { name: \"Hollis & Wren (demonstration)\""), "{code}");
}
