//! Cookies: the pairs of a `Cookie` field, and the `Set-Cookie` of one cookie (RFC 6265bis).
//! Every cookie of the shop is first-party, and out of the reach of scripts unless it is made for them; one whose value could end its field
//! is refused.

use std::fmt;

/// Most bytes of name and value together (RFC 6265bis, section 5.6): browsers ignore a larger cookie.
pub const COOKIE_LIMIT: usize = 4096;

/// A cookie to be set: the value of one `Set-Cookie` field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    name: &'static str,
    value: String,
    max_age: Option<u64>,
    is_secure: bool,
    is_readable: bool,
}

/// Why a cookie cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    /// The value holds a character that no cookie value may hold.
    #[error("a cookie's value is printable ASCII without spaces, quotes, commas, semicolons and backslashes")]
    Value,
    /// Longer than [`COOKIE_LIMIT`].
    #[error("name and value of a cookie have at most {COOKIE_LIMIT} bytes")]
    TooLong,
}

impl SetCookie {
    /// A cookie for the whole site, out of the reach of scripts, sent along when a shopper follows a link from elsewhere
    /// (`Path=/; HttpOnly; SameSite=Lax`). It ends with the browser's session.
    pub fn new(name: &'static str, value: impl Into<String>) -> Result<SetCookie, CookieError> {
        let value = value.into();
        if !value.bytes().all(is_cookie_octet) {
            return Err(CookieError::Value);
        }
        if name.len() + value.len() > COOKIE_LIMIT {
            return Err(CookieError::TooLong);
        }
        Ok(SetCookie { name, value, max_age: None, is_secure: false, is_readable: false })
    }

    /// A cookie that ends the one of this name.
    pub fn end(name: &'static str) -> SetCookie {
        SetCookie { name, value: String::new(), max_age: Some(0), is_secure: false, is_readable: false }
    }

    /// The same cookie for so many seconds.
    #[must_use]
    pub fn max_age(self, seconds: u64) -> SetCookie {
        SetCookie { max_age: Some(seconds), ..self }
    }

    /// The same cookie over https alone. Names that begin with `__Host-` need it.
    #[must_use]
    pub fn secure(self, is_secure: bool) -> SetCookie {
        SetCookie { is_secure, ..self }
    }

    /// The same cookie within the reach of scripts: for what a page shows and nobody has to keep secret.
    #[must_use]
    pub fn readable(self) -> SetCookie {
        SetCookie { is_readable: true, ..self }
    }
}

impl fmt::Display for SetCookie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}; Path=/", self.name, self.value)?;
        if let Some(seconds) = self.max_age {
            write!(formatter, "; Max-Age={seconds}")?;
        }
        formatter.write_str(if self.is_readable { "; SameSite=Lax" } else { "; HttpOnly; SameSite=Lax" })?;
        formatter.write_str(if self.is_secure { "; Secure" } else { "" })
    }
}

/// The names and values of a `Cookie` field; what is no pair is skipped, quotes around a value are taken off.
pub fn pairs(field: &str) -> impl Iterator<Item = (&str, &str)> {
    field.split(';').filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        Some((name, value.trim_matches('"')))
    })
}

/// The characters of a cookie's value (RFC 6265, section 4.1.1).
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{COOKIE_LIMIT, CookieError, SetCookie, pairs};

    #[test]
    fn a_cookie_is_out_of_the_reach_of_scripts() {
        let cookie = SetCookie::new("cart", "a.2-b.1").unwrap();
        assert_eq!(cookie.to_string(), "cart=a.2-b.1; Path=/; HttpOnly; SameSite=Lax");
        let cookie = SetCookie::new("__Host-cart", "a").unwrap().max_age(60).secure(true);
        assert_eq!(cookie.to_string(), "__Host-cart=a; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(SetCookie::new("count", "2").unwrap().readable().to_string(), "count=2; Path=/; SameSite=Lax");
        assert_eq!(SetCookie::end("cart").to_string(), "cart=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_value_that_would_end_the_field_is_refused() {
        for value in ["a;b", "a b", "a\r\nset-cookie: x=y", "a,b", "\"a\"", "a\\b", "é", "\u{7f}"] {
            assert_eq!(SetCookie::new("cart", value), Err(CookieError::Value), "{value:?}");
        }
        let longest = "a".repeat(COOKIE_LIMIT - "cart".len());
        assert!(SetCookie::new("cart", longest.clone()).is_ok());
        assert_eq!(SetCookie::new("cart", longest + "a"), Err(CookieError::TooLong));
    }

    #[test]
    fn pairs_are_read_past_what_is_none() {
        let found: Vec<_> = pairs("a=1; junk;b=\"2\" ;=3; c=x=y").collect();
        assert_eq!(found, [("a", "1"), ("b", "2"), ("", "3"), ("c", "x=y")]);
    }

    proptest! {
        #[test]
        fn what_is_set_is_read_again(value in "[!-~]{0,40}", others in "[ -~]{0,40}") {
            let Ok(cookie) = SetCookie::new("cart", value.clone()) else { return Ok(()) };
            let sent = cookie.to_string();
            let field = format!("{}; {others}", sent.split(';').next().unwrap());
            prop_assert_eq!(pairs(&field).next(), Some(("cart", value.as_str())));
        }
    }
}
