//! The fields of the contact form, and the JSON that the origin sends.

use commerce::checkout::{AddressForm, ContactForm, FieldError};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::cart::form::Form;
use crate::forward::Heard;

/// What stands around every view.
#[derive(Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
    /// The key of a checkout that begins.
    #[serde(default)]
    pub(super) key: String,
}

/// A refusal of the origin.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    /// One of `commerce::checkout::refusal`.
    pub(super) code: String,
    /// What is wrong with fields.
    pub(super) errors: Vec<FieldError>,
}

/// The view of a successful answer; `None` for anything that is not one.
pub(super) fn view<T: DeserializeOwned>(heard: &Heard) -> Option<Data<T>> {
    if matches!(heard.status, 200 | 201) { serde_json::from_slice(&heard.body).ok() } else { None }
}

/// The refusal of an answer; an empty code for anything that is not one.
pub(super) fn refusal(heard: &Heard) -> Refusal {
    serde_json::from_slice(&heard.body).unwrap_or_default()
}

/// The form as it was typed. A field that is longer than any may be is cut, so that the origin reads no more than it has to.
pub(super) fn contact(form: &Form) -> ContactForm {
    let field = |name: &str| form.field(name).unwrap_or_default().chars().take(300).collect::<String>();
    ContactForm {
        email: field("email"),
        country: field("country"),
        name: field("name"),
        line1: field("line1"),
        line2: field("line2"),
        postcode: field("postcode"),
        city: field("city"),
        region: field("region"),
        phone: field("phone"),
        // A box that is not ticked is not sent, and a form of before has none.
        has_billing: form.field("billing").is_some() && form.field("billingSame").is_none(),
        billing: AddressForm {
            country: field("billingCountry"),
            name: field("billingName"),
            line1: field("billingLine1"),
            line2: field("billingLine2"),
            postcode: field("billingPostcode"),
            city: field("billingCity"),
            region: field("billingRegion"),
        },
        wants_news: form.field("news").is_some(),
    }
}

/// A request as JSON. The types of requests have texts and numbers alone, so that none fails.
pub(super) fn json(request: &impl serde::Serialize) -> String {
    serde_json::to_string(request).unwrap_or_default()
}
