//! Payments with Stripe: the real origin and a double of Stripe. The double counts charges and money, whatever the origin believes.

mod double;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use storefront_tests::client::{Request, Response};
use storefront_tests::record::{Record, products};
use storefront_tests::stripe::{Event, Fault, KEY, Stripe, WEBHOOK_SECRET, sign};

const SECRET: &str = "a-secret-of-the-edge-and-the-origin";
const CART: &str = "1~1*2";

/// How long anything may take that is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// An origin that sells with the double.
struct Shop {
    record: Record,
    stripe: Stripe,
    folder: tempfile::TempDir,
}

/// A shopper at the review page.
struct Shopper {
    cart: String,
    checkout: String,
    key: String,
    total: u64,
}

impl Shop {
    fn start(variables: &[(&str, &str)]) -> Shop {
        let (stripe, folder) = (Stripe::start(), tempfile::tempdir().expect("a folder for the database"));
        let database = format!("sqlite:{}", folder.path().join("shop.db").display());
        let url = stripe.url();
        let base = [
            ("DATABASE_URL", database.as_str()),
            ("ORIGIN_SECRET", SECRET),
            ("PAYMENTS", "stripe"),
            ("STRIPE_SECRET_KEY", KEY),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("STRIPE_API", &url),
            ("SHOP_URL", "https://shop.example"),
        ];
        Shop { record: Record::start(&[&base, variables].concat()), stripe, folder }
    }

    fn ask(&self, method: &str, path: &str, key: &str, body: &Value) -> Response {
        let request = Request::new(method, path).header("authorization", &format!("Bearer {SECRET}"));
        let request = request.header("x-checkout-key", key).header("x-order-key", key);
        let request = if method == "GET" {
            request
        } else {
            request.header("content-type", "application/json").body(body.to_string())
        };
        self.record.send(&request)
    }

    fn shopper(&self) -> Shopper {
        self.shopper_of(CART)
    }

    fn shopper_of(&self, cart: &str) -> Shopper {
        let begun = self.ask("POST", "/checkouts", "", &json!({ "cart": cart })).json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let (checkout, key) = (text(&begun["data"]["id"]), text(&begun["key"]));
        let contact = json!({ "email": "ada@shop.example", "country": "US", "name": "Ada", "line1": "1 Way", "line2": "",
            "postcode": "94105", "city": "San Francisco", "region": "CA", "phone": "" });
        let answer = self.ask("PUT", &format!("/checkouts/{checkout}/contact"), &key, &contact);
        let method = answer.json()["data"]["summary"]["shipping"]["options"][0]["name"].clone();
        assert!(method.is_string(), "no way to send it: {}", answer.text());
        let answer = self.ask("PUT", &format!("/checkouts/{checkout}/delivery"), &key, &json!({ "method": method }));
        let total = answer.json()["data"]["summary"]["total"].as_u64().expect("a total");
        Shopper { cart: cart.to_owned(), checkout, key, total }
    }

    /// Presses the button.
    fn press(&self, shopper: &Shopper) -> Response {
        let order = json!({ "cart": shopper.cart, "seenTotal": shopper.total, "way": "stripe", "card": "" });
        self.ask("POST", &format!("/checkouts/{}/order", shopper.checkout), &shopper.key, &order)
    }

    /// Presses it, and gives the number of the order and the page of the payment.
    #[track_caller]
    fn order(&self, shopper: &Shopper) -> (String, Option<String>) {
        let answer = self.press(shopper);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let data = answer.json()["data"].clone();
        (data["number"].as_str().expect("a number").to_owned(), data["next"].as_str().map(str::to_owned))
    }

    fn deliver(&self, event: &Event) -> u16 {
        self.record.send(&event.delivery(WEBHOOK_SECRET, seconds())).status
    }

    /// The states of the order and of its payment.
    fn states(&self, number: &str, shopper: &Shopper) -> (String, String) {
        let order = self.ask("GET", &format!("/orders/{number}"), &shopper.key, &Value::Null).json()["data"].clone();
        let state = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no state in {order}")).to_owned();
        (state(&order["state"]), state(&order["payment"]["state"]))
    }

