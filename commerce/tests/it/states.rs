//! Every pair of a state and an event, and the laws by which facts of a payment add up.

use catalog::{Amount, Currency};
use commerce::{
    Facts, FactsError, FulfilmentEvent, FulfilmentState, HoldEvent, HoldState, NoTransition, OrderEvent, OrderState,
    Payment, PaymentState, Standing,
};
use insta::assert_snapshot;
use proptest::prelude::*;

/// A line for every pair: the state after it, or the refusal.
fn table<S: Copy + ToString, E: Copy + core::fmt::Debug>(
    states: &[S],
    events: &[E],
    after: impl Fn(S, E) -> Result<S, NoTransition>,
) -> String {
    let mut lines = Vec::new();
    for &state in states {
        for &event in events {
            let outcome = match after(state, event) {
                Ok(next) => next.to_string(),
                Err(error) => format!("✗ {error}"),
            };
            lines.push(format!("{} + {event:?} → {outcome}", state.to_string()));
        }
    }
    lines.join("\n")
}

#[test]
fn every_event_of_an_order_is_a_transition_or_a_named_refusal() {
    assert_snapshot!(table(OrderState::ALL, &OrderEvent::ALL, OrderState::after));
}

#[test]
fn every_event_of_a_fulfilment_is_a_transition_or_a_named_refusal() {
    assert_snapshot!(table(FulfilmentState::ALL, &FulfilmentEvent::ALL, FulfilmentState::after));
}

#[test]
fn every_event_of_a_hold_is_a_transition_or_a_named_refusal() {
    assert_snapshot!(table(HoldState::ALL, &HoldEvent::ALL, HoldState::after));
}

#[test]
fn names_are_read_back() {
    for state in OrderState::ALL {
        assert_eq!(state.name().parse(), Ok(*state));
    }
    for state in PaymentState::ALL {
        assert_eq!(state.name().parse(), Ok(*state));
    }
    let error = "payed".parse::<PaymentState>().unwrap_err();
    assert_eq!(error.to_string(), "`payed` is no state of a payment");
}

fn payment(amount: u64) -> Payment {
    Payment::new(Amount::from_minor(amount), Currency::default())
}

fn facts(standing: Standing, authorised: u64, captured: u64, refunded: u64) -> Facts {
    let [authorised, captured, refunded] = [authorised, captured, refunded].map(Amount::from_minor);
    Facts { standing, authorised, captured, refunded, currency: Currency::default() }
}

#[test]
fn states_of_a_payment() {
    #[track_caller]
    fn check(seen: &[Facts], expect: PaymentState, is_covered: bool) {
        let found = seen.iter().try_fold(payment(500), |payment, facts| payment.with(facts)).unwrap();
        assert_eq!((found.state(), found.covers()), (expect, is_covered), "{seen:?}");
    }
    let paid = facts(Standing::Captured, 500, 500, 0);
    check(&[], PaymentState::Created, false);
    check(&[facts(Standing::Pending, 0, 0, 0)], PaymentState::Pending, false);
    check(&[facts(Standing::Failed, 0, 0, 0), paid], PaymentState::Captured, true);
    check(&[facts(Standing::Authorised, 500, 0, 0)], PaymentState::Authorised, true);
    check(&[facts(Standing::Authorised, 499, 0, 0)], PaymentState::Authorised, false);
    check(&[facts(Standing::Voided, 500, 0, 0)], PaymentState::Voided, false);
    check(&[facts(Standing::Captured, 500, 0, 0)], PaymentState::Pending, true);
    check(&[paid, facts(Standing::Pending, 0, 0, 0)], PaymentState::Captured, true);
    check(&[facts(Standing::Captured, 0, 500, 1), paid], PaymentState::PartRefunded, true);
    check(&[facts(Standing::Captured, 0, 500, 500)], PaymentState::Refunded, false);
    check(&[facts(Standing::Disputed, 0, 500, 0), paid], PaymentState::Disputed, false);
}

#[test]
fn facts_that_cannot_be_are_refused() {
    let error = |facts: Facts| payment(500).with(&facts).unwrap_err();
    let too_much = FactsError::TooMuch { amount: 500, found: 501, what: "captured" };
    assert_eq!(error(facts(Standing::Captured, 0, 501, 0)), too_much);
    let refunded = FactsError::Refunded { captured: 400, refunded: 401 };
    assert_eq!(error(facts(Standing::Captured, 0, 400, 401)), refunded);
    let other = Facts { currency: Currency::parse("JPY").unwrap(), ..facts(Standing::Captured, 0, 500, 0) };
    assert_eq!(error(other).to_string(), "the payment is in USD, and the facts are in JPY");
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let standing = prop::sample::select(Standing::ALL);
    (standing, 0..=500_u64, 0..=500_u64, 0..=500_u64)
        .prop_map(|(standing, authorised, captured, part)| facts(standing, authorised, captured, part.min(captured)))
}

proptest! {
    /// Webhooks arrive twice and in any order: the payment is the same.
    #[test]
    fn facts_add_up_in_any_order(seen in prop::collection::vec(any_facts(), 0..6), again in any::<prop::sample::Index>()) {
        let all = |seen: &[Facts]| seen.iter().try_fold(payment(500), |payment, facts| payment.with(facts)).unwrap();
        let forward = all(&seen);
        let mut other: Vec<Facts> = seen.iter().rev().copied().collect();
        if !seen.is_empty() {
            other.push(*again.get(&seen));
        }
        prop_assert_eq!(all(&other), forward);
        let Facts { captured, refunded, .. } = *forward.facts();
        prop_assert!(refunded <= captured && captured <= forward.amount());
        prop_assert_eq!(forward.refundable().plus(refunded), captured);
    }

    /// A payment that covers its order does so for ever, unless the money was given free, went back altogether or is demanded back.
    #[test]
    fn amounts_only_grow(before in any_facts(), after in any_facts()) {
        let first = payment(500).with(&before).unwrap();
        let second = first.with(&after).unwrap();
        prop_assert!(second.facts().captured >= first.facts().captured);
        prop_assert!(second.facts().refunded >= first.facts().refunded);
        prop_assert!(second.facts().standing >= first.facts().standing);
        let is_freed = matches!(second.facts().standing, Standing::Voided | Standing::Disputed);
        let is_back = second.facts().refunded > Amount::ZERO && second.refundable() == Amount::ZERO;
        prop_assert!(!first.covers() || second.covers() || is_freed || is_back);
        prop_assert!(!second.covers() || !is_back);
    }
}
