//! A field of the form: its label, its hint, and the message where it breaks its rule.

use commerce::checkout::{Fault, Field, FieldError};
use commerce::{Country, checkout::ContactForm};
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
        html! {
            div class=(width) {
                (self::label(name, label, is_optional))
                @if let Some(hint) = hint { p class="field-hint" id={ (name) "-hint" } { (hint) } }
                (fault(name, error.as_deref()))
                input id=(name) type=(kind) name=(name) value=(value(field, form)) autocomplete=(autocomplete) inputmode=[inputmode]
                    maxlength="254" dir="auto" required[!is_optional] aria-invalid=[error.as_ref().map(|_| "true")]
                    aria-describedby=[described(name, error.is_some(), hint.is_some())];
            }
        }
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

fn value(field: Field, form: &ContactForm) -> &str {
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
    }
}

/// The words for what is wrong with a field: at the field and in the summary alike.
pub(super) fn message(field: Field, form: &ContactForm, errors: &[FieldError]) -> Option<String> {
    let fault = &errors.iter().find(|error| error.field == field)?.fault;
    let country = || Country::parse(form.country.trim()).map_or("this country", Country::name);
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
        (Field::Country, Fault::NotServed) => return Some(format!("We do not deliver to {} yet", country())),
        (_, Fault::Postcode { example }) => return Some(format!("Enter a postcode of {}, like {example}", country())),
        (_, Fault::TooLong { most }) => return Some(format!("Enter at most {most} characters")),
        (Field::Postcode, _) => "Enter a postcode of at most 16 letters and digits",
        _ => "Enter this without special characters",
    };
    Some(text.to_owned())
}
