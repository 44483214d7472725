//! Stripe in chaos: its calls fail in every way, and its events come twice, late and in any sequence.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use storefront_tests::client;
use storefront_tests::stripe::{Event, Fault, Stripe, WEBHOOK_SECRET};

use super::chaos::answered;
use super::seconds;

/// The time between two deliveries.
const DELIVERS: Duration = Duration::from_millis(7);

/// The calls between two faults.
const CALLS: usize = 5;

/// Faults that strike in turn, each at a call of its kind.
const FAULTS: [(&str, Fault); 12] = [
    ("POST /v1/checkout/sessions", Fault::LostAfter),
    ("GET /v1/checkout/sessions", Fault::Lost),
    ("POST /v1/checkout/sessions", Fault::Busy),
    ("POST /v1/refunds", Fault::LostAfter),
    ("POST /v1/checkout/sessions", Fault::FailedForGood),
    ("GET /v1/checkout/sessions", Fault::FailedAfter),
    ("POST /v1/checkout/sessions", Fault::Refused("amount_too_small")),
    ("GET /v1/refunds", Fault::Lost),
    ("POST /v1/checkout/sessions", Fault::Failed),
    ("POST /v1/refunds", Fault::FailedForGood),
    ("POST /v1/checkout/sessions", Fault::Lost),
    ("POST /v1/refunds", Fault::Failed),
];

/// The shopper at the page of a payment. One pays, one pays as the session ends, one goes away.
pub(super) fn visit(stripe: &Stripe, page: &str, habit: &str) {
    let session = page.rsplit('/').next().unwrap_or_default();
    match habit {
        "pays" | "pays, cancels" => {
            // It may be closed by now.
            stripe.pay(session);
        }
        "pays late" if stripe.expire(session) => stripe.pay_late(session),
        _ => {}
    }
}

/// Lets one of every few calls fail until it is over.
pub(super) fn fail(stripe: &Stripe, is_over: &AtomicBool) {
    let (mut faults, mut next) = (FAULTS.into_iter().cycle(), CALLS);
    while !is_over.load(Ordering::Relaxed) {
        let calls = stripe.calls().len();
        if calls >= next
            && let Some((call, fault)) = faults.next()
        {
            stripe.fail(call, fault, 1);
            next = calls + CALLS;
        }
        std::thread::sleep(DELIVERS);
    }
}

/// Ends the faults, but for one of each kind of those that strike refunds: money goes back when all is over.
pub(super) fn heal(stripe: &Stripe) {
    stripe.heal();
    for (call, fault) in FAULTS.into_iter().filter(|(call, _)| call.ends_with("/v1/refunds")) {
        stripe.fail(call, fault, 1);
    }
}

/// Delivers events until it is over: any of those so far, whether it was delivered before or not.
pub(super) fn deliver(stripe: &Stripe, origin: SocketAddr, is_over: &AtomicBool) {
    for turn in 0_usize.. {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let events = stripe.events();
        // The new ones and old ones by turns, with a stride that has no part in the number of events.
        let place = if turn % 2 == 0 {
            events.len().wrapping_sub(1 + turn / 2 % 8)
        } else {
            turn * 7_919 % events.len().max(1)
        };
        if let Some(event) = events.get(place) {
            // Nobody may be there to take it.
            let _ = client::send(origin, &event.delivery(WEBHOOK_SECRET, seconds()));
        }
        std::thread::sleep(DELIVERS);
    }
}

/// Delivers all events, the last one first, each until it is taken, as Stripe does for three days.
pub(super) fn deliver_all(stripe: &Stripe, origin: SocketAddr) {
    let mut events: Vec<Event> = stripe.events();
    events.reverse();
    for event in events {
        answered(|| match client::send(origin, &event.delivery(WEBHOOK_SECRET, seconds())) {
            Ok(answer) if answer.status == 200 => Ok(()),
            _ => Err(()),
        });
    }
}
