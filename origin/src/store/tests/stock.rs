//! Stock: counted once, moved with a reason, never below what orders claim.

use tokio::task::JoinSet;

use crate::store::address::Address;
use crate::store::stock::{Change, Level, Move, MoveError, Reason};
use crate::store::tests::on_both_engines;
use crate::store::{Store, StoreError};

on_both_engines!(
    a_database_is_brought_up_to_date_once,
    processes_that_start_together_take_turns,
    the_catalog_counts_a_sku_once,
    moves_have_a_reason_and_are_made_once,
    a_move_that_cannot_be_changes_nothing,
    moves_at_once_add_up,
    changes_are_found_by_their_time,
);

async fn open(address: &Address) -> Store {
    Store::open(address).await.unwrap()
}

fn by(id: &str, sku: &str, delta: i64) -> Move {
    Move {
        id: id.to_owned(),
        sku: sku.to_owned(),
        change: Change::By(delta),
        reason: Reason::Received,
        note: "delivery 7".to_owned(),
        staff: "ada".to_owned(),
    }
}

async fn on_hand(store: &Store, sku: &str) -> Option<i64> {
    store.level(sku).await.unwrap().map(|level| level.on_hand)
}

async fn a_database_is_brought_up_to_date_once(address: Address) {
    let store = open(&address).await;
    assert_eq!(store.count(&[("a", 7)], 1).await.unwrap(), 1);
    match address {
        Address::Sqlite(_) => {
            let error = Store::open(&address).await.unwrap_err();
            assert!(matches!(error, StoreError::InUse { .. }), "{error:?}");
        }
        Address::Postgres(_) => {
            let (first, second, third) = tokio::join!(open(&address), open(&address), open(&address));
            let replicas = [first, second, third];
            for replica in replicas {
                assert_eq!(on_hand(&replica, "a").await, Some(7));
            }
        }
    }
    store.close().await;
    drop(store);
    let store = open(&address).await;
    assert_eq!(on_hand(&store, "a").await, Some(7), "what was written is there after a restart");
}

async fn processes_that_start_together_take_turns(address: Address) {
    let (first, second, third) = tokio::join!(Store::open(&address), Store::open(&address), Store::open(&address));
    let opened: Vec<Store> = [first, second, third].into_iter().filter_map(Result::ok).collect();
    // One process of a file, any number of a server.
    let expect = if matches!(address, Address::Sqlite(_)) { 1 } else { 3 };
    assert_eq!(opened.len(), expect);
    for store in &opened {
        assert_eq!(store.level("a").await.unwrap(), None);
    }
}

async fn the_catalog_counts_a_sku_once(address: Address) {
    let store = open(&address).await;
    let skus: Vec<String> = (0..1_201).map(|number| format!("sku-{number}")).collect();
    let found: Vec<(&str, u32)> = skus.iter().map(|sku| (sku.as_str(), 3)).collect();
    assert_eq!(store.count(&found, 10).await.unwrap(), 1_201, "in more than one statement");
    store.move_stock(&by("1", "sku-5", 4), 20).await.unwrap();
    let again: Vec<(&str, u32)> = skus.iter().map(|sku| (sku.as_str(), 99)).chain([("new", 0)]).collect();
    assert_eq!(store.count(&again, 30).await.unwrap(), 1);
    let levels = [on_hand(&store, "sku-5").await, on_hand(&store, "sku-6").await, on_hand(&store, "new").await];
    assert_eq!(levels, [Some(7), Some(3), Some(0)], "the file does not change a stock that is counted");
    let moves = store.moves("sku-5", 10).await.unwrap();
    let shown: Vec<_> = moves.iter().map(|moved| (moved.reason, moved.delta, moved.on_hand, moved.at)).collect();
    assert_eq!(shown, [(Reason::Received, 4, 7, 20), (Reason::Catalog, 3, 3, 10)]);
    assert_eq!(store.moves("sku-5", 1).await.unwrap().len(), 1);
    assert_eq!(store.level("nothing").await.unwrap(), None);
}

