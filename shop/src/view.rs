//! From the catalog's answers to the views that `pages` renders. Decides what a page shows, not how it looks.

use std::rc::Rc;

use catalog::{Catalog, ParameterError, Product, Query};
use pages::{Card, CategoriesView, Frame, HomeView, ListingView, ProductView, Purchase, RefusedListingView};

/// How many products the start page recommends: a large one, and four that fill a row on a wide screen.
const BEST_RATED: usize = 5;
/// How many related products a product page shows: one row on a wide screen.
const RELATED: usize = 4;

/// The state of the purchase form, from the page's own parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurchaseState {
    /// The form was not submitted.
    Idle,
    /// Pressed the button; there is no cart yet.
    CartNotOpen {
        /// How many were asked for.
        quantity: u32,
    },
    /// Asked for a number that cannot be.
    QuantityRefused {
        /// As it was submitted.
        submitted: String,
    },
}

impl PurchaseState {
    /// Reads `cart` and `quantity`. Only a submitted form counts; a quantity alone changes nothing.
    pub(crate) fn parse(product: &Product<'_>, is_unconfirmed: bool, query: &str) -> Self {
        let mut quantity = None;
        let mut added = false;
        for (name, value) in web::decode_form(query).flatten() {
            match name.as_ref() {
                "cart" if value == "add" => added = true,
                "quantity" if !value.is_empty() => quantity = Some(value.into_owned()),
                _ => {}
            }
        }
        if !added || !product.in_stock() {
            return Self::Idle;
        }
        // A number of pieces that nobody has confirmed is no limit.
        let most = if is_unconfirmed { pages::QUANTITY_LIMIT } else { product.stock.min(pages::QUANTITY_LIMIT) };
        let Some(submitted) = quantity else { return Self::CartNotOpen { quantity: 1 } };
        let digits = (1..=3).contains(&submitted.len()) && submitted.bytes().all(|byte| byte.is_ascii_digit());
        match submitted.parse() {
            Ok(quantity) if digits && (1..=most).contains(&quantity) => Self::CartNotOpen { quantity },
            _ => Self::QuantityRefused { submitted: submitted.chars().take(20).collect() },
        }
    }

    /// The parameters that the page depends on, in one order, for its key.
    pub(crate) fn canonical(&self) -> String {
        match self {
            Self::Idle | Self::QuantityRefused { .. } => String::new(),
            Self::CartNotOpen { quantity } => format!("quantity={quantity}&cart=add"),
        }
    }

    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, Self::QuantityRefused { .. })
    }
}

pub(crate) fn home(catalog: &Catalog, frame: &Frame<'_>, cards: impl Fn(&[u32]) -> Vec<Rc<Card>>) -> Vec<u8> {
    let best_rated = catalog.best_rated(BEST_RATED);
    let (first, others) = best_rated.split_at(best_rated.len().min(1));
    let view = HomeView {
        products: count(catalog.len()),
        categories: catalog.categories().collect(),
        best_rated: first.iter().filter_map(|position| catalog.product_at(*position)).collect(),
    };
    pages::home_of(frame, &view, &cards(others))
}

pub(crate) fn categories(catalog: &Catalog, frame: &Frame<'_>) -> Vec<u8> {
    let view = CategoriesView { products: count(catalog.len()), categories: catalog.categories().collect() };
    pages::categories(frame, &view)
}

pub(crate) fn listing(
    catalog: &Catalog,
    frame: &Frame<'_>,
    query: &Query,
    cards: impl Fn(&[u32]) -> Vec<Rc<Card>>,
) -> Vec<u8> {
    let (hits, facets) = catalog.search_with_facets(query);
    let view = ListingView {
        query,
        // The cards stand for them.
        products: Vec::new(),
        total: hits.total,
        partial: hits.partial,
        facets,
        catalog_size: count(catalog.len()),
    };
    pages::listing_of(frame, &view, &cards(&hits.positions))
}

pub(crate) fn refused_listing(catalog: &Catalog, frame: &Frame<'_>, error: &ParameterError, query: &str) -> Vec<u8> {
    let submitted: Vec<(String, String)> =
        web::decode_form(query).flatten().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let view = RefusedListingView { error, submitted: &submitted, facets: catalog.facets(&Query::default()) };
    pages::refused_listing(frame, &view)
}

pub(crate) fn product(
    catalog: &Catalog,
    frame: &Frame<'_>,
    id: &str,
    purchase: &PurchaseState,
    cards: impl Fn(&[u32]) -> Vec<Rc<Card>>,
) -> Vec<u8> {
    // The id was found in this very catalog a moment ago; should it be gone, the page of a missing product is right.
    let Some(product) = catalog.product(id) else { return pages::not_found(frame, None) };
    let related = cards(&catalog.related(&product, RELATED));
    let purchase = match purchase {
        PurchaseState::Idle => Purchase::Idle,
        PurchaseState::CartNotOpen { quantity } => Purchase::CartNotOpen { quantity: *quantity },
        PurchaseState::QuantityRefused { submitted } => Purchase::QuantityRefused { submitted },
    };
    // The cards stand for the related products.
    pages::product_of(frame, &ProductView { product, related: Vec::new(), purchase }, &related)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
