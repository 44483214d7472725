//! Reports how far selling is behind, for metrics and for alarms that read the log. Every replica reports the same figures, those of the
//! database; counts of webhooks are its own.

use std::sync::Arc;
use std::time::Duration;

use crate::checkout::desk::Desk;
use crate::clock;
use crate::observe::backlog::Behind;
use crate::observe::metrics::Metrics;
use crate::observe::recurring::Recurring;
use crate::store::backlog::Backlog;

/// The time between two looks.
const EVERY: Duration = Duration::from_secs(15);

/// How many looks there are for each line of the log: one line a minute.
const LOOKS: u32 = 4;

/// Looks until the program ends.
pub(crate) async fn watch(desk: Desk, metrics: Arc<Metrics>) {
    let mut trouble = Recurring::new("backlog unknown", "backlog known again");
    let mut logged = metrics.webhooks();
    for look in 0_u32.. {
        let outcome = desk.store.backlog(clock::now()).await.map(|backlog| {
            let payment_time = i64::try_from(desk.payment_time.as_millis()).unwrap_or(i64::MAX);
            let behind = behind(&backlog, payment_time, clock::now());
            metrics.show_backlog(behind);
            if look.is_multiple_of(LOOKS) {
                let counted = metrics.webhooks();
                line(behind, counted.0 - logged.0, counted.1 - logged.1);
                logged = counted;
            }
        });
        trouble.note(outcome.map_err(Into::into));
        tokio::time::sleep(EVERY).await;
    }
}

/// The line that filters of the log make figures of; `infra/modules/origin_alarms` has its names.
fn line(behind: Behind, webhooks_refused: u64, payments_astray: u64) {
    tracing::info!(
        payment_overdue_seconds = behind.payment_overdue_seconds,
        sweep_late_seconds = behind.sweep_late_seconds,
        unpacked_seconds = behind.unpacked_seconds,
        mails_late = behind.mails_late,
        refunds_stuck = behind.refunds_stuck,
        webhooks_refused,
        payments_astray,
        "backlog"
    );
}

/// The figures at a time; `payment_time` is how long an order may await its payment. All are in milliseconds.
fn behind(backlog: &Backlog, payment_time: i64, now: i64) -> Behind {
    let seconds = |since: Option<i64>, allowed: i64| {
        since.map_or(0, |since| (now.saturating_sub(since).saturating_sub(allowed) / 1_000).max(0))
    };
    let sweeps = [backlog.unasked_since, backlog.unexpired_since].map(|since| seconds(since, 0));
    Behind {
        payment_overdue_seconds: seconds(backlog.awaiting_since, payment_time),
        sweep_late_seconds: sweeps.into_iter().max().unwrap_or(0),
        unpacked_seconds: seconds(backlog.unpacked_since, 0),
        mails_late: backlog.mails_late + backlog.mails_failed,
        refunds_stuck: backlog.refunds_late + backlog.refunds_refused,
    }
}

#[cfg(test)]
mod tests {
    use super::behind;
    use crate::observe::backlog::Behind;
    use crate::store::backlog::Backlog;

    #[test]
    fn times_become_seconds_beyond_what_is_allowed() {
        #[track_caller]
        fn check(backlog: Backlog, expect: Behind) {
            assert_eq!(behind(&backlog, 60_000, 100_000), expect);
        }
        check(Backlog::default(), Behind::default());
        check(Backlog { awaiting_since: Some(50_000), ..Backlog::default() }, Behind::default());
        let expect = Behind { payment_overdue_seconds: 30, ..Behind::default() };
        check(Backlog { awaiting_since: Some(10_000), ..Backlog::default() }, expect);
        let late = Backlog { unasked_since: Some(95_000), unexpired_since: Some(90_000), ..Backlog::default() };
        check(late, Behind { sweep_late_seconds: 10, ..Behind::default() });
        // A clock that was put back.
        check(Backlog { unexpired_since: Some(200_000), ..Backlog::default() }, Behind::default());
        let stuck =
            Backlog { mails_late: 1, mails_failed: 2, refunds_late: 3, refunds_refused: 4, ..Backlog::default() };
        check(stuck, Behind { mails_late: 3, refunds_stuck: 7, ..Behind::default() });
        let unpacked = Backlog { unpacked_since: Some(0), ..Backlog::default() };
        check(unpacked, Behind { unpacked_seconds: 100, ..Behind::default() });
    }
}
