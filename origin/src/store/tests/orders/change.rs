//! What staff and shoppers do to an order.

use catalog::StockPolicy;
use commerce::checkout::Way;
use commerce::{Code, CodeLimits, OrderState, Standing};

use crate::store::address::Address;
use crate::store::orders::OrderError;
use crate::store::orders::change::{By, Change, WITHDRAWAL};
use crate::store::orders::place::Placed;
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{PRICE, begin, draft, facts, level, mails, place, placed, shop};

on_both_engines!(
    a_cancelled_order_gives_everything_back,
    a_parcel_takes_its_goods_along,
    a_refund_is_asked_for_once_and_never_exceeds_what_came_in,
);

async fn a_cancelled_order_gives_everything_back(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    begin(&store, "one").await;
    let mut order = draft("one", Way::TestCard, &[("a", 2)], StockPolicy::Deny);
    let limits = CodeLimits { uses: Some(1), is_once_per_customer: false };
    order.codes = vec![(Code::new("ONE").unwrap(), limits)];
    assert!(matches!(place(&store, "one", order).await, Placed::New(_)));
    store.apply("one-pay", &facts(Standing::Captured, 2 * PRICE, 0), 20).await.unwrap();
    for _ in 0..2 {
        let after = store.change("one", &Change::Cancel, &By::default(), 21).await.unwrap();
        assert_eq!(after.state, OrderState::Cancelled);
    }
    assert_eq!(level(&store, "a").await, (5, 0, 0));
    let due = store.due_refunds(i64::MAX, 9).await.unwrap();
    assert_eq!(
        due.iter().map(|refund| (refund.id.as_str(), refund.amount)).collect::<Vec<_>>(),
        [("one-pay-cancelled", 2 * PRICE)]
    );
    begin(&store, "two").await;
    let mut order = draft("two", Way::Invoice, &[("a", 1)], StockPolicy::Deny);
    order.codes = vec![(Code::new("ONE").unwrap(), limits)];
    assert!(matches!(place(&store, "two", order).await, Placed::New(_)), "its code can be used again");
    // A shopper takes back what nobody has packed; staff can until it is shipped.
    let by = By { staff: "ada".to_owned(), reason: "broken".to_owned() };
    store.change("two", &Change::Pack, &by, 22).await.unwrap();
    let error = store.change("two", &Change::Cancel, &By::default(), 23).await.unwrap_err();
    assert!(matches!(error, OrderError::Transition(_)), "{error:?}");
    assert_eq!(store.change("two", &Change::Cancel, &by, 24).await.unwrap().state, OrderState::Cancelled);
    let events = store.events("two").await.unwrap();
    let shown: Vec<_> =
        events.iter().map(|event| (event.kind.as_str(), event.staff.as_str(), event.detail.as_str())).collect();
    assert_eq!(shown, [("ordered", "", "invoice"), ("packed", "ada", "broken"), ("cancelled", "ada", "broken")]);
}

async fn a_parcel_takes_its_goods_along(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    placed(&store, "one", Way::Invoice, &[("a", 2)]).await;
    let by = By { staff: "ada".to_owned(), reason: String::new() };
    let ship = Change::Ship { carrier: "DHL".to_owned(), tracking: "123".to_owned() };
    store.change("one", &ship, &by, 20).await.unwrap();
    assert_eq!(level(&store, "a").await, (3, 0, 0));
    store.change("one", &ship, &by, 21).await.unwrap();
    assert_eq!(level(&store, "a").await, (3, 0, 0), "asked again, it is shipped already");
    let error = store.change("one", &Change::Pack, &by, 21).await.unwrap_err();
    assert_eq!(error.to_string(), "a fulfilment that is `shipped` cannot be packed");
    let error = store.change("one", &Change::Cancel, &by, 22).await.unwrap_err();
    assert!(matches!(error, OrderError::Transition(_)), "{error:?}");
    let after = store.change("one", &Change::Deliver, &by, 23).await.unwrap();
    let parcel = store.fulfilment("one").await.unwrap().unwrap();
    assert_eq!((after.state, parcel.carrier.as_str(), parcel.tracking.as_str()), (OrderState::Completed, "DHL", "123"));
    let error = store.change("one", &Change::Withdraw, &By::default(), 11 + WITHDRAWAL).await.unwrap_err();
    assert!(matches!(error, OrderError::TooLate), "{error:?}");
    for _ in 0..2 {
        assert_eq!(store.change("one", &Change::Withdraw, &By::default(), 24).await.unwrap().withdrawn_at, 24);
    }
    assert_eq!(mails(&store).await, ["one-received", "one-shipped", "one-withdrawn"]);
    let waiting = placed(&store, "two", Way::TestCard, &[]).await;
    for change in [&Change::Pack, &Change::Withdraw, &Change::Deliver, &Change::Cancel] {
        let error = store.change(&waiting, change, &by, 25).await.unwrap_err();
        assert!(matches!(error, OrderError::Transition(_)), "{change:?}: {error:?}");
    }
}

async fn a_refund_is_asked_for_once_and_never_exceeds_what_came_in(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    let order = placed(&store, "one", Way::TestCard, &[("a", 2)]).await;
    let by = By { staff: "ada".to_owned(), reason: "late".to_owned() };
    let refund = |id: &str, amount| Change::Refund { id: id.to_owned(), amount };
    let error = store.change(&order, &refund("x", 1), &by, 19).await.unwrap_err();
    assert_eq!(error.to_string(), "at most 0 minor units can be refunded, not 1", "nothing has come in");
    store.apply("one-pay", &facts(Standing::Captured, 2 * PRICE, 0), 20).await.unwrap();
    for _ in 0..2 {
        store.change(&order, &refund("first", 1_500), &by, 21).await.unwrap();
    }
    let error = store.change(&order, &refund("second", 501), &by, 22).await.unwrap_err();
    assert!(matches!(error, OrderError::TooMuch { most: 500, asked: 501 }), "{error:?}");
    assert_eq!(store.due_refunds(i64::MAX, 9).await.unwrap().len(), 1);
    store.apply("one-pay", &facts(Standing::Captured, 2 * PRICE, 1_500), 23).await.unwrap();
    store.end_refund("one-first", "done", 24).await.unwrap();
    let error = store.change(&order, &refund("second", 501), &by, 25).await.unwrap_err();
    assert!(matches!(error, OrderError::TooMuch { most: 500, asked: 501 }), "{error:?}");
    store.change(&order, &refund("second", 500), &by, 26).await.unwrap();
}
