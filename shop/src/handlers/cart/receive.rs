//! The response to a form that changes the cart, to a link that fills it, and to the API's change. A change that was done leads to the cart
//! (303), with the new cookies; one that was refused shows the page with what was sent and what to do, and sets none.

use commerce::{Cart, Salvaged};
use pages::{Refusal, Sent};
use serde::Deserialize;
use web::{CacheControl, ProblemKind, Reply, SetCookie};

use crate::answer::{Page, Planned};
use crate::audience::Audience;
use crate::cart::change::{self, Done, Refused};
use crate::cart::form::Form;
use crate::cart::items::Items;
use crate::cart::page::{CART, CartPage, destination};
use crate::errors;
use crate::handlers::cart::json;
use crate::request::{Codes, Incoming};
use crate::response::Response;
use crate::routes::{Matched, Route, find};
use crate::shop::Shop;

/// The content of `POST /api/cart/lines`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddedLine {
    sku: String,
    #[serde(default = "one")]
    quantity: u32,
}

fn one() -> u32 {
    1
}

impl Shop {
    /// Answers a form at `/cart/<action>`.
    pub(crate) fn change_cart(&self, matched: &Matched<'_>, request: &Incoming<'_>, content: &[u8]) -> Response {
        let Salvaged { mut cart, losses } = self.cart_cookies.read(request.cookies());
        let form = Form::read(content);
        let destination = destination(&self.rules.current(), &form);
        let catalog = &*self.catalogs.current();
        let items = self.items(catalog, request.now());
        let result = match matched.parameter {
            "add" => change::add(&mut cart, &form, &items),
            "set" => change::set(&mut cart, &form, &items),
            "remove" => form.field("sku").map(|sku| change::remove(&mut cart, sku)).ok_or(Refused::Unknown),
            // The limit has been asked for this code, whatever came of those that the cart has.
            _ => {
                change::code(&mut cart, &form, |cart| self.price_cart(cart, &destination, request.now(), Codes::Shown))
            }
        };
        match result {
            Ok(done) => {
                let cookies = self.seen(&mut cart, &items, request.codes());
                see(&cart_address(&done, &form)).with_cookies(cookies)
            }
            Err(refused) => {
                let status = if change::is_conflict(&refused) { 409 } else { 422 };
                let refusal = Refusal { alert: refused, sent: form.sent() };
                // What cannot be put right at a line of the cart is put right on the page of the product.
                let is_set = matched.parameter == "set" && cart.line(&refusal.sent.sku).is_none();
                let is_of_product = matched.parameter == "add" || is_set;
                if is_of_product && let Some((page, address)) = refused_product(&form, &items, &refusal) {
                    return self.refused(find(&address).route, request, page, status);
                }
                let codes = request.codes();
                let page = CartPage { cart, losses, destination, codes, done: None, refusal: Some(refusal) };
                self.refused(matched.route, request, Page::Cart(Box::new(page)), status)
            }
        }
    }

