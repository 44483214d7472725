//! What a cart costs: lines, then discounts, then shipping, then tax, once each. Nothing here is a promise of stock or of a use of a code.
//!
//! | to change | open |
//! | --- | --- |
//! | the price and the problems of a line | `lines.rs` |
//! | which codes hold, what they take off | `discounts.rs` |
//! | the methods of shipping and their cost | `shipping.rs` |
//! | tax, the only rounding of it | `taxes.rs` |
//! | parts that add up to a whole | `spread.rs` |

mod discounts;
mod lines;
mod shipping;
mod spread;
mod taxes;

use std::sync::Arc;

use catalog::{Amount, Currency, Price};

use crate::cart::Cart;
use crate::cart::code::Code;
use crate::lookup::{Item, Lookup};
use crate::place::Destination;
use crate::rules::Rules;
use crate::rules::rate::Rate;

/// A cart with its costs. The total is the sum of its parts to the minor unit: `subtotal - discount + shipping.cost`, and `tax` where
/// prices do not include it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedCart {
    /// The currency of all amounts.
    pub currency: Currency,
    /// Where it goes.
    pub destination: Destination,
    /// Whether all amounts include tax.
    pub is_tax_included: bool,
    /// The lines, in the order of the cart.
    pub lines: Vec<PricedLine>,
    /// The codes, in the order of the cart.
    pub codes: Vec<PricedCode>,
    /// The goods before discounts.
    pub subtotal: Amount,
    /// The part of the goods that discounts take off.
    pub discount: Amount,
    /// How it is sent.
    pub shipping: Shipping,
    /// Tax by rate, in ascending order.
    pub taxes: Vec<TaxGroup>,
    /// All tax.
    pub tax: Amount,
    /// The amount that is due.
    pub total: Amount,
}

/// A line with its costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// What is bought.
    pub sku: String,
    /// How many are in the cart.
    pub quantity: u32,
    /// How many of them count: 0 for what cannot be bought, and no more than are available.
    pub payable: u32,
    /// What is known of it; nothing of a SKU that is unknown or not sold.
    pub item: Option<Arc<Item>>,
    /// The price of those that count, before discounts.
    pub amount: Amount,
    /// The part that discounts take off.
    pub discount: Amount,
    /// The rate of its tax.
    pub rate: Rate,
    /// Its part of the tax.
    pub tax: Amount,
    /// What the shopper should know.
    pub problems: Vec<Problem>,
}

/// What a shopper should know of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The shop has nothing of that SKU.
    Unknown,
    /// It is not sold now.
    Unpublished,
    /// None is left.
    SoldOut,
    /// Fewer are available than are in the cart.
    Fewer {
        /// How many are.
        available: u32,
    },
    /// The price is another one than the shopper saw last.
    PriceChanged {
        /// The price then.
        seen: Price,
    },
}

/// A code and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedCode {
    /// The code.
    pub code: Code,
    /// What came of it.
    pub outcome: CodeOutcome,
}

/// What came of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeOutcome {
    /// It takes something off.
    Applied {
        /// The part of the goods.
        goods: Amount,
        /// The part of the shipping.
        shipping: Amount,
        /// Whether a limit on its uses remains to be checked when the order is placed.
        is_checked_later: bool,
    },
    /// There is no such code.
    Unknown,
    /// The host does not say, since too many codes were tried. It takes nothing off.
    Unchecked,
    /// It begins to hold later.
    NotYet,
    /// It no longer holds.
    Over,
    /// Nothing in the cart that it is for.
    NothingEligible,
    /// The goods that it is for are worth less than they must.
    BelowMinimum {
        /// The least value.
        minimum: Amount,
        /// Their value.
        value: Amount,
    },
    /// It has been used as often as it may be.
    UsedUp,
    /// This customer has used it.
    UsedByCustomer,
    /// It cannot be used together with others, which take more off.
    NotCombinable,
}

/// How a cart is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shipping {
    /// The ways in which it can be, in the merchant's order.
    pub options: Vec<ShippingOption>,
    /// Which of them is chosen: the one that the destination names, else the cheapest. `None` where the shop does not deliver.
    pub chosen: Option<usize>,
    /// The cost of that one, after discounts.
    pub cost: Amount,
    /// Its part of the tax.
    pub tax: Amount,
    /// Whether the shop delivers to the destination at all, whatever the weight.
    pub is_served: bool,
    /// The value of goods that is missing until the chosen method costs nothing.
    pub missing_for_free: Option<Amount>,
}

/// A way in which a cart can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippingOption {
    /// Its name, unique among the options.
    pub name: String,
    /// Working days, the fewest and the most.
    pub days: Option<(u32, u32)>,
    /// The cost after discounts.
    pub cost: Amount,
}

/// The tax of one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaxGroup {
    /// The rate.
    pub rate: Rate,
    /// What it is charged on: the amounts of goods and shipping, with the tax where it is included.
    pub amount: Amount,
    /// The tax.
    pub tax: Amount,
}

/// How often codes have been used. The edge does not know.
#[derive(Clone, Copy, Debug)]
pub enum Usage<'a> {
    /// Nothing is known: limits are checked when the order is placed.
    Unchecked,
    /// How often a code was used in all, and whether by this customer.
    Known(&'a dyn UsageOf),
}

/// The uses of a code.
pub trait UsageOf: core::fmt::Debug {
    /// How often a code was used in all, and whether this customer did.
    fn of(&self, code: &Code) -> (u32, bool);
}

/// Prices a cart. `now` is in milliseconds since 1970. The order of lines changes no amount.
pub fn price(
    cart: &Cart,
    lookup: &impl Lookup,
    rules: &Rules,
    destination: &Destination,
    now: u64,
    usage: Usage<'_>,
) -> PricedCart {
    let is_tax_included = rules.is_tax_included(destination.country);
    let mut lines: Vec<PricedLine> = cart
        .lines()
        .iter()
        .map(|line| lines::price(line, lookup, |class| rules.tax_rate(class, destination, now)))
        .collect();
    let order = lines::by_sku(&lines);
    let taken = discounts::apply(cart.codes(), rules, &mut lines, &order, now, usage);
    let sent = shipping::choose(rules, destination, &lines, taken.is_shipping_free);
    let mut shipping = sent.shipping;
    let taxes = taxes::charge(&mut lines, &order, &mut shipping, is_tax_included);
    let sum = |part: fn(&PricedLine) -> Amount| lines.iter().map(part).sum::<Amount>();
    let (subtotal, discount) = (sum(|line| line.amount), sum(|line| line.discount));
    let tax: Amount = taxes.iter().map(|group| group.tax).sum();
    let goods_and_shipping = subtotal.minus(discount).plus(shipping.cost);
    PricedCart {
        currency: rules.currency(),
        destination: destination.clone(),
        is_tax_included,
        codes: discounts::outcomes(taken, sent.off),
        subtotal,
        discount,
        shipping,
        taxes,
        tax,
        total: if is_tax_included { goods_and_shipping } else { goods_and_shipping.plus(tax) },
        lines,
    }
}

impl PricedCart {
    /// Whether everything in it can be ordered as it stands: something counts, every line counts in full, and there is a way to send it.
    pub fn can_be_ordered(&self) -> bool {
        !self.lines.is_empty()
            && self.lines.iter().all(|line| line.payable == line.quantity)
            && (self.shipping.chosen.is_some() || self.shipping.is_served)
    }
}

impl PricedLine {
    /// What is due for the line, without shipping.
    pub fn due(&self) -> Amount {
        self.amount.minus(self.discount)
    }
}
