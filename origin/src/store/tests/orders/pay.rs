//! Paying: facts count once, in any order; time that is over; money that goes back.

use catalog::{Currency, StockPolicy};
use commerce::checkout::Way;
use commerce::{Code, CodeLimits, Facts, OrderState, PaymentState, Standing};
use tokio::task::JoinSet;

use crate::store::address::Address;
use crate::store::orders::OrderError;
use crate::store::orders::change::{By, Change};
use crate::store::orders::payments::Another;
use crate::store::orders::place::Placed;
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{PRICE, begin, draft, facts, level, mails, open, place, placed, shop, state};

on_both_engines!(
    facts_in_any_order_count_once,
    an_order_that_nobody_pays_gives_its_goods_back,
    a_late_payment_takes_goods_again_or_goes_back,
    a_late_payment_uses_its_codes_again_or_goes_back,
    a_key_that_is_used_up_is_followed_by_one,
    who_pays_twice_gets_one_back,
    one_process_sweeps_at_a_time,
);

async fn facts_in_any_order_count_once(address: Address) {
    let store = shop(&address, &[("a", 100)]).await;
    let told = [
        facts(Standing::Pending, 0, 0),
        facts(Standing::Failed, 0, 0),
        facts(Standing::Captured, PRICE, 0),
        facts(Standing::Captured, PRICE, 300),
        facts(Standing::Captured, PRICE, 0),
    ];
    // Every rotation, forwards and backwards, each fact twice and at once with the next one.
    for (number, turn) in (0..10).enumerate() {
        let order = placed(&store, &format!("order-{number}"), Way::TestCard, &[("a", 1)]).await;
        let mut facts: Vec<Facts> = told.to_vec();
        facts.rotate_left(turn % 5);
        if turn >= 5 {
            facts.reverse();
        }
        let payment = format!("{order}-pay");
        let mut all = JoinSet::new();
        for &facts in facts.iter().chain(&facts) {
            let (store, payment) = (store.clone(), payment.clone());
            all.spawn(async move { store.apply(&payment, &facts, 20).await.map(|_| ()) });
        }
        for done in all.join_all().await {
            done.unwrap();
        }
        let attempt = store.attempt(&payment).await.unwrap().unwrap();
        assert_eq!(attempt.payment.state(), PaymentState::PartRefunded);
        assert_eq!((attempt.payment.facts().captured.minor(), attempt.payment.facts().refunded.minor()), (PRICE, 300));
        assert_eq!(state(&store, &order).await, OrderState::Placed);
        let sent = mails(&store).await.iter().filter(|mail| mail.starts_with(&format!("{order}-"))).count();
        assert_eq!(sent, 3, "received, paid, refunded");
    }
    let other = Facts { currency: Currency::parse("EUR").unwrap(), ..facts(Standing::Captured, PRICE, 0) };
    assert!(matches!(store.apply("order-0-pay", &other, 20).await, Err(OrderError::Facts(_))));
    let more = facts(Standing::Captured, PRICE + 1, 0);
    assert!(matches!(store.apply("order-0-pay", &more, 20).await, Err(OrderError::Facts(_))));
    assert!(matches!(store.apply("nobody's", &told[0], 20).await, Err(OrderError::Unknown { .. })));
}

async fn an_order_that_nobody_pays_gives_its_goods_back(address: Address) {
    let store = shop(&address, &[("a", 2)]).await;
    let order = placed(&store, "one", Way::TestCard, &[("a", 2)]).await;
    let later = placed(&store, "later", Way::Invoice, &[]).await;
    assert_eq!(store.overdue(999, 9).await.unwrap(), Vec::<String>::new());
    assert_eq!(
        store.overdue(1_000, 9).await.unwrap(),
        std::slice::from_ref(&order),
        "an order by invoice has no such time: {later}"
    );
    assert!(store.name_attempt("one-pay", "at the provider", "/pay", 20).await.unwrap());
    assert!(store.name_attempt("one-pay", "at the provider", "", 20).await.unwrap());
    assert!(!store.name_attempt("one-pay", "another session", "/other", 20).await.unwrap(), "the first name stays");
    let named = store.attempt("one-pay").await.unwrap().unwrap();
    assert_eq!((named.provider_id.as_str(), named.next.as_str()), ("at the provider", "/pay"));
    assert_eq!(store.unsettled(21, 9).await.unwrap(), ["one-pay"]);
    assert_eq!(store.lapse(&order, 1_001).await.unwrap(), OrderState::Awaiting, "its payment is open at the provider");
    assert_eq!(level(&store, "a").await, (2, 2, 0));
    store.apply("one-pay", &facts(Standing::Cancelled, 0, 0), 1_002).await.unwrap();
    for _ in 0..2 {
        assert_eq!(store.lapse(&order, 1_003).await.unwrap(), OrderState::Expired);
        assert_eq!(level(&store, "a").await, (2, 0, 0));
    }
    assert_eq!(store.unsettled(9_999, 9).await.unwrap(), Vec::<String>::new());
    let another = store.next_attempt(&order, "late", Way::TestCard, "", 1_004).await.unwrap();
    assert_eq!(another, Another::Expired);
}