    /// Answers `/buy/<sku>:<quantity>,…`: a link that fills the cart, and never more than that. Links that nobody followed are refused before.
    pub(crate) fn fill_cart(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Response {
        let Salvaged { mut cart, losses } = self.cart_cookies.read(request.cookies());
        let catalog = &*self.catalogs.current();
        let items = self.items(catalog, request.now());
        let result = lines(matched.parameter).and_then(|lines| change::add_lines(&mut cart, &lines, &items));
        match result {
            Ok(done) => {
                let response = see(&cart_address(&done, &Form::default()));
                // Whoever asks for the head alone changes nothing.
                if request.is_head() {
                    response
                } else {
                    response.with_cookies(self.seen(&mut cart, &items, request.codes()))
                }
            }
            Err(refused) => {
                let status = if change::is_conflict(&refused) { 409 } else { 422 };
                let destination = self.rules.current().default_destination().clone();
                let refusal = Refusal { alert: refused, sent: Sent::default() };
                let page =
                    CartPage { cart, losses, destination, codes: request.codes(), done: None, refusal: Some(refusal) };
                self.refused(matched.route, request, Page::Cart(Box::new(page)), status)
            }
        }
    }

    /// Answers `GET /api/cart`: the cart of the cookie, or of any text in the parameter `c`.
    pub(crate) fn cart_json(&self, request: &Incoming<'_>) -> Response {
        // A picture in a page of another site has the browser ask as well, and would use up the attempts at codes.
        if errors::is_foreign(request) {
            return Response::problem(
                ProblemKind::Forbidden,
                "a cart is priced for programs and for pages of this shop",
            )
            .answering(request.request());
        }
        let form = Form::read(request.query.as_bytes());
        let cart = match form.field("c") {
            None => self.cart_cookies.read(request.cookies()).cart,
            Some(text) => match Cart::parse(text) {
                Ok(cart) => cart,
                Err(error) => return Response::problem(ProblemKind::InvalidParameter, &format!("`c`: {error}")),
            },
        };
        let response = self.priced_json(&cart, &form, request);
        response.answering(request.request())
    }

    /// Answers `POST /api/cart/lines`.
    pub(crate) fn add_by_json(&self, request: &Incoming<'_>, content: &[u8]) -> Response {
        let line: AddedLine = match serde_json::from_slice(content) {
            Ok(line) => line,
            Err(error) => {
                let detail = format!("the content must be an object such as {{\"sku\":\"1\",\"quantity\":2}}: {error}");
                return Response::problem(ProblemKind::UnprocessableContent, &detail);
            }
        };
        let mut cart = self.cart_cookies.read(request.cookies()).cart;
        let catalog = &*self.catalogs.current();
        let items = self.items(catalog, request.now());
        match change::add_lines(&mut cart, &[(line.sku, line.quantity)], &items) {
            Ok(_) => {
                let cookies = self.seen(&mut cart, &items, request.codes());
                self.priced_json(&cart, &Form::read(request.query.as_bytes()), request).with_cookies(cookies)
            }
            Err(refused) => {
                let kind = if change::is_conflict(&refused) {
                    ProblemKind::Conflict
                } else {
                    ProblemKind::UnprocessableContent
                };
                Response::problem(kind, &json::detail(&refused))
            }
        }
    }

    fn priced_json(&self, cart: &Cart, form: &Form, request: &Incoming<'_>) -> Response {
        let priced = self.price_cart(cart, &destination(&self.rules.current(), form), request.now(), request.codes());
        let body = json::document(cart, &priced);
        let reply = Reply::new(200, "application/json", CacheControl::PrivateNoStore, body);
        Response { revision: Some(self.catalogs.revision()), ..Response::resource(reply) }
    }

    /// The cookies of a changed cart, whose shopper sees the prices of this moment. A code that the rules have no more goes: its shopper has seen
    /// that too, and would count as somebody who guesses. Where outcomes are hidden all stay, since what goes would be one.
    fn seen(&self, cart: &mut Cart, items: &Items<'_>, codes: Codes) -> Vec<SetCookie> {
        if codes == Codes::Shown {
            let rules = self.rules.current();
            cart.keep_codes(|code| rules.has_code(code));
        }
        let mut products = Vec::new();
        cart.see(|sku| {
            let item = items.item(sku)?;
            products.push(item.product.clone());
            Some(item.price)
        });
        self.cart_cookies.set(cart, &products)
    }

    /// The page of a refused change.
    fn refused(&self, route: &Route, request: &Incoming<'_>, page: Page, status: u16) -> Response {
        let resolved = self.resolve(route, request, CART);
        let planned = Planned { page, audience: Audience::Visitor, resolved };
        let mut response = self.render(&planned, request.now());
        response.reply.status = status;
        response.with_cookies(planned.resolved.cookies).answering(request.request())
    }
}

/// The page of the product that a form is about, with its address.
fn refused_product(form: &Form, items: &Items<'_>, refusal: &Refusal) -> Option<(Page, String)> {
    let sku = change::sku_of(form, items).ok();
    let of_sku = || Some(items.item(sku.as_deref()?)?.product.clone());
    let id = form.field("product").map(str::to_owned).or_else(of_sku)?;
    let handle = items.product(&id)?.handle;
    let details = items.details(&id)?;
    let sku = sku.as_deref().or_else(|| form.field("variant"));
    let chosen = details.variants.iter().position(|variant| Some(variant.sku.as_str()) == sku);
    let page = Page::Product { id, chosen, missing: None, refusal: Some(Box::new(refusal.clone())) };
    Some((page, format!("/products/{handle}")))
}

/// Refuses a link that nobody has followed: one that a browser fetches ahead, and one that stands in a page as a picture or a frame. A browser
/// discards a failed prefetch and asks again once the link is followed.
pub(crate) fn unfollowed(request: &Incoming<'_>) -> Option<Response> {
    if request.field("sec-purpose").is_some() {
        return Some(Response::problem(ProblemKind::Unavailable, "a link that fills the cart is not fetched ahead"));
    }
    let is_embedded = request.field("sec-fetch-dest").is_some_and(|kind| kind != "document");
    is_embedded
        .then(|| Response::problem(ProblemKind::Forbidden, "a link that fills the cart is followed, not embedded"))
}

/// The cart's address after a change, which says what was done, and the destination of the form.
fn cart_address(done: &Done, form: &Form) -> String {
    let mut address = String::from(CART);
    let mut put = |name: &str, value: &str| {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        web::form::encode(value, &mut address);
    };
    match done {
        Done::Added { sku, quantity } => put("added", &format!("{sku}*{quantity}")),
        Done::Removed { sku, quantity } => put("removed", &format!("{sku}*{quantity}")),
        Done::Set | Done::Code => {}
    }
    for name in ["country", "region", "method"] {
        if let Some(value) = form.field(name).filter(|value| value.len() <= 60) {
            put(name, value);
        }
    }
    address
}

/// The lines of a link: `<sku>:<quantity>`, parted by commas; without a quantity it is one.
fn lines(text: &str) -> Result<Vec<(String, u32)>, Refused> {
    let line = |part: &str| {
        let (sku, quantity) = part.split_once(':').unwrap_or((part, "1"));
        let wrong = || Refused::Quantity { sent: quantity.chars().take(12).collect() };
        let is_number = quantity.len() <= 9 && quantity.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_number { quantity.parse().ok() } else { None };
        Ok((sku.to_owned(), number.ok_or_else(wrong)?))
    };
    if text.split(',').count() > commerce::MAX_LINES {
        return Err(Refused::Full);
    }
    text.split(',').map(line).collect()
}

/// Another page shows what was done. Nobody keeps the response.
fn see(address: &str) -> Response {
    Response::resource(Reply::empty(303, CacheControl::PrivateNoStore).with("location", address.to_owned()))
}
