//! Reads the merchant's facts (`shop.toml`), pages and the texts of brands and collections (Markdown) when a host is built: validates,
//! renders, writes them as Rust code.
//! Gets texts and gives texts; finding the files is up to the caller. Native alone, behind the feature `build`.

mod facts;
mod markdown;

use std::fmt::Write as _;

use catalog::{Currency, ShelfKind};
use commerce::{Rules, RulesError};

use crate::build::facts::Facts;
use crate::build::markdown::Rendered;
use crate::mail::Seller;

/// Pages that stand first in the footer, in this order; others follow by name.
const FIRST: [&str; 6] = ["delivery", "returns", "contact", "terms", "privacy", "imprint"];

/// Longest name of a page or a text, in characters: that of a slug.
const NAME_LIMIT: usize = 80;

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
    brands: Vec<(String, Rendered)>,
    collections: Vec<(String, Rendered)>,
}

impl MerchantFiles {
    /// Reads `shop.toml`, whose amounts are in a currency.
    pub fn read(facts: &str, currency: Currency) -> Result<Self, MerchantError> {
        let facts = Facts::read(facts, currency)?;
        Ok(Self { facts, pages: Vec::new(), brands: Vec::new(), collections: Vec::new() })
    }

    /// The rules of tax, shipping and discounts.
    pub fn rules(&self) -> &Rules {
        &self.facts.rules
    }

    /// Who sells, as mails say it.
    pub fn seller(&self) -> Seller {
        let Facts { name, email, phone, address, .. } = &self.facts;
        Seller { name: name.clone(), email: email.clone(), phone: phone.clone(), address: address.clone() }
    }

    /// Whether there is a page of this name.
    pub fn has_page(&self, name: &str) -> bool {
        self.pages.iter().any(|(page, _)| page == name)
    }

    /// Adds a page: the name of its file without the extension, and its text.
    pub fn add_page(&mut self, name: &str, text: &str) -> Result<(), MerchantError> {
        self.pages.push(named(name, text)?);
        let rank = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
        self.pages.sort_by(|(a, _), (b, _)| (rank(a), a).cmp(&(rank(b), b)));
        Ok(())
    }

    /// Adds the text of a brand or a collection: the name of its file without the extension, which is the slug, and the text.
    pub fn add_shelf(&mut self, kind: ShelfKind, slug: &str, text: &str) -> Result<(), MerchantError> {
        let texts = match kind {
            ShelfKind::Brand => &mut self.brands,
            ShelfKind::Collection => &mut self.collections,
        };
        texts.push(named(slug, text)?);
        texts.sort_by(|(a, _), (b, _)| a.cmp(b));
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
                "Some({path}::Delivery {{ text: {:?}, cost: {:?}, free_from: {:?}, days: {:?}, countries: &{:?} }})",
                delivery.text, delivery.cost, delivery.free_from, delivery.days, delivery.countries
            ),
        };
        for (field, pages) in [("pages", &self.pages), ("brands", &self.brands), ("collections", &self.collections)] {
            let _ = write!(code, ", {field}: &[");
            for (name, Rendered { title, description, words, html }) in pages {
                let _ = write!(
                    code,
                    "{path}::MerchantPage {{ name: {name:?}, title: {title:?}, description: {description:?}, words: &{words:?}, html: {html:?} }}, "
                );
            }
            code.push(']');
        }
        code.push_str(" }");
        code
    }

    /// The slugs of the brands or collections that have a text.
    pub fn shelves(&self, kind: ShelfKind) -> impl Iterator<Item = &str> {
        let texts = match kind {
            ShelfKind::Brand => &self.brands,
            ShelfKind::Collection => &self.collections,
        };
        texts.iter().map(|(slug, _)| slug.as_str())
    }

    /// The rendered pages in their order: name, title, HTML.
    pub fn pages(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.pages.iter().map(|(name, page)| (name.as_str(), page.title.as_str(), page.html.as_str()))
    }
}

/// A text with its name, checked and rendered.
fn named(name: &str, text: &str) -> Result<(String, Rendered), MerchantError> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || name.len() > NAME_LIMIT || !name.bytes().all(fits) {
        return Err(MerchantError::PageName(name.to_owned()));
    }
    Ok((name.to_owned(), Rendered::of(text)?))
}

/// The line of a position in a text, from 1.
fn line_of(text: &str, position: usize) -> usize {
    text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}
