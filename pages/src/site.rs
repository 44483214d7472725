//! The shop as every page knows it: name, address, currency and the built files of the shell.
//! The same for every page and visitor of a deployment; the terms of its rules alone change while a host runs.

use std::borrow::Cow;
use std::rc::Rc;

use crate::merchant::{Merchant, Terms, TermsInForce};
use crate::own_pictures::Pictures;
use crate::write::currency::Currency;

/// A built file of the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Public URL path, such as `/assets/shell-5XGQ2A3B.css`.
    pub url: String,
    /// `sha384-…`, as it stands in an `integrity` attribute.
    pub integrity: String,
}

/// The built files that every page refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shell {
    /// The stylesheet of header, footer and the pages without a remote.
    pub stylesheet: Asset,
    /// The module that mounts the remotes.
    pub loader: Asset,
    /// The module of the search field's suggestions, which the loader imports when the field is visited.
    pub suggestions: Asset,
    /// The shop's icon.
    pub icon: Asset,
    /// The display font.
    pub font: Asset,
    /// What is drawn where a product has no picture.
    pub placeholder: Asset,
}

/// The shop, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Name of the shop.
    pub name: String,
    /// What the shop promises in a few words: the start page's heading and title.
    pub tagline: String,
    /// `scheme://host[:port]` without a slash at the end; the base of every absolute address.
    pub origin: String,
    /// The language of the merchant's texts, a tag of BCP 47; the `lang` of every page.
    pub language: String,
    /// The merchant's facts and pages.
    pub merchant: Merchant,
    /// What its rules of tax and shipping come to at this moment.
    pub terms: TermsInForce,
    /// What prices are in.
    pub currency: Currency,
    /// The built files of the shell.
    pub shell: Shell,
    /// The pictures whose sizes are known, and who sizes the others.
    pub pictures: Pictures,
}

impl Site {
    /// What pages state of delivery and tax.
    pub(crate) fn terms(&self) -> Rc<Terms> {
        self.terms.get(&self.merchant)
    }

    /// An address as others may use it: a local one gets the shop's origin, any other stays as it is.
    pub(crate) fn absolute<'a>(&self, address: &'a str) -> Cow<'a, str> {
        if address.starts_with('/') { Cow::Owned(format!("{}{address}", self.origin)) } else { Cow::Borrowed(address) }
    }
}
