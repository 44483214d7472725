//! Prices and stock that nobody has confirmed: marked as of their time, without a number of pieces and without a claim to others.

use catalog::Catalog;
use pages::{Frame, More, ProductView, Unconfirmed};

use crate::fixture::{catalog, manifest, site, text};

fn page(catalog: &Catalog, id: &str, unconfirmed: Option<Unconfirmed<'_>>) -> String {
    let frame = Frame { site: &site(), remotes: &[&manifest("product-detail")], preview: None, unconfirmed };
    let product = catalog.product(id).unwrap();
    text(pages::product(&frame, &ProductView { product, related: Vec::new(), more: More::default() }))
}

#[test]
fn a_product_says_of_which_time_it_is_and_nothing_that_may_be_wrong() {
    let catalog = catalog();
    let product = (0..).map_while(|position| catalog.product_at(position)).find(|product| product.stock > 1).unwrap();
    let (id, pieces) = (product.id, format!("{} in stock", product.stock));
    let confirmed = page(&catalog, id, None);
    let marked = page(&catalog, id, Some(Unconfirmed { since: Some("26 November 2026, 14:05 UTC") }));
    let unknown = page(&catalog, id, Some(Unconfirmed { since: None }));
    for claim in [pieces.as_str(), "https://schema.org/InStock", "product:availability"] {
        assert!(confirmed.contains(claim), "`{claim}` is missing where it is confirmed");
        assert!(!marked.contains(claim) && !unknown.contains(claim), "`{claim}` is claimed where nobody confirms it");
    }
    for part in [
        "Prices and stock are as of 26 November 2026, 14:05 UTC and may have changed since.",
        "Price and availability as of 26 November 2026, 14:05 UTC",
        "<dd>In stock</dd>",
    ] {
        assert!(marked.contains(part) && !confirmed.contains(part), "`{part}`");
    }
    for part in ["Prices and stock are not confirmed at the moment", "Price and availability not confirmed"] {
        assert!(unknown.contains(part), "`{part}`");
    }
    for page in [&marked, &unknown] {
        assert!(page.contains("\"price\":") && page.contains("In Stock"), "the last good price and state stay");
    }
}
