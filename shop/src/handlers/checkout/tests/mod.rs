//! The checkout from request to response, against answers that a test has written: the harness, its answers, and what holds for every response.

mod orders;
mod steps;

use rollout::RemoteName;
use serde_json::{Value, json};
use web::{Method, Request};

use crate::answer::Plan;
use crate::bundle::Bundle;
use crate::config::Config;
use crate::forward::{Heard, Next};
use crate::remotes::resolved::{Preparation, Wants};
use crate::request::Incoming;
use crate::response::Response;
use crate::routes::route;
use crate::shop::Shop;
use crate::testing::{NOW, PACE, bundle, record, selling, shop};

const KEY: &str = "00112233445566778899aabbccddeeff";
const HELD: &str = "cart=1~1*2*4800; checkout=7c.00112233445566778899aabbccddeeff";
const ORDER: &str = "/orders/7K3M-Q9XR?key=00112233445566778899aabbccddeeff";

/// A question that is expected, and its answer; none for an origin that does not answer.
type Script = (&'static str, Option<Answer>);

struct Answer(u16, Value);

fn answer(status: u16, value: Value) -> Answer {
    Answer(status, value)
}

fn run(shop: &Shop, (method, target): (Method, &str), cookie: &str, content: &str, script: &[Script]) -> Response {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let fields = [("cookie", cookie), ("content-type", "application/x-www-form-urlencoded")];
    let request = Request::new(method, path, query).with(&fields);
    let (clock, draw) = (|| NOW, || None);
    let incoming = Incoming::new(request, &clock, &draw);
    let matched = route(path, query).unwrap();
    let mut next = match shop.plan(&matched, &incoming) {
        Plan::Now(response) => Next::Now(response),
        Plan::Forward(ask) => Next::Ask(ask),
        Plan::Content => shop.receive(&matched, &incoming, content.as_bytes()),
        other => panic!("{target}: {other:?}"),
    };
    let mut script = script.iter();
    loop {
        match next {
            Next::Now(response) => {
                assert!(script.next().is_none(), "{target}: fewer questions than expected");
                return response;
            }
            Next::Ask(ask) => {
                let (expect, heard) = script.next().unwrap_or_else(|| panic!("{target}: one question more: {ask:?}"));
                let key = ask.key.as_ref().map(|(name, key)| format!(" {name}={}", key.reveal())).unwrap_or_default();
                let asked = format!("{} {}{key} {}", ask.method, ask.path, ask.body);
                assert!(asked.starts_with(expect), "{target}: asked `{asked}`, expected `{expect}`");
                let heard = heard
                    .as_ref()
                    .map(|Answer(status, body)| Heard { status: *status, body: serde_json::to_vec(body).unwrap() });
                next = shop.hear(&incoming, *ask, heard);
            }
        }
    }
}

fn get(target: &str, cookie: &str, script: &[Script]) -> Response {
    run(&selling(), (Method::Get, target), cookie, "", script)
}

fn post(target: &str, cookie: &str, content: &str, script: &[Script]) -> Response {
    run(&selling(), (Method::Post, target), cookie, content, script)
}

fn field(response: &Response, name: &str) -> String {
    let found = response.reply.fields.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| value.to_string()).unwrap_or_default()
}

/// Status, address and cookies, each with its lifetime alone.
fn outcome(response: &Response) -> (u16, String, Vec<String>) {
    let cookies = response.reply.cookies.iter().map(|cookie| {
        let text = cookie.to_string();
        let ends = if text.contains("Max-Age=0") { " ends" } else { "" };
        format!("{}{ends}", text.split(';').next().unwrap())
    });
    (response.reply.status, field(response, "location"), cookies.collect())
}

fn see(address: &str) -> (u16, String, Vec<String>) {
    (303, address.to_owned(), Vec::new())
}

#[track_caller]
fn has(response: &Response, parts: &[&str]) {
    let text = String::from_utf8(response.reply.body.to_vec()).unwrap();
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing: {text}");
    }
}

fn checkout(change: impl FnOnce(&mut Value)) -> Value {
    let mut view = json!({
        "id": "7c",
        "contact": {
            "email": "ada@example.com", "country": "GB", "name": "Ada Lovelace", "line1": "12 St James's Square", "postcode": "SW1Y 4JH",
            "city": "London",
        },
        "summary": summary(),
        "isReady": true,
        "ways": ["invoice", "test-card"],
    });
    change(&mut view);
    json!({ "data": view })
}

fn summary() -> Value {
    json!({
        "cart": "1~1*2*4800", "currency": "USD", "country": "GB", "isTaxIncluded": true,
        "lines": [{
            "sku": "1", "name": "Café press", "values": [], "handle": "cafe-press", "picture": "", "quantity": 2, "payable": 2, "unit": 4800,
            "amount": 9600, "discount": 0, "rate": 20000, "tax": 1600,
        }],
        "codes": [], "subtotal": 9600, "discount": 0,
        "shipping": {
            "options": [{ "name": "Standard", "cost": 0, "days": [2, 4] }, { "name": "Express", "cost": 1490, "days": [1, 1] }],
            "method": "Standard", "cost": 0, "tax": 0,
        },
        "taxes": [{ "rate": 20000, "amount": 9600, "tax": 1600 }], "tax": 1600, "total": 9600,
    })
}

