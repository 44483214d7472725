//! Codes that are guessed: a cart may name any code, in its cookie or in an address, and its price says whether it holds. A request with a code
//! that the merchant never gave out therefore counts as an attempt, whatever it asks for.

use commerce::Cart;

use crate::cart::form::Form;
use crate::request::Incoming;
use crate::routes::{Handler, Matched};
use crate::shop::Shop;

impl Shop {
    /// Whether a request brings a cart with a code that the rules lack. Shoppers who typed one wrong do not: it is not kept.
    pub fn is_guess(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> bool {
        use Handler::{Buy, Cart as CartPage, CartApi, CartChange, CartLines, Checkout};
        let handler = matched.route.handler;
        if !matches!(handler, Buy | CartPage | CartApi | CartChange | CartLines | Checkout) {
            return false;
        }
        let of_address = (handler == CartApi).then(|| Form::read(request.query.as_bytes()));
        let cart = match of_address.as_ref().and_then(|form| form.field("c")) {
            Some(text) => Cart::salvage(text.as_bytes()).cart,
            None => self.cart_cookies.read(request.cookies()).cart,
        };
        cart.codes().iter().any(|code| !self.rules().has_code(code))
    }
}