async fn a_late_payment_takes_goods_again_or_goes_back(address: Address) {
    let store = shop(&address, &[("a", 3), ("b", 9)]).await;
    let (first, second) = (
        placed(&store, "first", Way::TestCard, &[("a", 2), ("b", 1)]).await,
        placed(&store, "second", Way::TestCard, &[("a", 1)]).await,
    );
    for (order, payment) in [(&first, "first-pay"), (&second, "second-pay")] {
        store.apply(payment, &facts(Standing::Cancelled, 0, 0), 20).await.unwrap();
        store.lapse(order, 21).await.unwrap();
    }
    // Somebody else buys two of the three.
    placed(&store, "third", Way::Invoice, &[("a", 2)]).await;
    let paid = store.apply("second-pay", &facts(Standing::Captured, PRICE, 0), 30).await.unwrap();
    assert_eq!(paid.order, OrderState::Placed, "one is left");
    assert_eq!(level(&store, "a").await, (3, 3, 0));
    for _ in 0..2 {
        let paid = store.apply("first-pay", &facts(Standing::Captured, 3 * PRICE, 0), 31).await.unwrap();
        assert_eq!(paid.order, OrderState::Expired, "its goods are gone");
    }
    assert_eq!((level(&store, "a").await, level(&store, "b").await), ((3, 3, 0), (9, 0, 0)), "all of them or none");
    let due = store.due_refunds(i64::MAX, 9).await.unwrap();
    assert_eq!(
        due.iter().map(|refund| (refund.id.as_str(), refund.amount)).collect::<Vec<_>>(),
        [("first-pay-too-late", 3 * PRICE)]
    );
    // Goods that come now do not make an order of money that is on its way back.
    store.change("third", &Change::Cancel, &By::default(), 32).await.unwrap();
    let paid = store.apply("first-pay", &facts(Standing::Captured, 3 * PRICE, 0), 32).await.unwrap();
    assert_eq!((paid.order, level(&store, "a").await), (OrderState::Expired, (3, 1, 0)));
    store.apply("first-pay", &facts(Standing::Captured, 3 * PRICE, 3 * PRICE), 32).await.unwrap();
    store.end_refund(&due[0].id, "done", 33).await.unwrap();
    assert_eq!(store.due_refunds(i64::MAX, 9).await.unwrap(), []);
    assert_eq!(state(&store, &first).await, OrderState::Expired, "facts that are told again do not place it");
}

async fn a_late_payment_uses_its_codes_again_or_goes_back(address: Address) {
    let store = shop(&address, &[("a", 9)]).await;
    let code = || Code::new("ONE").unwrap();
    let order = |id: &'static str, uses: u32| {
        let mut draft = draft(id, Way::TestCard, &[("a", 1)], StockPolicy::Deny);
        draft.codes = vec![(code(), CodeLimits { uses: Some(uses), is_once_per_customer: false })];
        draft
    };
    for id in ["first", "second"] {
        begin(&store, id).await;
        assert!(matches!(place(&store, id, order(id, 1)).await, Placed::New(_)), "the code is free");
        store.apply(&format!("{id}-pay"), &facts(Standing::Cancelled, 0, 0), 20).await.unwrap();
        store.lapse(id, 21).await.unwrap();
    }
    let paid = store.apply("first-pay", &facts(Standing::Captured, PRICE, 0), 30).await.unwrap();
    assert_eq!(paid.order, OrderState::Placed);
    begin(&store, "third").await;
    assert!(matches!(place(&store, "third", order("third", 1)).await, Placed::UsedUp), "the late order uses it");
    let paid = store.apply("second-pay", &facts(Standing::Captured, PRICE, 0), 31).await.unwrap();
    assert_eq!((paid.order, level(&store, "a").await), (OrderState::Expired, (9, 1, 0)), "its code is used up");
    let due = store.due_refunds(i64::MAX, 9).await.unwrap();
    assert_eq!(due.iter().map(|refund| refund.id.as_str()).collect::<Vec<_>>(), ["second-pay-too-late"]);
    // Given back, it is free for the next one, once.
    store.change("first", &Change::Cancel, &By::default(), 32).await.unwrap();
    for (id, expect) in [("fourth", true), ("fifth", false)] {
        begin(&store, id).await;
        assert_eq!(matches!(place(&store, id, order(id, 1)).await, Placed::New(_)), expect, "{id}");
    }
}

