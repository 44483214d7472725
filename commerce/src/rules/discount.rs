//! Discounts by code: what one is worth, and what it is for.

use catalog::Amount;

use crate::cart::code::Code;
use crate::lookup::Item;
use crate::rules::period::Period;
use crate::rules::rate::Rate;

/// A discount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Discount {
    pub(crate) code: Code,
    pub(crate) worth: Worth,
    /// The least value of the goods that it is for.
    pub(crate) minimum: Amount,
    /// Ids of products, and names of categories, that it is for; neither for everything.
    pub(crate) products: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) period: Period,
    pub(crate) uses: Option<u32>,
    pub(crate) is_once_per_customer: bool,
    pub(crate) is_combinable: bool,
}

/// What a discount takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// A share of the goods that it is for.
    Share(Rate),
    /// An amount of the goods that it is for, at most all of it.
    Amount(Amount),
    /// The cost of the cheapest method of shipping.
    Shipping,
}

impl Discount {
    /// Whether it is for a product.
    pub(crate) fn is_for(&self, item: &Item) -> bool {
        let is_for_all = self.products.is_empty() && self.categories.is_empty();
        is_for_all
            || self.products.contains(&item.product)
            || item.categories.iter().any(|category| self.categories.contains(category))
    }

    /// Whether the origin alone can tell if it may be used once more.
    pub(crate) fn is_counted(&self) -> bool {
        self.uses.is_some() || self.is_once_per_customer
    }
}
