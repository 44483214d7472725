//! Money that goes back: how much is left, what is tried next, and what staff ask for again.

use commerce::checkout::Way;
use commerce::{OrderState, Standing};

use crate::store::Store;
use crate::store::address::Address;
use crate::store::orders::OrderError;
use crate::store::orders::change::{By, Change};
use crate::store::orders::payments::Another;
use crate::store::orders::refunds::Refund;
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{PRICE, facts, placed, shop, state};

on_both_engines!(
    money_that_was_refused_to_go_back_is_asked_for_again,
    a_refund_at_the_provider_and_one_that_is_due_are_both_gone,
    a_refund_that_fails_lets_others_come_first,
    a_refund_is_tried_by_one_process,
    a_refund_that_counted_twice_is_followed_by_the_rest,
);

fn by() -> By {
    By { staff: "ada".to_owned(), reason: "asked".to_owned() }
}

fn refund(id: &str, amount: u64) -> Change {
    Change::Refund { id: id.to_owned(), amount }
}

fn rest(id: &str) -> Change {
    Change::RefundRest { id: id.to_owned() }
}

/// The refunds that are due, by payment and amount.
async fn due(store: &Store) -> Vec<(String, u64)> {
    let due = store.due_refunds(i64::MAX, 9).await.unwrap();
    due.into_iter().map(|refund| (refund.payment, refund.amount)).collect()
}

async fn money_that_was_refused_to_go_back_is_asked_for_again(address: Address) {
    let store = shop(&address, &[("a", 9)]).await;
    // Paid twice.
    let order = placed(&store, "one", Way::TestCard, &[("a", 2)]).await;
    store.apply("one-pay", &facts(Standing::Failed, 0, 0), 20).await.unwrap();
    let another = store.next_attempt(&order, "second", Way::TestCard, "4242", 21).await.unwrap();
    assert!(matches!(another, Another::Current(_)));
    store.apply("second", &facts(Standing::Captured, 2 * PRICE, 0), 22).await.unwrap();
    store.apply("one-pay", &facts(Standing::Captured, 2 * PRICE, 0), 23).await.unwrap();
    assert_eq!(due(&store).await, [("one-pay".to_owned(), 2 * PRICE)]);
    store.end_refund("one-pay-paid-twice", "refused", 24).await.unwrap();
    assert_eq!(due(&store).await, []);
    for _ in 0..2 {
        store.change(&order, &rest("again"), &by(), 25).await.unwrap();
        assert_eq!(due(&store).await, [("one-pay".to_owned(), 2 * PRICE)], "that of nobody comes first");
    }
    store.change(&order, &refund("goodwill", 300), &by(), 26).await.unwrap();
    let error = store.change(&order, &refund("more", 2 * PRICE), &by(), 27).await.unwrap_err();
    assert!(matches!(error, OrderError::TooMuch { most: 1_700, asked: 2_000 }), "{error:?}");

    // Paid too late.
    let order = placed(&store, "late", Way::TestCard, &[("a", 7)]).await;
    store.apply("late-pay", &facts(Standing::Cancelled, 0, 0), 30).await.unwrap();
    store.lapse(&order, 31).await.unwrap();
    placed(&store, "other", Way::Invoice, &[("a", 1)]).await;
    store.apply("late-pay", &facts(Standing::Captured, 7 * PRICE, 0), 32).await.unwrap();
    assert_eq!(state(&store, &order).await, OrderState::Expired);
    store.end_refund("late-pay-too-late", "refused", 33).await.unwrap();
    store.change(&order, &refund("again", 7 * PRICE), &by(), 34).await.unwrap();
    assert!(due(&store).await.contains(&("late-pay".to_owned(), 7 * PRICE)));
}

