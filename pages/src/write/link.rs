//! Addresses inside the shop, written once: listing states, products.
//! Product identifiers need no escaping in a path: `[A-Za-z0-9._-]` is all they may hold.

use catalog::Query;
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

/// A product's page.
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

/// The listing of one category.
pub(crate) fn category_query(category: &str) -> Query {
    Query { categories: vec![category.to_owned()], ..Query::default() }
}
