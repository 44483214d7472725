//! Reads the merchant's facts (`shop.toml`) and pages (Markdown) when a host is built: validates, renders, writes them as Rust code.
//! Gets texts and gives texts; finding the files is up to the caller. Native alone, behind the feature `build`.

mod facts;
mod markdown;

use std::fmt::Write as _;

use catalog::Currency;
use commerce::{Rules, RulesError};

use crate::build::facts::Facts;
use crate::build::markdown::Rendered;

/// Pages that stand first in the footer, in this order; others follow by name.
const FIRST: [&str; 6] = ["delivery", "returns", "contact", "terms", "privacy", "imprint"];

/// Longest name of a page, in characters.
const NAME_LIMIT: usize = 60;

/// Why a file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MerchantError {
    /// No TOML, an unknown key or a value of another type.
    #[error("line {line}: {message}")]
    Toml {
        /// The line, from 1.
        line: usize,
        /// The reader's words.
        message: String,
    },
    /// A value that breaks its rule.
    #[error("line {line}: `{key}` is `{value}`, it must be {rule}")]
    Value {
        /// The line, from 1.
        line: usize,
        /// The key with its section.
        key: &'static str,
        /// The value, in short.
        value: String,
        /// The rule.
        rule: &'static str,
    },
    /// A rule of tax, shipping or discounts that is wrong.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// A page whose name cannot stand in an address.
    #[error("the page `{0}` needs a name of 1 to {NAME_LIMIT} characters from `a-z`, `0-9` and `-`")]
    PageName(String),
    /// A page whose front matter is missing or wrong.
    #[error("line {line}: {rule}")]
    FrontMatter {
        /// The line, from 1.
        line: usize,
        /// The rule.
        rule: String,
    },
}

/// The merchant's files, read and rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerchantFiles {
    facts: Facts,
    pages: Vec<(String, Rendered)>,
}

impl MerchantFiles {
    /// Reads `shop.toml`, whose amounts are in a currency.
    pub fn read(facts: &str, currency: Currency) -> Result<Self, MerchantError> {
        Ok(Self { facts: Facts::read(facts, currency)?, pages: Vec::new() })
    }

    /// The rules of tax, shipping and discounts.
    pub fn rules(&self) -> &Rules {
        &self.facts.rules
    }

    /// Adds a page: the name of its file without the extension, and its text.
    pub fn add_page(&mut self, name: &str, text: &str) -> Result<(), MerchantError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > NAME_LIMIT || !name.bytes().all(fits) {
            return Err(MerchantError::PageName(name.to_owned()));
        }
        self.pages.push((name.to_owned(), Rendered::of(text)?));
        let rank = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
        self.pages.sort_by(|(a, _), (b, _)| (rank(a), a).cmp(&(rank(b), b)));
        Ok(())
    }

    /// A Rust expression of type [`Merchant`](crate::Merchant). `path` is the module that exports the types.
    pub fn to_code(&self, path: &str) -> String {
        let Facts { name, email, phone, address, delivery, is_tax_included, return_days, rules: _ } = &self.facts;
        let mut code = format!(
            "{path}::Merchant {{ name: {name:?}, email: {email:?}, phone: {phone:?}, address: &{address:?}, \
             is_tax_included: {is_tax_included:?}, return_days: {return_days:?}, delivery: "
        );
        // Writing to a `String` cannot fail.
        let _ = match delivery {
            None => write!(code, "None"),
            Some(delivery) => write!(
                code,
                "Some({path}::Delivery {{ text: {:?}, cost: {:?}, free_from: {:?}, days: {:?} }})",
                delivery.text, delivery.cost, delivery.free_from, delivery.days
            ),
        };
        code.push_str(", pages: &[");
        for (name, Rendered { title, description, words, html }) in &self.pages {
            let _ = write!(
                code,
                "{path}::MerchantPage {{ name: {name:?}, title: {title:?}, description: {description:?}, words: &{words:?}, html: {html:?} }}, "
            );
        }
        code.push_str("] }");
        code
    }

    /// The rendered pages in their order: name, title, HTML.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.pages.iter().map(|(name, page)| (name.as_str(), page.title.as_str(), page.html.as_str()))
    }
}

/// The line of a position in a text, from 1.
fn line_of(text: &str, position: usize) -> usize {
    text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}