async fn a_refund_at_the_provider_and_one_that_is_due_are_both_gone(address: Address) {
    let store = shop(&address, &[("a", 9)]).await;
    let order = placed(&store, "one", Way::TestCard, &[("a", 2)]).await;
    store.apply("one-pay", &facts(Standing::Captured, 2 * PRICE, 0), 20).await.unwrap();
    store.change(&order, &refund("due", 500), &by(), 21).await.unwrap();
    // Staff refund some at the provider.
    store.apply("one-pay", &facts(Standing::Captured, 2 * PRICE, 400), 22).await.unwrap();
    let error = store.change(&order, &refund("more", 1_101), &by(), 23).await.unwrap_err();
    assert!(matches!(error, OrderError::TooMuch { most: 1_100, asked: 1_101 }), "{error:?}");
    let made = store.due_refunds(i64::MAX, 9).await.unwrap();
    store.finish_refund(&made[0], &facts(Standing::Captured, 2 * PRICE, 900), 24).await.unwrap();
    let error = store.change(&order, &refund("more", 1_101), &by(), 25).await.unwrap_err();
    assert!(matches!(error, OrderError::TooMuch { most: 1_100, asked: 1_101 }), "{error:?}");
    store.change(&order, &refund("more", 1_100), &by(), 26).await.unwrap();
}

async fn a_refund_that_fails_lets_others_come_first(address: Address) {
    let store = shop(&address, &[("a", 9)]).await;
    for (at, id) in (20..).zip(["one", "two", "three"]) {
        let order = placed(&store, id, Way::TestCard, &[("a", 1)]).await;
        store.apply(&format!("{id}-pay"), &facts(Standing::Captured, PRICE, 0), at).await.unwrap();
        store.change(&order, &rest("x"), &by(), at).await.unwrap();
    }
    let ids = |due: Vec<Refund>| due.into_iter().map(|refund| refund.id).collect::<Vec<_>>();
    let first = store.due_refunds(30, 2).await.unwrap();
    for refund in &first {
        assert!(store.take_refund(refund, 1_000).await.unwrap());
    }
    assert_eq!(ids(first), ["one-x", "two-x"]);
    assert_eq!(ids(store.due_refunds(31, 2).await.unwrap()), ["three-x"], "those that have failed wait");
    assert_eq!(ids(store.due_refunds(1_000, 2).await.unwrap()), ["three-x", "one-x"], "the longest due comes first");
}

async fn a_refund_is_tried_by_one_process(address: Address) {
    let store = shop(&address, &[("a", 9)]).await;
    let order = placed(&store, "one", Way::TestCard, &[("a", 1)]).await;
    store.apply("one-pay", &facts(Standing::Captured, PRICE, 0), 20).await.unwrap();
    store.change(&order, &rest("x"), &by(), 21).await.unwrap();
    let seen = store.due_refunds(30, 9).await.unwrap();
    assert!(store.take_refund(&seen[0], 40).await.unwrap());
    assert!(!store.take_refund(&seen[0], 41).await.unwrap(), "another process has it");
    assert_eq!(store.due_refunds(40, 9).await.unwrap()[0].tries, 1);
    for _ in 0..2 {
        assert_eq!(store.next_refund_turn("one-x", 0).await.unwrap(), 1);
    }
}

async fn a_refund_that_counted_twice_is_followed_by_the_rest(address: Address) {
    let store = shop(&address, &[("a", 9)]).await;
    let order = placed(&store, "one", Way::TestCard, &[("a", 1)]).await;
    store.apply("one-pay", &facts(Standing::Captured, PRICE, 0), 20).await.unwrap();
    store.change(&order, &refund("part", 300), &by(), 21).await.unwrap();
    // Its event comes before the sweeper has noted it, and the order is cancelled in between.
    store.apply("one-pay", &facts(Standing::Captured, PRICE, 300), 22).await.unwrap();
    store.change(&order, &Change::Cancel, &By::default(), 23).await.unwrap();
    let mut gone = 300;
    for expect in [vec![300, 400], vec![300]] {
        let made = store.due_refunds(i64::MAX, 9).await.unwrap();
        assert_eq!(made.iter().map(|refund| refund.amount).collect::<Vec<_>>(), expect);
        for refund in made {
            gone += if refund.id == "one-part" { 0 } else { refund.amount };
            let facts = facts(Standing::Captured, PRICE, gone);
            store.finish_refund(&refund, &facts, 24).await.unwrap();
        }
    }
    assert_eq!((gone, due(&store).await), (PRICE, vec![]));
}
