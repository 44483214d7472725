//! Who gets an order and where: the form as it was typed, its checks, and the outcome.

use serde::{Deserialize, Serialize};

use crate::checkout::address::{self, Address, AddressForm, text};
use crate::checkout::fault::{Fault, Field, FieldError};
use crate::place::{Country, Destination};
use crate::rules::Rules;

/// A regular expression for the e-mail addresses that the form takes, in the syntax of HTML's attribute `pattern`.
pub const EMAIL_PATTERN: &str = concat!(
    r#"\s*[^@.\s\p{Cc}\(\)<>\[\]:;,\\"]+(\.[^@.\s\p{Cc}\(\)<>\[\]:;,\\"]+)*@"#,
    r#"[^@.\-\s\p{Cc}\(\)<>\[\]:;,\\"]([^@.\s\p{Cc}\(\)<>\[\]:;,\\"]*[^@.\-\s\p{Cc}\(\)<>\[\]:;,\\"])?"#,
    r#"(\.[^@.\-\s\p{Cc}\(\)<>\[\]:;,\\"]([^@.\s\p{Cc}\(\)<>\[\]:;,\\"]*[^@.\-\s\p{Cc}\(\)<>\[\]:;,\\"])?)+\s*"#,
);

/// A regular expression for the telephone numbers that the form takes, likewise.
pub const PHONE_PATTERN: &str = r"[+\(\)\-.\s\/]*([0-9][+\(\)\-.\s\/]*){6,15}";

/// The form, as typed. Its keys are the names of the form's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ContactForm {
    /// E-mail address.
    pub email: String,
    /// The code of a country.
    pub country: String,
    /// Full name.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// Flat or company.
    pub line2: String,
    /// Postcode, with or without spaces, hyphens and the country in front.
    pub postcode: String,
    /// Town or city.
    pub city: String,
    /// The code of a state or province, for countries whose addresses have one ([`regions`](crate::checkout::regions)) and those in which
    /// the rules tell regions apart.
    pub region: String,
    /// Telephone, which is optional.
    pub phone: String,
    /// Whether the bill goes to another address than the parcel.
    pub has_billing: bool,
    /// That address, kept as typed while `has_billing` is off.
    pub billing: AddressForm,
    /// Whether the shopper wants news by mail. A consent of its own: nothing depends on it.
    pub wants_news: bool,
}

/// Who gets an order and where, checked and in the usual form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// E-mail address.
    pub email: String,
    /// The code of a country (ISO 3166-1).
    pub country: String,
    /// Full name.
    pub name: String,
    /// Street and number.
    pub line1: String,
    /// Flat or company; empty for none.
    #[serde(default)]
    pub line2: String,
    /// Postcode; empty where the country has none.
    #[serde(default)]
    pub postcode: String,
    /// Town or city.
    pub city: String,
    /// The code of a state or province; empty for none.
    #[serde(default)]
    pub region: String,
    /// Telephone; empty for none.
    #[serde(default)]
    pub phone: String,
    /// The address on the bill, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing: Option<Address>,
    /// When the shopper agreed to news by mail, in milliseconds since 1970; none for no consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news_at: Option<u64>,
}

impl ContactForm {
    /// Checks every field, and gives the contact or all that is wrong with it, in the order of the form. `now` is the time of the consent to
    /// news, in milliseconds since 1970.
    pub fn check(&self, rules: &Rules, now: u64) -> Result<Contact, Vec<FieldError>> {
        let mut errors = Vec::new();
        let email = self.email.trim();
        if let Err(fault) = check_email(email) {
            errors.push(FieldError { field: Field::Email, fault });
        }
        let served = |country: Country| rules.countries().is_empty() || rules.countries().contains(&country);
        let has_regions = |country: Country| !rules.regions(country).is_empty();
        let delivery = self.delivery().check(address::DELIVERY, served, has_regions, &mut errors);
        let phone = text(Field::Phone, &self.phone, false, &mut errors);
        let digits = phone.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = phone.bytes().all(|byte| byte.is_ascii_digit() || b"+()-. /".contains(&byte));
        if !phone.is_empty() && (!(6..=15).contains(&digits) || !is_plain) {
            errors.push(FieldError { field: Field::Phone, fault: Fault::Malformed });
        }
        // A bill may go anywhere, and no rule of tax or shipping reads its region.
        let billing = if self.has_billing {
            self.billing.check(address::BILLING, |_| true, |_| false, &mut errors)
        } else {
            None
        };
        errors.sort_by_key(|error| error.field);
        errors.dedup_by_key(|error| error.field);
        match delivery {
            Some(Address { country, name, line1, line2, postcode, city, region }) if errors.is_empty() => Ok(Contact {
                email: email.to_owned(),
                country,
                name,
                line1,
                line2,
                postcode,
                city,
                region,
                phone,
                billing,
                news_at: self.wants_news.then_some(now),
            }),
            _ => Err(errors),
        }
    }

    fn delivery(&self) -> AddressForm {
        let ContactForm { country, name, line1, line2, postcode, city, region, .. } = self.clone();
        AddressForm { country, name, line1, line2, postcode, city, region }
    }
}

impl Contact {
    /// Where it goes. A contact that was stored was checked before.
    pub fn destination(&self) -> Option<Destination> {
        Destination::parse(&self.country, &self.region).ok()
    }

    /// The address that it goes to.
    pub fn delivery(&self) -> Address {
        let Contact { country, name, line1, line2, postcode, city, region, .. } = self.clone();
        Address { country, name, line1, line2, postcode, city, region }
    }

    /// The form that gives this contact.
    pub fn form(&self) -> ContactForm {
        let Contact { email, country, name, line1, line2, postcode, city, region, phone, billing, news_at } =
            self.clone();
        let (has_billing, wants_news) = (billing.is_some(), news_at.is_some());
        let billing = billing.map(Address::into_form).unwrap_or_default();
        ContactForm {
            email,
            country,
            name,
            line1,
            line2,
            postcode,
            city,
            region,
            phone,
            has_billing,
            billing,
            wants_news,
        }
    }
}

fn check_email(email: &str) -> Result<(), Fault> {
    if email.is_empty() {
        return Err(Fault::Missing);
    }
    if email.chars().count() > Field::Email.most() {
        return Err(Fault::TooLong { most: Field::Email.most() });
    }
    let Some((local, domain)) = email.split_once('@') else { return Err(Fault::NoAt) };
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let is_domain = domain.contains('.') && domain.split('.').all(is_label);
    let is_plain = |character: char| {
        !character.is_whitespace() && !character.is_control() && !r#"()<>[]:;,\""#.contains(character)
    };
    let is_local = !local.is_empty() && !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    if is_domain && is_local && !domain.contains('@') && email.chars().all(is_plain) {
        Ok(())
    } else {
        Err(Fault::Malformed)
    }
}
