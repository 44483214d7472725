//! The merchant's `search.toml`: its effect on searches, through changes and bases, and the place of each fault.

use std::fmt::Write as _;
use std::sync::LazyLock;

use catalog::build::{Edition, Options, Products, SearchRules};
use catalog::{Catalog, Query, Sort};

const PRODUCTS: &str = "\
1|Wool throw|Textiles|Warm, for the sofa.
2|Linen cushion|Textiles|Soft.
3|Velvet sofa|Seats|For three.
4|Sofa bed|Seats|For two.
5|Running shoe|Shoes|Light.
6|Sneaker white|Shoes|Of leather.
7|Trainer blue|Shoes|For sport.
8|Gift card|Cards|For those who have everything.
9|Wrapping paper|Cards|For a gift.
10|T-shirt|Clothes|Of cotton.
11|The art of tea|Books|Read on the couch.
12|Gift box|Cards|For a gift.
";

const RULES: &str = r#"
synonyms = [["blanket", "throws"], ["pillow", "cushion"], ["couch", "sofa", "settee"], ["tee", "t-shirt"]]
stop_words = ["the", "of"]

[[one_way]]
from = "sneakers"
to = ["trainer", "running shoe"]

[redirects]
returns = "/pages/returns"
"Delivery times" = "/pages/delivery?from=search#times"

[[rule]]
query = "gifts"
pin = ["3", "gone", "9"]
boost = ["12"]
demote = ["8"]

[[rule]]
collection = "summer-sale"
pin = ["7"]
boost = ["6"]
demote = ["5"]
"#;

fn products(lines: &str, rules: &str) -> Products {
    let text = lines.lines().fold(String::new(), |mut out, line| {
        let [id, name, category, description] = line.split('|').collect::<Vec<_>>().try_into().unwrap();
        let record = serde_json::json!({
            "id": id, "name": name, "category": category, "description": description,
            "price": 10, "imageUrl": "/a.svg", "stock": 1, "rating": 4, "reviews": 3,
        });
        let _ = writeln!(out, "{record}");
        out
    });
    let products = Products::read(text.as_bytes(), Options::default()).unwrap_or_else(|error| panic!("{error}"));
    products.with_rules(SearchRules::parse(rules).unwrap_or_else(|error| panic!("{error}")))
}

static SHOP: LazyLock<Edition> = LazyLock::new(|| Edition::new(products(PRODUCTS, RULES)).unwrap());

fn found(catalog: &Catalog, text: &str, sort: Option<Sort>) -> String {
    let hits = catalog.search(&Query { search: Some(text.to_owned()), sort, ..Query::default() });
    let whole = hits.positions.len() - usize::try_from(hits.partial).unwrap();
    let mut ids: Vec<&str> = hits.positions.iter().map(|position| catalog.product_at(*position).unwrap().id).collect();
    if hits.partial > 0 {
        ids.insert(whole, "+");
    }
    ids.join(" ")
}

