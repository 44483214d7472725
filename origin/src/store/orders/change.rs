//! What staff and shoppers do to an order that is binding: pack, ship, deliver, take back, enter its money, cancel, refund, withdraw. A change
//! whose effect the order has already changes nothing, so that a script can run again.

use catalog::Amount;
use commerce::{Facts, FulfilmentEvent, FulfilmentState, HoldEvent, NoTransition, OrderEvent, OrderState, Standing};

use crate::store::orders::read::{Fulfilment, fulfilment};
use crate::store::orders::refunds::Refund;
use crate::store::orders::{Order, OrderError, amount};
use crate::store::outbox::Mail;
use crate::store::{Store, Write};

/// How long a shopper may withdraw, in milliseconds: 14 days after the goods have come (2011/83/EU, Article 9), counted from the order, where
/// nobody may have noted their arrival, and therefore doubled.
pub(crate) const WITHDRAWAL: i64 = 28 * 24 * 60 * 60 * 1_000;

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
    /// It came back.
    Return {
        /// Whether its goods can be sold again.
        restock: bool,
    },
    /// The money of an order that is paid later has come, by bank or carrier.
    Pay,
    /// It is taken back before anything was shipped.
    Cancel,
    /// Money goes back; nothing else changes. Asking twice for one id sends it once.
    Refund {
        /// Chosen by whoever asks.
        id: String,
        /// How much, in minor units.
        amount: u64,
    },
    /// All the money that is left of a payment goes back, likewise.
    RefundRest {
        /// Chosen by whoever asks.
        id: String,
    },
    /// The shopper withdraws from the contract.
    Withdraw,
}

/// An order after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) order: Order,
    /// Whether the change was to be made; otherwise the order was like that already.
    pub(crate) is_new: bool,
}

impl Store {
    /// Changes an order, and gives it as it is afterwards. A change that is made already is none.
    pub(crate) async fn change(&self, id: &str, change: &Change, by: &By, now: i64) -> Result<Order, OrderError> {
        Ok(self.change_once(id, change, by, now).await?.order)
    }

    /// The same, and says whether the change was to be made.
    pub(crate) async fn change_once(
        &self,
        id: &str,
        change: &Change,
        by: &By,
        now: i64,
    ) -> Result<Changed, OrderError> {
        let mut write = self.write().await?;
        let unknown = || OrderError::Unknown { id: id.to_owned() };
        let order = write.lock_order(id).await?.ok_or_else(unknown)?;
        let is_new = match change {
            Change::Pack => write.fulfil(&order, FulfilmentEvent::Packed, by, now).await?,
            Change::Ship { carrier, tracking } => write.ship(&order, carrier, tracking, by, now).await?,
            Change::Deliver => write.deliver(&order, by, now).await?,
            Change::Return { restock } => write.take_back(&order, *restock, by, now).await?,
            Change::Pay => write.enter_money(&order, by, now).await?,
            Change::Cancel => write.cancel(&order, by, now).await?,
            Change::Refund { id, amount } => write.refund(&order, id, Some(*amount), by, now).await?,
            Change::RefundRest { id } => write.refund(&order, id, None, by, now).await?,
            Change::Withdraw => write.withdraw(&order, now).await?,
        };
        let order = write.lock_order(id).await?.ok_or_else(unknown)?;
        write.commit().await?;
        Ok(Changed { order, is_new })
    }
}

impl Write {
    async fn parcel(&mut self, order: &Order) -> Result<Option<Fulfilment>, OrderError> {
        let query = sqlx::query("SELECT state, carrier, tracking FROM fulfilment WHERE order_id = $1").bind(&order.id);
        let row = query.fetch_optional(self.connection()).await?;
        Ok(row.map(|row| fulfilment(&row)).transpose()?)
    }

    /// Whether the event has changed the parcel; it has not where it had happened before.
    async fn fulfil(&mut self, order: &Order, event: FulfilmentEvent, by: &By, now: i64) -> Result<bool, OrderError> {
        // An order has no parcel before it is binding.
        let (state, participle) = (order.state.name(), event.outcome().name());
        let refusal = NoTransition { subject: "an order", state, event: participle };
        let parcel = self.parcel(order).await?.ok_or(refusal)?;
        if parcel.state == event.outcome() {
            return Ok(false);
        }
        let state = parcel.state.after(event)?;
        let query = sqlx::query("UPDATE fulfilment SET state = $1, changed_at = $2 WHERE order_id = $3");
        query.bind(state.name()).bind(now).bind(&order.id).execute(self.connection()).await?;
        self.note(&order.id, state.name(), &by.reason, &by.staff, now).await?;
        Ok(true)
    }

    /// Asked again with another carrier or number, it corrects them: no second mail leaves.
    async fn ship(
        &mut self,
        order: &Order,
        carrier: &str,
        tracking: &str,
        by: &By,
        now: i64,
    ) -> Result<bool, OrderError> {
        let is_first = self.fulfil(order, FulfilmentEvent::Shipped, by, now).await?;
        let query = sqlx::query(
            "UPDATE fulfilment SET carrier = $1, tracking = CASE WHEN $2 = '' THEN tracking ELSE $2 END
             WHERE order_id = $3 AND (carrier <> $1 OR ($2 <> '' AND tracking <> $2))",
        );
        let query = query.bind(carrier).bind(tracking).bind(&order.id);
        let is_corrected = query.execute(self.connection()).await?.rows_affected() == 1;
        if is_first {
            self.ship_holds(order, by, now).await?;
            self.mail(&order.id, Mail::Shipped, "", now).await?;
        } else if is_corrected {
            self.note(&order.id, "tracking corrected", &by.reason, &by.staff, now).await?;
        }
        Ok(is_first || is_corrected)
    }

