//! Products that come and go by changes: the result is the index that the changed records build, but for the statistics of words; and
//! hostile bytes are refused by a rule that is named, or survived.

use std::sync::LazyLock;

use catalog::build::Edition;
use catalog::{CHANGES_VERSION, Catalog};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::changes::{LARGE, SMALL, fixture, large, products};
use crate::fuzz::Chance;
use crate::layout::{HEADER_LENGTH, place_of};
use crate::request;

/// Changes records as a merchant might, all kinds of changes mixed.
fn change(records: &mut Vec<Value>, chance: &mut Chance, steps: usize) {
    for step in 0..steps {
        let other = if records.is_empty() { fixture().remove(0) } else { chance.pick(records).clone() };
        match chance.below(8) {
            0 | 1 => {
                let place = chance.below(records.len());
                if !records.is_empty() {
                    drop(records.remove(place));
                }
            }
            2..=4 => {
                let number = chance.below(3_000);
                let id = match chance.below(4) {
                    0 => format!("{number}"),
                    1 => format!("new-{number}-{step}"),
                    2 => format!("A{number}"),
                    _ => format!("{number}.{step}"),
                };
                if records.iter().all(|record| record["id"] != id.as_str()) {
                    let mut new = other;
                    new["id"] = json!(id);
                    new["price"] = json!(chance.below(90));
                    if chance.once_in(3) {
                        new["description"] = json!(format!("Brandnew gizmo{number} of velvetine — colour: blue"));
                    }
                    if chance.once_in(4) {
                        new["category"] = json!(format!("Åll new {}", chance.below(3)));
                    }
                    if chance.once_in(4) {
                        new["imageUrl"] = json!(format!("https://new-{}.example/x.webp", chance.below(3)));
                    }
                    records.insert(chance.below(records.len() + 1), new);
                }
            }
            kind => {
                let place = chance.below(records.len());
                let Some(record) = records.get_mut(place) else { continue };
                match kind {
                    5 => {
                        record["stock"] = json!(chance.below(2) * 7);
                        record["rating"] = json!(chance.below(6));
                    }
                    6 => {
                        record["name"] = other["name"].clone();
                        record["description"] = other["description"].clone();
                    }
                    _ => {
                        record["category"] = other["category"].clone();
                        record["imageUrl"] = other["imageUrl"].clone();
                    }
                }
            }
        }
    }
}

/// The bytes of a section of an index.
fn section(index: &[u8], number: usize) -> &[u8] {
    &index[place_of(index, number)]
}

/// Everything but packed texts, the dictionary, values, lists and statistics: the sections that are equal to the last byte.
const EXACT: [std::ops::Range<usize>; 3] = [0..9, 12..13, 15..36];

#[track_caller]
fn same(before: &Edition, old: &[Value], changed: &[Value], chance: &mut Chance, words: usize) {
    let after = before.next(products(changed)).unwrap();
    let built = Edition::new(products(changed)).unwrap();
    assert_eq!(after.base_revision(), before.base_revision(), "the base stays");
    let (found, expect) = (after.catalog(), built.catalog());
    assert_eq!(found.revision(), expect.revision(), "the revision is that of the records");
    assert_eq!(found.verify(), Ok(()));
    for number in EXACT.into_iter().flatten() {
        assert!(section(found.as_bytes(), number) == section(expect.as_bytes(), number), "section {number} differs");
    }
    let mut targets: Vec<String> = ["?pageSize=100", "?sort=name&pageSize=100&page=2", "?include=facets&inStock=true"]
        .map(|query| format!("/api/products{query}"))
        .to_vec();
    targets.push("/api/products/categories".to_owned());
    for _ in 0..words {
        let from = if chance.once_in(3) || changed.is_empty() { old } else { changed };
        if from.is_empty() {
            continue;
        }
        let record = chance.pick(from);
        targets.push(format!("/api/products/{}", record["id"].as_str().unwrap()));
        let text = format!("{} {}", record["name"].as_str().unwrap(), record["description"].as_str().unwrap());
        let all: Vec<&str> =
            text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if let Some(word) = (!all.is_empty()).then(|| chance.pick(&all)) {
            targets.push(format!("/api/products?search={word}&sort=price-asc&pageSize=100&include=facets"));
        }
    }
    for target in targets {
        let [found, expect] = [found, expect].map(|catalog| crate::answer(catalog, &request("GET", &target)).body);
        let [found, expect] = [found, expect].map(|body| String::from_utf8_lossy(&body).into_owned());
        assert!(found == expect, "{target}: with changes\n{found}\nas the records build it\n{expect}");
    }
}

