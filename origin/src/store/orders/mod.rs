//! Orders, their payments, their holds, and all that follows from an order. Every change is one transaction, and asking for it twice changes
//! once. Locks are taken in one sequence: the checkout, then the order, then stock in the order of SKUs, then codes.
//!
//! | to change | open |
//! | --- | --- |
//! | placing an order | `place.rs` |
//! | the claim on stock | `holds.rs` |
//! | how facts of a payment change an order | `apply.rs` |
//! | attempts to pay | `payments.rs` |
//! | money that goes back | `refunds.rs` |
//! | the counted codes | `codes.rs` |
//! | events of providers | `events.rs` |
//! | packing, shipping, returns, cancelling, refunds | `change.rs` |
//! | single orders and their history | `read.rs` |
//! | the lists of staff | `list.rs` |

pub(crate) mod apply;
pub(crate) mod change;
mod codes;
pub(crate) mod events;
pub(crate) mod holds;
pub(crate) mod list;
pub(crate) mod payments;
pub(crate) mod place;
pub(crate) mod read;
pub(crate) mod refunds;

use commerce::checkout::{Contact, Summary, Way};
use commerce::{NoTransition, OrderNumber, OrderState};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::checkout::read_json;
use crate::store::outbox::Mail;
use crate::store::stock::MoveError;
use crate::store::{StoreError, Write};

/// An order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) number: OrderNumber,
    pub(crate) checkout: String,
    pub(crate) state: OrderState,
    pub(crate) contact: Contact,
    pub(crate) summary: Summary,
    /// The payment that made it binding; empty before.
    pub(crate) paid_by: String,
    pub(crate) ordered_at: i64,
    /// When the time for its payment is over; 0 for an order that is paid later.
    pub(crate) expires_at: i64,
    /// When the shopper withdrew; 0 for never.
    pub(crate) withdrawn_at: i64,
}

/// Why an order was not changed. Nothing has changed, unless it is the database that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OrderError {
    /// There is no such order.
    #[error("there is no order `{id}`")]
    Unknown {
        /// Its id or number.
        id: String,
    },
    /// Its state, or that of a part of it, has no such transition.
    #[error(transparent)]
    Transition(#[from] NoTransition),
    /// Facts that cannot be of the payment.
    #[error(transparent)]
    Facts(#[from] commerce::FactsError),
    /// Goods that were sold before they came have not come yet.
    #[error("too few of `{sku}` are on hand to ship")]
    NotThere {
        /// The SKU.
        sku: String,
    },
    /// The time in which a shopper may withdraw is over.
    #[error("the time to withdraw from the contract is over")]
    TooLate,
    /// More than there is to send back.
    #[error("at most {most} minor units can be refunded, not {asked}")]
    TooMuch {
        /// The most.
        most: u64,
        /// What was asked for.
        asked: u64,
    },
    /// A provider has its money, or will have it: only the provider says so.
    #[error("the order is paid by `{}`, whose provider says when the money has come", way.name())]
    PaidByProvider {
        /// The way of its last payment.
        way: Way,
    },
    /// The id belongs to a refund of another amount.
    #[error("the id `{id}` belongs to a refund of another amount")]
    RefundInUse {
        /// The id, as it was asked for.
        id: String,
    },
    /// Stock that cannot move like that.
    #[error(transparent)]
    Move(MoveError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<MoveError> for OrderError {
    fn from(error: MoveError) -> OrderError {
        match error {
            MoveError::Store(error) => OrderError::Store(error),
            other => OrderError::Move(other),
        }
    }
}

impl From<sqlx::Error> for OrderError {
    fn from(error: sqlx::Error) -> OrderError {
        OrderError::Store(error.into())
    }
}

impl Write {
    /// Locks an order, so that whoever changes it takes turns.
    async fn lock_order(&mut self, id: &str) -> Result<Option<Order>, StoreError> {
        let query = sqlx::query(
            "UPDATE orders SET version = version + 1 WHERE id = $1
             RETURNING id, number, checkout, state, contact, summary, paid_by, ordered_at, expires_at, withdrawn_at",
        );
        query.bind(id).fetch_optional(self.connection()).await?.map(|row| order(&row)).transpose()
    }

    /// Locks the order of a payment.
    async fn lock_order_of(&mut self, payment: &str) -> Result<Option<Order>, StoreError> {
        let query = sqlx::query("SELECT order_id FROM payment WHERE id = $1").bind(payment);
        let Some(row) = query.fetch_optional(self.connection()).await? else { return Ok(None) };
        let id: String = row.try_get("order_id")?;
        self.lock_order(&id).await
    }

    /// Sets the state of an order that is locked.
    async fn set_order_state(&mut self, order: &Order, state: OrderState) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE orders SET state = $1 WHERE id = $2");
        query.bind(state.name()).bind(&order.id).execute(self.connection()).await?;
        Ok(())
    }

    /// Adds to the history of an order that is locked.
    async fn note(&mut self, order: &str, kind: &str, detail: &str, staff: &str, now: i64) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO order_event (order_id, position, kind, detail, staff, happened_at)
             VALUES ($1, (SELECT COUNT(*) + 1 FROM order_event WHERE order_id = $1), $2, $3, $4, $5)",
        );
        query.bind(order).bind(kind).bind(detail).bind(staff).bind(now).execute(self.connection()).await?;
        Ok(())
    }

    /// Has a mail sent once about an event of an order.
    async fn mail(&mut self, order: &str, mail: Mail, event: &str, now: i64) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO outbox (id, order_id, kind, state, due_at, changed_at) VALUES ($1, $2, $3, 'due', $4, $4)
             ON CONFLICT (id) DO NOTHING",
        );
        let id = format!("{order}-{}{event}", mail.name());
        query.bind(id).bind(order).bind(mail.name()).bind(now).execute(self.connection()).await?;
        Ok(())
    }
}

fn order(row: &AnyRow) -> Result<Order, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let (number, state): (String, String) = (text("number")?, text("state")?);
    Ok(Order {
        id: text("id")?,
        number: number.parse().map_err(|_| StoreError::Damaged { what: format!("the order number `{number}`") })?,
        checkout: text("checkout")?,
        state: state.parse().map_err(|_| StoreError::Damaged { what: format!("the order state `{state}`") })?,
        contact: read_json(&text("contact")?, "a contact")?,
        summary: read_json(&text("summary")?, "a summary")?,
        paid_by: text("paid_by")?,
        ordered_at: row.try_get("ordered_at")?,
        expires_at: row.try_get("expires_at")?,
        withdrawn_at: row.try_get("withdrawn_at")?,
    })
}

/// An amount as the database has it. Prices are bounded so that no sum of a cart leaves its range; one that did would break a CHECK.
fn minor(amount: u64) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

fn amount(row: &AnyRow, column: &str) -> Result<u64, StoreError> {
    let found: i64 = row.try_get(column)?;
    u64::try_from(found).map_err(|_| StoreError::Damaged { what: format!("a negative `{column}`") })
}
