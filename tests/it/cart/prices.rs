//! WebAssembly and native agree on prices: seeded carts, priced by the compiled Worker and in this process, give the same bytes.

use std::fmt::Write as _;

use serde_json::Value;
use storefront_tests::client::Request;
use storefront_tests::in_process;
use storefront_tests::server::shop;
use web::Method;

use super::corpus::compare;
use crate::Faults;

/// How many carts are priced.
const CARTS: u64 = 200;

/// What the shop's own catalog sells, with and without variants and weights, some of it sold out, and something that it does not have.
const SKUS: [&str; 22] = [
    "1",
    "2",
    "4",
    "5",
    "7",
    "8",
    "10",
    "11",
    "12",
    "fjall-natural-130",
    "fjall-moss-130",
    "fjall-rust-130",
    "fjall-natural-170",
    "mug-cream",
    "mug-moss",
    "mug-night",
    "cushion-mustard-50",
    "cushion-sage-50",
    "cushion-ink-50",
    "cushion-mustard-60",
    "cushion-ink-60",
    "404",
];

/// The codes of the shop's own rules, and one that it does not have.
const CODES: [&str; 4] = ["WELCOME10", "KITCHEN5", "SHIPFREE", "NONE"];

/// Gross and net prices, tax by region, bands of value and of weight, a place that nothing is sent to, and the default.
const DESTINATIONS: [&str; 10] = [
    "",
    "&country=GB",
    "&country=GB&method=Express",
    "&country=GB&method=Standard",
    "&country=DE",
    "&country=NL",
    "&country=US&region=CA",
    "&country=US&region=NY",
    "&country=CA",
    "&country=JP",
];

/// Numbers that only look random, the same ones every time (`SplitMix64`).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).expect("an index of a short list")]
    }

    /// Some of a list, each once, in another order.
    fn some<'a>(&mut self, of: &[&'a str], most: u64) -> Vec<&'a str> {
        let mut chosen: Vec<&str> = Vec::new();
        for _ in 0..self.below(most + 1) {
            let next = self.pick(of);
            if !chosen.contains(&next) {
                chosen.push(next);
            }
        }
        chosen
    }

    /// The query of a cart and its destination.
    fn cart(&mut self) -> String {
        let mut text = String::from("1");
        // Half of them are small ones, worth less than free delivery takes.
        let is_small = self.below(2) == 0;
        for sku in self.some(&SKUS, if is_small { 2 } else { 24 }) {
            let quantity = match self.below(4) {
                _ if is_small => 1,
                0 => 1,
                1 => 1 + self.below(5),
                2 => 1 + self.below(60),
                _ => 1 + self.below(999),
            };
            write!(text, "~{sku}*{quantity}").expect("writing to a text");
            if self.below(3) == 0 {
                write!(text, "*{}", self.below(40_000)).expect("writing to a text");
            }
        }
        for code in self.some(&CODES, 4) {
            write!(text, "~!{code}").expect("writing to a text");
        }
        // A cart of nothing has an empty text, which the parameter cannot have.
        let text = if text == "1" { "1~404*1" } else { &text };
        format!("c={text}{}", self.pick(&DESTINATIONS))
    }
}

#[test]
fn the_worker_prices_seeded_carts_as_this_process_does() {
    let in_process = in_process::shop();
    let mut faults = Faults::default();
    let mut seeded = Seeded(19);
    let mut priced = Vec::new();
    for _ in 0..CARTS {
        let query = seeded.cart();
        let expect = in_process::answer(&in_process, web::Request::new(Method::Get, "/api/cart", &query), &[]);
        let found = shop().send(&Request::get(format!("/api/cart?{query}")));
        compare(&mut faults, &query, &found, &expect);
        priced.push(serde_json::from_slice::<Value>(&found.body).unwrap_or_default()["data"].take());
    }
    let some = |name: &str, holds: &dyn Fn(&Value) -> bool| {
        let count = priced.iter().filter(|cart| holds(cart)).count();
        (name.to_owned(), count)
    };
    let above_zero = |value: &Value| value.as_f64().is_some_and(|number| number > 0.0);
    for (name, count) in [
        some("gross prices with tax", &|cart| cart["isTaxIncluded"] == true && above_zero(&cart["tax"])),
        some("net prices with tax", &|cart| cart["isTaxIncluded"] == false && above_zero(&cart["tax"])),
        some("a discount", &|cart| above_zero(&cart["discount"])),
        some("two codes that hold", &|cart| {
            let codes = cart["codes"].as_array();
            codes.is_some_and(|codes| codes.iter().filter(|code| code["status"] == "applied").count() == 2)
        }),
        some("the lower band of weight", &|cart| cart["shipping"]["cost"] == 19),
        some("the upper band of weight", &|cart| cart["shipping"]["cost"] == 29),
        some("a band of value", &|cart| cart["shipping"]["cost"] == 4.9),
        some("no delivery", &|cart| cart["shipping"]["isServed"] == false),
        some("a problem", &|cart| cart["canBeOrdered"] == false),
    ] {
        faults.expect(count > 2, || format!("{count} carts with {name}"));
    }
    faults.report(
        "`commerce::price` depends on nothing that differs between hosts: neither floats nor the size of `usize`",
    );
}
