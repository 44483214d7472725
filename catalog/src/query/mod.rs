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

use crate::model::money::Price;
use crate::query::error::ParameterError;
use crate::query::parameter::{Parameter, Separator, known};
use crate::query::value::Value;

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
}

/// Filters, order and page of a listing. Equal queries have equal canonical strings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// Only products of this category.
    pub category: Option<String>,
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
}

impl Sort {
    /// Every order, in the order in which they are offered.
    pub const ALL: [Sort; 5] = [Sort::Relevance, Sort::PriceAscending, Sort::PriceDescending, Sort::Rating, Sort::Name];

    const WORDS: [&'static str; 5] = ["relevance", "price-asc", "price-desc", "rating", "name"];

    /// The word in the URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Sort::Relevance => "relevance",
            Sort::PriceAscending => "price-asc",
            Sort::PriceDescending => "price-desc",
            Sort::Rating => "rating",
            Sort::Name => "name",
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
    /// The most characters of `category`, `search` and `q`.
    pub const MAX_TEXT_LENGTH: usize = 200;

    /// Reads a raw query string, percent-encoded and without its `?`. Empty values mean absent; unknown parameters are ignored.
    pub fn parse(query_string: &str) -> Result<Query, ParameterError> {
        let mut query = Query::default();
        let mut seen: Vec<Parameter> = Vec::new();
        for (parameter, value) in known(query_string, &Parameter::LISTING) {
            let value = value?;
            let value = parameter.trimmed(&value);
            if value.is_empty() {
                continue;
            }
            parameter.once(&mut seen)?;
            query.set(parameter, value)?;
        }
        match (query.min_price, query.max_price) {
            (Some(minimum), Some(maximum)) if minimum > maximum => Err(ParameterError::PriceRange { minimum, maximum }),
            _ => Ok(query),
        }
    }

    /// Reads the value of a parameter, which is not empty.
    fn set(&mut self, parameter: Parameter, value: &str) -> Result<(), ParameterError> {
        let name = parameter.name();
        match parameter {
            Parameter::Category => self.category = Some(value::text(name, value)?),
            Parameter::MinPrice => self.min_price = Some(value::price(name, value)?),
            Parameter::MaxPrice => self.max_price = Some(value::price(name, value)?),
            Parameter::InStock => self.in_stock = Some(value::choice(name, value, &["true", "false"])? == "true"),
            Parameter::Search => self.search = Some(value::text(name, value)?),
            Parameter::Page => self.page = value::whole_number(name, value, Query::MAX_PAGE)?,
            Parameter::PageSize => self.page_size = value::whole_number(name, value, Query::MAX_PAGE_SIZE)?,
            Parameter::Sort => self.sort = Sort::parse(value::choice(name, value, &Sort::WORDS)?),
            Parameter::Include => self.facets = value::choice(name, value, &["facets"])? == "facets",
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
        let number = |number: u32, default: u32| (number != default).then_some(Value::Number(number));
        let value = match parameter {
            Parameter::Category => text(&self.category),
            Parameter::MinPrice => self.min_price.map(Value::Price),
            Parameter::MaxPrice => self.max_price.map(Value::Price),
            Parameter::InStock => self.in_stock.map(|is_in| Value::Text(if is_in { "true" } else { "false" })),
            Parameter::Search => text(&self.search),
            Parameter::Page => number(self.page, 1),
            Parameter::PageSize => number(self.page_size, Query::DEFAULT_PAGE_SIZE),
            Parameter::Sort => self.sort.map(|sort| Value::Text(sort.as_str())),
            Parameter::Include => self.facets.then_some(Value::Text("facets")),
            Parameter::Suggest => None,
        };
        if let Some(value) = value {
            value.write(separator.name(parameter.name(), out));
        }
    }

    /// Whether anything narrows the listing; paging, order and facets do not.
    pub fn has_filters(&self) -> bool {
        self.category.is_some()
            || self.min_price.is_some()
            || self.max_price.is_some()
            || self.in_stock.is_some()
            || self.search.is_some()
    }
}

impl Default for Query {
    fn default() -> Query {
        Query {
            category: None,
            min_price: None,
            max_price: None,
            in_stock: None,
            search: None,
            page: 1,
            page_size: Query::DEFAULT_PAGE_SIZE,
            sort: None,
            facets: false,
        }
    }
}

/// Reads the one parameter of the suggestions, `q`; `None` when it is absent or empty.
pub(crate) fn parse_suggestion(query_string: &str) -> Result<Option<String>, ParameterError> {
    let mut seen = Vec::new();
    let mut found = None;
    for (parameter, value) in known(query_string, &[Parameter::Suggest]) {
        let value = value?;
        let value = parameter.trimmed(&value);
        if !value.is_empty() {
            parameter.once(&mut seen)?;
            found = Some(value::text(parameter.name(), value)?);
        }
    }
    Ok(found)
}
