//! Step 1: who gets the order and where. What was typed stays, whatever is wrong with it.

use commerce::Country;
use commerce::checkout::{ContactForm, Field, FieldError, Summary, regions};
use maud::{Markup, html};

use crate::checkout::field::{Input, described, fault, label, message};
use crate::checkout::{Step, page, problem, summary};
use crate::frame::Frame;

/// The form, and what is wrong with it.
#[derive(Debug)]
pub struct ContactView<'a> {
    /// The cart, as it is priced now.
    pub summary: &'a Summary,
    /// What was typed.
    pub form: &'a ContactForm,
    /// What is wrong with it.
    pub errors: &'a [FieldError],
    /// The countries that the shop delivers to; none where it has no rules of shipping.
    pub countries: &'a [Country],
    /// The regions of the form's country that rules name.
    pub regions: Vec<&'a str>,
    /// Whether an order that was begun here is over, since it was not paid in time.
    pub has_expired: bool,
}

/// Countries whose postcodes stand behind the town.
const POSTCODE_LAST: [&str; 8] = ["AU", "BR", "CA", "GB", "IE", "IN", "NZ", "US"];

/// Countries whose postcodes are digits alone.
const DIGITS: [&str; 12] = ["AT", "AU", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "IT", "LU", "NO"];

/// The page.
pub fn contact(frame: &Frame<'_>, view: &ContactView<'_>) -> Vec<u8> {
    let main = html! {
        div class="checkout" {
            h1 { "Contact and address" }
            @if !view.errors.is_empty() {
                (problem(&html! {
                    ul {
                        @for error in view.errors {
                            @if let Some(message) = message(error.field, view.form, view.errors) {
                                li { a href={ "#" (error.field.name()) } { (message) } }
                            }
                        }
                    }
                }))
            }
            @if view.has_expired {
                div class="cart-notice" role="status" {
                    p { "Your last order was not paid in time and is over; nothing was charged. Your address is still here: go on to order again." }
                }
            }
            div class="checkout-columns" {
                (form(view))
                (summary::aside(frame, view.summary))
            }
        }
    };
    page(frame, Step::Contact, "Contact and address", !view.errors.is_empty(), &main)
}

fn form(view: &ContactView<'_>) -> Markup {
    let code = view.form.country.trim().to_ascii_uppercase();
    let country = Country::parse(&code).ok();
    let show = |input: Input<'_>| input.show(view.form, view.errors);
    let postcode = show(Input {
        inputmode: DIGITS.contains(&code.as_str()).then_some("numeric"),
        width: "field field-short",
        is_optional: country.is_some_and(|country| !commerce::checkout::needs_postcode(country)),
        ..Input::text(Field::Postcode, if code == "US" { "ZIP code" } else { "Postcode" }, "shipping postal-code")
    });
    let city = show(Input::text(Field::City, "Town or city", "shipping address-level2"));
    let is_last = POSTCODE_LAST.contains(&code.as_str());
    let has_line2 = !view.form.line2.is_empty() || view.errors.iter().any(|error| error.field == Field::Line2);
    html! {
        form class="checkout-form" method="post" action="/checkout/contact" novalidate {
            // The first button of a form is the one that the Enter key presses.
            button type="submit" hidden { "Continue" }
            p class="field-hint" { "Fields with * are required. You need no account." }
            (show(Input {
                kind: "email",
                hint: Some("For the confirmation of your order, and news of its parcel."),
                ..Input::text(Field::Email, "E-mail", "email")
            }))
            h2 { "Delivery address" }
            (countries(view, country))
            (show(Input::text(Field::Name, "Full name", "shipping name")))
            (show(Input::text(Field::Line1, "Street and number", "shipping address-line1")))
            details class="checkout-more" open[has_line2] {
                summary { "Add a flat or a company" }
                (show(Input { is_optional: true, ..Input::text(Field::Line2, "Flat or company", "shipping address-line2") }))
            }
            div class="field-row" {
                @if is_last { (city) (postcode) } @else { (postcode) (city) }
            }
            @if let Some(country) = country { (region(view, country)) }
            (show(Input {
                kind: "tel",
                hint: Some("Only if the courier has a question."),
                is_optional: true,
                ..Input::text(Field::Phone, "Phone", "shipping tel")
            }))
            div class="checkout-way" {
                button type="submit" class="button" { "Continue to delivery" }
                a href="/cart" { "Back to the cart" }
            }
        }
    }
}

/// The country, and the button that draws the form anew for it: no script does that.
fn countries(view: &ContactView<'_>, chosen: Option<Country>) -> Markup {
    let name = Field::Country.name();
    let error = message(Field::Country, view.form, view.errors);
    let all: Vec<Country> = if view.countries.is_empty() { Country::all().collect() } else { view.countries.to_vec() };
    let stranger = chosen.filter(|country| !all.contains(country));
    html! {
        div class="field" {
            (label(name, "Country", false))
            (fault(name, error.as_deref()))
            div class="field-with-button" {
                select id=(name) name=(name) autocomplete="shipping country" required aria-invalid=[error.as_ref().map(|_| "true")]
                    aria-describedby=[described(name, error.is_some(), false)] {
                    @if chosen.is_none() { option value="" selected { "Choose a country" } }
                    @if let Some(country) = stranger { option value=(country.code()) selected { (country.name()) } }
                    @for country in &all {
                        option value=(country.code()) selected[chosen == Some(*country)] { (country.name()) }
                    }
                }
                button type="submit" name="redraw" value="1" class="button button-quiet" {
                    "Update" span class="visually-hidden" { " the form for this country" }
                }
            }
        }
    }
}

/// State or province, where addresses have one or the merchant's rules tell them apart.
fn region(view: &ContactView<'_>, country: Country) -> Markup {
    let name = Field::Region.name();
    let error = message(Field::Region, view.form, view.errors);
    let listed: Vec<(&str, &str)> = regions(country).collect();
    let known: Vec<(&str, &str)> =
        if listed.is_empty() { view.regions.iter().map(|code| (*code, *code)).collect() } else { listed };
    let typed = view.form.region.trim();
    html! {
        @if !known.is_empty() {
            div class="field" {
                (label(name, words(country), false))
                (fault(name, error.as_deref()))
                select id=(name) name=(name) autocomplete="shipping address-level1" required
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby=[described(name, error.is_some(), false)] {
                    option value="" { "Choose" }
                    @for (code, label) in &known {
                        option value=(code) selected[code.eq_ignore_ascii_case(typed)] { (label) }
                    }
                }
            }
        }
    }
}

fn words(country: Country) -> &'static str {
    match country.code() {
        "US" => "State",
        "CA" | "ES" | "IT" => "Province",
        "JP" => "Prefecture",
        _ => "State or region",
    }
}
