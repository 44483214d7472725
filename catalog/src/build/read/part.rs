//! The parts that products are put together from: a row of a table, an object, an item of a feed, each with all that it says.
//! A part is a product, a variant of one, pictures of one, or several of these at once; `group.rs` decides.

use crate::build::problem::Rule;
use crate::model::details::{Attribute, Image, StockPolicy, VariantFacts};
use crate::model::money::Price;
use crate::model::product::Rating;

/// All that a record of an export says.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) line: usize,
    /// The record's place in the file, from 1.
    pub(super) record: usize,
    pub(super) id: String,
    /// The id as the file has it.
    pub(super) foreign_id: String,
    pub(super) handle: String,
    pub(super) sku: String,
    /// The key that all parts of a product share, where it is not the id.
    pub(super) group: String,
    /// The product that this is a variant of, by id or SKU.
    pub(super) parent: String,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) html: String,
    pub(super) price: Option<Price>,
    pub(super) compare_at: Option<Price>,
    pub(super) images: Vec<Image>,
    /// Whether there is a picture that no page may show.
    pub(super) has_refused_picture: bool,
    /// The picture of the variant alone.
    pub(super) variant_image: Option<Image>,
    /// The category with those above it, from the top.
    pub(super) category: Vec<String>,
    pub(super) collections: Vec<String>,
    pub(super) stock: Stock,
    pub(super) rating: Rating,
    pub(super) reviews: u32,
    pub(super) brand: String,
    pub(super) gtin: String,
    pub(super) mpn: String,
    pub(super) tags: Vec<String>,
    pub(super) tax_class: String,
    pub(super) seo_title: String,
    pub(super) seo_description: String,
    pub(super) published: u32,
    pub(super) weight: u32,
    /// Names and values of options; a name may be empty where an earlier part has it.
    pub(super) options: Vec<(String, String)>,
    /// Names with all values that variants have: each combination is a variant where no other part has any.
    pub(super) choices: Vec<(String, Vec<String>)>,
    /// Facts that are options where they tell variants apart, and attributes elsewhere.
    pub(super) traits: Vec<(String, String)>,
    pub(super) attributes: Vec<Attribute>,
    /// Variants by SKU, with their values.
    pub(super) children: Vec<(String, Vec<(String, String)>)>,
    /// Variants that stand inside of the record.
    pub(super) variants: Vec<Part>,
    /// What is wrong with it, and the column where that is.
    pub(super) problems: Vec<(Option<String>, Rule)>,
}

/// What a record is by its own word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// A product, or whatever its place in the file makes of it.
    #[default]
    Product,
    /// A product that is bought as one of its variants.
    Parent,
    /// A variant.
    Variant,
    /// A set of other products.
    Set,
    /// A product that another shop sells.
    Elsewhere,
    /// A row that holds neither, such as a rule for prices.
    Nothing,
}

/// What a record says about its stock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stock {
    pub(super) count: Option<u32>,
    pub(super) is_there: Option<bool>,
    pub(super) is_tracked: Option<bool>,
    pub(super) is_sold_without: bool,
}

impl Part {
    /// Whether the part names a value of an option.
    pub(super) fn has_options(&self) -> bool {
        !self.options.is_empty()
    }

    /// Whether it is something that can be sold by itself.
    pub(super) fn is_variant(&self) -> bool {
        self.has_options() || self.price.is_some() || !self.sku.is_empty()
    }
}

impl Stock {
    /// Stock and policy, if they are known.
    pub(super) fn facts(self) -> Option<(u32, StockPolicy)> {
        let count = self.count.unwrap_or_default();
        if self.is_sold_without {
            return Some((count, StockPolicy::Continue));
        }
        match (self.is_there, self.is_tracked, self.count) {
            (Some(false), ..) => Some((0, StockPolicy::Deny)),
            (_, Some(false), _) | (Some(true), _, None) => Some((0, StockPolicy::Untracked)),
            (_, _, Some(count)) => Some((count, StockPolicy::Deny)),
            (None, _, None) => None,
        }
    }
}

/// Facts of a variant with this price and stock.
pub(super) fn facts(price: Price, compare_at: Option<Price>, (stock, policy): (u32, StockPolicy)) -> VariantFacts {
    VariantFacts { price, compare_at: compare_at.filter(|before| *before > price), stock, policy }
}
