//! Orders by id, number, key or state.

use commerce::{FulfilmentState, OrderNumber};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::orders::{Order, order};
use crate::store::{Store, StoreError};

/// The parcel of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fulfilment {
    pub(crate) state: FulfilmentState,
    pub(crate) carrier: String,
    pub(crate) tracking: String,
}

/// Something that happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) kind: String,
    pub(crate) detail: String,
    pub(crate) staff: String,
    pub(crate) at: i64,
}

impl Store {
    /// An order by its id.
    pub(crate) async fn order(&self, id: &str) -> Result<Option<Order>, StoreError> {
        let query = sqlx::query(
            "SELECT id, number, checkout, state, contact, summary, paid_by, ordered_at, expires_at, withdrawn_at
             FROM orders WHERE id = $1",
        );
        query.bind(id).fetch_optional(&self.pool).await?.map(|row| order(&row)).transpose()
    }

    /// An order by its number.
    pub(crate) async fn order_numbered(&self, number: OrderNumber) -> Result<Option<Order>, StoreError> {
        let query = sqlx::query(
            "SELECT id, number, checkout, state, contact, summary, paid_by, ordered_at, expires_at, withdrawn_at
             FROM orders WHERE number = $1",
        );
        query.bind(number.to_string()).fetch_optional(&self.pool).await?.map(|row| order(&row)).transpose()
    }

    /// The order of a checkout.
    pub(crate) async fn order_of_checkout(&self, checkout: &str) -> Result<Option<Order>, StoreError> {
        let query = sqlx::query(
            "SELECT id, number, checkout, state, contact, summary, paid_by, ordered_at, expires_at, withdrawn_at
             FROM orders WHERE checkout = $1",
        );
        query.bind(checkout).fetch_optional(&self.pool).await?.map(|row| order(&row)).transpose()
    }

    /// Whether a key, by its hash, opens an order.
    pub(crate) async fn opens(&self, hash: &str, order: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT order_id FROM order_key WHERE hash = $1 AND order_id = $2");
        Ok(query.bind(hash).bind(order).fetch_optional(&self.pool).await?.is_some())
    }

    /// The parcel of an order; none before it is binding.
    pub(crate) async fn fulfilment(&self, order: &str) -> Result<Option<Fulfilment>, StoreError> {
        let query = sqlx::query("SELECT state, carrier, tracking FROM fulfilment WHERE order_id = $1").bind(order);
        query.fetch_optional(&self.pool).await?.map(|row| fulfilment(&row)).transpose()
    }

    /// What happened to an order, the first first.
    pub(crate) async fn events(&self, order: &str) -> Result<Vec<Event>, StoreError> {
        let query = sqlx::query(
            "SELECT kind, detail, staff, happened_at FROM order_event WHERE order_id = $1 ORDER BY position",
        );
        let rows = query.bind(order).fetch_all(&self.pool).await?;
        let event = |row: &AnyRow| -> Result<Event, StoreError> {
            Ok(Event {
                kind: row.try_get("kind")?,
                detail: row.try_get("detail")?,
                staff: row.try_get("staff")?,
                at: row.try_get("happened_at")?,
            })
        };
        rows.iter().map(event).collect()
    }

    /// Orders whose time for payment was over before `now`, the longest ago first.
    pub(crate) async fn overdue(&self, now: i64, limit: i64) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query(
            "SELECT id FROM orders WHERE state = 'awaiting' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2",
        );
        ids(&query.bind(now).bind(limit).fetch_all(&self.pool).await?)
    }

    /// Payments whose provider was asked before `before` and has not said how they ended, the longest ago first.
    pub(crate) async fn unsettled(&self, before: i64, limit: i64) -> Result<Vec<String>, StoreError> {
        let query = sqlx::query(
            "SELECT id FROM payment WHERE standing IN ('created', 'pending') AND provider_id <> '' AND changed_at < $1
             ORDER BY changed_at, id LIMIT $2",
        );
        ids(&query.bind(before).bind(limit).fetch_all(&self.pool).await?)
    }
}

fn ids(rows: &[AnyRow]) -> Result<Vec<String>, StoreError> {
    rows.iter().map(|row| Ok(row.try_get("id")?)).collect()
}

pub(super) fn fulfilment(row: &AnyRow) -> Result<Fulfilment, StoreError> {
    let state: String = row.try_get("state")?;
    Ok(Fulfilment {
        state: state.parse().map_err(|_| StoreError::Damaged { what: format!("the fulfilment state `{state}`") })?,
        carrier: row.try_get("carrier")?,
        tracking: row.try_get("tracking")?,
    })
}
