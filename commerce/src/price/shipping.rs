//! The ways in which a cart can be sent, and the one that counts.

use catalog::Amount;

use crate::place::Destination;
use crate::price::{PricedLine, Shipping, ShippingOption};
use crate::rules::Rules;
use crate::rules::places::closest;

/// The shipping of a cart, and what a discount took off it.
pub(super) struct Sent {
    pub(super) shipping: Shipping,
    pub(super) off: Amount,
}

/// The options at a destination, and the chosen one. A discount takes off what the cheapest option costs.
pub(super) fn choose(rules: &Rules, destination: &Destination, lines: &[PricedLine], is_free: bool) -> Sent {
    let mut sent = Sent { shipping: Shipping { is_served: true, ..Shipping::default() }, off: Amount::ZERO };
    let is_anything_sent = lines.iter().any(|line| line.payable > 0);
    if rules.zones.is_empty() || !is_anything_sent {
        return sent;
    }
    let shipping = &mut sent.shipping;
    let Some(zone) = closest(&rules.zones, destination, |zone| &zone.places) else {
        shipping.is_served = false;
        return sent;
    };
    let value: Amount = lines.iter().map(PricedLine::due).sum();
    let weight = lines.iter().fold(0_u64, |sum, line| {
        let one = line.item.as_ref().map_or(0, |item| u64::from(item.weight));
        sum.saturating_add(one.saturating_mul(line.payable.into()))
    });
    let costs = zone.methods.iter().filter_map(|method| Some((method, method.cost(value, weight)?)));
    let cheapest = costs.clone().map(|(_, cost)| cost).min().unwrap_or_default();
    let off = if is_free { cheapest } else { Amount::ZERO };
    let mut methods = Vec::new();
    for (method, cost) in costs {
        let option = ShippingOption { name: method.name.clone(), days: method.days, cost: cost.minus(off) };
        shipping.options.push(option);
        methods.push(method);
    }
    let named =
        destination.method.as_ref().and_then(|name| shipping.options.iter().position(|option| option.name == *name));
    let least = shipping.options.iter().map(|option| option.cost).min();
    shipping.chosen = named.or_else(|| shipping.options.iter().position(|option| Some(option.cost) == least));
    shipping.is_served = shipping.chosen.is_some();
    if let Some(option) = shipping.chosen.and_then(|chosen| shipping.options.get(chosen)) {
        shipping.cost = option.cost;
        sent.off = off;
    }
    let method = shipping.chosen.and_then(|chosen| methods.get(chosen));
    shipping.missing_for_free = method
        .and_then(|method| method.free_from())
        .filter(|free_from| shipping.cost > Amount::ZERO && *free_from > value)
        .map(|free_from| free_from.minus(value));
    sent
}
