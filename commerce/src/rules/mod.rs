//! The merchant's rules, checked: tax by country, region, class and date; shipping by zone, method and band; discounts.
//!
//! | to change | open |
//! | --- | --- |
//! | a key of the document | `document.rs`, then `read.rs` |
//! | the check of a value, its error | `read.rs` |
//! | the rate of a product | `tax.rs` |
//! | the zone of a destination, the cost of a method | `shipping.rs` |
//! | what a code is worth | `discount.rs`; its place in a total: `price/discounts.rs` |
//! | `shop.toml`, and the line of a mistake in it | `toml.rs` (native hosts) |

pub(crate) mod discount;
mod document;
pub(crate) mod period;
pub(crate) mod places;
pub(crate) mod rate;
mod read;
pub(crate) mod shipping;
pub(crate) mod tax;
#[cfg(feature = "build")]
mod toml;

use catalog::{Amount, Currency};

use crate::cart::code::Code;
use crate::place::{Country, Destination};
use crate::rules::discount::Discount;
use crate::rules::document::Document;
use crate::rules::places::closest;
use crate::rules::shipping::Zone;
use crate::rules::tax::{Market, TaxRate};

/// The merchant's rules for one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    pub(crate) currency: Currency,
    pub(crate) is_tax_included: bool,
    pub(crate) markets: Vec<Market>,
    pub(crate) rates: Vec<TaxRate>,
    pub(crate) zones: Vec<Zone>,
    pub(crate) discounts: Vec<Discount>,
    pub(crate) default: Destination,
    served: Vec<Country>,
    document: Document,
}

/// How goods are sent where nothing else is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsualShipping {
    /// The cost of the cheapest parcel.
    pub cost: Amount,
    /// The value of goods from which it costs nothing.
    pub free_from: Option<Amount>,
    /// Working days, the fewest and the most.
    pub days: Option<(u32, u32)>,
    /// The countries that it is for; none for everywhere.
    pub countries: Vec<Country>,
}

/// How often a code may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeLimits {
    /// The most uses in all.
    pub uses: Option<u32>,
    /// Whether each customer may use it once.
    pub is_once_per_customer: bool,
}

/// Why a document was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// Neither JSON nor TOML of the right shape: an unknown key, or a value of another type.
    #[error("{}{message}", place(.at, *.line))]
    Shape {
        /// The path of the value.
        at: String,
        /// The line in the file, from 1, where there is one.
        line: Option<usize>,
        /// The reader's words.
        message: String,
    },
    /// A value that breaks its rule.
    #[error("{}`{value}` must be {rule}", place(.at, *.line))]
    Value {
        /// The path of the value, such as `shipping.zone[1].method[0].cost`.
        at: String,
        /// The line in the file, from 1, where there is one.
        line: Option<usize>,
        /// The value, in short.
        value: String,
        /// The rule.
        rule: &'static str,
    },
    /// The document is too long.
    #[error("the rules of tax, shipping and discounts have at most {} bytes as JSON, not {length}", Rules::MAX_LENGTH)]
    Length {
        /// The length in bytes.
        length: usize,
    },
}

/// Reads a document. Native hosts name the path of a value that is not of its type; at the edge, which gets documents that a host has read
/// before, the code for that would be larger than all the rest.
#[cfg(feature = "build")]
fn read_json(json: &[u8]) -> Result<Document, RulesError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let document = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let at = error.path().to_string();
        let message = error.inner().to_string();
        RulesError::Shape { at: if at == "." { String::new() } else { at }, line: None, message }
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(document)
}

