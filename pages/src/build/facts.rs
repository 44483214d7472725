//! `shop.toml`: its sections and keys, and the rule of each value. An unknown key is an error, so that no typing mistake goes unnoticed.

use serde::Deserialize;
use toml::Spanned;

use crate::build::{MerchantError, line_of};

/// Longest text of a fact, in characters.
const TEXT_LIMIT: usize = 200;
/// Most lines of an address.
const LINES_LIMIT: usize = 8;
/// Most days that a fact may name: a year.
const DAYS_LIMIT: u32 = 366;
/// Most countries of delivery: more than there are in the European Union. Every product's page names them.
const COUNTRIES_LIMIT: usize = 50;

/// The facts, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) phone: String,
    pub(super) address: Vec<String>,
    pub(super) delivery: Option<Delivery>,
    pub(super) is_tax_included: Option<bool>,
    pub(super) return_days: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivery {
    pub(super) text: String,
    pub(super) cost: String,
    pub(super) free_from: String,
    pub(super) days: (u32, u32),
    pub(super) countries: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    shop: ShopSection,
    delivery: Option<DeliverySection>,
    tax: Option<TaxSection>,
    returns: Option<ReturnsSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopSection {
    name: Spanned<String>,
    email: Option<Spanned<String>>,
    phone: Option<Spanned<String>>,
    #[serde(default)]
    address: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DeliverySection {
    text: Option<Spanned<String>>,
    cost: Spanned<String>,
    free_from: Option<Spanned<String>>,
    days: Spanned<[u32; 2]>,
    #[serde(default)]
    countries: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxSection {
    included: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReturnsSection {
    days: Spanned<u32>,
}

/// Checks values, and names the line of one that breaks its rule.
struct Checker<'a> {
    text: &'a str,
}

impl Facts {
    pub(super) fn read(text: &str) -> Result<Self, MerchantError> {
        let file: File = toml::from_str(text).map_err(|error| MerchantError::Toml {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        let check = Checker { text };
        let address = file.shop.address.iter().map(|line| check.line("shop.address", line));
        let facts = Self {
            name: check.line("shop.name", &file.shop.name)?,
            email: optional(file.shop.email.as_ref(), |value| check.email(value))?,
            phone: optional(file.shop.phone.as_ref(), |value| check.phone(value))?,
            address: address.collect::<Result<_, _>>()?,
            delivery: file.delivery.map(|section| check.delivery(&section)).transpose()?,
            is_tax_included: file.tax.map(|tax| tax.included),
            return_days: file.returns.map(|returns| check.return_days(&returns.days)).transpose()?,
        };
        match file.shop.address.get(LINES_LIMIT) {
            Some(line) => Err(check.refused("shop.address", line, line.get_ref(), "at most 8 lines")),
            None => Ok(facts),
        }
    }
}

impl Checker<'_> {
    fn refused<T>(&self, key: &'static str, at: &Spanned<T>, value: &str, rule: &'static str) -> MerchantError {
        let value = value.chars().take(40).collect();
        MerchantError::Value { line: line_of(self.text, at.span().start), key, value, rule }
    }

    fn line(&self, key: &'static str, value: &Spanned<String>) -> Result<String, MerchantError> {
        let text = value.get_ref().trim();
        let fits = (1..=TEXT_LIMIT).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(text.to_owned()) } else { Err(self.refused(key, value, text, "one line of 1 to 200 characters")) }
    }

    fn email(&self, value: &Spanned<String>) -> Result<String, MerchantError> {
        let text = self.line("shop.email", value)?;
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@.+-_".contains(&byte));
        match text.split_once('@') {
            Some((local, host)) if is_plain && !local.is_empty() && host.contains('.') && !host.contains('@') => {
                Ok(text)
            }
            _ => Err(self.refused("shop.email", value, &text, "an address like name@example.com")),
        }
    }

    fn phone(&self, value: &Spanned<String>) -> Result<String, MerchantError> {
        let text = self.line("shop.phone", value)?;
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+()-. /".contains(&byte));
        if is_plain && (3..=15).contains(&digits) {
            return Ok(text);
        }
        Err(self.refused("shop.phone", value, &text, "3 to 15 digits with `+`, `(`, `)`, `-`, `.`, `/` and blanks"))
    }

    fn delivery(&self, section: &DeliverySection) -> Result<Delivery, MerchantError> {
        let [least, most] = *section.days.get_ref();
        if least > most || !(1..=DAYS_LIMIT).contains(&most) {
            let value = format!("[{least}, {most}]");
            let rule = "the fewest and the most working days, from 0 to 366";
            return Err(self.refused("delivery.days", &section.days, &value, rule));
        }
        let countries = section.countries.iter().map(|country| self.country(country));
        let countries = countries.collect::<Result<Vec<_>, _>>()?;
        if let Some(country) = section.countries.get(COUNTRIES_LIMIT) {
            return Err(self.refused("delivery.countries", country, country.get_ref(), "at most 50 countries"));
        }
        Ok(Delivery {
            countries,
            text: optional(section.text.as_ref(), |text| self.line("delivery.text", text))?,
            cost: self.amount("delivery.cost", &section.cost)?,
            free_from: optional(section.free_from.as_ref(), |value| self.amount("delivery.free-from", value))?,
            days: (least, most),
        })
    }

    fn amount(&self, key: &'static str, value: &Spanned<String>) -> Result<String, MerchantError> {
        let text = value.get_ref().trim();
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if is_number(whole, 7) && is_number(places, 2) {
            return Ok(text.to_owned());
        }
        Err(self.refused(key, value, text, "an amount like \"4.90\", without a currency"))
    }

    fn country(&self, value: &Spanned<String>) -> Result<String, MerchantError> {
        let text = value.get_ref();
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Ok(text.clone());
        }
        Err(self.refused(
            "delivery.countries",
            value,
            text,
            "a country as two capital letters, like \"DE\" (ISO 3166-1)",
        ))
    }

    fn return_days(&self, days: &Spanned<u32>) -> Result<u32, MerchantError> {
        let number = *days.get_ref();
        if (1..=DAYS_LIMIT).contains(&number) {
            return Ok(number);
        }
        Err(self.refused("returns.days", days, &number.to_string(), "a number of days from 1 to 366"))
    }
}

/// An empty text means none.
fn optional(
    value: Option<&Spanned<String>>,
    check: impl Fn(&Spanned<String>) -> Result<String, MerchantError>,
) -> Result<String, MerchantError> {
    value.filter(|value| !value.get_ref().trim().is_empty()).map_or(Ok(String::new()), check)
}
