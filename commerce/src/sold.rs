//! What a catalog knows of a SKU, as a cart needs it. For hosts that look things up seldom; the edge, which looks up much, keeps what it found.

use catalog::{Catalog, Product, Sold, StockPolicy, VariantFacts};

use crate::lookup::{Availability, Item};

/// Something that is sold, and how its stock limits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldItem {
    /// All that a cart needs; `available` is by the catalog's own count.
    pub item: Item,
    /// How its stock limits it.
    pub policy: StockPolicy,
}

/// What a catalog knows of a SKU.
pub fn sold(catalog: &Catalog, sku: &str) -> Option<SoldItem> {
    let Sold { position, variant } = catalog.by_sku(sku)?;
    let product = catalog.product_at(position)?;
    let details = catalog.details_at(position).unwrap_or_default();
    let variant = variant.and_then(|place| details.variants.get(place));
    let facts = variant.map_or_else(|| single(&product), |variant| variant.facts);
    let image = variant.and_then(|variant| details.images.get(usize::try_from(variant.image?).ok()?));
    let path = catalog.category_path_at(position);
    let item = Item {
        values: variant.map(|variant| variant.values.clone()).unwrap_or_default(),
        picture: image.map_or_else(|| product.image_url.to_string(), |image| image.url.clone()),
        price: facts.price,
        available: match facts.policy {
            StockPolicy::Deny => Availability::Limited(facts.stock),
            StockPolicy::Continue | StockPolicy::Untracked => Availability::Unlimited,
        },
        weight: variant.map_or(0, |variant| variant.weight),
        categories: if path.is_empty() {
            vec![product.category.to_owned()]
        } else {
            path.into_iter().map(str::to_owned).collect()
        },
        tax_class: details.tax_class,
        product: product.id.to_owned(),
        handle: product.handle.into_owned(),
        name: product.name.into_owned(),
    };
    Some(SoldItem { item, policy: facts.policy })
}

/// The facts of a product that is its own single variant.
fn single(product: &Product<'_>) -> VariantFacts {
    let Product { price, compare_at, stock, .. } = *product;
    VariantFacts { price, compare_at, stock, policy: StockPolicy::Deny }
}
