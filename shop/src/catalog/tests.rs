//! What is served after what the origin says, with pairs made of the shop's own records.

use std::rc::Rc;

use catalog::Catalog;
use catalog::build::{Edition as Built, Options, Products};
use serde_json::{Value, json};

use super::{Catalogs, Edition, Lapse, Pace};
use crate::catalog::trouble::Trouble;

const NOW: f64 = 1_800_000_000_000.0;
const PACE: Pace = Pace { every: 3_000.0, timeout: 5_000.0, stale: 60_000.0 };

fn records() -> Vec<Value> {
    let text = include_str!("../../../catalog/data/products.json");
    serde_json::from_str(text).unwrap()
}

fn built(records: &[Value]) -> Products {
    Products::read(serde_json::to_vec(records).unwrap().as_slice(), Options::default()).unwrap()
}

fn with_price(price: u32) -> Vec<Value> {
    let mut records = records();
    records[0]["price"] = json!(price);
    records
}

/// The origin's edition of these records, and the isolate's state before it knows.
fn both(records: &[Value]) -> (Built, Catalogs) {
    let base = Built::new(built(&self::records())).unwrap();
    let bundled = Catalog::open(base.base().to_vec()).unwrap();
    (base.next(built(records)).unwrap(), Catalogs::new(bundled, Some(PACE)))
}

fn sent(edition: &Built) -> Edition {
    Edition {
        base: None,
        changes: edition.changes().unwrap_or_default().to_vec(),
        revision: edition.catalog().revision().to_owned(),
    }
}

fn price(catalogs: &Catalogs) -> u64 {
    catalogs.current().product_at(0).unwrap().price.minor()
}

#[test]
fn changes_are_taken_over_and_taken_back() {
    let (first, catalogs) = both(&with_price(7));
    let before = price(&catalogs);
    catalogs.take(sent(&first)).unwrap();
    assert_eq!((price(&catalogs), &*catalogs.revision()), (700, first.catalog().revision()));
    let second = first.next(built(&with_price(9))).unwrap();
    catalogs.take(sent(&second)).unwrap();
    assert_eq!(price(&catalogs), 900);
    catalogs.take(sent(&second.next(built(&records())).unwrap())).unwrap();
    assert_eq!((price(&catalogs), &*catalogs.revision()), (before, first.base_revision()));
}

#[test]
fn what_is_not_what_it_says_changes_nothing() {
    let (first, catalogs) = both(&with_price(7));
    catalogs.take(sent(&first)).unwrap();
    let second = sent(&first.next(built(&with_price(9))).unwrap());
    let cut = second.changes.split_last().unwrap().1.to_vec();
    for (changes, revision) in [
        (cut, second.revision.clone()),
        (b"nonsense".to_vec(), second.revision.clone()),
        (second.changes.clone(), first.catalog().revision().to_owned()),
        (Vec::new(), second.revision.clone()),
    ] {
        assert!(catalogs.take(Edition { base: None, changes, revision }).is_err());
        assert_eq!((price(&catalogs), &*catalogs.revision()), (700, first.catalog().revision()));
    }
}

#[test]
fn a_new_base_comes_with_its_changes_or_not_at_all() {
    let (first, catalogs) = both(&with_price(7));
    catalogs.take(sent(&first)).unwrap();
    let mut fewer = records();
    fewer.pop();
    let next = Built::new(built(&fewer)).unwrap();
    let base = || Some(Rc::new(Catalog::open(next.base().to_vec()).unwrap()));
    assert!(catalogs.take(Edition { base: base(), ..sent(&first) }).is_err(), "changes of another base");
    assert_eq!((price(&catalogs), catalogs.current().len()), (700, records().len()));
    catalogs.take(Edition { base: base(), ..sent(&next) }).unwrap();
    assert_eq!(catalogs.current().len(), fewer.len());
    assert!(!catalogs.standing(NOW).is_bundled);
}

#[test]
fn one_question_at_a_time_and_then_a_pause() {
    let (_, catalogs) = both(&records());
    assert!(catalogs.begin(NOW));
    assert!(!catalogs.begin(NOW + 1.0), "one is on its way");
    assert_eq!(catalogs.end(None, NOW + 100.0, 0.0), (None, None));
    assert!(!catalogs.begin(NOW + 2_300.0));
    assert!(catalogs.begin(NOW + 2_350.0), "three quarters of the pace at least");
    assert!(catalogs.begin(NOW + 2_350.0 + 20_000.0), "an isolate that was put to sleep asks again");
    catalogs.end(Some(Trouble::unreachable("down")), NOW + 30_000.0, 1.0);
    assert!(!catalogs.begin(NOW + 33_700.0));
    assert!(catalogs.begin(NOW), "a clock that was set back");
    let alone = Catalogs::new(Catalog::open(crate::testing::bundle().catalog_index).unwrap(), None);
    assert!(!alone.begin(NOW), "without an origin nobody is asked");
    assert_eq!(alone.unconfirmed(NOW * 2.0), None);
}

#[test]
fn prices_are_confirmed_until_the_origin_has_been_silent() {
    let (_, catalogs) = both(&records());
    assert!(catalogs.begin(NOW));
    assert_eq!(catalogs.unconfirmed(NOW + 60_000.0), None);
    assert_eq!(catalogs.unconfirmed(NOW + 60_001.0), Some(Lapse { since: None }), "never since this isolate began");
    catalogs.confirm(NOW + 70_000.0, NOW, NOW + 70_000.0);
    assert_eq!(catalogs.unconfirmed(NOW + 130_000.0), None);
    assert_eq!(catalogs.unconfirmed(NOW + 130_001.0), Some(Lapse { since: Some(NOW + 70_000.0) }));
}

#[test]
fn what_is_older_than_what_is_served_is_refused() {
    let (first, catalogs) = both(&with_price(7));
    catalogs.take(sent(&first)).unwrap();
    catalogs.confirm(NOW, NOW - 1_000.0, NOW);
    let own = first.catalog().revision();
    assert!(catalogs.judge("0000000000000000", NOW - 1_001.0).is_err());
    assert!(catalogs.judge("0000000000000000", NOW - 1_000.0).is_ok());
    assert!(catalogs.judge(own, NOW - 9_000.0).is_ok(), "the same again is no step back");
    catalogs.confirm(NOW, NOW + 3_600_000.0, NOW);
    assert!(catalogs.judge("0000000000000000", NOW).is_ok(), "a clock far ahead shuts nobody out");
}

#[test]
fn a_pair_is_left_for_others_when_it_is_new_and_now_and_then() {
    let (first, catalogs) = both(&with_price(7));
    assert!(catalogs.kept().is_none(), "nobody has confirmed it");
    let kept = |now: f64| catalogs.is_to_be_kept(&catalogs.revision(), now, 15_000.0);
    assert!(kept(NOW) && !kept(NOW + 14_999.0) && kept(NOW + 15_000.0));
    catalogs.take(sent(&first)).unwrap();
    catalogs.confirm(NOW, 5.0, NOW);
    assert!(kept(NOW + 15_001.0));
    let (base, changes, at, since) = catalogs.kept().unwrap();
    assert_eq!(
        (base.as_str(), changes.as_slice(), at, since),
        (first.base_revision(), first.changes().unwrap(), NOW, 5.0)
    );
}
