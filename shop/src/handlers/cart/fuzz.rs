//! Fuzzing of everything that a client sends about a cart: its text in cookies and addresses, forms, JSON, links. Seeded cases as in
//! `catalog/tests/it/fuzz/`: `FUZZ_SECONDS=600 cargo test --package shop fuzz:: -- --nocapture` goes on for that long.

use std::fmt::Write as _;

use catalog::Sku;
use commerce::{Cart, Line, MAX_LINES, MAX_QUANTITY, MAX_TEXT_LENGTH};
use web::{Method, Request};

use crate::answer::Plan;
use crate::bundle::Bundle;
use crate::config::Config;
use crate::request::Incoming;
use crate::response::Response;
use crate::routes::route;
use crate::seeded::{Chance, run};
use crate::shop::Shop;
use crate::testing::{NOW, bundle};

/// How many cases each run has at least: in the tests' own profile a thousand take a few seconds.
const CASES: u64 = 1_000;

const RULES: &[u8] = br#"{
  "tax": { "included": true, "rate": [{ "countries": ["DE"], "percent": "19" }, { "countries": ["US"], "percent": "8.875" }],
    "market": [{ "countries": ["US"], "included": false }] },
  "shipping": { "default": "DE", "zone": [{ "name": "All", "countries": ["*"], "method": [
    { "name": "Post", "by-weight": [{ "from": 0, "cost": "9.00" }, { "from": 2000, "cost": "19.00" }], "max-weight": 200000 },
    { "name": "Express", "by-value": [{ "from": "0", "cost": "4.90" }, { "from": "80.00", "cost": "0" }] }] }] },
  "discount": [{ "code": "TEN", "percent": "10", "combinable": true }, { "code": "FIVE", "amount": "5.00", "combinable": true },
    { "code": "SENT", "free-shipping": true }, { "code": "OVER", "percent": "50", "until": "2026-11-27" }]
}"#;

const SKUS: [&str; 10] = ["1", "2", "4", "12", "mug-moss", "fjall-rust-130", "404", "cushion-ink-60", "-", "A.b_c-D"];
const CODES: [&str; 6] = ["TEN", "FIVE", "SENT", "OVER", "NONE", "A-_9"];

/// Versions of the text: this one, the one before and the next, others, none.
const VERSIONS: [&str; 9] = ["1", "1", "1", "0", "2", "99", "", "01", "v1"];

/// Parts that no cart writes, and some that look like it.
const PARTS: [&str; 24] = [
    "",
    "*",
    "**",
    "1",
    "1*",
    "*1",
    "1*0",
    "1*01",
    "1*1000",
    "1*4294967296",
    "1*99999999999999999999",
    "1*2*",
    "1*2*3*4",
    "1*2*1000000000000",
    "1*-1",
    "1*+1",
    "1* 1",
    "!",
    "!!",
    "!ten",
    "!TEN!TEN",
    "\u{e9}*1",
    "%31*1",
    "1*\u{661}",
];

const NAMES: [&str; 12] = [
    "sku",
    "product",
    "quantity",
    "variant",
    "option.Colour",
    "option.",
    "code",
    "remove",
    "country",
    "region",
    "method",
    "s%6bu",
];

const VALUES: [&str; 30] = [
    "1",
    "2",
    "6",
    "404",
    "mug-moss",
    "fjall-rust-130",
    "0",
    "-1",
    "999",
    "1000",
    "4294967296",
    "1e2",
    "Moss",
    "moss",
    "TEN",
    "ten",
    "NONE",
    "DE",
    "US",
    "XX",
    "Express",
    "",
    "+",
    "%00",
    "%0d%0aset-cookie:%20x=y",
    "%ff",
    "%",
    "%3Cscript%3E",
    "%F0%9F%AB%96",
    "%E2%80%AE",
];

const JSON: [&str; 22] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"sku\"",
    "\"sku\":\"1\"",
    "\"sku\":\"mug-moss\"",
    "\"quantity\":2",
    "\"quantity\":1000",
    "\"quantity\":-1",
    "\"quantity\":1e400",
    "\"more\":null",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "null",
    "true",
    "0",
    " ",
    "\u{feff}",
    "{\"sku\":\"1\",\"quantity\":1}",
];

thread_local! {
    static SHOP: Shop = Shop::new(Bundle { rules: RULES, ..bundle() }, Config::default(), "r2").unwrap();
}

