//! The time of one response: the median of several measurements of a question, and two ranks of a class's medians.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Measurements of each question; the median counts.
const ROUNDS: usize = 5;

/// How long one measurement should last at least: much longer than what surrounds it.
const LEAST: Duration = Duration::from_millis(8);

/// Most times that a question is answered in one measurement.
const MOST: u32 = 500;

/// Of the questions of a class: half took at most `p50`, 99 of 100 at most `p99`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Figures {
    pub(super) p50: Duration,
    pub(super) p99: Duration,
}

impl Figures {
    /// Of the medians of some questions; `None` without any.
    pub(super) fn of(mut medians: Vec<Duration>) -> Option<Figures> {
        medians.sort_unstable();
        let rank = |percent: usize| medians.get((medians.len() * percent).div_ceil(100).checked_sub(1)?).copied();
        Some(Figures { p50: rank(50)?, p99: rank(99)? })
    }
}

/// The median time of one answer. `run` answers a question so many times and returns how long that took.
pub(super) fn median(mut run: impl FnMut(u32) -> Result<Duration>) -> Result<Duration> {
    run(1)?;
    let once = run(1)?.max(Duration::from_nanos(100));
    let wanted = LEAST.as_nanos() / once.as_nanos().max(1);
    let times = u32::try_from(wanted).unwrap_or(MOST).clamp(1, MOST);
    let mut measured = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        measured.push(run(times)? / times);
    }
    measured.sort_unstable();
    Ok(measured.get(ROUNDS / 2).copied().unwrap_or_default())
}

/// How long something takes in this process.
pub(super) fn time(mut run: impl FnMut() -> Result<()>) -> Result<Duration> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_of_the_sorted_medians() {
        let medians = |most: u64| (1..=most).rev().map(Duration::from_micros).collect::<Vec<_>>();
        let figures = |p50, p99| Some(Figures { p50: Duration::from_micros(p50), p99: Duration::from_micros(p99) });
        assert_eq!(Figures::of(medians(200)), figures(100, 198));
        assert_eq!(Figures::of(medians(30)), figures(15, 30));
        assert_eq!(Figures::of(medians(1)), figures(1, 1));
        assert_eq!(Figures::of(Vec::new()), None);
    }

    #[test]
    fn a_question_is_repeated_until_the_measurement_is_long() {
        let mut asked = Vec::new();
        let median = median(|times| {
            asked.push(times);
            Ok(Duration::from_millis(2) * times)
        });
        assert_eq!(median.unwrap(), Duration::from_millis(2));
        assert_eq!(asked, [1, 1, 4, 4, 4, 4, 4]);
    }
}