async fn a_key_that_is_used_up_is_followed_by_one(address: Address) {
    let store = shop(&address, &[("a", 1)]).await;
    placed(&store, "one", Way::Stripe, &[("a", 1)]).await;
    assert_eq!(store.attempt("one-pay").await.unwrap().unwrap().turn, 0);
    for expect in 1..=3 {
        assert_eq!(store.note_failure("one-pay", 0).await.unwrap(), expect);
    }
    // Two presses find the key used up, and both go on with the same next one.
    for _ in 0..2 {
        assert_eq!(store.next_turn("one-pay", 0).await.unwrap(), 1);
    }
    assert_eq!(store.attempt("one-pay").await.unwrap().unwrap().turn, 1);
    assert_eq!(store.note_failure("one-pay", 1).await.unwrap(), 1, "the next key has met none");
    assert_eq!(store.note_failure("one-pay", 0).await.unwrap(), i64::MAX, "the first one is over");
}

async fn who_pays_twice_gets_one_back(address: Address) {
    let store = shop(&address, &[("a", 1)]).await;
    let order = placed(&store, "one", Way::TestCard, &[("a", 1)]).await;
    store.apply("one-pay", &facts(Standing::Failed, 0, 0), 20).await.unwrap();
    let Another::Current(second) = store.next_attempt(&order, "second", Way::TestCard, "4242", 21).await.unwrap()
    else {
        panic!("a declined card is followed by another one")
    };
    assert_eq!((second.id.as_str(), second.number, second.card.as_str()), ("second", 2, "4242"));
    let Another::Current(same) = store.next_attempt(&order, "third", Way::TestCard, "4242", 22).await.unwrap() else {
        panic!("an attempt that is open goes on")
    };
    assert_eq!(same.id, "second");
    store.apply("second", &facts(Standing::Captured, PRICE, 0), 23).await.unwrap();
    assert_eq!(store.next_attempt(&order, "fourth", Way::TestCard, "", 24).await.unwrap(), Another::Binding);
    for _ in 0..2 {
        store.apply("one-pay", &facts(Standing::Captured, PRICE, 0), 25).await.unwrap();
        store.apply("second", &facts(Standing::Captured, PRICE, 0), 26).await.unwrap();
    }
    let due = store.due_refunds(i64::MAX, 9).await.unwrap();
    assert_eq!(due.iter().map(|refund| refund.id.as_str()).collect::<Vec<_>>(), ["one-pay-paid-twice"]);
    assert_eq!(state(&store, &order).await, OrderState::Placed);

    // A card that is declined, and an invoice after all.
    let order = placed(&store, "two", Way::TestCard, &[]).await;
    store.apply("two-pay", &facts(Standing::Failed, 0, 0), 30).await.unwrap();
    assert_eq!(store.next_attempt(&order, "bill", Way::Invoice, "", 31).await.unwrap(), Another::Binding);
    assert_eq!(state(&store, &order).await, OrderState::Placed);
    assert_eq!(store.overdue(i64::MAX, 9).await.unwrap(), Vec::<String>::new());
}

async fn one_process_sweeps_at_a_time(address: Address) {
    let store = open(&address).await;
    assert!(store.lease("sweep", "first", 0, 10).await.unwrap());
    assert!(!store.lease("sweep", "second", 5, 15).await.unwrap());
    assert!(store.lease("sweep", "first", 8, 18).await.unwrap(), "its holder renews it");
    assert!(!store.lease("sweep", "second", 18, 28).await.unwrap());
    assert!(store.lease("sweep", "second", 19, 29).await.unwrap(), "a holder that is gone loses it");
    assert!(store.lease("mail", "first", 19, 29).await.unwrap());
}
