//! The merchant's own facts and pages: who sells, delivery, tax, returns, and the texts behind them and above brands and collections.
//! Built from `catalog/data/shop.toml` and `catalog/data/{pages,brands,collections}/*.md` by [`crate::build`]; nothing here is parsed or
//! changed while a host runs.

use std::cell::RefCell;
use std::rc::Rc;

use catalog::ShelfKind;
use commerce::{Rules, UsualShipping};

/// The merchant, as built. Texts are those of the files; an empty one was not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merchant {
    /// The name of the business that sells.
    pub name: &'static str,
    /// An address for mail.
    pub email: &'static str,
    /// A telephone number.
    pub phone: &'static str,
    /// The postal address, a line each.
    pub address: &'static [&'static str],
    /// How goods arrive.
    pub delivery: Option<Delivery>,
    /// Whether prices include tax; `None` where the shop makes no statement.
    pub is_tax_included: Option<bool>,
    /// Days in which goods can be returned.
    pub return_days: Option<u32>,
    /// The merchant's pages, in the order in which the footer lists them.
    pub pages: &'static [MerchantPage],
    /// The texts of brands, each named by the slug of its brand.
    pub brands: &'static [MerchantPage],
    /// The texts of collections, each named by the slug of its collection.
    pub collections: &'static [MerchantPage],
}

/// How goods arrive, and for how much. Amounts are decimals in the currency of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// A sentence beside the figures; may be empty.
    pub text: &'static str,
    /// The cost of a delivery.
    pub cost: &'static str,
    /// The value of an order from which delivery is free; empty for never.
    pub free_from: &'static str,
    /// The fewest and the most working days; both 0 where they are unknown.
    pub days: (u32, u32),
    /// The countries that are delivered to at this cost, as two capital letters each (ISO 3166-1); none where the shop makes no statement.
    pub countries: &'static [&'static str],
}

/// What pages state of delivery and tax by the merchant's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How goods arrive.
    pub delivery: Option<DeliveryTerms>,
    /// Whether prices include tax; `None` where the shop makes no statement.
    pub is_tax_included: Option<bool>,
}

/// How goods arrive, and for how much, as [`Delivery`] has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryTerms {
    /// A sentence beside the figures; may be empty.
    pub text: String,
    /// The cost of a delivery.
    pub cost: String,
    /// The value of an order from which delivery is free; empty for never.
    pub free_from: String,
    /// The fewest and the most working days; both 0 where they are unknown.
    pub days: (u32, u32),
    /// The countries that are delivered to at this cost; none where the shop makes no statement.
    pub countries: Vec<String>,
}

/// The terms of the rules that are in force: those of the build until others are set.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct TermsInForce(RefCell<Option<Rc<Terms>>>);

/// A page of the merchant's own, or the text of a brand or a collection, rendered when the host was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MerchantPage {
    /// The last part of its address: `[a-z0-9-]{1,80}`.
    pub name: &'static str,
    /// The heading.
    pub title: &'static str,
    /// One sentence for search engines and previews.
    pub description: &'static str,
    /// Words that shoppers search for who look for this page: lower case, without accents.
    pub words: &'static [&'static str],
    /// The content, as safe HTML.
    pub html: &'static str,
}

impl DeliveryTerms {
    /// The usual way of the rules, with the merchant's own words.
    pub fn of(rules: &Rules, text: String) -> Option<DeliveryTerms> {
        let UsualShipping { cost, free_from, days, countries } = rules.usual_shipping()?;
        let amount = |amount| rules.currency().decimal(amount).to_string();
        Some(DeliveryTerms {
            text,
            cost: amount(cost),
            free_from: free_from.map(amount).unwrap_or_default(),
            days: days.unwrap_or_default(),
            countries: countries.iter().map(|country| country.code().to_owned()).collect(),
        })
    }
}

impl Terms {
    /// The terms of rules. Words, and whether a shop states tax at all, are the merchant's.
    pub fn of(rules: &Rules, merchant: &Merchant) -> Terms {
        let text = merchant.delivery.map_or("", |delivery| delivery.text).to_owned();
        let is_stated = merchant.is_tax_included.is_some() || rules.has_rates();
        let country = rules.default_destination().country;
        Terms {
            delivery: DeliveryTerms::of(rules, text),
            is_tax_included: is_stated.then(|| rules.is_tax_included(country)),
        }
    }

    fn built(merchant: &Merchant) -> Terms {
        let delivery = merchant.delivery.map(|delivery| DeliveryTerms {
            text: delivery.text.to_owned(),
            cost: delivery.cost.to_owned(),
            free_from: delivery.free_from.to_owned(),
            days: delivery.days,
            countries: delivery.countries.iter().map(|country| (*country).to_owned()).collect(),
        });
        Terms { delivery, is_tax_included: merchant.is_tax_included }
    }
}

impl TermsInForce {
    /// The terms now, of a merchant as built.
    pub(crate) fn get(&self, merchant: &Merchant) -> Rc<Terms> {
        Rc::clone(self.0.borrow_mut().get_or_insert_with(|| Rc::new(Terms::built(merchant))))
    }

    /// Puts others in force; `None` for those of the build.
    pub fn set(&self, terms: Option<Terms>) {
        *self.0.borrow_mut() = terms.map(Rc::new);
    }
}

impl Merchant {
    /// A merchant of whom nothing is known.
    pub const NONE: Merchant = Merchant {
        name: "",
        email: "",
        phone: "",
        address: &[],
        delivery: None,
        is_tax_included: None,
        return_days: None,
        pages: &[],
        brands: &[],
        collections: &[],
    };

    /// The page with a name.
    pub fn page(&self, name: &str) -> Option<&'static MerchantPage> {
        self.pages.iter().find(|page| page.name == name)
    }

    /// The text of a brand or a collection.
    pub fn shelf(&self, kind: ShelfKind, slug: &str) -> Option<&'static MerchantPage> {
        let texts = match kind {
            ShelfKind::Brand => self.brands,
            ShelfKind::Collection => self.collections,
        };
        texts.iter().find(|text| text.name == slug)
    }
}

impl MerchantPage {
    /// Whether a text that was searched for, folded, has one of the page's words.
    pub(crate) fn is_about(&self, text: &str) -> bool {
        text.split(|character: char| !character.is_alphanumeric()).any(|word| self.words.contains(&word))
    }

    /// Whether it is one of the pages that shoppers ask for most.
    pub(crate) fn is_help(&self) -> bool {
        matches!(self.name, "delivery" | "returns" | "contact")
    }
}
