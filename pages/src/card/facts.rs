//! Facts of a product that lists and the product's own page write the same way: rating, availability.
//! Words and classes are the contract with the remotes (`assets/README.md`): classes may be added, not renamed.

use catalog::{Product, Rating};
use maud::Render;

use crate::write::number::{plural, write_digits, write_grouped};

/// A rating as a shopper compares it: one decimal at least, so that 4.0 stands beside 4.6.
pub(crate) struct Stars(pub(crate) Rating);

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

/// Stars for the eye, a sentence for readers.
pub(crate) struct RatingLine {
    rating: Rating,
    reviews: u32,
}

impl RatingLine {
    pub(crate) fn of(product: &Product<'_>) -> Self {
        Self { rating: product.rating, reviews: product.reviews }
    }
}

impl Render for RatingLine {
    fn render_to(&self, out: &mut String) {
        let Self { rating, reviews } = *self;
        if reviews == 0 {
            return out.push_str("No reviews yet");
        }
        for part in ["<span class=\"", stars_class(rating), "\" aria-hidden=\"true\">★★★★★</span>"] {
            out.push_str(part);
        }
        out.push_str("<span class=\"rating-value\" aria-hidden=\"true\"> ");
        Stars(rating).render_to(out);
        out.push_str(" (");
        write_grouped(reviews.into(), out);
        out.push_str(")</span><span class=\"visually-hidden\">");
        Stars(rating).render_to(out);
        out.push_str(" out of 5, ");
        write_grouped(reviews.into(), out);
        out.push_str(plural(reviews, " review</span>", " reviews</span>"));
    }
}

/// The two words that the whole shop uses.
pub(crate) fn availability(product: &Product<'_>) -> &'static str {
    if product.in_stock() { "In Stock" } else { "Out of Stock" }
}

pub(crate) fn state_class<'a>(product: &Product<'_>, in_stock: &'a str, out_of_stock: &'a str) -> &'a str {
    if product.in_stock() { in_stock } else { out_of_stock }
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
