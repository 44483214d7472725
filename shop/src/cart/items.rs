//! What the current edition of the catalog knows of a SKU, as a cart needs it.

use catalog::{Catalog, Details, Product, Sold, StockPolicy, VariantFacts};
use commerce::{Availability, Found, Item, Lookup};

/// The products of an edition.
pub(crate) struct Items<'a> {
    pub(crate) catalog: &'a Catalog,
    /// Whether stock was confirmed lately; otherwise none is claimed.
    pub(crate) is_confirmed: bool,
}

impl Lookup for Items<'_> {
    fn find(&self, sku: &str) -> Found {
        self.item(sku).map_or(Found::Unknown, |item| Found::Item(Box::new(item)))
    }
}

impl Items<'_> {
    /// What is sold by a SKU.
    pub(crate) fn item(&self, sku: &str) -> Option<Item> {
        let Sold { position, variant } = self.catalog.by_sku(sku)?;
        let product = self.catalog.product_at(position)?;
        let details = self.catalog.details_at(position).unwrap_or_default();
        let variant = variant.and_then(|place| details.variants.get(place));
        let facts = variant.map_or_else(|| single(&product), |variant| variant.facts);
        let image = variant.and_then(|variant| details.images.get(usize::try_from(variant.image?).ok()?));
        Some(Item {
            values: variant.map(|variant| variant.values.clone()).unwrap_or_default(),
            picture: image.map_or_else(|| product.image_url.to_string(), |image| image.url.clone()),
            price: facts.price,
            available: self.available(facts),
            weight: variant.map_or(0, |variant| variant.weight),
            categories: self.categories(position, &product),
            tax_class: details.tax_class,
            product: product.id.to_owned(),
            handle: product.handle.into_owned(),
            name: product.name.into_owned(),
        })
    }

    /// The details of a product by its id.
    pub(crate) fn details(&self, id: &str) -> Option<Details> {
        self.catalog.details_at(self.catalog.position_of(id)?)
    }

    fn available(&self, facts: VariantFacts) -> Availability {
        match facts.policy {
            _ if !self.is_confirmed => Availability::Unknown,
            StockPolicy::Deny => Availability::Limited(facts.stock),
            StockPolicy::Continue | StockPolicy::Untracked => Availability::Unlimited,
        }
    }

    fn categories(&self, position: u32, product: &Product<'_>) -> Vec<String> {
        let path = self.catalog.category_path_at(position);
        if path.is_empty() { vec![product.category.to_owned()] } else { path.into_iter().map(str::to_owned).collect() }
    }
}

/// The facts of a product that is its own single variant.
fn single(product: &Product<'_>) -> VariantFacts {
    let Product { price, compare_at, stock, .. } = *product;
    VariantFacts { price, compare_at, stock, policy: StockPolicy::Deny }
}
