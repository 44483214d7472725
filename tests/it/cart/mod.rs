//! The cart through the compiled Worker: its walk, its limits, its prices, requests of other sites, and a shared cache in front.

mod corpus;
mod forged;
mod limited;
mod limits;
mod prices;
mod shared_cache;
mod walk;

use storefront_tests::client::{Request, Response};
use storefront_tests::server::shop;

/// A form of the shop's own pages, as a browser sends it.
pub(crate) fn form(path: &str, cookie: &str, content: &str) -> Request {
    bare_form(path, cookie, content).header("sec-fetch-site", "same-origin")
}

/// The same without a word of where it comes from.
fn bare_form(path: &str, cookie: &str, content: &str) -> Request {
    let request = Request::new("POST", path).header("content-type", "application/x-www-form-urlencoded");
    let request = if cookie.is_empty() { request } else { request.header("cookie", cookie) };
    request.body(content)
}

/// The value of a cookie that a response sets.
pub(crate) fn cookie(response: &Response, name: &str) -> Option<String> {
    let prefix = format!("{name}=");
    let fields = response.headers.iter().filter(|(known, _)| known == "set-cookie");
    let mut values = fields.filter_map(|(_, field)| field.split(';').next()?.strip_prefix(&prefix).map(str::to_owned));
    values.next()
}

/// The cart page of a cart's text.
fn page(cart: &str) -> Response {
    shop().send(&Request::get("/cart").header("cookie", &format!("cart={cart}")))
}
