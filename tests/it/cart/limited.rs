//! How often one address may change a cart: above the limit the shop explains, and the cart stays as it is.

use storefront_tests::client::Request;
use storefront_tests::server::{Server, Setup};

use super::{cookie, form};
use crate::Faults;

/// A shop that allows three changes and three attempts a minute. However slowly the simulated limiter answers on a busy machine, its answer
/// counts.
fn limited() -> Server {
    let setup = Setup { limit: Some(3), variables: &[("LIMIT_WAIT_MS", "60000")], ..Setup::default() };
    Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"))
}

#[test]
fn above_the_limit_a_change_is_refused_and_explained() {
    let server = limited();
    let mut faults = Faults::default();
    let refused: Vec<_> = (0..12)
        .map(|_| server.send(&form("/cart/add", "cart=1~1*2*4800", "sku=1")))
        .filter(|response| response.status != 303)
        .collect();
    // A minute may end in between, so that a second one begins to count.
    faults.expect((6..=9).contains(&refused.len()), || format!("{} of 12 were refused", refused.len()));
    for response in &refused {
        faults.equal("status", &response.status, &429);
        faults.equal("retry-after", &response.header("retry-after").as_deref(), &Some("60"));
        faults.equal("cookie", &cookie(response, "cart"), &None);
        faults.expect(response.text().contains("The cart is as it was"), || "no explanation".to_owned());
    }
    faults.equal("reading is not limited", &server.get("/cart").status, &200);
    faults.report("`Limit` in `shop/src/routes.rs` names the binding of `wrangler.toml`");
}

#[test]
fn a_link_that_fills_the_cart_is_a_change() {
    let server = limited();
    let mut faults = Faults::default();
    let embedded = Request::get("/buy/1").header("sec-fetch-site", "cross-site").header("sec-fetch-dest", "image");
    for _ in 0..12 {
        faults.equal("a picture of another site", &server.send(&embedded).status, &403);
    }
    let followed: Vec<_> = (0..12).map(|_| server.get("/buy/1")).collect();
    faults.equal("the pictures counted", &followed.first().map(|response| response.status), &Some(303));
    let refused: Vec<_> = followed.iter().filter(|response| response.status == 429).collect();
    faults.expect((6..=9).contains(&refused.len()), || format!("{} of 12 were refused", refused.len()));
    for response in &refused {
        faults.expect(response.text().contains("There were many changes of the cart"), || "no explanation".to_owned());
    }
    faults.report("the row `buy` in `shop/src/routes.rs` has the limit of the cart's changes");
}

/// The status that the API gives to each code of a cart.
fn statuses(server: &Server, text: &str) -> Vec<String> {
    let response = server.get(format!("/api/cart?c={text}"));
    assert_eq!(response.status, 200, "{text}");
    let codes = response.json()["data"]["codes"].as_array().cloned().unwrap_or_default();
    codes.iter().map(|code| code["status"].as_str().unwrap_or_default().to_owned()).collect()
}

fn cart(path: &str, text: &str) -> Request {
    Request::get(path).header("cookie", &format!("cart={text}"))
}

#[test]
fn neither_an_old_code_nor_another_site_uses_up_the_attempts() {
    let server = limited();
    let mut faults = Faults::default();
    for number in 0..12 {
        let old = server.send(&cart("/cart", "1~1*1*4800~!GONE"));
        faults.equal("an old code", &(old.status, old.text().contains("not a code of this shop")), &(200, true));
        let known = server.send(&cart("/cart", "1~1*3*4800~!WELCOME10"));
        faults.equal("a code of the merchant's", &known.text().contains("−$14.40"), &true);
        for site in ["cross-site", "same-site"] {
            let foreign = Request::get(format!("/api/cart?c=1~1*1~!{site}{number}")).header("sec-fetch-site", site);
            faults.equal(site, &server.send(&foreign).status, &403);
            let forged = form("/cart/add", &format!("cart=1~1*1~!{site}{number}"), "sku=1");
            faults.equal(site, &server.send(&forged.header("sec-fetch-site", site)).status, &403);
        }
    }
    // The old code is one attempt; two of three are left.
    for _ in 0..2 {
        let sent = server.send(&form("/cart/code", "cart=1~1*1*4800", "code=WELCOME10"));
        faults.equal("a code that is typed", &sent.status, &303);
    }
    faults.report("`Shop::attempt` in `shop/src/handlers/cart/guess.rs` says what counts as an attempt");
}

