//! What is known of a payment, and how facts from its provider add up. Facts come late, twice and in any order, so they are joined: of two
//! amounts the larger, of two standings the later one. Joining is commutative, associative and idempotent, so that webhook, return page and
//! reconciler may each report what they saw, in whatever order.

use catalog::{Amount, Currency};

use crate::states::names;

/// The state of a payment, as views show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaymentState {
    /// Its provider has not been called, or has not answered.
    Created,
    /// The shopper is at the provider, or a bank takes its time.
    Pending,
    /// The provider refused it.
    Failed,
    /// The shopper or the shop gave it up.
    Cancelled,
    /// The money is set aside.
    Authorised,
    /// The money that was set aside was given free.
    Voided,
    /// The shop has the money.
    Captured,
    /// A part of it went back.
    PartRefunded,
    /// All of it went back.
    Refunded,
    /// The shopper's bank demands it back.
    Disputed,
}

names!(
    PaymentState,
    "a payment",
    Created = "created",
    Pending = "pending",
    Failed = "failed",
    Cancelled = "cancelled",
    Authorised = "authorised",
    Voided = "voided",
    Captured = "captured",
    PartRefunded = "part_refunded",
    Refunded = "refunded",
    Disputed = "disputed",
);

/// How far a payment has come by its provider's word, in the order in which a later one wins. Money that moved wins over a refusal: a
/// shopper whose first card was declined pays with the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nobody has begun it.
    Created,
    /// The shopper has begun it.
    Pending,
    /// The provider refused it.
    Failed,
    /// Given up, or closed before it was paid.
    Cancelled,
    /// Money is set aside.
    Authorised,
    /// It was given free.
    Voided,
    /// Money has moved.
    Captured,
    /// The shopper's bank demands it back.
    Disputed,
}

names!(
    Standing,
    "a payment at its provider",
    Created = "created",
    Pending = "pending",
    Failed = "failed",
    Cancelled = "cancelled",
    Authorised = "authorised",
    Voided = "voided",
    Captured = "captured",
    Disputed = "disputed",
);

/// What a provider says of a payment at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// How far it has come.
    pub standing: Standing,
    /// The money that is or was set aside.
    pub authorised: Amount,
    /// The money that the shop got.
    pub captured: Amount,
    /// The part of it that went back.
    pub refunded: Amount,
    /// The currency of all three.
    pub currency: Currency,
}

/// A payment as the shop knows it. Its amounts only grow, and `refunded` ≤ `captured` ≤ `amount`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    amount: Amount,
    facts: Facts,
}

/// Facts that cannot be of a payment. Nothing has changed, and a person has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Another currency.
    #[error("the payment is in {}, and the facts are in {}", expected.code(), found.code())]
    Currency {
        /// The currency of the payment.
        expected: Currency,
        /// That of the facts.
        found: Currency,
    },
    /// More money than was asked for.
    #[error("the payment is of {amount} minor units, and {found} were {what}")]
    TooMuch {
        /// The amount of the payment.
        amount: u64,
        /// The amount of the facts.
        found: u64,
        /// `authorised` or `captured`.
        what: &'static str,
    },
    /// More went back than came in.
    #[error("{captured} minor units were captured, and {refunded} refunded")]
    Refunded {
        /// The money that came in.
        captured: u64,
        /// The money that went back.
        refunded: u64,
    },
}

impl Facts {
    /// Nothing is known yet.
    pub fn none(currency: Currency) -> Facts {
        let zero = Amount::ZERO;
        Facts { standing: Standing::Created, authorised: zero, captured: zero, refunded: zero, currency }
    }
}

impl Payment {
    /// A payment of which nothing is known yet.
    pub fn new(amount: Amount, currency: Currency) -> Payment {
        Payment { amount, facts: Facts::none(currency) }
    }

    /// The amount that is asked for.
    pub fn amount(&self) -> Amount {
        self.amount
    }

    /// All that is known.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The payment with facts added to what is known.
    pub fn with(&self, facts: &Facts) -> Result<Payment, FactsError> {
        if facts.currency != self.facts.currency {
            return Err(FactsError::Currency { expected: self.facts.currency, found: facts.currency });
        }
        for (found, what) in [(facts.authorised, "authorised"), (facts.captured, "captured")] {
            if found > self.amount {
                return Err(FactsError::TooMuch { amount: self.amount.minor(), found: found.minor(), what });
            }
        }
        if facts.refunded > facts.captured {
            let (captured, refunded) = (facts.captured.minor(), facts.refunded.minor());
            return Err(FactsError::Refunded { captured, refunded });
        }
        let known = &self.facts;
        let joined = Facts {
            standing: known.standing.max(facts.standing),
            authorised: known.authorised.max(facts.authorised),
            captured: known.captured.max(facts.captured),
            refunded: known.refunded.max(facts.refunded),
            currency: known.currency,
        };
        Ok(Payment { amount: self.amount, facts: joined })
    }

    /// The state that the facts amount to.
    pub fn state(&self) -> PaymentState {
        let Facts { standing, captured, refunded, .. } = self.facts;
        let has_refund = refunded > Amount::ZERO;
        match standing {
            Standing::Disputed => PaymentState::Disputed,
            _ if has_refund && refunded == captured => PaymentState::Refunded,
            _ if has_refund => PaymentState::PartRefunded,
            _ if captured > Amount::ZERO => PaymentState::Captured,
            Standing::Created => PaymentState::Created,
            // Money that is named and not there is on its way at best.
            Standing::Pending | Standing::Captured => PaymentState::Pending,
            Standing::Failed => PaymentState::Failed,
            Standing::Cancelled => PaymentState::Cancelled,
            Standing::Authorised => PaymentState::Authorised,
            Standing::Voided => PaymentState::Voided,
        }
    }

    /// Whether an order with this payment is paid: all of its amount is set aside or has come in. Money that was given free, has gone back
    /// altogether or is demanded back does not count, so that a late payment that was refunded places no order when its facts are repeated. A
    /// part that went back is an agreement about an order that is paid.
    pub fn covers(&self) -> bool {
        let has_gone_back = self.facts.refunded > Amount::ZERO && self.facts.refunded >= self.facts.captured;
        if has_gone_back || self.facts.standing == Standing::Disputed {
            return false;
        }
        let set_aside = if self.facts.standing == Standing::Voided { Amount::ZERO } else { self.facts.authorised };
        set_aside.max(self.facts.captured) >= self.amount
    }

    /// The most that can be refunded.
    pub fn refundable(&self) -> Amount {
        self.facts.captured.minus(self.facts.refunded)
    }
}
