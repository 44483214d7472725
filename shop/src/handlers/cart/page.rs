//! The cart page: the cart of the request's cookie at this moment's prices, for the destination that its address names.

use catalog::Catalog;
use commerce::{Cart, Code, CodeOutcome, Destination, PricedCart, PricedCode, Salvaged, Usage, price};
use pages::{CartNotice, CartView, Named};

use crate::cart::change::{Done, named};
use crate::cart::form::Form;
use crate::cart::items::Items;
use crate::cart::page::{CartPage, destination, noticed};
use crate::request::{Codes, Incoming};
use crate::shop::Shop;

impl Shop {
    /// The page of a GET: notice and destination come from its address.
    pub(crate) fn cart_page(&self, request: &Incoming<'_>) -> CartPage {
        let Salvaged { cart, losses } = self.cart_cookies.read(request.cookies());
        let form = Form::read(request.query.as_bytes());
        let destination = destination(&self.rules.current(), &form);
        CartPage { cart, losses, destination, codes: request.codes(), done: noticed(&form), refusal: None }
    }

    /// What the current edition, which is `catalog`, knows of SKUs at this moment.
    pub(crate) fn items<'a>(&'a self, catalog: &'a Catalog, now: f64) -> Items<'a> {
        self.known_items.of(&self.catalogs.revision(), catalog, self.catalogs.unconfirmed(now).is_none())
    }

    /// Prices a cart at this moment. Hidden codes take nothing off.
    pub(crate) fn price_cart(&self, cart: &Cart, destination: &Destination, now: f64, codes: Codes) -> PricedCart {
        let catalog = &*self.catalogs.current();
        let items = self.items(catalog, now);
        let rules = self.rules.current();
        let price = |cart: &Cart| price(cart, &items, &rules, destination, milliseconds(now), Usage::Unchecked);
        if codes == Codes::Shown {
            return price(cart);
        }
        let mut bare = cart.clone();
        bare.keep_codes(|_| false);
        let hidden = |code: &Code| PricedCode { code: code.clone(), outcome: CodeOutcome::Unchecked };
        PricedCart { codes: cart.codes().iter().map(hidden).collect(), ..price(&bare) }
    }

    fn named(&self, sku: &str) -> Option<Named> {
        let catalog = &*self.catalogs.current();
        let item = self.known_items.of(&self.catalogs.revision(), catalog, true).item(sku)?;
        Some(named(sku, &item))
    }

    /// The page's bytes.
    pub(crate) fn cart_html(&self, frame: &pages::Frame<'_>, page: &CartPage, now: f64) -> Vec<u8> {
        let priced = self.price_cart(&page.cart, &page.destination, now, page.codes);
        let name = |sku: &str| self.named(sku);
        let rules = self.rules.current();
        let view = CartView {
            notice: page.done.as_ref().and_then(|done| match done {
                Done::Added { sku, quantity } => Some(CartNotice::Added { item: name(sku)?, quantity: *quantity }),
                Done::Removed { sku, quantity } => Some(CartNotice::Removed { item: name(sku)?, quantity: *quantity }),
                Done::Set | Done::Code => None,
            }),
            refusal: page.refusal.clone(),
            losses: &page.losses,
            countries: rules.countries().to_vec(),
            regions: rules.regions(page.destination.country),
            cart: &priced,
            takes_orders: self.source.is_some(),
        };
        pages::cart(frame, &view)
    }
}

/// The clock of a host in whole milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest number of the range"
)]
fn milliseconds(now: f64) -> u64 {
    now as u64
}
