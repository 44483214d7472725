//! A priced cart as JSON: amounts are decimal numbers of the currency, as everywhere in the API.

use catalog::{Amount, Currency};
use commerce::{Cart, CodeOutcome, PricedCart, PricedCode, PricedLine, Problem};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cart::change::Refused;
use crate::document;

#[derive(Serialize)]
struct Document<'a> {
    data: Priced<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Priced<'a> {
    /// The text form, which `GET /api/cart?c=` takes.
    cart: String,
    count: u32,
    currency: &'a str,
    country: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    region: &'a str,
    is_tax_included: bool,
    lines: Vec<Line<'a>>,
    codes: Vec<AppliedCode<'a>>,
    subtotal: Money,
    discount: Money,
    shipping: Shipping<'a>,
    taxes: Vec<TaxOfRate>,
    tax: Money,
    total: Money,
    can_be_ordered: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    sku: &'a str,
    quantity: u32,
    payable: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<Product<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_price: Option<Money>,
    amount: Money,
    discount: Money,
    tax: Money,
    problems: Vec<LineProblem>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Product<'a> {
    id: &'a str,
    handle: &'a str,
    name: &'a str,
    options: &'a [String],
    image_url: &'a str,
}

#[derive(Serialize)]
struct LineProblem {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    available: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Money>,
}

#[derive(Serialize)]
struct AppliedCode<'a> {
    code: &'a str,
    status: &'static str,
    goods: Money,
    shipping: Money,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shipping<'a> {
    is_served: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    cost: Money,
    tax: Money,
    options: Vec<ShippingOption<'a>>,
}

#[derive(Serialize)]
struct ShippingOption<'a> {
    name: &'a str,
    cost: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<(u32, u32)>,
}

#[derive(Serialize)]
struct TaxOfRate {
    rate: Option<Box<RawValue>>,
    amount: Money,
    tax: Money,
}

/// A number, exact.
#[derive(Serialize)]
#[serde(transparent)]
struct Money(Option<Box<RawValue>>);

impl Money {
    fn of(currency: Currency, amount: impl Into<Amount>) -> Money {
        Money(number(currency.decimal(amount).to_string()))
    }
}

/// A decimal number; the text of one is always JSON.
fn number(text: String) -> Option<Box<RawValue>> {
    RawValue::from_string(text).ok()
}

/// The document of a cart.
pub(super) fn document(cart: &Cart, priced: &PricedCart) -> Vec<u8> {
    let money = |amount: Amount| Money::of(priced.currency, amount);
    let shipping = &priced.shipping;
    document::document(&Document {
        data: Priced {
            cart: cart.to_text(),
            count: cart.count(),
            currency: priced.currency.code(),
            country: priced.destination.country.code(),
            region: &priced.destination.region,
            is_tax_included: priced.is_tax_included,
            lines: priced.lines.iter().map(|priced_line| line(priced_line, priced.currency)).collect(),
            codes: priced.codes.iter().map(|code| self::code(code, priced.currency)).collect(),
            subtotal: money(priced.subtotal),
            discount: money(priced.discount),
            shipping: Shipping {
                is_served: shipping.is_served,
                method: shipping
                    .chosen
                    .and_then(|chosen| shipping.options.get(chosen))
                    .map(|option| option.name.as_str()),
                cost: money(shipping.cost),
                tax: money(shipping.tax),
                options: shipping
                    .options
                    .iter()
                    .map(|option| ShippingOption { name: &option.name, cost: money(option.cost), days: option.days })
                    .collect(),
            },
            taxes: priced
                .taxes
                .iter()
                .map(|group| TaxOfRate {
                    rate: number(group.rate.to_string()),
                    amount: money(group.amount),
                    tax: money(group.tax),
                })
                .collect(),
            tax: money(priced.tax),
            total: money(priced.total),
            can_be_ordered: priced.can_be_ordered(),
        },
    })
}

fn line(line: &PricedLine, currency: Currency) -> Line<'_> {
    let problem = |problem: &Problem| {
        let (kind, available, seen) = match *problem {
            Problem::Unknown => ("unknown", None, None),
            Problem::Unpublished => ("unpublished", None, None),
            Problem::SoldOut => ("sold-out", None, None),
            Problem::Fewer { available } => ("fewer", Some(available), None),
            Problem::PriceChanged { seen } => ("price-changed", None, Some(Money::of(currency, seen))),
        };
        LineProblem { kind, available, seen }
    };
    let product = line.item.as_ref().map(|item| Product {
        id: &item.product,
        handle: &item.handle,
        name: &item.name,
        options: &item.values,
        image_url: &item.picture,
    });
    Line {
        sku: &line.sku,
        quantity: line.quantity,
        payable: line.payable,
        product,
        unit_price: line.item.as_ref().map(|item| Money::of(currency, item.price)),
        amount: Money::of(currency, line.amount),
        discount: Money::of(currency, line.discount),
        tax: Money::of(currency, line.tax),
        problems: line.problems.iter().map(problem).collect(),
    }
}

fn code(priced: &PricedCode, currency: Currency) -> AppliedCode<'_> {
    let (status, goods, shipping) = match priced.outcome {
        CodeOutcome::Applied { goods, shipping, is_checked_later: false } => ("applied", goods, shipping),
        CodeOutcome::Applied { goods, shipping, is_checked_later: true } => ("applied-unless-used-up", goods, shipping),
        CodeOutcome::Unknown => ("unknown", Amount::ZERO, Amount::ZERO),
        CodeOutcome::Unchecked => ("unchecked", Amount::ZERO, Amount::ZERO),
        CodeOutcome::NotYet => ("not-yet", Amount::ZERO, Amount::ZERO),
        CodeOutcome::Over => ("over", Amount::ZERO, Amount::ZERO),
        CodeOutcome::NothingEligible => ("nothing-eligible", Amount::ZERO, Amount::ZERO),
        CodeOutcome::BelowMinimum { .. } => ("below-minimum", Amount::ZERO, Amount::ZERO),
        CodeOutcome::UsedUp => ("used-up", Amount::ZERO, Amount::ZERO),
        CodeOutcome::UsedByCustomer => ("used-by-customer", Amount::ZERO, Amount::ZERO),
        CodeOutcome::NotCombinable => ("not-combinable", Amount::ZERO, Amount::ZERO),
    };
    let money = |amount| Money::of(currency, amount);
    AppliedCode { code: priced.code.as_str(), status, goods: money(goods), shipping: money(shipping) }
}

/// Why a line was not added, for programs.
pub(super) fn detail(refused: &Refused) -> String {
    match refused {
        Refused::Quantity { sent } => {
            format!(
                "`quantity` must be a whole number from 1 to {}, and the line's sum as well, not `{sent}`",
                commerce::MAX_QUANTITY
            )
        }
        Refused::SoldOut { .. } => "`sku`: none is left".to_owned(),
        Refused::Fewer { available, held, .. } => {
            format!("`quantity`: only {available} can be bought, and the cart has {held} of them")
        }
        Refused::Full => format!("the cart has room for {} different items", commerce::MAX_LINES),
        _ => "`sku`: nothing of that SKU is sold".to_owned(),
    }
}
