//! Changes over a base: responses after them are those of a catalog built of the changed records, as far as the statistics of
//! words are the same; bytes that are no changes of this base are refused, or survived.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use catalog::build::{Edition, Options, Products};
use catalog::{Catalog, MAX_CHANGES};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, proptest};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::fuzz::{Chance, synthetic};
use crate::layout::HEADER_LENGTH;
use crate::{RECORDS, answer, request};

pub(crate) fn products(records: &[Value]) -> Products {
    let text = serde_json::to_vec(records).unwrap();
    Products::read(text.as_slice(), Options::default()).expect("the records are valid")
}

/// Both catalogs without changes: indexing the large one takes seconds where nothing is optimised.
pub(crate) static SMALL: LazyLock<Edition> = LazyLock::new(|| Edition::new(products(&fixture())).unwrap());
pub(crate) static LARGE: LazyLock<Edition> = LazyLock::new(|| Edition::new(products(&large())).unwrap());

pub(crate) fn fixture() -> Vec<Value> {
    serde_json::from_str(RECORDS).unwrap()
}

pub(crate) fn large() -> Vec<Value> {
    serde_json::from_str(&synthetic::records()).unwrap()
}

fn change_numbers(record: &mut Value, chance: &mut Chance) {
    match chance.below(4) {
        0 => record["price"] = json!(f64::from(u32::try_from(chance.below(30_000)).unwrap()) / 100.0),
        1 => record["stock"] = json!(chance.below(3) * chance.below(50)),
        2 => record["rating"] = json!(chance.below(6)),
        _ => record["reviews"] = json!(chance.below(3_000)),
    }
}

/// Every kind of answer, about words that these records have and others.
fn targets(records: &[Value], chance: &mut Chance, count: usize) -> Vec<String> {
    let mut targets: Vec<String> = [
        "?pageSize=100",
        "?pageSize=100&page=2",
        "?sort=price-asc&pageSize=100",
        "?sort=price-desc&pageSize=100",
        "?sort=rating&pageSize=100",
        "?sort=name&pageSize=100",
        "?include=facets",
        "?inStock=true&include=facets",
        "?inStock=false&pageSize=100",
        "?minPrice=5&maxPrice=40&include=facets&sort=price-asc",
    ]
    .map(|query| format!("/api/products{query}"))
    .to_vec();
    targets.push("/api/products/categories".to_owned());
    for _ in 0..count {
        let record = chance.pick(records);
        targets.push(format!("/api/products/{}", record["id"].as_str().unwrap()));
        let text = format!("{} {}", record["name"].as_str().unwrap(), record["description"].as_str().unwrap());
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        let first: String = chance.pick(&words).chars().filter(|letter| letter.is_alphanumeric()).collect();
        let second: String = chance.pick(&words).chars().filter(|letter| letter.is_alphanumeric()).collect();
        let half: String = first.chars().take(first.chars().count().div_ceil(2)).collect();
        let category = record["category"].as_str().unwrap().replace(' ', "+").replace('&', "%26");
        targets.push(format!("/api/products?search={first}&include=facets&pageSize=50"));
        targets.push(format!("/api/products?search={first}+{second}"));
        targets.push(format!("/api/products?search={half}x&sort=price-asc"));
        targets.push(format!("/api/products?category={category}&include=facets&inStock=true"));
        targets.push(format!("/api/products/suggest?q={half}"));
    }
    targets
}

#[track_caller]
fn same_answers(found: &Catalog, expect: &Catalog, targets: &[String]) {
    for target in targets {
        let (found, expect) = (answer(found, &request("GET", target)), answer(expect, &request("GET", target)));
        assert_eq!(
            String::from_utf8_lossy(&found.body),
            String::from_utf8_lossy(&expect.body),
            "{target}: left is the base with changes, right is what the changed records build"
        );
    }
}

#[test]
fn numbers_that_change_give_the_very_index_that_the_records_build() {
    for (before, records, rounds, most) in [(&*SMALL, fixture(), 60, 6), (&*LARGE, large(), 1, 700)] {
        for round in 0..rounds {
            let mut chance = Chance::of_case(round);
            let mut changed = records.clone();
            for _ in 0..=chance.below(most) {
                let place = chance.below(changed.len());
                change_numbers(&mut changed[place], &mut chance);
            }
            let after = before.next(products(&changed)).unwrap();
            let built = products(&changed).into_index().unwrap();
            assert_eq!(after.base_revision(), before.base_revision(), "round {round}");
            let (found, expect) = (&after.catalog().as_bytes()[HEADER_LENGTH..], &built[HEADER_LENGTH..]);
            assert!(found == expect, "round {round} of {} products", records.len());
            assert_eq!(after.catalog().verify(), Ok(()), "round {round}");
        }
    }
}