#[test]
fn products_come_and_go_as_if_the_index_were_built_of_the_records() {
    for round in 0..120 {
        let mut chance = Chance::of_case(round);
        let mut changed = fixture();
        let steps = 1 + chance.below(14);
        change(&mut changed, &mut chance, steps);
        same(&SMALL, &fixture(), &changed, &mut chance, 8);
    }
}

#[test]
fn a_large_catalog_takes_in_hundreds_of_changes() {
    let records = large();
    for (round, steps) in [(0, 1), (1, 900)] {
        let mut chance = Chance::of_case(round);
        let mut changed = records.clone();
        change(&mut changed, &mut chance, steps);
        same(&LARGE, &records, &changed, &mut chance, 25);
    }
}

#[test]
fn an_empty_catalog_fills_and_empties() {
    let empty = Edition::new(products(&[])).unwrap();
    same(&empty, &fixture(), &fixture(), &mut Chance::of_case(1), 5);
    same(&SMALL, &fixture(), &[], &mut Chance::of_case(2), 5);
}

#[test]
fn one_more_product_takes_a_few_bytes_at_any_place() {
    for id in ["0", "999999", "b", "zzzz", "m-1"] {
        let mut changed = fixture();
        let mut new = changed[0].clone();
        new["id"] = json!(id);
        new["name"] = json!("One more");
        changed.push(new);
        let after = SMALL.next(products(&changed)).unwrap();
        assert_eq!((after.changed(), after.base_revision()), (1, SMALL.base_revision()), "{id}");
        assert!(after.changes().unwrap().len() < 400, "{id}");
        same(&SMALL, &fixture(), &changed, &mut Chance::of_case(3), 6);
    }
}

#[test]
fn a_name_of_a_property_gives_way_to_the_first_product_that_says_the_word() {
    let mut records = fixture();
    records[0]["description"] = json!("For a lamp — wick type: cotton");
    records[1]["description"] = json!("For a stove — wick type: glass");
    let before = Edition::new(products(&records)).unwrap();
    let mut changed = records.clone();
    let mut new = records[2].clone();
    new["id"] = json!("wick");
    new["name"] = json!("Wick");
    changed.push(new);
    let found = |edition: &Edition| {
        let reply = crate::answer(edition.catalog(), &request("GET", "/api/products?search=wick"));
        serde_json::from_slice::<Value>(&reply.body).unwrap()["total"].clone()
    };
    assert_eq!(found(&before), 2);
    let after = before.next(products(&changed)).unwrap();
    assert_eq!((found(&after), after.changed()), (json!(1), 1));
    // A further product that only names a property with it is not found beside one that says it.
    changed[3]["description"] = json!("For a press — wick type: steel");
    assert_eq!(found(&before.next(products(&changed)).unwrap()), 1);
    changed.pop();
    assert_eq!(found(&before.next(products(&changed)).unwrap()), 3);
}

/// Changes, written by hand.
struct Sheet(Vec<u8>);

impl Sheet {
    fn new(version: u32, base: &Catalog) -> Sheet {
        let mut sheet = Sheet(b"shopchg\0".to_vec());
        sheet.0.extend(version.to_le_bytes());
        sheet.0.extend(u64::from_str_radix(base.revision(), 16).unwrap().to_le_bytes());
        sheet.0.extend(7_u64.to_le_bytes());
        sheet
    }

    fn numbers(mut self, numbers: &[u32]) -> Sheet {
        for number in numbers {
            let mut rest = *number;
            while rest >= 0x80 {
                self.0.push(rest.to_le_bytes()[0] | 0x80);
                rest >>= 7;
            }
            self.0.push(rest.to_le_bytes()[0]);
        }
        self
    }

    fn text(self, text: &str) -> Sheet {
        let mut sheet = self.numbers(&[u32::try_from(text.len()).unwrap()]);
        sheet.0.extend(text.as_bytes());
        sheet
    }

    fn sealed(mut self) -> Vec<u8> {
        let checksum = xxh3_64(&self.0);
        self.0.extend(checksum.to_le_bytes());
        self.0
    }
}

#[test]
fn another_version_is_refused_whatever_follows() {
    let base = SMALL.catalog();
    for other in [CHANGES_VERSION - 1, CHANGES_VERSION + 1] {
        let sheet = Sheet::new(other, base).numbers(&[0, 0]).sealed();
        let expect = format!("the changes have format version {other}, but this build reads version {CHANGES_VERSION}");
        assert_eq!(base.with_changes(&sheet).unwrap_err().to_string(), expect);
    }
}