async fn moves_have_a_reason_and_are_made_once(address: Address) {
    let store = open(&address).await;
    store.count(&[("a", 7)], 1).await.unwrap();
    let after = store.move_stock(&by("first", "a", -2), 2).await.unwrap();
    let expect = Level { sku: "a".to_owned(), on_hand: 5, reserved: 0, backordered: 0, changed_at: 2 };
    assert_eq!(after, expect);
    let again = store.move_stock(&by("first", "a", -2), 3).await.unwrap();
    assert_eq!((again.on_hand, again.changed_at), (5, 2), "asked twice, moved once");
    let late = store.move_stock(&by("late", "a", 0), 1).await.unwrap();
    assert_eq!(late.changed_at, 3, "a replica whose clock is behind turns no time back");
    let counted = Move { change: Change::To(9), reason: Reason::Counted, ..by("second", "a", 0) };
    assert_eq!(store.move_stock(&counted, 4).await.unwrap().on_hand, 9);
    let moves = store.moves("a", 10).await.unwrap();
    let shown: Vec<_> =
        moves.iter().map(|moved| (moved.id.as_str(), moved.delta, &*moved.note, &*moved.staff)).collect();
    assert_eq!(
        shown,
        [
            ("second", 4, "delivery 7", "ada"),
            ("first", -2, "delivery 7", "ada"),
            ("catalog-a", 7, "", ""),
            ("late", 0, "delivery 7", "ada")
        ]
    );
}

async fn a_move_that_cannot_be_changes_nothing(address: Address) {
    let store = open(&address).await;
    store.count(&[("a", 7)], 1).await.unwrap();
    store.move_stock(&by("taken", "a", 1), 2).await.unwrap();
    let refused = [
        (by("1", "b", 1), "no stock is counted of the SKU `b`"),
        (by("2", "a", -9), "8 are on hand and orders claim 0, so there cannot be -1"),
        (by("3", "a", 999_999_999), "at most 999999999 can be on hand, not 1000000007"),
        (by("4", "a", i64::MAX), "at most 999999999 can be on hand, not 9223372036854775807"),
        (by("taken", "a", 2), "the id `taken` belongs to another move"),
        (by("catalog-a", "a", 7), "the id `catalog-a` belongs to another move"),
    ];
    for (wanted, expect) in refused {
        let error: MoveError = store.move_stock(&wanted, 3).await.unwrap_err();
        assert_eq!(error.to_string(), expect);
    }
    let level = store.level("a").await.unwrap().unwrap();
    assert_eq!((level.on_hand, level.changed_at), (8, 2));
    assert_eq!(store.moves("a", 10).await.unwrap().len(), 2);
}

async fn moves_at_once_add_up(address: Address) {
    let store = open(&address).await;
    store.count(&[("a", 40), ("b", 40)], 1).await.unwrap();
    let mut all = JoinSet::new();
    for number in 0..100_i64 {
        let store = store.clone();
        // Each move is asked for twice.
        let wanted = by(&format!("move-{}", number % 50), if number % 2 == 0 { "a" } else { "b" }, -1);
        all.spawn(async move { store.move_stock(&wanted, number).await.is_ok() });
    }
    assert_eq!(all.join_all().await, [true; 100]);
    for sku in ["a", "b"] {
        let level = store.level(sku).await.unwrap().unwrap();
        let moves = store.moves(sku, 1_000).await.unwrap();
        assert_eq!(level.on_hand, moves.iter().map(|moved| moved.delta).sum::<i64>(), "{sku}: every unit has its move");
        assert_eq!((level.on_hand, moves.len()), (15, 26), "{sku}: 25 moves, and the one of the catalog");
    }
}

async fn changes_are_found_by_their_time(address: Address) {
    let store = open(&address).await;
    store.count(&[("a", 1), ("b", 2), ("c", 3)], 10).await.unwrap();
    store.move_stock(&by("1", "b", 1), 20).await.unwrap();
    let since = |levels: Vec<Level>| levels.into_iter().map(|level| (level.sku, level.on_hand)).collect::<Vec<_>>();
    let expect =
        |found: &[(&str, i64)]| found.iter().map(|(sku, count)| ((*sku).to_owned(), *count)).collect::<Vec<_>>();
    assert_eq!(since(store.levels_since(0).await.unwrap()), expect(&[("a", 1), ("c", 3), ("b", 3)]));
    assert_eq!(since(store.levels_since(11).await.unwrap()), expect(&[("b", 3)]));
    assert_eq!(since(store.levels_since(21).await.unwrap()), []);
}
