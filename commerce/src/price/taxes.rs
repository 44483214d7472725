//! Tax: shipping is spread over the goods, amounts are added up by rate, each sum is rounded once, and the tax of a rate is spread back.

use catalog::Amount;

use crate::price::spread::spread;
use crate::price::{PricedLine, Shipping, TaxGroup};
use crate::rules::rate::Rate;

/// A line's goods, or its share of the shipping.
struct Part {
    rate: Rate,
    amount: Amount,
    tax: Amount,
}

/// Charges tax on lines and shipping, and returns it by rate in ascending order.
pub(super) fn charge(
    lines: &mut [PricedLine],
    order: &[usize],
    shipping: &mut Shipping,
    is_included: bool,
) -> Vec<TaxGroup> {
    let counted: Vec<usize> =
        order.iter().copied().filter(|place| lines.get(*place).is_some_and(|line| line.payable > 0)).collect();
    let goods: Vec<(Rate, Amount)> =
        counted.iter().filter_map(|place| lines.get(*place)).map(|line| (line.rate, line.due())).collect();
    let amounts: Vec<Amount> = goods.iter().map(|(_, amount)| *amount).collect();
    let shares = spread(shipping.cost, &amounts);
    let part = |(rate, amount)| Part { rate, amount, tax: Amount::ZERO };
    let rates = goods.iter().map(|(rate, _)| *rate);
    let mut parts: Vec<Part> = goods.iter().copied().chain(rates.zip(shares)).map(part).collect();
    let groups = groups(&parts, is_included);
    for group in &groups {
        let is_in = |part: &Part| part.rate == group.rate;
        let weights: Vec<Amount> = parts.iter().filter(|part| is_in(part)).map(|part| part.amount).collect();
        for (part, tax) in parts.iter_mut().filter(|part| is_in(part)).zip(spread(group.tax, &weights)) {
            part.tax = tax;
        }
    }
    for (place, part) in counted.iter().zip(&parts) {
        if let Some(line) = lines.get_mut(*place) {
            line.tax = part.tax;
        }
    }
    shipping.tax = parts.iter().skip(counted.len()).map(|part| part.tax).sum();
    groups
}

fn groups(parts: &[Part], is_included: bool) -> Vec<TaxGroup> {
    let mut groups: Vec<TaxGroup> = Vec::new();
    for part in parts {
        if let Some(group) = groups.iter_mut().find(|group| group.rate == part.rate) {
            group.amount = group.amount.plus(part.amount);
        } else {
            let place = groups.iter().take_while(|group| group.rate < part.rate).count();
            groups.insert(place, TaxGroup { rate: part.rate, amount: part.amount, tax: Amount::ZERO });
        }
    }
    for group in &mut groups {
        group.tax = if is_included { group.rate.within(group.amount) } else { group.rate.of(group.amount) };
    }
    groups
}
