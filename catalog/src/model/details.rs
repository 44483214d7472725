//! What a product has beside the fields of a listing: variants, pictures, attributes and the rest, read for one product at a time.
//! Plain values; their rules are checked where an index is built, and their limits stand here.

use crate::model::money::Price;

/// The most variants of a product.
pub const MAX_VARIANTS: usize = 100;
/// The most options, such as size and colour, that tell the variants of a product apart.
pub const MAX_OPTIONS: usize = 3;
/// The most pictures of a product.
pub const MAX_IMAGES: usize = 50;
/// The most attributes of a product.
pub const MAX_ATTRIBUTES: usize = 40;
/// The most attributes of a shop that its listings can be filtered by.
pub const MAX_FILTERABLE_ATTRIBUTES: usize = 20;
/// The most tags of a product, and the most collections that it belongs to.
pub const MAX_LABELS: usize = 50;
/// The most handles that a product had before.
pub const MAX_FORMER_HANDLES: usize = 20;
/// The longest name or value of an option, an attribute, a tag, a brand or a collection, in characters.
pub const MAX_LABEL_LENGTH: usize = 100;
/// The longest description in HTML, in bytes, once it is cleaned.
pub const MAX_HTML_LENGTH: usize = 40_000;

/// The facts of a product that listings do not show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// Handles that lead to the product's page for those who kept them.
    pub former_handles: Vec<String>,
    /// The GTIN, 8 to 14 digits. This and every other text here is empty if the merchant gave none.
    pub gtin: String,
    /// The manufacturer's part number.
    pub mpn: String,
    /// The SKU in the merchant's books, where it is no SKU of ours.
    pub merchant_sku: String,
    /// Words that the merchant sorts products by.
    pub tags: Vec<String>,
    /// The collections that the product belongs to, by name.
    pub collections: Vec<String>,
    /// The pictures, the first of which is the product's own; empty where that is the only one and nothing is known of it.
    pub images: Vec<Image>,
    /// The names of the options, in order.
    pub options: Vec<String>,
    /// The variants; none where the product is its own single variant, sold by its id.
    pub variants: Vec<Variant>,
    /// Facts by name, in the merchant's order.
    pub attributes: Vec<Attribute>,
    /// The quantity that the price is for, where a price per unit is due.
    pub unit: Option<Unit>,
    /// The merchant's tax class, such as `reduced`.
    pub tax_class: String,
    /// The title for search engines, where it is not the name.
    pub seo_title: String,
    /// The description for search engines.
    pub seo_description: String,
    /// The description in cleaned HTML, where it is more than a plain text.
    pub html: String,
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// A local absolute path or an `https` URL.
    pub url: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// Its width in pixels; 0 where it is unknown.
    pub width: u32,
    /// Its height in pixels; 0 where it is unknown.
    pub height: u32,
}

/// Something that is sold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// Unique in the catalog, and by the rule of [`crate::Sku`].
    pub sku: String,
    /// The SKU in the merchant's books, where it is no SKU of ours.
    pub merchant_sku: String,
    /// A value of each of the product's options, in their order.
    pub values: Vec<String>,
    /// The GTIN.
    pub gtin: String,
    /// Which of the product's pictures shows it.
    pub image: Option<u32>,
    /// Its weight in grams; 0 where it is unknown.
    pub weight: u32,
    /// Price and stock.
    pub facts: VariantFacts,
}

/// The facts of a variant that change from day to day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VariantFacts {
    /// The price of one.
    pub price: Price,
    /// The price before, where it is on sale; above the price.
    pub compare_at: Option<Price>,
    /// How many there are.
    pub stock: u32,
    /// Whether it is sold when its stock is 0.
    pub policy: StockPolicy,
}

/// Whether a variant is sold when its stock is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StockPolicy {
    /// It is not.
    #[default]
    Deny,
    /// It is, and will be delivered later.
    Continue,
    /// Its stock is not counted.
    Untracked,
}

/// A fact by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attribute {
    /// Its name, such as `Material`.
    pub name: String,
    /// Its value, such as `Wool`.
    pub value: String,
}