#[track_caller]
fn check(catalog: &Catalog, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, expect)| (text, found(catalog, text, None), expect))
        .filter(|(_, found, expect)| found != *expect)
        .map(|(text, found, expect)| format!("`{text}` finds `{found}`, expected `{expect}`"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn synonyms_find_each_other() {
    check(
        SHOP.catalog(),
        &[
            ("blanket", "1"),
            ("blankets", "1"),
            ("pillow", "2"),
            ("linen pillow", "2"),
            ("settee", "3 4 11 1"),
            ("couch bed", "4 + 11 3 1"),
            ("tee", "10"),
        ],
    );
}

#[test]
fn a_synonym_of_one_direction_finds_nothing_backwards() {
    check(SHOP.catalog(), &[("sneaker", "6 5 7"), ("trainer", "7"), ("running shoe", "5 + 6 7")]);
}

#[test]
fn stop_words_are_left_out_unless_nothing_else_is_typed() {
    check(SHOP.catalog(), &[("the art of tea", "11"), ("sofa of the", "3 4 11 1"), ("the", "11 1")]);
    let lines = "1|Blue rug|Any|Plain.\n2|Mask, blue, of a theatre|Any|Plain.\n";
    let shop = Edition::new(products(lines, RULES)).unwrap();
    let first = shop.catalog().suggest("blue the").first().copied();
    assert_eq!(first, Some(1), "a word that is still being typed is left out of none");
}

#[test]
fn pins_boosts_and_demotions_place_products() {
    let catalog = SHOP.catalog();
    check(catalog, &[("gift", "3 9 12 8"), ("GIFTS!", "3 9 12 8"), ("gift card", "8 12 9")]);
    assert_eq!(found(catalog, "gift", Some(Sort::Name)), "12 8 3 9", "an order of another kind is kept");
    let in_cards = Query { search: Some("gift".to_owned()), categories: vec!["Cards".to_owned()], ..Query::default() };
    let hits = catalog.search(&in_cards);
    assert_eq!((hits.total, hits.partial), (3, 0), "filters hold for pinned products");
}

#[test]
fn redirects_lead_to_pages() {
    let catalog = SHOP.catalog();
    assert_eq!(catalog.redirect(" Return "), Some("/pages/returns"));
    assert_eq!(catalog.redirect("delivery time"), Some("/pages/delivery?from=search#times"));
    for text in ["", "…", "returns policy", "gift", "summer-sale"] {
        assert_eq!(catalog.redirect(text), None, "{text}");
    }
}

#[test]
fn rules_outlive_changes_of_products() {
    // New products before and behind, one gone: every position shifts.
    let lines = format!("{PRODUCTS}0|Fleece blanket|Textiles|Warm.\n13|Gift bag|Cards|Of paper.\n")
        .replace("9|Wrapping paper|Cards|For a gift.\n", "");
    let next = SHOP.next(products(&lines, RULES)).unwrap();
    assert!(next.changes().is_some(), "the same rules make no new base");
    let table = &[("gift", "3 12 13 8"), ("blanket", "0 1"), ("settee", "3 4 11 1")];
    check(next.catalog(), table);
    check(Edition::new(products(&lines, RULES)).unwrap().catalog(), table);
    assert_eq!(next.catalog().redirect("returns"), Some("/pages/returns"));
    assert_eq!(next.catalog().revision(), Edition::new(products(&lines, RULES)).unwrap().catalog().revision());
}

#[test]
fn other_rules_are_another_revision_and_another_base() {
    let plain = Edition::new(products(PRODUCTS, "")).unwrap();
    assert_ne!(plain.catalog().revision(), SHOP.catalog().revision());
    assert!(plain.catalog().as_bytes().len() < SHOP.catalog().as_bytes().len());
    let next = plain.next(products(PRODUCTS, RULES)).unwrap();
    assert!(next.changes().is_none());
    assert_eq!(next.base(), SHOP.base());
    check(plain.catalog(), &[("blanket", ""), ("settee", ""), ("gift", "12 8 9")]);
    assert_eq!(plain.catalog().redirect("returns"), None);
}

#[test]
fn rules_of_the_same_meaning_are_the_same_bytes() {
    let other = "stop_words = ['of', 'THE']\nsynonyms = [['Blankets', 'throw']]\n";
    let one = "synonyms = [[\"blanket\", \"throws\"]]\n# a comment\nstop_words = [\"the\", \"of\"]\n";
    assert_eq!(SearchRules::parse(one), SearchRules::parse(other));
    assert!(SearchRules::parse("# nothing\n").unwrap().are_none());
}

#[test]
fn faults_are_named_with_their_place() {
    #[track_caller]
    fn refused(text: &str, expect: &str) {
        assert_eq!(SearchRules::parse(text).unwrap_err().to_string(), expect, "{text}");
    }
    refused("synonyms = [\n  [\"sofa\"],\n]", "line 2, column 3, `synonyms[1]`: there are 2 to 16 texts here, not 1");
    refused(
        "synonyms = [[\"sofa\", \"Sofas\"]]",
        "line 1, column 22, `synonyms[1][2]`: `Sofas` is there twice; case, accents and plurals do not count",
    );
    refused("synonyms = [[\"sofa\", \"…\"]]", "line 1, column 22, `synonyms[1][2]`: `…` has no word");
    refused(
        "synonyms = [[\"a b c d e\", \"x\"]]",
        "line 1, column 14, `synonyms[1][1]`: a text that stands for others has at most 4 words, not 5",
    );
    refused("stop_words = [\"the\",\n\"of the\"]", "line 2, column 1, `stop_words[2]`: a stop word is one word, not 2");
    refused(
        "[[one_way]]\nfrom = \"a\"\nto = []",
        "line 3, column 6, `one_way[1].to`: there are 1 to 16 texts here, not 0",
    );
    for path in ["https://elsewhere.example/", "//elsewhere.example", "pages", "/a b", "/ä", "/a\\\\b"] {
        let error = SearchRules::parse(&format!("[redirects]\nreturns = \"{path}\"")).unwrap_err();
        assert_eq!((error.line, error.column, error.key.as_str()), (2, 11, "redirects.returns"), "{error}");
    }
    refused(
        "[redirects]\nreturn = \"/a\"\nreturns = \"/b\"",
        "line 3, column 1, `redirects.returns`: `returns` is there twice; case, accents and plurals do not count",
    );
    refused("[[rule]]\npin = [\"1\"]", "line 1, column 1, `rule[1]`: a rule has either `query` or `collection`");
    refused(
        "[[rule]]\nquery = \"a\"",
        "line 1, column 1, `rule[1]`: a rule has at least one product in `pin`, `boost` or `demote`",
    );
    refused(
        "[[rule]]\ncollection = \"Summer\"\npin = [\"1\"]",
        "line 2, column 14, `rule[1].collection`: `Summer` is no collection: its name has 1 to 120 of `a` to `z`, `0` to `9` and `-`",
    );
    refused(
        "[[rule]]\nquery = \"a\"\npin = [\"1\"]\ndemote = [\"2\", \"1\"]",
        "line 4, column 16, `rule[1].demote[2]`: `1` is there twice; case, accents and plurals do not count",
    );
    refused(
        "[[rule]]\nquery = \"a\"\npin = [\"ä\"]",
        "line 3, column 8, `rule[1].pin[1]`: an id consists of letters, digits, `.`, `_` and `-`, without `ä`",
    );
    for (text, place) in [("synonyms = 3", (1, 12)), ("\nsynonym = []", (2, 1)), ("stop_words = [", (1, 15))] {
        let error = SearchRules::parse(text).unwrap_err();
        assert_eq!((error.line, error.column), place, "{error}");
    }
    let long = format!("stop_words = [\"{}\"]", "a".repeat(201));
    refused(&long, "line 1, column 15, `stop_words[1]`: a text has at most 200 characters, not 201");
    let many =
        format!("synonyms = [{}]", (0..1001).map(|at| format!("[\"a{at}\", \"b{at}\"]")).collect::<Vec<_>>().join(","));
    assert!(SearchRules::parse(&many).unwrap_err().to_string().contains("0 to 1000 groups of synonyms here, not 1001"));
    let large = "#".repeat(256 * 1024 + 1);
    refused(&large, "line 1, column 1: the file has at most 262144 bytes, not 262145 or more");
    let error = SearchRules::read(&b"stop_words = ['\xff']"[..]).unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 1: the file is no UTF-8");
    assert_eq!(SearchRules::read(RULES.as_bytes()), SearchRules::parse(RULES));
}

/// Rules that bring as much as they may cost no more than any other text.
#[test]
fn rules_stay_within_the_budget_of_a_text() {
    let words: Vec<String> = (0..16).map(|at| format!("word{}", char::from(b'a' + at))).collect();
    let all = words.join(" ");
    let lines: String =
        (0..2_000).map(|at| format!("{at}|{}|Any|{all}", words[at % 16])).collect::<Vec<_>>().join("\n");
    let group = |at: usize| {
        words.iter().cycle().skip(at).take(16).map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(",")
    };
    let ids = |from: usize| (from..from + 50).map(|at| format!("\"{at}\"")).collect::<Vec<_>>().join(",");
    let pairs = words.windows(2).map(|pair| format!("\"{}\"", pair.join(" "))).take(14).collect::<Vec<_>>().join(",");
    let rules = format!(
        "synonyms = [[{}]]\n[[one_way]]\nfrom = \"worda\"\nto = [{pairs}]\n[[rule]]\nquery = \"{all}\"\npin = [{}]\nboost = [{}]\ndemote = [{}]\n",
        group(0),
        ids(0),
        ids(50),
        ids(100),
    );
    let catalog = Catalog::open(products(&lines, &rules).into_index().unwrap()).unwrap();
    let plain = Catalog::open(products(&lines, "").into_index().unwrap()).unwrap().work("wordb", false);
    for text in ["worda", &all, &words[..8].join(" ")] {
        let times = catalog.work(text, false).div_ceil(plain);
        assert!(times <= 20, "`{text}` costs {times} plain searches");
    }
}
