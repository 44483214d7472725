//! `kill -9` of the origin while it sells. Buyers press until they get an answer, their payments succeed, are declined, take their time or are
//! never answered, by test card and at Stripe, whose calls fail and whose events come twice, late and in any sequence. Afterwards no paid order is lost, nobody is charged twice, no hold is left over, and the stock is right.
//! Ten seconds; as many as `CHAOS_SECONDS` says where it is set, and longer on a machine that is too slow to sell enough in them.

#![expect(clippy::disallowed_methods, reason = "it lasts as long as the environment says")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use storefront_tests::mail_server::{MailServer, field};
use storefront_tests::record::Record;
use storefront_tests::stripe::{KEY, Stripe, WEBHOOK_SECRET};

use super::{Shopper, code, count, number, stock, till};
use crate::engines::{OFFICE, SECRET, on_both_engines};

on_both_engines!(an_origin_that_is_killed_while_it_sells);

/// What buyers want, and how many there are.
const SKU: &str = "mug-moss";
const ON_HAND: i64 = 100_000;

/// How many buyers there are at a time.
const BUYERS: usize = 6;

/// How long the origin may take to end what is due afterwards: the lease of the process that was killed last, and an order that waits because
/// its provider failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// The kills and orders that mean something, one of which was paid at Stripe and cancelled; and the longest time to come to so many.
const KILLS: usize = 5;
const LEAST: usize = 20;
const SLOWEST: Duration = Duration::from_mins(2);

/// What buyers do: the card, or the habit at Stripe's page, with the way to pay.
const HABITS: [(&str, &str); 9] = [
    ("stripe", "pays, cancels"),
    ("test-card", "4242"),
    ("stripe", "pays"),
    ("test-card", "0002"),
    ("stripe", "pays late"),
    ("test-card", "3220"),
    ("stripe", "goes away"),
    ("test-card", "0077"),
    ("test-card", "0119"),
];

/// How far buyers have come.
#[derive(Debug, Default)]
struct Progress {
    is_over: AtomicBool,
    bought: AtomicUsize,
    cancelled: AtomicUsize,
}

/// How an order looks to its buyer at the end.
#[derive(Debug, Default)]
struct Bought {
    number: String,
    way: &'static str,
    habit: &'static str,
}

fn an_origin_that_is_killed_while_it_sells(database: &str) {
    let (mails, stripe) = (MailServer::start(), Stripe::start());
    let mut record = Record::start(&[
        ("DATABASE_URL", database),
        ("ORIGIN_SECRET", SECRET),
        ("OFFICE_SECRET", OFFICE),
        ("PAYMENT_TIME_MS", "1500"),
        ("SMTP_URL", &mails.url()),
        ("LOG", "events"),
        ("PAYMENTS", "test-card,stripe"),
        ("STRIPE_SECRET_KEY", KEY),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("STRIPE_API", &stripe.url()),
        ("SHOP_URL", "https://shop.example"),
    ]);
    let origin = record.address();
    count(origin, SKU, ON_HAND);
    let progress = Progress::default();
    let (bought, kills) = std::thread::scope(|scope| {
        let (progress, stripe) = (&progress, &stripe);
        let buyers: Vec<_> =
            (0..BUYERS).map(|buyer| scope.spawn(move || buy(origin, stripe, buyer, progress))).collect();
        scope.spawn(move || till::fail(stripe, &progress.is_over));
        scope.spawn(move || till::deliver(stripe, origin, &progress.is_over));
        let kills = kill(&mut record, progress);
        let bought = buyers.into_iter().flat_map(|buyer| buyer.join().expect("a buyer")).collect::<Vec<_>>();
        (bought, kills)
    });
    assert!(
        kills >= KILLS && bought.len() >= LEAST,
        "{kills} kills, {} orders: too few to mean anything",
        bought.len()
    );
    till::heal(&stripe);
    till::deliver_all(&stripe, origin);
    let charged = settled(&bought, origin);
    let (payments, captured, refunded) = stripe.totals();
    assert!(
        payments > 0 && refunded > 0,
        "{payments} payments at Stripe, {refunded} went back: too few to mean anything"
    );
    assert_eq!(captured - refunded, charged, "Stripe has the money of the placed orders and no other");
    told_once(&mails);
}