/// The quantity that a price is for, and the quantity of a price per unit: 750 ml and 1 l.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// The quantity, in thousandths of the measure; never 0.
    pub quantity: u32,
    /// The measure of both, such as `l`, `kg` or `m`.
    pub measure: String,
    /// The quantity that prices are compared by, in thousandths of the measure; never 0.
    pub base: u32,
}

impl VariantFacts {
    /// Whether one can be bought now.
    pub fn can_be_bought(&self) -> bool {
        self.stock > 0 || self.policy != StockPolicy::Deny
    }

    /// What the variant adds to its product's stock: whoever reads the sum alone must see that something can be bought.
    pub fn counted_stock(&self) -> u32 {
        if self.can_be_bought() { self.stock.max(1) } else { 0 }
    }
}

impl StockPolicy {
    /// The word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            StockPolicy::Deny => "deny",
            StockPolicy::Continue => "continue",
            StockPolicy::Untracked => "untracked",
        }
    }

    /// The policy of a word of the API.
    pub fn parse(word: &str) -> Option<StockPolicy> {
        [StockPolicy::Deny, StockPolicy::Continue, StockPolicy::Untracked]
            .into_iter()
            .find(|policy| policy.as_str() == word)
    }
}

impl Unit {
    /// The price of the base quantity, to the nearest minor unit.
    pub fn price(&self, price: Price) -> Price {
        let quantity = u128::from(self.quantity.max(1));
        let exact = u128::from(price.minor()) * u128::from(self.base);
        Price::of(u64::try_from((exact + quantity / 2) / quantity).unwrap_or(u64::MAX))
    }
}

impl Details {
    /// Whether nothing is known beside the fields of a listing.
    pub fn is_empty(&self) -> bool {
        *self == Details::default()
    }

    /// The price of the cheapest variant that can be bought, or of the cheapest of all where none can, with the price before.
    #[cfg(feature = "build")]
    pub(crate) fn leading(&self) -> Option<VariantFacts> {
        let all = || self.variants.iter().map(|variant| variant.facts);
        let cheapest = |facts: &VariantFacts| facts.price;
        all().filter(VariantFacts::can_be_bought).min_by_key(cheapest).or_else(|| all().min_by_key(cheapest))
    }

    /// The stock of all variants.
    #[cfg(feature = "build")]
    pub(crate) fn stock(&self) -> u32 {
        self.variants.iter().fold(0, |sum, variant| sum.saturating_add(variant.facts.counted_stock()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Details, StockPolicy, Unit, Variant, VariantFacts};
    use crate::model::money::Price;

    fn variant(minor: u64, stock: u32, policy: StockPolicy) -> Variant {
        let facts = VariantFacts { price: Price::of(minor), compare_at: None, stock, policy };
        Variant { facts, ..Variant::default() }
    }

    #[test]
    fn a_product_costs_what_its_cheapest_variant_in_stock_does() {
        let of = |variants: &[Variant]| {
            let details = Details { variants: variants.to_vec(), ..Details::default() };
            (details.leading().map(|facts| facts.price.minor()), details.stock())
        };
        let deny = StockPolicy::Deny;
        assert_eq!(of(&[variant(500, 0, deny), variant(900, 2, deny), variant(700, 1, deny)]), (Some(700), 3));
        assert_eq!(of(&[variant(500, 0, StockPolicy::Untracked), variant(700, 4, deny)]), (Some(500), 5));
        assert_eq!(of(&[variant(500, 0, deny), variant(400, 0, deny)]), (Some(400), 0));
        assert_eq!(of(&[]), (None, 0));
    }

    #[test]
    fn a_unit_price_is_rounded_to_the_nearest_minor_unit() {
        let unit = |quantity, base| Unit { quantity, measure: "l".to_owned(), base };
        assert_eq!(unit(750, 1_000).price(Price::of(999)).minor(), 1_332);
        assert_eq!(unit(3_000, 1_000).price(Price::of(1_000)).minor(), 333);
        assert_eq!(unit(3_000, 1_000).price(Price::of(500)).minor(), 167);
        assert_eq!(unit(1, u32::MAX).price(Price::MAX), Price::MAX);
    }
}
