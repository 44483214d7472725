//! How far the work that has its time is behind: orders, payments, mails and refunds that should have gone on by now.

use sqlx::Row as _;

use crate::store::{Store, StoreError};

/// The time after which a mail or a refund is late, in milliseconds: several tries are over by then.
const LATE: i64 = 15 * 60 * 1_000;

/// The number of tries after which a mail is late as well; waits between them grow, so its turn may be hours away.
const TRIES: i64 = 4;

/// How long a failure for good is reported, in milliseconds: a day, in which a person has seen it.
const REPORTED: i64 = 24 * 60 * 60 * 1_000;

/// Work that waits. Times are milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Backlog {
    /// When the oldest order was placed that awaits its payment.
    pub(crate) awaiting_since: Option<i64>,
    /// When the provider was last asked for the payment that has waited longest for that.
    pub(crate) unasked_since: Option<i64>,
    /// When the order should have expired that has waited longest for that.
    pub(crate) unexpired_since: Option<i64>,
    /// When the oldest order became binding that is not packed.
    pub(crate) unpacked_since: Option<i64>,
    /// Mails that no server has taken after several tries or a quarter of an hour.
    pub(crate) mails_late: i64,
    /// Mails of the last day that a server refused, or may not have.
    pub(crate) mails_failed: i64,
    /// Refunds that no provider has made within a quarter of an hour.
    pub(crate) refunds_late: i64,
    /// Refunds of the last day that a provider refused for good.
    pub(crate) refunds_refused: i64,
}

impl Store {
    /// What waits at this time.
    pub(crate) async fn backlog(&self, now: i64) -> Result<Backlog, StoreError> {
        let mut read = self.read().await?;
        let query = sqlx::query(
            "SELECT
               (SELECT MIN(ordered_at) FROM orders WHERE state = 'awaiting') AS awaiting,
               (SELECT MIN(changed_at) FROM payment WHERE standing IN ('created', 'pending') AND provider_id <> '') AS unasked,
               (SELECT MIN(expires_at) FROM orders WHERE state = 'awaiting' AND expires_at <= $1) AS unexpired,
               (SELECT MIN(changed_at) FROM fulfilment WHERE state = 'open') AS unpacked",
        );
        let since = query.bind(now).fetch_one(read.connection()).await?;
        let query = sqlx::query(
            "SELECT
               (SELECT COUNT(*) FROM outbox WHERE state = 'due' AND (due_at <= $1 OR tries >= $2)) AS mails_late,
               (SELECT COUNT(*) FROM outbox WHERE state IN ('refused', 'unsure') AND changed_at >= $3) AS mails_failed,
               (SELECT COUNT(*) FROM refund WHERE state = 'due' AND asked_at <= $1) AS refunds_late,
               (SELECT COUNT(*) FROM refund WHERE state = 'refused' AND done_at >= $3) AS refunds_refused",
        );
        let counts = query.bind(now - LATE).bind(TRIES).bind(now - REPORTED).fetch_one(read.connection()).await?;
        Ok(Backlog {
            awaiting_since: since.try_get("awaiting")?,
            unasked_since: since.try_get("unasked")?,
            unexpired_since: since.try_get("unexpired")?,
            unpacked_since: since.try_get("unpacked")?,
            mails_late: counts.try_get("mails_late")?,
            mails_failed: counts.try_get("mails_failed")?,
            refunds_late: counts.try_get("refunds_late")?,
            refunds_refused: counts.try_get("refunds_refused")?,
        })
    }
}
