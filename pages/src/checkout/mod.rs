//! The pages of the checkout: contact and address, delivery, review and payment, and the page for when no orders are taken. Each is a plain
//! form, so that it works without scripts; the origin has decided everything that stands on them.
//!
//! | to change | open |
//! | --- | --- |
//! | contact and address | `contact.rs`; a field, its label and its messages: `field.rs` |
//! | the ways of delivery | `delivery.rs` |
//! | review, payment, the button that orders | `review.rs` |
//! | lines and costs, here and on the page of an order | `summary.rs` |
//! | the imitation of a bank, for test cards | `authenticate.rs` |
//! | the page where no orders are taken | `closed.rs` |

mod authenticate;
mod closed;
mod contact;
mod delivery;
mod field;
mod review;
pub(crate) mod summary;

pub use authenticate::authenticate;
pub use closed::{Closed, closed};
pub use contact::{ContactView, contact};
pub use delivery::{DeliveryView, delivery};
pub use review::{Declined, ReviewView, review};

use std::borrow::Cow;

use maud::{Markup, html};

use crate::contracts::CHECKOUT;
use crate::frame::Frame;
use crate::shell::document::{Kind, document};
use crate::shell::head::Head;
use crate::shell::slot::slot;
use crate::write::link::CART;

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Step {
    Contact,
    Delivery,
    Review,
}

/// A page of a step.
fn page(frame: &Frame<'_>, step: Step, title: &str, has_error: bool, main: &Markup) -> Vec<u8> {
    let title = if has_error { Cow::Owned(format!("Error: {title}")) } else { Cow::Borrowed(title) };
    let head = Head { title, description: Cow::Borrowed("Check out."), steps: Some(steps(step)), ..Head::default() };
    document(frame, Kind::Checkout, &head, &slot(frame, CHECKOUT, "", "Checkout", main))
}

/// Where the shopper is; a step that was done leads back to itself.
fn steps(current: Step) -> Markup {
    let step = |step: Step, name: &str, address: &str| {
        html! {
            li aria-current=[(step == current).then_some("step")] {
                @if step < current { a href=(address) { (name) } } @else { (name) }
            }
        }
    };
    html! {
        nav class="checkout-steps" aria-label="Steps of the checkout" {
            ol {
                li { a href=(CART) { "Cart" } }
                (step(Step::Contact, "Address", "/checkout"))
                (step(Step::Delivery, "Delivery", "/checkout/delivery"))
                (step(Step::Review, "Review", "/checkout/review"))
            }
        }
    }
}

/// What is wrong, on top of a page, with the focus on it: assistive technology reads it first, without a script.
fn problem(content: &Markup) -> Markup {
    html! {
        div class="error-summary" id="problem" role="alert" tabindex="-1" autofocus aria-labelledby="problem-heading" {
            h2 id="problem-heading" { "There is a problem" }
            (content)
        }
    }
}
