//! The date in an HTTP header. Reads the one form that is sent today; formats and clocks are the hosts'.

use std::borrow::Cow;

use time::PrimitiveDateTime;
use time::format_description::FormatDescriptionV3;
use time::macros::format_description;

/// IMF-fixdate (RFC 9110, section 5.6.7).
const FORM: FormatDescriptionV3<'_> = format_description!(
    version = 3,
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// Seconds from 1970-01-01T00:00:00Z to a date such as `Sun, 06 Nov 1994 08:49:37 GMT`. `None` for every other form, and for a date
/// that the calendar does not have or that has another weekday.
pub fn parse_http(text: &str) -> Option<i64> {
    // A leap second counts as the first of the next minute. `time` has none in a date of this form.
    let (text, leap) = match text.strip_suffix(":60 GMT") {
        Some(start) => (Cow::Owned(format!("{start}:59 GMT")), 1),
        None => (Cow::Borrowed(text), 0),
    };
    let date = PrimitiveDateTime::parse(&text, &FORM).ok()?;
    // The parser accepts upper and lower case, signs, and any weekday.
    let is_same = date.format(&FORM).is_ok_and(|written| written == text);
    is_same.then(|| date.assume_utc().unix_timestamp() + leap)
}

#[cfg(test)]
mod tests {
    use super::parse_http;

    #[track_caller]
    fn check(text: &str, expect: Option<i64>) {
        assert_eq!(parse_http(text), expect, "{text}");
    }

    #[test]
    fn one_form_is_read() {
        check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777));
        check("Tue, 29 Feb 2000 23:59:59 GMT", Some(951_868_799));
        check("Sat, 31 Dec 2016 23:59:60 GMT", Some(1_483_228_800));
        check("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799));
        check("Wed, 31 Dec 1969 23:59:59 GMT", Some(-1));
    }

    #[test]
    fn every_other_form_is_refused() {
        for text in [
            "",
            "yesterday",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Mon, 06 Nov 1994 08:49:37 GMT",
            "sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 6  Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov +1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
            "Mon, 29 Feb 2100 00:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:60 GMT GMT",
        ] {
            check(text, None);
        }
    }
}
