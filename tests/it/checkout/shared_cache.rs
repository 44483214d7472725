//! A hundred shoppers who buy at the same time behind a real shared cache, each a step after the others: nothing of one is in a response to
//! another, and each gets the one order that was paid for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use storefront_tests::client::{Request, Response};
use storefront_tests::shared_cache::SharedCache;

use super::{Selling, Shopper, count, reserved, total};
use crate::Faults;
use crate::engines::SECRET;

const SHOPPERS: usize = 100;

/// How many of them press at the same moment.
const AT_ONCE: usize = 4;

/// Products that are sold by their ids, with their prices in cents.
const PRODUCTS: [(&str, u64); 4] = [("1", 4_800), ("4", 2_800), ("7", 950), ("11", 7_200)];

/// The standard way to Great Britain, in cents, and the goods from which on it is free.
const SHIPPING: (u64, u64) = (490, 8_000);

/// One who buys.
struct Buyer<'a> {
    number: usize,
    browser: Shopper<'a, SharedCache>,
    total: String,
    /// The address of the order's page.
    address: String,
    /// Every response, with what was asked for.
    seen: Vec<(String, Response)>,
}

type Step = fn(&mut Buyer<'_>);

/// From the first page to that of the order, as a browser without scripts goes.
const STEPS: [(&str, Step); 8] = [
    ("/", |buyer| buyer.opens("/")),
    ("add", |buyer| {
        let content = format!("sku={}&quantity={}", buyer.product().0, buyer.quantity());
        buyer.posts("/cart/add", &content, 303);
    }),
    ("cart", |buyer| buyer.opens("/cart")),
    ("checkout", |buyer| buyer.opens("/checkout")),
    ("contact", |buyer| {
        let mark = buyer.mark();
        let typed = format!(
            "email={mark}%40shop.example&country=GB&name=Name+{mark}&line1=Street+{mark}&postcode=sw1y4jh&city=London"
        );
        buyer.posts("/checkout/contact", &typed, 303);
    }),
    ("delivery", |buyer| {
        buyer.opens("/checkout/delivery");
        buyer.posts("/checkout/delivery", "method=Standard", 303);
    }),
    ("buy", |buyer| {
        buyer.opens("/checkout/review");
        buyer.total = total(&buyer.seen.last().expect("a review").1);
        let content = format!("total={}&way=invoice", buyer.total);
        buyer.posts("/checkout/order", &content, 303);
        buyer.address = buyer.seen.last().and_then(|(_, sent)| sent.header("location")).expect("an address");
    }),
    ("order", |buyer| {
        let address = buyer.address.clone();
        buyer.opens(&address);
    }),
];

impl Buyer<'_> {
    fn product(&self) -> (&'static str, u64) {
        PRODUCTS[self.number % PRODUCTS.len()]
    }

    fn quantity(&self) -> u64 {
        1 + self.number as u64 / 50
    }

    /// What it costs, in cents.
    fn due(&self) -> u64 {
        let goods = self.product().1 * self.quantity();
        goods + if goods < SHIPPING.1 { SHIPPING.0 } else { 0 }
    }

    /// A word that nobody else has.
    fn mark(&self) -> String {
        format!("BUYER{}X", self.number)
    }

    fn opens(&mut self, target: &str) {
        let page = self.browser.opens(target);
        assert_eq!(page.status, 200, "{target}: {page}");
        self.seen.push((target.to_owned(), page));
    }

    fn posts(&mut self, target: &str, content: &str, status: u16) {
        let sent = self.browser.posts(target, content);
        assert_eq!(sent.status, status, "{target}: {sent}");
        self.seen.push((target.to_owned(), sent));
    }

    /// Number and key of the order.
    fn order(&self) -> (&str, &str) {
        let order = self.address.trim_start_matches("/orders/").split_once("?key=");
        order.unwrap_or_else(|| panic!("no order at `{}`", self.address))
    }
}

/// The words of a text that may be somebody's: marks, numbers of orders, ids and keys.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').filter(|word| word.len() >= 7)
}

/// A response as it came, fields and content.
fn whole(response: &Response) -> String {
    let fields = response.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    fields.collect::<String>() + &response.text()
}

