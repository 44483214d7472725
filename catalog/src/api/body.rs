//! The bodies of the API's responses, written into one buffer. Chooses nothing: the products and their order come from the catalog.

use crate::index::catalog::Catalog;
use crate::model::whole::push_attributes;
use crate::query::{Query, Wanted};
use crate::search::{Facets, ValueCount};
use web::json::{push_list, push_number, push_string};

/// Room for everything around the products, so that the buffer does not grow for it.
const ENVELOPE: usize = 128;

/// Room for one product; most have less.
const PRODUCT: usize = 640;

/// One page of the listing, with facets if they were asked for.
pub(super) fn products(catalog: &Catalog, query: &Query) -> Vec<u8> {
    let (hits, facets) = if query.facets {
        let (hits, facets) = catalog.search_with_facets(query);
        (hits, Some(facets))
    } else {
        (catalog.search(query), None)
    };
    let mut out = Vec::with_capacity(hits.positions.len() * PRODUCT + ENVELOPE);
    push_data(&mut out, hits.positions.iter().copied(), |out, position| push_product(catalog, query, position, out));
    out.extend_from_slice(b",\"total\":");
    push_number(&mut out, hits.total);
    out.extend_from_slice(b",\"page\":");
    push_number(&mut out, query.page);
    out.extend_from_slice(b",\"pageSize\":");
    push_number(&mut out, query.page_size);
    out.extend_from_slice(b",\"totalPages\":");
    push_number(&mut out, hits.total_pages(query.page_size));
    if let Some(facets) = facets {
        push_facets(&mut out, &facets);
    }
    out.push(b'}');
    out
}

/// A product of a listing, with what was asked for beside its fields.
fn push_product(catalog: &Catalog, query: &Query, position: u32, out: &mut Vec<u8>) {
    let Some(product) = catalog.product_at(position) else { return };
    product.push_json(out);
    if query.details == Wanted::default() {
        return;
    }
    let details = catalog.details_at(position).unwrap_or_default();
    // The closing brace comes last.
    out.pop();
    if query.details.images {
        product.push_images(&details, out);
    }
    if query.details.variants {
        product.push_variants(&details, out);
    }
    if query.details.attributes {
        push_attributes(&details, out);
    }
    out.push(b'}');
}

/// One product, whole.
pub(super) fn product(catalog: &Catalog, position: u32) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(PRODUCT + ENVELOPE);
    out.extend_from_slice(b"{\"data\":");
    let details = catalog.details_at(position)?;
    let path = catalog.category_path_at(position);
    catalog.product_at(position)?.push_whole_json(&details, &path, catalog.published_at(position), &mut out);
    out.push(b'}');
    Some(out)
}

/// The names of the categories.
pub(super) fn categories(catalog: &Catalog) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE);
    push_data(&mut out, catalog.category_names_json().into_iter(), Vec::extend_from_slice);
    out.push(b'}');
    out
}

/// Search as you type.
pub(super) fn suggestions(catalog: &Catalog, positions: &[u32]) -> Vec<u8> {
    let mut out = Vec::with_capacity(positions.len() * PRODUCT + ENVELOPE);
    let products = positions.iter().filter_map(|position| catalog.product_at(*position));
    push_data(&mut out, products, |out, product| product.push_suggestion_json(out));
    out.push(b'}');
    out
}

/// The host's state, and which data it answers with.
pub(super) fn health(catalog: &Catalog, version: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE);
    out.extend_from_slice(b"{\"status\":\"healthy\",\"version\":");
    push_string(&mut out, version);
    out.extend_from_slice(b",\"catalog\":{\"revision\":");
    push_string(&mut out, catalog.revision());
    out.extend_from_slice(b",\"products\":");
    push_number(&mut out, catalog.count());
    out.extend_from_slice(b"}}");
    out
}

/// Opens the object and writes its `data`.
fn push_data<T>(out: &mut Vec<u8>, items: impl Iterator<Item = T>, push: impl FnMut(&mut Vec<u8>, T)) {
    out.extend_from_slice(b"{\"data\":");
    push_list(out, items, push);
}

fn push_facets(out: &mut Vec<u8>, facets: &Facets<'_>) {
    out.extend_from_slice(b",\"facets\":{\"categories\":");
    push_list(out, &facets.categories, |out, category| {
        out.extend_from_slice(b"{\"value\":");
        push_string(out, &category.value);
        out.extend_from_slice(b",\"count\":");
        push_number(out, category.count);
        out.push(b'}');
    });
    out.extend_from_slice(b",\"price\":");
    match facets.price {
        Some(range) => {
            out.extend_from_slice(b"{\"min\":");
            facets.currency.push(range.min, out);
            out.extend_from_slice(b",\"max\":");
            facets.currency.push(range.max, out);
            out.push(b'}');
        }
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"inStock\":");
    push_number(out, facets.in_stock);
    // What no product of the catalog has is no facet of its listings.
    if let Some(on_sale) = facets.on_sale {
        out.extend_from_slice(b",\"onSale\":");
        push_number(out, on_sale);
    }
    for (name, values) in [("brands", &facets.brands), ("collections", &facets.collections)] {
        if !values.is_empty() {
            push_values(out, name, values);
        }
    }
    for (name, all) in [("options", &facets.options), ("attributes", &facets.attributes)] {
        if !all.is_empty() {
            out.push(b',');
            push_string(out, name);
            out.push(b':');
            push_list(out, all, |out, named| {
                out.extend_from_slice(b"{\"name\":");
                push_string(out, &named.name);
                push_values(out, "values", &named.values);
                out.push(b'}');
            });
        }
    }
    out.push(b'}');
}

/// A further member with values and their counts.
fn push_values(out: &mut Vec<u8>, name: &str, values: &[ValueCount<'_>]) {
    out.push(b',');
    push_string(out, name);
    out.push(b':');
    push_list(out, values, |out, value| {
        out.extend_from_slice(b"{\"value\":");
        push_string(out, &value.value);
        out.extend_from_slice(b",\"count\":");
        push_number(out, value.count);
        out.push(b'}');
    });
}
