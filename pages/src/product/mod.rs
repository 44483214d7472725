//! A product's page: picture, facts, the terms beside the price, and related products; for one that is sold out, others in stock.
//! There is no cart yet, and so no button that would add to it.

use std::borrow::{Borrow, Cow};

use catalog::Product;
use maud::{Markup, Render, html};

use crate::card::facts::{RatingLine, availability, state_class};
use crate::card::{Card, Grid, Level, cards};
use crate::contracts;
use crate::frame::Frame;
use crate::picture::{Image, Loading, Picture, Place};
use crate::shell::document::{Kind, breadcrumb, document};
use crate::shell::head::Head;
use crate::shell::slot::slot;
use crate::shell::structured::{self, Crumb};
use crate::terms::terms_line;
use crate::write::currency::Money;
use crate::write::link::{LISTING, ListingLink, category_query};
use crate::write::number::Grouped;
use crate::write::summary::shorten;
use crate::write::text::{Direct, Text};

/// Columns of a description that previews and search results show.
const DESCRIPTION_LIMIT: usize = 160;

/// One product and what goes with it.
#[derive(Debug)]
pub struct ProductView<'a> {
    /// The product.
    pub product: Product<'a>,
    /// Others that a shopper may like.
    pub related: Vec<Product<'a>>,
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
        search: None,
        structured: Some(structured::product(site, &crumbs, product, frame.unconfirmed.is_some())),
    };
    let article = html! {
        a class="back-link" href=(Text(LISTING)) { "Back to Products" }
        article class=(Text(state_class(product, "product-detail", "product-detail out-of-stock"))) data-product-id=(Text(product.id)) {
            (Picture { site, image: Image::of(product, &product.name), place: Place::Detail, loading: Loading::First })
            div class="product-summary" {
                p class="product-category" { a href=(Text(&category_address)) { bdi { (Text(product.category)) } } }
                h1 class="product-name" dir="auto" { (Text(&product.name)) }
                p class="product-rating" { (RatingLine::of(product)) }
                p class="product-price" { (Money { currency: site.currency, price: product.price }) }
                p class="product-availability" { (Text(availability(product))) }
                @if let Some(unconfirmed) = frame.unconfirmed { (unconfirmed.note()) }
                // Before the description, however long that is: on a phone it is what a shopper scrolls for.
                (purchase(product, &category_address, !related_cards.is_empty()))
                @if let Some(terms) = terms_line(site) { (terms) }
                p class="product-description" dir="auto" { (Text(&product.description)) }
                (details(frame, product))
            }
        }
    };
    let content = Direct(|out: &mut String| {
        article.render_to(out);
        if !related_cards.is_empty() {
            related(related_cards, !product.in_stock(), out);
        }
    });
    let slot = slot(frame, contracts::PRODUCT, "", "Product", content);
    let main = Direct(|out: &mut String| {
        breadcrumb(&crumbs).render_to(out);
        slot.render_to(out);
    });
    document(frame, Kind::Other, &head, &main)
}

/// The way on from here. There is no button before there is a cart: one that adds nothing would be a broken promise.
fn purchase(product: &Product<'_>, category_address: &str, has_alternatives: bool) -> Markup {
    html! {
        div class="purchase" {
            @if product.in_stock() {
                p class="cart-note" { "This shop takes no orders yet. Prices and stock are real figures of its catalog." }
            } @else {
                p class="cart-note" { "Sold out. What is gone stays listed, so that you find it again when it is back." }
                @if has_alternatives {
                    a class="button" href="#related-heading" { "See what is in stock instead" }
                } @else {
                    a class="button" href=(Text(category_address)) { span { "See all of " bdi { (Text(product.category)) } } }
                }
            }
        }
    }
}

fn details(frame: &Frame<'_>, product: &Product<'_>) -> Markup {
    html! {
        h2 class="details-heading" { "Details" }
        dl class="product-details" {
            div { dt { "Category" } dd dir="auto" { (Text(product.category)) } }
            div {
                dt { "Availability" }
                dd {
                    @if !product.in_stock() { "None in stock" }
                    @else if frame.unconfirmed.is_some() { "In stock" }
                    @else { (Grouped(product.stock)) " in stock" }
                }
            }
            div { dt { "Item number" } dd { (Text(product.id)) } }
        }
    }
}

fn related<C: Borrow<Card>>(cards: &[C], is_instead: bool, out: &mut String) {
    out.push_str(
        "<section class=\"related\" aria-labelledby=\"related-heading\"><h2 id=\"related-heading\" tabindex=\"-1\">",
    );
    out.push_str(match cards.len() {
        _ if is_instead => "In stock instead</h2>",
        1 => "Related product</h2>",
        _ => "Related products</h2>",
    });
    Grid { cards, level: Level::Section, classes: "product-grid" }.render_to(out);
    out.push_str("</section>");
}
