//! How facts about a payment change its order. Webhook, return page and reconciler all come through here, in any order and as often as they
//! like: facts only add up, and what follows from them is done once.

use commerce::{Facts, HoldEvent, OrderEvent, OrderState, PaymentState};
use sqlx::Executor as _;

use crate::store::orders::payments::Attempt;
use crate::store::orders::refunds::Refund;
use crate::store::orders::{Order, OrderError};
use crate::store::outbox::Mail;
use crate::store::{Store, Write};

/// What came of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    /// The state of the order.
    pub(crate) order: OrderState,
    /// The state of the payment.
    pub(crate) payment: PaymentState,
}

impl Store {
    /// Adds facts to what is known of a payment, and does what follows.
    pub(crate) async fn apply(&self, payment: &str, facts: &Facts, now: i64) -> Result<Applied, OrderError> {
        let mut write = self.write().await?;
        let applied = write.apply(payment, facts, now).await?;
        write.commit().await?;
        Ok(applied)
    }

    /// Ends the wait for the payment of an order whose attempts are all closed and unpaid: its goods are free again.
    pub(crate) async fn lapse(&self, order: &str, now: i64) -> Result<OrderState, OrderError> {
        let mut write = self.write().await?;
        let locked = write.lock_order(order).await?.ok_or_else(|| OrderError::Unknown { id: order.to_owned() })?;
        let is_unpaid =
            !write.attempts(order).await?.iter().any(|attempt| attempt.is_open() || attempt.payment.covers());
        if locked.state != OrderState::Awaiting || !is_unpaid {
            return Ok(locked.state);
        }
        let state = locked.state.after(OrderEvent::Lapsed)?;
        write.set_order_state(&locked, state).await?;
        write.change_holds(order, HoldEvent::Released, now).await?;
        write.give_codes_back(order).await?;
        write.note(order, "expired", "", "", now).await?;
        write.commit().await?;
        Ok(state)
    }
}

impl Write {
    /// The same within a transaction.
    pub(super) async fn apply(&mut self, payment: &str, facts: &Facts, now: i64) -> Result<Applied, OrderError> {
        let unknown = || OrderError::Unknown { id: payment.to_owned() };
        let order = self.lock_order_of(payment).await?.ok_or_else(unknown)?;
        let attempt = self.attempt(payment).await?.ok_or_else(unknown)?;
        let known = attempt.payment.with(facts)?;
        let (before, after) = (attempt.payment.state(), known.state());
        if known != attempt.payment {
            self.write_payment(payment, &known, now).await?;
        }
        if before != after {
            self.note(&order.id, "payment", after.name(), "", now).await?;
        }
        let refunded = known.facts().refunded;
        if refunded > attempt.payment.facts().refunded {
            self.mail(&order.id, Mail::Refunded, &format!("-{payment}-{}", refunded.minor()), now).await?;
        }
        let attempt = Attempt { payment: known, ..attempt };
        let state = self.settle(&order, &attempt, now).await?;
        Ok(Applied { order: state, payment: after })
    }

    /// Makes an order binding that is paid now, and sends money back that nobody can keep.
    async fn settle(&mut self, order: &Order, attempt: &Attempt, now: i64) -> Result<OrderState, OrderError> {
        let payment = &attempt.payment;
        if order.paid_by == attempt.id {
            return Ok(order.state);
        }
        if attempt.way.is_later() {
            if payment.covers() && order.state == OrderState::Cancelled {
                // The shopper's transfer was on its way.
                self.send_back(attempt, "cancelled", now).await?;
            } else if payment.covers() && order.paid_by.is_empty() {
                self.pay(order, attempt, now).await?;
            }
            return Ok(order.state);
        }
        if !payment.covers() {
            return Ok(order.state);
        }
        let is_stock_held = match order.state {
            OrderState::Awaiting => true,
            // Its money is on its way back, even where goods have come since.
            OrderState::Expired if self.is_owed(&attempt.id).await? => return Ok(order.state),
            OrderState::Expired => self.take_again(&order.id, now).await?,
            // It is paid, or given up: this is money beyond.
            OrderState::Placed | OrderState::Completed | OrderState::Cancelled => {
                self.send_back(attempt, "paid-twice", now).await?;
                return Ok(order.state);
            }
        };
        let state = order.state.after(OrderEvent::Paid { is_stock_held })?;
        if state != OrderState::Placed {
            self.send_back(attempt, "too-late", now).await?;
            return Ok(state);
        }
        self.bind(order, state, now).await?;
        self.pay(order, attempt, now).await?;
        Ok(state)
    }

    /// Takes goods and counted codes of an order again that were given back: all of them, or none. Whether they are taken now.
    async fn take_again(&mut self, order: &str, now: i64) -> Result<bool, OrderError> {
        self.connection().execute("SAVEPOINT before_taking").await?;
        // The order was priced with its codes; a code that others have used up since leaves no order that could be made of the money.
        let is_taken = self.hold_again(order, now).await? && self.use_codes_again(order).await?;
        if !is_taken {
            self.connection().execute("ROLLBACK TO SAVEPOINT before_taking").await?;
        }
        Ok(is_taken)
    }

    /// Makes an order binding whose shopper pays later after all.
    pub(super) async fn agree(&mut self, order: &Order, now: i64) -> Result<(), OrderError> {
        let state = order.state.after(OrderEvent::Paid { is_stock_held: true })?;
        let query = sqlx::query("UPDATE orders SET expires_at = 0 WHERE id = $1").bind(&order.id);
        query.execute(self.connection()).await?;
        self.bind(order, state, now).await
    }

    async fn bind(&mut self, order: &Order, state: OrderState, now: i64) -> Result<(), OrderError> {
        self.set_order_state(order, state).await?;
        self.change_holds(&order.id, HoldEvent::Committed, now).await?;
        self.begin_fulfilment(&order.id, now).await?;
        self.note(&order.id, "placed", "", "", now).await?;
        Ok(self.mail(&order.id, Mail::Received, "", now).await?)
    }

    async fn pay(&mut self, order: &Order, attempt: &Attempt, now: i64) -> Result<(), OrderError> {
        let query = sqlx::query("UPDATE orders SET paid_by = $1 WHERE id = $2").bind(&attempt.id).bind(&order.id);
        query.execute(self.connection()).await?;
        // Behind the one that says that the order has come.
        self.mail(&order.id, Mail::Paid, "", now + 1).await?;
        Ok(())
    }

    async fn send_back(&mut self, attempt: &Attempt, reason: &str, now: i64) -> Result<(), OrderError> {
        let amount = self.left(attempt).await?;
        let refund = Refund::new(format!("{}-{reason}", attempt.id), &attempt.id, amount);
        Ok(self.owe(&refund, reason, "", now).await?)
    }
}
