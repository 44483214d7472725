//! A product's page: picture, facts, the purchase form, and related products.
//! There is no cart yet: the form says so, beside the button and aloud, with or without JavaScript.

use std::borrow::{Borrow, Cow};

use catalog::Product;
use maud::{Markup, Render, html};

use crate::card::facts::{RatingLine, Stars, availability, state_class};
use crate::card::{Card, Grid, Level, cards};
use crate::contracts;
use crate::frame::Frame;
use crate::picture::{Image, Loading, Picture, Place};
use crate::shell::document::{Kind, breadcrumb, document};
use crate::shell::head::Head;
use crate::shell::slot::slot;
use crate::shell::structured::{self, Crumb};
use crate::write::currency::Money;
use crate::write::link::{LISTING, ListingLink, ProductLink, category_query};
use crate::write::number::Grouped;
use crate::write::summary::shorten;
use crate::write::text::{Direct, Text};

/// Most pieces of one product in one purchase.
pub const QUANTITY_LIMIT: u32 = 99;

/// Columns of a description that previews and search results show.
const DESCRIPTION_LIMIT: usize = 160;

/// One product and what goes with it.
#[derive(Debug)]
pub struct ProductView<'a> {
    /// The product.
    pub product: Product<'a>,
    /// Others that a shopper may like.
    pub related: Vec<Product<'a>>,
    /// What became of the purchase form.
    pub purchase: Purchase<'a>,
}

/// What became of the purchase form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase<'a> {
    /// Not submitted.
    Idle,
    /// Submitted, but there is no cart yet.
    CartNotOpen {
        /// The quantity asked for, to be shown again.
        quantity: u32,
    },
    /// Submitted with a quantity that cannot be bought.
    QuantityRefused {
        /// The quantity as submitted.
        submitted: &'a str,
    },
}

/// The product's page.
pub fn product(frame: &Frame<'_>, view: &ProductView<'_>) -> Vec<u8> {
    product_of(frame, view, &cards(frame.site, &view.related))
}

/// The product's page with cards of the related products that the host has. `view.related` is not read.
pub fn product_of<C: Borrow<Card>>(frame: &Frame<'_>, view: &ProductView<'_>, related_cards: &[C]) -> Vec<u8> {
    let site = frame.site;
    let product = &view.product;
    let category_address = ListingLink(&category_query(product.category)).to_text();
    let crumbs = [
        Crumb { name: "Home", path: Some("/") },
        Crumb { name: "Products", path: Some(LISTING) },
        Crumb { name: product.category, path: Some(&category_address) },
        Crumb { name: &product.name, path: None },
    ];
    let head = Head {
        title: Cow::Borrowed(&product.name),
        description: shorten(&product.description, DESCRIPTION_LIMIT),
        no_index: false,
        canonical: Some(Cow::Owned(format!("{LISTING}/{}", product.id))),
        picture: Some(&*product.image_url).filter(|address| !address.is_empty()),
        product: Some(product),
        structured: Some(structured::product(site, &crumbs, product, frame.unconfirmed.is_some())),
    };
    let article = html! {
        a class="back-link" href=(Text(LISTING)) { "Back to Products" }
        article class=(Text(state_class(product, "product-detail", "product-detail out-of-stock"))) data-product-id=(Text(product.id)) {
            (Picture { site, image: Image::of(product, &product.name), place: Place::Detail, loading: Loading::First })
            div class="product-summary" {
                p class="product-category" { a href=(Text(&category_address)) { (Text(product.category)) } }
                h1 class="product-name" { (Text(&product.name)) }
                p class="product-rating" { (RatingLine::of(product)) }
                p class="product-price" { (Money { currency: site.currency, price: product.price }) }
                p class="product-availability" { (Text(availability(product))) }
                @if let Some(unconfirmed) = frame.unconfirmed { (unconfirmed.note()) }
                // Before the description, however long that is: on a phone the button is what a shopper scrolls for.
                (purchase(product, view.purchase, limit(frame, product)))
                p class="product-description" { (Text(&product.description)) }
                (details(frame, product))
            }
        }
    };
    let content = Direct(|out: &mut String| {
        article.render_to(out);
        if !related_cards.is_empty() {
            related(related_cards, out);
        }
    });
    let slot = slot(frame, contracts::PRODUCT, "", "Product", content);
    let main = Direct(|out: &mut String| {
        breadcrumb(&crumbs).render_to(out);
        slot.render_to(out);
    });
    document(frame, Kind::Other, &head, &main)
}

