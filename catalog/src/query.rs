//! What a listing was asked for: parameters of a URL to a `Query`, and a `Query` to its one canonical query string.
//! Reads strictly and never guesses; knows nothing of the products there are.

use core::fmt::Write as _;
use std::borrow::Cow;

use crate::money::Price;
use crate::parameter::ParameterError;
use web::form::{decode_form, encode};

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
        let mut seen = Seen::default();
        for (parameter, value) in known_parameters(query_string, &PARAMETERS) {
            let value = value?;
            let value = if parameter == "search" { value.trim() } else { value.as_ref() };
            if value.is_empty() {
                continue;
            }
            seen.once(parameter)?;
            match parameter {
                "category" => query.category = Some(text(parameter, value)?),
                "minPrice" => query.min_price = Some(price(parameter, value)?),
                "maxPrice" => query.max_price = Some(price(parameter, value)?),
                "inStock" => query.in_stock = Some(choice(parameter, value, &["true", "false"])? == "true"),
                "search" => query.search = Some(text(parameter, value)?),
                "page" => query.page = whole_number(parameter, value, Query::MAX_PAGE)?,
                "pageSize" => query.page_size = whole_number(parameter, value, Query::MAX_PAGE_SIZE)?,
                "sort" => query.sort = Sort::parse(choice(parameter, value, &Sort::WORDS)?),
                _ => query.facets = choice(parameter, value, &["facets"])? == "facets",
            }
        }
        match (query.min_price, query.max_price) {
            (Some(minimum), Some(maximum)) if minimum > maximum => Err(ParameterError::PriceRange { minimum, maximum }),
            _ => Ok(query),
        }
    }

    /// The canonical query string: fixed order, defaults omitted, percent-encoded; empty when all is default.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        self.write_canonical(&mut out);
        out
    }

    /// Appends the canonical query string.
    pub fn write_canonical(&self, out: &mut String) {
        let mut separator = Separator { is_first: true };
        if let Some(category) = self.category.as_deref().filter(|category| !category.is_empty()) {
            encode(category, separator.name("category", out));
        }
        if let Some(price) = self.min_price {
            write_value(separator.name("minPrice", out), price);
        }
        if let Some(price) = self.max_price {
            write_value(separator.name("maxPrice", out), price);
        }
        if let Some(in_stock) = self.in_stock {
            write_value(separator.name("inStock", out), in_stock);
        }
        if let Some(search) = self.search.as_deref().filter(|search| !search.is_empty()) {
            encode(search, separator.name("search", out));
        }
        if self.page != 1 {
            write_value(separator.name("page", out), self.page);
        }
        if self.page_size != Query::DEFAULT_PAGE_SIZE {
            write_value(separator.name("pageSize", out), self.page_size);
        }
        if let Some(sort) = self.sort {
            write_value(separator.name("sort", out), sort.as_str());
        }
        if self.facets {
            write_value(separator.name("include", out), "facets");
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
    let mut seen = Seen::default();
    let mut found = None;
    for (parameter, value) in known_parameters(query_string, &["q"]) {
        let value = value?;
        let value = value.trim();
        if !value.is_empty() {
            seen.once(parameter)?;
            found = Some(text(parameter, value)?);
        }
    }
    Ok(found)
}

/// The parameters of a listing, in canonical order.
const PARAMETERS: [&str; 9] =
    ["category", "minPrice", "maxPrice", "inStock", "search", "page", "pageSize", "sort", "include"];

/// Which parameters have had a value.
#[derive(Default)]
struct Seen(Vec<&'static str>);

/// Puts `&` before every parameter but the first.
struct Separator {
    is_first: bool,
}

impl Seen {
    fn once(&mut self, parameter: &'static str) -> Result<(), ParameterError> {
        if self.0.contains(&parameter) {
            return Err(ParameterError::Repeated { parameter });
        }
        self.0.push(parameter);
        Ok(())
    }
}

impl Separator {
    fn name<'o>(&mut self, name: &str, out: &'o mut String) -> &'o mut String {
        if !self.is_first {
            out.push('&');
        }
        self.is_first = false;
        out.push_str(name);
        out.push('=');
        out
    }
}

/// The pairs whose name is among `known`, under that name; a broken value of an unknown parameter is no error.
fn known_parameters<'q>(
    query_string: &'q str,
    known: &'static [&'static str],
) -> impl Iterator<Item = (&'static str, Result<Cow<'q, str>, ParameterError>)> {
    let find = |name: &str| known.iter().copied().find(|parameter| *parameter == name);
    decode_form(query_string).filter_map(move |pair| match pair {
        Ok((name, value)) => find(&name).map(|parameter| (parameter, Ok(value))),
        Err(error) => {
            let parameter = find(error.parameter.as_deref()?)?;
            Some((parameter, Err(ParameterError::Undecodable { parameter })))
        }
    })
}

fn text(parameter: &'static str, value: &str) -> Result<String, ParameterError> {
    let length = value.chars().count();
    if length > Query::MAX_TEXT_LENGTH {
        return Err(ParameterError::TooLong { parameter, maximum: Query::MAX_TEXT_LENGTH, length });
    }
    Ok(value.to_owned())
}

fn price(parameter: &'static str, value: &str) -> Result<Price, ParameterError> {
    Price::parse(value).map_err(|_| ParameterError::Price { parameter, value: value.to_owned() })
}

fn whole_number(parameter: &'static str, value: &str, maximum: u32) -> Result<u32, ParameterError> {
    // `parse` alone would accept a sign.
    let is_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if is_digits && (1..=maximum).contains(&number) => Ok(number),
        _ => Err(ParameterError::WholeNumber { parameter, minimum: 1, maximum, value: value.to_owned() }),
    }
}

fn choice(
    parameter: &'static str,
    value: &str,
    allowed: &'static [&'static str],
) -> Result<&'static str, ParameterError> {
    let found = allowed.iter().copied().find(|word| *word == value);
    found.ok_or_else(|| ParameterError::Choice { parameter, allowed, value: value.to_owned() })
}

fn write_value(out: &mut String, value: impl core::fmt::Display) {
    // Writing to a `String` cannot fail.
    let _ = write!(out, "{value}");
}
