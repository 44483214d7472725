//! Two hundred buyers press twice for the last seven pieces.

use std::collections::BTreeMap;

use storefront_tests::record::Record;

use super::{Shopper, code, count, number, stock};
use crate::engines::{OFFICE, SECRET, on_both_engines};

on_both_engines!(
    two_hundred_buyers_of_seven_pieces,
    a_button_that_is_pressed_a_hundred_times,
    nobody_is_bound_to_more_than_was_seen,
);

fn start(database: &str) -> Record {
    Record::start(&[("DATABASE_URL", database), ("ORIGIN_SECRET", SECRET), ("OFFICE_SECRET", OFFICE)])
}

fn two_hundred_buyers_of_seven_pieces(database: &str) {
    let record = start(database);
    let origin = record.address();
    count(origin, "mug-moss", 7);
    count(origin, "1", 1_000);
    // Twenty at a time, as many as a small shop has; half of them want the two goods in the other order.
    let mut orders = BTreeMap::new();
    let buyers: Vec<usize> = (0..200).collect();
    for some in buyers.chunks(20) {
        let presses = std::thread::scope(|scope| {
            let presses: Vec<_> = some
                .iter()
                .flat_map(|buyer| {
                    let cart = if buyer % 2 == 0 { "1~mug-moss*1~1*1" } else { "1~1*1~mug-moss*1" };
                    let shopper = Shopper::begin(origin, cart, &format!("buyer-{buyer}@shop.example")).expect("begun");
                    let press = move |shopper: Shopper| (*buyer, shopper.order("invoice", "").expect("an answer"));
                    [shopper.clone(), shopper].map(|shopper| scope.spawn(move || press(shopper)))
                })
                .collect();
            presses.into_iter().map(|press| press.join().expect("pressed")).collect::<Vec<_>>()
        });
        for (buyer, answer) in presses {
            if answer.status == 200 {
                let order = number(&answer);
                let before = orders.insert(buyer, order.clone());
                assert!(before.is_none_or(|before| before == order), "buyer {buyer} has two orders");
            } else {
                assert_eq!((answer.status, code(&answer).as_str()), (409, "not-ready"), "{answer:?}");
            }
        }
    }
    assert_eq!(orders.len(), 7);
    assert_eq!((stock(origin, "mug-moss"), stock(origin, "1")), ((7, 7), (1_000, 7)));
}

fn a_button_that_is_pressed_a_hundred_times(database: &str) {
    let record = start(database);
    let origin = record.address();
    let before = stock(origin, "mug-moss");
    let shopper = Shopper::begin(origin, "1~mug-moss*2", "ada@shop.example").expect("begun");
    let orders: Vec<String> = std::thread::scope(|scope| {
        let presses: Vec<_> = (0..100)
            .map(|press| {
                let shopper = shopper.clone();
                // With ways that differ: whichever came first counts.
                let (way, card) = if press % 2 == 0 { ("test-card", "4242") } else { ("invoice", "") };
                scope.spawn(move || shopper.order(way, card).expect("an answer"))
            })
            .collect();
        let answers = presses.into_iter().map(|press| press.join().expect("pressed"));
        answers.filter(|answer| answer.status == 200).map(|answer| number(&answer)).collect()
    });
    assert!(!orders.is_empty() && orders.iter().all(|order| *order == orders[0]), "{orders:?}");
    assert_eq!(stock(origin, "mug-moss"), (before.0, before.1 + 2));
    let order = shopper.see(&orders[0]).expect("the order");
    let (total, captured) = (order["summary"]["total"].as_u64(), order["payment"]["captured"].as_u64());
    assert_eq!(order["state"], "placed");
    assert!(captured == total || captured == Some(0), "paid once or by invoice: {order}");
}

/// Another tab has ordered with another delivery, and its card was declined.
fn nobody_is_bound_to_more_than_was_seen(database: &str) {
    let record = start(database);
    let shopper = Shopper::begin(record.address(), "1~mug-moss*2", "ada@shop.example").expect("begun");
    let declined = shopper.order("test-card", "0002").expect("an answer");
    assert_eq!((declined.status, code(&declined).as_str()), (409, "declined"));
    let seen = |total: u64| {
        let body = serde_json::json!({ "cart": shopper.cart, "seenTotal": total, "way": "invoice" });
        shopper.post("order", &body).expect("an answer")
    };
    let view = shopper.put("cart", &serde_json::json!({ "cart": "" })).expect("an answer").json();
    let total = view["data"]["summary"]["total"].as_u64().expect("a total");
    let refused = seen(total - 1);
    assert_eq!((refused.status, code(&refused).as_str()), (409, "total-rose"));
    assert_eq!(shopper.see(&number(&seen(total))).expect("the order")["state"], "placed");
}