#[cfg(not(feature = "build"))]
fn read_json(json: &[u8]) -> Result<Document, RulesError> {
    serde_json::from_slice(json).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> RulesError {
    RulesError::Shape { at: String::new(), line: None, message: error.to_string() }
}

fn place(at: &str, line: Option<usize>) -> String {
    match line {
        Some(line) if at.is_empty() => format!("line {line}: "),
        Some(line) => format!("line {line}: `{at}`: "),
        None if at.is_empty() => String::new(),
        None => format!("`{at}`: "),
    }
}

impl Rules {
    /// The longest document, in bytes.
    pub const MAX_LENGTH: usize = 256 * 1024;

    /// No rules at all: no tax, no shipping, no discounts.
    pub fn none(currency: Currency) -> Rules {
        Rules {
            currency,
            is_tax_included: true,
            markets: Vec::new(),
            rates: Vec::new(),
            zones: Vec::new(),
            discounts: Vec::new(),
            default: Destination::of(Country::FALLBACK),
            served: Vec::new(),
            document: Document::default(),
        }
    }

    /// Reads the JSON that [`Rules::to_json`] wrote.
    pub fn from_json(json: &[u8], currency: Currency) -> Result<Rules, RulesError> {
        if json.len() > Rules::MAX_LENGTH {
            return Err(RulesError::Length { length: json.len() });
        }
        // serde reads a list as a structure as well, by position.
        if !json.trim_ascii_start().starts_with(b"{") {
            let message = "expected an object".to_owned();
            return Err(RulesError::Shape { at: String::new(), line: None, message });
        }
        let document = read_json(json)?;
        Rules::new(document, currency)
    }

    /// The rules as JSON, the same for the same rules.
    pub fn to_json(&self) -> Vec<u8> {
        // A document of texts, numbers and lists has no value that JSON lacks.
        serde_json::to_vec(&self.document).unwrap_or_default()
    }

    /// The currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Where a cart goes before the shopper has chosen a country.
    pub fn default_destination(&self) -> &Destination {
        &self.default
    }

    /// The countries that the shop delivers to, by code.
    pub fn countries(&self) -> &[Country] {
        &self.served
    }

    /// The regions of a country that rules name, in capitals, each once, in order.
    pub fn regions(&self, country: Country) -> Vec<&str> {
        let of_rates = self.rates.iter().map(|rate| &rate.places);
        let places = of_rates.chain(self.zones.iter().map(|zone| &zone.places)).filter(|places| places.names(country));
        let mut regions: Vec<&str> = Vec::new();
        for region in places.flat_map(|places| &places.regions) {
            let before = regions.iter().take_while(|held| **held < region.as_str()).count();
            if regions.get(before) != Some(&region.as_str()) {
                regions.insert(before, region);
            }
        }
        regions
    }

    /// How goods are sent where nothing else is known: the first method of the default destination.
    pub fn usual_shipping(&self) -> Option<UsualShipping> {
        let zone = closest(&self.zones, &self.default, |zone| &zone.places)?;
        let method = zone.methods.first()?;
        let cost = method.bands.first()?.cost;
        let countries = zone.places.countries.clone();
        Some(UsualShipping { cost, free_from: method.free_from(), days: method.days, countries })
    }

    /// Whether a discount has this code, whether it holds now or not.
    pub fn has_code(&self, code: &Code) -> bool {
        self.discounts.iter().any(|discount| discount.code == *code)
    }

    /// How often a code may be used; `None` for a code that no discount has.
    pub fn limits_of(&self, code: &Code) -> Option<CodeLimits> {
        let discount = self.discounts.iter().find(|discount| discount.code == *code)?;
        Some(CodeLimits { uses: discount.uses, is_once_per_customer: discount.is_once_per_customer })
    }

    /// Whether any tax is charged anywhere.
    pub fn has_rates(&self) -> bool {
        !self.rates.is_empty()
    }

    /// Whether prices include tax in a country.
    pub fn is_tax_included(&self, country: Country) -> bool {
        let market = self.markets.iter().find(|market| market.countries.contains(&country));
        market.map_or(self.is_tax_included, |market| market.is_included)
    }

    /// The methods of shipping that weigh the goods, by bands or by a heaviest parcel: the path of each in the document. Goods without a weight
    /// weigh nothing for them.
    pub fn weighing_methods(&self) -> impl Iterator<Item = String> {
        self.document.shipping.zone.iter().enumerate().flat_map(|(zone, row)| {
            let weighs = |method: &document::Method| !method.by_weight.is_empty() || method.max_weight.is_some();
            let weighing = row.method.iter().enumerate().filter(move |(_, method)| weighs(method));
            weighing.map(move |(method, _)| format!("shipping.zone[{zone}].method[{method}]"))
        })
    }

    /// The ids of products that discounts name, each with its path in the document.
    pub fn named_products(&self) -> impl Iterator<Item = (String, &str)> {
        named(&self.document, "products", |discount| &discount.products)
    }

    /// The names of categories that discounts name, each with its path in the document.
    pub fn named_categories(&self) -> impl Iterator<Item = (String, &str)> {
        named(&self.document, "categories", |discount| &discount.categories)
    }
}

fn named<'a>(
    document: &'a Document,
    key: &'static str,
    list: fn(&document::Discount) -> &Vec<String>,
) -> impl Iterator<Item = (String, &'a str)> {
    document.discount.iter().enumerate().flat_map(move |(place, discount)| {
        let at =
            move |(number, name): (usize, &'a String)| (format!("discount[{place}].{key}[{number}]"), name.as_str());
        list(discount).iter().enumerate().map(at)
    })
}
