//! Attempts to pay an order.

use catalog::{Amount, Currency};
use commerce::checkout::Way;
use commerce::{Facts, OrderState, Payment, PaymentState, Standing};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::orders::{OrderError, amount, minor};
use crate::store::{Store, StoreError, Write};

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
    /// Which key of the provider begins it, from 0: the next one where one is used up.
    pub(crate) turn: i64,
    /// In milliseconds since 1970. It never changes, so a repeated call may rest on it.
    pub(crate) created_at: i64,
    pub(crate) payment: Payment,
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

    /// Notes under which name a provider knows an attempt, and where the shopper goes on; an empty `next` leaves what is known. Returns whether it
    /// has that name now: the first name stays, since a shopper may be at its page.
    pub(crate) async fn name_attempt(
        &self,
        id: &str,
        provider_id: &str,
        next: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "UPDATE payment SET provider_id = $1, next = CASE WHEN $2 = '' THEN next ELSE $2 END, changed_at = $3
             WHERE id = $4 AND provider_id IN ('', $1)",
        );
        let named = query.bind(provider_id).bind(next).bind(now).bind(id).execute(write.connection()).await?;
        write.commit().await?;
        Ok(named.rows_affected() > 0)
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

    /// Notes that a provider failed while the key of a turn was used. Gives how often that key has met it.
    pub(crate) async fn note_failure(&self, id: &str, turn: i64) -> Result<i64, StoreError> {
        let mut write = self.write().await?;
        let query =
            sqlx::query("UPDATE payment SET failures = failures + 1 WHERE id = $1 AND turn = $2 RETURNING failures");
        let row = query.bind(id).bind(turn).fetch_optional(write.connection()).await?;
        write.commit().await?;
        // Another turn has come already where there is no row.
        row.map_or(Ok(i64::MAX), |row| Ok(row.try_get("failures")?))
    }

    /// The turn that follows one whose key is used up. Of several who ask for it at once, all get the same one.
    pub(crate) async fn next_turn(&self, id: &str, turn: i64) -> Result<i64, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE payment SET turn = turn + 1, failures = 0 WHERE id = $1 AND turn = $2");
        query.bind(id).bind(turn).execute(write.connection()).await?;
        let query = sqlx::query("SELECT turn FROM payment WHERE id = $1").bind(id);
        let now = query.fetch_one(write.connection()).await?.try_get("turn")?;
        write.commit().await?;
        Ok(now)
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
            "SELECT id, order_id, attempt, way, card, provider_id, next, amount, currency, standing, authorised, captured, refunded, turn, created_at
             FROM payment WHERE order_id = $1 ORDER BY attempt",
        );
        query.bind(order).fetch_all(self.connection()).await?.iter().map(attempt).collect()
    }

    pub(super) async fn attempt(&mut self, id: &str) -> Result<Option<Attempt>, StoreError> {
        let query = sqlx::query(
            "SELECT id, order_id, attempt, way, card, provider_id, next, amount, currency, standing, authorised, captured, refunded, turn, created_at
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
        turn: row.try_get("turn")?,
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
