//! A product in a list, and the facts that lists and the product's own page write the same way.
//! The markup is the contract with the remotes (`assets/README.md`): classes may be added, not renamed.

use catalog::{Product, Rating};
use maud::{Markup, Render, html};

use crate::site::Site;
use crate::write::currency::{Money, write_digits, write_grouped};
use crate::write::link::ProductLink;
use crate::write::text::Text;

/// Pictures that are there at first sight on a wide screen, and so are not loaded lazily.
const EAGER: usize = 4;

/// Side of a card's picture. A stylesheet scales it; the numbers reserve its place.
const PICTURE: u32 = 600;

/// Under which heading a list of cards stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// The page's heading: names are `h2`, and the list is what the page is about.
    Page,
    /// A section's heading: names are `h3`, and the pictures come later.
    Section,
}

/// A list of products. Everything is written by one loop into one buffer: this is the hot part of a page.
pub(crate) fn grid(site: &Site, products: &[Product<'_>], level: Level, classes: &str) -> Markup {
    html! {
        ul class=(classes) role="list" {
            @for (index, product) in products.iter().enumerate() {
                li {
                    article class=(state_class(product, "product-card", "product-card out-of-stock")) data-product-id=(Text(product.id)) {
                        a class="product-link" href=(ProductLink(product.id)) {
                            // The name follows within the same link: a text for the picture would be read twice.
                            img class=(Picture::class(product)) src=(Text(Picture::address(site, product))) width=(PICTURE) height=(PICTURE) alt=""
                                fetchpriority=[(level == Level::Page && index == 0).then_some("high")]
                                loading=[(level == Level::Section || index >= EAGER).then_some("lazy")]
                                decoding=[(level == Level::Section || index >= EAGER).then_some("async")];
                            @match level {
                                Level::Page => h2 class="product-name" { (Text(&product.name)) },
                                Level::Section => h3 class="product-name" { (Text(&product.name)) },
                            }
                        }
                        p class="product-category" { (Text(product.category)) }
                        p class="product-rating" { (rating(product)) }
                        p class="product-price" { (Money { currency: site.currency, price: product.price }) }
                        p class="product-description" { (Text(&product.description)) }
                        p class="product-availability" { (availability(product)) }
                    }
                }
            }
        }
    }
}

/// What an `img` shows of a product. A picture that is missing, or that the index left out because its address was plain
/// `http:`, is drawn; one that does not arrive is up to the stylesheet (`assets/shell/elements.css`).
pub(crate) struct Picture;

impl Picture {
    pub(crate) fn address<'a>(site: &'a Site, product: &'a Product<'_>) -> &'a str {
        if product.image_url.is_empty() { &site.shell.placeholder.url } else { &product.image_url }
    }

    pub(crate) fn class(product: &Product<'_>) -> &'static str {
        if product.image_url.is_empty() { "product-image no-picture" } else { "product-image" }
    }
}

/// A rating as a shopper compares it: one decimal at least, so that 4.0 stands beside 4.6.
pub(crate) struct Stars(pub(crate) Rating);

/// A count in groups of three digits.
pub(crate) struct Grouped(pub(crate) u32);

impl Render for Stars {
    fn render_to(&self, out: &mut String) {
        let (whole, hundredths) = (self.0.hundredths() / 100, self.0.hundredths() % 100);
        write_digits(whole.into(), 1, out);
        out.push('.');
        if hundredths % 10 == 0 {
            write_digits((hundredths / 10).into(), 1, out);
        } else {
            write_digits(hundredths.into(), 2, out);
        }
    }
}

impl Render for Grouped {
    fn render_to(&self, out: &mut String) {
        write_grouped(self.0, out);
    }
}

/// Stars for the eye, a sentence for readers.
pub(crate) fn rating(product: &Product<'_>) -> Markup {
    if product.reviews == 0 {
        return html! { "No reviews yet" };
    }
    html! {
        span class=(stars_class(product.rating)) aria-hidden="true" { "★★★★★" }
        span class="rating-value" aria-hidden="true" { " " (Stars(product.rating)) " (" (Grouped(product.reviews)) ")" }
        span class="visually-hidden" {
            (Stars(product.rating)) " out of 5, " (Grouped(product.reviews)) (plural(product.reviews, " review", " reviews"))
        }
    }
}

/// The two words that the whole shop uses.
pub(crate) fn availability(product: &Product<'_>) -> &'static str {
    if product.in_stock() { "In Stock" } else { "Out of Stock" }
}

pub(crate) fn state_class<'a>(product: &Product<'_>, in_stock: &'a str, out_of_stock: &'a str) -> &'a str {
    if product.in_stock() { in_stock } else { out_of_stock }
}

pub(crate) fn plural<'a>(count: u32, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

/// Inline styles are forbidden by the page's policy, so the stylesheet has a class for every half star.
fn stars_class(rating: Rating) -> &'static str {
    match (rating.hundredths() + 25) / 50 {
        0 => "stars stars-0",
        1 => "stars stars-1",
        2 => "stars stars-2",
        3 => "stars stars-3",
        4 => "stars stars-4",
        5 => "stars stars-5",
        6 => "stars stars-6",
        7 => "stars stars-7",
        8 => "stars stars-8",
        9 => "stars stars-9",
        _ => "stars stars-10",
    }
}
