//! Webhooks of a payment provider through the Worker: byte for byte to the origin, with their signature and nothing else of the request, and
//! back comes the status of the origin, so that the provider delivers again what was not applied.

use std::sync::{Arc, Mutex};

use storefront_tests::canned::{Answer, Asked, Canned};
use storefront_tests::client::Request;
use storefront_tests::stripe::{KEY, Stripe, WEBHOOK_SECRET, sign};

use super::{Selling, TYPED, has, total};
use crate::Faults;
use crate::origin::followed::{SECRET, follow_at};

#[expect(clippy::disallowed_methods, reason = "signatures have an age")]
fn seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("it is after 1970").as_secs()
}

fn hook(target: &str, body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", target).header("content-type", "application/json; charset=utf-8").body(body)
}

#[test]
fn an_order_is_paid_by_an_event_that_the_edge_hands_on() {
    let stripe = Stripe::start();
    let mut selling = Selling::start_with(&[
        ("PAYMENTS", "stripe"),
        ("STRIPE_SECRET_KEY", KEY),
        ("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("STRIPE_API", &stripe.url()),
        ("SHOP_URL", "https://shop.example"),
    ]);
    let mut shopper = selling.shopper();
    let review = shopper.comes_to_review();
    let ordered = shopper.posts("/checkout/order", &format!("total={}&way=stripe", total(&review)));
    // The double's page is none that the shop sends a browser to, so the order's own page follows.
    let address = ordered.header("location").expect("the page of the order").clone();
    let placed = "Your order is placed";
    assert!(!shopper.opens(&address).text().contains(placed), "nobody has paid yet");
    let cookies = std::mem::take(&mut shopper.cookies);
    assert!(stripe.pay(&stripe.sessions()[0]));
    let event = stripe.events()[0].clone();
    let deliver = |selling: &Selling| selling.shop.send(&event.delivery(WEBHOOK_SECRET, seconds()));
    let mut faults = Faults::default();
    // While the origin is away, the provider hears that, and delivers again.
    selling.record.kill();
    let away = deliver(&selling);
    faults.equal("origin away", &away.status, &503);
    faults.expect(away.header("retry-after").is_some(), || "no retry-after".to_owned());
    selling.record.start_again();
    let forged = selling.shop.send(&event.delivery("whsec_of_somebody_else", seconds()));
    faults.equal("forged", &forged.status, &400);
    let taken = deliver(&selling);
    faults.equal("taken", &taken.status, &200);
    faults.equal("caching", &taken.header("cache-control").as_deref(), &Some("private, no-store"));
    faults.equal("cookies", &taken.header("set-cookie"), &None);
    faults.equal("again", &deliver(&selling).status, &200);
    faults.report("`shop/src/handlers/hook.rs` decides, `edge/src/objects/forward.rs` hands on");
    let mut shopper = super::Shopper { shop: &selling.shop, cookies };
    has(&shopper.opens(&address), &[placed]);
    assert_eq!(stripe.totals().0, 1);
}

/// An origin that writes down what reaches it and answers 418 to webhooks.
fn listening() -> (Canned, Arc<Mutex<Vec<Asked>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&heard);
    let origin = Canned::start_with(move |asked: &Asked| {
        if asked.line.contains("/hooks/") {
            noted.lock().expect("no test has failed").push(asked.clone());
            return Answer { status: 418, ..Answer::json("{\"detail\":\"short and stout\"}") };
        }
        Answer { status: 500, ..Answer::json("{}") }
    });
    (origin, heard)
}

#[test]
fn nothing_but_content_and_signature_goes_on_and_the_status_comes_back() {
    let (origin, heard) = listening();
    let shop = follow_at(&origin.url(), &[]);
    let signature = sign("whsec", 1, b"x");
    // No UTF-8, since nothing reads it on the way.
    let sent = b"{\"a\": \xff 1}\n\0";
    let request = hook("/hooks/stripe?api=1", sent.as_slice())
        .header("stripe-signature", &signature)
        .header("cookie", "cart=1~1*2*4800")
        .header("authorization", "Bearer of-somebody")
        .header("x-forwarded-for", "192.0.2.7")
        .header("user-agent", "Stripe/1.0");
    let response = shop.send(&request);
    let heard = heard.lock().expect("the lock is free").clone();
    let mut faults = Faults::default();
    faults.equal("status", &response.status, &418);
    faults.equal("words", &response.text().contains("short and stout"), &true);
    faults.equal("questions", &heard.len(), &1);
    let asked = &heard[0];
    faults.equal("line", &asked.line.as_str(), &"POST /hooks/stripe");
    faults.equal("signature", &asked.header("stripe-signature"), &Some(signature.as_str()));
    faults.equal("secret", &asked.header("authorization"), &Some(format!("Bearer {SECRET}").as_str()));
    faults.equal("content", &asked.body, &sent.to_vec());
    for name in ["cookie", "x-forwarded-for"] {
        faults.equal(name, &asked.header(name), &None);
    }
    faults.report("`hand_on` in `edge/src/objects/forward.rs` writes the fields");
}

#[test]
fn whatever_is_no_event_goes_nowhere() {
    let (origin, heard) = listening();
    let shop = follow_at(&origin.url(), &[]);
    let mut faults = Faults::default();
    for target in ["/hooks/Stripe", "/hooks/str_ipe", "/hooks/-", "/hooks/a.b"] {
        faults.equal(target, &shop.send(&hook(target, "{}")).status, &404);
    }
    for target in ["/hooks/", "/hooks/stripe/more", "/hooks"] {
        let status = shop.send(&hook(target, "{}")).status;
        faults.expect(matches!(status, 404 | 405), || format!("{target}: {status}"));
    }
    faults.equal("GET", &shop.get("/hooks/stripe").status, &405);
    let form = Request::new("POST", "/hooks/stripe").header("content-type", "text/plain").body(TYPED);
    faults.equal("a form", &shop.send(&form).status, &415);
    faults.equal("too much", &shop.send(&hook("/hooks/stripe", vec![b' '; 256 * 1024 + 1])).status, &413);
    let chunked =
        Request::new("POST", "/hooks/stripe")
            .header("content-type", "application/json")
            .chunked(vec![b' '; 256 * 1024 + 1]);
    faults.equal("too much, in chunks", &shop.send(&chunked).status, &413);
    faults.equal("nothing of it at the origin", &heard.lock().expect("the lock is free").len(), &0);
    faults.equal("all that is allowed", &shop.send(&hook("/hooks/stripe", vec![b' '; 256 * 1024])).status, &418);
    faults.report("the row `hook` of `shop/src/routes.rs`, and `shop/src/handlers/hook.rs`");
}
