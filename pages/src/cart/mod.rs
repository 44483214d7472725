//! The cart page: what is in it, what it costs, and what a shopper should know before checking out. Works without scripts: every change is
//! a form, and the page that follows says what was done.
//!
//! | to change | open |
//! | --- | --- |
//! | a line of the cart | `lines.rs` |
//! | costs, estimate, codes | `summary.rs` |
//! | what was done, what was refused, what was lost, in words | `words.rs` |

mod lines;
mod summary;
pub(crate) mod words;

use std::borrow::Cow;

use commerce::{Country, Loss, MAX_QUANTITY, PricedCart};
use maud::{Markup, html};

use crate::frame::Frame;
use crate::shell::document::{Kind, breadcrumb, document};
use crate::shell::head::Head;
use crate::shell::structured::Crumb;
use crate::write::link::LISTING;

const CRUMBS: [Crumb<'static>; 2] = [Crumb { name: "Home", path: Some("/") }, Crumb { name: "Cart", path: None }];

/// A cart, and what has just become of it.
#[derive(Debug)]
pub struct CartView<'a> {
    /// The cart with its costs.
    pub cart: &'a PricedCart,
    /// What was done.
    pub notice: Option<CartNotice>,
    /// What was refused.
    pub refusal: Option<Refusal>,
    /// What was lost of a damaged cart.
    pub losses: &'a [Loss],
    /// The countries that the shop delivers to; none where it has no rules of shipping.
    pub countries: Vec<Country>,
    /// The regions of the destination's country that rules name.
    pub regions: Vec<&'a str>,
    /// Whether the shop takes orders at all.
    pub takes_orders: bool,
}

/// Something that is sold, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its SKU.
    pub sku: String,
    /// The name of its product.
    pub name: String,
    /// The values of its options.
    pub values: Vec<String>,
    /// What the address of its page ends in.
    pub handle: String,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CartNotice {
    /// So many were added.
    Added {
        /// What was.
        item: Named,
        /// How many.
        quantity: u32,
    },
    /// A line was taken out.
    Removed {
        /// What was.
        item: Named,
        /// How many there were.
        quantity: u32,
    },
}

/// A form that was refused: the reason, and what the form shows again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, which stands above the form.
    pub alert: CartAlert,
    /// What was sent.
    pub sent: Sent,
}

/// The fields of a refused form that its page shows again, as they were sent, at most 64 characters each; empty where the form has no such field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The line whose quantity was to change.
    pub sku: String,
    /// The quantity.
    pub quantity: String,
    /// Names and values of the options that were chosen.
    pub options: Vec<(String, String)>,
    /// The code.
    pub code: String,
}

/// Why a change was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CartAlert {
    /// No quantity.
    Quantity {
        /// What was sent.
        sent: String,
    },
    /// Nothing of that SKU is sold.
    Unknown,
    /// No variant has the chosen values.
    NoSuchVariant,
    /// These options were not chosen.
    Choose {
        /// Their names.
        options: Vec<String>,
    },
    /// None is left.
    SoldOut {
        /// Of this.
        item: Option<Named>,
    },
    /// Fewer are left than were wanted.
    Fewer {
        /// Of this.
        item: Option<Named>,
        /// How many.
        available: u32,
        /// How many the cart has.
        held: u32,
    },
    /// No room for another line.
    Full,
    /// No such code.
    UnknownCode {
        /// What was sent.
        sent: String,
    },
    /// A code that holds later, or no longer.
    CodeNotNow {
        /// The code.
        code: String,
        /// Whether it no longer holds.
        is_over: bool,
    },
    /// No room for another code.
    TooManyCodes,
}

impl CartAlert {
    /// The largest quantity that a form can be sent with after the refusal.
    pub(crate) fn most(&self) -> u32 {
        match self {
            CartAlert::SoldOut { .. } => 0,
            CartAlert::Fewer { available, .. } => (*available).min(MAX_QUANTITY),
            _ => MAX_QUANTITY,
        }
    }
}

/// The cart page.
pub fn cart(frame: &Frame<'_>, view: &CartView<'_>) -> Vec<u8> {
    let head = Head {
        title: Cow::Borrowed("Your cart"),
        description: Cow::Borrowed("What you want to buy, and what it costs."),
        no_index: true,
        ..Head::default()
    };
    let main = html! {
        (breadcrumb(&CRUMBS))
        section class="cart" id="cart" data-count=(count(view.cart)) aria-labelledby="cart-heading" {
            h1 id="cart-heading" tabindex="-1" { "Your cart" }
            @if let Some(notice) = &view.notice { (words::notice(notice, view.cart)) }
            @if let Some(refusal) = &view.refusal { (words::alert(&refusal.alert)) }
            @if !view.losses.is_empty() { (words::losses(view.losses)) }
            @if view.cart.lines.is_empty() { (empty(view)) } @else {
                div class="cart-columns" {
                    (lines::list(frame, view))
                    (summary::aside(frame, view))
                }
            }
        }
    };
    document(frame, Kind::Other, &head, &main)
}

fn empty(view: &CartView<'_>) -> Markup {
    html! {
        div class="cart-empty" {
            p { "There is nothing in it yet. What you add stays here for 90 days, in this browser." }
            @if !view.cart.codes.is_empty() { (summary::codes(view)) }
            p class="notice-actions" {
                a class="button" href=(LISTING) { "See all products" }
                a class="button button-quiet" href="/products?sort=rating" { "Best rated" }
            }
        }
    }
}

/// How many things are in a cart.
fn count(cart: &PricedCart) -> u32 {
    cart.lines.iter().map(|line| line.quantity).sum()
}

/// The fields by which a form keeps the destination of the page that it stands in.
fn kept(cart: &PricedCart) -> Markup {
    let destination = &cart.destination;
    html! {
        input type="hidden" name="country" value=(destination.country.code());
        @if !destination.region.is_empty() { input type="hidden" name="region" value=(destination.region); }
        @if let Some(method) = &destination.method { input type="hidden" name="method" value=(method); }
    }
}