/// Kills the origin again and again, and starts it again.
fn kill(record: &mut Record, progress: &Progress) -> usize {
    let seconds = std::env::var("CHAOS_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let started = Instant::now();
    let (mut kills, mut starts) = (0, Duration::ZERO);
    let is_too_little = |kills: usize| {
        let (bought, cancelled) = (progress.bought.load(Ordering::Relaxed), progress.cancelled.load(Ordering::Relaxed));
        (kills < KILLS || bought < LEAST || cancelled == 0) && started.elapsed() < SLOWEST
    };
    while started.elapsed() < Duration::from_secs(seconds) || is_too_little(kills) {
        // Long enough for some orders, at another point of them each time; a machine that starts it slowly sells slowly, too.
        std::thread::sleep(Duration::from_millis(150 + (kills as u64 * 97) % 500) + 2 * starts);
        record.signal("KILL");
        record.end();
        let ended = Instant::now();
        record.start_again();
        starts = ended.elapsed();
        kills += 1;
    }
    progress.is_over.store(true, Ordering::Relaxed);
    kills
}

/// Buys until it is over, each time until there is an answer.
fn buy(origin: std::net::SocketAddr, stripe: &Stripe, buyer: usize, progress: &Progress) -> Vec<(Shopper, Bought)> {
    let mut bought = Vec::new();
    for round in 0.. {
        if progress.is_over.load(Ordering::Relaxed) {
            break;
        }
        let (way, habit) = HABITS[(buyer + round) % HABITS.len()];
        let card = if way == "stripe" { "" } else { habit };
        let wanted = format!("1~{SKU}*{}", 1 + round % 3);
        let begin = || Shopper::begin(origin, &wanted, &format!("buyer-{buyer}@shop.example")).map_err(|_| ());
        // One whose contact was lost in a kill begins anew; nothing was ordered.
        let shopper = answered(begin);
        let mut number_seen = String::new();
        for _ in 0..5 {
            let answer = answered(|| shopper.order(way, card).map_err(|_| ()));
            match (answer.status, code(&answer).as_str()) {
                (200, _) => {
                    number_seen = number(&answer);
                    match answer.json()["data"]["next"].as_str() {
                        // Another call begins the payment; the page of the order that waits leads on.
                        Some("/checkout/review") => continue,
                        Some(page) if way == "stripe" => till::visit(stripe, page, habit),
                        Some(_) => {
                            answered(|| shopper.post("authentication", &json!({ "isApproved": true })).map_err(|_| ()));
                        }
                        None => {}
                    }
                    break;
                }
                (409, "declined" | "expired") | (503, _) => {}
                _ => panic!("{answer:?}"),
            }
        }
        // What was declined or not answered is an order all the same, which waits: its checkout says so.
        if number_seen.is_empty() {
            let view = answered(|| shopper.put("cart", &json!({ "cart": wanted })).map_err(|_| ()));
            view.json()["data"]["order"]["number"].as_str().unwrap_or_default().clone_into(&mut number_seen);
        }
        if habit == "pays, cancels" && !number_seen.is_empty() {
            // Coming back, the shopper sees that it is paid. Where it could not be paid there is nothing to cancel.
            answered(|| shopper.order(way, card).map_err(|_| ()));
            let cancelled = answered(|| shopper.change(&number_seen, "cancel").map_err(|_| ()));
            assert!(matches!(cancelled.status, 200 | 409 | 503), "{cancelled:?}");
            progress.cancelled.fetch_add(usize::from(cancelled.status == 200), Ordering::Relaxed);
        }
        if !number_seen.is_empty() {
            progress.bought.fetch_add(1, Ordering::Relaxed);
            bought.push((shopper, Bought { number: number_seen, way, habit }));
        }
    }
    bought
}

/// Asks until somebody answers.
pub(super) fn answered<T>(ask: impl Fn() -> Result<T, ()>) -> T {
    let started = Instant::now();
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(()) => assert!(started.elapsed() < SLOWEST, "the origin does not come back"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Looks until something holds.
fn within<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let started = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(last) => assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}; at last: {last}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Every order has ended, and the stock is what the placed ones hold. Gives what was paid at Stripe.
fn settled(bought: &[(Shopper, Bought)], origin: std::net::SocketAddr) -> u64 {
    let mut charged = 0;
    let mut orders: BTreeMap<String, Value> = BTreeMap::new();
    for (shopper, bought) in bought {
        let order = within(&bought.number, || {
            let order = shopper.see(&bought.number).map_err(|error| format!("{error:?}"))?;
            let (state, payment) = (order["state"].as_str(), order["payment"]["state"].as_str());
            let is_at_an_end = match state {
                Some("placed") => payment == Some("captured"),
                Some("cancelled") => payment == Some("refunded"),
                Some("expired") => matches!(payment, Some("failed" | "cancelled" | "refunded")),
                _ => false,
            };
            if is_at_an_end { Ok(order) } else { Err(format!("{state:?}, {payment:?}: {bought:?}")) }
        });
        let paid = order["payment"]["captured"].as_u64().expect("an amount");
        let back = order["payment"]["refunded"].as_u64().expect("an amount");
        let total = order["summary"]["total"].as_u64().expect("a total");
        let lines: u64 = order["summary"]["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .filter_map(|line| line["amount"].as_u64())
            .sum();
        assert_eq!(total, lines + order["summary"]["shipping"]["cost"].as_u64().expect("a cost"), "{order}");
        let is_placed = order["state"] == "placed";
        assert_eq!(paid - back, if is_placed { total } else { 0 }, "charged what was ordered, or nothing: {order}");
        if is_placed && bought.way == "stripe" {
            charged += total;
        }
        if matches!(bought.habit, "0002" | "0119" | "goes away") {
            assert!(!is_placed, "a card that never pays bought something: {order}");
        }
        assert!(orders.insert(bought.number.clone(), order).is_none(), "{} twice", bought.number);
    }
    let held: u64 = orders
        .values()
        .filter(|order| order["state"] == "placed")
        .filter_map(|order| order["summary"]["lines"][0]["quantity"].as_u64())
        .sum();
    assert!(held > 0, "nothing was sold");
    // Orders that no buyer has seen, since the origin was killed before it answered, end as well.
    within("the stock", || {
        let found = stock(origin, SKU);
        if found == (ON_HAND, i64::try_from(held).unwrap_or_default()) {
            Ok(())
        } else {
            Err(format!("{found:?}, and placed orders hold {held}"))
        }
    });
    charged
}

/// No mail came twice.
fn told_once(mails: &MailServer) {
    let mut ids = BTreeMap::new();
    for mail in mails.mails() {
        let times = ids.entry(field(&mail, "Message-ID").to_owned()).or_insert(0);
        *times += 1;
        assert_eq!(*times, 1, "{mail}");
    }
    assert!(!ids.is_empty(), "no mail was sent");
}
