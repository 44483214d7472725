//! What every response of the checkout has in common: the cookie, the fields that keep it out of caches and logs, the page without an origin.

use std::borrow::Cow;

use pages::checkout::Closed;
use web::request::cookies;
use web::{CacheControl, Reply, SetCookie};

use crate::forward::{Held, Key, Next};
use crate::request::Incoming;
use crate::response::Response;
use crate::shop::Shop;

/// A day, in seconds: the address typed in the morning is still there in the evening.
const CHECKOUT_SECONDS: u64 = 24 * 60 * 60;

/// Where shoppers pay at a provider. A page whose form may lead there names it in its policy, since Chromium stops a redirect of a form
/// otherwise (<https://github.com/w3c/webappsec/issues/482>).
pub(super) const PROVIDER: &str = "https://checkout.stripe.com";

/// The name and rules of the cookie of a checkout.
#[derive(Debug)]
pub(crate) struct CheckoutCookie {
    name: &'static str,
    is_secure: bool,
}

impl CheckoutCookie {
    /// In production the name carries `__Host-`, so that no neighbouring host can plant a checkout, and read what is typed into it.
    pub(crate) fn new(is_production: bool) -> Self {
        Self { name: if is_production { "__Host-checkout" } else { "checkout" }, is_secure: is_production }
    }

    /// The checkout of a request; one whose id or key has not their form is none.
    pub(crate) fn read(&self, field: Option<&str>) -> Option<Held> {
        cookies(field, self.name).find_map(Held::parse)
    }

    pub(crate) fn set(&self, held: &Held) -> Option<SetCookie> {
        let cookie = SetCookie::new(self.name, held.to_text()).ok()?;
        Some(cookie.secure(self.is_secure).max_age(CHECKOUT_SECONDS))
    }

    pub(crate) fn end(&self) -> SetCookie {
        SetCookie::end(self.name).secure(self.is_secure)
    }
}

impl Shop {
    /// The checkout that a request brings.
    pub(super) fn held(&self, request: &Incoming<'_>) -> Option<Held> {
        self.checkout_cookie.read(request.cookies())
    }

    /// A page of the checkout or of an order: one shopper's own, whose address may have a key.
    pub(super) fn own_page(&self, status: u16, body: Vec<u8>) -> Response {
        let page = Response::page(status, self.plain(), CacheControl::PrivateNoStore, body);
        page.with("referrer-policy", "no-referrer")
    }

    /// The same page, whose form may lead to the provider.
    pub(super) fn paying_page(&self, status: u16, body: Vec<u8>) -> Response {
        let page = self.own_page(status, body);
        let headers = self.policies.headers(&page.template());
        let policy = headers.into_iter().find(|(name, _)| *name == "content-security-policy").map(|(_, policy)| policy);
        let wider = format!("form-action 'self' {PROVIDER}");
        match policy {
            Some(policy) => page.with("content-security-policy", policy.replace("form-action 'self'", &wider)),
            None => page,
        }
    }

    /// The page of a shop whose origin does not answer, or that has none.
    pub(crate) fn closed(&self, closed: Closed) -> Response {
        let body = pages::checkout::closed(&self.frame(&[]), closed);
        self.own_page(503, body).with("retry-after", "60")
    }
}

/// Another page follows.
pub(super) fn see(address: impl Into<Cow<'static, str>>) -> Response {
    let reply = Reply::empty(303, CacheControl::PrivateNoStore).with("location", address);
    Response::resource(reply).with("referrer-policy", "no-referrer")
}

/// The page of an order follows.
pub(super) fn see_order(number: commerce::OrderNumber, key: &Key) -> Response {
    see(format!("/orders/{number}?key={}", key.reveal()))
}

/// The response, as what is to be done next.
pub(super) fn now(response: Response) -> Next {
    Next::Now(response)
}
