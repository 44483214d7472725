//! Money that goes back: what is due and when it is tried again, how it ended, and how much of a payment is left.

use commerce::{Facts, OrderState};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::orders::apply::Applied;
use crate::store::orders::payments::Attempt;
use crate::store::orders::{OrderError, amount, minor};
use crate::store::{Store, StoreError, Write};

/// Money to send back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refund {
    /// Its id, which is the provider's key, and the mark by which the provider finds it.
    pub(crate) id: String,
    pub(crate) payment: String,
    pub(crate) amount: u64,
    /// How often it was tried.
    pub(crate) tries: i64,
    /// Which key of the provider sends it, from 0: the next one where one is used up.
    pub(crate) turn: i64,
}

/// Money that goes back, as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefundAsked {
    pub(crate) amount: u64,
    pub(crate) reason: String,
    pub(crate) staff: String,
    /// `due`, `done` or `refused`.
    pub(crate) state: String,
    pub(crate) asked_at: i64,
    /// When it ended; 0 until then.
    pub(crate) done_at: i64,
}

impl Refund {
    /// A refund that nobody has tried.
    pub(crate) fn new(id: String, payment: &str, amount: u64) -> Refund {
        Refund { id, payment: payment.to_owned(), amount, tries: 0, turn: 0 }
    }
}

impl Store {
    /// Money that is to be sent back by `now`, the longest due first.
    pub(crate) async fn due_refunds(&self, now: i64, limit: i64) -> Result<Vec<Refund>, StoreError> {
        let query = sqlx::query(
            "SELECT id, payment, amount, tries, turn FROM refund WHERE state = 'due' AND due_at <= $1
             ORDER BY due_at, id LIMIT $2",
        );
        let rows = query.bind(now).bind(limit).fetch_all(&self.pool).await?;
        let refund = |row: &AnyRow| -> Result<Refund, StoreError> {
            Ok(Refund {
                id: row.try_get("id")?,
                payment: row.try_get("payment")?,
                amount: amount(row, "amount")?,
                tries: row.try_get("tries")?,
                turn: row.try_get("turn")?,
            })
        };
        rows.iter().map(refund).collect()
    }

    /// Takes a refund to try it, which nobody else does before `again_at`. Whether it is this process that has it.
    pub(crate) async fn take_refund(&self, refund: &Refund, again_at: i64) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "UPDATE refund SET tries = tries + 1, due_at = $1 WHERE id = $2 AND state = 'due' AND tries = $3",
        );
        let query = query.bind(again_at).bind(&refund.id).bind(refund.tries);
        let taken = query.execute(write.connection()).await?.rows_affected();
        write.commit().await?;
        Ok(taken == 1)
    }

    /// The turn that follows one whose key is used up. Of several who ask for it at once, all get the same one.
    pub(crate) async fn next_refund_turn(&self, id: &str, turn: i64) -> Result<i64, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE refund SET turn = turn + 1 WHERE id = $1 AND turn = $2");
        query.bind(id).bind(turn).execute(write.connection()).await?;
        let query = sqlx::query("SELECT turn FROM refund WHERE id = $1").bind(id);
        let now = query.fetch_one(write.connection()).await?.try_get("turn")?;
        write.commit().await?;
        Ok(now)
    }

    /// The money of an order that went back or is due to, what was asked for first before others.
    pub(crate) async fn refunds(&self, order: &str) -> Result<Vec<RefundAsked>, StoreError> {
        let query = sqlx::query(
            "SELECT r.amount, r.reason, r.staff, r.state, r.asked_at, r.done_at FROM refund r JOIN payment p ON p.id = r.payment
             WHERE p.order_id = $1 ORDER BY r.asked_at, r.id",
        );
        let refund = |row: &AnyRow| -> Result<RefundAsked, StoreError> {
            Ok(RefundAsked {
                amount: amount(row, "amount")?,
                reason: row.try_get("reason")?,
                staff: row.try_get("staff")?,
                state: row.try_get("state")?,
                asked_at: row.try_get("asked_at")?,
                done_at: row.try_get("done_at")?,
            })
        };
        query.bind(order).fetch_all(&self.pool).await?.iter().map(refund).collect()
    }

    /// All that was asked to go back of a payment, whether it has gone already or not.
    pub(crate) async fn asked_back(&self, payment: &str) -> Result<u64, StoreError> {
        let query = sqlx::query("SELECT amount FROM refund WHERE payment = $1 AND state <> 'refused'").bind(payment);
        sum(&query.fetch_all(&self.pool).await?)
    }

    /// Notes that money has gone back, with the facts of its payment.
    pub(crate) async fn finish_refund(&self, refund: &Refund, facts: &Facts, now: i64) -> Result<Applied, OrderError> {
        let mut write = self.write().await?;
        let applied = write.apply(&refund.payment, facts, now).await?;
        write.end_refund(&refund.id, "done", now).await?;
        if applied.order == OrderState::Cancelled
            && let Some(attempt) = write.attempt(&refund.payment).await?
        {
            // A refund that had been made and was not noted when the order was cancelled counted twice: the rest follows.
            let amount = write.left(&attempt).await?;
            let rest = Refund::new(format!("{}-rest", refund.id), &attempt.id, amount);
            write.owe(&rest, "cancelled", "", now).await?;
        }
        write.commit().await?;
        Ok(applied)
    }

    /// Notes that money has gone back, or never will.
    pub(crate) async fn end_refund(&self, id: &str, state: &'static str, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        write.end_refund(id, state, now).await?;
        write.commit().await
    }
}

impl Write {
    async fn end_refund(&mut self, id: &str, state: &'static str, now: i64) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE refund SET state = $1, done_at = $2 WHERE id = $3 AND state = 'due'");
        query.bind(state).bind(now).bind(id).execute(self.connection()).await?;
        Ok(())
    }

    /// Has money go back, once for an id.
    pub(super) async fn owe(&mut self, refund: &Refund, reason: &str, staff: &str, now: i64) -> Result<(), StoreError> {
        if refund.amount == 0 {
            return Ok(());
        }
        let query = sqlx::query(
            "INSERT INTO refund (id, payment, amount, reason, staff, state, asked_at, due_at) VALUES ($1, $2, $3, $4, $5, 'due', $6, $6)
             ON CONFLICT (id) DO NOTHING",
        );
        let query = query.bind(&refund.id).bind(&refund.payment).bind(minor(refund.amount));
        query.bind(reason).bind(staff).bind(now).execute(self.connection()).await?;
        Ok(())
    }

    /// What is left of a payment that could go back: captured, less what has gone back in whatever way, less what is due to. A refund that
    /// its provider has made and that is not noted as done yet counts twice for that moment, so that never too much is promised.
    pub(super) async fn left(&mut self, attempt: &Attempt) -> Result<u64, StoreError> {
        let query = sqlx::query("SELECT amount FROM refund WHERE payment = $1 AND state = 'due'").bind(&attempt.id);
        let due = sum(&query.fetch_all(self.connection()).await?)?;
        Ok(attempt.payment.refundable().minor().saturating_sub(due))
    }

    /// Whether money of a payment goes back, or has gone.
    pub(super) async fn is_owed(&mut self, payment: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT id FROM refund WHERE payment = $1 LIMIT 1").bind(payment);
        Ok(query.fetch_optional(self.connection()).await?.is_some())
    }
}

fn sum(rows: &[AnyRow]) -> Result<u64, StoreError> {
    rows.iter().try_fold(0_u64, |sum, row| Ok(sum.saturating_add(amount(row, "amount")?)))
}
