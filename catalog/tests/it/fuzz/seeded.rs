//! Seeded cases and the run of them, for every crate that is fuzzed: numbers that only look random (`../chance.rs`), a time limit for each case, a
//! name for the one that failed. Knows nothing of what is tested.

use std::io::{Write as _, stderr};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use crate::chance::Chance;

/// How long a case may take before it counts as one that never ends. Most take milliseconds.
const PATIENCE: Duration = Duration::from_mins(1);

impl Chance {
    pub(crate) fn of_case(case: u64) -> Chance {
        Chance::new(case.wrapping_mul(0x2545_f491_4f6c_dd1d))
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    pub(crate) fn word(&mut self) -> u32 {
        let [first, second, third, fourth, ..] = self.next().to_le_bytes();
        u32::from_le_bytes([first, second, third, fourth])
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        self.one_of(of).unwrap()
    }
}

/// Runs `case` with the numbers from 0 to `cases`, or as `FUZZ_SECONDS` and `FUZZ_CASE` say. What fails is named by its number.
pub(crate) fn run(test: &str, cases: u64, case: fn(u64)) {
    let only = variable("FUZZ_CASE");
    let length = variable("FUZZ_SECONDS").map(Duration::from_secs);
    let (sender, receiver) = channel();
    let started = now();
    let worker = thread::spawn(move || {
        for number in only.unwrap_or_default().. {
            let is_enough = match (only, length) {
                (Some(only), _) => number > only,
                (None, Some(length)) => number >= cases && started.elapsed() > length,
                (None, None) => number >= cases,
            };
            if is_enough {
                return;
            }
            // Who listens has given up, so there is nothing left to say.
            if sender.send(number).is_err() {
                return;
            }
            case(number);
        }
    });
    let (mut current, mut since) = (0, started);
    let mut slowest = (Duration::ZERO, 0);
    let again = |case: u64| format!("again: FUZZ_CASE={case} cargo test --package {} {test}", env!("CARGO_PKG_NAME"));
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok(number) => {
                slowest = slowest.max((since.elapsed(), current));
                (current, since) = (number, now());
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                panic!("case {current} goes on for more than {} s\nhint: {}", PATIENCE.as_secs(), again(current))
            }
        }
    }
    assert!(worker.join().is_ok(), "case {current} failed; what it said stands above\nhint: {}", again(current));
    if length.is_some() {
        let (time, slowest) = slowest;
        // For whoever asked for a longer run.
        let _ = writeln!(stderr(), "{test}: {} cases; the slowest, {slowest}, took {time:?}", current + 1);
    }
}

#[expect(clippy::disallowed_methods, reason = "a person asks for a longer run, or for one case of it")]
fn variable(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("`{name}` must be a whole number, not `{value}`")))
}

#[expect(clippy::disallowed_methods, reason = "a longer run is one of so many seconds")]
fn now() -> Instant {
    Instant::now()
}
