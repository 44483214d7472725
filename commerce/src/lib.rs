//! The rules of selling: the cart and its text form, and what a cart costs by the merchant's rules of tax, shipping and discounts.
//! Pure: no I/O, no clock, no randomness, no environment. Money is integers in the currency's minor unit; products come through [`Lookup`].
//!
//! | to change … | open |
//! | --- | --- |
//! | lines, quantities and codes of a cart, their limits | `cart/` |
//! | the text of a cart in a cookie or an address | `cart/text.rs` |
//! | a rule of tax, shipping or discounts, and its checks | `rules/` |
//! | what a cart costs, the only rounding | `price/` |
//! | what a cart has to know about something that is sold | `lookup.rs` |
//! | what a catalog knows of something that is sold | `sold.rs` |
//! | the states of orders, payments, fulfilments and holds | `states/` |
//! | requests and views of checkouts and orders, the contact form | `checkout/` |
//! | countries and their names | `place.rs`, `countries.txt` |
//!
//! Imports go in one direction: `cart`, `place`, `lookup` and `sold`, then `rules`, then `price`, then `checkout`. `states` stands by itself.

mod cart;
pub mod checkout;
mod lookup;
mod place;
mod price;
mod rules;
mod sold;
mod states;

pub use crate::cart::code::{Code, CodeError};
pub use crate::cart::text::{Loss, MAX_TEXT_LENGTH, Salvaged, TextError};
pub use crate::cart::{Cart, EditError, Line, MAX_CODES, MAX_LINES, MAX_QUANTITY};
pub use crate::checkout::number::{OrderNumber, OrderNumberError};
pub use crate::lookup::{Availability, Found, Item, Lookup};
pub use crate::place::{Country, Destination, PlaceError};
pub use crate::price::{
    CodeOutcome, PricedCart, PricedCode, PricedLine, Problem, Shipping, ShippingOption, TaxGroup, Usage, UsageOf, price,
};
pub use crate::rules::rate::Rate;
pub use crate::rules::{CodeLimits, Rules, RulesError, UsualShipping};
pub use crate::sold::{SoldItem, sold};
pub use crate::states::fulfilment::{FulfilmentEvent, FulfilmentState};
pub use crate::states::hold::{HoldEvent, HoldState};
pub use crate::states::list::OrderList;
pub use crate::states::order::{OrderEvent, OrderState};
pub use crate::states::payment::{Facts, FactsError, Payment, PaymentState, Standing};
pub use crate::states::{NoTransition, UnknownState};
