//! The cookie of a checkout: its id at the origin and the key that opens it, out of the reach of scripts.

use web::SetCookie;
use web::request::cookies;

use crate::forward::Held;

/// A day, in seconds: the address typed in the morning is still there in the evening.
const CHECKOUT_SECONDS: u64 = 24 * 60 * 60;

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

    /// The cookie of a checkout.
    pub(crate) fn set(&self, held: &Held) -> Option<SetCookie> {
        let cookie = SetCookie::new(self.name, held.to_text()).ok()?;
        Some(cookie.secure(self.is_secure).max_age(CHECKOUT_SECONDS))
    }

    /// The cookie that ends it.
    pub(crate) fn end(&self) -> SetCookie {
        SetCookie::end(self.name).secure(self.is_secure)
    }
}
