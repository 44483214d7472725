//! The cart that a request brings in its cookie, and the cookies that a change sets: the cart itself, out of the reach of scripts, and what
//! scripts show of it in pages that are the same for everybody: the number of things, and marks of their products.

use commerce::{Cart, Salvaged};
use web::SetCookie;
use web::request::cookies;

/// 90 days, in seconds.
const CART_SECONDS: u64 = 90 * 24 * 60 * 60;

/// The number of things in the cart and a hash of each product, parted by dots, for scripts of the shop's own pages.
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
    pub(crate) fn set(&self, cart: &Cart, products: &[String]) -> Vec<SetCookie> {
        let kept = |name, value: String| {
            let cookie = if value.is_empty() { Ok(SetCookie::end(name)) } else { SetCookie::new(name, value) };
            // The text of a cart has no character that a cookie may not hold, and is shorter than one may be.
            cookie.ok().map(|cookie| cookie.secure(self.is_secure))
        };
        let lasting = |cookie: SetCookie, is_empty: bool| if is_empty { cookie } else { cookie.max_age(CART_SECONDS) };
        let count = cart.count();
        let text = kept(self.name, cart.to_text()).map(|cookie| lasting(cookie, cart.is_empty()));
        let number = kept(COUNT, if count == 0 { String::new() } else { shown(count, products) });
        let number = number.map(|cookie| lasting(cookie, count == 0).readable());
        text.into_iter().chain(number).collect()
    }
}

/// The value of the readable cookie: at most 50 products of 8 bytes each.
fn shown(count: u32, products: &[String]) -> String {
    let mut value = count.to_string();
    let mut known = Vec::with_capacity(products.len());
    for hash in products.iter().map(|product| hash(product)) {
        if !known.contains(&hash) {
            known.push(hash);
            value.push('.');
            push_base36(hash, &mut value);
        }
    }
    value
}

/// A polynomial of an id's bytes, which `assets/shell/in-cart.ts` computes alike.
fn hash(product: &str) -> u32 {
    product.bytes().fold(0, |hash: u32, byte| hash.wrapping_mul(16_777_619).wrapping_add(u32::from(byte)))
}

fn push_base36(number: u32, out: &mut String) {
    if number >= 36 {
        push_base36(number / 36, out);
    }
    out.extend(char::from_digit(number % 36, 36));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_marked_as_scripts_compute_it() {
        // `assets/tests/modules.test.mjs` has the same rows.
        for (id, text) in [("1", "1d"), ("6", "1i"), ("mug-moss", "1nnt4wg"), ("0123456789abcdef", "zud4wc")] {
            assert_eq!(shown(1, &[id.to_owned()]), format!("1.{text}"));
        }
        assert_eq!(shown(12, &["1".to_owned(), "6".to_owned(), "1".to_owned()]), "12.1d.1i");
        assert_eq!(shown(3, &[]), "3");
    }
}
