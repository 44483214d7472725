//! The beginning of a session: calls that are lost, refused, stored as failures or in use. One order never has two sessions that can be paid.

use storefront_tests::stripe::Fault;

use super::{Shop, pair};
use crate::engines::on_both_engines;

on_both_engines!(
    a_provider_that_is_lost_at_the_start_gets_one_session,
    silence_at_the_start_ends_in_a_refusal_and_the_next_press_goes_on,
    a_crash_before_the_session_is_named_is_mended_by_its_event,
    a_refusal_leaves_the_shopper_a_choice,
    an_order_that_stripe_always_refuses_expires,
    a_failure_that_is_stored_is_followed_by_another_key,
    a_session_behind_failures_is_found,
    a_session_of_other_parameters_is_found,
    a_key_in_use_is_waited_for,
);

fn a_provider_that_is_lost_at_the_start_gets_one_session(database: &str) {
    for fault in [Fault::Lost, Fault::LostAfter, Fault::FailedAfter] {
        let shop = Shop::start(database, &[]);
        let shopper = shop.shopper();
        shop.stripe.fail("POST /v1/checkout/sessions", fault, 1);
        let answer = shop.press(&shopper);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("no-provider")), "{fault:?}");
        let (number, next) = shop.order(&shopper);
        assert!(next.is_some(), "{fault:?}");
        assert_eq!(shop.stripe.sessions().len(), 1, "{fault:?}");
        shop.stripe.pay(&shop.stripe.sessions()[0]);
        assert_eq!(shop.order(&shopper), (number, None), "{fault:?}");
        assert_eq!(shop.stripe.totals(), (1, shopper.total, 0), "{fault:?}");
    }
}

fn silence_at_the_start_ends_in_a_refusal_and_the_next_press_goes_on(database: &str) {
    let shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Silent, 1);
    let answer = shop.press(&shopper);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("no-provider")), "{}", answer.text());
    assert!(shop.order(&shopper).1.is_some());
    assert_eq!(shop.stripe.sessions().len(), 1);
}

fn a_crash_before_the_session_is_named_is_mended_by_its_event(database: &str) {
    let mut shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::LostAfter, 1);
    assert_eq!(shop.press(&shopper).status, 503);
    shop.record.kill();
    shop.record.start_again();
    assert!(shop.stripe.pay(&shop.stripe.sessions()[0]));
    assert_eq!(shop.deliver(&shop.stripe.events()[0]), 200);
    let (number, next) = shop.order(&shopper);
    assert_eq!((next, shop.stripe.totals()), (None, (1, shopper.total, 0)));
    assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"));
}

fn a_refusal_leaves_the_shopper_a_choice(database: &str) {
    let shop = Shop::start(database, &[]);
    let refuse = |code| shop.stripe.fail("POST /v1/checkout/sessions", Fault::Refused(code), 1);
    // The same way again.
    let shopper = shop.shopper();
    refuse("email_invalid");
    let answer = shop.press(&shopper);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("declined")), "{}", answer.text());
    assert!(shop.order(&shopper).1.is_some());
    // Another one.
    let shopper = shop.shopper();
    refuse("amount_too_small");
    assert_eq!(shop.press(&shopper).status, 409);
    let answer = shop.press_for(&shopper, "invoice");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(shop.states(&shop.number(&shopper), &shopper).0, "placed");
    // Another one, while nobody knows of the refusal: the first call never came.
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Lost, 1);
    assert_eq!(shop.press(&shopper).status, 503);
    refuse("amount_too_small");
    assert_eq!(shop.press_for(&shopper, "invoice").status, 200);
    assert_eq!(shop.stripe.sessions().len(), 1);
}

fn an_order_that_stripe_always_refuses_expires(database: &str) {
    let shop = Shop::start(database, &[("PAYMENT_TIME_MS", "1500")]);
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Lost, 1);
    assert_eq!(shop.press(&shopper).status, 503);
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Refused("amount_too_small"), 1_000);
    shop.expect_states(&shop.number(&shopper), &shopper, ("expired", "failed"));
}

fn a_failure_that_is_stored_is_followed_by_another_key(database: &str) {
    let mut shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Failed, 2);
    assert_eq!(shop.press(&shopper).status, 503);
    // The failure is repeated; the next key meets another one.
    assert_eq!(shop.press(&shopper).status, 503);
    shop.record.kill();
    shop.record.start_again();
    let (number, next) = shop.order(&shopper);
    assert!(next.is_some());
    assert_eq!(shop.stripe.sessions().len(), 1);
    assert!(shop.stripe.pay(&shop.stripe.sessions()[0]));
    assert_eq!(shop.order(&shopper), (number, None));
    assert_eq!(shop.stripe.totals(), (1, shopper.total, 0));
}

fn a_session_behind_failures_is_found(database: &str) {
    let shop = Shop::start(database, &[]);
    // Others begin sessions as well.
    shop.order(&shop.shopper());
    // One that is stored; three that are not, or whose responses do not say so.
    for (fault, times) in [(Fault::FailedForGood, 1), (Fault::FailedAfter, 3)] {
        let (shopper, before) = (shop.shopper(), shop.stripe.sessions().len());
        shop.stripe.fail("POST /v1/checkout/sessions", fault, times);
        for _ in 0..2.min(times) {
            assert_eq!(shop.press(&shopper).status, 503, "{fault:?}");
        }
        let (number, next) = shop.order(&shopper);
        let sessions = shop.stripe.sessions();
        assert_eq!(sessions.len(), before + 1, "{fault:?}: a second session could be paid as well");
        assert!(next.is_some_and(|next| next.ends_with(&sessions[before])), "{fault:?}");
        assert!(shop.stripe.pay(&sessions[before]));
        assert_eq!(shop.order(&shopper), (number, None), "{fault:?}");
    }
}

fn a_session_of_other_parameters_is_found(database: &str) {
    let mut shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::LostAfter, 1);
    assert_eq!(shop.press(&shopper).status, 503);
    shop.record.kill();
    let shop = Shop::start_beside(shop.stripe.clone(), database, &[("SHOP_URL", "https://other.example")]);
    assert!(shop.order(&shopper).1.is_some());
    assert_eq!(shop.stripe.sessions().len(), 1);
}

fn a_key_in_use_is_waited_for(database: &str) {
    let shop = Shop::start(database, &[]);
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Busy, 2);
    assert!(shop.order(&shopper).1.is_some_and(|next| next.starts_with("https://checkout.stripe.example/")));
    let other = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Busy, 4);
    let (number, next) = shop.order(&other);
    assert_eq!(next.as_deref(), Some("/checkout/review"), "the page of the order that waits");
    let (same, next) = shop.order(&other);
    assert!(same == number && next.is_some_and(|next| next.starts_with("https://checkout.stripe.example/")));
    assert_eq!(shop.stripe.sessions().len(), 2);
}