fn ordered(state: &'static str) -> Value {
    checkout(|view| {
        view["order"] = json!({ "number": "7K3M-Q9XR", "state": state, "payment": "pending" });
    })
}

fn order(change: impl FnOnce(&mut Value)) -> Value {
    let mut order = json!({
        "number": "7K3M-Q9XR", "state": "placed", "orderedAt": 1_795_701_900_000_u64, "contact": checkout(|_| ())["data"]["contact"],
        "summary": summary(), "payment": { "way": "invoice", "state": "created", "captured": 0, "refunded": 0 },
        "parcel": { "state": "open" }, "canBeCancelled": true, "canBeWithdrawn": true,
    });
    change(&mut order);
    json!({ "data": order })
}

fn refused(code: &str) -> Value {
    json!({ "type": "urn:problem:conflict", "title": "Conflict", "status": 409, "detail": "…", "code": code })
}

const TYPED: &str = "email=ada%40example.com&country=GB&name=Ada+Lovelace&line1=12+St+James&line2=&postcode=sw1y4jh&city=London&region=&phone=";
const CART: &str = "PUT /checkouts/7c/cart x-checkout-key=00112233445566778899aabbccddeeff {\"cart\":\"1~1*2*4800\"}";

const BUY: &str = "total=9600&way=test-card&card=4242+4242+4242+4242";
const BOUGHT: &str = "POST /checkouts/7c/order x-checkout-key=00112233445566778899aabbccddeeff {\"cart\":\"1~1*2*4800\",\"seenTotal\":9600,\"way\":\"test-card\",\"card\":\"4242424242424242\"}";

const FIND: &str = "GET /orders/7K3M-Q9XR x-order-key=00112233445566778899aabbccddeeff";

#[test]
fn no_response_is_kept_or_tells_its_address() {
    let script: &[Script] = &[(CART, Some(answer(200, checkout(|_| ()))))];
    let responses = [
        get("/checkout", "", &[]),
        get("/checkout", HELD, script),
        get("/checkout/review", HELD, script),
        get("/checkout/review", HELD, &[(CART, None)]),
        get(ORDER, "", &[(FIND, Some(answer(200, order(|_| ()))))]),
        get("/orders/1", "", &[]),
        post(
            "/checkout/order",
            HELD,
            BUY,
            &[(BOUGHT, Some(answer(200, json!({ "data": { "number": "7K3M-Q9XR" } }))))],
        ),
    ];
    for response in responses {
        assert_eq!(response.reply.cache_control, web::CacheControl::PrivateNoStore);
        assert_eq!(field(&response, "referrer-policy"), "same-origin");
        assert_eq!(response.reply.etag, None);
    }
}

#[test]
fn the_page_with_the_button_names_the_provider_that_it_may_lead_to() {
    let policy = |ways: Value| {
        let view = checkout(|view| view["ways"] = ways);
        field(&get("/checkout/review", HELD, &[(CART, Some(answer(200, view)))]), "content-security-policy")
    };
    assert!(policy(json!(["stripe"])).contains("form-action 'self' https://checkout.stripe.com;"));
    assert_eq!(policy(json!(["invoice"])), "", "the policy of every page");
}

#[test]
fn a_shop_without_an_origin_takes_no_orders() {
    let shop = shop(false);
    for target in ["/checkout", "/checkout/review", ORDER] {
        assert_eq!(run(&shop, (Method::Get, target), HELD, "", &[]).reply.status, 503, "{target}");
    }
    assert_eq!(run(&shop, (Method::Post, "/checkout/order"), HELD, BUY, &[]).reply.status, 503);
}

#[test]
fn steps_and_orders_have_the_slot_of_their_remote_and_wait_for_its_release() {
    let manifests: &'static [&'static str] = vec![&*crate::testing::manifest("checkout").leak()].leak();
    let config = Config { record: Some((record(), PACE)), ..Config::default() };
    let shop = Shop::new(Bundle { manifests, ..bundle() }, config, "r2").unwrap();
    let wants = || Wants { releases: vec![RemoteName::new("checkout").unwrap()], ..Wants::default() };
    for (method, target) in
        [(Method::Get, "/checkout"), (Method::Post, "/checkout/contact"), (Method::Get, "/orders/7K3M-Q9XR")]
    {
        let (clock, draw) = (|| NOW, || None);
        let request = Request::new(method, target, "");
        let prepared = shop.prepare(&route(target, "").unwrap(), &Incoming::new(request, &clock, &draw));
        assert_eq!(prepared, Preparation::First(wants()), "{target}");
    }
    let script = [("PUT /checkouts/7c/cart", Some(answer(200, checkout(|_| ()))))];
    let page = run(&shop, (Method::Get, "/checkout/delivery"), HELD, "", &script);
    has(&page, &["data-remote=\"checkout\" data-version=\"1.1.0\" data-contract=\"1\"", "remote/checkout"]);
    assert_eq!(field(&page, "x-remotes"), "checkout@1.1.0");
    assert_eq!(field(&page, "x-remote-fallback"), "checkout=release; because=\"unread\"", "nobody knows the release");
    let closed = run(&shop, (Method::Get, "/checkout/delivery"), HELD, "", &[("PUT", None)]);
    assert!(closed.reply.status == 503 && field(&closed, "x-remotes").is_empty());
}
