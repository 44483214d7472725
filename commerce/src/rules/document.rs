//! The rules as a merchant writes them: sections `tax`, `shipping` and `discount` of `shop.toml`, and the same in JSON between hosts.
//! Amounts and percents are decimals in quotes, so that none goes through a float. An unknown key is an error.

use serde::{Deserialize, Serialize};

/// The whole document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Document {
    pub(super) tax: Tax,
    pub(super) shipping: Shipping,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) discount: Vec<Discount>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Tax {
    /// Whether the prices of the catalog include tax.
    pub(super) included: bool,
    /// Countries in which it is the other way round.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) market: Vec<Market>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rate: Vec<TaxRate>,
}

impl Default for Tax {
    fn default() -> Tax {
        Tax { included: true, market: Vec::new(), rate: Vec::new() }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Market {
    pub(super) countries: Vec<String>,
    pub(super) included: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaxRate {
    pub(super) countries: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) regions: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) class: String,
    pub(super) percent: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Shipping {
    /// The country that a cart goes to before the shopper has chosen one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) zone: Vec<Zone>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Zone {
    pub(super) name: String,
    pub(super) countries: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) regions: Vec<String>,
    #[serde(default)]
    pub(super) method: Vec<Method>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Method {
    pub(super) name: String,
    /// Working days: the fewest and the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) days: Option<[u32; 2]>,
    /// The cost where it is always the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cost: Option<String>,
    /// Bands of the value of the goods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) by_value: Vec<ValueBand>,
    /// Bands of the weight of the goods, in grams.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) by_weight: Vec<WeightBand>,
    /// The heaviest parcel, in grams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) max_weight: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueBand {
    pub(super) from: String,
    pub(super) cost: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeightBand {
    pub(super) from: u64,
    pub(super) cost: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Discount {
    pub(super) code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) percent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) amount: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) free_shipping: bool,
    /// The least value of the goods that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) minimum: Option<String>,
    /// Ids of products that it is for; none for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) products: Vec<String>,
    /// Categories that it is for, with those below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) categories: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<String>,
    /// How often it can be used in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) uses: Option<u32>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) once_per_customer: bool,
    /// Whether it may be used together with others.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) combinable: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
