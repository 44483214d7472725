//! The time as stores write and read it: `Date` headers, and the compact form in which a request says when it was signed.
//! Whole seconds since 1970; no time zones but UTC.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 60 * 60;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The time, in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "a store has a clock, and so has whoever signs")]
pub fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_secs()).expect("a clock after 1970")
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
pub(crate) fn http_date(seconds: u64) -> String {
    let ((year, month, day), (hours, minutes, left)) = (date(seconds / DAY), time(seconds));
    let weekday = WEEKDAYS[usize::try_from(seconds / DAY % 7).expect("less than seven")];
    let name = MONTHS[usize::try_from(month - 1).expect("less than twelve")];
    format!("{weekday}, {day:02} {name} {year} {hours:02}:{minutes:02}:{left:02} GMT")
}

/// `19941106T084937Z`
pub(crate) fn amz_date(seconds: u64) -> String {
    let ((year, month, day), (hours, minutes, left)) = (date(seconds / DAY), time(seconds));
    format!("{year:04}{month:02}{day:02}T{hours:02}{minutes:02}{left:02}Z")
}

/// Reads that form.
pub(crate) fn parse_amz_date(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    if (date.len(), time.len()) != (8, 6) || !text.is_ascii() {
        return None;
    }
    let number = |text: &str| text.parse::<u64>().ok();
    let days = days(number(&date[..4])?, number(&date[4..6])?, number(&date[6..])?);
    Some(days * DAY + number(&time[..2])? * 3600 + number(&time[2..4])? * 60 + number(&time[4..])?)
}

fn time(seconds: u64) -> (u64, u64, u64) {
    (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_of_month(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + u64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Counts year by year: there are few of them, and nothing is to be wrong here.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let years: u64 = (1970..year).map(|year| 365 + u64::from(is_leap(year))).sum();
    let months: u64 = (1..month).map(|month| days_of_month(year, month)).sum();
    years + months + day - 1
}

fn date(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 1;
    while days >= days_of_month(year, month) {
        days -= days_of_month(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::{amz_date, http_date, parse_amz_date};

    #[test]
    fn times_are_written_as_the_standards_have_them() {
        assert_eq!(http_date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(amz_date(784_111_777), "19941106T084937Z");
        assert_eq!(http_date(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
    }

    #[test]
    fn what_is_written_can_be_read() {
        for seconds in [0, 784_111_777, 951_782_400, 1_709_164_800, 1_800_000_000, 4_102_444_799] {
            assert_eq!(parse_amz_date(&amz_date(seconds)), Some(seconds));
        }
        for text in ["", "19941106T084937", "1994-11-06T08:49:37Z", "19941106T0849Z", "999é106T084937Z"] {
            assert_eq!(parse_amz_date(text), None, "{text}");
        }
    }
}
