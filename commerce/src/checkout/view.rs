//! A checkout as its page has it.

use catalog::Amount;
use serde::{Deserialize, Serialize};

use crate::checkout::contact::Contact;
use crate::checkout::later;
use crate::checkout::number::OrderNumber;
use crate::price::{CodeOutcome, PricedCart, PricedLine, Problem};
use crate::states::order::OrderState;
use crate::states::payment::PaymentState;

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// By invoice, after delivery.
    Invoice,
    /// To the carrier.
    OnDelivery,
    /// With a card that charges nobody. Never in production.
    TestCard,
    /// At Stripe's page.
    Stripe,
}

/// A checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckoutView {
    /// Its id, which with its key opens it.
    pub id: String,
    /// Who gets the order, once that was typed and checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Goods and costs, priced by the origin at this moment, or as ordered.
    pub summary: Summary,
    /// Whether it could be ordered now.
    pub is_ready: bool,
    /// The ways in which it can be paid, in the merchant's order. Those that a later release has are left out: this one can offer none of them.
    #[serde(deserialize_with = "later::ways")]
    pub ways: Vec<Way>,
    /// The order that it has become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderOfCheckout>,
}

/// The order of a checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderOfCheckout {
    /// Its number.
    pub number: OrderNumber,
    /// Its state.
    #[serde(deserialize_with = "later::order")]
    pub state: OrderState,
    /// The state of its last payment.
    #[serde(deserialize_with = "later::payment")]
    pub payment: PaymentState,
    /// The address where that payment goes on, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Goods and costs. The total is `subtotal - discount + shipping.cost`, and `tax` where prices do not include it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The text of the cart.
    pub cart: String,
    /// The currency of all amounts (ISO 4217).
    pub currency: String,
    /// The country that it goes to (ISO 3166-1).
    pub country: String,
    /// The region there; empty for none.
    #[serde(default)]
    pub region: String,
    /// Whether amounts include tax.
    pub is_tax_included: bool,
    /// The lines.
    pub lines: Vec<SummaryLine>,
    /// The codes.
    pub codes: Vec<SummaryCode>,
    /// The goods before discounts.
    pub subtotal: u64,
    /// What discounts take off the goods.
    pub discount: u64,
    /// How it is sent.
    pub shipping: SummaryShipping,
    /// Tax by rate.
    pub taxes: Vec<SummaryTax>,
    /// All tax.
    pub tax: u64,
    /// What is due.
    pub total: u64,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryLine {
    /// What is bought.
    pub sku: String,
    /// The name of its product; the SKU where the shop has it no more.
    pub name: String,
    /// The values of its options.
    pub values: Vec<String>,
    /// What the address of its page ends in; empty where it has none.
    #[serde(default)]
    pub handle: String,
    /// The address of its picture; empty where it has none.
    #[serde(default)]
    pub picture: String,
    /// How many were asked for.
    pub quantity: u32,
    /// How many of them can be bought.
    pub payable: u32,
    /// The price of one.
    pub unit: u64,
    /// The price of those that can be bought.
    pub amount: u64,
    /// What discounts take off.
    pub discount: u64,
    /// The rate of its tax in thousandths of a percent.
    pub rate: u32,
    /// Its part of the tax.
    pub tax: u64,
}

/// A code that was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryCode {
    /// The code.
    pub code: String,
    /// Whether it takes something off.
    pub is_applied: bool,
}

/// How it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryShipping {
    /// The ways in which it can be.
    pub options: Vec<SummaryOption>,
    /// The name of the one that is chosen; empty where nothing is sent anywhere.
    #[serde(default)]
    pub method: String,
    /// Its cost, after discounts.
    pub cost: u64,
    /// Its part of the tax.
    pub tax: u64,
}

/// A way in which it can be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryOption {
    /// Its name.
    pub name: String,
    /// Its cost after discounts.
    pub cost: u64,
    /// Working days, the fewest and the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<(u32, u32)>,
}

/// The tax of one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryTax {
    /// The rate in thousandths of a percent.
    pub rate: u32,
    /// What it is charged on.
    pub amount: u64,
    /// The tax.
    pub tax: u64,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 4] = [Way::Invoice, Way::OnDelivery, Way::TestCard, Way::Stripe];

    /// The name in requests, forms and the database.
    pub fn name(self) -> &'static str {
        match self {
            Way::Invoice => "invoice",
            Way::OnDelivery => "on-delivery",
            Way::TestCard => "test-card",
            Way::Stripe => "stripe",
        }
    }

    /// The way of a name.
    pub fn of(name: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.name() == name)
    }

    /// Whether an order is binding before it is paid.
    pub fn is_later(self) -> bool {
        matches!(self, Way::Invoice | Way::OnDelivery)
    }
}

impl Summary {
    /// The summary of a cart that was priced.
    pub fn of(cart: String, priced: &PricedCart) -> Summary {
        let shipping = &priced.shipping;
        let option = |option: &crate::ShippingOption| SummaryOption {
            name: option.name.clone(),
            cost: option.cost.minor(),
            days: option.days,
        };
        let method = shipping.chosen.and_then(|chosen| shipping.options.get(chosen));
        Summary {
            cart,
            currency: priced.currency.code().to_owned(),
            country: priced.destination.country.code().to_owned(),
            region: priced.destination.region.clone(),
            is_tax_included: priced.is_tax_included,
            lines: priced.lines.iter().map(line).collect(),
            codes: priced
                .codes
                .iter()
                .map(|code| SummaryCode {
                    code: code.code.as_str().to_owned(),
                    is_applied: matches!(code.outcome, CodeOutcome::Applied { .. }),
                })
                .collect(),
            subtotal: priced.subtotal.minor(),
            discount: priced.discount.minor(),
            shipping: SummaryShipping {
                options: shipping.options.iter().map(option).collect(),
                method: method.map(|method| method.name.clone()).unwrap_or_default(),
                cost: shipping.cost.minor(),
                tax: shipping.tax.minor(),
            },
            taxes: priced
                .taxes
                .iter()
                .map(|group| SummaryTax {
                    rate: group.rate.thousandths(),
                    amount: group.amount.minor(),
                    tax: group.tax.minor(),
                })
                .collect(),
            tax: priced.tax.minor(),
            total: priced.total.minor(),
        }
    }
}

impl SummaryLine {
    /// Whether all that was asked for can be bought.
    pub fn is_whole(&self) -> bool {
        self.payable == self.quantity
    }

    /// What is due for it, without shipping.
    pub fn due(&self) -> Amount {
        Amount::from_minor(self.amount).minus(Amount::from_minor(self.discount))
    }
}

fn line(line: &PricedLine) -> SummaryLine {
    let item = line.item.as_deref();
    let is_lost = line.problems.iter().any(|problem| matches!(problem, Problem::Unknown | Problem::Unpublished));
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    SummaryLine {
        sku: line.sku.clone(),
        name: item.map_or_else(|| line.sku.clone(), |item| item.name.clone()),
        values: item.map(|item| item.values.clone()).unwrap_or_default(),
        handle: if is_lost { String::new() } else { text(item.map(|item| &item.handle)) },
        picture: text(item.map(|item| &item.picture)),
        quantity: line.quantity,
        payable: line.payable,
        unit: item.map_or(0, |item| item.price.minor()),
        amount: line.amount.minor(),
        discount: line.discount.minor(),
        rate: line.rate.thousandths(),
        tax: line.tax.minor(),
    }
}
