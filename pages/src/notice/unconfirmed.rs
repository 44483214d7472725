//! What a page says when nobody has confirmed prices and stock for a while: that they are those of a time, and nothing that may be
//! wrong by now. Knows no clock; the time comes as words.

use maud::{Markup, html};

/// Prices and stock that nobody has confirmed lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unconfirmed<'a> {
    /// When they were last confirmed, such as `26 November 2026, 14:05 UTC`; `None` when this is not known.
    pub since: Option<&'a str>,
}

impl Unconfirmed<'_> {
    /// The line above every page.
    pub(crate) fn banner(self) -> Markup {
        html! {
            aside class="unconfirmed" aria-label="About prices and stock" {
                p class="wrap" {
                    @match self.since {
                        Some(since) => { "Prices and stock are as of " (since) " and may have changed since." },
                        None => "Prices and stock are not confirmed at the moment and may have changed.",
                    }
                }
            }
        }
    }

    /// What stands beside the price and the availability of one product.
    pub(crate) fn note(self) -> Markup {
        html! {
            p class="product-as-of" {
                @match self.since {
                    Some(since) => { "Price and availability as of " (since) },
                    None => "Price and availability not confirmed at the moment",
                }
            }
        }
    }
}
