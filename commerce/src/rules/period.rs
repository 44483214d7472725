//! Days from which and until which a rule holds. Days are those of UTC; the last one belongs to the period.

use time::{Date, Month};

/// A period of whole days, open at either end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Period {
    from: Option<i64>,
    until: Option<i64>,
}

/// Where a moment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// The period begins later.
    Before,
    /// Within it.
    Within,
    /// It is over.
    After,
}

const DAY: u64 = 86_400_000;

impl Period {
    /// A period of days since 1970; `None` if it ends before it begins.
    pub(super) fn new(from: Option<i64>, until: Option<i64>) -> Option<Period> {
        let is_empty = from.zip(until).is_some_and(|(from, until)| from > until);
        (!is_empty).then_some(Period { from, until })
    }

    /// Where a moment lies, in milliseconds since 1970.
    pub(crate) fn position(&self, now: u64) -> Position {
        let day = i64::try_from(now / DAY).unwrap_or(i64::MAX);
        if self.from.is_some_and(|from| day < from) {
            Position::Before
        } else if self.until.is_some_and(|until| day > until) {
            Position::After
        } else {
            Position::Within
        }
    }

    /// Whether a day belongs to both.
    pub(super) fn overlaps(&self, other: &Period) -> bool {
        let begins_in_time = |a: Option<i64>, b: Option<i64>| a.zip(b).is_none_or(|(from, until)| from <= until);
        begins_in_time(self.from, other.until) && begins_in_time(other.from, self.until)
    }
}

/// The day of a date like `2026-11-28`, in days since 1970.
pub(super) fn day(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == 10
        && bytes
            .iter()
            .zip(0..)
            .all(|(byte, place)| if matches!(place, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    if !is_shaped {
        return None;
    }
    let month = Month::try_from(text.get(5..7)?.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(text.get(..4)?.parse().ok()?, month, text.get(8..)?.parse().ok()?).ok()?;
    Some(i64::from(date.to_julian_day()) - i64::from(JULIAN_DAY_OF_1970))
}

/// The Julian day of 1970-01-01.
const JULIAN_DAY_OF_1970: i32 = 2_440_588;

#[cfg(test)]
mod tests {
    use super::{Period, Position, day};

    #[test]
    fn a_date_is_read_strictly() {
        for (text, expect) in [("1970-01-01", Some(0)), ("2024-02-29", Some(19_782)), ("2026-11-28", Some(20_785))] {
            assert_eq!(day(text), expect, "{text}");
        }
        for wrong in
            ["", "2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026/01/01", "2026-01-01T00:00", "+026-01-01"]
        {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_day_belongs_to_the_period() {
        let period = Period::new(Some(10), Some(11)).unwrap();
        let at = |day: u64, rest: u64| period.position(day * super::DAY + rest);
        assert_eq!(at(9, 86_399_999), Position::Before);
        assert_eq!((at(10, 0), at(11, 86_399_999)), (Position::Within, Position::Within));
        assert_eq!(at(12, 0), Position::After);
        assert_eq!(Period::new(Some(2), Some(1)), None);
    }

    #[test]
    fn periods_overlap_on_a_day_of_both() {
        let period = |from, until| Period::new(from, until).unwrap();
        assert!(period(None, Some(5)).overlaps(&period(Some(5), None)));
        assert!(!period(None, Some(4)).overlaps(&period(Some(5), None)));
        assert!(period(None, None).overlaps(&period(Some(5), Some(5))));
    }
}
