//! Many buyers at the edge, on both engines: 200 press twice for the last seven pieces, and the origin is killed under some who buy.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use storefront_tests::client::Response;

use super::{Selling, Shopper, count, has, reserved};
use crate::engines::on_both_engines;
use crate::faults::now;

on_both_engines!(two_hundred_buyers_of_seven_pieces, kills_of_the_origin_cost_no_cart_and_no_order);

/// The pieces that all of them want.
const SKU: &str = "mug-moss";

/// To Germany there is one way, so nothing else has to be chosen.
const CONTACT: &str = "country=DE&name=Ada+Lovelace&line1=Weg+1&postcode=10115&city=Berlin";

const BUY: &str = "total=1000000&way=invoice";

/// How long a shopper waits at most for the news that no orders are taken.
const NEWS_WITHIN: Duration = Duration::from_secs(3);

/// A shopper with a piece in the cart, and an address.
fn ready(selling: &Selling, buyer: usize) -> Shopper<'_> {
    let mut shopper = selling.shopper();
    shopper.cookies.push(("cart".to_owned(), format!("1~{SKU}*1")));
    let sent = shopper.posts("/checkout/contact", &format!("email=buyer-{buyer}%40shop.example&{CONTACT}"));
    assert_eq!(sent.status, 303, "{sent}");
    shopper
}

/// The number of the order that a response leads to.
fn order(response: &Response) -> Option<String> {
    let location = response.header("location").filter(|_| response.status == 303)?;
    Some(location.strip_prefix("/orders/")?.split('?').next()?.to_owned())
}

fn two_hundred_buyers_of_seven_pieces(database: &str) {
    let selling = Selling::on(database);
    count(&selling.record, SKU, 7);
    let mut orders: BTreeMap<usize, String> = BTreeMap::new();
    for some in (0..200).collect::<Vec<usize>>().chunks(20) {
        let pressed = std::thread::scope(|scope| {
            let press = |buyer: usize| {
                let selling = &selling;
                scope.spawn(move || {
                    let first = ready(selling, buyer);
                    let mut second = Shopper { shop: first.shop, cookies: first.cookies.clone() };
                    let mut first = first;
                    let other = std::thread::scope(|both| {
                        let other = both.spawn(|| second.posts("/checkout/order", BUY));
                        (first.posts("/checkout/order", BUY), other.join().expect("pressed"))
                    });
                    [(buyer, other.0), (buyer, other.1)]
                })
            };
            let presses: Vec<_> = some.iter().map(|buyer| press(*buyer)).collect();
            presses.into_iter().flat_map(|press| press.join().expect("pressed")).collect::<Vec<_>>()
        });
        for (buyer, response) in pressed {
            if let Some(number) = order(&response) {
                let before = orders.insert(buyer, number.clone());
                assert!(before.is_none_or(|before| before == number), "buyer {buyer} has two orders");
            } else {
                assert!(matches!(response.status, 303 | 409), "{response}");
            }
        }
    }
    assert_eq!((orders.len(), reserved(&selling.record, SKU)), (7, 7));
}

fn kills_of_the_origin_cost_no_cart_and_no_order(database: &str) {
    const KILLS: u64 = 3;
    let mut selling = Selling::on(database);
    count(&selling.record, SKU, 10_000);
    let before = reserved(&selling.record, SKU);
    let is_over = AtomicBool::new(false);
    let Selling { shop, record, .. } = &mut selling;
    let bought: Vec<(usize, usize, usize)> = std::thread::scope(|scope| {
        let (shop, is_over) = (&*shop, &is_over);
        let buyers: Vec<_> = (0..4).map(|buyer| scope.spawn(move || buy(shop, buyer, is_over))).collect();
        for kill in 0..KILLS {
            std::thread::sleep(Duration::from_millis(600 + kill * 130));
            record.kill();
            std::thread::sleep(Duration::from_millis(300));
            record.start_again();
        }
        std::thread::sleep(Duration::from_millis(500));
        is_over.store(true, Ordering::Relaxed);
        buyers.into_iter().map(|buyer| buyer.join().expect("a buyer")).collect()
    });
    let orders: usize = bought.iter().map(|(orders, ..)| orders).sum();
    let refused: usize = bought.iter().map(|(_, refused, _)| refused).sum();
    let late: usize = bought.iter().map(|(.., late)| late).sum();
    assert!(orders >= 8 && refused >= 2, "{orders} orders, {refused} refusals: too few to mean anything");
    assert!(late * 4 <= refused, "{late} of {refused} refusals came after {NEWS_WITHIN:?}");
    assert_eq!(reserved(&selling.record, SKU), before + orders as u64, "one order for each cart that was bought");
}

/// Buys until it is over: orders, refusals, and how many of those were late.
fn buy(shop: &storefront_tests::server::Server, buyer: usize, is_over: &AtomicBool) -> (usize, usize, usize) {
    let (mut orders, mut refused, mut late) = (0, 0, 0);
    while !is_over.load(Ordering::Relaxed) {
        let mut shopper = Shopper { shop, cookies: vec![("cart".to_owned(), format!("1~{SKU}*1"))] };
        let contact = format!("email=buyer-{buyer}%40shop.example&{CONTACT}");
        for (target, content) in [("/checkout/contact", contact.as_str()), ("/checkout/order", BUY)] {
            let mut tries = 0;
            loop {
                let started = now();
                let response = shopper.posts(target, content);
                if response.status == 303 {
                    assert!(target != "/checkout/order" || order(&response).is_some(), "{response}");
                    break;
                }
                assert_eq!(response.status, 503, "{target}: {response}");
                has(&response, &["right now"]);
                assert!(shopper.cookie("cart").is_some_and(|cart| cart.contains(SKU)), "the cart stays");
                refused += 1;
                late += usize::from(started.elapsed() > NEWS_WITHIN);
                tries += 1;
                assert!(tries < 200, "the origin does not come back");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        orders += 1;
    }
    (orders, refused, late)
}