/// Most pieces that can be bought at once. A number of pieces that nobody has confirmed is no limit.
fn limit(frame: &Frame<'_>, product: &Product<'_>) -> u32 {
    if frame.unconfirmed.is_some() { QUANTITY_LIMIT } else { product.stock.min(QUANTITY_LIMIT) }
}

fn purchase(product: &Product<'_>, purchase: Purchase<'_>, most: u32) -> Markup {
    // What is out of stock cannot be bought, whatever an old address asks for.
    let purchase = if product.in_stock() { purchase } else { Purchase::Idle };
    let quantity = match purchase {
        Purchase::Idle => Cow::Borrowed("1"),
        Purchase::CartNotOpen { quantity } => Cow::Owned(quantity.to_string()),
        Purchase::QuantityRefused { submitted } => Cow::Borrowed(submitted),
    };
    let refused = matches!(purchase, Purchase::QuantityRefused { .. });
    html! {
        form class="purchase" method="get" action={ (ProductLink(product.id)) "#cart-note" } {
            @if product.in_stock() {
                div class="quantity" {
                    label for="quantity" { "Quantity" }
                    input type="number" id="quantity" name="quantity" min="1" max=(most) value=(Text(&quantity)) inputmode="numeric"
                        aria-invalid=[refused.then_some("true")] aria-describedby=[refused.then_some("cart-note")];
                }
                button class="button add-to-cart-btn" type="submit" name="cart" value="add" { "Add to cart" }
            } @else {
                button class="button add-to-cart-btn" type="button" disabled { "Out of Stock" }
            }
            // A browser that follows the form's fragment moves focus here, and a reader then says the note.
            p class=(if refused { "cart-note refused" } else { "cart-note" }) id="cart-note" role="status" tabindex="-1"
                autofocus[purchase != Purchase::Idle] {
                @match purchase {
                    Purchase::Idle => {},
                    Purchase::CartNotOpen { .. } => "The cart is not open yet. Nothing was added; please come back soon.",
                    Purchase::QuantityRefused { submitted } => {
                        "The quantity must be a whole number from 1 to " (most) ", not “" (shorten(submitted, 40)) "”. Nothing was added."
                    },
                }
            }
        }
    }
}

fn details(frame: &Frame<'_>, product: &Product<'_>) -> Markup {
    html! {
        h2 class="details-heading" { "Details" }
        dl class="product-details" {
            div { dt { "Category" } dd { (Text(product.category)) } }
            div {
                dt { "Availability" }
                dd {
                    @if !product.in_stock() { "None in stock" }
                    @else if frame.unconfirmed.is_some() { "In stock" }
                    @else { (Grouped(product.stock)) " in stock" }
                }
            }
            div {
                dt { "Rating" }
                dd { @if product.reviews == 0 { "Not rated yet" } @else { (Stars(product.rating)) " out of 5" } }
            }
            div { dt { "Reviews" } dd { (Grouped(product.reviews)) } }
            div { dt { "Item number" } dd { (Text(product.id)) } }
        }
    }
}

fn related<C: Borrow<Card>>(cards: &[C], out: &mut String) {
    out.push_str("<section class=\"related\" aria-labelledby=\"related-heading\"><h2 id=\"related-heading\">");
    out.push_str(if cards.len() == 1 { "Related product</h2>" } else { "Related products</h2>" });
    Grid { cards, level: Level::Section, classes: "product-grid" }.render_to(out);
    out.push_str("</section>");
}
