//! The corpus of the cart: the compiled Worker sends what `shop` answers in this process, in status, contract headers and every byte.
//! The edge alone answers these addresses; the origin knows none of them.

use storefront_tests::client::{Request, Response};
use storefront_tests::record::Record;
use storefront_tests::server::shop;
use storefront_tests::{corpus, in_process};
use web::Reply;

use crate::Faults;

/// The fields that the contract of the cart speaks of; the others belong to the host.
const CONTRACT: [&str; 7] = ["content-type", "cache-control", "etag", "allow", "location", "set-cookie", "retry-after"];

fn expected(reply: &Reply, name: &str) -> Option<String> {
    let values: Vec<String> =
        reply.headers().filter(|(found, _)| *found == name).map(|(_, value)| value.into_owned()).collect();
    if values.is_empty() { None } else { Some(values.join(", ")) }
}

/// Compares a response with the one of this process.
pub(super) fn compare(faults: &mut Faults, what: &str, found: &Response, expect: &Reply) {
    faults.equal(format!("{what} status"), &found.status, &expect.status);
    for name in CONTRACT {
        faults.equal(format!("{what} {name}"), &found.header(name), &expected(expect, name));
    }
    faults.expect(found.body == expect.body.as_ref(), || {
        let (found, expect) = (String::from_utf8_lossy(&found.body), String::from_utf8_lossy(&expect.body));
        let place = found.bytes().zip(expect.bytes()).take_while(|(found, expect)| found == expect).count();
        let near = |text: &str| text.chars().skip(place.saturating_sub(60)).take(200).collect::<String>();
        format!("{what} body, from byte {place}:\n  found    {}\n  expected {}", near(&found), near(&expect))
    });
}

#[test]
fn the_worker_answers_for_the_cart_as_the_shop_does() {
    let in_process = in_process::shop();
    let lines = corpus::lines(corpus::CART_PATH);
    assert!(lines.len() > 150, "only {} requests", lines.len());
    let mut faults = Faults::default();
    for line in &lines {
        let text: String = line.text.chars().take(120).collect();
        let what = format!("{}:{} `{text}`", corpus::CART_PATH, line.number);
        compare(&mut faults, &what, &shop().send(&line.with_content()), &line.answer_in_process(&in_process));
    }
    faults.report("a host only converts: `edge/src/host/exchange.rs`, `edge/src/host/warm.rs`");
}

/// A corpus that is refused throughout would prove nothing.
#[test]
fn the_corpus_of_the_cart_has_every_kind_of_response() {
    let in_process = in_process::shop();
    let replies: Vec<Reply> =
        corpus::lines(corpus::CART_PATH).iter().map(|line| line.answer_in_process(&in_process)).collect();
    let mut faults = Faults::default();
    for (status, least) in [
        (200, 60),
        (204, 1),
        (303, 20),
        (308, 1),
        (400, 5),
        (403, 4),
        (404, 3),
        (405, 6),
        (409, 7),
        (415, 3),
        (422, 25),
        (503, 1),
    ] {
        let count = replies.iter().filter(|reply| reply.status == status).count();
        faults.expect(count >= least, || format!("{count} responses with {status}, not {least}"));
    }
    faults.report("`tests/corpus/cart.txt` has requests of each kind");
}

#[test]
fn the_origin_knows_no_cart() {
    let record = Record::start(&[]);
    let mut faults = Faults::default();
    for target in ["/cart", "/cart/add", "/api/cart", "/api/cart?c=1~1*2", "/api/cart/lines", "/buy/1:2"] {
        let response = record.send(&Request::get(target).header("cookie", "cart=1~1*2*4800"));
        faults.equal(target, &response.status, &404);
        faults.equal(target, &response.media_type().as_deref(), &Some("application/problem+json"));
        let post = Request::new("POST", target).header("content-type", "application/x-www-form-urlencoded");
        let response = record.send(&post.body("sku=1"));
        faults.equal(format!("POST {target}"), &response.status, &405);
        faults.equal(format!("POST {target}"), &response.header("set-cookie"), &None);
    }
    faults.report("carts are priced at the edge; the origin's table is `origin/src/app/table.rs`");
}
