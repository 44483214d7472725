//! Limits in time: an outcome that comes before its deadline, or the news that none did. Measures nothing; the timer is the runtime's
//! (`docs/decisions/051`).

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use crate::platform::runtime::Timer;
use shop::catalog::trouble::Trouble;
use shop::remotes::cause::Cause;
use shop::time;

/// Why there is no outcome.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(crate) enum Late {
    /// It did not come in this many milliseconds.
    #[error("no answer within {0} ms")]
    Elapsed(u64),
    /// There is nothing to measure by.
    #[error("the runtime has no timer: {0}")]
    NoTimer(String),
}

impl From<Late> for Cause {
    fn from(late: Late) -> Self {
        match late {
            Late::Elapsed(milliseconds) => Self::Timeout(milliseconds),
            Late::NoTimer(_) => Self::runtime(&late.to_string()),
        }
    }
}

impl From<Late> for Trouble {
    fn from(late: Late) -> Self {
        Self::Slow(late.to_string())
    }
}

/// Lets this many milliseconds pass.
pub(crate) async fn pause(milliseconds: f64) {
    let _ = within(milliseconds, pending::<()>()).await;
}

/// The outcome, if it comes in time. The question is dropped otherwise.
pub(crate) async fn within<T>(milliseconds: f64, asked: impl Future<Output = T>) -> Result<T, Late> {
    let timer = Timer::start(milliseconds).map_err(Late::NoTimer)?;
    let (mut asked, mut rings) = (pin!(asked), timer.rings());
    poll_fn(|context| match asked.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Ok(outcome)),
        Poll::Pending => {
            Pin::new(&mut rings).poll(context).map(|_| Err(Late::Elapsed(time::milliseconds(milliseconds))))
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::Late;
    use shop::catalog::trouble::Trouble;
    use shop::remotes::cause::Cause;

    #[test]
    fn a_late_answer_is_a_timeout_and_a_missing_timer_is_not_the_stores_fault() {
        let no_timer = || Late::NoTimer("none".to_owned());
        for (late, code, status, text) in [
            (Late::Elapsed(5000), "timeout", 504, "no answer within 5000 ms"),
            (no_timer(), "internal", 502, "the runtime has no timer: none"),
        ] {
            let cause = Cause::from(late);
            assert_eq!((cause.code(), cause.kind().status(), cause.to_string().as_str()), (code, status, text));
        }
        for (late, text) in [
            (Late::Elapsed(500), "the origin was too slow: no answer within 500 ms"),
            (no_timer(), "the origin was too slow: the runtime has no timer: none"),
        ] {
            let trouble = Trouble::from(late);
            assert_eq!((trouble.code(), trouble.to_string().as_str()), ("timeout", text));
        }
    }
}
