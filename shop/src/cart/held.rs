//! The cart that a request brings in its cookie, and the cookies that a change sets: the cart itself, out of the reach of scripts, and the
//! number of things in it, which the header of every page shows.

use commerce::{Cart, Salvaged};
use web::SetCookie;
use web::request::cookies;

/// 90 days, in seconds.
const CART_SECONDS: u64 = 90 * 24 * 60 * 60;

/// The number of things in the cart, for scripts of the shop's own pages.
const COUNT: &str = "cart-count";

/// The names and rules of the cart's cookies.
#[derive(Debug)]
pub(crate) struct CartCookies {
    name: &'static str,
    is_secure: bool,
}

impl CartCookies {
    /// In production the name carries `__Host-`, so that no neighbouring host can plant a cart.
    pub(crate) fn new(is_production: bool) -> Self {
        Self { name: if is_production { "__Host-cart" } else { "cart" }, is_secure: is_production }
    }

    /// The cart of a request: of several cookies of the name the first that is whole, or what can be read of the first.
    pub(crate) fn read(&self, field: Option<&str>) -> Salvaged {
        let whole = cookies(field, self.name).find_map(|value| Cart::parse(value).ok());
        if let Some(cart) = whole {
            return Salvaged { cart, losses: Vec::new() };
        }
        cookies(field, self.name).next().map_or_else(Salvaged::default, |value| Cart::salvage(value.as_bytes()))
    }

    /// The cookies of a cart that was changed; an empty one ends them.
    pub(crate) fn set(&self, cart: &Cart) -> Vec<SetCookie> {
        let kept = |name, value: String| {
            let cookie = if value.is_empty() { Ok(SetCookie::end(name)) } else { SetCookie::new(name, value) };
            // The text of a cart has no character that a cookie may not hold, and is shorter than one may be.
            cookie.ok().map(|cookie| cookie.secure(self.is_secure))
        };
        let lasting = |cookie: SetCookie, is_empty: bool| if is_empty { cookie } else { cookie.max_age(CART_SECONDS) };
        let count = cart.count();
        let text = kept(self.name, cart.to_text()).map(|cookie| lasting(cookie, cart.is_empty()));
        let number = kept(COUNT, if count == 0 { String::new() } else { count.to_string() });
        let number = number.map(|cookie| lasting(cookie, count == 0).readable());
        text.into_iter().chain(number).collect()
    }
}
