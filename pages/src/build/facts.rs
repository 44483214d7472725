//! `shop.toml`: its sections and keys, and the rule of each value. An unknown key is an error, so that no typing mistake goes unnoticed.
//! The rules of tax, shipping and discounts are read by `commerce`; what pages state of them comes from there.

use catalog::Currency;
use commerce::Rules;
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use crate::build::{MerchantError, line_of};
use crate::merchant::DeliveryTerms;

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
    pub(super) delivery: Option<DeliveryTerms>,
    pub(super) is_tax_included: Option<bool>,
    pub(super) return_days: Option<u32>,
    /// The rules of tax, shipping and discounts.
    pub(super) rules: Rules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    shop: ShopSection,
    delivery: Option<DeliverySection>,
    returns: Option<ReturnsSection>,
    /// Read by `commerce`, as the next two.
    tax: Option<IgnoredAny>,
    shipping: Option<ShippingSection>,
    #[serde(rename = "discount")]
    _discounts: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct ShippingSection {
    #[serde(default)]
    zone: Vec<IgnoredAny>,
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
    cost: Option<Spanned<String>>,
    free_from: Option<Spanned<String>>,
    days: Option<Spanned<[u32; 2]>>,
    #[serde(default)]
    countries: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReturnsSection {
    days: Spanned<u32>,
}

/// Checks values, and names the line of one that breaks its rule.
struct Checker<'a> {
    text: &'a str,
    currency: Currency,
}

impl Facts {
    pub(super) fn read(text: &str, currency: Currency) -> Result<Self, MerchantError> {
        let file: File = toml::from_str(text).map_err(|error| MerchantError::Toml {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        let check = Checker { text, currency };
        let has_zones = file.shipping.is_some_and(|shipping| !shipping.zone.is_empty());
        if let Some(section) = &file.delivery {
            check.delivery(section, has_zones)?;
        }
        let rules = Rules::from_toml(text, currency)?;
        let country = rules.default_destination().country;
        let how = file.delivery.as_ref().and_then(|section| section.text.as_ref());
        let address = file.shop.address.iter().map(|line| check.line("shop.address", line));
        let facts = Self {
            name: check.line("shop.name", &file.shop.name)?,
            email: optional(file.shop.email.as_ref(), |value| check.email(value))?,
            phone: optional(file.shop.phone.as_ref(), |value| check.phone(value))?,
            address: address.collect::<Result<_, _>>()?,
            delivery: DeliveryTerms::of(&rules, optional(how, |text| check.line("delivery.text", text))?),
            is_tax_included: file.tax.map(|_| rules.is_tax_included(country)),
            return_days: file.returns.map(|returns| check.return_days(&returns.days)).transpose()?,
            rules,
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

    /// The cost comes from the zones where there are any, so that it stands in one place.
    fn delivery(&self, section: &DeliverySection, has_zones: bool) -> Result<(), MerchantError> {
        let amounts = [("delivery.cost", &section.cost), ("delivery.free-from", &section.free_from)];
        for (key, value) in amounts.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?))) {
            if has_zones {
                return Err(self.refused(key, value, value.get_ref(), "left out where `shipping.zone` has the cost"));
            }
            self.amount(key, value)?;
        }
        if let Some(days) = &section.days {
            let [least, most] = *days.get_ref();
            let value = format!("[{least}, {most}]");
            if has_zones {
                return Err(self.refused("delivery.days", days, &value, "left out where `shipping.zone` has the days"));
            }
            if least > most || !(1..=DAYS_LIMIT).contains(&most) {
                let rule = "the fewest and the most working days, from 0 to 366";
                return Err(self.refused("delivery.days", days, &value, rule));
            }
        }
        if let Some(country) = section.countries.first().filter(|_| has_zones) {
            let rule = "left out where `shipping.zone` has the countries";
            return Err(self.refused("delivery.countries", country, country.get_ref(), rule));
        }
        section.countries.iter().try_for_each(|country| self.country(country))?;
        match section.countries.get(COUNTRIES_LIMIT) {
            Some(country) => {
                Err(self.refused("delivery.countries", country, country.get_ref(), "at most 50 countries"))
            }
            None => Ok(()),
        }
    }

    fn amount(&self, key: &'static str, value: &Spanned<String>) -> Result<(), MerchantError> {
        let text = value.get_ref().trim();
        match self.currency.price(text) {
            Ok(_) => Ok(()),
            Err(_) => Err(self.refused(key, value, text, "an amount like \"4.90\", without a currency")),
        }
    }

    fn country(&self, value: &Spanned<String>) -> Result<(), MerchantError> {
        let text = value.get_ref();
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Ok(());
        }
        let rule = "a country as two capital letters, like \"DE\" (ISO 3166-1)";
        Err(self.refused("delivery.countries", value, text, rule))
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
