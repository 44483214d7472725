//! Ways in which an order is paid later, by invoice or to the carrier. There is no provider to ask: staff enter the money when it has come, and
//! send it back by their bank. A refund is therefore noted and sent nowhere.

use async_trait::async_trait;
use catalog::Amount;
use commerce::Facts;
use commerce::checkout::Way;

use crate::pay::{PayError, Provider, Started};
use crate::store::Store;
use crate::store::orders::payments::Attempt;
use crate::store::orders::refunds::Refund;

/// The shop's own staff, for one of these ways.
#[derive(Clone, Debug)]
pub(crate) struct Manual {
    pub(crate) store: Store,
    pub(crate) way: Way,
}

#[async_trait]
impl Provider for Manual {
    fn way(&self) -> Way {
        self.way
    }

    async fn start(&self, attempt: &Attempt) -> Result<Started, PayError> {
        Ok(Started { provider_id: String::new(), next: String::new(), facts: *attempt.payment.facts() })
    }

    async fn fetch(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        Ok(*attempt.payment.facts())
    }

    /// Nobody can be kept from sending money to the shop's bank.
    async fn close(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        Ok(*attempt.payment.facts())
    }

    /// Notes all that was asked to go back at once, so that one that is repeated, or overtaken by another one, notes no less and no more.
    async fn refund(&self, attempt: &Attempt, _refund: &Refund) -> Result<Facts, PayError> {
        let refunded = Amount::from_minor(self.store.asked_back(&attempt.id).await?);
        Ok(Facts { refunded, ..*attempt.payment.facts() })
    }
}