    #[track_caller]
    fn expect_states(&self, number: &str, shopper: &Shopper, expect: (&str, &str)) {
        let started = now();
        loop {
            let found = self.states(number, shopper);
            if (found.0.as_str(), found.1.as_str()) == expect {
                return;
            }
            assert!(started.elapsed() < LIMIT, "found {found:?}, expected {expect:?}\n{}", self.record.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "signatures have an age")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs()
}

#[expect(clippy::disallowed_methods, reason = "a limit on waiting needs a clock")]
fn now() -> Instant {
    Instant::now()
}

fn pair(found: &(String, String)) -> (&str, &str) {
    (&found.0, &found.1)
}

#[test]
fn an_order_is_paid_by_webhook_before_the_shopper_returns() {
    let shop = Shop::start(&[]);
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

#[test]
fn an_order_is_paid_by_the_return_before_the_webhook() {
    let shop = Shop::start(&[]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    assert!(shop.stripe.pay(&shop.stripe.sessions()[0]));
    assert_eq!(shop.order(&shopper), (number.clone(), None));
    assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"));
    assert_eq!(shop.deliver(&shop.stripe.events()[0]), 200);
    assert_eq!(pair(&shop.states(&number, &shopper)), ("placed", "captured"));
    assert_eq!((shop.stripe.sessions().len(), shop.stripe.totals()), (1, (1, shopper.total, 0)));
}

#[test]
fn events_in_the_wrong_sequence_and_twice_have_one_effect() {
    let shop = Shop::start(&[]);
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

#[test]
fn a_provider_that_is_lost_at_the_start_gets_one_session() {
    for fault in [Fault::Lost, Fault::LostAfter, Fault::FailedAfter] {
        let shop = Shop::start(&[]);
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

#[test]
fn silence_at_the_start_ends_in_a_refusal_and_the_next_press_goes_on() {
    let shop = Shop::start(&[]);
    let shopper = shop.shopper();
    shop.stripe.fail("POST /v1/checkout/sessions", Fault::Silent, 1);
    let answer = shop.press(&shopper);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("no-provider")), "{}", answer.text());
    assert!(shop.order(&shopper).1.is_some());
    assert_eq!(shop.stripe.sessions().len(), 1);
}

#[test]
fn a_crash_before_the_session_is_named_is_mended_by_its_event() {
    let mut shop = Shop::start(&[]);
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
    assert!(shop.folder.path().exists());
}

#[test]
fn an_order_that_nobody_pays_expires_and_a_late_payment_finds_goods_again() {
    let shop = Shop::start(&[("PAYMENT_TIME_MS", "1500")]);
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

#[test]
fn a_late_payment_for_goods_that_are_gone_goes_back_once() {
    let shop = Shop::start(&[("PAYMENT_TIME_MS", "3000")]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    shop.expect_states(&number, &shopper, ("expired", "cancelled"));
    let stock = products()[0]["stock"].as_u64().expect("a stock");
    let other = shop.shopper_of(&format!("1~1*{stock}"));
    shop.order(&other);
    let sessions = shop.stripe.sessions();
    assert!(shop.stripe.pay(&sessions[1]));
    assert_eq!(shop.order(&other).1, None);
    shop.stripe.pay_late(&sessions[0]);
    let events = shop.stripe.events();
    assert_eq!(shop.deliver(events.last().expect("an event")), 200);
    shop.expect_states(&number, &shopper, ("expired", "refunded"));
    assert_eq!(shop.stripe.totals(), (2, shopper.total + other.total, shopper.total));
}

#[test]
fn a_cancelled_order_is_refunded_once() {
    let shop = Shop::start(&[]);
    let shopper = shop.shopper();
    let (number, _) = shop.order(&shopper);
    shop.stripe.pay(&shop.stripe.sessions()[0]);
    assert_eq!(shop.deliver(&shop.stripe.events()[0]), 200);
    // The refund is done, and its response is lost: the sweeper repeats it with the same key.
    shop.stripe.fail("POST /v1/refunds", Fault::LostAfter, 1);
    let answer = shop.ask("POST", &format!("/orders/{number}/cancel"), &shopper.key, &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    shop.expect_states(&number, &shopper, ("cancelled", "refunded"));
    for event in shop.stripe.events() {
        assert_eq!(shop.deliver(&event), 200);
    }
    assert_eq!(shop.stripe.totals(), (1, shopper.total, shopper.total));
}

#[test]
fn a_bad_signature_is_refused_and_counted() {
    let shop = Shop::start(&[]);
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
