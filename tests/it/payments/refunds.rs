//! Money that goes back by Stripe, once.

use serde_json::{Value, json};
use storefront_tests::record::products;
use storefront_tests::stripe::{Fault, Moment};

use super::{Shop, Shopper};
use crate::engines::on_both_engines;
use crate::faults::eventually;

on_both_engines!(
    a_late_payment_for_goods_that_are_gone_goes_back_once,
    a_cancelled_order_is_refunded_once,
    a_part_that_is_sent_back_again_a_day_later_goes_back_once,
    a_failure_that_is_stored_sends_nothing_twice,
    money_that_stripe_refused_to_send_back_is_asked_for_again,
    money_that_the_account_lacks_goes_back_once_it_has_it,
);

fn a_late_payment_for_goods_that_are_gone_goes_back_once(database: &str) {
    let shop = Shop::start(database, &[("PAYMENT_TIME_MS", "3000")]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    shop.expect_states(&number, &shopper, ("expired", "cancelled"));
    let stock = products()[0]["stock"].as_u64().expect("a stock");
    let other = shop.shopper_of(&format!("1~1*{stock}"));
    shop.order(&other);
    let sessions = shop.stripe.sessions();
    assert!(shop.stripe.pay(&sessions[1]));
    assert_eq!(shop.order(&other).1, None);
    shop.stripe.pay_late(&sessions[0]);
    let events = shop.stripe.events();
    assert_eq!(shop.deliver(events.last().expect("an event")), 200);
    shop.expect_states(&number, &shopper, ("expired", "refunded"));
    assert_eq!(shop.stripe.totals(), (2, shopper.total + other.total, shopper.total));
}

fn a_cancelled_order_is_refunded_once(database: &str) {
    let shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    shop.stripe.pay(&shop.stripe.sessions()[0]);
    assert_eq!(shop.deliver(&shop.stripe.events()[0]), 200);
    // The refund is done, and its response is lost: the sweeper repeats it with the same key.
    shop.stripe.fail("POST /v1/refunds", Fault::LostAfter, 1);
    let answer = shop.ask("POST", &format!("/orders/{number}/cancel"), &shopper.key, &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    shop.expect_states(&number, &shopper, ("cancelled", "refunded"));
    for event in shop.stripe.events() {
        assert_eq!(shop.deliver(&event), 200);
    }
    assert_eq!(shop.stripe.totals(), (1, shopper.total, shopper.total));
}

/// An order that is paid.
fn paid(shop: &Shop, shopper: &Shopper) -> String {
    let (number, _) = shop.order(shopper);
    assert!(shop.stripe.pay(shop.stripe.sessions().last().expect("a session")));
    assert_eq!(shop.order(shopper).1, None);
    number
}

/// Waits until the refunds of an order are in these states.
#[track_caller]
fn expect_refunds(shop: &Shop, number: &str, expect: &[&str]) {
    eventually("the refunds", || {
        let order = shop.ask("GET", &format!("/office/orders/{number}"), "", &Value::Null).json();
        let refunds = order["data"]["refunds"].as_array().expect("refunds").clone();
        let states: Vec<_> = refunds.iter().map(|refund| refund["state"].as_str().expect("a state")).collect();
        if states == expect { Ok(()) } else { Err(format!("{states:?}")) }
    });
}

fn a_part_that_is_sent_back_again_a_day_later_goes_back_once(database: &str) {
    let shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    let number = paid(&shop, &shopper);
    // The refund is made, its response is lost, and Stripe has forgotten its key when it is repeated.
    shop.stripe.fail("POST /v1/refunds", Fault::LostAfter, 1);
    let stripe = shop.stripe.clone();
    shop.stripe.watch(Box::new(move |call, moment| {
        if (call, moment) == ("POST /v1/refunds", Moment::After) {
            stripe.forget_keys();
        }
    }));
    let refund = json!({ "id": "part", "amount": 100, "staff": "ada", "reason": "late" });
    shop.office(&number, "refund", &refund);
    expect_refunds(&shop, &number, &["done"]);
    assert_eq!(shop.stripe.totals(), (1, shopper.total, 100));
}

fn a_failure_that_is_stored_sends_nothing_twice(database: &str) {
    let shop = Shop::start(database, &[]);
    for (fault, part) in [(Fault::Failed, 100), (Fault::FailedForGood, 150)] {
        let shopper = shop.shopper();
        let number = paid(&shop, &shopper);
        let before = shop.stripe.totals().2;
        shop.stripe.fail("POST /v1/refunds", fault, 1);
        let refund = json!({ "id": "part", "amount": part, "staff": "ada", "reason": "late" });
        shop.office(&number, "refund", &refund);
        expect_refunds(&shop, &number, &["done"]);
        assert_eq!(shop.stripe.totals().2, before + part, "{fault:?}");
    }
}

fn money_that_stripe_refused_to_send_back_is_asked_for_again(database: &str) {
    let shop = Shop::start(database, &[("PAYMENT_TIME_MS", "3000")]);
    let (number, shopper) = paid_too_late(&shop, "charge_disputed");
    expect_refunds(&shop, &number, &["refused"]);
    let refund = json!({ "id": "again", "staff": "ada", "reason": "the dispute is won" });
    shop.office(&number, "refund", &refund);
    shop.expect_states(&number, &shopper, ("expired", "refunded"));
    assert_eq!(shop.stripe.totals(), (1, shopper.total, shopper.total));
}

fn money_that_the_account_lacks_goes_back_once_it_has_it(database: &str) {
    let shop = Shop::start(database, &[("PAYMENT_TIME_MS", "3000")]);
    let (number, shopper) = paid_too_late(&shop, "insufficient_funds");
    expect_refunds(&shop, &number, &["done"]);
    shop.expect_states(&number, &shopper, ("expired", "refunded"));
    assert_eq!(shop.stripe.totals(), (1, shopper.total, shopper.total));
}

/// An order that is paid when its goods are gone, whose money Stripe refuses once to send back.
fn paid_too_late(shop: &Shop, code: &'static str) -> (String, Shopper) {
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    shop.expect_states(&number, &shopper, ("expired", "cancelled"));
    let stock = products()[0]["stock"].as_u64().expect("a stock");
    let other = shop.shopper_of(&format!("1~1*{stock}"));
    assert_eq!(shop.press_for(&other, "invoice").status, 200);
    shop.stripe.fail("POST /v1/refunds", Fault::Refused(code), 1);
    shop.stripe.pay_late(&shop.stripe.sessions()[0]);
    assert_eq!(shop.deliver(shop.stripe.events().last().expect("an event")), 200);
    (number, shopper)
}
