//! Addresses inside the shop, written once: listing states, products.
//! Handles and slugs need no escaping in a path: `[a-z0-9-]` is all they may hold.

use catalog::{Query, ShelfKind};
use maud::Render;

use crate::write::text::Text;

/// The listing without filters.
pub(crate) const LISTING: &str = "/products";

/// The visitor's cart.
pub(crate) const CART: &str = "/cart";

/// The list of all categories.
pub(crate) const CATEGORIES: &str = "/categories";

/// The listing in the state of a query, in canonical form.
pub(crate) struct ListingLink<'a>(pub(crate) &'a Query);

/// A page of the merchant's own.
pub(crate) struct PageLink<'a>(pub(crate) &'a str);

/// A product's page, by its handle.
pub(crate) struct ProductLink<'a>(pub(crate) &'a str);

impl ListingLink<'_> {
    /// Path and query, not escaped for HTML.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::with_capacity(96);
        text.push_str(LISTING);
        text.push('?');
        self.0.write_canonical(&mut text);
        if text.ends_with('?') {
            text.pop();
        }
        text
    }
}

impl Render for ListingLink<'_> {
    fn render_to(&self, out: &mut String) {
        Text(&self.to_text()).render_to(out);
    }
}

impl Render for PageLink<'_> {
    fn render_to(&self, out: &mut String) {
        out.push_str("/pages/");
        Text(self.0).render_to(out);
    }
}

impl Render for ProductLink<'_> {
    fn render_to(&self, out: &mut String) {
        out.push_str("/products/");
        Text(self.0).render_to(out);
    }
}

/// The listing of one category, by the value that means it.
pub(crate) fn category_query(category: &str) -> Query {
    Query { categories: vec![category.to_owned()], ..Query::default() }
}

/// The value of a category in a query, for people: without the mark of one at the top.
pub(crate) fn category_label(value: &str) -> &str {
    value.strip_prefix("> ").unwrap_or(value)
}

/// The page of a brand or a collection; where it has no slug, the listing that is filtered by its name.
pub(crate) fn shelf_address(kind: ShelfKind, slug: &str, name: &str) -> String {
    match kind {
        _ if slug.is_empty() => ListingLink(&shelf_query(kind, name)).to_text(),
        ShelfKind::Brand => ["/brands/", slug].concat(),
        ShelfKind::Collection => ["/collections/", slug].concat(),
    }
}

/// The listing of one brand or collection.
pub(crate) fn shelf_query(kind: ShelfKind, name: &str) -> Query {
    let names = vec![name.to_owned()];
    match kind {
        ShelfKind::Brand => Query { brands: names, ..Query::default() },
        ShelfKind::Collection => Query { collections: names, ..Query::default() },
    }
}
