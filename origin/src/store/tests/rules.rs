//! Rules in the database: seeded once, changed by one at a time, kept for a checkout that was priced by them.

use crate::store::Store;
use crate::store::address::Address;
use crate::store::rules::{FILE, NewRules, Put};
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::begin;

on_both_engines!(a_file_counts_once, of_two_changes_at_once_one_is_made, a_checkout_keeps_the_rules_it_was_priced_by);

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