#[test]
fn nothing_of_one_shopper_is_in_a_response_to_another() {
    let selling = Selling::start();
    let cache = SharedCache::start(selling.shop.address()).unwrap_or_else(|reason| panic!("{reason}"));
    let browser = || Shopper { shop: &cache, cookies: Vec::new() };
    let buyer =
        |number| Buyer { number, browser: browser(), total: String::new(), address: String::new(), seen: Vec::new() };
    let mut buyers: Vec<Buyer<'_>> = (0..SHOPPERS).map(buyer).collect();
    for (sku, _) in PRODUCTS {
        count(&selling.record, sku, 10_000);
    }
    // A step of everybody, then the next one, each time from another shopper on.
    for (turn, (_, step)) in STEPS.iter().enumerate() {
        buyers.rotate_left(37 * turn % SHOPPERS);
        let waiting = Mutex::new(buyers.iter_mut());
        let next = || waiting.lock().expect("no thread failed").next();
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(buyer) = next() {
                        step(buyer);
                    }
                });
            }
        });
    }
    let mut faults = Faults::default();
    let mut owners: BTreeMap<String, usize> = BTreeMap::new();
    for buyer in &buyers {
        let (number, key) = buyer.order();
        let ids = buyer.seen.iter().filter_map(|(_, response)| crate::cart::cookie(response, "checkout"));
        let ids = ids.filter_map(|cookie| Some(cookie.split_once('.')?.0.to_owned()));
        for secret in [buyer.mark(), number.to_owned(), key.to_owned()].into_iter().chain(ids) {
            owners.insert(secret, buyer.number);
        }
    }
    for buyer in &buyers {
        for (target, response) in &buyer.seen {
            let path = target.split('?').next().unwrap_or_default();
            let strangers: BTreeSet<&str> = words(&whole(response))
                .filter_map(|word| owners.get(word))
                .filter(|owner| **owner != buyer.number)
                .map(|_| path)
                .collect();
            faults.expect(strangers.is_empty(), || format!("{path}: buyer {} gets something of another", buyer.number));
            let is_hit = SharedCache::status(response) == "HIT";
            let sets_cookie = response.header("set-cookie").is_some();
            faults.expect(!(is_hit && sets_cookie), || format!("{path}: a cookie came out of the cache"));
            faults.expect(!is_hit || path == "/", || format!("{path}: it came out of the cache"));
        }
        let page = &buyer.seen.last().expect("a page").1;
        faults.expect(page.text().contains(&buyer.mark()), || format!("buyer {} is not on the page", buyer.number));
        let due = buyer.due();
        faults.equal(format!("buyer {}: the total", buyer.number), &buyer.total, &due.to_string());
        faults.equal(format!("buyer {}: the order", buyer.number), &ordered(&selling, buyer), &Some(due));
    }
    let numbers: BTreeSet<&str> = buyers.iter().map(|buyer| buyer.order().0).collect();
    faults.equal("orders", &numbers.len(), &SHOPPERS);
    let pieces = |sku: &str| buyers.iter().filter(|buyer| buyer.product().0 == sku).map(Buyer::quantity).sum::<u64>();
    for (sku, _) in PRODUCTS {
        faults.equal(format!("reserved of {sku}"), &reserved(&selling.record, sku), &pieces(sku));
    }
    // Whoever comes next, without a cookie, gets nothing of anybody.
    for target in ["/", "/cart", "/checkout", "/checkout/review", "/products"] {
        let page = whole(&cache.send(&Request::get(target)));
        faults.expect(words(&page).all(|word| !owners.contains_key(word)), || {
            format!("{target}: a stranger sees somebody")
        });
    }
    faults.report("a page of the checkout is `private, no-store`, and its route serves one visitor");
}

/// The total of a buyer's order, as the origin has it.
fn ordered(selling: &Selling, buyer: &Buyer<'_>) -> Option<u64> {
    let (number, key) = buyer.order();
    let request = Request::get(format!("/orders/{number}")).header("x-order-key", key);
    let order = selling.record.send(&request.header("authorization", &format!("Bearer {SECRET}"))).json();
    order["data"]["summary"]["total"].as_u64()
}
