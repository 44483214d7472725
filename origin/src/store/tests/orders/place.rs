//! Placing: one order for a checkout, and never more goods than there are.

use catalog::StockPolicy;
use commerce::checkout::Way;
use commerce::{Code, CodeLimits};
use sqlx::Row as _;
use tokio::task::JoinSet;

use crate::store::address::Address;
use crate::store::checkout::{Checkout, Typed};
use crate::store::orders::change::{By, Change};
use crate::store::orders::place::Placed;
use crate::store::stock::{Change as StockChange, Move, Reason};
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{begin, contact, draft, level, mails, place, placed, shop};

on_both_engines!(
    two_hundred_buyers_of_the_last_seven,
    a_checkout_becomes_one_order,
    what_was_typed_stays_until_it_is_ordered,
    goods_that_are_sold_beyond_stock_are_owed,
    a_code_is_used_as_often_as_it_may_be,
    forgotten_checkouts_are_those_without_an_order,
);

async fn two_hundred_buyers_of_the_last_seven(address: Address) {
    let store = shop(&address, &[("a", 7), ("b", 100)]).await;
    let mut all = JoinSet::new();
    for buyer in 0..200 {
        let id = format!("buyer-{buyer}");
        begin(&store, &id).await;
        for press in 0..2 {
            let (store, id) = (store.clone(), id.clone());
            all.spawn(async move {
                // Half of them want the same goods in the other order; each press has ids of its own.
                let skus = if buyer % 2 == 0 { [("a", 1), ("b", 1)] } else { [("b", 1), ("a", 1)] };
                let order = draft(&format!("{id}-{press}"), Way::TestCard, &skus, StockPolicy::Deny);
                (id.clone(), place(&store, &id, order).await)
            });
        }
    }
    let mut orders = std::collections::BTreeMap::new();
    for (buyer, placed) in all.join_all().await {
        match placed {
            Placed::New(order) | Placed::Before(order) => {
                let before = orders.insert(buyer.clone(), order.clone());
                assert!(before.is_none_or(|before| before == order), "{buyer} has two orders");
            }
            Placed::TooFew => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(orders.len(), 7);
    assert_eq!((level(&store, "a").await, level(&store, "b").await), ((7, 7, 0), (100, 7, 0)));
    let count: i64 = sqlx::query("SELECT COUNT(*) AS n FROM orders").fetch_one(&store.pool).await.unwrap().get("n");
    assert_eq!(count, 7);
}

async fn a_checkout_becomes_one_order(address: Address) {
    let store = shop(&address, &[("a", 100)]).await;
    begin(&store, "one").await;
    let mut all = JoinSet::new();
    for press in 0..100 {
        let store = store.clone();
        let order = draft(&format!("order-{press}"), Way::Invoice, &[("a", 1)], StockPolicy::Deny);
        all.spawn(async move { place(&store, "one", order).await });
    }
    let (mut new, mut before) = (Vec::new(), Vec::new());
    for placed in all.join_all().await {
        match placed {
            Placed::New(order) => new.push(order),
            Placed::Before(order) => before.push(order),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((new.len(), before.len()), (1, 99));
    assert!(before.iter().all(|order| *order == new[0]));
    assert_eq!(level(&store, "a").await, (100, 1, 0));
    assert_eq!(mails(&store).await, [format!("{}-received", new[0])]);
    assert!(matches!(
        place(&store, "nobody's", draft("x", Way::Invoice, &[], StockPolicy::Deny)).await,
        Placed::Unknown
    ));
}

async fn what_was_typed_stays_until_it_is_ordered(address: Address) {
    let store = shop(&address, &[("a", 2)]).await;
    begin(&store, "one").await;
    let ada = contact("ada@shop.example");
    store.type_in("one", &Typed::Cart("1~a*2".to_owned()), 2).await.unwrap();
    store.type_in("one", &Typed::Contact(Box::new(ada.clone())), 3).await.unwrap();
    store.type_in("one", &Typed::Method("Express".to_owned()), 4).await.unwrap();
    let expect = Checkout {
        id: "one".to_owned(),
        key_hash: "hash of one".to_owned(),
        cart: "1~a*2".to_owned(),
        contact: Some(ada),
        method: "Express".to_owned(),
    };
    assert_eq!(store.checkout("one").await.unwrap().as_ref(), Some(&expect));
    assert!(matches!(
        place(&store, "one", draft("o", Way::Invoice, &[("a", 1)], StockPolicy::Deny)).await,
        Placed::New(_)
    ));
    let after = store.type_in("one", &Typed::Cart("1~b*9".to_owned()), 5).await.unwrap();
    assert_eq!(after, Some(expect), "what was ordered is not typed over");
    assert_eq!(store.type_in("two", &Typed::Cart(String::new()), 6).await.unwrap(), None);
    assert!(store.opens("hash of one", "o").await.unwrap() && !store.opens("hash of two", "o").await.unwrap());
    assert_eq!(store.order_of_checkout("one").await.unwrap(), store.order("o").await.unwrap());
}

async fn goods_that_are_sold_beyond_stock_are_owed(address: Address) {
    let store = shop(&address, &[("a", 3)]).await;
    for id in ["one", "two"] {
        begin(&store, id).await;
    }
    let wanted = |id| draft(id, Way::Invoice, &[("a", 2)], StockPolicy::Continue);
    assert!(matches!(place(&store, "one", wanted("one")).await, Placed::New(_)));
    assert!(matches!(place(&store, "two", wanted("two")).await, Placed::New(_)));
    assert_eq!(level(&store, "a").await, (3, 3, 1));
    let by = By { staff: "ada".to_owned(), reason: String::new() };
    let ship = Change::Ship { carrier: "DHL".to_owned(), tracking: String::new() };
    let error = store.change("two", &ship, &by, 20).await.unwrap_err();
    assert_eq!(error.to_string(), "too few of `a` are on hand to ship");
    assert_eq!(level(&store, "a").await, (3, 3, 1), "nothing has left");
    begin(&store, "four").await;
    let received = Move {
        id: "delivery".to_owned(),
        sku: "a".to_owned(),
        change: StockChange::By(1),
        reason: Reason::Received,
        note: String::new(),
        staff: "ada".to_owned(),
    };
    store.move_stock(&received, 21).await.unwrap();
    let other = draft("four", Way::Invoice, &[("a", 1)], StockPolicy::Deny);
    assert!(matches!(place(&store, "four", other).await, Placed::TooFew), "what came in is owed to somebody");
    assert_eq!(store.level("a").await.unwrap().unwrap().available(), 0);
    store.change("two", &ship, &by, 22).await.unwrap();
    assert_eq!(level(&store, "a").await, (2, 2, 0));
    // What nobody counts is sold without a hold.
    begin(&store, "three").await;
    let untracked = draft("three", Way::Invoice, &[("service", 5)], StockPolicy::Untracked);
    assert!(matches!(place(&store, "three", untracked).await, Placed::New(_)));
}

async fn a_code_is_used_as_often_as_it_may_be(address: Address) {
    let store = shop(&address, &[("a", 100)]).await;
    let mut all = JoinSet::new();
    for buyer in 0..20 {
        let id = format!("buyer-{buyer}");
        begin(&store, &id).await;
        let store = store.clone();
        all.spawn(async move {
            let limits = CodeLimits { uses: Some(3), is_once_per_customer: false };
            let mut order = draft(&id, Way::Invoice, &[("a", 1)], StockPolicy::Deny);
            order.codes = vec![(Code::new("THREE").unwrap(), limits)];
            matches!(place(&store, &id, order).await, Placed::New(_))
        });
    }
    let placed = all.join_all().await.into_iter().filter(|is_placed| *is_placed).count();
    assert_eq!((placed, level(&store, "a").await), (3, (100, 3, 0)), "who got no code got no goods either");
    for (number, email, is_new) in
        [(1, "ada@shop.example", true), (2, "ADA@shop.example", false), (3, "bo@shop.example", true)]
    {
        let id = format!("once-{number}");
        begin(&store, &id).await;
        let limits = CodeLimits { uses: None, is_once_per_customer: true };
        let mut order = draft(&id, Way::Invoice, &[("a", 1)], StockPolicy::Deny);
        order.contact = contact(email);
        order.codes = vec![(Code::new("ONCE").unwrap(), limits)];
        assert_eq!(matches!(place(&store, &id, order).await, Placed::New(_)), is_new, "{email}");
    }
}

async fn forgotten_checkouts_are_those_without_an_order(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    begin(&store, "left").await;
    placed(&store, "ordered", Way::Invoice, &[("a", 1)]).await;
    assert_eq!(store.forget_checkouts(1).await.unwrap(), 0);
    assert_eq!(store.forget_checkouts(100).await.unwrap(), 1);
    assert!(store.checkout("left").await.unwrap().is_none() && store.checkout("ordered").await.unwrap().is_some());
}
