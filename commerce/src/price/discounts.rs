//! Which codes hold, and what they take off: shares before amounts, each of what the ones before it left, spread over the lines that it is
//! for. Of codes that exclude each other the shopper gets what takes more off.

use catalog::Amount;

use crate::cart::code::Code;
use crate::price::spread::spread;
use crate::price::{CodeOutcome, PricedCode, PricedLine, Usage};
use crate::rules::Rules;
use crate::rules::discount::{Discount, Worth};
use crate::rules::period::Position;

/// What the codes of a cart take off.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) is_shipping_free: bool,
    /// In the order of the cart.
    codes: Vec<(Code, Outcome)>,
}

#[derive(Clone, Debug)]
enum Outcome {
    Settled(CodeOutcome),
    Applied { goods: Amount, is_for_shipping: bool, is_checked_later: bool },
}

/// A code that holds by itself.
struct Candidate<'a> {
    /// Its place among the codes of the cart.
    place: usize,
    discount: &'a Discount,
}

/// Takes discounts off the lines.
pub(super) fn apply(
    codes: &[Code],
    rules: &Rules,
    lines: &mut [PricedLine],
    order: &[usize],
    now: u64,
    usage: Usage<'_>,
) -> Taken {
    let mut outcomes: Vec<(Code, Outcome)> = Vec::with_capacity(codes.len());
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for (place, code) in codes.iter().enumerate() {
        let discount = rules.discounts.iter().find(|discount| discount.code == *code);
        let outcome = match discount.map(|discount| (discount, refusal(discount, lines, now, usage))) {
            None => CodeOutcome::Unknown,
            Some((_, Some(refusal))) => refusal,
            Some((discount, None)) => {
                insert(&mut candidates, Candidate { place, discount });
                CodeOutcome::NotCombinable
            }
        };
        outcomes.push((code.clone(), Outcome::Settled(outcome)));
    }
    let chosen = best(&candidates, lines, order, rules);
    let mut is_shipping_free = false;
    for candidate in &chosen {
        let goods = take(candidate.discount, lines, order);
        let is_for_shipping = candidate.discount.worth == Worth::Shipping;
        is_shipping_free |= is_for_shipping;
        let is_checked_later = candidate.discount.is_counted() && matches!(usage, Usage::Unchecked);
        if let Some((_, outcome)) = outcomes.get_mut(candidate.place) {
            *outcome = Outcome::Applied { goods, is_for_shipping, is_checked_later };
        }
    }
    Taken { is_shipping_free, codes: outcomes }
}

/// The outcome of each code, once it is known what came off the shipping. Of several codes for that the first has it.
pub(super) fn outcomes(taken: Taken, off_shipping: Amount) -> Vec<PricedCode> {
    let mut left = off_shipping;
    let priced = |(code, outcome)| {
        let outcome = match outcome {
            Outcome::Settled(outcome) => outcome,
            Outcome::Applied { goods, is_for_shipping, is_checked_later } => {
                let shipping = if is_for_shipping { core::mem::take(&mut left) } else { Amount::ZERO };
                CodeOutcome::Applied { goods, shipping, is_checked_later }
            }
        };
        PricedCode { code, outcome }
    };
    taken.codes.into_iter().map(priced).collect()
}

/// Why a code does not hold, whatever the others are.
fn refusal(discount: &Discount, lines: &[PricedLine], now: u64, usage: Usage<'_>) -> Option<CodeOutcome> {
    match discount.period.position(now) {
        Position::Before => return Some(CodeOutcome::NotYet),
        Position::After => return Some(CodeOutcome::Over),
        Position::Within => {}
    }
    if let Usage::Known(known) = usage {
        let (uses, by_customer) = known.of(&discount.code);
        if discount.uses.is_some_and(|most| uses >= most) {
            return Some(CodeOutcome::UsedUp);
        }
        if discount.is_once_per_customer && by_customer {
            return Some(CodeOutcome::UsedByCustomer);
        }
    }
    let value: Amount = lines.iter().filter(|line| is_for(discount, line)).map(|line| line.amount).sum();
    if value == Amount::ZERO {
        return Some(CodeOutcome::NothingEligible);
    }
    let minimum = discount.minimum;
    (value < minimum).then_some(CodeOutcome::BelowMinimum { minimum, value })
}

fn is_for(discount: &Discount, line: &PricedLine) -> bool {
    line.payable > 0 && line.item.as_ref().is_some_and(|item| discount.is_for(item))
}

/// Shares come first, then amounts, then shipping; within each by code, so that the order of typing changes nothing.
fn insert<'a>(candidates: &mut Vec<Candidate<'a>>, candidate: Candidate<'a>) {
    let rank = |discount: &'a Discount| {
        let kind = match discount.worth {
            Worth::Share(_) => 0,
            Worth::Amount(_) => 1,
            Worth::Shipping => 2,
        };
        (kind, &discount.code)
    };
    let before = candidates.iter().take_while(|held| rank(held.discount) < rank(candidate.discount)).count();
    candidates.insert(before, candidate);
}

/// All that may be combined, or one that may not: whatever takes more off.
fn best<'c, 'a>(
    candidates: &'c [Candidate<'a>],
    lines: &[PricedLine],
    order: &[usize],
    rules: &Rules,
) -> Vec<&'c Candidate<'a>> {
    // Nothing to choose from: the usual case, in which no line is copied.
    if candidates.len() == 1 || candidates.iter().all(|candidate| candidate.discount.is_combinable) {
        return candidates.iter().collect();
    }
    // Before the destination is asked, shipping is worth the dearest first band of any method.
    let shipping = || {
        let bands = rules.zones.iter().flat_map(|zone| &zone.methods).filter_map(|method| method.bands.first());
        bands.map(|band| band.cost).max().unwrap_or_default()
    };
    let worth = |chosen: &[&Candidate<'_>]| {
        let mut lines = lines.to_vec();
        let goods: Amount = chosen.iter().map(|candidate| take(candidate.discount, &mut lines, order)).sum();
        let is_shipping_free = chosen.iter().any(|candidate| candidate.discount.worth == Worth::Shipping);
        if is_shipping_free { goods.plus(shipping()) } else { goods }
    };
    let mut best: Vec<&Candidate<'_>> =
        candidates.iter().filter(|candidate| candidate.discount.is_combinable).collect();
    let mut most = if best.is_empty() { None } else { Some(worth(&best)) };
    for candidate in candidates.iter().filter(|candidate| !candidate.discount.is_combinable) {
        let alone = vec![candidate];
        let worth = worth(&alone);
        if most.is_none_or(|most| worth > most) {
            (best, most) = (alone, Some(worth));
        }
    }
    best
}

/// Takes a discount off the lines that it is for, and returns how much that was.
fn take(discount: &Discount, lines: &mut [PricedLine], order: &[usize]) -> Amount {
    let left: Vec<Amount> = order
        .iter()
        .map(|place| match lines.get(*place) {
            Some(line) if is_for(discount, line) => line.due(),
            _ => Amount::ZERO,
        })
        .collect();
    let sum: Amount = left.iter().copied().sum();
    let amount = match discount.worth {
        Worth::Share(rate) => rate.of(sum),
        Worth::Amount(amount) => amount.min(sum),
        Worth::Shipping => Amount::ZERO,
    };
    if amount == Amount::ZERO {
        return amount;
    }
    for (place, share) in order.iter().zip(spread(amount, &left)) {
        if let Some(line) = lines.get_mut(*place) {
            line.discount = line.discount.plus(share);
        }
    }
    amount
}
