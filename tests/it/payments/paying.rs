//! Orders that are paid at Stripe, in time or late, and the webhooks that say so.

use serde_json::json;
use storefront_tests::client::Request;
use storefront_tests::stripe::{WEBHOOK_SECRET, sign};

use super::{Shop, pair, seconds};
use crate::engines::on_both_engines;

on_both_engines!(
    an_order_is_paid_by_webhook_before_the_shopper_returns,
    an_order_is_paid_by_the_return_before_the_webhook,
    events_in_the_wrong_sequence_and_twice_have_one_effect,
    an_order_that_nobody_pays_expires_and_a_late_payment_finds_goods_again,
    a_bad_signature_is_refused_and_counted,
    money_of_an_unknown_payment_is_counted,
);

fn an_order_is_paid_by_webhook_before_the_shopper_returns(database: &str) {
    let shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    let (number, next) = shop.order(&shopper);
    assert!(next.is_some_and(|next| next.starts_with("https://checkout.stripe.example/")));
    let session = shop.stripe.sessions()[0].clone();
    assert!(shop.stripe.pay(&session));
    let event = shop.stripe.events()[0].clone();
    assert_eq!(shop.deliver(&event), 200);
    assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"));
    // Delivered again, and the shopper returns.
    assert_eq!((shop.deliver(&event), shop.order(&shopper)), (200, (number, None)));
    assert_eq!(shop.stripe.totals(), (1, shopper.total, 0));
}

fn an_order_is_paid_by_the_return_before_the_webhook(database: &str) {
    let shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    assert!(shop.stripe.pay(&shop.stripe.sessions()[0]));
    assert_eq!(shop.order(&shopper), (number.clone(), None));
    assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"));
    assert_eq!(shop.deliver(&shop.stripe.events()[0]), 200);
    assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"));
    assert_eq!((shop.stripe.sessions().len(), shop.stripe.totals()), (1, (1, shopper.total, 0)));
}

fn events_in_the_wrong_sequence_and_twice_have_one_effect(database: &str) {
    let shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    let session = shop.stripe.sessions()[0].clone();
    shop.stripe.pay_slowly(&session);
    shop.stripe.end_slowly(&session, true);
    shop.stripe.dispute(&session);
    let mut events = shop.stripe.events();
    events.reverse();
    for event in events.iter().chain(&events) {
        assert_eq!(shop.deliver(event), 200, "{}", event.kind);
    }
    let found = shop.states(&number, &shopper);
    assert_eq!(found.1, "disputed");
    assert_eq!(shop.stripe.totals(), (1, shopper.total, 0));
}

fn an_order_that_nobody_pays_expires_and_a_late_payment_finds_goods_again(database: &str) {
    let shop = Shop::start(database, &[("PAYMENT_TIME_MS", "1500")]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    shop.expect_states(&number, &shopper, ("expired", "cancelled"));
    let session = shop.stripe.sessions()[0].clone();
    assert!(!shop.stripe.pay(&session), "the session is closed before the goods are free");
    shop.stripe.pay_late(&session);
    let events = shop.stripe.events();
    assert_eq!(shop.deliver(events.last().expect("an event")), 200);
    assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"));
    assert_eq!(shop.stripe.totals(), (1, shopper.total, 0));
}

fn a_bad_signature_is_refused_and_counted(database: &str) {
    let shop = Shop::start(database, &[]);
    let event = r#"{"id":"evt_9","type":"x","data":{"object":{}}}"#;
    let send = |header: &str| {
        shop.record.send(&Request::new("POST", "/hooks/stripe").header("stripe-signature", header).body(event))
    };
    assert_eq!(send(&sign("whsec_other", seconds(), event.as_bytes())).status, 400);
    assert_eq!(send(&sign(WEBHOOK_SECRET, seconds() - 400, event.as_bytes())).status, 400);
    assert_eq!(send("t=,v1=00").status, 400);
    // An event of nothing that the shop sold is taken.
    assert_eq!(send(&sign(WEBHOOK_SECRET, seconds(), event.as_bytes())).status, 200);
    for reason in ["age", "malformed", "signature"] {
        shop.record.expect_metric(&format!("origin_webhooks_refused_total{{reason=\"{reason}\"}} 1"));
    }
    assert_eq!(shop.record.get("/hooks/stripe").status, 405);
}

fn money_of_an_unknown_payment_is_counted(database: &str) {
    let mut shop = Shop::start(database, &[("LOG", "events")]);
    let tell = |shop: &Shop, id: &str, payment_status: &str| {
        let session = json!({ "id": "cs_test_9", "client_reference_id": "lost", "payment_status": payment_status });
        let event =
            json!({ "id": id, "type": "checkout.session.completed", "data": { "object": session } }).to_string();
        let signature = sign(WEBHOOK_SECRET, seconds(), event.as_bytes());
        let request = Request::new("POST", "/hooks/stripe").header("stripe-signature", &signature).body(event);
        assert_eq!(shop.record.send(&request).status, 200);
    };
    tell(&shop, "evt_1", "unpaid");
    shop.record.expect_metric("origin_payments_astray_total{reason=\"unknown\"} 0");
    tell(&shop, "evt_2", "paid");
    shop.record.expect_metric("origin_payments_astray_total{reason=\"unknown\"} 1");
    let line = shop.record.expect_line("\"message\":\"payment astray\"");
    assert_eq!((line["session"].as_str(), line["level"].as_str()), (Some("cs_test_9"), Some("error")), "{line}");
}
