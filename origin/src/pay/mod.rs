//! Payment providers behind one port. A provider tells facts; what they do to an order is the store's (`store/orders/apply.rs`). Every call can
//! be repeated with the same attempt or refund: it acts once.
//!
//! | to change | open |
//! | --- | --- |
//! | the ways that are paid later | `manual.rs` |
//! | the test card | `test_card.rs` |
//! | Stripe | `stripe/` |

pub(crate) mod manual;
pub(crate) mod stripe;
pub(crate) mod test_card;

use async_trait::async_trait;
use commerce::Facts;
use commerce::checkout::Way;

use crate::store::StoreError;
use crate::store::orders::payments::Attempt;
use crate::store::orders::refunds::Refund;

/// A provider of payments.
#[async_trait]
pub(crate) trait Provider: Send + Sync + std::fmt::Debug {
    /// The way in which its payments are made.
    fn way(&self) -> Way;

    /// Begins an attempt, or finds the one that has begun.
    async fn start(&self, attempt: &Attempt) -> Result<Started, PayError>;

    /// What is known of an attempt.
    async fn fetch(&self, attempt: &Attempt) -> Result<Facts, PayError>;

    /// Closes an attempt, so that nobody can pay it any more, and gives what is known then: it may have been paid before. One that has never
    /// begun is closed all the same.
    async fn close(&self, attempt: &Attempt) -> Result<Facts, PayError>;

    /// Sends money back.
    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Result<Facts, PayError>;
}

/// An attempt that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Started {
    /// Its name at the provider.
    pub(crate) provider_id: String,
    /// Where the shopper goes on; empty for nowhere. A path is the shop's own.
    pub(crate) next: String,
    pub(crate) facts: Facts,
}

/// Why a provider did not answer. It may have acted all the same.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PayError {
    /// It cannot be reached, takes too long, or has failed.
    #[error("the payment provider did not answer")]
    Silent,
    /// It is busy with the same call, as with the first of two presses.
    #[error("the payment provider is busy with the same call")]
    Busy,
    /// It failed in the midst of a call, and may repeat that to every call with the same key.
    #[error("the payment provider failed")]
    Failing,
    /// It repeats an earlier failure, or knows the key from a call with other parameters: that key never gets another answer.
    #[error("the payment provider takes the key no more")]
    Spent,
    /// Its answer cannot be of this payment, so nothing follows from it. A person has to look.
    #[error("the payment provider's answer is not of this payment: `{code}`")]
    Foreign {
        /// What is wrong with it.
        code: &'static str,
    },
    /// It never had this attempt.
    #[error("the payment provider does not know the payment `{id}`")]
    Unknown {
        /// The id of the attempt.
        id: String,
    },
    /// It refuses the call, and would refuse it again.
    #[error("the payment provider refused: `{code}`")]
    Refused {
        /// The name that the provider gives the reason.
        code: String,
    },
    /// It does not accept the key of the shop.
    #[error("the payment provider does not accept the key of the shop")]
    NoAccess,
    /// The database, in which the test card's issuer lives.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PayError {
    /// Whether a refund was refused since the shop's balance at the provider was too small for it, which passes.
    pub(crate) fn is_want_of_balance(&self) -> bool {
        // https://docs.stripe.com/error-codes
        matches!(self, PayError::Refused { code } if ["balance_insufficient", "insufficient_funds"].contains(&code.as_str()))
    }
}
