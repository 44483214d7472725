//! What is done when a time has come, by one process at a time: orders that nobody pays expire, payments that nobody reported are asked for, and
//! money goes back. Everything here can be done twice, and everything that was due is done after a restart.

use std::time::Duration;

use commerce::{OrderState, PaymentState};
use tokio::time::{Instant, timeout};

use crate::checkout::desk::{Desk, DeskError};
use crate::clock;
use crate::observe::recurring::Recurring;
use crate::pay::PayError;
use crate::store::lease::Turns;
use crate::store::orders::refunds::Refund;

/// The time between two rounds.
const EVERY: Duration = Duration::from_secs(1);

/// How much of each kind is done in a round.
const AT_ONCE: i64 = 100;

/// The longest time for one of them. A lease holds longer ([`Turns::is_mine`]); work that is cut off is done again.
const ONE: Duration = Duration::from_secs(10);

/// The time after which no more of a kind is begun in a round, so that a slow provider keeps no other kind waiting.
const KIND: Duration = Duration::from_secs(5);

/// How long a payment is left alone before its provider is asked, in milliseconds: webhook and return page come first.
const SETTLES: i64 = 2_000;

/// How long a checkout that became no order is kept, in milliseconds: a month.
const KEPT: i64 = 30 * 24 * 60 * 60 * 1_000;

/// How long an order waits that cannot expire now, in milliseconds.
const AGAIN: i64 = 30_000;

/// How long a refund waits that was tried once, in milliseconds; twice as long after each try, up to 2^10 times: 34 minutes.
const REFUND_AGAIN: i64 = 2_000;
const DOUBLINGS: i64 = 10;

/// The time between two looks for checkouts that are forgotten, in milliseconds: an hour.
const FORGETS: i64 = 60 * 60 * 1_000;

/// Sweeps until the program ends.
pub(crate) async fn sweep(desk: Desk, mut turns: Turns) {
    let (mut trouble, mut forgotten_at) = (Recurring::new("sweep failed", "sweep goes on"), 0);
    loop {
        tokio::time::sleep(EVERY).await;
        let outcome = desk.sweep_once(&mut turns, clock::now).await;
        let now = clock::now();
        let is_time = matches!(outcome, Ok(true)) && now - forgotten_at > FORGETS;
        trouble.note(outcome.map(|_| ()).map_err(Into::into));
        if is_time {
            // What cannot be forgotten now is forgotten in an hour.
            let _ = desk.store.forget_checkouts(now - KEPT).await;
            forgotten_at = now;
        }
    }
}

/// A piece of work of a round.
enum Piece {
    /// A payment whose provider is to be asked.
    Payment(String),
    /// An order whose time is over.
    Order(String),
    /// Money that is to go back.
    Refund(Refund),
}

impl Desk {
    /// One round, as far as it is this process's turn. Whether it was to its end.
    pub(crate) async fn sweep_once(&self, turns: &mut Turns, now: impl Fn() -> i64) -> Result<bool, DeskError> {
        let mut first_error = None;
        for kind in 0..3 {
            // Between two pieces as well: another process goes on where this one was slow.
            if !turns.is_mine(now()).await? {
                return Ok(false);
            }
            let started = Instant::now();
            for piece in self.pieces(kind, now()).await? {
                if started.elapsed() > KIND {
                    break;
                }
                if !turns.is_mine(now()).await? {
                    return Ok(false);
                }
                // One that fails must not keep the others waiting.
                let done = timeout(ONE, self.carry_out(&piece)).await.unwrap_or(Err(PayError::Silent.into()));
                if let (Piece::Order(order), false) = (&piece, matches!(done, Ok(true))) {
                    // Others come first while this one cannot end.
                    self.store.postpone(order, now() + AGAIN).await?;
                }
                if let Err(error) = done
                    && first_error.is_none()
                {
                    first_error = Some(error);
                }
            }
        }
        first_error.map_or(Ok(true), Err)
    }

    async fn pieces(&self, kind: u8, now: i64) -> Result<Vec<Piece>, DeskError> {
        Ok(match kind {
            0 => self.store.unsettled(now - SETTLES, AT_ONCE).await?.into_iter().map(Piece::Payment).collect(),
            1 => self.store.overdue(now, AT_ONCE).await?.into_iter().map(Piece::Order).collect(),
            _ => self.store.due_refunds(now, AT_ONCE).await?.into_iter().map(Piece::Refund).collect(),
        })
    }

    /// Whether it is at its end.
    async fn carry_out(&self, piece: &Piece) -> Result<bool, DeskError> {
        match piece {
            Piece::Payment(payment) => self.reconcile(payment).await.map(|()| true),
            Piece::Order(order) => self.expire(order).await,
            Piece::Refund(refund) => self.send_back(refund).await.map(|()| true),
        }
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
        let again_at = clock::now() + (REFUND_AGAIN << refund.tries.clamp(0, DOUBLINGS));
        if !self.store.take_refund(refund, again_at).await? {
            return Ok(());
        }
        let Some(attempt) = self.store.attempt(&refund.payment).await? else { return Ok(()) };
        let facts = match self.provider(attempt.way)?.refund(&attempt, refund).await {
            // The shop's balance at the provider is too small for it now.
            Err(error @ PayError::Refused { .. }) if error.is_want_of_balance() => return Err(error.into()),
            // Asked again, it would be refused again, such as a payment that staff refunded at the provider. A person has to look.
            Err(PayError::Refused { code }) => {
                tracing::error!(refund = refund.id, code, "refund refused by the provider");
                return Ok(self.store.end_refund(&refund.id, "refused", clock::now()).await?);
            }
            other => other?,
        };
        self.store.finish_refund(refund, &facts, clock::now()).await?;
        Ok(())
    }
}
