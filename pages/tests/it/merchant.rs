//! The merchant's files, as they are read when a host is built: what is refused, with which words, and what becomes of the rest.

use catalog::Currency;
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
    assert_eq!(error, "the page `About us` needs a name of 1 to 60 characters from `a-z`, `0-9` and `-`");
}

#[test]
fn the_files_of_the_demonstration_are_right() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../catalog/data");
    let mut files =
        MerchantFiles::read(&std::fs::read_to_string(format!("{folder}/shop.toml")).unwrap(), Currency::default())
            .unwrap();
    for name in ["contact", "delivery", "imprint", "privacy", "returns", "terms"] {
        let text = std::fs::read_to_string(format!("{folder}/pages/{name}.md")).unwrap();
        files.add_page(name, &text).unwrap();
    }
    assert_eq!(files.pages().count(), 6);
    for (name, title, html) in files.pages() {
        assert!(!title.is_empty() && html.contains("<em>"), "{name} says that it is a demonstration: {html}");
    }
    let code = files.to_code("shop");
    assert!(code.starts_with("shop::Merchant { name: \"Hollis & Wren (demonstration)\""), "{code}");
}
