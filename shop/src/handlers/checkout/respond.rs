//! What every response of the checkout has in common: the fields that keep it out of caches and logs, the page without an origin.

use std::borrow::Cow;

use pages::Frame;
use pages::checkout::Closed;
use web::{CacheControl, Reply};

use crate::forward::{Held, Key, Next};
use crate::remotes::resolved::Resolved;
use crate::request::Incoming;
use crate::response::Response;
use crate::routes::route;
use crate::shop::Shop;

/// Where shoppers pay at a provider. A page whose form may lead there names it in its policy, since Chromium stops a redirect of a form
/// otherwise (<https://github.com/w3c/webappsec/issues/482>).
pub(super) const PROVIDER: &str = "https://checkout.stripe.com";

impl Shop {
    /// The checkout that a request brings.
    pub(super) fn held(&self, request: &Incoming<'_>) -> Option<Held> {
        self.checkout_cookie.read(request.cookies())
    }

    /// A page of the checkout or of an order: one shopper's own, whose address may have a key.
    pub(super) fn own_page(
        &self,
        request: &Incoming<'_>,
        status: u16,
        write: impl FnOnce(&Frame<'_>) -> Vec<u8>,
    ) -> Response {
        let resolved = match route(request.path, request.query) {
            Ok(matched) => self.resolve(matched.route, request, request.path),
            Err(_) => Resolved::default(),
        };
        let remotes = resolved.references();
        let frame = Frame { preview: resolved.notice.as_ref(), ..self.frame(&remotes) };
        let body = write(&frame);
        let policy = self.policies.page(&self.site, &remotes);
        let mut page = Response::page(status, policy, CacheControl::PrivateNoStore, body);
        page = page.with("referrer-policy", "same-origin").with("link", pages::link_header(&frame, None));
        if let Some(passed) = &resolved.passed_over {
            page = page.with("x-remote-fallback", passed.clone());
        }
        if let Some(versions) = frame.versions() {
            page = page.with("x-remotes", versions);
        }
        page.with_cookies(resolved.cookies.iter().cloned())
    }

    /// A page without a slot.
    pub(super) fn slotless_page(&self, status: u16, body: Vec<u8>) -> Response {
        let page = Response::page(status, self.plain(), CacheControl::PrivateNoStore, body);
        page.with("referrer-policy", "same-origin")
    }

    /// A page whose form may lead to the provider.
    pub(super) fn paying(&self, page: Response) -> Response {
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
        self.slotless_page(503, body).with("retry-after", "60")
    }
}

/// Another page follows.
pub(super) fn see(address: impl Into<Cow<'static, str>>) -> Response {
    let reply = Reply::empty(303, CacheControl::PrivateNoStore).with("location", address);
    Response::resource(reply).with("referrer-policy", "same-origin")
}

/// The page of an order follows.
pub(super) fn see_order(number: commerce::OrderNumber, key: &Key) -> Response {
    see(format!("/orders/{number}?key={}", key.reveal()))
}

/// The response, as what is to be done next.
pub(super) fn now(response: Response) -> Next {
    Next::Now(response)
}
