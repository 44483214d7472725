//! A field of the form: its label, its hint, its rule for the browser, and the message where it breaks its rule.
//!
//! The messages of the rules that a browser can check stand in the attributes `data-missing`, `data-long`, `data-no-at` and `data-malformed`,
//! so that a script that checks a field uses the words of the server.

use commerce::checkout::{
    AddressForm, ContactForm, EMAIL_PATTERN, Fault, Field, FieldError, PHONE_PATTERN, postcode_pattern,
};
use commerce::{Country, PlaceError};
use maud::{Markup, html};

/// A text field.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) field: Field,
    pub(super) label: &'a str,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) inputmode: Option<&'static str>,
    pub(super) hint: Option<&'static str>,
    pub(super) is_optional: bool,
    /// A class of its width: postcodes are short.
    pub(super) width: &'static str,
}

impl<'a> Input<'a> {
    pub(super) fn text(field: Field, label: &'a str, autocomplete: &'static str) -> Input<'a> {
        let (kind, width) = ("text", "field");
        Input { field, label, kind, autocomplete, inputmode: None, hint: None, is_optional: false, width }
    }

    pub(super) fn show(&self, form: &ContactForm, errors: &[FieldError]) -> Markup {
        let Input { field, label, kind, autocomplete, inputmode, hint, is_optional, width } = *self;
        let name = field.name();
        let error = message(field, form, errors);
        let Rule { pattern, malformed } = rule(field, form);
        let say = |fault| words(field, &fault, form);
        html! {
            div class=(width) {
                (self::label(name, label, is_optional))
                @if let Some(hint) = hint { p class="field-hint" id={ (name) "-hint" } { (hint) } }
                (fault(name, error.as_deref()))
                input id=(name) type=(kind) name=(name) value=(value(field, form)) autocomplete=(autocomplete) inputmode=[inputmode]
                    maxlength="254" dir="auto" required[!is_optional] aria-invalid=[error.as_ref().map(|_| "true")]
                    aria-describedby=[described(name, error.is_some(), hint.is_some())]
                    pattern=[pattern] data-missing=[(!is_optional).then(|| say(Fault::Missing))]
                    data-most=(field.most()) data-long=(say(Fault::TooLong { most: field.most() }))
                    data-no-at=[(field == Field::Email).then(|| say(Fault::NoAt))] data-malformed=[malformed];
            }
        }
    }
}

/// The rule of a field that a browser can check.
#[derive(Default)]
struct Rule {
    pattern: Option<String>,
    malformed: Option<String>,
}

fn rule(field: Field, form: &ContactForm) -> Rule {
    let of =
        |pattern: String, fault: Fault| Rule { pattern: Some(pattern), malformed: Some(words(field, &fault, form)) };
    match field {
        Field::Email => of(EMAIL_PATTERN.to_owned(), Fault::Malformed),
        Field::Phone => of(PHONE_PATTERN.to_owned(), Fault::Malformed),
        Field::Postcode | Field::BillingPostcode => match country(field, form) {
            Ok(country) => match postcode_pattern(country) {
                (pattern, "") => of(pattern, Fault::Malformed),
                (pattern, example) => of(pattern, Fault::Postcode { example: example.to_owned() }),
            },
            Err(_) => Rule::default(),
        },
        _ => Rule::default(),
    }
}

pub(super) fn label(name: &str, label: &str, is_optional: bool) -> Markup {
    html! {
        label for=(name) { (label) @if is_optional { " (optional)" } @else { span class="required" aria-hidden="true" { " *" } } }
    }
}

/// The message at a field.
pub(super) fn fault(name: &str, error: Option<&str>) -> Markup {
    html! { @if let Some(error) = error { p class="field-fault" id={ (name) "-error" } { (error) } } }
}

/// The ids of what describes a field.
pub(super) fn described(name: &str, has_error: bool, has_hint: bool) -> Option<String> {
    match (has_error, has_hint) {
        (true, true) => Some(format!("{name}-error {name}-hint")),
        (true, false) => Some(format!("{name}-error")),
        (false, true) => Some(format!("{name}-hint")),
        (false, false) => None,
    }
}

/// A field as it was typed.
pub(super) fn value(field: Field, form: &ContactForm) -> &str {
    let ContactForm { billing, .. } = form;
    match field {
        Field::Email => &form.email,
        Field::Country => &form.country,
        Field::Name => &form.name,
        Field::Line1 => &form.line1,
        Field::Line2 => &form.line2,
        Field::Postcode => &form.postcode,
        Field::City => &form.city,
        Field::Region => &form.region,
        Field::Phone => &form.phone,
        Field::BillingCountry => &billing.country,
        Field::BillingName => &billing.name,
        Field::BillingLine1 => &billing.line1,
        Field::BillingLine2 => &billing.line2,
        Field::BillingPostcode => &billing.postcode,
        Field::BillingCity => &billing.city,
        Field::BillingRegion => &billing.region,
    }
}

/// The country of the address that a field belongs to.
fn country(field: Field, form: &ContactForm) -> Result<Country, PlaceError> {
    let AddressForm { country, .. } = &form.billing;
    Country::parse(if field >= Field::BillingCountry { country } else { &form.country }.trim())
}

/// The message of a field that breaks its rule: at the field and in the summary alike.
pub(super) fn message(field: Field, form: &ContactForm, errors: &[FieldError]) -> Option<String> {
    errors.iter().find(|error| error.field == field).map(|error| words(field, &error.fault, form))
}

/// The words for a rule that a field breaks.
pub(super) fn words(field: Field, fault: &Fault, form: &ContactForm) -> String {
    let country = || country(field, form).map_or("this country", Country::name);
    let text = match (field, fault) {
        (Field::Email, Fault::Missing) => "Enter your e-mail address",
        (Field::Email, Fault::NoAt) => "An e-mail address needs an @, like name@example.com",
        (Field::Email, Fault::Malformed) => "Enter an e-mail address like name@example.com",
        (Field::Country, Fault::Missing | Fault::Malformed) => "Choose a country",
        (Field::Name, Fault::Missing) => "Enter your full name",
        (Field::Line1, Fault::Missing) => "Enter your street and number",
        (Field::City, Fault::Missing) => "Enter your town or city",
        (Field::Postcode, Fault::Missing) => "Enter your postcode",
        (Field::Region, Fault::Missing | Fault::Malformed) => "Choose your state or province",
        (Field::Phone, Fault::Malformed) => "A phone number has 6 to 15 digits",
        (Field::BillingCountry, Fault::Missing | Fault::Malformed) => "Choose the country of the billing address",
        (Field::BillingName, Fault::Missing) => "Enter the name for the bill",
        (Field::BillingLine1, Fault::Missing) => "Enter street and number of the billing address",
        (Field::BillingCity, Fault::Missing) => "Enter the town or city of the billing address",
        (Field::BillingPostcode, Fault::Missing) => "Enter the postcode of the billing address",
        (Field::BillingRegion, Fault::Missing | Fault::Malformed) => {
            "Choose the state or province of the billing address"
        }
        (Field::Country, Fault::NotServed) => return format!("We do not deliver to {} yet", country()),
        (_, Fault::Postcode { example }) => return format!("Enter a postcode of {}, like {example}", country()),
        (_, Fault::TooLong { most }) => return format!("Enter at most {most} characters"),
        (Field::Postcode | Field::BillingPostcode, _) => "Enter a postcode of at most 16 letters and digits",
        _ => "Enter this without special characters",
    };
    text.to_owned()
}
