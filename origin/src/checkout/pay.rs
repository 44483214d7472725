//! Paying an order: which attempt counts, and what its provider says of it.

use std::sync::Arc;

use commerce::checkout::{Ordered, Way};
use commerce::{Facts, OrderState, PaymentState};

use crate::checkout::desk::{Desk, DeskError};
use crate::checkout::keys;
use crate::clock;
use crate::pay::{PayError, Provider};
use crate::store::orders::Order;
use crate::store::orders::payments::{Another, Attempt};

/// The shop's page of an order that waits for its payment.
const WAITING: &str = "/checkout/review";

impl Desk {
    /// Begins to pay an order, or goes on with it. Repeated after a crash or a second press, it charges once: an attempt's id is the provider's
    /// key, and it was stored before the provider was called.
    pub(super) async fn pay(&self, id: &str, way: Way, card: &str) -> Result<Ordered, DeskError> {
        let order = self.store.order(id).await?.ok_or(DeskError::Unknown)?;
        let card: String = card.chars().filter(char::is_ascii_digit).take(19).collect();
        let mut attempt = match self.store.next_attempt(id, &keys::random()?, way, &card, clock::now()).await? {
            Another::Binding => return Ok(Ordered { number: order.number, next: None }),
            Another::Expired => return Err(DeskError::Expired),
            Another::Current(attempt) => *attempt,
        };
        if attempt.way != way && attempt.is_open() {
            // The shopper would rather pay in another way: nobody can pay in the first one any more, or it is paid.
            let facts = self.provider(attempt.way)?.close(&attempt).await?;
            if self.store.apply(&attempt.id, &facts, clock::now()).await?.order != OrderState::Awaiting {
                return Ok(Ordered { number: order.number, next: None });
            }
            attempt = match self.store.next_attempt(id, &keys::random()?, way, &card, clock::now()).await? {
                Another::Binding => return Ok(Ordered { number: order.number, next: None }),
                Another::Expired => return Err(DeskError::Expired),
                Another::Current(attempt) => *attempt,
            };
        }
        if attempt.payment.state() == PaymentState::Pending {
            // The shopper is on the way already; what has happened since is asked, not begun.
            let facts = self.provider(attempt.way)?.fetch(&attempt).await?;
            return self.applied(&order, &attempt, &facts).await;
        }
        let started = match self.provider(attempt.way)?.start(&attempt).await {
            Err(PayError::Busy) => return self.prepared(&order, &attempt).await,
            other => other?,
        };
        if !started.provider_id.is_empty()
            && !self.store.name_attempt(&attempt.id, &started.provider_id, &started.next, clock::now()).await?
        {
            // Another call has begun a session of this attempt, which its shopper may be at: nobody is to pay in this one as well.
            let second = Attempt { provider_id: started.provider_id, ..attempt.clone() };
            self.provider(second.way)?.close(&second).await?;
            return self.prepared(&order, &attempt).await;
        }
        let attempt = Attempt { next: started.next, ..attempt };
        self.applied(&order, &attempt, &started.facts).await
    }

    /// An attempt that another press begins at this moment: the page of the payment where that one knows it already, else the shop's page of
    /// the order that waits, from which the shopper goes on.
    async fn prepared(&self, order: &Order, attempt: &Attempt) -> Result<Ordered, DeskError> {
        let begun = self.store.attempt(&attempt.id).await?.ok_or(DeskError::Unknown)?;
        if begun.provider_id.is_empty() {
            return Ok(Ordered { number: order.number, next: Some(WAITING.to_owned()) });
        }
        let facts = *begun.payment.facts();
        self.applied(order, &begun, &facts).await
    }

    /// Applies facts, and says where the shopper goes on.
    pub(super) async fn applied(&self, order: &Order, attempt: &Attempt, facts: &Facts) -> Result<Ordered, DeskError> {
        let applied = self.store.apply(&attempt.id, facts, clock::now()).await?;
        let next = match (applied.order, applied.payment) {
            (OrderState::Awaiting, PaymentState::Failed | PaymentState::Cancelled) => return Err(DeskError::Declined),
            (OrderState::Expired, _) => return Err(DeskError::Expired),
            (OrderState::Awaiting, _) => Some(attempt.next.clone()).filter(|next| !next.is_empty()),
            _ => None,
        };
        Ok(Ordered { number: order.number, next })
    }

    pub(super) fn provider(&self, way: Way) -> Result<&Arc<dyn Provider>, DeskError> {
        let provider = self.providers.iter().find(|provider| provider.way() == way);
        provider.ok_or(DeskError::NotReady { why: "it cannot be paid in this way" })
    }
}