#[test]
fn above_the_limit_codes_have_no_outcome_and_all_else_works() {
    let server = limited();
    let mut faults = Faults::default();
    let shown = vec!["applied-unless-used-up".to_owned()];
    faults.equal("before", &statuses(&server, "1~1*1~!WELCOME10"), &shown);
    // Each code is an attempt: five are more than three.
    faults.equal("five codes", &statuses(&server, "1~1*1~!A~!B~!C~!D~!E"), &vec!["unchecked".to_owned(); 5]);
    // A code that exists would be told from one that does not.
    faults.equal("a code of the merchant's", &statuses(&server, "1~1*1~!WELCOME10"), &vec!["unchecked".to_owned()]);
    let page = server.send(&cart("/cart", "1~1*3*4800~!WELCOME10~!GUESS"));
    faults.equal("the page", &page.status, &200);
    faults.equal("both codes", &page.text().matches("not checked now").count(), &2);
    faults.expect(!page.text().contains("$14.40"), || "the page takes something off".to_owned());
    let added = server.send(&form("/cart/add", "cart=1~1*1*4800~!GUESS~!WELCOME10", "sku=1"));
    faults.equal("the cookie", &cookie(&added, "cart").as_deref(), &Some("1~1*2*4800~!GUESS~!WELCOME10"));
    let typed: Vec<_> = (0..8).map(|_| server.send(&form("/cart/code", "cart=1~1*1*4800", "code=WELCOME10"))).collect();
    let refused: Vec<_> = typed.iter().filter(|response| response.status == 429).collect();
    faults.expect(refused.len() >= 5, || format!("{} of 8 codes were refused", refused.len()));
    for response in refused {
        faults.expect(response.text().contains("Many codes were tried"), || "the words are of changes".to_owned());
    }
    faults.report("`Shop::attempt` in `shop/src/handlers/cart/guess.rs` says what counts as an attempt");
}

#[test]
fn a_change_drops_codes_that_nobody_gave_out() {
    let server = Server::start(&Setup::default()).unwrap_or_else(|reason| panic!("{reason}"));
    let added = server.send(&form("/cart/add", "cart=1~1*1*4800~!GONE~!WELCOME10", "sku=1"));
    assert_eq!(cookie(&added, "cart").as_deref(), Some("1~1*2*4800~!WELCOME10"));
}

/// Limiters that fail in the place of the platform's: the name of the class is what the Worker knows them by.
const BROKEN: &str = r#"
import shop from "./index.js";
const failing = (limit) => {
  class Ratelimit {}
  Ratelimit.prototype.limit = limit;
  return new Ratelimit();
};
const CART_CHANGES = failing(() => new Promise(() => {}));
const CODE_ATTEMPTS = failing(() => Promise.reject(new Error("the limiter is broken")));
export default { fetch: (request, env, context) => shop.fetch(request, { ...env, CART_CHANGES, CODE_ATTEMPTS }, context) };
"#;

#[test]
fn a_limiter_that_hangs_or_fails_stops_no_shopper() {
    let setup = Setup { around: Some(BROKEN), ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let mut faults = Faults::default();
    for _ in 0..3 {
        let added = server.send(&form("/cart/add", "", "sku=1"));
        faults.equal("a limiter that hangs", &added.status, &303);
        faults.equal("a limiter that hangs", &cookie(&added, "cart").as_deref(), &Some("1~1*1*4800"));
        let code = server.send(&form("/cart/code", "cart=1~1*1*4800", "code=WELCOME10"));
        faults.equal("a limiter that fails", &code.status, &303);
    }
    server.expect_output("the rate limit `CART_CHANGES` fails, so changes are not counted");
    server.expect_output("no answer within 250 ms");
    server.expect_output("the rate limit `CODE_ATTEMPTS` fails, so changes are not counted");
    server.expect_output("the limiter is broken");
    let output = server.output();
    faults.equal("lines of the log", &output.matches("changes are not counted").count(), &2);
    faults.report("`edge/src/limits.rs` asks for a bounded time, and logs each binding once");
}
