//! The outbox: one mail for an event, sent by one process, and never again once a server may have it.

use commerce::checkout::Way;
use tokio::task::JoinSet;

use crate::store::address::Address;
use crate::store::orders::change::{By, Change};
use crate::store::outbox::{Ended, Mail};
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{placed, shop};

on_both_engines!(a_mail_is_sent_by_one_process, a_mail_that_a_server_may_have_is_not_sent_again);

async fn a_mail_is_sent_by_one_process(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    let order = placed(&store, "one", Way::Invoice, &[("a", 1)]).await;
    assert_eq!(store.due_mails(9, 9).await.unwrap(), [], "it is due when it is written, and no earlier");
    let due = store.due_mails(10, 9).await.unwrap();
    assert_eq!(
        due.iter().map(|due| (due.order.as_str(), due.kind, due.tries)).collect::<Vec<_>>(),
        [(order.as_str(), Mail::Received, 0)]
    );
    let mut all = JoinSet::new();
    for process in 0..20 {
        let (store, due) = (store.clone(), due[0].clone());
        all.spawn(async move { (store.take_mail(&due, &format!("hash {process}"), 11).await.unwrap(), process) });
    }
    let taken = all.join_all().await;
    assert_eq!(taken.iter().filter(|(is_taken, _)| *is_taken).count(), 1);
    for (is_taken, process) in taken {
        assert_eq!(store.opens(&format!("hash {process}"), &order).await.unwrap(), is_taken);
    }
    assert_eq!(store.due_mails(99, 9).await.unwrap(), []);
    store.end_mail(&due[0].id, Ended::Again(50), 12).await.unwrap();
    assert_eq!(store.due_mails(49, 9).await.unwrap(), []);
    let again = store.due_mails(50, 9).await.unwrap();
    assert_eq!(again.iter().map(|due| due.tries).collect::<Vec<_>>(), [1]);
    assert!(store.take_mail(&again[0], "hash again", 51).await.unwrap());
    store.end_mail(&due[0].id, Ended::Sent, 52).await.unwrap();
    assert_eq!(store.due_mails(i64::MAX, 9).await.unwrap(), []);
}

async fn a_mail_that_a_server_may_have_is_not_sent_again(address: Address) {
    let store = shop(&address, &[("a", 5)]).await;
    placed(&store, "one", Way::Invoice, &[("a", 1)]).await;
    let ship = Change::Ship { carrier: "DHL".to_owned(), tracking: String::new() };
    store.change("one", &ship, &By { staff: "ada".to_owned(), reason: String::new() }, 20).await.unwrap();
    let due = store.due_mails(20, 9).await.unwrap();
    assert_eq!(due.iter().map(|due| due.kind).collect::<Vec<_>>(), [Mail::Received, Mail::Shipped]);
    for (due, key) in due.iter().zip(["first", "second"]) {
        assert!(store.take_mail(due, key, 21).await.unwrap());
    }
    store.end_mail(&due[0].id, Ended::Refused, 22).await.unwrap();
    assert_eq!(store.give_up_mails(21, 30).await.unwrap(), 0, "its process may be at it still");
    assert_eq!(store.give_up_mails(22, 31).await.unwrap(), 1, "its process is gone");
    store.end_mail(&due[1].id, Ended::Again(40), 32).await.unwrap();
    assert_eq!(store.due_mails(i64::MAX, 9).await.unwrap(), []);
}
