//! The claim of an order on stock. `reserved` and `backordered` of a SKU change together with the state of a hold, in one transaction, and the
//! number of rows that a change of state touched says whether the stock moves.

use catalog::StockPolicy;
use commerce::{HoldEvent, HoldState};
use sqlx::Row as _;

use crate::store::orders::change::By;
use crate::store::orders::{Order, OrderError};
use crate::store::stock::{Change, Move, Moved, Reason};
use crate::store::{StoreError, Write};

/// What is to be held of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) sku: String,
    pub(crate) quantity: u32,
    pub(crate) policy: StockPolicy,
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hold {
    pub(super) sku: String,
    pub(super) quantity: i64,
    pub(super) backordered: i64,
    pub(super) state: HoldState,
}

impl Write {
    /// Holds goods for an order. Whether all of them could be held. SKUs come in their order, so that two who want the same
    /// ones do not wait for each other.
    pub(super) async fn hold(
        &mut self,
        order: &str,
        wanted: &[Wanted],
        state: HoldState,
        now: i64,
    ) -> Result<bool, StoreError> {
        for wanted in wanted {
            let quantity = i64::from(wanted.quantity);
            let held = match wanted.policy {
                StockPolicy::Untracked => continue,
                StockPolicy::Deny => self.reserve(&wanted.sku, quantity, now).await?.then_some((quantity, 0)),
                StockPolicy::Continue => self.reserve_or_owe(&wanted.sku, quantity, now).await?,
            };
            let Some((quantity, backordered)) = held else { return Ok(false) };
            let query = sqlx::query(
                "INSERT INTO hold (order_id, sku, quantity, backordered, state) VALUES ($1, $2, $3, $4, $5)",
            );
            let query = query.bind(order).bind(&wanted.sku).bind(quantity).bind(backordered);
            query.bind(state.name()).execute(self.connection()).await?;
        }
        Ok(true)
    }

