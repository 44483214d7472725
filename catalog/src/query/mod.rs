//! A listing's query: parameters of a URL to a `Query`, and a `Query` to its one canonical query string.
//! Reads strictly and never guesses; knows no catalog.
//!
//! | to change | open |
//! | --- | --- |
//! | the name of a parameter, a new parameter | `parameter.rs`, then `Query::set` and `Query::write` here |
//! | the rule for a value | `value.rs` |
//! | the text of an error | `error.rs` |
//! | the products that a filter keeps | `search/filter.rs` |

pub(crate) mod error;
mod parameter;
mod value;

use crate::index::shelves::ShelfKind;
use crate::model::currency::Currency;
use crate::model::few::sort_few;
use crate::model::money::Price;
use crate::model::product::Rating;
use crate::query::error::ParameterError;
use crate::query::parameter::{Found, Parameter, Separator, known};
use crate::query::value::Value;
use crate::text::fold::fold;
use web::form::encode;

/// The order of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Best match first while searching; by id otherwise.
    Relevance,
    /// Cheapest first.
    PriceAscending,
    /// Dearest first.
    PriceDescending,
    /// Best rated first.
    Rating,
    /// By name, case and accents aside.
    Name,
    /// The last published first; of unknown dates, the last ids.
    Newest,
    /// The largest share off the price before first.
    Discount,
}

/// The values that one option or attribute may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedFilter {
    /// Its name, such as `Size`.
    pub name: String,
    /// The values, sorted; a product needs one of them.
    pub values: Vec<String>,
}

/// Filters, order and page of a listing. Equal queries have equal canonical strings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only products of one of these categories or of one below them: each a name, or names from the top with ` > ` between them.
    pub categories: Vec<String>,
    /// Only products of one of these brands.
    pub brands: Vec<String>,
    /// Only products of one of these collections, by name or by the slug of the name.
    pub collections: Vec<String>,
    /// Only products with a variant that has one of the values of each of these options, sorted by name.
    pub options: Vec<NamedFilter>,
    /// Only products with one of the values of each of these attributes, sorted by name.
    pub attributes: Vec<NamedFilter>,
    /// `true`: only products with a price before; `false`: only those without.
    pub on_sale: Option<bool>,
    /// Only products with this rating or a better one.
    pub min_rating: Option<Rating>,
    /// The currency of the prices, in which they are read and written.
    pub currency: Currency,
    /// Only products of this price or more.
    pub min_price: Option<Price>,
    /// Only products of this price or less.
    pub max_price: Option<Price>,
    /// `true`: only products in stock; `false`: only those out of stock.
    pub in_stock: Option<bool>,
    /// Words that a product must have, without white space around them; never empty.
    pub search: Option<String>,
    /// The page, from 1.
    pub page: u32,
    /// Products on a page.
    pub page_size: u32,
    /// The order; absent means relevance while searching and by id otherwise.
    pub sort: Option<Sort>,
    /// Whether the answer carries facets.
    pub facets: bool,
    /// The details that the products of the answer carry.
    pub details: Wanted,
}

/// Details that products of a listing carry if they are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Their variants.
    pub variants: bool,
    /// All of their pictures.
    pub images: bool,
    /// Their attributes.
    pub attributes: bool,
}

impl Sort {
    /// Every order, in the order in which they are offered.
    pub const ALL: [Sort; 7] = [
        Sort::Relevance,
        Sort::PriceAscending,
        Sort::PriceDescending,
        Sort::Rating,
        Sort::Name,
        Sort::Newest,
        Sort::Discount,
    ];

    const WORDS: [&'static str; 7] = ["relevance", "price-asc", "price-desc", "rating", "name", "newest", "discount"];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Sort::Relevance => "relevance",
            Sort::PriceAscending => "price-asc",
            Sort::PriceDescending => "price-desc",
            Sort::Rating => "rating",
            Sort::Name => "name",
            Sort::Newest => "newest",
            Sort::Discount => "discount",
        }
    }

    fn parse(word: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.as_str() == word)
    }
}

impl Query {
    /// Products on a page when the URL names no size.
    pub const DEFAULT_PAGE_SIZE: u32 = 12;
    /// The most products on a page.
    pub const MAX_PAGE_SIZE: u32 = 100;
    /// The last page that can be asked for.
    pub const MAX_PAGE: u32 = 1_000_000;
    /// The most values of one filter, and the most options or attributes that are asked for.
    pub const MAX_VALUES: usize = 50;
    /// The most characters of `category`, `search`, `q` and other texts.
    pub const MAX_TEXT_LENGTH: usize = 200;

