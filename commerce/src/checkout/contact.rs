//! Who gets an order and where: the form as it was typed, its checks, and the outcome.

use serde::{Deserialize, Serialize};

use crate::checkout::{postcode, regions};
use crate::place::{Country, Destination};
use crate::rules::Rules;

/// The longest e-mail address (RFC 5321, 4.5.3.1.3, without its brackets).
const LONGEST_EMAIL: usize = 254;

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
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// E-mail address.
    Email,
    /// The country that it goes to.
    Country,
    /// Full name.
    Name,
    /// Street and number.
    Line1,
    /// Flat or company.
    Line2,
    /// The postcode of that country.
    Postcode,
    /// Town or city.
    City,
    /// State or province.
    Region,
    /// Telephone, which is optional.
    Phone,
}

/// A field that breaks its rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The field.
    pub field: Field,
    /// The rule.
    pub fault: Fault,
}

/// The rule that a field breaks. Words for it are the page's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", try_from = "FlatFault")]
pub enum Fault {
    /// It is empty and must not be.
    Missing,
    /// It has more characters than it may have.
    TooLong {
        /// The most.
        most: usize,
    },
    /// An e-mail address without an `@`.
    NoAt,
    /// It has not the form that such a value has.
    Malformed,
    /// A country that the shop does not deliver to.
    NotServed,
    /// The postcode has another form than those of its country.
    Postcode {
        /// A postcode of that country.
        example: String,
    },
}

/// A [`Fault`] as it is read: the code that serde makes for tagged enums would be larger than all of this module at the edge.
#[derive(Deserialize)]
struct FlatFault {
    kind: String,
    #[serde(default)]
    most: usize,
    #[serde(default)]
    example: String,
}

impl TryFrom<FlatFault> for Fault {
    type Error = &'static str;

    fn try_from(FlatFault { kind, most, example }: FlatFault) -> Result<Fault, &'static str> {
        Ok(match kind.as_str() {
            "missing" => Fault::Missing,
            "tooLong" => Fault::TooLong { most },
            "noAt" => Fault::NoAt,
            "malformed" => Fault::Malformed,
            "notServed" => Fault::NotServed,
            "postcode" => Fault::Postcode { example },
            _ => return Err("no rule has this name"),
        })
    }
}

impl Field {
    /// The name of the field in forms.
    pub fn name(self) -> &'static str {
        match self {
            Field::Email => "email",
            Field::Country => "country",
            Field::Name => "name",
            Field::Line1 => "line1",
            Field::Line2 => "line2",
            Field::Postcode => "postcode",
            Field::City => "city",
            Field::Region => "region",
            Field::Phone => "phone",
        }
    }
}

impl ContactForm {
    /// Checks every field, and gives the contact or all that is wrong with it, in the order of the form.
    pub fn check(&self, rules: &Rules) -> Result<Contact, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut note = |field: Field, fault: Fault| errors.push(FieldError { field, fault });
        let email = self.email.trim();
        if let Err(fault) = check_email(email) {
            note(Field::Email, fault);
        }
        let country = Country::parse(self.country.trim());
        match &country {
            Err(_) if self.country.trim().is_empty() => note(Field::Country, Fault::Missing),
            Err(_) => note(Field::Country, Fault::Malformed),
            Ok(country) if !rules.countries().is_empty() && !rules.countries().contains(country) => {
                note(Field::Country, Fault::NotServed);
            }
            Ok(_) => {}
        }
        let mut text = |field: Field, value: &str, most: usize, is_needed: bool| {
            let value = collapsed(value);
            if value.is_empty() && is_needed {
                note(field, Fault::Missing);
            } else if value.chars().count() > most {
                note(field, Fault::TooLong { most });
            } else if value.chars().any(char::is_control) {
                note(field, Fault::Malformed);
            }
            value
        };
        let name = text(Field::Name, &self.name, 100, true);
        let line1 = text(Field::Line1, &self.line1, 100, true);
        let line2 = text(Field::Line2, &self.line2, 100, false);
        let city = text(Field::City, &self.city, 80, true);
        let phone = text(Field::Phone, &self.phone, 30, false);
        let region = self.region.trim().to_ascii_uppercase();
        let mut postcode = String::new();
        if let Ok(country) = country {
            match postcode::check(country, &self.postcode) {
                Ok(checked) => postcode = checked,
                Err(fault) => note(Field::Postcode, fault),
            }
            let listed = regions::has(country, &region);
            let is_region = Destination::parse(country.code(), &region).is_ok();
            if region.is_empty() && (listed.is_some() || !rules.regions(country).is_empty()) {
                note(Field::Region, Fault::Missing);
            } else if !is_region || listed == Some(false) {
                note(Field::Region, Fault::Malformed);
            }
        }
        let digits = phone.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = phone.bytes().all(|byte| byte.is_ascii_digit() || b"+()-. /".contains(&byte));
        if !phone.is_empty() && (!(6..=15).contains(&digits) || !is_plain) {
            note(Field::Phone, Fault::Malformed);
        }
        errors.sort_by_key(|error| error.field);
        errors.dedup_by_key(|error| error.field);
        match country {
            Ok(country) if errors.is_empty() => Ok(Contact {
                email: email.to_owned(),
                country: country.code().to_owned(),
                name,
                line1,
                line2,
                postcode,
                city,
                region,
                phone,
            }),
            _ => Err(errors),
        }
    }
}

impl Contact {
    /// Where it goes. A contact that was stored was checked before.
    pub fn destination(&self) -> Option<Destination> {
        Destination::parse(&self.country, &self.region).ok()
    }

    /// The form that gives this contact.
    pub fn form(&self) -> ContactForm {
        let Contact { email, country, name, line1, line2, postcode, city, region, phone } = self.clone();
        ContactForm { email, country, name, line1, line2, postcode, city, region, phone }
    }
}

/// Without spaces around it, and one between words.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check_email(email: &str) -> Result<(), Fault> {
    if email.is_empty() {
        return Err(Fault::Missing);
    }
    if email.chars().count() > LONGEST_EMAIL {
        return Err(Fault::TooLong { most: LONGEST_EMAIL });
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