#[test]
fn a_rule_that_new_products_break_is_named() {
    #[track_caller]
    fn check(sheet: Sheet, expect: &str) {
        assert_eq!(SMALL.catalog().with_changes(&sheet.sealed()).unwrap_err().to_string(), expect);
    }
    let base = SMALL.catalog();
    let count = u32::try_from(base.len()).unwrap();
    let sheet = |origins: &[&str]| {
        let count = u32::try_from(origins.len()).unwrap();
        origins.iter().fold(Sheet::new(CHANGES_VERSION, base).numbers(&[count + 1]), |sheet, origin| sheet.text(origin))
    };
    let new = |sheet: Sheet, place: u32, id: &str, picture: &str, category: &str| {
        // Price, price before, stock, rating, reviews, date; no variants.
        let sheet = sheet.numbers(&[place, 1]).text(id).numbers(&[100, 0, 1, 400, 2, 0]).numbers(&[0]);
        // No handle of its own, no brand, no details.
        sheet.text("Name").text("").text(picture).text("").text(category).text("").numbers(&[0])
    };
    let plain = || Sheet::new(CHANGES_VERSION, base).numbers(&[0, 1]);
    let last = base.id_at(count - 1).unwrap().to_owned();
    let id = format!("{last}z");
    assert!(base.with_changes(&new(plain(), count, &id, "", "Mugs").sealed()).is_ok(), "an honest one");
    check(new(plain(), count + 1, &id, "", "Mugs"), "change 1 breaks a rule: it is of a product that the base has");
    check(plain().numbers(&[count, 0]), "change 1 breaks a rule: it is of a product that the base has");
    for id in ["", "facets", "a b", "\u{e4}"] {
        check(new(plain(), count, id, "", "Mugs"), "change 1 breaks a rule: its id is one");
    }
    let misplaced = "change 1 breaks a rule: its id belongs at its place";
    check(new(plain(), 0, &id, "", "Mugs"), misplaced);
    check(new(plain(), count, &last, "", "Mugs"), misplaced);
    check(new(plain(), count, "0", "", "Mugs"), misplaced);
    let twice =
        new(new(Sheet::new(CHANGES_VERSION, base).numbers(&[0, 2]), count, &id, "", "Mugs"), 0, &id, "", "Mugs");
    check(twice, "change 2 breaks a rule: its id belongs at its place");
    for category in ["", "a\nb", &"x".repeat(201)] {
        check(new(plain(), count, &id, "", category), "change 1 breaks a rule: its category is a name");
    }
    let unnamed = "change 1 breaks a rule: its picture comes from an origin that is named";
    for picture in ["https://evil.example/x.png", "javascript:alert(1)", "//evil.example/x", "/a b", "/x?y", "/../x"] {
        check(new(plain(), count, &id, picture, "Mugs"), unnamed);
        check(new(sheet(&["https://good.example"]).numbers(&[1]), count, &id, picture, "Mugs"), unnamed);
    }
    let rule = "the origins of pictures break a rule: each is `https://host` or `https://host:port`";
    for origin in
        ["", "*", "http://a.example", "https://a.example/", "https://a.example; script-src *", "https://A.example"]
    {
        check(sheet(&[origin]).numbers(&[0]), rule);
    }
    check(
        sheet(&["https://b.example", "https://a.example"]).numbers(&[0]),
        "the origins of pictures break a rule: they are sorted",
    );
    let many: Vec<String> = (10..31).map(|number| format!("https://h{number}.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    check(sheet(&many).numbers(&[0]), "the origins of pictures break a rule: there are at most 20");
    check(
        Sheet::new(CHANGES_VERSION, base).numbers(&[3]).text("https://a.example"),
        "the origins of pictures break a rule: they are cut short",
    );
}

/// Changes of every kind.
static SAMPLE: LazyLock<(Catalog, Vec<u8>)> = LazyLock::new(|| {
    let mut chance = Chance::of_case(11);
    let mut changed = fixture();
    change(&mut changed, &mut chance, 16);
    let edition = SMALL.next(products(&changed)).unwrap();
    (Catalog::open(edition.base().to_vec()).unwrap(), edition.changes().expect("there are changes").to_vec())
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn damaged_changes_are_refused_or_survived(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
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
        if let Some((body, checksum)) = damaged.split_last_chunk_mut::<8>() {
            *checksum = xxh3_64(body).to_le_bytes();
        }
        if let Ok(catalog) = base.with_changes(&damaged) {
            prop_assert_eq!(catalog.verify(), Ok(()));
            let ids: Vec<&str> = (0..).map_while(|position| catalog.id_at(position)).collect();
            prop_assert_eq!(ids.len(), catalog.len());
            prop_assert!(ids.iter().all(|id| catalog.product(id).is_some()), "an id is not found at its place");
            crate::index::exercise(&catalog);
        }
    }

    #[test]
    fn a_damaged_base_is_survived(
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..100),
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
}
