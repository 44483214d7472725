//! Bounds a command as a whole, and shows what it waits for once that takes more than a second.
//! Cuts off at waits alone: work of this machine's own and a person's answer are not interrupted.

use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::clock::Stopwatch;
use crate::progress::{self, Reporter};
use crate::stopped::{Exit, Stopped};

/// A command's time unless the command line or the environment names another.
pub(crate) const DEFAULT: Duration = Duration::from_mins(1);
/// How often a command that waits is looked at.
const TICK: Duration = Duration::from_secs(1);
/// One try of a request begins to be answered within this, or within a quarter of the command's time if that is shorter.
const ATTEMPT: Duration = Duration::from_secs(10);

/// What is left of a command's time for printing what its parts found.
const RESERVE: Duration = Duration::from_millis(500);

/// Time that a person took to answer, which is not the command's.
static EXCUSED: Mutex<Duration> = Mutex::new(Duration::ZERO);

/// The time that a command may take, counted from the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    watch: Stopwatch,
    limit: Duration,
}

impl Deadline {
    pub(crate) fn start(limit: Duration) -> Deadline {
        Deadline { watch: Stopwatch::start(), limit }
    }

    /// What is left of it.
    pub(crate) fn left(&self) -> Duration {
        let excused = *EXCUSED.lock().unwrap_or_else(PoisonError::into_inner);
        self.limit.saturating_sub(self.watch.elapsed().saturating_sub(excused))
    }

    /// The time for one try of a request until its answer begins, so that all tries fit in.
    pub(crate) fn attempt(&self) -> Duration {
        ATTEMPT.min(self.limit / 4)
    }

    /// Runs a part of a command that ends before the whole does, so that what it found can still be printed. Its end by time is a
    /// text that names what it waited for.
    pub(crate) async fn part<T>(&self, work: impl Future<Output = T>) -> Result<T, String> {
        let mut work = pin!(work);
        let limit = self.left().saturating_sub(RESERVE);
        // The wait that is under way is still known here, since the work is not dropped yet.
        tokio::time::timeout(limit, work.as_mut()).await.map_err(|_| self.over().to_string())
    }

    /// Runs a command, and gives up when its time is over.
    pub(crate) async fn bound<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        let mut reporter = Reporter::default();
        loop {
            // A tick that is over at once still lets the work end that is done by now.
            if let Ok(done) = tokio::time::timeout(TICK.min(self.left()), work.as_mut()).await {
                return done;
            }
            if self.left().is_zero() {
                return Err(self.over().into());
            }
            reporter.tick();
        }
    }

    fn over(&self) -> Stopped {
        let seconds = self.limit.as_secs();
        let waited = progress::oldest().map(|wait| format!(", waiting for {}", wait.what)).unwrap_or_default();
        let doubt = if progress::writes() {
            "a write was under way, so the store may have done it: `storefront status` shows what is there. "
        } else {
            ""
        };
        Stopped::new(Exit::Failure, format!("gave up after {seconds} s{waited}"))
            .hint(format!("{doubt}`--timeout 5m` waits longer; `storefront doctor` tries the store and the shop"))
    }
}

/// Asks a person without the command's time running on.
pub(crate) fn excused<T>(ask: impl FnOnce() -> T) -> T {
    let watch = Stopwatch::start();
    let answer = ask();
    *EXCUSED.lock().unwrap_or_else(PoisonError::into_inner) += watch.elapsed();
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure;
    use crate::testing::run;

    #[test]
    fn work_that_ends_in_time_is_not_touched() {
        assert_eq!(run(Deadline::start(Duration::from_mins(1)).bound(async { Ok(7) })).unwrap(), 7);
        // Also when its time was over before anybody looked.
        assert_eq!(run(Deadline::start(Duration::ZERO).bound(async { Ok(7) })).unwrap(), 7);
    }

    #[test]
    fn what_was_waited_for_is_named() {
        assert!(progress::oldest().is_none(), "a wait ends with its value, and no other test waits");
        let work = async {
            let _waiting =
                progress::waiting("the store to read `cart/release.json` (attempt 2 of 3)".to_owned(), false);
            std::future::pending::<Result<()>>().await
        };
        let error = run(Deadline::start(Duration::ZERO).bound(work)).unwrap_err();
        let text = failure::render(&error);
        assert!(
            text.contains("gave up after 0 s, waiting for the store to read `cart/release.json` (attempt 2 of 3)"),
            "{text}"
        );
        assert!(text.contains("--timeout"), "{text}");
        assert!(!text.contains("a write was under way"), "{text}");
        let work = async {
            let _waiting = progress::waiting("the store to write".to_owned(), true);
            std::future::pending::<Result<()>>().await
        };
        let error = run(Deadline::start(Duration::ZERO).bound(work)).unwrap_err();
        assert!(failure::render(&error).contains("a write was under way"));
    }

    #[test]
    fn the_tries_of_a_request_fit_into_the_commands_time() {
        #[track_caller]
        fn check(limit: u64, expect_milliseconds: u128) {
            let attempt = Deadline::start(Duration::from_secs(limit)).attempt();
            assert_eq!(attempt.as_millis(), expect_milliseconds);
        }
        check(4, 1_000);
        check(60, 10_000);
        check(600, 10_000);
    }
}
