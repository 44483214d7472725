//! The shop's first-party cookies: the random value that decides a visitor's cohort, and the preview that an operator has allowed.
//! Reads and writes their text; draws no value itself.

use rollout::{Preview, PreviewError, Visitor};
use web::SetCookie;
use web::request::cookies;

use crate::config::Config;
use crate::time;
use crate::time::seconds;

/// A year, in seconds: a visitor keeps its cohort for as long as browsers keep a cookie that is not renewed.
const VISITOR_SECONDS: u64 = 365 * 24 * 60 * 60;

/// The names and rules of the shop's cookies.
#[derive(Debug)]
pub struct Cookies {
    visitor: &'static str,
    preview: &'static str,
    secure: bool,
    secret: Option<String>,
}

impl Cookies {
    /// In production the names carry `__Host-`: browsers then accept them from this very host over https alone, so no
    /// neighbouring host can plant one (RFC 6265bis, section 4.1.3.2).
    pub(crate) fn new(config: &Config) -> Self {
        let (visitor, preview) = if config.production {
            ("__Host-storefront-visitor", "__Host-storefront-preview")
        } else {
            ("storefront-visitor", "storefront-preview")
        };
        Self { visitor, preview, secure: config.production, secret: config.preview_secret.clone() }
    }

    /// The visitor's mark, if the request brings a valid one.
    pub fn visitor(&self, header: Option<&str>) -> Option<Visitor> {
        cookies(header, self.visitor).find_map(|value| Visitor::new(value).ok())
    }

    /// The preview that the request brings: the first that is allowed and has not ended, whatever stands before it. `now` is in
    /// milliseconds.
    pub fn preview(&self, header: Option<&str>, now: f64) -> Option<Preview> {
        let mut previews = cookies(header, self.preview).filter_map(|value| Preview::from_text(value).ok().flatten());
        previews.find(|preview| self.check(preview, now).is_ok())
    }

    /// Whether a preview may be shown: in production it needs an operator's signature.
    pub(crate) fn check(&self, preview: &Preview, now: f64) -> Result<(), PreviewError> {
        let now = time::seconds(now);
        match (&self.secret, self.secure) {
            (Some(secret), true) => preview.verify(secret.as_bytes(), now),
            (None, true) => Err(PreviewError::Signature),
            (_, false) => preview.check_time(now),
        }
    }

    /// The cookie of a visitor's mark.
    pub(crate) fn set_visitor(&self, visitor: &Visitor) -> Option<SetCookie> {
        self.cookie(self.visitor, visitor.as_str(), Some(VISITOR_SECONDS))
    }

    /// The cookie of a preview: until it ends, or until the browser is closed.
    pub(crate) fn set_preview(&self, preview: &Preview, now: f64) -> Option<SetCookie> {
        let left = preview.expires().map(|expires| expires.saturating_sub(seconds(now)));
        self.cookie(self.preview, &preview.to_string(), left)
    }

    /// The cookie that ends a preview.
    pub(crate) fn end_preview(&self) -> SetCookie {
        SetCookie::end(self.preview).secure(self.secure)
    }

    /// Marks and previews consist of characters that a cookie may hold; one that does not is not set.
    fn cookie(&self, name: &'static str, value: &str, seconds: Option<u64>) -> Option<SetCookie> {
        let cookie = SetCookie::new(name, value).ok()?.secure(self.secure);
        Some(match seconds {
            Some(seconds) => cookie.max_age(seconds),
            None => cookie,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rollout::{Preview, RemoteName, Version};

    use super::Cookies;
    use crate::config::Config;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const MARK: &str = "00112233445566778899aabbccddeeff";
    const NOW: f64 = 1_800_000_000_000.0;

    fn cookies(production: bool) -> Cookies {
        let preview_secret = Some(SECRET.to_owned());
        Cookies::new(&Config { production, preview_secret, ..Config::default() })
    }

    fn preview() -> Preview {
        let versions = BTreeMap::from([(RemoteName::new("products").unwrap(), Version::new("1.1.0").unwrap())]);
        Preview::new(versions).unwrap()
    }

    #[test]
    fn a_mark_is_found_among_other_cookies() {
        #[track_caller]
        fn check(header: &str, expect: Option<&str>) {
            let found = cookies(false).visitor(Some(header));
            assert_eq!(found.as_ref().map(rollout::Visitor::as_str), expect, "{header}");
        }
        check(&format!("storefront-visitor={MARK}"), Some(MARK));
        check(&format!("a=b; storefront-visitor=\"{MARK}\"; c"), Some(MARK));
        check(&format!("storefront-visitor=junk; storefront-visitor={MARK}"), Some(MARK));
        check(&format!("__Host-storefront-visitor={MARK}"), None);
        check("storefront-visitor=", None);
        check("storefront-visitor=0011'; DROP", None);
        // However many cookies others have set: who is not known again is drawn again on every page.
        check(&format!("{}; storefront-visitor={MARK}", "x".repeat(50_000)), Some(MARK));
    }

    #[test]
    fn cookies_are_out_of_the_reach_of_scripts_and_neighbours() {
        let visitor = rollout::Visitor::new(MARK).unwrap();
        assert_eq!(
            cookies(true).set_visitor(&visitor).unwrap().to_string(),
            format!("__Host-storefront-visitor={MARK}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure")
        );
        assert_eq!(
            cookies(false).set_visitor(&visitor).unwrap().to_string(),
            format!("storefront-visitor={MARK}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
        );
        assert_eq!(
            cookies(true).end_preview().to_string(),
            "__Host-storefront-preview=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn production_takes_signed_previews_alone() {
        let signed = preview().signed(SECRET.as_bytes(), 1_800_003_600).unwrap();
        let header = |preview: &Preview, name: &str| format!("{name}={preview}");
        let in_production = |preview: &Preview, now| {
            cookies(true).preview(Some(&header(preview, "__Host-storefront-preview")), now).is_some()
        };
        assert!(in_production(&signed, NOW));
        assert!(!in_production(&signed, NOW + 3_600_001.0), "it has ended");
        assert!(!in_production(&preview(), NOW), "not signed");
        let other = preview().signed(b"another secret of the same length", 1_800_003_600).unwrap();
        assert!(!in_production(&other, NOW));
        assert!(cookies(false).preview(Some(&header(&preview(), "storefront-preview")), NOW).is_some());
        // What a neighbour has put before it hides nothing.
        let ended = preview().signed(SECRET.as_bytes(), 1_799_999_999).unwrap();
        for first in [preview(), other, ended] {
            let both = format!(
                "{}; {}",
                header(&first, "__Host-storefront-preview"),
                header(&signed, "__Host-storefront-preview")
            );
            assert_eq!(cookies(true).preview(Some(&both), NOW), Some(signed.clone()), "{both}");
        }
        let without = Cookies::new(&Config { production: true, ..Config::default() });
        assert!(without.check(&signed, NOW).is_err(), "without a secret there are no previews");
    }

    #[test]
    fn the_cookie_lasts_as_long_as_the_preview() {
        let signed = preview().signed(SECRET.as_bytes(), 1_800_003_600).unwrap();
        assert!(cookies(true).set_preview(&signed, NOW).unwrap().to_string().contains("Max-Age=3600;"));
        assert!(!cookies(false).set_preview(&preview(), NOW).unwrap().to_string().contains("Max-Age"));
    }
}
