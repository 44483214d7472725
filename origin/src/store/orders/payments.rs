//! Attempts to pay an order, and money that goes back.

use catalog::{Amount, Currency};
use commerce::checkout::Way;
use commerce::{Facts, OrderState, Payment, PaymentState, Standing};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::orders::{OrderError, amount, minor};
use crate::store::{Store, StoreError, Write};

/// What goes back of a payment, or has gone.
const ASKED_BACK: &str = "SELECT amount FROM refund WHERE payment = $1 AND state <> 'refused'";

/// An attempt to pay an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Its id, which is the provider's key for all that begins it.
    pub(crate) id: String,
    pub(crate) order: String,
    /// Counted from 1 within the order.
    pub(crate) number: i64,
    pub(crate) way: Way,
    /// The number of a test card.
    pub(crate) card: String,
    /// Its name at the provider; empty until the provider has answered.
    pub(crate) provider_id: String,
    /// Where the shopper goes on; empty for nowhere.
    pub(crate) next: String,
    /// In milliseconds since 1970. It never changes, so a repeated call may rest on it.
    pub(crate) created_at: i64,
    pub(crate) payment: Payment,
}

/// Money to send back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refund {
    /// Its id, which is the provider's key.
    pub(crate) id: String,
    pub(crate) payment: String,
    pub(crate) amount: u64,
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

/// The outcome of asking for another attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Another {
    /// This attempt is under way, or has not begun yet.
    Current(Box<Attempt>),
    /// The order is binding.
    Binding,
    /// Its time is over.
    Expired,
}

impl Attempt {
    /// Whether its provider has to be asked before the order can be given up or paid in another way.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.payment.state(), PaymentState::Created | PaymentState::Pending)
    }
}

impl Store {
    /// The attempts to pay an order, the first one first.
    pub(crate) async fn attempts(&self, order: &str) -> Result<Vec<Attempt>, StoreError> {
        self.read().await?.attempts(order).await
    }

    /// An attempt by its id.
    pub(crate) async fn attempt(&self, id: &str) -> Result<Option<Attempt>, StoreError> {
        self.read().await?.attempt(id).await
    }

    /// The attempt that counts now: the last one, or a new one where that has failed. `id` is for a new one.
    pub(crate) async fn next_attempt(
        &self,
        order: &str,
        id: &str,
        way: Way,
        card: &str,
        now: i64,
    ) -> Result<Another, OrderError> {
        let mut write = self.write().await?;
        let unknown = || OrderError::Unknown { id: order.to_owned() };
        let locked = write.lock_order(order).await?.ok_or_else(unknown)?;
        match locked.state {
            OrderState::Awaiting => {}
            OrderState::Expired => return Ok(Another::Expired),
            OrderState::Placed | OrderState::Completed | OrderState::Cancelled => return Ok(Another::Binding),
        }
        let attempts = write.attempts(order).await?;
        let last = attempts.last().ok_or_else(unknown)?;
        if !matches!(last.payment.state(), PaymentState::Failed | PaymentState::Cancelled | PaymentState::Voided) {
            return Ok(Another::Current(Box::new(last.clone())));
        }
        let (amount, currency) = (last.payment.amount(), last.payment.facts().currency);
        write.insert_payment((id, last.number + 1), order, way, card, (amount.minor(), currency), now).await?;
        if way.is_later() {
            write.agree(&locked, now).await?;
            write.commit().await?;
            return Ok(Another::Binding);
        }
        let attempt = write.attempt(id).await?.ok_or_else(unknown)?;
        write.commit().await?;
        Ok(Another::Current(Box::new(attempt)))
    }

    /// Notes under which name a provider knows an attempt, and where the shopper goes on.
    pub(crate) async fn name_attempt(
        &self,
        id: &str,
        provider_id: &str,
        next: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE payment SET provider_id = $1, next = $2, changed_at = $3 WHERE id = $4");
        query.bind(provider_id).bind(next).bind(now).bind(id).execute(write.connection()).await?;
        write.commit().await
    }

    /// Notes that a payment was asked for, so that others come first next time.
    pub(crate) async fn asked_for(&self, id: &str, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE payment SET changed_at = $1 WHERE id = $2").bind(now).bind(id);
        query.execute(write.connection()).await?;
        write.commit().await
    }

    /// Leaves an order that cannot expire now, since its payment is on its way or its provider silent, until a time.
    pub(crate) async fn postpone(&self, order: &str, until: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE orders SET expires_at = $1 WHERE id = $2 AND state = 'awaiting'");
        query.bind(until).bind(order).execute(write.connection()).await?;
        write.commit().await
    }

    /// Money that is due to go back, what was asked for first before others.
    pub(crate) async fn due_refunds(&self, limit: i64) -> Result<Vec<Refund>, StoreError> {
        let query =
            sqlx::query("SELECT id, payment, amount FROM refund WHERE state = 'due' ORDER BY asked_at, id LIMIT $1");
        let rows = query.bind(limit).fetch_all(&self.pool).await?;
        let refund = |row: &AnyRow| -> Result<Refund, StoreError> {
            Ok(Refund { id: row.try_get("id")?, payment: row.try_get("payment")?, amount: amount(row, "amount")? })
        };
        rows.iter().map(refund).collect()
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
        let query = sqlx::query(ASKED_BACK).bind(payment);
        sum(&query.fetch_all(&self.pool).await?)
    }