#[test]
fn texts_that_change_places_are_found_as_if_they_had_always_been_there() {
    for (before, records, rounds, swaps) in [(&*SMALL, fixture(), 60, 1), (&*LARGE, large(), 1, 60)] {
        for round in 0..rounds {
            let mut chance = Chance::of_case(round);
            let mut changed = records.clone();
            for _ in 0..=chance.below(swaps) {
                let (first, second) = (chance.below(changed.len()), chance.below(changed.len()));
                // Of one category: its words count with the others.
                if changed[first]["category"] != changed[second]["category"] {
                    continue;
                }
                for field in ["name", "description"] {
                    let text = changed[first][field].clone();
                    changed[first][field] = changed[second][field].clone();
                    changed[second][field] = text;
                }
                change_numbers(&mut changed[first], &mut chance);
            }
            let edition = before.next(products(&changed)).unwrap();
            let built = Catalog::open(products(&changed).into_index().unwrap()).unwrap();
            same_answers(edition.catalog(), &built, &targets(&changed, &mut chance, 25));
        }
    }
}

#[test]
fn new_texts_are_placed_exactly_and_found_by_their_words() {
    let base = &*LARGE;
    let mut changed = large();
    changed[10]["name"] = json!("Quokka Überlamp 3000x");
    changed[10]["description"] = json!("A zyzzyvas lamp. — colour: quokkablue; wick type: zyzzyvas");
    changed[11]["description"] = json!("");
    changed[12]["imageUrl"] = json!("/pictures/other.webp");
    changed[13]["name"] = json!("AAA first of all names");
    let edition = base.next(products(&changed)).unwrap();
    assert_eq!((edition.changed(), edition.base_revision()), (4, base.base_revision()));
    assert_ne!(edition.catalog().revision(), base.catalog().revision());
    let built = Catalog::open(products(&changed).into_index().unwrap()).unwrap();
    // Without a text nothing depends on the statistics of words.
    let mut chance = Chance::of_case(7);
    let targets: Vec<String> = targets(&changed, &mut chance, 60)
        .into_iter()
        .filter(|target| !target.contains("search=") && !target.contains("suggest"))
        .collect();
    same_answers(edition.catalog(), &built, &targets);
    let found = |catalog: &Catalog, text: &str| {
        let body = answer(catalog, &request("GET", &format!("/api/products?search={text}&pageSize=100"))).body;
        let body: Value = serde_json::from_slice(&body).unwrap();
        let ids = body["data"].as_array().unwrap().iter().map(|product| product["id"].as_str().unwrap().to_owned());
        ids.collect::<BTreeSet<_>>()
    };
    let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
    let only = BTreeSet::from([id(&changed[10])]);
    for text in ["quokka", "uberlamp", "3000x", "zyzzyvas", "zyzzyva", "zyzz", "quokkas", "quokkablue"] {
        assert_eq!(found(edition.catalog(), text), only, "{text}");
        assert_eq!(found(base.catalog(), text).intersection(&only).count(), 0, "{text} before");
    }
    // What the product said before finds the same ones, but for itself.
    let old = large()[11]["description"].as_str().unwrap().to_owned();
    let words = old.split(' ').filter(|word| found(&built, word).len() < 100);
    for word in words.take(20) {
        assert_eq!(found(edition.catalog(), word), found(&built, word), "{word}");
    }
    // Back again: nothing is left of it.
    let back = edition.next(products(&large())).unwrap();
    assert_eq!((back.changed(), back.changes()), (0, None));
    assert_eq!(back.catalog().revision(), base.catalog().revision());
}

#[test]
fn a_word_that_no_product_has_any_more_is_as_if_it_had_never_been() {
    let records = fixture();
    let mut with_word = records.clone();
    with_word[3]["description"] = json!("Says abracadabras once.");
    let edition = Edition::new(products(&with_word)).unwrap().next(products(&records)).unwrap();
    assert_eq!(edition.changed(), 1);
    let body = answer(edition.catalog(), &request("GET", "/api/products?search=abracadabra")).body;
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["total"], 0);
}

#[test]
fn what_is_more_than_a_change_is_a_new_base() {
    #[track_caller]
    fn check(before: &Edition, mut records: Vec<Value>, change: impl FnOnce(&mut Vec<Value>), is_new: bool) {
        change(&mut records);
        let after = before.next(products(&records)).unwrap();
        assert_eq!(after.base_revision() != before.base_revision(), is_new);
        assert_eq!(after.changes().is_none(), is_new);
        assert_eq!(after.catalog().len(), records.len());
        assert_eq!(after.catalog().revision() == after.base_revision(), is_new);
    }
    check(&SMALL, fixture(), |records| records[0]["price"] = json!(1), false);
    check(&SMALL, fixture(), |records| records[0]["imageUrl"] = json!("/other.webp"), false);
    check(&SMALL, fixture(), |records| records[0]["imageUrl"] = json!("https://elsewhere.example/other.webp"), false);
    check(&SMALL, fixture(), |records| records[0]["category"] = json!("A new one"), false);
    check(&SMALL, fixture(), |records| records[0]["id"] = json!("another"), false);
    check(&SMALL, fixture(), |records| drop(records.pop()), false);
    check(
        &SMALL,
        fixture(),
        |records| {
            let mut product = records[0].clone();
            product["id"] = json!("one-more");
            records.push(product);
        },
        false,
    );
    // New and gone products count like others.
    for (gone, is_new) in [(MAX_CHANGES, false), (MAX_CHANGES + 1, true)] {
        check(&LARGE, large(), |records| drop(records.drain(..gone)), is_new);
    }
    for (count, is_new) in [(MAX_CHANGES, false), (MAX_CHANGES + 1, true)] {
        check(
            &LARGE,
            large(),
            |records| records.iter_mut().take(count).for_each(|record| record["reviews"] = json!(7777)),
            is_new,
        );
    }
}