    /// Reads a raw query string, percent-encoded and without its `?`, with prices in the catalog's currency. Empty values mean absent;
    /// unknown parameters are ignored.
    pub fn parse(query_string: &str, currency: Currency) -> Result<Query, ParameterError> {
        let mut query = Query { currency, ..Query::default() };
        let mut seen: Vec<Parameter> = Vec::new();
        for Found { parameter, of, value } in known(query_string, &Parameter::LISTING) {
            let value = value?;
            let value = parameter.trimmed(&value);
            if value.is_empty() {
                continue;
            }
            parameter.once(&mut seen)?;
            query.set(parameter, &of, value)?;
        }
        query.sort_values();
        match (query.min_price, query.max_price) {
            (Some(minimum), Some(maximum)) if minimum > maximum => Err(ParameterError::PriceRange {
                minimum: currency.decimal(minimum),
                maximum: currency.decimal(maximum),
            }),
            _ => Ok(query),
        }
    }

    /// Reads the value of a parameter, which is not empty.
    fn set(&mut self, parameter: Parameter, of: &str, value: &str) -> Result<(), ParameterError> {
        let name = parameter.name();
        match parameter {
            Parameter::Category => push(name, &mut self.categories, value)?,
            Parameter::Brand => push(name, &mut self.brands, value)?,
            Parameter::Collection => push(name, &mut self.collections, value)?,
            Parameter::Option => push_named(name, &mut self.options, of, value)?,
            Parameter::Attribute => push_named(name, &mut self.attributes, of, value)?,
            Parameter::OnSale => self.on_sale = Some(value::choice(name, value, &["true", "false"])? == "true"),
            Parameter::MinRating => self.min_rating = Some(value::rating(name, value)?),
            Parameter::MinPrice => self.min_price = Some(value::price(name, value, self.currency)?),
            Parameter::MaxPrice => self.max_price = Some(value::price(name, value, self.currency)?),
            Parameter::InStock => self.in_stock = Some(value::choice(name, value, &["true", "false"])? == "true"),
            Parameter::Search => self.search = Some(value::text(name, value)?),
            Parameter::Page => self.page = value::whole_number(name, value, Query::MAX_PAGE)?,
            Parameter::PageSize => self.page_size = value::whole_number(name, value, Query::MAX_PAGE_SIZE)?,
            Parameter::Sort => self.sort = Sort::parse(value::choice(name, value, &Sort::WORDS)?),
            Parameter::Include => {
                for part in value.split(',') {
                    match value::choice(name, part, &["facets", "variants", "images", "attributes"])? {
                        "facets" => self.facets = true,
                        "variants" => self.details.variants = true,
                        "images" => self.details.images = true,
                        _ => self.details.attributes = true,
                    }
                }
            }
            // Of the suggestions; a listing ignores it as it does every parameter that it does not know.
            Parameter::Suggest => {}
        }
        Ok(())
    }