    /// Notes that money has gone back, or never will.
    pub(crate) async fn end_refund(&self, id: &str, state: &'static str, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE refund SET state = $1, done_at = $2 WHERE id = $3 AND state = 'due'");
        query.bind(state).bind(now).bind(id).execute(write.connection()).await?;
        write.commit().await
    }
}

impl Write {
    pub(super) async fn insert_payment(
        &mut self,
        (id, attempt): (&str, i64),
        order: &str,
        way: Way,
        card: &str,
        (amount, currency): (u64, Currency),
        now: i64,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO payment (id, order_id, attempt, way, card, amount, currency, standing, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        );
        let query = query.bind(id).bind(order).bind(attempt).bind(way.name()).bind(card).bind(minor(amount));
        let query = query.bind(currency.code()).bind(Standing::Created.name()).bind(now);
        query.execute(self.connection()).await?;
        Ok(())
    }

    pub(super) async fn attempts(&mut self, order: &str) -> Result<Vec<Attempt>, StoreError> {
        let query = sqlx::query(
            "SELECT id, order_id, attempt, way, card, provider_id, next, amount, currency, standing, authorised, captured, refunded, created_at
             FROM payment WHERE order_id = $1 ORDER BY attempt",
        );
        query.bind(order).fetch_all(self.connection()).await?.iter().map(attempt).collect()
    }

    pub(super) async fn attempt(&mut self, id: &str) -> Result<Option<Attempt>, StoreError> {
        let query = sqlx::query(
            "SELECT id, order_id, attempt, way, card, provider_id, next, amount, currency, standing, authorised, captured, refunded, created_at
             FROM payment WHERE id = $1",
        );
        query.bind(id).fetch_optional(self.connection()).await?.map(|row| attempt(&row)).transpose()
    }

    pub(super) async fn write_payment(&mut self, id: &str, payment: &Payment, now: i64) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE payment SET standing = $1, authorised = $2, captured = $3, refunded = $4, changed_at = $5 WHERE id = $6",
        );
        let Facts { standing, authorised, captured, refunded, .. } = *payment.facts();
        let query = query.bind(standing.name()).bind(minor(authorised.minor())).bind(minor(captured.minor()));
        query.bind(minor(refunded.minor())).bind(now).bind(id).execute(self.connection()).await?;
        Ok(())
    }

    /// Has money go back, once for an id.
    pub(super) async fn owe(&mut self, refund: &Refund, reason: &str, staff: &str, now: i64) -> Result<(), StoreError> {
        if refund.amount == 0 {
            return Ok(());
        }
        let query = sqlx::query(
            "INSERT INTO refund (id, payment, amount, reason, staff, state, asked_at) VALUES ($1, $2, $3, $4, $5, 'due', $6)
             ON CONFLICT (id) DO NOTHING",
        );
        let query = query.bind(&refund.id).bind(&refund.payment).bind(minor(refund.amount));
        query.bind(reason).bind(staff).bind(now).execute(self.connection()).await?;
        Ok(())
    }

    /// What is left of a payment that could go back. A refund that its provider has made, and that is not noted as done yet, counts once.
    pub(super) async fn left(&mut self, attempt: &Attempt) -> Result<u64, StoreError> {
        let query = sqlx::query(ASKED_BACK).bind(&attempt.id);
        let asked = sum(&query.fetch_all(self.connection()).await?)?;
        let Facts { captured, refunded, .. } = attempt.payment.facts();
        Ok(captured.minor().saturating_sub(refunded.minor().max(asked)))
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

fn attempt(row: &AnyRow) -> Result<Attempt, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(Attempt {
        id: text("id")?,
        order: text("order_id")?,
        number: row.try_get("attempt")?,
        way: way(row)?,
        card: text("card")?,
        provider_id: text("provider_id")?,
        next: text("next")?,
        created_at: row.try_get("created_at")?,
        payment: payment(row)?,
    })
}

pub(super) fn way(row: &AnyRow) -> Result<Way, StoreError> {
    let way: String = row.try_get("way")?;
    Way::of(&way).ok_or_else(|| damaged("way to pay", &way))
}

/// What is known of a payment, out of the columns `amount`, `currency`, `standing`, `authorised`, `captured` and `refunded`.
pub(super) fn payment(row: &AnyRow) -> Result<Payment, StoreError> {
    let (standing, currency): (String, String) = (row.try_get("standing")?, row.try_get("currency")?);
    let currency = Currency::parse(&currency).map_err(|_| damaged("currency", &currency))?;
    let facts = Facts {
        standing: standing.parse().map_err(|_| damaged("standing", &standing))?,
        authorised: Amount::from_minor(amount(row, "authorised")?),
        captured: Amount::from_minor(amount(row, "captured")?),
        refunded: Amount::from_minor(amount(row, "refunded")?),
        currency,
    };
    let payment = Payment::new(Amount::from_minor(amount(row, "amount")?), currency);
    payment.with(&facts).map_err(|_| damaged("payment", "of more than was asked for"))
}

fn damaged(what: &str, name: &str) -> StoreError {
    StoreError::Damaged { what: format!("the {what} `{name}`") }
}
