//! The home page: what the shop is, its categories, its best rated products.
//! No remote enhances it; it needs no JavaScript at all.

use std::borrow::{Borrow, Cow};

use catalog::{CategoryCount, Product};
use maud::{Markup, html};

use crate::card::facts::RatingLine;
use crate::card::{Card, Grid, Level, cards};
use crate::categories::{OFFERED, largest, tile, tops};
use crate::frame::Frame;
use crate::picture::{Image, Loading, Picture, Place};
use crate::shell::document::{Kind, document};
use crate::shell::head::Head;
use crate::shell::structured;
use crate::site::Site;
use crate::write::currency::Money;
use crate::write::link::{CATEGORIES, LISTING, ProductLink};
use crate::write::number::{Grouped, plural};

/// What the home page shows of the catalog.
#[derive(Debug)]
pub struct HomeView<'a> {
    /// How many products the shop has.
    pub products: u32,
    /// The categories, each before those below it.
    pub categories: Vec<CategoryCount<'a>>,
    /// The best rated products, best first. The first one is shown large; four more fill a row.
    pub best_rated: Vec<Product<'a>>,
}

/// The home page.
pub fn home(frame: &Frame<'_>, view: &HomeView<'_>) -> Vec<u8> {
    let others = view.best_rated.get(1..).unwrap_or_default();
    home_of(frame, view, &cards(frame.site, others))
}

/// The home page with cards that the host has: one for each of the best rated products but the first, which is shown large.
pub fn home_of<C: Borrow<Card>>(frame: &Frame<'_>, view: &HomeView<'_>, cards: &[C]) -> Vec<u8> {
    let site = frame.site;
    let head = Head {
        title: Cow::Borrowed(site.tagline.as_str()),
        description: Cow::Owned(format!(
            "{}: {}. {} {} in {} {}, each plainly described, with its price and stock.",
            site.name,
            site.tagline,
            view.products,
            plural(view.products, "product", "products"),
            view.categories.len(),
            plural(count(&view.categories), "category", "categories"),
        )),
        no_index: false,
        canonical: Some(Cow::Borrowed("/")),
        picture: view
            .best_rated
            .first()
            .map(|product| &*product.image_url)
            .filter(|address| !address.is_empty())
            .or_else(|| cards.iter().find_map(|card| card.borrow().picture())),
        product: None,
        search: None,
        structured: Some(structured::home(site)),
        steps: None,
    };
    let main = html! {
        (hero(site, view))
        @if !view.categories.is_empty() {
            (categories(&view.categories))
        }
        @if !cards.is_empty() {
            (best_rated(cards))
        }
        (principles())
    };
    document(frame, Kind::Home, &head, &main)
}

fn hero(site: &Site, view: &HomeView<'_>) -> Markup {
    html! {
        div class="hero" {
            div class="wrap" {
                div {
                    h1 { (site.tagline) }
                    p class="hero-lead" {
                        (site.name) " says plainly what each thing is, what it costs and whether it is here: "
                        (Grouped(view.products)) (plural(view.products, " product", " products")) " in "
                        (Grouped(count(&view.categories))) (plural(count(&view.categories), " category", " categories")) "."
                    }
                    div class="hero-actions" {
                        a class="button" href=(LISTING) { "Browse " (Grouped(view.products)) (plural(view.products, " product", " products")) }
                        a class="button button-quiet" href="/products?inStock=true" { "In stock now" }
                    }
                }
                @if let Some(product) = view.best_rated.first() {
                    figure class="hero-pick" {
                        (Picture { site, image: Image::of(product, ""), place: Place::Hero, loading: Loading::First })
                        figcaption {
                            p class="eyebrow" { "Best rated" }
                            a href=(ProductLink(&product.handle)) dir="auto" { (product.name) }
                            div class="hero-pick-facts" {
                                p class="product-rating" { (RatingLine::of(product)) }
                                p class="product-price" { @if product.is_from { "From " } (Money { currency: site.currency, price: product.price }) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn categories(categories: &[CategoryCount<'_>]) -> Markup {
    let tops = tops(categories);
    html! {
        section class="wrap home-section" aria-labelledby="categories-heading" {
            div class="section-heading" {
                h2 id="categories-heading" { "Shop by category" }
                @if tops.len() > OFFERED || tops.len() < categories.len() {
                    a href=(CATEGORIES) { "All " (Grouped(count(categories))) " categories" }
                }
            }
            ul class="category-tiles" role="list" {
                @for category in largest(&tops, |category| category.count) {
                    (tile(category))
                }
            }
        }
    }
}

fn best_rated<C: Borrow<Card>>(cards: &[C]) -> Markup {
    html! {
        section class="wrap home-section" aria-labelledby="best-rated-heading" {
            div class="section-heading" {
                h2 id="best-rated-heading" { "Best rated" }
                a href="/products?sort=rating" { "See all by rating" }
            }
            (Grid { cards, level: Level::Section, classes: "shelf" })
        }
    }
}

fn principles() -> Markup {
    html! {
        div class="wrap" {
            div class="principles" {
                section {
                    h2 { "Plainly described" }
                    p { "Material, size, care and what a thing is for. If something needs looking after, we say so." }
                }
                section {
                    h2 { "Honest stock" }
                    p { "What reads “In Stock” is on the shelf. What is gone stays listed, and says that it is gone." }
                }
                section {
                    h2 { "Quick everywhere" }
                    p { "Pages are small, come from a server near you and work with scripts turned off." }
                }
            }
        }
    }
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
