//! `/.well-known/security.txt` (RFC 9116): whom those who find a weakness of the shop turn to, from the configuration.
//! Not found where nobody is named: an address that no one reads would cost a finder the time that shoppers need.

use web::ETag;

use crate::config::Security;
use crate::refusal;
use crate::reply::{CACHE_MINUTES, Head, Policy, Reply};
use crate::route::SECURITY_PATH;
use crate::shop::{Answer, Incoming, Shop};
use crate::sigv4::civil_from_days;
use crate::visit;

/// For how many days the file is good. It is written anew on each of them, so it expires only when the shop is gone; the RFC
/// recommends less than a year.
const GOOD_FOR_DAYS: u64 = 180;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// The file, or the page of an address where nothing is.
pub(crate) fn answer(shop: &Shop, request: &Incoming<'_>) -> Answer {
    let Some(security) = &shop.security else { return refusal::not_found(shop, request) };
    let body = text(security, &shop.site.origin, request.now()).into_bytes();
    let mut head = Head::new(200, "text/plain; charset=utf-8", CACHE_MINUTES, Policy::Resource);
    let etag = ETag::of(&body);
    let is_known = request.header("if-none-match").is_some_and(|condition| etag.matches(&condition));
    head.etag = Some(etag);
    if is_known {
        return Answer::Reply(Reply::empty(head.not_modified()));
    }
    Answer::Reply(Reply::new(head, body).without_body(request.is_head()))
}

/// `now` is in milliseconds since 1970.
fn text(security: &Security, origin: &str, now: f64) -> String {
    let (year, month, day) = civil_from_days(visit::seconds(now) / SECONDS_A_DAY + GOOD_FOR_DAYS);
    let mut lines: Vec<String> = security.contacts.iter().map(|contact| format!("Contact: {contact}\n")).collect();
    lines.push(format!("Expires: {year:04}-{month:02}-{day:02}T00:00:00Z\n"));
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
