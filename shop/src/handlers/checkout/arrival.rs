//! The days on which a parcel arrives, counted in working days from today. Holidays are unknown, so that the figures are those of the merchant's
//! rules and no promise of more.

use time::{Date, Weekday};

use crate::time::{milliseconds, utc};

/// Most working days that are counted; a longer time is told as a number of days.
const MOST: u32 = 90;

/// `Tue 1 – Thu 3 Dec`; empty where that cannot be said.
pub(super) fn arrival(now: f64, (least, most): (u32, u32)) -> String {
    if most == 0 || most > MOST || least > most {
        return String::new();
    }
    let today = utc(milliseconds(now)).date();
    let (Some(earliest), Some(latest)) = (after(today, least), after(today, most)) else { return String::new() };
    let day = |date: Date| format!("{} {}", short(date.weekday()), date.day());
    let month = |date: Date| date.month().to_string().chars().take(3).collect::<String>();
    if earliest == latest {
        format!("{} {}", day(earliest), month(earliest))
    } else if earliest.month() == latest.month() {
        format!("{} – {} {}", day(earliest), day(latest), month(latest))
    } else {
        format!("{} {} – {} {}", day(earliest), month(earliest), day(latest), month(latest))
    }
}

/// The date so many working days later.
fn after(mut date: Date, days: u32) -> Option<Date> {
    let mut left = days.max(1);
    while left > 0 {
        date = date.next_day()?;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    Some(date)
}

fn short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

#[cfg(test)]
mod tests {
    use super::arrival;

    #[test]
    fn working_days_are_counted_from_tomorrow() {
        #[track_caller]
        fn check(days_since_1970: u32, range: (u32, u32), expect: &str) {
            assert_eq!(arrival(f64::from(days_since_1970) * 86_400_000.0, range), expect);
        }
        // 2026-11-28 is a Saturday.
        check(20_785, (1, 1), "Mon 30 Nov");
        check(20_785, (2, 4), "Tue 1 – Thu 3 Dec");
        check(20_785, (1, 3), "Mon 30 Nov – Wed 2 Dec");
        check(20_788, (1, 5), "Wed 2 – Tue 8 Dec");
        check(20_788, (0, 0), "");
        check(20_788, (1, 365), "");
    }
}
