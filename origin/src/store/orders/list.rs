//! Lists of orders as staff work through them: what is to be done comes with the oldest first, what is done with the newest.

use commerce::checkout::Way;
use commerce::{FulfilmentState, OrderList, OrderNumber, OrderState, PaymentState};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use crate::store::orders::amount;
use crate::store::orders::payments::{payment, way};
use crate::store::{Store, StoreError};

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) which: OrderList,
    /// Those that were ordered at this time or later.
    pub(crate) since: i64,
    /// Those that come after this order, whether it is in the list any more or not.
    pub(crate) after: Option<OrderNumber>,
    /// So many at most.
    pub(crate) limit: u32,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) number: OrderNumber,
    pub(crate) state: OrderState,
    /// The state of its parcel; none before it is binding.
    pub(crate) parcel: Option<FulfilmentState>,
    pub(crate) way: Way,
    pub(crate) payment: PaymentState,
    pub(crate) total: u64,
    pub(crate) currency: &'static str,
    pub(crate) ordered_at: i64,
    /// When the shopper withdrew; 0 for never.
    pub(crate) withdrawn_at: i64,
    pub(crate) email: String,
}

/// The payment of an order is the one that made it binding, else its last one.
const LIST: &str =
    "SELECT o.number, o.state, o.email, o.total, o.ordered_at, o.withdrawn_at, COALESCE(f.state, '') AS parcel,
     p.way, p.amount, p.currency, p.standing, p.authorised, p.captured, p.refunded
     FROM orders o
     JOIN payment p ON p.id = CASE WHEN o.paid_by <> '' THEN o.paid_by ELSE
     (SELECT l.id FROM payment l WHERE l.order_id = o.id ORDER BY l.attempt DESC LIMIT 1) END
     LEFT JOIN fulfilment f ON f.order_id = o.id";

impl Store {
    /// A part of a list; none where the order that it comes after does not exist.
    pub(crate) async fn list(&self, part: &Part) -> Result<Option<Vec<Listed>>, StoreError> {
        let is_oldest_first = is_oldest_first(part.which);
        let (at, id) = match part.after {
            None if is_oldest_first => (i64::MIN, String::new()),
            None => (i64::MAX, String::new()),
            Some(number) => {
                let query = sqlx::query("SELECT ordered_at, id FROM orders WHERE number = $1").bind(number.to_string());
                let Some(row) = query.fetch_optional(&self.pool).await? else { return Ok(None) };
                (row.try_get("ordered_at")?, row.try_get("id")?)
            }
        };
        // No order changes its place, whatever happens to it: its time and id stay.
        let order = if is_oldest_first {
            "(o.ordered_at, o.id) > ($2, $3) ORDER BY o.ordered_at, o.id"
        } else {
            "(o.ordered_at, o.id) < ($2, $3) ORDER BY o.ordered_at DESC, o.id DESC"
        };
        let statement = format!("{LIST} WHERE {} AND o.ordered_at >= $1 AND {order} LIMIT $4", condition(part.which));
        let query = sqlx::query(AssertSqlSafe(statement)).bind(part.since).bind(at).bind(id);
        let rows = query.bind(i64::from(part.limit)).fetch_all(&self.pool).await?;
        rows.iter().map(listed).collect::<Result<_, _>>().map(Some)
    }
}

/// The orders of a list, as SQL has them.
fn condition(list: OrderList) -> &'static str {
    match list {
        OrderList::Open => "f.state = 'open'",
        OrderList::Packed => "f.state = 'packed'",
        OrderList::Shipped => "f.state = 'shipped'",
        // Most orders are here in the end, so SQLite is to walk them by their time and not to sort them all.
        OrderList::Delivered => "COALESCE(f.state, '') = 'delivered'",
        OrderList::Returned => "f.state = 'returned'",
        OrderList::Awaiting => "o.state = 'awaiting'",
        // By the index of what nobody has paid, not by that of states, which would find nearly all orders.
        OrderList::Unpaid => "COALESCE(o.state, '') IN ('placed', 'completed') AND o.paid_by = ''",
        OrderList::Withdrawn => {
            "o.withdrawn_at > 0 AND o.state <> 'cancelled' AND p.refunded = 0 AND (o.paid_by <> '' OR f.state <> 'returned')"
        }
        OrderList::Expired => "o.state = 'expired'",
        OrderList::Cancelled => "o.state = 'cancelled'",
        OrderList::All => "1 = 1",
    }
}

/// What is to be done comes with the oldest first, what is done with the newest.
fn is_oldest_first(list: OrderList) -> bool {
    match list {
        OrderList::Open
        | OrderList::Packed
        | OrderList::Shipped
        | OrderList::Awaiting
        | OrderList::Unpaid
        | OrderList::Withdrawn => true,
        OrderList::Delivered | OrderList::Returned | OrderList::Expired | OrderList::Cancelled | OrderList::All => {
            false
        }
    }
}

fn listed(row: &AnyRow) -> Result<Listed, StoreError> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let (number, state, parcel) = (text("number")?, text("state")?, text("parcel")?);
    let damaged = |what: &str, name: &str| StoreError::Damaged { what: format!("the {what} `{name}`") };
    let payment = payment(row)?;
    Ok(Listed {
        number: number.parse().map_err(|_| damaged("order number", &number))?,
        state: state.parse().map_err(|_| damaged("order state", &state))?,
        parcel: match parcel.as_str() {
            "" => None,
            _ => Some(parcel.parse().map_err(|_| damaged("fulfilment state", &parcel))?),
        },
        way: way(row)?,
        payment: payment.state(),
        total: amount(row, "total")?,
        currency: payment.facts().currency.code(),
        ordered_at: row.try_get("ordered_at")?,
        withdrawn_at: row.try_get("withdrawn_at")?,
        email: text("email")?,
    })
}