    /// The canonical query string: fixed order, defaults omitted, percent-encoded; empty when all is default.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write_canonical(&mut out);
        out
    }

    /// Appends the canonical query string.
    pub fn write_canonical(&self, out: &mut String) {
        let mut separator = Separator::default();
        for parameter in Parameter::LISTING {
            self.write(parameter, &mut separator, out);
        }
    }

    /// Appends a parameter, unless it has its default.
    fn write<'q>(&'q self, parameter: Parameter, separator: &mut Separator, out: &mut String) {
        let text = |text: &'q Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(Value::Text);
        let price = |price: Option<Price>| price.map(|price| Value::Price(self.currency.decimal(price)));
        let number = |number: u32, default: u32| (number != default).then_some(Value::Number(number));
        let truth = |truth: Option<bool>| truth.map(|is_so| Value::Text(if is_so { "true" } else { "false" }));
        let mut all = |name: &str, values: &'q [String]| {
            for value in values {
                Value::Text(value).write(separator.name(name, out));
            }
            None
        };
        let value = match parameter {
            Parameter::Category => all(parameter.name(), &self.categories),
            Parameter::Brand => all(parameter.name(), &self.brands),
            Parameter::Collection => all(parameter.name(), &self.collections),
            Parameter::Option | Parameter::Attribute => {
                let filters = if parameter == Parameter::Option { &self.options } else { &self.attributes };
                for filter in filters {
                    let mut name = parameter.prefix().unwrap_or_default().to_owned();
                    encode(&filter.name, &mut name);
                    all(&name, &filter.values);
                }
                None
            }
            Parameter::MinPrice => price(self.min_price),
            Parameter::MaxPrice => price(self.max_price),
            Parameter::InStock => truth(self.in_stock),
            Parameter::OnSale => truth(self.on_sale),
            Parameter::MinRating => self.min_rating.map(Value::Rating),
            Parameter::Search => text(&self.search),
            Parameter::Page => number(self.page, 1),
            Parameter::PageSize => number(self.page_size, Query::DEFAULT_PAGE_SIZE),
            Parameter::Sort => self.sort.map(|sort| Value::Text(sort.as_str())),
            Parameter::Include => {
                let parts = [
                    (self.facets, "facets"),
                    (self.details.variants, "variants"),
                    (self.details.images, "images"),
                    (self.details.attributes, "attributes"),
                ];
                let parts = parts.into_iter().filter(|(is_included, _)| *is_included).map(|(_, part)| part);
                Value::parts(parts)
            }
            Parameter::Suggest => None,
        };
        if let Some(value) = value {
            value.write(separator.name(parameter.name(), out));
        }
    }

    /// Brings what may repeat into its one order, without what repeats.
    pub(crate) fn sort_values(&mut self) {
        for values in [&mut self.categories, &mut self.brands, &mut self.collections] {
            sort_few(values, |left, right| left < right);
            values.dedup();
        }
        for filters in [&mut self.options, &mut self.attributes] {
            for filter in filters.iter_mut() {
                sort_few(&mut filter.values, |left, right| left < right);
                filter.values.dedup();
            }
            sort_few(filters, |left, right| left.name < right.name);
        }
    }

    /// The one category that is asked for, if it is exactly one.
    pub fn only_category(&self) -> Option<&str> {
        match self.categories.as_slice() {
            [category] => Some(category),
            _ => None,
        }
    }

    /// The one brand or collection that is asked for, without a category beside it.
    pub fn only_shelf(&self) -> Option<(ShelfKind, &str)> {
        match (self.categories.as_slice(), self.brands.as_slice(), self.collections.as_slice()) {
            ([], [brand], []) => Some((ShelfKind::Brand, brand)),
            ([], [], [collection]) => Some((ShelfKind::Collection, collection)),
            _ => None,
        }
    }

    /// Whether anything narrows the listing; paging, order and facets do not.
    pub fn has_filters(&self) -> bool {
        !self.categories.is_empty()
            || !self.brands.is_empty()
            || !self.collections.is_empty()
            || !self.options.is_empty()
            || !self.attributes.is_empty()
            || self.on_sale.is_some()
            || self.min_rating.is_some()
            || self.min_price.is_some()
            || self.max_price.is_some()
            || self.in_stock.is_some()
            || self.search.is_some()
    }
}

impl Default for Query {
    fn default() -> Query {
        Query {
            categories: Vec::new(),
            brands: Vec::new(),
            collections: Vec::new(),
            options: Vec::new(),
            attributes: Vec::new(),
            on_sale: None,
            min_rating: None,
            currency: Currency::default(),
            min_price: None,
            max_price: None,
            in_stock: None,
            search: None,
            page: 1,
            page_size: Query::DEFAULT_PAGE_SIZE,
            sort: None,
            facets: false,
            details: Wanted::default(),
        }
    }
}

/// Adds one of several values.
fn push(parameter: &'static str, values: &mut Vec<String>, value: &str) -> Result<(), ParameterError> {
    values.push(value::text(parameter, value)?);
    check_count(parameter, values.len())
}

/// Adds a value of an option or an attribute.
fn push_named(
    parameter: &'static str,
    filters: &mut Vec<NamedFilter>,
    name: &str,
    value: &str,
) -> Result<(), ParameterError> {
    let name = value::text(parameter, name)?;
    // However a name is spelled, its values are one filter.
    if let Some(filter) = filters.iter_mut().find(|filter| fold(&filter.name) == fold(&name)) {
        return push(parameter, &mut filter.values, value);
    }
    filters.push(NamedFilter { name, values: vec![value::text(parameter, value)?] });
    check_count(parameter, filters.len())
}

fn check_count(parameter: &'static str, count: usize) -> Result<(), ParameterError> {
    if count > Query::MAX_VALUES {
        return Err(ParameterError::TooMany { parameter, maximum: Query::MAX_VALUES });
    }
    Ok(())
}

/// Reads the one parameter of the suggestions, `q`; `None` when it is absent or empty.
pub(crate) fn parse_suggestion(query_string: &str) -> Result<Option<String>, ParameterError> {
    let mut seen = Vec::new();
    let mut found = None;
    for Found { parameter, value, .. } in known(query_string, &[Parameter::Suggest]) {
        let value = value?;
        let value = parameter.trimmed(&value);
        if !value.is_empty() {
            parameter.once(&mut seen)?;
            found = Some(value::text(parameter.name(), value)?);
        }
    }
    Ok(found)
}