/// Sends a request, and checks what holds for every response about a cart.
fn send(method: Method, target: &str, cookie: &str, kind: &str, content: &[u8]) -> Response {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let fields = [("cookie", cookie), ("content-type", kind)];
    let request = Request::new(method, path, query).with(&fields);
    let (clock, draw) = (|| NOW, || None);
    let incoming = Incoming::new(request, &clock, &draw);
    let response = SHOP.with(|shop| {
        let Ok(matched) = route(path, query) else { return shop.refuse(route(path, query).unwrap_err(), &incoming) };
        match shop.plan(&matched, &incoming) {
            Plan::Now(response) => response,
            Plan::Content => crate::testing::at_once(shop.receive(&matched, &incoming, content)),
            Plan::Page(planned) => shop.render(&planned, NOW),
            other => panic!("{target}: {other:?}"),
        }
    });
    let shown = format!("{target} [{cookie}] {:?}", String::from_utf8_lossy(content));
    for (name, value) in response.reply.headers() {
        assert!(!value.chars().any(char::is_control), "{shown}: {name}: {value:?}");
    }
    let body = core::str::from_utf8(&response.reply.body).unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert!(!body.contains("<script>"), "{shown}: {body}");
    let is_done = matches!(response.reply.status, 200 | 303) && method == Method::Post || target.starts_with("/buy/");
    assert!(is_done || response.reply.cookies.is_empty(), "{shown}: cookies with {}", response.reply.status);
    if let Some(cart) = response.reply.cookies.first() {
        let text = cart.to_string();
        let text = text.split(';').next().and_then(|pair| pair.strip_prefix("cart=")).unwrap();
        let cart = Cart::parse(text).unwrap_or_else(|error| panic!("{shown}: `{text}`: {error}"));
        assert!(text.len() <= MAX_TEXT_LENGTH && cart.lines().len() <= MAX_LINES, "{shown}: {text}");
    }
    response
}

fn post(target: &str, cookie: &str, content: &[u8]) -> u16 {
    send(Method::Post, target, cookie, "application/x-www-form-urlencoded", content).reply.status
}

/// A cart of up to so many lines.
fn cart(chance: &mut Chance, most: usize) -> Cart {
    let mut cart = Cart::default();
    for _ in 0..chance.below(most + 1) {
        let sku = if chance.once_in(3) { format!("s{}", chance.below(80)) } else { (*chance.pick(&SKUS)).to_owned() };
        let quantity = chance.word() % MAX_QUANTITY + 1;
        let seen = catalog::Price::from_minor(u64::from(chance.word())).ok().filter(|_| chance.once_in(2));
        let _ = cart.set(Sku::new(&sku).unwrap(), quantity, seen);
    }
    for _ in 0..chance.below(4) {
        let code: &&str = chance.pick(&CODES);
        let _ = cart.add_code(commerce::Code::new(code).unwrap());
    }
    cart
}

/// The text of a cart as some client might send it: whole, in another version, with parts of nothing, damaged, or noise.
fn text(chance: &mut Chance) -> Vec<u8> {
    if chance.once_in(5) {
        return (0..chance.below(300)).map(|_| chance.byte()).collect();
    }
    let most = if chance.once_in(4) { 60 } else { 6 };
    let cart = cart(chance, most);
    let mut text = with_version(chance, &cart);
    for _ in 0..chance.below(4) {
        let _ = write!(text, "~{}", chance.pick(&PARTS));
    }
    let mut bytes = text.into_bytes();
    damage(&mut bytes, chance);
    bytes
}

fn with_version(chance: &mut Chance, cart: &Cart) -> String {
    let text = cart.to_text();
    let parts = text.split_once('~').map_or("", |(_, parts)| parts);
    format!("{}~{parts}", chance.pick(&VERSIONS))
}

/// Changes a few bytes, takes some out, repeats some; half of the time nothing.
fn damage(bytes: &mut Vec<u8>, chance: &mut Chance) {
    if chance.once_in(2) {
        return;
    }
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len().max(1));
        match chance.below(5) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at.min(bytes.len()), chance.byte()),
            2 => bytes.extend_from_within(..at.min(bytes.len())),
            _ => {
                let byte = chance.byte();
                if let Some(held) = bytes.get_mut(at) {
                    *held = byte;
                }
            }
        }
    }
}

/// Pieces of a language in any order, or noise.
fn pieces(chance: &mut Chance, of: &[&str]) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..chance.below(9)).flat_map(|_| chance.pick(of).bytes().collect::<Vec<_>>()).collect();
    damage(&mut bytes, chance);
    bytes
}

fn form(chance: &mut Chance) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..chance.below(9) {
        bytes.extend_from_slice(chance.pick(&NAMES).as_bytes());
        bytes.push(if chance.once_in(20) { chance.byte() } else { b'=' });
        bytes.extend_from_slice(chance.pick(&VALUES).as_bytes());
        bytes.push(b'&');
    }
    damage(&mut bytes, chance);
    bytes
}

/// A cookie of visible characters, as the runtime passes them on.
fn cookie(chance: &mut Chance) -> String {
    let text: String = String::from_utf8_lossy(&text(chance)).chars().filter(|letter| !letter.is_control()).collect();
    let mut cookie = format!("cart={text}");
    if chance.once_in(8) {
        let _ = write!(cookie, "; cart={}", cart(chance, 4).to_text());
    }
    cookie
}

