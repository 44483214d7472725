//! The cart page: the cart of the request's cookie at this moment's prices, for the destination that its address names.

use commerce::{Cart, Destination, PricedCart, Rules, Salvaged, Usage, price};
use pages::{CartAlert, CartNotice, CartView, Named};

use crate::cart::change::{Done, Refused};
use crate::cart::form::Form;
use crate::cart::items::Items;
use crate::cart::page::{CartPage, destination, noticed};
use crate::request::Incoming;
use crate::shop::Shop;

impl Shop {
    /// The page of a GET: notice and destination come from its address.
    pub(crate) fn cart_page(&self, request: &Incoming<'_>) -> CartPage {
        let Salvaged { cart, losses } = self.cart_cookies.read(request.cookies());
        let form = Form::read(request.query.as_bytes());
        CartPage { cart, losses, destination: destination(self.rules(), &form), done: noticed(&form), refused: None }
    }

    /// The merchant's rules, read when the first cart is priced. The build has read them with the same function, so they are right; damaged
    /// ones would price carts without tax and shipping, and say so.
    pub(crate) fn rules(&self) -> &Rules {
        let currency = self.site.currency.iso();
        self.rules
            .get_or_init(|| Rules::from_json(self.bundle.rules, currency).unwrap_or_else(|_| Rules::none(currency)))
    }

    /// Prices a cart at this moment.
    pub(crate) fn price_cart(&self, cart: &Cart, destination: &Destination, now: f64) -> PricedCart {
        let catalog = &*self.catalogs.current();
        let items = Items { catalog, is_confirmed: self.catalogs.unconfirmed(now).is_none() };
        price(cart, &items, self.rules(), destination, milliseconds(now), Usage::Unchecked)
    }

    /// Why a change was refused, in the terms of pages.
    pub(crate) fn cart_alert(&self, refused: &Refused) -> CartAlert {
        alert(refused, |sku| self.named(sku))
    }

    fn named(&self, sku: &str) -> Option<Named> {
        let catalog = &*self.catalogs.current();
        let item = Items { catalog, is_confirmed: true }.item(sku)?;
        Some(Named { sku: sku.to_owned(), name: item.name, values: item.values, handle: item.handle })
    }

    /// The page's bytes.
    pub(crate) fn cart_html(&self, frame: &pages::Frame<'_>, page: &CartPage, now: f64) -> Vec<u8> {
        let priced = self.price_cart(&page.cart, &page.destination, now);
        let name = |sku: &str| self.named(sku);
        let rules = self.rules();
        let view = CartView {
            notice: page.done.as_ref().and_then(|done| match done {
                Done::Added { sku, quantity } => Some(CartNotice::Added { item: name(sku)?, quantity: *quantity }),
                Done::Removed { sku, quantity } => Some(CartNotice::Removed { item: name(sku)?, quantity: *quantity }),
                Done::Set | Done::Code => None,
            }),
            alert: page.refused.as_ref().map(|refused| self.cart_alert(refused)),
            losses: &page.losses,
            countries: rules.countries(),
            regions: rules.regions(page.destination.country),
            cart: &priced,
        };
        pages::cart(frame, &view)
    }
}

fn alert(refused: &Refused, name: impl Fn(&str) -> Option<Named>) -> CartAlert {
    match refused.clone() {
        Refused::Quantity { sku, sent } => CartAlert::Quantity { sku, sent },
        Refused::Unknown => CartAlert::Unknown,
        Refused::NoSuchVariant => CartAlert::NoSuchVariant,
        Refused::Choose { options } => CartAlert::Choose { options },
        Refused::SoldOut { sku } => CartAlert::SoldOut { item: name(&sku) },
        Refused::Fewer { sku, available, held } => CartAlert::Fewer { item: name(&sku), available, held },
        Refused::Full => CartAlert::Full,
        Refused::UnknownCode { sent } => CartAlert::UnknownCode { sent },
        Refused::CodeNotNow { code, is_over } => CartAlert::CodeNotNow { code, is_over },
        Refused::TooManyCodes => CartAlert::TooManyCodes,
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
