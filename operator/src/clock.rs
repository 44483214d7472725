//! The only place that reads the clock, and the texts of times and durations.
//! Waits nowhere.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use rollout::Timestamp;

use crate::stopped::{Exit, Stopped};

/// Beyond this difference between this machine and the store no change is made.
pub(crate) const SKEW_LIMIT: u64 = 24 * 60 * 60;

/// Seconds since 1970.
pub(crate) type Seconds = i64;

/// The current time.
#[expect(clippy::disallowed_methods, reason = "an operator's change carries the time at which it was made")]
pub(crate) fn now() -> Seconds {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Seconds::try_from(since.as_secs()).unwrap_or(Seconds::MAX)
}

/// Measures how long something takes: for a person to read, and for a command's limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a command's time is limited, and no result depends on it")]
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// The form in which a release notes a time.
pub(crate) fn timestamp(at: Seconds) -> Result<Timestamp> {
    Timestamp::of_seconds(at).with_context(|| format!("the time {at} is outside the years 0000 to 9999"))
}

/// The store's clock beside this machine's, by the `Date` of the store's last answer.
///
/// All who change a release share the store's time, so it stamps their changes and decides which objects are old.
#[derive(Clone, Debug, Default)]
pub(crate) struct StoreClock(Arc<Mutex<Option<Skew>>>);

/// Two clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Skew {
    pub(crate) store: Seconds,
    pub(crate) here: Seconds,
}

impl StoreClock {
    /// Notes the time of an answer that arrives now.
    pub(crate) fn note(&self, store: Seconds) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Skew { store, here: now() });
    }

    pub(crate) fn skew(&self) -> Option<Skew> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now, by the store's clock; by this machine's while no answer has brought the other.
    pub(crate) fn now(&self) -> Result<Seconds> {
        self.skew().map_or_else(|| Ok(now()), |skew| skew.now(now()))
    }
}

impl Skew {
    /// How far this machine is from the store: `2 h behind`, `3 s ahead of`.
    pub(crate) fn distance(&self) -> u64 {
        self.here.abs_diff(self.store)
    }

    /// The distance in words.
    pub(crate) fn described(&self) -> String {
        let direction = if self.here < self.store { "behind" } else { "ahead of" };
        format!("this machine is {} {direction} the store", duration(self.distance()))
    }

    /// The store's time at `here` of this machine's. Beyond a day either of the two may be the wrong one.
    fn now(self, here: Seconds) -> Result<Seconds> {
        if self.distance() > SKEW_LIMIT {
            let why = format!("{}: one of the two clocks is wrong, so nothing was changed", self.described());
            return Err(Stopped::new(Exit::Failure, why)
                .hint("set the clock of this machine; `storefront doctor` compares the two")
                .into());
        }
        // This machine's clock may be set between the two readings; the store's never runs backwards by it.
        Ok(self.store.saturating_add((here - self.here).max(0)))
    }
}

/// Reads a duration such as `30d`, `24h`, `90m` or `45s`.
pub(crate) fn parse_duration(text: &str) -> Result<u64, String> {
    let refused = || format!("`{text}` is no duration: it is a whole number and d, h, m or s, such as 30d or 24h");
    let unit = match text.chars().next_back() {
        Some('d') => 24 * 60 * 60,
        Some('h') => 60 * 60,
        Some('m') => 60,
        Some('s') => 1,
        _ => return Err(refused()),
    };
    let number = text.get(..text.len() - 1).unwrap_or_default();
    if number.is_empty() || number.len() > 9 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    number.parse::<u64>().map(|number| number * unit).map_err(|_| refused())
}

/// A duration in its two largest units: `1 d 12 h`.
pub(crate) fn duration(seconds: u64) -> String {
    let units = [(24 * 60 * 60, "d"), (60 * 60, "h"), (60, "min"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (length, name) in units {
        if rest >= length && parts.len() < 2 {
            parts.push(format!("{} {name}", rest / length));
            rest %= length;
        } else if !parts.is_empty() {
            break;
        }
    }
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_back() {
        #[track_caller]
        fn check(at: Seconds, expect: &str) {
            let text = timestamp(at).unwrap();
            assert_eq!(text.as_str(), expect);
            assert_eq!(text.seconds(), at);
        }
        check(0, "1970-01-01T00:00:00Z");
        check(1_772_323_199, "2026-02-28T23:59:59Z");
        check(1_709_164_800, "2024-02-29T00:00:00Z");
    }

    #[test]
    fn the_stores_time_goes_on_from_its_last_answer() {
        #[track_caller]
        fn check(store: Seconds, here: Seconds, later: Seconds, expect: Option<Seconds>) {
            assert_eq!(Skew { store, here }.now(later).ok(), expect);
        }
        check(1_000_000, 1_000_000, 1_000_007, Some(1_000_007));
        check(1_000_000, 993_000, 993_002, Some(1_000_002));
        check(1_000_000, 1_086_400, 1_086_400, Some(1_000_000));
        check(1_000_000, 1_086_401, 1_086_401, None);
        check(1_000_000, 913_599, 913_600, None);
        check(1_000_000, 1_000_000, 999_000, Some(1_000_000));
        let refused = Skew { store: 10_000_000, here: 0 }.now(0).unwrap_err().to_string();
        assert_eq!(
            refused,
            "this machine is 115 d 17 h behind the store: one of the two clocks is wrong, so nothing was changed"
        );
    }

    #[test]
    fn durations() {
        #[track_caller]
        fn check(text: &str, expect: Option<u64>, described: &str) {
            let parsed = parse_duration(text).ok();
            assert_eq!(parsed, expect, "{text}");
            assert_eq!(parsed.map(duration).unwrap_or_default(), described);
        }
        check("30d", Some(2_592_000), "30 d");
        check("36h", Some(129_600), "1 d 12 h");
        check("90m", Some(5_400), "1 h 30 min");
        check("0s", Some(0), "0 s");
        check("30", None, "");
        check("d", None, "");
        check("-1d", None, "");
        check("1.5h", None, "");
        check("9999999999d", None, "");
    }
}