#[test]
fn any_text_is_a_cart_or_is_salvaged() {
    run("any_text_is_a_cart_or_is_salvaged", CASES * 10, |case| {
        let mut chance = Chance::of_case(case);
        let bytes = text(&mut chance);
        let whole = core::str::from_utf8(&bytes).ok().and_then(|text| Cart::parse(text).ok().map(|cart| (text, cart)));
        let salvaged = Cart::salvage(&bytes);
        if let Some((text, cart)) = whole {
            assert_eq!(cart.to_text(), text);
            assert_eq!((&salvaged.cart, salvaged.losses.len()), (&cart, 0));
        }
        let again = salvaged.cart.to_text();
        assert!(again.len() <= MAX_TEXT_LENGTH);
        assert_eq!(Cart::parse(&again), Ok(salvaged.cart));
    });
}

/// A text of another version, with parts that nobody reads between its lines: no line is lost.
#[test]
fn nothing_valid_of_a_damaged_text_is_lost() {
    run("nothing_valid_of_a_damaged_text_is_lost", CASES * 10, |case| {
        let mut chance = Chance::of_case(case);
        let cart = cart(&mut chance, 40);
        let mut text = (*chance.pick(&VERSIONS)).to_owned();
        for part in cart.to_text().split('~').skip(1) {
            let _ = write!(text, "~{part}");
            let unreadable = chance.pick(&PARTS);
            // A quantity above the largest is read as the largest.
            if chance.once_in(3) && !["1*1000", "1*4294967296"].contains(unreadable) {
                let _ = write!(text, "~{unreadable}");
            }
        }
        let salvaged = Cart::salvage(text.as_bytes());
        assert_eq!(
            salvaged.cart.lines().iter().map(Line::sku).collect::<Vec<_>>(),
            cart.lines().iter().map(Line::sku).collect::<Vec<_>>(),
            "{text}"
        );
        assert!(cart.lines().iter().all(|line| salvaged.cart.line(line.sku()) == Some(line)), "{text}");
        assert_eq!(salvaged.cart.codes(), cart.codes(), "{text}");
    });
}

#[test]
fn any_cookie_has_its_page_and_its_document() {
    run("any_cookie_has_its_page_and_its_document", CASES, |case| {
        let mut chance = Chance::of_case(case);
        let cookie = cookie(&mut chance);
        let target = if chance.once_in(2) { "/cart" } else { "/api/cart" };
        let query = String::from_utf8_lossy(&form(&mut chance)).into_owned();
        let response = send(Method::Get, target, &cookie, "", &[]);
        assert_eq!(response.reply.status, 200, "{target} [{cookie}]");
        let asked = send(Method::Get, &format!("{target}?{query}"), &cookie, "", &[]);
        assert!(matches!(asked.reply.status, 200 | 400 | 414), "{target}?{query} [{cookie}]: {}", asked.reply.status);
    });
}

#[test]
fn any_text_in_an_address_is_priced_or_refused() {
    run("any_text_in_an_address_is_priced_or_refused", CASES, |case| {
        let mut chance = Chance::of_case(case);
        let mut encoded = String::new();
        web::form::encode(&String::from_utf8_lossy(&text(&mut chance)), &mut encoded);
        let country = chance.pick(&["", "&country=US", "&country=DE&method=Express", "&country=%00"]);
        let response = send(Method::Get, &format!("/api/cart?c={encoded}{country}"), "", "", &[]);
        assert!(matches!(response.reply.status, 200 | 400 | 414), "{encoded}: {}", response.reply.status);
        serde_json::from_slice::<serde_json::Value>(&response.reply.body).unwrap();
        let link: String =
            String::from_utf8_lossy(&pieces(&mut chance, &["1", ":", ",", "2", "mug-moss", "404", "x", "%31", "999"]))
                .chars()
                .filter(|letter| letter.is_ascii_graphic() && !matches!(letter, '/' | '?' | '#'))
                .collect();
        let response = send(Method::Get, &format!("/buy/{link}"), &cookie(&mut chance), "", &[]);
        assert!(matches!(response.reply.status, 303 | 400 | 404 | 409 | 422), "/buy/{link}: {}", response.reply.status);
    });
}

#[test]
fn any_form_changes_the_cart_or_is_refused() {
    run("any_form_changes_the_cart_or_is_refused", CASES, |case| {
        let mut chance = Chance::of_case(case);
        let path = *chance.pick(&["/cart/add", "/cart/add", "/cart/set", "/cart/remove", "/cart/code"]);
        let (cookie, content) = (cookie(&mut chance), form(&mut chance));
        let status = post(path, &cookie, &content);
        assert!(matches!(status, 303 | 409 | 422), "{path} {:?}: {status}", String::from_utf8_lossy(&content));
    });
}

#[test]
fn any_json_adds_a_line_or_is_refused() {
    run("any_json_adds_a_line_or_is_refused", CASES, |case| {
        let mut chance = Chance::of_case(case);
        let (cookie, content) = (cookie(&mut chance), pieces(&mut chance, &JSON));
        let response = send(Method::Post, "/api/cart/lines", &cookie, "application/json", &content);
        let status = response.reply.status;
        assert!(matches!(status, 200 | 409 | 422), "{:?}: {status}", String::from_utf8_lossy(&content));
        serde_json::from_slice::<serde_json::Value>(&response.reply.body).unwrap();
    });
}
