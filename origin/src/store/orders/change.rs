//! What staff and shoppers do to an order that is binding: pack, ship, deliver, cancel, refund, withdraw.

use commerce::{FulfilmentEvent, FulfilmentState, HoldEvent, OrderEvent, OrderState};

use crate::store::orders::payments::Refund;
use crate::store::orders::read::fulfilment;
use crate::store::orders::{Order, OrderError};
use crate::store::outbox::Mail;
use crate::store::{Store, Write};

/// Who changes an order, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct By {
    /// A name of staff; empty for the shopper.
    pub(crate) staff: String,
    pub(crate) reason: String,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is packed.
    Pack,
    /// A carrier has it.
    Ship {
        /// The carrier.
        carrier: String,
        /// The number by which the carrier knows it; empty for none.
        tracking: String,
    },
    /// It has arrived.
    Deliver,
    /// It is taken back before anything was shipped.
    Cancel,
    /// Money goes back; nothing else changes. Asking twice for one id sends it once.
    Refund {
        /// Chosen by whoever asks.
        id: String,
        /// How much, in minor units.
        amount: u64,
    },
    /// The shopper withdraws from the contract.
    Withdraw,
}

impl Store {
    /// Changes an order, and gives it as it is afterwards. A change that is made already is none.
    pub(crate) async fn change(&self, id: &str, change: &Change, by: &By, now: i64) -> Result<Order, OrderError> {
        let mut write = self.write().await?;
        let order = write.lock_order(id).await?.ok_or_else(|| OrderError::Unknown { id: id.to_owned() })?;
        match change {
            Change::Pack => write.fulfil(&order, FulfilmentEvent::Packed, ("", ""), by, now).await?,
            Change::Ship { carrier, tracking } => {
                write.fulfil(&order, FulfilmentEvent::Shipped, (carrier, tracking), by, now).await?;
            }
            Change::Deliver => {
                write.fulfil(&order, FulfilmentEvent::Delivered, ("", ""), by, now).await?;
                write.set_order_state(&order, order.state.after(OrderEvent::Delivered)?).await?;
            }
            Change::Cancel => write.cancel(&order, by, now).await?,
            Change::Refund { id, amount } => write.refund(&order, id, *amount, by, now).await?,
            Change::Withdraw => write.withdraw(&order, now).await?,
        }
        let after = write.lock_order(id).await?.ok_or_else(|| OrderError::Unknown { id: id.to_owned() })?;
        write.commit().await?;
        Ok(after)
    }
}

impl Write {
    async fn parcel(&mut self, order: &str) -> Result<FulfilmentState, OrderError> {
        let query = sqlx::query("SELECT state, carrier, tracking FROM fulfilment WHERE order_id = $1").bind(order);
        let row = query.fetch_optional(self.connection()).await?;
        // An order that is not binding yet has no parcel: nothing can be packed.
        let found = row.map(|row| fulfilment(&row)).transpose()?;
        Ok(found.map_or(FulfilmentState::Cancelled, |found| found.state))
    }

    async fn fulfil(
        &mut self,
        order: &Order,
        event: FulfilmentEvent,
        (carrier, tracking): (&str, &str),
        by: &By,
        now: i64,
    ) -> Result<(), OrderError> {
        let state = self.parcel(&order.id).await?.after(event)?;
        let query = sqlx::query(
            "UPDATE fulfilment SET state = $1, changed_at = $2,
             carrier = CASE WHEN $3 = '' THEN carrier ELSE $3 END, tracking = CASE WHEN $4 = '' THEN tracking ELSE $4 END
             WHERE order_id = $5",
        );
        let query = query.bind(state.name()).bind(now).bind(carrier).bind(tracking).bind(&order.id);
        query.execute(self.connection()).await?;
        self.note(&order.id, state.name(), &by.reason, &by.staff, now).await?;
        if event == FulfilmentEvent::Shipped {
            self.change_holds(&order.id, HoldEvent::Shipped, now).await?;
            self.mail(&order.id, Mail::Shipped, "", now).await?;
        }
        Ok(())
    }

    async fn cancel(&mut self, order: &Order, by: &By, now: i64) -> Result<(), OrderError> {
        if order.state == OrderState::Cancelled {
            return Ok(());
        }
        let parcel = self.parcel(&order.id).await?;
        // A shopper takes back what nobody has packed.
        let is_too_late = parcel.has_left() || (by.staff.is_empty() && parcel == FulfilmentState::Packed);
        let state = order.state.after(OrderEvent::Cancelled { is_shipped: is_too_late })?;
        self.set_order_state(order, state).await?;
        self.change_holds(&order.id, HoldEvent::Released, now).await?;
        self.give_codes_back(&order.id).await?;
        self.note(&order.id, "cancelled", &by.reason, &by.staff, now).await?;
        let next = parcel.after(FulfilmentEvent::Cancelled)?;
        let query = sqlx::query("UPDATE fulfilment SET state = $1, changed_at = $2 WHERE order_id = $3");
        query.bind(next.name()).bind(now).bind(&order.id).execute(self.connection()).await?;
        for attempt in self.attempts(&order.id).await? {
            let owed = self.owed(&attempt.id).await?;
            let amount = attempt.payment.refundable().minor().saturating_sub(owed);
            let refund = Refund { id: format!("{}-cancelled", attempt.id), payment: attempt.id.clone(), amount };
            self.owe(&refund, "cancelled", &by.staff, now).await?;
        }
        self.mail(&order.id, Mail::Cancelled, "", now).await?;
        Ok(())
    }

    async fn refund(&mut self, order: &Order, id: &str, asked: u64, by: &By, now: i64) -> Result<(), OrderError> {
        let id = format!("{}-{id}", order.id);
        let query = sqlx::query("SELECT id FROM refund WHERE id = $1").bind(&id);
        if query.fetch_optional(self.connection()).await?.is_some() {
            return Ok(());
        }
        let attempts = self.attempts(&order.id).await?;
        let paid = attempts.iter().find(|attempt| attempt.id == order.paid_by);
        let most = match paid {
            Some(attempt) => attempt.payment.refundable().minor().saturating_sub(self.owed(&attempt.id).await?),
            None => 0,
        };
        let Some(attempt) = paid.filter(|_| asked > 0 && asked <= most) else {
            return Err(OrderError::TooMuch { most, asked });
        };
        let refund = Refund { id, payment: attempt.id.clone(), amount: asked };
        self.owe(&refund, &by.reason, &by.staff, now).await?;
        self.note(&order.id, "refund asked for", &by.reason, &by.staff, now).await?;
        Ok(())
    }

    async fn withdraw(&mut self, order: &Order, now: i64) -> Result<(), OrderError> {
        if order.withdrawn_at > 0 {
            return Ok(());
        }
        if !matches!(order.state, OrderState::Placed | OrderState::Completed) {
            return Err(order
                .state
                .after(OrderEvent::Cancelled { is_shipped: true })
                .err()
                .map_or_else(|| OrderError::Unknown { id: order.id.clone() }, OrderError::Transition));
        }
        let query = sqlx::query("UPDATE orders SET withdrawn_at = $1 WHERE id = $2").bind(now).bind(&order.id);
        query.execute(self.connection()).await?;
        self.note(&order.id, "withdrawn", "", "", now).await?;
        self.mail(&order.id, Mail::Withdrawn, "", now).await?;
        Ok(())
    }
}
