//! Rules in the database: seeded once, changed by one at a time, kept for a checkout that was priced by them.

use catalog::Currency;
use commerce::Rules;

use crate::rules::Rulebook;
use crate::store::Store;
use crate::store::address::Address;
use crate::store::rules::{FILE, NewRules, Put};
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::begin;

on_both_engines!(
    a_file_counts_once,
    of_two_changes_at_once_one_is_made,
    changes_that_follow_any_others_are_all_made,
    a_checkout_keeps_the_rules_it_was_priced_by,
    rules_that_were_withdrawn_price_nothing_after_an_hour,
);

fn new(revision: &str, base: Option<&str>) -> NewRules {
    let (revision, base) = (revision.to_owned(), base.map(str::to_owned));
    NewRules { revision, document: "{}".to_owned(), base, staff: "ada".to_owned(), reason: "summer".to_owned() }
}

async fn in_force(store: &Store) -> (i64, String) {
    let change = store.rules_in_force().await.unwrap().unwrap();
    (change.serial, change.revision)
}

async fn a_file_counts_once(address: Address) {
    let store = Store::open(&address).await.unwrap();
    assert_eq!(store.rules_in_force().await.unwrap(), None);
    store.seed_rules("a", "{}", 1).await.unwrap();
    store.seed_rules("a", "{}", 2).await.unwrap();
    assert_eq!(in_force(&store).await, (1, "a".to_owned()));
    assert_eq!(store.put_rules(&new("b", None), 3).await.unwrap(), Put::Changed);
    // The same file after a restart, then one that is new.
    store.seed_rules("a", "{}", 4).await.unwrap();
    assert_eq!(in_force(&store).await, (2, "b".to_owned()));
    store.seed_rules("c", "{}", 5).await.unwrap();
    store.seed_rules("a", "{}", 6).await.unwrap();
    let changes = store.rules_changes(2).await.unwrap();
    let found: Vec<_> =
        changes.iter().map(|change| (change.revision.as_str(), change.reason.as_str(), change.at)).collect();
    assert_eq!(found, [("c", FILE, 5), ("b", "summer", 3)]);
    assert_eq!(store.rules_document("b").await.unwrap().as_deref(), Some("{}"));
    assert_eq!(store.rules_document("x").await.unwrap(), None);
}

async fn of_two_changes_at_once_one_is_made(address: Address) {
    let store = Store::open(&address).await.unwrap();
    store.seed_rules("a", "{}", 1).await.unwrap();
    let (one, other) = (new("b", Some("a")), new("c", Some("a")));
    let (one, other) = tokio::join!(store.put_rules(&one, 2), store.put_rules(&other, 2));
    let mut found = [one.unwrap(), other.unwrap()];
    found.sort_by_key(|put| *put == Put::Conflict);
    assert_eq!(found, [Put::Changed, Put::Conflict]);
    let (serial, revision) = in_force(&store).await;
    assert_eq!(serial, 2);
    assert_eq!(store.put_rules(&new(&revision, Some("a")), 3).await.unwrap(), Put::Same);
    assert_eq!(in_force(&store).await.0, 2);
}

async fn changes_that_follow_any_others_are_all_made(address: Address) {
    let store = Store::open(&address).await.unwrap();
    let (one, other) = (new("c", None), new("d", None));
    let (seeded, also, put, too) = tokio::join!(
        store.seed_rules("a", "{}", 1),
        store.seed_rules("b", "{}", 1),
        store.put_rules(&one, 1),
        store.put_rules(&other, 1)
    );
    seeded.and(also).unwrap();
    assert_eq!((put.unwrap(), too.unwrap()), (Put::Changed, Put::Changed));
    let mut found: Vec<_> = store.rules_changes(9).await.unwrap().into_iter().map(|change| change.revision).collect();
    found.sort_unstable();
    assert_eq!(found, ["a", "b", "c", "d"], "a file whose change is lost never comes into force");
}

async fn rules_that_were_withdrawn_price_nothing_after_an_hour(address: Address) {
    const HOUR: i64 = 60 * 60 * 1_000;
    let store = Store::open(&address).await.unwrap();
    let book = Rulebook::open(store.clone(), Rules::none(Currency::default()), 1).await.unwrap();
    let before = book.current().revision.clone();
    assert_eq!(store.rules_replaced_at(&before).await.unwrap(), None);
    let edition = book.read(br#"{"tax":{"included":false},"shipping":{}}"#).unwrap();
    let (after, document) = (edition.revision.clone(), edition.document.clone());
    let (staff, reason) = ("ada".to_owned(), "a code has leaked".to_owned());
    let new = NewRules { revision: after.clone(), document, base: None, staff, reason };
    assert_eq!(book.put(edition, &new, 1_000).await.unwrap(), Put::Changed);
    assert_eq!(store.rules_replaced_at(&before).await.unwrap(), Some(1_000));
    let of = async |now: i64| book.of(&before, now).await.unwrap().revision.clone();
    assert_eq!((of(1_000 + HOUR).await, of(1_001 + HOUR).await), (before.clone(), after.clone()));
    assert_eq!(book.current().revision, after);
}

async fn a_checkout_keeps_the_rules_it_was_priced_by(address: Address) {
    let store = Store::open(&address).await.unwrap();
    begin(&store, "1").await;
    assert_eq!(store.rules_of_checkout("1").await.unwrap(), "");
    for revision in ["a", "b", "b"] {
        store.note_rules("1", revision).await.unwrap();
        assert_eq!(store.rules_of_checkout("1").await.unwrap(), revision);
    }
    assert_eq!(store.rules_of_checkout("2").await.unwrap(), "");
}
