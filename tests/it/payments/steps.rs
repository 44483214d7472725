//! `kill -9` of the origin at every step of a payment: before and after the effect of each call of the provider. Events come twice and in the
//! wrong sequence. Every order is paid once and placed, and money goes back once.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use serde_json::json;

use super::{LIMIT, Shop, Shopper, now, pair};
use crate::engines::on_both_engines;

on_both_engines!(a_kill_at_every_step_charges_once_and_loses_no_order);

/// The origin's process, and the moment at which it is killed.
struct Killer {
    /// Moments until the kill; `usize::MAX` for none.
    left: AtomicUsize,
    process: AtomicU32,
}

impl Killer {
    /// Kills the origin at the moment that comes after so many others.
    fn arm(&self, moments: usize) {
        self.left.store(moments, Ordering::SeqCst);
    }

    /// Whether the kill is over; disarms it.
    fn disarm(&self) -> bool {
        self.left.swap(usize::MAX, Ordering::SeqCst) == usize::MAX
    }

    fn moment(&self) {
        match self.left.load(Ordering::SeqCst) {
            usize::MAX => {}
            0 => {
                self.left.store(usize::MAX, Ordering::SeqCst);
                let id = self.process.load(Ordering::SeqCst);
                let killed = Command::new("sh").args(["-c", &format!("kill -s KILL {id}")]).status();
                assert!(killed.is_ok_and(|status| status.success()), "cannot kill {id}");
            }
            left => self.left.store(left - 1, Ordering::SeqCst),
        }
    }
}

fn a_kill_at_every_step_charges_once_and_loses_no_order(database: &str) {
    let mut shop = Shop::start(database, &[]);
    let killer = Arc::new(Killer { left: AtomicUsize::new(usize::MAX), process: AtomicU32::new(shop.record.id()) });
    let watch = Arc::clone(&killer);
    shop.stripe.watch(Box::new(move |_, _| watch.moment()));
    let (mut bought, mut total) = (Vec::new(), 0);
    for step in 0.. {
        let shopper = shop.shopper();
        killer.arm(step);
        let number = buy(&mut shop, &killer, &shopper);
        let is_killed = killer.disarm();
        assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"), "step {step}");
        total += shopper.total;
        bought.push((number, shopper));
        if !is_killed {
            break;
        }
    }
    assert!(bought.len() > 6, "{} steps: too few to mean anything", bought.len());
    assert_eq!(shop.stripe.totals(), (bought.len(), total, 0), "each is charged once");

    // Its refund is made, and the origin ends before it knows.
    let (number, shopper) = bought.pop().expect("an order");
    shop.stripe.watch(Box::new({
        let killer = Arc::clone(&killer);
        move |call, moment| {
            if (call, moment) == ("POST /v1/refunds", storefront_tests::stripe::Moment::After) {
                killer.moment();
            }
        }
    }));
    killer.arm(0);
    let answer = shop.ask("POST", &format!("/orders/{number}/cancel"), &shopper.key, &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    shop.record.end();
    again(&mut shop, &killer);
    shop.expect_states(&number, &shopper, ("cancelled", "refunded"));
    assert_eq!(shop.stripe.totals(), (bought.len() + 1, total, shopper.total));
}

fn again(shop: &mut Shop, killer: &Killer) {
    shop.record.start_again();
    killer.process.store(shop.record.id(), Ordering::SeqCst);
}

/// Presses until there is an answer, pays, has every event delivered twice, the last one first, and comes back. Gives the number of the order.
fn buy(shop: &mut Shop, killer: &Killer, shopper: &Shopper) -> String {
    let (_, next) = pressed(shop, killer, shopper);
    if let Some(session) = next.as_deref().and_then(|next| next.rsplit('/').next()) {
        assert!(shop.stripe.pay(session), "{session} is open");
    }
    let mut events = shop.stripe.events();
    events.reverse();
    for event in events.iter().chain(&events) {
        // Stripe delivers an event again that was not taken.
        while shop.try_to_deliver(event) != Some(200) {
            shop.record.end();
            again(shop, killer);
        }
    }
    let (number, next) = pressed(shop, killer, shopper);
    assert_eq!(next, None, "it is paid");
    number
}

fn pressed(shop: &mut Shop, killer: &Killer, shopper: &Shopper) -> (String, Option<String>) {
    let order = json!({ "cart": shopper.cart, "seenTotal": shopper.total, "way": "stripe", "card": "" });
    let started = now();
    loop {
        assert!(started.elapsed() < LIMIT, "no answer to a press\n{}", shop.record.log());
        match shop.try_to_ask("POST", &format!("/checkouts/{}/order", shopper.checkout), &shopper.key, &order) {
            Ok(answer) if answer.status == 200 => {
                let data = answer.json()["data"].clone();
                let number = data["number"].as_str().expect("a number").to_owned();
                return (number, data["next"].as_str().map(str::to_owned));
            }
            Ok(answer) => panic!("{}", answer.text()),
            Err(_) => {
                shop.record.end();
                again(shop, killer);
            }
        }
    }
}
