//! What the cart page shows: the cart of a request, where it goes, and what has just become of it.

use commerce::{Cart, Country, Destination, Loss, Rules};

use pages::Refusal;

use crate::cart::change::Done;
use crate::cart::form::Form;
use crate::request::Codes;

/// The address of the cart.
pub(crate) const CART: &str = "/cart";

/// What the cart page shows.
#[derive(Debug)]
pub struct CartPage {
    pub(crate) cart: Cart,
    pub(crate) losses: Vec<Loss>,
    pub(crate) destination: Destination,
    pub(crate) codes: Codes,
    pub(crate) done: Option<Done>,
    pub(crate) refusal: Option<Refusal>,
}

/// The destination that a form or an address names; whatever it lacks or has wrong is the shop's default.
pub(crate) fn destination(rules: &Rules, form: &Form) -> Destination {
    let country = form.field("country").and_then(|code| Country::parse(code).ok());
    let mut destination = match country {
        Some(country) => {
            let region = form.field("region").unwrap_or_default();
            let known = rules.regions(country).contains(&region.to_ascii_uppercase().as_str());
            let region = if known { region } else { "" };
            Destination::parse(country.code(), region).unwrap_or_else(|_| Destination::of(country))
        }
        None => rules.default_destination().clone(),
    };
    destination.method = form.field("method").map(|method| method.chars().take(60).collect());
    destination
}

/// The change that a response to a form has sent the browser here for.
pub(crate) fn noticed(form: &Form) -> Option<Done> {
    let line = |name: &str| {
        let (sku, quantity) = form.field(name)?.split_once('*')?;
        let quantity = quantity.parse().ok().filter(|quantity| (1..=commerce::MAX_QUANTITY).contains(quantity))?;
        Some((sku.to_owned(), quantity))
    };
    let added = line("added").map(|(sku, quantity)| Done::Added { sku, quantity });
    added.or_else(|| line("removed").map(|(sku, quantity)| Done::Removed { sku, quantity }))
}
