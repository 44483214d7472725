//! A card that charges nobody, for trying out every way that a payment can take. Its last four digits decide; the numbers are those that
//! developers know from Stripe where there is one (<https://docs.stripe.com/testing>).
//!
//! | number ends in | outcome |
//! | --- | --- |
//! | 4242 | paid |
//! | 3220 | the issuer asks for authentication, at `/checkout/authenticate` |
//! | 0077 | paid after a few seconds |
//! | 0119 | the issuer never answers |
//! | anything else, such as 0002 | declined |

use async_trait::async_trait;
use catalog::Amount;
use commerce::checkout::Way;
use commerce::{Facts, Standing};

use crate::clock;
use crate::pay::{PayError, Provider, Started};
use crate::store::Store;
use crate::store::orders::payments::Attempt;
use crate::store::orders::refunds::Refund;
use crate::store::test_card::Charge;

/// The time that a slow payment takes, in milliseconds.
const SLOW: i64 = 3_000;

/// The page on which the shopper authenticates.
const AUTHENTICATION: &str = "/checkout/authenticate";

/// The issuer of the test card.
#[derive(Clone, Debug)]
pub(crate) struct TestCard {
    pub(crate) store: Store,
}

impl TestCard {
    /// The shopper's answer to the question for authentication.
    pub(crate) async fn authenticate(&self, attempt: &Attempt, is_approved: bool) -> Result<Facts, PayError> {
        let standing = if is_approved { Standing::Captured } else { Standing::Failed };
        known(attempt, self.store.end_charge(&attempt.id, standing).await?)
    }
}

#[async_trait]
impl Provider for TestCard {
    fn way(&self) -> Way {
        Way::TestCard
    }

    async fn start(&self, attempt: &Attempt) -> Result<Started, PayError> {
        let digits: String = attempt.card.chars().filter(char::is_ascii_digit).collect();
        let end = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
        let (standing, pays_at) = match end {
            "4242" => (Standing::Captured, 0),
            "3220" | "0119" => (Standing::Pending, 0),
            "0077" => (Standing::Pending, clock::now() + SLOW),
            _ => (Standing::Failed, 0),
        };
        let charge = Charge {
            id: attempt.id.clone(),
            card: end.to_owned(),
            amount: i64::try_from(attempt.payment.amount().minor()).unwrap_or(i64::MAX),
            standing,
            refunded: 0,
            pays_at,
        };
        let charge = self.store.begin_charge(&charge).await?;
        if charge.card == "0119" && charge.standing == Standing::Pending {
            return Err(PayError::Silent);
        }
        let next = if charge.card == "3220" && charge.standing == Standing::Pending { AUTHENTICATION } else { "" };
        Ok(Started { provider_id: charge.id.clone(), next: next.to_owned(), facts: facts(attempt, &charge) })
    }

    async fn fetch(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        known(attempt, self.store.charge(&attempt.id).await?)
    }

    async fn close(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        // One that has not begun is entered as closed, so that a call that comes late finds it so.
        let closed = Charge {
            id: attempt.id.clone(),
            card: String::new(),
            amount: i64::try_from(attempt.payment.amount().minor()).unwrap_or(i64::MAX),
            standing: Standing::Cancelled,
            refunded: 0,
            pays_at: 0,
        };
        // One that pays in the meantime is paid.
        let facts = facts(attempt, &self.store.begin_charge(&closed).await?);
        if facts.standing == Standing::Captured {
            return Ok(facts);
        }
        known(attempt, self.store.end_charge(&attempt.id, Standing::Cancelled).await?)
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Result<Facts, PayError> {
        let amount = i64::try_from(refund.amount).unwrap_or(i64::MAX);
        known(attempt, self.store.refund_charge(&attempt.id, &refund.id, amount).await?)
    }
}

fn known(attempt: &Attempt, charge: Option<Charge>) -> Result<Facts, PayError> {
    let charge = charge.ok_or_else(|| PayError::Unknown { id: attempt.id.clone() })?;
    Ok(facts(attempt, &charge))
}

fn facts(attempt: &Attempt, charge: &Charge) -> Facts {
    let is_paid = charge.standing == Standing::Pending && charge.pays_at > 0 && charge.pays_at <= clock::now();
    let standing = if is_paid { Standing::Captured } else { charge.standing };
    let minor = |amount: i64| Amount::from_minor(u64::try_from(amount).unwrap_or_default());
    let money = if standing == Standing::Captured { minor(charge.amount) } else { Amount::ZERO };
    Facts {
        standing,
        authorised: money,
        captured: money,
        refunded: minor(charge.refunded),
        currency: attempt.payment.facts().currency,
    }
}
