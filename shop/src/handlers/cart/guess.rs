//! Codes that are guessed: a cart may name any code, in its cookie or in an address, and its price says whether it holds. Each code that the
//! merchant never gave out therefore counts as an attempt, whatever the request asks for. Above the limit codes get no outcome, and everything
//! else is answered as ever (`docs/decisions/155`).

use commerce::{Cart, Code};

use crate::cart::form::Form;
use crate::errors;
use crate::handlers::cart::receive::unfollowed;
use crate::request::{Codes, Incoming};
use crate::routes::{Handler, Matched};
use crate::shop::Shop;

/// The attempts of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Attempt {
    /// There is nothing to count.
    Settled(Codes),
    /// A code each that the platform has to count, for a network; [`Shop::settle`] takes its word.
    Open {
        /// The network.
        network: String,
        /// The codes, at least one.
        codes: Vec<Code>,
    },
}

impl Shop {
    /// The attempts of a request. `network` names its sender, where that matters. What is refused anyway has none: a page of another site could use
    /// up the attempts of a shopper with it.
    pub fn attempt(&self, matched: &Matched<'_>, request: &Incoming<'_>, network: impl FnOnce() -> String) -> Attempt {
        let shown = Attempt::Settled(Codes::Shown);
        let codes = self.codes(matched, request);
        let now = request.now();
        let mut attempts = self.attempts.borrow_mut();
        let is_unknown = |code: &&Code| !self.rules.current().has_code(code);
        let mut unknown: Vec<Code> = codes.iter().filter(is_unknown).cloned().collect();
        if codes.is_empty() || unknown.is_empty() && !attempts.has_refused(now) || is_refused(matched, request) {
            return shown;
        }
        let network = network();
        if attempts.is_refused(&network, now) {
            return Attempt::Settled(Codes::Hidden);
        }
        unknown.retain(|code| !attempts.is_counted(&network, code, now));
        if unknown.is_empty() { shown } else { Attempt::Open { network, codes: unknown } }
    }

    /// Notes whether the platform allows attempts, and says what the response may show.
    pub fn settle(&self, network: &str, codes: Vec<Code>, is_allowed: bool, now: f64) -> Codes {
        self.attempts.borrow_mut().note(network, codes, is_allowed, now);
        if is_allowed { Codes::Shown } else { Codes::Hidden }
    }

