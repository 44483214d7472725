//! No text that anybody can search for takes many times the work of a plain word: counted, not timed, so that it holds on every machine.
//! `cargo xtask bench hostile` times the same texts; how the budget is shared is tested where it is (`src/search/terms/budget.rs`).

mod made_up;
mod shapes;

use std::fmt::Write as _;
use std::sync::LazyLock;

use catalog::Catalog;
use catalog::build::{Edition, Options, Products};

use self::made_up::MadeUp;
use self::shapes::{Shape, plain, shapes, worst};
use crate::chance::Chance;

/// Enough that the part of a budget that every catalog has is little beside the part that grows with it.
const PRODUCTS: usize = 3_000;
const WORDS: usize = 8_000;

/// The most that a text may cost, in plain searches for the commonest word.
const CEILING: u64 = 20;

/// How many texts the random search tries.
const TRIED: usize = 300;

static LANGUAGE: LazyLock<MadeUp> = LazyLock::new(|| MadeUp::new(WORDS, &[""]));

/// Words as model numbers of one maker are: all have one first letter, and each beginning of three letters is in most descriptions.
static MODELS: LazyLock<MadeUp> = LazyLock::new(|| MadeUp::new(WORDS, &["bab", "bel", "bir", "boz", "bun"]));

static SHOP: LazyLock<Edition> = LazyLock::new(|| Edition::new(products(&LANGUAGE.records(PRODUCTS))).unwrap());

static SHOP_OF_MODELS: LazyLock<Edition> = LazyLock::new(|| Edition::new(products(&MODELS.records(PRODUCTS))).unwrap());

/// Half of the products have a code of their own, the others share one.
static SHOP_OF_CODES: LazyLock<Edition> = LazyLock::new(|| {
    let mut records = String::new();
    for (number, line) in LANGUAGE.records(PRODUCTS).lines().enumerate() {
        let shared = if number % 2 == 0 { "NONE-12345".to_owned() } else { format!("PART-{number}") };
        let line = line.trim_end_matches('}');
        let _ = writeln!(records, "{line},\"mpn\":\"{shared}\"}}");
    }
    Edition::new(products(&records)).unwrap()
});

fn products(records: &str) -> Products {
    Products::read(records.as_bytes(), Options::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// The work of a search for a text, or of suggestions for it: the dearer one.
fn work(shop: &Catalog, text: &str) -> u64 {
    shop.work(text, false).max(shop.work(text, true))
}

#[track_caller]
fn check(shop: &Catalog, language: &MadeUp, shapes: &[Shape]) {
    let one_word = shop.work(&plain(&language.words), false);
    let Shape { name, text } = shapes.iter().max_by_key(|shape| work(shop, &shape.text)).unwrap();
    let times = work(shop, text).div_ceil(one_word);
    assert!(
        times <= CEILING,
        "{name} costs {times} plain searches of {one_word} steps, more than {CEILING}: `{text}`\n\
         hint: every step of a search is paid from `terms::Budget`; look for one that is not"
    );
}

#[test]
fn no_text_of_the_list_costs_many_plain_searches() {
    check(SHOP.catalog(), &LANGUAGE, &shapes(&LANGUAGE.words));
}

/// Fails where the walk through the dictionary has no limit: no other limit binds for typing errors in these words.
#[test]
fn words_of_one_first_letter_cost_no_more() {
    let shapes = shapes(&MODELS.words);
    check(SHOP_OF_MODELS.catalog(), &MODELS, &shapes);
    let text =
        worst(&shapes, &MODELS.words, &mut Chance::new(4), TRIED / 3, |text| work(SHOP_OF_MODELS.catalog(), text));
    check(SHOP_OF_MODELS.catalog(), &MODELS, &[Shape { name: "a text that chance found", text }]);
}

#[test]
fn chance_finds_no_text_that_costs_many_plain_searches() {
    let known = shapes(&LANGUAGE.words);
    let text = worst(&known, &LANGUAGE.words, &mut Chance::new(3), TRIED, |text| work(SHOP.catalog(), text));
    check(SHOP.catalog(), &LANGUAGE, &[Shape { name: "a text that chance found", text }]);
}

#[test]
fn changes_over_an_index_make_no_text_dearer() {
    let mut records = LANGUAGE.records(PRODUCTS);
    // New words of one beginning, and others within one edit of each other.
    for (number, letter) in (1..).zip('a'..='z') {
        let before = format!(r#""id":"{number}","name":""#);
        records = records.replace(&before, &format!("{before}baba{letter}baba bezozoz{letter} b{letter} "));
    }
    let changed = SHOP.next(products(&records)).unwrap();
    assert_eq!(changed.changed(), 26, "the changes are laid over the index");
    check(changed.catalog(), &LANGUAGE, &shapes(&LANGUAGE.words));
}

#[test]
fn a_look_at_a_code_is_paid_for() {
    let shop = SHOP_OF_CODES.catalog();
    let text = |codes: [&str; 4]| codes.join(" ");
    let (shared, own, none) = (
        text(["NONE-12345", "none-12345", "None-12345", "nonE-12345"]),
        text(["PART-17", "PART-33", "PART-1235", "PART-567"]),
        text(["PART-99999", "PART-77777", "PART-88888", "PART-66666"]),
    );
    let name = "several codes";
    let all = [&shared, &own, &none].map(|text| Shape { name, text: text.clone() });
    check(shop, &LANGUAGE, &all);
    // Each of the products of a code that is looked at costs as much as 128 entries of a list.
    let (of_many, of_one) = (shop.work("NONE-12345", false), shop.work("PART-17", false));
    assert!(
        of_many >= of_one + 15 * 128,
        "{of_many} steps for a code of many products, {of_one} for one of a single one"
    );
}