    /// Reserves so many of a SKU, or nothing; what came in for goods that are owed is not free. Both engines lock the row and read its committed values.
    async fn reserve(&mut self, sku: &str, quantity: i64, now: i64) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE stock SET reserved = reserved + $1, changed_at = CASE WHEN changed_at >= $2 THEN changed_at + 1 ELSE $2 END
             WHERE sku = $3 AND on_hand - reserved - backordered >= $1",
        );
        let done = query.bind(quantity).bind(now).bind(sku).execute(self.connection()).await?;
        self.stock_changes();
        Ok(done.rows_affected() == 1)
    }

    /// Reserves what is left of a SKU and owes the rest. `None` where its stock is not counted.
    async fn reserve_or_owe(&mut self, sku: &str, quantity: i64, now: i64) -> Result<Option<(i64, i64)>, StoreError> {
        let query = sqlx::query(
            "UPDATE stock SET changed_at = CASE WHEN changed_at >= $1 THEN changed_at + 1 ELSE $1 END WHERE sku = $2
             RETURNING on_hand, reserved, backordered",
        );
        let Some(row) = query.bind(now).bind(sku).fetch_optional(self.connection()).await? else { return Ok(None) };
        let [on_hand, reserved, backordered] =
            ["on_hand", "reserved", "backordered"].map(|column| row.try_get::<i64, _>(column));
        let now_held = quantity.min((on_hand? - reserved? - backordered?).max(0));
        let owed = quantity - now_held;
        let query =
            sqlx::query("UPDATE stock SET reserved = reserved + $1, backordered = backordered + $2 WHERE sku = $3");
        query.bind(now_held).bind(owed).bind(sku).execute(self.connection()).await?;
        self.stock_changes();
        Ok(Some((now_held, owed)))
    }

    /// The holds of an order, in the order of SKUs.
    pub(super) async fn holds(&mut self, order: &str) -> Result<Vec<Hold>, StoreError> {
        let query = sqlx::query("SELECT sku, quantity, backordered, state FROM hold WHERE order_id = $1");
        let rows = query.bind(order).fetch_all(self.connection()).await?;
        let hold = |row: &sqlx::any::AnyRow| -> Result<Hold, StoreError> {
            let state: String = row.try_get("state")?;
            Ok(Hold {
                sku: row.try_get("sku")?,
                quantity: row.try_get("quantity")?,
                backordered: row.try_get("backordered")?,
                state: state.parse().map_err(|_| StoreError::Damaged { what: format!("the hold state `{state}`") })?,
            })
        };
        let mut holds: Vec<Hold> = rows.iter().map(hold).collect::<Result<_, _>>()?;
        // Not by the database, whose collation may be another one than the one by which orders are placed: locks would be taken in two sequences.
        holds.sort_by(|a, b| a.sku.cmp(&b.sku));
        Ok(holds)
    }

    /// Changes every hold of an order that can be: commits or releases it, with its stock.
    pub(super) async fn change_holds(&mut self, order: &str, event: HoldEvent, now: i64) -> Result<(), OrderError> {
        for hold in self.changed_holds(order, event).await? {
            if event == HoldEvent::Released {
                self.give_back(&hold, now).await?;
            }
        }
        Ok(())
    }

    /// Takes the goods of an order out of the shop, each with a move in the book of stock.
    pub(super) async fn ship_holds(&mut self, order: &Order, by: &By, now: i64) -> Result<(), OrderError> {
        for hold in self.changed_holds(&order.id, HoldEvent::Shipped).await? {
            self.send_off(order, &hold, by, now).await?;
        }
        Ok(())
    }

    /// Puts the goods of an order that came back among those that can be sold, once. Whether that was to be done.
    pub(super) async fn restock(&mut self, order: &Order, by: &By, now: i64) -> Result<bool, OrderError> {
        let mut is_done = false;
        for hold in self.holds(&order.id).await?.into_iter().filter(|hold| hold.state == HoldState::Shipped) {
            let id = format!("{}-returned-{}", order.id, hold.sku);
            let count = hold.quantity + hold.backordered;
            if count == 0 || self.made(&id).await?.is_some() {
                continue;
            }
            let (note, staff) = (order.number.to_string(), by.staff.clone());
            let wanted = Move { id, sku: hold.sku, change: Change::By(count), reason: Reason::Returned, note, staff };
            self.move_stock(&wanted, now).await?;
            is_done = true;
        }
        Ok(is_done)
    }

    /// The holds of an order whose state this event has changed.
    async fn changed_holds(&mut self, order: &str, event: HoldEvent) -> Result<Vec<Hold>, StoreError> {
        let mut changed = Vec::new();
        for hold in self.holds(order).await? {
            let Ok(next) = hold.state.after(event) else { continue };
            let query = sqlx::query("UPDATE hold SET state = $1 WHERE order_id = $2 AND sku = $3 AND state = $4");
            let query = query.bind(next.name()).bind(order).bind(&hold.sku).bind(hold.state.name());
            if query.execute(self.connection()).await?.rows_affected() == 1 {
                changed.push(hold);
            }
        }
        Ok(changed)
    }

    async fn give_back(&mut self, hold: &Hold, now: i64) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE stock SET reserved = reserved - $1, backordered = backordered - $2,
             changed_at = CASE WHEN changed_at >= $3 THEN changed_at + 1 ELSE $3 END WHERE sku = $4",
        );
        let query = query.bind(hold.quantity).bind(hold.backordered).bind(now).bind(&hold.sku);
        query.execute(self.connection()).await?;
        self.stock_changes();
        Ok(())
    }

    /// What was owed has to have come before it is shipped.
    async fn send_off(&mut self, order: &Order, hold: &Hold, by: &By, now: i64) -> Result<(), OrderError> {
        let query = sqlx::query(
            "UPDATE stock SET on_hand = on_hand - $1, reserved = reserved - $2, backordered = backordered - $3,
             changed_at = CASE WHEN changed_at >= $4 THEN changed_at + 1 ELSE $4 END
             WHERE sku = $5 AND on_hand - reserved >= $3 RETURNING on_hand",
        );
        let count = hold.quantity + hold.backordered;
        let query = query.bind(count).bind(hold.quantity).bind(hold.backordered).bind(now).bind(&hold.sku);
        let Some(row) = query.fetch_optional(self.connection()).await? else {
            return Err(OrderError::NotThere { sku: hold.sku.clone() });
        };
        self.stock_changes();
        let moved = Moved {
            id: format!("{}-shipped-{}", order.id, hold.sku),
            delta: -count,
            on_hand: row.try_get("on_hand")?,
            reason: Reason::Shipped,
            note: order.number.to_string(),
            staff: by.staff.clone(),
            at: now,
        };
        Ok(self.record_move(&hold.sku, &moved).await?)
    }

    /// Takes the goods of an order again that were released. Whether all of them are held now; otherwise the caller takes the rest back.
    pub(super) async fn hold_again(&mut self, order: &str, now: i64) -> Result<bool, StoreError> {
        for hold in self.holds(order).await?.iter().filter(|hold| hold.state == HoldState::Released) {
            // What was owed stays owed; of the rest, all must be there.
            if !self.reserve(&hold.sku, hold.quantity, now).await? {
                return Ok(false);
            }
            let query = sqlx::query("UPDATE stock SET backordered = backordered + $1 WHERE sku = $2");
            query.bind(hold.backordered).bind(&hold.sku).execute(self.connection()).await?;
        }
        let query = sqlx::query("UPDATE hold SET state = $1 WHERE order_id = $2 AND state = $3");
        let query = query.bind(HoldState::Committed.name()).bind(order).bind(HoldState::Released.name());
        query.execute(self.connection()).await?;
        Ok(true)
    }
}
