//! The price of a line by itself, and what a shopper should know of it.

use catalog::Amount;

use crate::cart::Line;
use crate::lookup::{Found, Lookup};
use crate::price::{PricedLine, Problem};
use crate::rules::rate::Rate;

/// Prices a line without discounts and tax.
pub(super) fn price(line: &Line, lookup: &impl Lookup, rate: impl Fn(&str) -> Rate) -> PricedLine {
    let mut priced = PricedLine {
        sku: line.sku().to_owned(),
        quantity: line.quantity(),
        payable: 0,
        item: None,
        amount: Amount::ZERO,
        discount: Amount::ZERO,
        rate: Rate::default(),
        tax: Amount::ZERO,
        problems: Vec::new(),
    };
    let item = match lookup.find(line.sku()) {
        Found::Item(item) => item,
        Found::Unpublished => {
            priced.problems.push(Problem::Unpublished);
            return priced;
        }
        Found::Unknown => {
            priced.problems.push(Problem::Unknown);
            return priced;
        }
    };
    priced.payable = item.available.of(line.quantity());
    if priced.payable == 0 {
        priced.problems.push(Problem::SoldOut);
    } else if priced.payable < line.quantity() {
        priced.problems.push(Problem::Fewer { available: priced.payable });
    }
    if let Some(seen) = line.seen().filter(|seen| *seen != item.price) {
        priced.problems.push(Problem::PriceChanged { seen });
    }
    priced.amount = Amount::from(item.price).times(priced.payable);
    priced.rate = rate(&item.tax_class);
    priced.item = Some(item);
    priced
}

/// The places of lines in the order of their SKUs, by which every rounding goes.
pub(super) fn by_sku(lines: &[PricedLine]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(lines.len());
    let sku = |place: usize| lines.get(place).map(|line| line.sku.as_str());
    for place in 0..lines.len() {
        let before = order.iter().take_while(|held| sku(**held) < sku(place)).count();
        order.insert(before, place);
    }
    order
}