    /// Whether the response to a request has to wait for the answer to [`Shop::attempt`].
    pub(crate) fn has_attempt(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> bool {
        let codes = self.codes(matched, request);
        !codes.is_empty()
            && (codes.iter().any(|code| !self.rules.current().has_code(code))
                || self.attempts.borrow_mut().has_refused(request.now()))
    }

    /// The codes of the cart that a request brings. One that a shopper has typed wrong is not among them: it is not kept.
    fn codes(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Vec<Code> {
        use Handler::{Buy, Cart as CartPage, CartApi, CartChange, CartLines, Checkout};
        let handler = matched.route.handler;
        if !matches!(handler, Buy | CartPage | CartApi | CartChange | CartLines | Checkout) {
            return Vec::new();
        }
        let of_address = (handler == CartApi).then(|| Form::read(request.query.as_bytes()));
        if let Some(text) = of_address.as_ref().and_then(|form| form.field("c")) {
            return Cart::parse(text).map(|cart| cart.codes().to_vec()).unwrap_or_default();
        }
        // Most carts have no code, and need not be read for that.
        let field = request.cookies().filter(|field| field.contains('!'));
        field.map(|field| self.cart_cookies.read(Some(field)).cart.codes().to_vec()).unwrap_or_default()
    }
}

/// Whether the plan of a request is a refusal that no cart is priced for.
fn is_refused(matched: &Matched<'_>, request: &Incoming<'_>) -> bool {
    match matched.route.handler {
        Handler::CartApi => errors::is_foreign(request),
        Handler::Buy => unfollowed(request).is_some(),
        _ => errors::method(matched, request).or_else(|| errors::content(matched, request)).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use web::{Method, Request};

    use super::*;
    use crate::bundle::Bundle;
    use crate::config::Config;
    use crate::routes::route;
    use crate::testing::{NOW, bundle};

    const RULES: &[u8] = br#"{ "discount": [{ "code": "TEN", "percent": "10" }] }"#;

    fn shop() -> Shop {
        Shop::new(Bundle { rules: RULES, ..bundle() }, Config::default(), "r2").unwrap()
    }

    /// The codes that a request of the network `n` has counted, in short; `-` for hidden outcomes.
    fn attempt(shop: &Shop, method: Method, target: &str, fields: &[(&str, &str)]) -> String {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (clock, draw) = (|| NOW, || None);
        let incoming = Incoming::new(Request::new(method, path, query).with(&fields), &clock, &draw);
        let matched = route(path, query).unwrap();
        let attempt = shop.attempt(&matched, &incoming, || "n".to_owned());
        let waits = method.reads() && matched.route.is_page() && attempt != Attempt::Settled(Codes::Shown);
        assert!(!waits || shop.has_attempt(&matched, &incoming), "{target} takes the warm way");
        match attempt {
            Attempt::Settled(Codes::Shown) => String::new(),
            Attempt::Settled(Codes::Hidden) => "-".to_owned(),
            Attempt::Open { codes, .. } => codes.iter().map(Code::as_str).collect::<Vec<_>>().join(" "),
        }
    }

    #[test]
    fn each_unknown_code_of_a_request_that_is_answered_counts() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let (cross, image) = (("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "image"));
        let guess = ("cookie", "other=!; cart=1~1*1~!A~!TEN~!B");
        for (method, target, fields, expect) in [
            (Method::Get, "/cart", &[guess] as &[(&str, &str)], "A B"),
            (Method::Get, "/cart", &[("cookie", "other=!; cart=1~1*1~!TEN")], ""),
            (Method::Get, "/cart", &[("cookie", "cart=1~1*1")], ""),
            (Method::Get, "/products", &[guess], ""),
            (Method::Get, "/api/cart", &[guess], "A B"),
            (Method::Get, "/api/cart?c=1~1*1~!C", &[guess], "C"),
            (Method::Get, "/api/cart?c=1~1*1~!C", &[cross], ""),
            (Method::Get, "/api/cart?c=1~1*1~!C", &[("sec-fetch-site", "same-site")], ""),
            (Method::Get, "/api/cart?c=1~1*1~!C", &[("sec-fetch-site", "same-origin")], "C"),
            (Method::Get, "/api/cart?c=1~1*1~!C", &[("origin", "https://evil.example"), ("host", "shop.example")], ""),
            // No cart, so no price that could say anything.
            (Method::Get, "/api/cart?c=2~1*1~!C", &[], ""),
            (Method::Get, "/buy/1", &[guess], "A B"),
            (Method::Get, "/buy/1", &[guess, image], ""),
            (Method::Get, "/buy/1", &[guess, ("sec-purpose", "prefetch")], ""),
            (Method::Post, "/cart/add", &[guess, form], "A B"),
            (Method::Post, "/cart/add", &[guess, form, cross], ""),
            (Method::Post, "/cart/add", &[guess], ""),
            (Method::Get, "/cart/add", &[guess], ""),
            (Method::Post, "/api/cart/lines", &[guess, ("content-type", "application/json")], "A B"),
            (Method::Get, "/checkout", &[guess], "A B"),
            (Method::Post, "/checkout/contact", &[guess, form, cross], ""),
        ] {
            assert_eq!(attempt(&shop(), method, target, fields), expect, "{target} {fields:?}");
        }
    }

    #[test]
    fn a_code_counts_once_and_a_refusal_hides_all() {
        let shop = shop();
        let codes = |texts: &[&str]| texts.iter().map(|text| Code::new(text).unwrap()).collect::<Vec<_>>();
        let cart = |text: &str| attempt(&shop, Method::Get, "/cart", &[("cookie", &format!("cart=1~1*1{text}"))]);
        assert_eq!(cart("~!A"), "A");
        assert_eq!(shop.settle("n", codes(&["A"]), true, NOW), Codes::Shown);
        assert_eq!((cart("~!A"), cart("~!A~!B")), (String::new(), "B".to_owned()));
        assert_eq!(shop.settle("n", codes(&["B"]), false, NOW), Codes::Hidden);
        assert_eq!((cart("~!A").as_str(), cart("~!TEN").as_str(), cart("").as_str()), ("-", "-", ""));
    }

    #[test]
    fn the_checkout_waits_until_codes_are_shown() {
        let shop = shop();
        let fields = [("cookie", "cart=1~1*1*4800~!TEN")];
        let clock = || NOW;
        let request = Request::new(Method::Get, "/checkout", "").with(&fields);
        let incoming = Incoming::new(request, &clock, &|| None).with_codes(Codes::Hidden);
        let crate::Plan::Now(response) = shop.plan(&route("/checkout", "").unwrap(), &incoming) else {
            panic!("goes on")
        };
        assert_eq!(response.reply.status, 429);
    }

    #[test]
    fn hidden_codes_take_nothing_off_and_stay() {
        let shop = shop();
        let fields = [("cookie", "cart=1~1*1*4800~!A~!TEN")];
        let clock = || NOW;
        let incoming = |path| Incoming::new(Request::new(Method::Get, path, "").with(&fields), &clock, &|| None);
        let document = shop.cart_json(&incoming("/api/cart").with_codes(Codes::Hidden)).reply.body;
        let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
        let status = |place: usize| document["data"]["codes"][place]["status"].clone();
        assert_eq!((status(0), status(1)), ("unchecked".into(), "unchecked".into()));
        assert_eq!((&document["data"]["discount"], &document["data"]["total"]), (&0.into(), &48.into()));
        let filled = |codes| {
            let response = shop.fill_cart(&route("/buy/2", "").unwrap(), &incoming("/buy/2").with_codes(codes));
            response.reply.cookies.first().map(ToString::to_string).unwrap_or_default()
        };
        assert!(filled(Codes::Shown).starts_with("cart=1~1*1*4800~2*1*12999~!TEN;"), "{}", filled(Codes::Shown));
        assert!(filled(Codes::Hidden).starts_with("cart=1~1*1*4800~2*1*12999~!A~!TEN;"), "{}", filled(Codes::Hidden));
    }
}
