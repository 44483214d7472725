//! What a checkout costs, with the catalog and the stock of this moment, and what is held for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{Catalog, StockPolicy};
use commerce::checkout::{Contact, Summary};
use commerce::{
    Availability, Cart, CodeOutcome, Destination, Found, Item, Lookup, PricedCart, Rules, Usage, price, sold,
};

use crate::clock;
use crate::store::checkout::Checkout;
use crate::store::orders::holds::Wanted;
use crate::store::orders::place::Known;
use crate::store::stock::Level;

/// A checkout with its costs.
pub(super) struct Priced {
    pub(super) cart: PricedCart,
    pub(super) summary: Summary,
    /// What has to be held, in the order of SKUs.
    pub(super) wanted: Vec<Wanted>,
    /// Whether it can be ordered as it stands.
    pub(super) is_whole: bool,
}

/// The goods of a cart by their SKU, with the stock of record in place of the edition's own.
struct Goods(BTreeMap<String, (Arc<Item>, StockPolicy)>);

impl Goods {
    /// Looks each SKU of a cart up, once.
    fn of(cart: &Cart, catalog: &Catalog, known: &Known) -> Goods {
        let goods = cart.lines().iter().filter_map(|line| {
            let mut found = sold(catalog, line.sku())?;
            if found.policy == StockPolicy::Deny {
                // A SKU that is not in the book yet is not sold: its hold would find no row.
                let available = known.levels.get(line.sku()).map_or(0, Level::available);
                found.item.available = Availability::Limited(available);
            }
            Some((line.sku().to_owned(), (Arc::new(found.item), found.policy)))
        });
        Goods(goods.collect())
    }
}

impl Lookup for Goods {
    fn find(&self, sku: &str) -> Found {
        self.0.get(sku).map_or(Found::Unknown, |(item, _)| Found::Item(Arc::clone(item)))
    }
}

/// Prices a checkout.
pub(super) fn priced(checkout: &Checkout, known: &Known, rules: &Rules, catalog: &Catalog) -> Priced {
    let cart = Cart::salvage(checkout.cart.as_bytes()).cart;
    let typed = checkout.contact.as_ref().and_then(Contact::destination);
    let mut destination = typed.unwrap_or_else(|| rules.default_destination().clone());
    destination.method = Some(checkout.method.clone()).filter(|method| !method.is_empty());
    let goods = Goods::of(&cart, catalog, known);
    let now = u64::try_from(clock::now()).unwrap_or_default();
    let priced = price(&cart, &goods, rules, &destination, now, Usage::Known(known));
    let mut wanted: Vec<Wanted> = cart
        .lines()
        .iter()
        .filter_map(|line| {
            let (_, policy) = goods.0.get(line.sku())?;
            Some(Wanted { sku: line.sku().to_owned(), quantity: line.quantity(), policy: *policy })
        })
        .collect();
    wanted.sort_by(|a, b| a.sku.cmp(&b.sku));
    let is_as_chosen = is_sent_as_chosen(&priced, &destination);
    Priced {
        summary: Summary::of(cart.to_text(), &priced),
        is_whole: priced.can_be_ordered() && is_as_chosen,
        wanted,
        cart: priced,
    }
}

/// Whether it is sent in the way that the shopper chose. Another one would cost and take another time; where there is one way alone, as for
/// another country, there was nothing to choose.
fn is_sent_as_chosen(priced: &PricedCart, destination: &Destination) -> bool {
    let Some(method) = &destination.method else { return true };
    if priced.shipping.options.len() == 1 {
        return true;
    }
    let chosen = priced.shipping.chosen.and_then(|chosen| priced.shipping.options.get(chosen));
    chosen.is_none_or(|chosen| chosen.name == *method)
}

impl Priced {
    /// The codes that take something off and are counted.
    pub(super) fn counted(&self, rules: &Rules) -> Vec<(commerce::Code, commerce::CodeLimits)> {
        let applied = self.cart.codes.iter().filter(|code| matches!(code.outcome, CodeOutcome::Applied { .. }));
        let limited = applied.filter_map(|code| Some((code.code.clone(), rules.limits_of(&code.code)?)));
        let mut counted: Vec<_> =
            limited.filter(|(_, limits)| limits.uses.is_some() || limits.is_once_per_customer).collect();
        counted.sort_by(|(a, _), (b, _)| a.cmp(b));
        counted
    }
}
