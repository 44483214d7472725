//! Checkouts and orders as pages have them.

use std::time::Duration;

use commerce::checkout::{CheckoutView, OrderOfCheckout, OrderView, ParcelView, PaymentView};
use commerce::{FulfilmentState, OrderState, PaymentState};

use crate::checkout::desk::{Desk, DeskError};
use crate::checkout::price::priced;
use crate::clock;
use crate::store::checkout::Checkout;
use crate::store::orders::Order;
use crate::store::orders::change::WITHDRAWAL;
use crate::store::orders::payments::Attempt;

/// How long a page waits for a provider's word: the edge waits 2.5 s in all.
const RETURN: Duration = Duration::from_secs(1);

impl Desk {
    /// A checkout as it is now, or as it was ordered.
    pub(super) async fn view(&self, checkout: &Checkout) -> Result<CheckoutView, DeskError> {
        if let Some(order) = self.store.order_of_checkout(&checkout.id).await? {
            let order = self.returned(order).await?;
            return self.ordered(checkout, order).await;
        }
        let known = self.store.known(checkout).await?;
        let held = self.holder.get();
        let edition = self.rules.current();
        let priced = priced(checkout, &known, &edition.rules, held.edition.catalog());
        self.store.note_rules(&checkout.id, &edition.revision).await?;
        Ok(CheckoutView {
            id: checkout.id.clone(),
            contact: checkout.contact.clone(),
            is_ready: priced.is_whole && checkout.contact.is_some(),
            summary: priced.summary,
            ways: self.ways.clone(),
            order: None,
        })
    }

    /// Whoever comes back from a provider sees what has become of the payment, before its webhook has come. A provider that does not answer
    /// changes nothing: the webhook and the sweeper will.
    async fn returned(&self, order: Order) -> Result<Order, DeskError> {
        if order.state != OrderState::Awaiting {
            return Ok(order);
        }
        let attempts = self.store.attempts(&order.id).await?;
        let Some(attempt) = attempts.last().filter(|attempt| attempt.is_open() && !attempt.provider_id.is_empty())
        else {
            return Ok(order);
        };
        let asked = tokio::time::timeout(RETURN, self.provider(attempt.way)?.fetch(attempt)).await;
        let Ok(Ok(facts)) = asked else { return Ok(order) };
        self.store.apply(&attempt.id, &facts, clock::now()).await?;
        Ok(self.store.order(&order.id).await?.unwrap_or(order))
    }

    async fn ordered(&self, checkout: &Checkout, order: Order) -> Result<CheckoutView, DeskError> {
        let attempts = self.store.attempts(&order.id).await?;
        let payment = attempts.last().map_or(PaymentState::Created, |attempt| attempt.payment.state());
        let next = attempts.last().filter(|attempt| attempt.is_open()).map(|attempt| attempt.next.clone());
        Ok(CheckoutView {
            id: checkout.id.clone(),
            contact: Some(order.contact),
            summary: order.summary,
            is_ready: order.state == OrderState::Awaiting,
            ways: self.ways.clone(),
            order: Some(OrderOfCheckout {
                number: order.number,
                state: order.state,
                payment,
                next: next.filter(|next| !next.is_empty()),
            }),
        })
    }

    /// An order as it is now.
    pub(crate) async fn order_view(&self, order: Order) -> Result<OrderView, DeskError> {
        let attempts = self.store.attempts(&order.id).await?;
        let parcel = self.store.fulfilment(&order.id).await?;
        let state = parcel.as_ref().map(|parcel| parcel.state);
        let is_binding = matches!(order.state, OrderState::Placed | OrderState::Completed);
        let is_in_time = clock::now() - order.ordered_at <= WITHDRAWAL;
        let paid = attempts.iter().find(|attempt| attempt.id == order.paid_by).or(attempts.last());
        let payment = paid.map(payment_view).ok_or(DeskError::Unknown)?;
        let time = |at: i64| u64::try_from(at).unwrap_or_default();
        Ok(OrderView {
            number: order.number,
            state: order.state,
            ordered_at: time(order.ordered_at),
            contact: order.contact,
            summary: order.summary,
            payment,
            parcel: parcel.map(|parcel| ParcelView {
                state: parcel.state,
                carrier: parcel.carrier,
                tracking: parcel.tracking,
            }),
            can_be_cancelled: order.state == OrderState::Placed && state == Some(FulfilmentState::Open),
            can_be_withdrawn: is_binding
                && is_in_time
                && order.withdrawn_at == 0
                && state.is_some_and(|state| state != FulfilmentState::Open),
            withdrawn_at: (order.withdrawn_at > 0).then(|| time(order.withdrawn_at)),
        })
    }
}

fn payment_view(attempt: &Attempt) -> PaymentView {
    let facts = attempt.payment.facts();
    PaymentView {
        way: attempt.way,
        state: attempt.payment.state(),
        captured: facts.captured.minor(),
        refunded: facts.refunded.minor(),
    }
}