    async fn deliver(&mut self, order: &Order, by: &By, now: i64) -> Result<bool, OrderError> {
        let is_new = self.fulfil(order, FulfilmentEvent::Delivered, by, now).await?;
        if is_new {
            self.set_order_state(order, order.state.after(OrderEvent::Delivered)?).await?;
        }
        Ok(is_new)
    }

    async fn take_back(&mut self, order: &Order, restock: bool, by: &By, now: i64) -> Result<bool, OrderError> {
        let is_new = self.fulfil(order, FulfilmentEvent::Returned, by, now).await?;
        let is_restocked = restock && self.restock(order, by, now).await?;
        if is_restocked {
            self.note(&order.id, "restocked", &by.reason, &by.staff, now).await?;
        }
        Ok(is_new || is_restocked)
    }

    async fn enter_money(&mut self, order: &Order, by: &By, now: i64) -> Result<bool, OrderError> {
        let unknown = || OrderError::Unknown { id: order.id.clone() };
        let attempt = self.attempts(&order.id).await?.pop().ok_or_else(unknown)?;
        if !attempt.way.is_later() {
            return Err(OrderError::PaidByProvider { way: attempt.way });
        }
        let (captured, known) = (attempt.payment.amount(), attempt.payment.facts());
        if known.standing >= Standing::Captured {
            return Ok(false);
        }
        self.note(&order.id, "money received", &by.reason, &by.staff, now).await?;
        let facts = Facts {
            standing: Standing::Captured,
            authorised: Amount::ZERO,
            captured,
            refunded: Amount::ZERO,
            currency: known.currency,
        };
        self.apply(&attempt.id, &facts, now).await?;
        Ok(true)
    }

    async fn cancel(&mut self, order: &Order, by: &By, now: i64) -> Result<bool, OrderError> {
        if order.state == OrderState::Cancelled {
            return Ok(false);
        }
        let parcel = self.parcel(order).await?.map_or(FulfilmentState::Cancelled, |parcel| parcel.state);
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
            let amount = self.left(&attempt).await?;
            let refund = Refund::new(format!("{}-cancelled", attempt.id), &attempt.id, amount);
            self.owe(&refund, "cancelled", &by.staff, now).await?;
        }
        self.mail(&order.id, Mail::Cancelled, "", now).await?;
        Ok(true)
    }

    /// Has so much, or all that is left of one payment, go back.
    async fn refund(
        &mut self,
        order: &Order,
        asked_id: &str,
        asked: Option<u64>,
        by: &By,
        now: i64,
    ) -> Result<bool, OrderError> {
        let id = format!("{}-{asked_id}", order.id);
        let query = sqlx::query("SELECT amount FROM refund WHERE id = $1").bind(&id);
        if let Some(row) = query.fetch_optional(self.connection()).await? {
            let before = amount(&row, "amount")?;
            if asked.is_some_and(|asked| asked != before) {
                return Err(OrderError::RefundInUse { id: asked_id.to_owned() });
            }
            return Ok(false);
        }
        // Money that nobody can keep comes first: it was paid twice or too late, and the provider has refused to send it back by itself.
        let (paid, beyond): (Vec<_>, Vec<_>) =
            self.attempts(&order.id).await?.into_iter().partition(|attempt| attempt.id == order.paid_by);
        let (mut most, mut chosen) = (0, None);
        for attempt in beyond.into_iter().chain(paid) {
            let left = self.left(&attempt).await?;
            most = most.max(left);
            if left > 0 && chosen.is_none() && asked.is_none_or(|asked| asked <= left) {
                chosen = Some((attempt, asked.unwrap_or(left)));
            }
        }
        let Some((attempt, amount)) = chosen.filter(|(_, amount)| *amount > 0) else {
            return Err(OrderError::TooMuch { most, asked: asked.unwrap_or_default() });
        };
        let refund = Refund::new(id, &attempt.id, amount);
        self.owe(&refund, &by.reason, &by.staff, now).await?;
        self.note(&order.id, "refund asked for", &by.reason, &by.staff, now).await?;
        Ok(true)
    }

    async fn withdraw(&mut self, order: &Order, now: i64) -> Result<bool, OrderError> {
        if order.withdrawn_at > 0 {
            return Ok(false);
        }
        if !matches!(order.state, OrderState::Placed | OrderState::Completed) {
            return Err(order
                .state
                .after(OrderEvent::Cancelled { is_shipped: true })
                .err()
                .map_or_else(|| OrderError::Unknown { id: order.id.clone() }, OrderError::Transition));
        }
        if now - order.ordered_at > WITHDRAWAL {
            return Err(OrderError::TooLate);
        }
        let query = sqlx::query("UPDATE orders SET withdrawn_at = $1 WHERE id = $2").bind(now).bind(&order.id);
        query.execute(self.connection()).await?;
        self.note(&order.id, "withdrawn", "", "", now).await?;
        self.mail(&order.id, Mail::Withdrawn, "", now).await?;
        Ok(true)
    }
}
