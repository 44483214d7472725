//! The work that waits: nothing of a shop at rest, and each kind from the time at which somebody has to look.

use commerce::checkout::Way;

use crate::store::address::Address;
use crate::store::backlog::Backlog;
use crate::store::outbox::Ended;
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{open, placed, shop};

on_both_engines!(a_shop_without_orders_is_behind_with_nothing, orders_wait, mails_wait, refunds_wait);

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

async fn a_shop_without_orders_is_behind_with_nothing(address: Address) {
    assert_eq!(open(&address).await.backlog(DAY).await.unwrap(), Backlog::default());
}

async fn orders_wait(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    placed(&store, "paid-later", Way::Invoice, &[("a", 1)]).await;
    placed(&store, "awaits", Way::TestCard, &[("a", 1)]).await;
    let backlog = store.backlog(999).await.unwrap();
    assert_eq!((backlog.awaiting_since, backlog.unexpired_since, backlog.unasked_since), (Some(10), None, None));
    assert_eq!(backlog.unpacked_since, Some(10), "the invoice is binding");
    store.name_attempt("awaits-pay", "at the provider", "", 20).await.unwrap();
    let backlog = store.backlog(1_001).await.unwrap();
    assert_eq!((backlog.unexpired_since, backlog.unasked_since), (Some(1_000), Some(20)));
}

async fn mails_wait(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    placed(&store, "one", Way::Invoice, &[("a", 1)]).await;
    let late = async |now: i64| store.backlog(now).await.unwrap().mails_late;
    assert_eq!((late(14 * MINUTE).await, late(16 * MINUTE).await), (0, 1));
    for tries in 1..=4 {
        let due = store.due_mails(i64::MAX, 1).await.unwrap();
        assert!(store.take_mail(&due[0], &format!("key {tries}"), 11).await.unwrap());
        store.end_mail(&due[0].id, Ended::Again(DAY), 12).await.unwrap();
        assert_eq!(late(13).await, i64::from(tries == 4), "its turn is a day away, after {tries} tries");
    }
    let due = store.due_mails(i64::MAX, 1).await.unwrap();
    assert!(store.take_mail(&due[0], "the last key", 14).await.unwrap());
    store.end_mail(&due[0].id, Ended::Refused, 15).await.unwrap();
    let backlog = store.backlog(16).await.unwrap();
    assert_eq!((backlog.mails_late, backlog.mails_failed), (0, 1));
    assert_eq!(store.backlog(DAY + 16).await.unwrap().mails_failed, 0, "a person has seen it");
}

async fn refunds_wait(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    placed(&store, "one", Way::Invoice, &[("a", 1)]).await;
    let mut write = store.write().await.unwrap();
    let insert = "INSERT INTO refund (id, payment, amount, reason, staff, state, asked_at, due_at) VALUES ('r', 'one-pay', 5, '', '', 'due', 10, 10)";
    sqlx::query(insert).execute(write.connection()).await.unwrap();
    write.commit().await.unwrap();
    let of =
        async |now: i64| store.backlog(now).await.map(|found| (found.refunds_late, found.refunds_refused)).unwrap();
    assert_eq!((of(14 * MINUTE).await, of(16 * MINUTE).await), ((0, 0), (1, 0)));
    store.end_refund("r", "refused", 16 * MINUTE).await.unwrap();
    assert_eq!((of(17 * MINUTE).await, of(2 * DAY).await), ((0, 1), (0, 0)));
}
