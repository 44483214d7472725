//! What is done when a time has come, by one process at a time: orders that nobody pays expire, payments that nobody reported are asked for, and
//! money goes back. Everything here can be done twice, and everything that was due is done after a restart.

use std::time::Duration;

use commerce::{OrderState, PaymentState};

use crate::checkout::desk::{Desk, DeskError};
use crate::clock;
use crate::observe::recurring::Recurring;
use crate::pay::PayError;
use crate::store::lease::Turns;
use crate::store::orders::payments::Refund;

/// The time between two rounds.
const EVERY: Duration = Duration::from_secs(1);

/// How much is done in a round.
const AT_ONCE: i64 = 100;

/// How long a payment is left alone before its provider is asked, in milliseconds: webhook and return page come first.
const SETTLES: i64 = 2_000;

/// How long a checkout that became no order is kept, in milliseconds: a month.
const KEPT: i64 = 30 * 24 * 60 * 60 * 1_000;

/// How long an order waits that cannot expire now, in milliseconds.
const AGAIN: i64 = 30_000;

/// The time between two looks for checkouts that are forgotten, in milliseconds: an hour.
const FORGETS: i64 = 60 * 60 * 1_000;

/// Sweeps until the program ends.
pub(crate) async fn sweep(desk: Desk, mut turns: Turns) {
    let (mut trouble, mut forgotten_at) = (Recurring::new("sweep failed", "sweep goes on"), 0);
    loop {
        tokio::time::sleep(EVERY).await;
        let now = clock::now();
        let outcome = match turns.is_mine(now).await {
            Ok(true) => desk.sweep_once().await,
            Ok(false) => Ok(()),
            Err(error) => Err(error.into()),
        };
        let is_time = outcome.is_ok() && now - forgotten_at > FORGETS;
        trouble.note(outcome.map_err(Into::into));
        if is_time {
            // What cannot be forgotten now is forgotten in an hour.
            let _ = desk.store.forget_checkouts(now - KEPT).await;
            forgotten_at = now;
        }
    }
}

impl Desk {
    /// One round.
    pub(crate) async fn sweep_once(&self) -> Result<(), DeskError> {
        let now = clock::now();
        let mut first_error = None;
        let mut keep = |outcome: Result<(), DeskError>| {
            if let Err(error) = outcome
                && first_error.is_none()
            {
                first_error = Some(error);
            }
        };
        // One that fails must not keep the others waiting.
        for payment in self.store.unsettled(now - SETTLES, AT_ONCE).await? {
            keep(self.reconcile(&payment).await);
        }
        for order in self.store.overdue(now, AT_ONCE).await? {
            let outcome = self.expire(&order).await;
            if !matches!(outcome, Ok(true)) {
                // Others come first while this one cannot end.
                keep(self.store.postpone(&order, now + AGAIN).await.map_err(Into::into));
            }
            keep(outcome.map(|_| ()));
        }
        for refund in self.store.due_refunds(AT_ONCE).await? {
            keep(self.send_back(&refund).await);
        }
        first_error.map_or(Ok(()), Err)
    }

    /// Asks the provider what has become of a payment.
    async fn reconcile(&self, payment: &str) -> Result<(), DeskError> {
        let Some(attempt) = self.store.attempt(payment).await? else { return Ok(()) };
        if attempt.way.is_later() {
            return Ok(());
        }
        self.store.asked_for(payment, clock::now()).await?;
        let facts = self.provider(attempt.way)?.fetch(&attempt).await?;
        self.store.apply(payment, &facts, clock::now()).await?;
        Ok(())
    }

    /// Closes what is open at the provider, and only then gives the goods free: whoever pays in the meantime has paid.
    /// Whether the wait is over.
    async fn expire(&self, order: &str) -> Result<bool, DeskError> {
        for attempt in self.store.attempts(order).await? {
            if !attempt.is_open() {
                continue;
            }
            let provider = self.provider(attempt.way)?;
            let facts = provider.close(&attempt).await?;
            let applied = self.store.apply(&attempt.id, &facts, clock::now()).await?;
            if applied.order != OrderState::Awaiting {
                return Ok(true);
            }
            if applied.payment == PaymentState::Pending {
                return Ok(false);
            }
        }
        Ok(self.store.lapse(order, clock::now()).await? != OrderState::Awaiting)
    }

    async fn send_back(&self, refund: &Refund) -> Result<(), DeskError> {
        let Some(attempt) = self.store.attempt(&refund.payment).await? else { return Ok(()) };
        let facts = match self.provider(attempt.way)?.refund(&attempt, refund).await {
            // Asked again, it would be refused again, such as a payment that staff refunded at the provider. A person has to look.
            Err(PayError::Refused { code }) => {
                tracing::error!(refund = refund.id, code, "refund refused by the provider");
                return Ok(self.store.end_refund(&refund.id, "refused", clock::now()).await?);
            }
            other => other?,
        };
        self.store.apply(&attempt.id, &facts, clock::now()).await?;
        self.store.end_refund(&refund.id, "done", clock::now()).await?;
        Ok(())
    }
}
