//! How often one address may change a cart: above the limit the shop explains, and the cart stays as it is.

use storefront_tests::client::Request;
use storefront_tests::server::{Server, Setup};

use super::{cookie, form};
use crate::Faults;

#[test]
fn above_the_limit_a_change_is_refused_and_explained() {
    // However slowly the simulated limiter answers on a busy machine, its answer counts.
    let setup = Setup { limit: Some(3), variables: &[("LIMIT_WAIT_MS", "60000")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
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
fn codes_are_guessed_nowhere_without_a_limit() {
    let setup = Setup { limit: Some(3), variables: &[("LIMIT_WAIT_MS", "60000")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let mut faults = Faults::default();
    let refused =
        |ask: &dyn Fn(usize) -> Request| (0..12).filter(|number| server.send(&ask(*number)).status == 429).count();
    let cart = |path: &str, text: &str| Request::get(path).header("cookie", &format!("cart={text}"));
    let api = refused(&|number| Request::get(format!("/api/cart?c=1~1*1~!GUESS{number}")));
    faults.expect((6..=9).contains(&api), || format!("the API refused {api} of 12"));
    let page = refused(&|number| cart("/cart", &format!("1~1*1~!GUESS{number}")));
    faults.expect((6..=12).contains(&page), || format!("the page refused {page} of 12"));
    // Codes that exist are no guesses, nor is a cart without any.
    faults.equal("a code of the merchant's", &refused(&|_| cart("/cart", "1~1*1~!WELCOME10")), &0);
    faults.equal("no code", &refused(&|_| cart("/cart", "1~1*1")), &0);
    // The change drops what nobody gave out, so that a shopper with an old code is no guesser for long.
    let setup = Setup::default();
    let open = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let added = open.send(&form("/cart/add", "cart=1~1*1*4800~!GONE~!WELCOME10", "sku=1"));
    faults.equal("the cookie", &cookie(&added, "cart").as_deref(), &Some("1~1*2*4800~!WELCOME10"));
    faults.report("`Shop::is_guess` in `shop/src/handlers/cart/guess.rs` says what counts as an attempt");
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
