//! Times as the shop counts and prints them: milliseconds since 1970, whole numbers, dates of the Gregorian calendar.
//! Reads no clock.

/// A clock before 1970 is no clock; whatever is later fits.
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

/// A time to the minute, in words for shoppers: `26 November 2026, 14:05 UTC`.
pub fn minute(milliseconds: f64) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let minutes = seconds(milliseconds) / 60;
    let (year, month, day) = civil_from_days(minutes / 1440);
    let month = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"");
    format!("{day} {month} {year}, {:02}:{:02} UTC", minutes % 1440 / 60, minutes % 60)
}

/// The runtime counts time in floating point; 2^53 milliseconds are far away.
#[expect(clippy::cast_precision_loss, reason = "times of this age are exact")]
pub fn time(milliseconds: u64) -> f64 {
    milliseconds as f64
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar
/// (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>). A year begins in March here, so that the leap
/// day is its last one.
pub fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// The inverse of [`civil_from_days`], from 1970 on. A day that its month does not have becomes one of the next month.
pub fn days_from_civil(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year.checked_sub(u64::from(month <= 2))?;
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    (era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{civil_from_days, days_from_civil};

    /// The last day of the year 9999.
    const LAST_DAY: u64 = 253_402_300_799_999 / 86_400_000;

    proptest! {
        #[test]
        fn every_day_has_one_date(days in 0_u64..=LAST_DAY) {
            let (year, month, day) = civil_from_days(days);
            prop_assert!((1..=12).contains(&month) && (1..=31).contains(&day));
            prop_assert_eq!(days_from_civil(year, month, day), Some(days));
            prop_assert!(civil_from_days(days + 1) > (year, month, day));
        }
    }
}
