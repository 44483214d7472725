//! Facts from a Checkout Session with its payment intent and charge. Amounts are in Stripe's unit, which is ours in each currency that
//! [`check_unit`] lets pass.

use catalog::{Amount, Currency};
use commerce::{Facts, Standing};
use serde::Deserialize;
use serde_json::Value;

use crate::pay::PayError;
use crate::store::orders::payments::Attempt;

/// The currencies whose unit at Stripe is the whole one (<https://docs.stripe.com/currencies>).
const WHOLE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];

/// Those with three decimals, of which Stripe takes two.
const THOUSANDTHS: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];

/// A currency in which amounts would be other ones at Stripe.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Stripe counts {code} with {theirs} decimals to be used and the shop with {ours}, so no total would be exact")]
pub(crate) struct UnitError {
    code: &'static str,
    theirs: u8,
    ours: u8,
}

/// A session as Stripe describes it.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    /// The page of the payment, while the session is open.
    #[serde(default)]
    pub(super) url: Option<String>,
    #[serde(default)]
    client_reference_id: Option<String>,
    /// `open`, `complete` or `expired`.
    #[serde(default)]
    status: Option<String>,
    /// `paid`, `unpaid` or `no_payment_required`.
    payment_status: String,
    amount_total: u64,
    currency: String,
    /// An object where it was expanded, an id where not.
    #[serde(default)]
    payment_intent: Option<Value>,
}

/// The parts of a charge that facts rest on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Charge {
    amount_captured: u64,
    amount_refunded: u64,
    disputed: bool,
}

impl Session {
    pub(super) fn read(session: Value) -> Result<Session, PayError> {
        serde_json::from_value(session).map_err(|_| PayError::Foreign { code: "unreadable_session" })
    }

    /// Whether its money has come.
    pub(super) fn is_paid(&self) -> bool {
        self.payment_status == "paid"
    }

    /// Whether it can be paid.
    pub(super) fn is_open(&self) -> bool {
        self.status.as_deref() == Some("open")
    }

    /// The payment that it is of.
    pub(super) fn payment(&self) -> Option<String> {
        self.client_reference_id.clone()
    }

    /// The id of its payment intent.
    pub(super) fn intent(&self) -> Option<String> {
        let intent = self.payment_intent.as_ref()?;
        intent.as_str().or_else(|| intent.get("id")?.as_str()).map(str::to_owned)
    }

    /// What is known of the payment.
    pub(super) fn facts(&self, attempt: &Attempt) -> Result<Facts, PayError> {
        let currency = Currency::parse(&self.currency.to_ascii_uppercase());
        let currency = currency.map_err(|_| PayError::Foreign { code: "unknown_currency" })?;
        if self.amount_total != attempt.payment.amount().minor() {
            return Err(PayError::Foreign { code: "another_amount" });
        }
        let intent = self.payment_intent.as_ref();
        let charge = intent.and_then(|intent| intent.get("latest_charge")).filter(|charge| charge.is_object());
        let charge = charge.map(Charge::deserialize).transpose();
        let charge = charge.map_err(|_| PayError::Foreign { code: "unreadable_charge" })?;
        let is_paid = self.is_paid();
        let captured = match (&charge, is_paid) {
            (Some(charge), true) => charge.amount_captured,
            (None, true) => self.amount_total,
            (_, false) => 0,
        };
        let charge = charge.unwrap_or_default();
        let intent_status = intent.and_then(|intent| intent.get("status")).and_then(Value::as_str);
        let standing = match (self.status.as_deref(), intent_status) {
            _ if is_paid && charge.disputed => Standing::Disputed,
            _ if is_paid => Standing::Captured,
            (Some("expired"), _) | (Some("complete"), Some("canceled")) => Standing::Cancelled,
            // A bank that takes days refused in the end.
            (Some("complete"), Some("requires_payment_method")) => Standing::Failed,
            // A card that was declined leaves the session open for another one.
            _ => Standing::Pending,
        };
        let refunded = if is_paid { charge.amount_refunded } else { 0 };
        Ok(Facts {
            standing,
            authorised: Amount::from_minor(captured),
            captured: Amount::from_minor(captured),
            refunded: Amount::from_minor(refunded),
            currency,
        })
    }
}

