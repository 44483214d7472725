//! What is wrong with a field of the contact form: the field and the rule that it breaks. Words for both are the page's.

use serde::{Deserialize, Serialize};

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
    /// The country of the billing address.
    BillingCountry,
    /// The name on the bill.
    BillingName,
    /// Street and number of the billing address.
    BillingLine1,
    /// Flat or company of the billing address.
    BillingLine2,
    /// The postcode of the billing address.
    BillingPostcode,
    /// Town or city of the billing address.
    BillingCity,
    /// State or province of the billing address.
    BillingRegion,
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
    /// The most characters that the field may have, without spaces around it and with one between words. An e-mail address: RFC 5321, 4.5.3.1.3,
    /// without its brackets.
    pub fn most(self) -> usize {
        match self {
            Field::Email => 254,
            Field::City | Field::BillingCity => 80,
            Field::Phone => 30,
            _ => 100,
        }
    }

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
            Field::BillingCountry => "billingCountry",
            Field::BillingName => "billingName",
            Field::BillingLine1 => "billingLine1",
            Field::BillingLine2 => "billingLine2",
            Field::BillingPostcode => "billingPostcode",
            Field::BillingCity => "billingCity",
            Field::BillingRegion => "billingRegion",
        }
    }
}
