//! Points in time as catalogs write them, to seconds since 1970. No clock and no time zone but UTC and those that a text names.

use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime};

/// Reads RFC 3339, or a date with or without a time of day, which is taken as UTC. `None` before 1970 and after 2106.
pub(super) fn parse(text: &str) -> Option<u32> {
    let text = text.trim();
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return u32::try_from(moment.unix_timestamp()).ok();
    }
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let mut parts = date.split('-');
    let year: i32 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let mut clock = time.get(..8)?.split(':').map(str::parse::<u8>);
    let (hour, minute, second) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    let moment = date.with_hms(hour, minute, second).ok()?.assume_utc();
    u32::try_from(moment.unix_timestamp()).ok()
}
