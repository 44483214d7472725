//! An address of the contact form, as it was typed and as it was checked: the rules of the delivery address and of the billing address are the same.

use serde::{Deserialize, Serialize};

use crate::checkout::fault::{Fault, Field, FieldError};
use crate::checkout::{postcode, regions};
use crate::place::{Country, Destination};

/// An address, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AddressForm {
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
    /// The code of a state or province.
    pub region: String,
}

/// An address, checked and in the usual form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
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
}

/// The fields of an address, in the order of its members.
pub(super) type Fields = [Field; 7];

/// The fields of the delivery address.
pub(super) const DELIVERY: Fields =
    [Field::Country, Field::Name, Field::Line1, Field::Line2, Field::Postcode, Field::City, Field::Region];

/// The fields of the billing address.
pub(super) const BILLING: Fields = [
    Field::BillingCountry,
    Field::BillingName,
    Field::BillingLine1,
    Field::BillingLine2,
    Field::BillingPostcode,
    Field::BillingCity,
    Field::BillingRegion,
];

impl AddressForm {
    /// Checks every field and adds an error to `errors` for each that is wrong. Returns `None` for an unknown country code, otherwise the address,
    /// which is valid only if no error was added. `is_served` limits the countries; `has_regions` names those whose regions the merchant's rules tell apart.
    pub(super) fn check(
        &self,
        [country_field, name, line1, line2, postcode_field, city, region_field]: Fields,
        is_served: impl Fn(Country) -> bool,
        has_regions: impl Fn(Country) -> bool,
        errors: &mut Vec<FieldError>,
    ) -> Option<Address> {
        let mut note = |field: Field, fault: Fault| errors.push(FieldError { field, fault });
        let country = Country::parse(self.country.trim());
        match &country {
            Err(_) if self.country.trim().is_empty() => note(country_field, Fault::Missing),
            Err(_) => note(country_field, Fault::Malformed),
            Ok(country) if !is_served(*country) => note(country_field, Fault::NotServed),
            Ok(_) => {}
        }
        let region = self.region.trim().to_ascii_uppercase();
        let mut postcode = String::new();
        if let Ok(country) = country {
            match postcode::check(country, &self.postcode) {
                Ok(checked) => postcode = checked,
                Err(fault) => note(postcode_field, fault),
            }
            let listed = regions::has(country, &region);
            let is_region = Destination::parse(country.code(), &region).is_ok();
            if region.is_empty() && (listed.is_some() || has_regions(country)) {
                note(region_field, Fault::Missing);
            } else if !is_region || listed == Some(false) {
                note(region_field, Fault::Malformed);
            }
        }
        let name = text(name, &self.name, true, errors);
        let line1 = text(line1, &self.line1, true, errors);
        let line2 = text(line2, &self.line2, false, errors);
        let city = text(city, &self.city, true, errors);
        let country = country.ok()?.code().to_owned();
        Some(Address { country, name, line1, line2, postcode, city, region })
    }
}

impl Address {
    /// The form that gives this address.
    pub(super) fn into_form(self) -> AddressForm {
        let Address { country, name, line1, line2, postcode, city, region } = self;
        AddressForm { country, name, line1, line2, postcode, city, region }
    }
}

/// A text without spaces around it and one between words; adds what is wrong with it to `errors`.
pub(super) fn text(field: Field, typed: &str, is_needed: bool, errors: &mut Vec<FieldError>) -> String {
    let value = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let fault = if value.is_empty() && is_needed {
        Some(Fault::Missing)
    } else if value.chars().count() > field.most() {
        Some(Fault::TooLong { most: field.most() })
    } else if value.chars().any(char::is_control) {
        Some(Fault::Malformed)
    } else {
        None
    };
    errors.extend(fault.map(|fault| FieldError { field, fault }));
    value
}
