//! Times as the shop counts and prints them: milliseconds since 1970, whole numbers, dates of the Gregorian calendar.
//! Reads no clock.

use time::UtcDateTime;
use time::format_description::FormatDescriptionV3;
use time::macros::format_description;

/// The last millisecond of the year 9999: years are written with four digits.
pub const LAST_MILLISECOND: u64 = 253_402_300_799_999;

/// Whole seconds; 0 for every time before 1970.
pub fn seconds(milliseconds: f64) -> u64 {
    self::milliseconds(milliseconds) / 1000
}

/// Whole milliseconds. Numbers are written as whole ones everywhere: the code that writes fractions is larger than this crate's.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the runtime's clock, in milliseconds, is far below the limit"
)]
pub fn milliseconds(milliseconds: f64) -> u64 {
    milliseconds.max(0.0) as u64
}

/// The second of the calendar in which a time lies; the last one of the year 9999 for every later time.
pub fn utc(milliseconds: u64) -> UtcDateTime {
    let seconds = i64::try_from(milliseconds.min(LAST_MILLISECOND) / 1000).unwrap_or_default();
    UtcDateTime::from_unix_timestamp(seconds).unwrap_or(UtcDateTime::UNIX_EPOCH)
}

/// A time to the minute, in words for shoppers: `26 November 2026, 14:05 UTC`.
pub fn minute(milliseconds: f64) -> String {
    const FORM: FormatDescriptionV3<'_> =
        format_description!(version = 3, "[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");
    // A date of the calendar has all the parts of the form.
    utc(self::milliseconds(milliseconds)).format(&FORM).unwrap_or_default()
}

/// The runtime counts time in floating point; 2^53 milliseconds are far away.
#[expect(clippy::cast_precision_loss, reason = "times of this age are exact")]
pub fn time(milliseconds: u64) -> f64 {
    milliseconds as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LAST_MILLISECOND, minute, utc};

    #[test]
    fn a_minute_has_words() {
        #[track_caller]
        fn check(milliseconds: f64, expect: &str) {
            assert_eq!(minute(milliseconds), expect);
        }
        check(-1.0, "1 January 1970, 00:00 UTC");
        check(59_999.9, "1 January 1970, 00:00 UTC");
        check(68_169_599_999.0, "28 February 1972, 23:59 UTC");
        check(68_169_600_000.0, "29 February 1972, 00:00 UTC");
        check(951_868_800_000.0, "1 March 2000, 00:00 UTC");
        check(1_795_701_900_000.0, "26 November 2026, 14:05 UTC");
        check(4_107_542_400_000.0, "1 March 2100, 00:00 UTC");
        check(f64::INFINITY, "31 December 9999, 23:59 UTC");
    }

    proptest! {
        #[test]
        fn every_second_is_one_of_the_calendar(milliseconds in 0..=LAST_MILLISECOND) {
            let seconds = i64::try_from(milliseconds / 1000)?;
            prop_assert_eq!(utc(milliseconds).unix_timestamp(), seconds);
            prop_assert_eq!(utc(milliseconds).nanosecond(), 0);
        }

        #[test]
        fn a_later_time_is_the_last(milliseconds in LAST_MILLISECOND..) {
            prop_assert_eq!(utc(milliseconds), utc(LAST_MILLISECOND));
        }
    }
}
