//! `/.well-known/security.txt` (RFC 9116): whom those who find a weakness of the shop turn to, from the configuration.
//! Not found where nobody is named: an address that no one reads would cost a finder the time that shoppers need.

use web::{CacheControl, ETag, Reply};

use crate::config::Security;
use crate::errors;
use crate::request::Incoming;
use crate::response::Response;
use crate::routes::{Matched, SECURITY_PATH};
use crate::shop::Shop;
use crate::time;

/// For how many days the file is good. It is written anew on each of them, so it expires only when the shop is gone; the RFC
/// recommends less than a year.
const GOOD_FOR_DAYS: u64 = 180;

const MILLISECONDS_A_DAY: u64 = 24 * 60 * 60 * 1000;

/// The file, or the page of an address where nothing is.
pub(crate) fn answer(shop: &Shop, matched: &Matched<'_>, request: &Incoming<'_>) -> Response {
    let Some(security) = &shop.security else { return errors::not_found(shop, matched, request) };
    let body = text(security, &shop.site.origin, request.now()).into_bytes();
    let etag = ETag::of(&body);
    let reply = Reply::new(200, "text/plain; charset=utf-8", CacheControl::Minutes, body).with_etag(etag);
    Response::resource(reply).answering(request.request())
}

/// `now` is in milliseconds since 1970.
fn text(security: &Security, origin: &str, now: f64) -> String {
    let expires = time::utc(time::milliseconds(now).saturating_add(GOOD_FOR_DAYS * MILLISECONDS_A_DAY)).date();
    let mut lines: Vec<String> = security.contacts.iter().map(|contact| format!("Contact: {contact}\n")).collect();
    lines.push(format!("Expires: {expires}T00:00:00Z\n"));
    lines.push("Preferred-Languages: en\n".to_owned());
    lines.push(format!("Canonical: {origin}{SECURITY_PATH}\n"));
    lines.extend(security.policy.iter().map(|policy| format!("Policy: {policy}\n")));
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::config::Security;
    use crate::testing::NOW;

    #[test]
    fn it_names_everything_and_expires_later() {
        let security = Security {
            contacts: vec!["mailto:security@shop.example".to_owned(), "https://shop.example/report".to_owned()],
            policy: Some("https://shop.example/policy".to_owned()),
        };
        insta::assert_snapshot!(text(&security, "https://shop.example", NOW), @r"
        Contact: mailto:security@shop.example
        Contact: https://shop.example/report
        Expires: 2027-07-14T00:00:00Z
        Preferred-Languages: en
        Canonical: https://shop.example/.well-known/security.txt
        Policy: https://shop.example/policy
        ");
        // The same all day, so that its tag is of use.
        let day = 86_400_000.0;
        let midnight = (NOW / day).floor() * day;
        let at = |time: f64| text(&security, "https://shop.example", time);
        assert_eq!(at(midnight), at(midnight + day - 1.0));
        assert_ne!(at(midnight), at(midnight + day));
    }
}