/// Whether an amount in the minor unit of a currency is the same number at Stripe. Not so: ISK and UGX, which Stripe counts with two decimals,
/// MGA, which it counts without, and those of three decimals, of which the last one has to be 0.
pub(crate) fn check_unit(currency: Currency) -> Result<(), UnitError> {
    let (code, ours) = (currency.code(), currency.exponent());
    let theirs = if WHOLE.contains(&code) { 0 } else { 2 };
    if theirs == ours && !THOUSANDTHS.contains(&code) { Ok(()) } else { Err(UnitError { code, theirs, ours }) }
}

#[cfg(test)]
mod tests {
    use catalog::{Amount, Currency};
    use commerce::checkout::Way;
    use commerce::{Payment, Standing};
    use serde_json::{Value, json};

    use super::{Session, check_unit};
    use crate::store::orders::payments::Attempt;

    fn attempt() -> Attempt {
        Attempt {
            id: "p1".to_owned(),
            order: "o1".to_owned(),
            number: 1,
            way: Way::Stripe,
            card: String::new(),
            provider_id: "cs_1".to_owned(),
            next: String::new(),
            turn: 0,
            created_at: 0,
            payment: Payment::new(Amount::from_minor(4_000), Currency::default()),
        }
    }

    fn session(status: &str, payment_status: &str, intent: &Value) -> Value {
        json!({
            "id": "cs_1", "object": "checkout.session", "client_reference_id": "p1", "status": status,
            "payment_status": payment_status, "amount_total": 4_000, "currency": "usd", "payment_intent": intent,
        })
    }

    fn charge(captured: u64, refunded: u64, disputed: bool) -> Value {
        json!({ "id": "pi_1", "status": "succeeded", "latest_charge": {
            "id": "ch_1", "amount_captured": captured, "amount_refunded": refunded, "disputed": disputed } })
    }

    #[test]
    fn a_session_amounts_to_facts() {
        #[track_caller]
        fn check(session: &Value, expect: (Standing, u64, u64)) {
            let facts = Session::read(session.clone()).unwrap().facts(&attempt()).unwrap();
            let found = (facts.standing, facts.captured.minor(), facts.refunded.minor());
            assert_eq!(found, expect, "{session}");
            assert_eq!(facts.authorised, facts.captured);
            attempt().payment.with(&facts).unwrap();
        }
        let none = Value::Null;
        let intent = |status: &str| json!({ "id": "pi_1", "status": status, "latest_charge": null });
        check(&session("open", "unpaid", &none), (Standing::Pending, 0, 0));
        check(&session("open", "unpaid", &intent("requires_payment_method")), (Standing::Pending, 0, 0));
        check(&session("expired", "unpaid", &none), (Standing::Cancelled, 0, 0));
        check(&session("complete", "unpaid", &intent("processing")), (Standing::Pending, 0, 0));
        check(&session("complete", "unpaid", &intent("requires_payment_method")), (Standing::Failed, 0, 0));
        check(&session("complete", "paid", &json!("pi_1")), (Standing::Captured, 4_000, 0));
        check(&session("complete", "paid", &charge(4_000, 0, false)), (Standing::Captured, 4_000, 0));
        check(&session("complete", "paid", &charge(4_000, 1_500, false)), (Standing::Captured, 4_000, 1_500));
        check(&session("complete", "paid", &charge(4_000, 0, true)), (Standing::Disputed, 4_000, 0));
    }

    #[test]
    fn another_amount_or_no_session_is_refused() {
        let mut other = session("complete", "paid", &Value::Null);
        other["amount_total"] = json!(3_999);
        let error = Session::read(other).unwrap().facts(&attempt()).unwrap_err();
        assert!(error.to_string().contains("another_amount"), "{error}");
        assert!(Session::read(json!({ "id": "cs_1" })).is_err());
    }

    #[test]
    fn a_currency_that_stripe_counts_otherwise_is_refused() {
        let check = |code: &str| check_unit(Currency::parse(code).unwrap()).is_ok();
        for code in ["EUR", "USD", "GBP", "JPY", "KRW", "CLP"] {
            assert!(check(code), "{code}");
        }
        for code in ["ISK", "UGX", "MGA", "KWD", "TND"] {
            assert!(!check(code), "{code}");
        }
    }
}