/// Changes of the fixture, with texts and without.
static SAMPLE: LazyLock<(Catalog, Vec<u8>)> = LazyLock::new(|| {
    let mut changed = fixture();
    changed[1]["stock"] = json!(77);
    changed[2]["name"] = json!("Renamed");
    changed[4]["description"] = json!("Words that were not there: gizmo, gadget");
    let edition = Edition::new(products(&fixture())).unwrap().next(products(&changed)).unwrap();
    (Catalog::open(edition.base().to_vec()).unwrap(), edition.changes().expect("there are changes").to_vec())
});

/// Makes the checksum right again, so that what lies before it is put to the test.
fn seal(changes: &mut [u8]) {
    if let Some((body, checksum)) = changes.split_last_chunk_mut::<8>() {
        *checksum = xxh3_64(body).to_le_bytes();
    }
}

#[test]
fn what_is_wrong_with_changes_is_said() {
    #[track_caller]
    fn check(base: &Catalog, changes: &[u8], damage: impl FnOnce(&mut Vec<u8>), is_sealed: bool, expect: &str) {
        let mut damaged = changes.to_vec();
        damage(&mut damaged);
        if is_sealed {
            seal(&mut damaged);
        }
        assert_eq!(base.with_changes(&damaged).unwrap_err().to_string(), expect);
    }
    let (base, changes) = &*SAMPLE;
    let not = "the bytes are no changes: they start with other bytes than `shopchg`, or are more than 4194304";
    check(base, changes, Vec::clear, false, not);
    check(base, changes, |bytes| bytes[0] ^= 1, true, not);
    check(
        base,
        changes,
        |bytes| bytes[8] = 9,
        true,
        "the changes have format version 9, but this build reads version 4",
    );
    let damaged = "the changes are damaged: their checksum does not match";
    check(base, changes, |bytes| bytes[30] ^= 1, false, damaged);
    check(base, changes, |bytes| bytes.truncate(bytes.len() - 1), false, damaged);
    check(
        base,
        changes,
        |bytes| bytes[12..20].fill(0xab),
        true,
        "the changes are of the base `abababababababab`, not of this one",
    );
    check(
        base,
        changes,
        |bytes| drop(bytes.splice(29..30, [0xd1, 0x0f])),
        true,
        "change 2001 breaks a rule: there are at most 2,000",
    );
    check(base, changes, |bytes| bytes[29] = 4, true, "change 4 breaks a rule: it is cut short");
    check(base, changes, |bytes| bytes[29] = 2, true, "change 2 breaks a rule: nothing follows the last one");
    check(base, changes, |bytes| bytes[30] = 99, true, "change 1 breaks a rule: it is of a product that the base has");
    check(
        base,
        changes,
        |bytes| drop(bytes.splice(32..34, [0xff, 0xff, 0xff, 0xff, 0x03])),
        true,
        "change 1 breaks a rule: its numbers are within their limits",
    );
    assert!(base.with_changes(changes).is_ok(), "undamaged they are fine");
}

#[test]
fn changes_are_small() {
    let (_, changes) = &*SAMPLE;
    assert!(changes.len() < 300, "{} bytes for three products", changes.len());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn damaged_changes_are_refused_or_survived(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        length in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (base, changes) = &*SAMPLE;
        let mut damaged = changes.clone();
        for (place, byte) in damages {
            let place = 20 + place.index(damaged.len() - 20);
            damaged[place] = byte;
        }
        if let Some(length) = length {
            damaged.truncate(length.index(damaged.len() + 1));
        }
        seal(&mut damaged);
        if let Ok(catalog) = base.with_changes(&damaged) {
            prop_assert_eq!(catalog.verify(), Ok(()));
            crate::index::exercise(&catalog);
        }
    }

    #[test]
    fn a_damaged_base_is_survived(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..200),
    ) {
        let (base, changes) = &*SAMPLE;
        let mut index = base.as_bytes().to_vec();
        for (place, byte) in damages {
            let end = index.len() - HEADER_LENGTH;
            index[HEADER_LENGTH + place.index(end)] = byte;
        }
        if let Ok(base) = Catalog::open(index) && let Ok(catalog) = base.with_changes(changes) {
            crate::index::exercise(&catalog);
        }
    }

    #[test]
    fn any_bytes_are_no_changes(bytes in any::<Vec<u8>>()) {
        let (base, _) = &*SAMPLE;
        prop_assert_eq!(base.with_changes(&bytes).is_err(), true);
    }
}
