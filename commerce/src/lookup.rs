//! What a cart has to know about something that is sold. A host answers from its catalog: the edge from the index, the origin from its own.

use std::sync::Arc;

use catalog::Price;

/// Finds what is sold by a SKU.
pub trait Lookup {
    /// What is known of a SKU.
    fn find(&self, sku: &str) -> Found;
}

/// What is known of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Something that is sold, perhaps out of stock.
    Item(Arc<Item>),
    /// Something that is not sold now.
    Unpublished,
    /// The catalog has no such SKU.
    Unknown,
}

/// Something that is sold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The id of its product.
    pub product: String,
    /// What the address of the product's page ends in.
    pub handle: String,
    /// The name of the product.
    pub name: String,
    /// The values of the variant's options, such as `Moss` and `Large`; empty for a product without variants.
    pub values: Vec<String>,
    /// The address of a picture; empty for an item without a picture.
    pub picture: String,
    /// The price of one.
    pub price: Price,
    /// How many can be bought.
    pub available: Availability,
    /// The weight of one in grams; 0 where it is unknown.
    pub weight: u32,
    /// The merchant's tax class; empty for the standard one.
    pub tax_class: String,
    /// The names of the product's category and of those above it, which discounts may name.
    pub categories: Vec<String>,
}

/// How many can be bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Availability {
    /// At most so many.
    Limited(u32),
    /// Any number: stock is not counted, or the rest is delivered later.
    Unlimited,
    /// Nothing is claimed, since nobody who knows has answered lately.
    #[default]
    Unknown,
}

impl Availability {
    /// How many of so many can be bought.
    pub fn of(self, quantity: u32) -> u32 {
        match self {
            Availability::Limited(most) => quantity.min(most),
            Availability::Unlimited | Availability::Unknown => quantity,
        }
    }
}
