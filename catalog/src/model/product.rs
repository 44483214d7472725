//! A product as callers see it: a view of the index, which borrows its texts where they lie as they are.
//! Holds no rule of its own but the range of a rating; records are validated where the index is built.

use core::fmt;
use std::borrow::Cow;

use crate::model::currency::Currency;
use crate::model::decimal;
use crate::model::money::Price;
use web::json::{push_number, push_string};

/// One product of the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product<'a> {
    /// Unique, and fit for a URL path as it stands.
    pub id: &'a str,
    /// What its page's address ends in: unique among handles and ids.
    pub handle: Cow<'a, str>,
    /// What the product is called; never empty.
    pub name: Cow<'a, str>,
    /// A paragraph for shoppers; may be empty.
    pub description: Cow<'a, str>,
    /// The price of one: of several variants the lowest that can be bought.
    pub price: Price,
    /// The price before, if it is on sale; above the price.
    pub compare_at: Option<Price>,
    /// The currency of both.
    pub currency: Currency,
    /// Whether another variant costs more.
    pub is_from: bool,
    /// A local absolute path or an `https` URL; empty when there is no picture that a page may show.
    pub image_url: Cow<'a, str>,
    /// The name of its one category.
    pub category: &'a str,
    /// Its brand.
    pub brand: Option<&'a str>,
    /// How many can be bought now, of all variants together.
    pub stock: u32,
    /// The mean of its reviews.
    pub rating: Rating,
    /// How many reviews the rating stands on.
    pub reviews: u32,
}

/// Stars in hundredths, from 0 to [`Rating::MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rating(u16);

/// Why a number or text is not a rating.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// More than five stars.
    #[error("a rating is at most {} hundredths of a star, not `{hundredths}`", Rating::MAX.hundredths())]
    TooLarge {
        /// The number as given.
        hundredths: u16,
    },
    /// The text is not a number from 0 to 5 with at most two decimal places.
    #[error("a rating is a number from 0 to {} with at most two decimal places, not `{value}`", Rating::MAX)]
    Malformed {
        /// The text as given.
        value: String,
    },
}

impl Product<'_> {
    /// Whether at least one can be bought now.
    pub fn in_stock(&self) -> bool {
        self.stock > 0
    }

    /// Appends the product as the API gives it, fields in the order of the contract.
    pub(crate) fn push_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        push_string(out, self.id);
        out.extend_from_slice(b",\"name\":");
        push_string(out, &self.name);
        out.extend_from_slice(b",\"description\":");
        push_string(out, &self.description);
        out.extend_from_slice(b",\"price\":");
        self.currency.push(self.price, out);
        out.extend_from_slice(b",\"imageUrl\":");
        push_string(out, &self.image_url);
        out.extend_from_slice(b",\"category\":");
        push_string(out, self.category);
        out.extend_from_slice(b",\"stock\":");
        push_number(out, self.stock);
        out.extend_from_slice(b",\"rating\":");
        decimal::push(self.rating.hundredths().into(), 2, out);
        out.extend_from_slice(b",\"reviews\":");
        push_number(out, self.reviews);
        out.push(b'}');
    }

    /// Appends what a suggestion shows of it.
    pub(crate) fn push_suggestion_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        push_string(out, self.id);
        out.extend_from_slice(b",\"name\":");
        push_string(out, &self.name);
        out.extend_from_slice(b",\"category\":");
        push_string(out, self.category);
        out.extend_from_slice(b",\"price\":");
        self.currency.push(self.price, out);
        out.extend_from_slice(b",\"imageUrl\":");
        push_string(out, &self.image_url);
        out.push(b'}');
    }
}

impl Rating {
    /// Five stars.
    pub const MAX: Rating = Rating(500);

    /// The rating of this many hundredths of a star.
    pub fn new(hundredths: u16) -> Result<Rating, RatingError> {
        if hundredths > Rating::MAX.0 { Err(RatingError::TooLarge { hundredths }) } else { Ok(Rating(hundredths)) }
    }

    /// Reads `\d(\.\d{1,2})?` up to 5.
    pub fn parse(text: &str) -> Result<Rating, RatingError> {
        decimal::parse(text, 1, 2)
            .and_then(|hundredths| u16::try_from(hundredths).ok())
            .filter(|hundredths| *hundredths <= Rating::MAX.0)
            .map(Rating)
            .ok_or_else(|| RatingError::Malformed { value: text.to_owned() })
    }

    /// The rating in hundredths of a star.
    pub fn hundredths(self) -> u16 {
        self.0
    }

    /// The rating as orders compare it, in ten-thousandths of a star: as if twenty more reviewers had given four stars, so that few
    /// reviews weigh little (a Bayesian mean).
    pub(crate) fn weighted(self, reviews: u32) -> u16 {
        const PRIOR_REVIEWS: u64 = 20;
        const PRIOR: u64 = 400;
        let reviews = u64::from(reviews);
        let sum = u64::from(self.0) * reviews + PRIOR * PRIOR_REVIEWS;
        u16::try_from(sum * 100 / (reviews + PRIOR_REVIEWS)).unwrap_or(u16::MAX)
    }
}

/// The shortest decimal, as in JSON: `4`, `4.7`, `4.65`.
impl fmt::Display for Rating {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(self.0.into(), 2, formatter)
    }
}
