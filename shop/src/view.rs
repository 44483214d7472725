//! From the catalog's answers to the views that `pages` renders. Decides what a page shows, not how it looks.

use std::rc::Rc;

use catalog::{Catalog, Product, Query, ShelfKind, Spelled, Unknown};
use pages::{Card, CategoriesView, Frame, HomeView, Ignored, ListingView, More, ProductView, Refusal};

/// How many products the start page recommends: a large one, and four that fill a row on a wide screen.
const BEST_RATED: usize = 5;
/// How many related products a product page shows: one row on a wide screen.
const RELATED: usize = 4;
/// Among how many related products those in stock are looked for.
const RELATED_AMONG: usize = 24;

pub(crate) fn home(catalog: &Catalog, frame: &Frame<'_>, cards: impl Fn(&[u32]) -> Vec<Rc<Card>>) -> Vec<u8> {
    let best_rated = catalog.best_rated(BEST_RATED);
    let (first, others) = best_rated.split_at(best_rated.len().min(1));
    let view = HomeView {
        products: count(catalog.len()),
        categories: catalog.category_counts(),
        best_rated: first.iter().filter_map(|position| catalog.product_at(*position)).collect(),
    };
    pages::home_of(frame, &view, &cards(others))
}

pub(crate) fn categories(catalog: &Catalog, frame: &Frame<'_>) -> Vec<u8> {
    let view = CategoriesView {
        products: count(catalog.len()),
        categories: catalog.category_counts(),
        brands: catalog.shelves(ShelfKind::Brand),
        collections: catalog.shelves(ShelfKind::Collection),
    };
    pages::categories(frame, &view)
}

pub(crate) fn listing(
    catalog: &Catalog,
    frame: &Frame<'_>,
    query: &Query,
    ignored: &[Ignored],
    cards: impl Fn(&[u32]) -> Vec<Rc<Card>>,
) -> Vec<u8> {
    let (hits, facets) = catalog.search_with_facets(query);
    let is_empty = hits.total == 0;
    let Spelled { query, unknown } = catalog.spelled(query);
    let query = &query;
    let unknown = unknown.into_iter();
    let view = ListingView {
        query,
        ignored,
        unknown: unknown
            .map(|Unknown { parameter, name, value }| Ignored { parameter, name, submitted: value })
            .collect(),
        has_ratings: catalog.has_ratings(),
        // The cards stand for them.
        products: Vec::new(),
        total: hits.total,
        partial: hits.partial,
        facets,
        catalog_size: count(catalog.len()),
        unfiltered: if is_empty && query.search.is_some() {
            catalog.search(&Query { search: query.search.clone(), ..Query::default() }).total
        } else {
            0
        },
        categories: if is_empty { catalog.category_counts() } else { Vec::new() },
        shelf: query.only_shelf().and_then(|(kind, name)| catalog.shelf_slug(kind, name)).unwrap_or_default(),
    };
    let instead = if is_empty { cards(&catalog.best_rated(RELATED)) } else { Vec::new() };
    pages::listing_of(frame, &view, &cards(&hits.positions), &instead)
}

pub(crate) fn product(
    catalog: &Catalog,
    frame: &Frame<'_>,
    id: &str,
    (chosen, missing): (Option<usize>, Option<&str>),
    refusal: Option<Refusal>,
    cards: impl Fn(&[u32]) -> Vec<Rc<Card>>,
) -> Vec<u8> {
    // The id was found in this very catalog a moment ago; should it be gone, the page of a missing product is right.
    let found = catalog.position_of(id).and_then(|position| Some((position, catalog.product_at(position)?)));
    let Some((position, product)) = found else { return pages::not_found(frame, None) };
    let related = cards(&related(catalog, &product));
    // The cards stand for the related products.
    let details = catalog.details_at(position).unwrap_or_default();
    let collection_slug = |name: &String| catalog.shelf_slug(ShelfKind::Collection, name);
    let more = More {
        trail: catalog.category_trail_at(position),
        brand_slug: product.brand.and_then(|brand| catalog.shelf_slug(ShelfKind::Brand, brand)),
        collection_slugs: details.collections.iter().map(collection_slug).collect(),
        details,
        chosen,
        missing: missing.map(str::to_owned),
        refusal,
    };
    pages::product_of(frame, &ProductView { product, related: Vec::new(), more }, &related)
}

/// The products beside another: those in stock first. Beside one that is sold out, those in stock alone, from the whole shop if need be.
fn related(catalog: &Catalog, product: &Product<'_>) -> Vec<u32> {
    let is_in_stock = |position: &u32| catalog.product_at(*position).is_some_and(|product| product.in_stock());
    let (mut found, sold_out): (Vec<u32>, Vec<u32>) =
        catalog.related(product, RELATED_AMONG).into_iter().partition(is_in_stock);
    if product.in_stock() {
        found.extend(sold_out);
    } else if found.is_empty() {
        found = catalog.best_rated(RELATED_AMONG);
        found.retain(is_in_stock);
    }
    found.truncate(RELATED);
    found
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
