//! Step 1: who gets the order and where. A form with errors keeps its typed values.

use commerce::Country;
use commerce::checkout::{ContactForm, Fault, Field, FieldError, Summary, regions};
use maud::{Markup, html};

use crate::checkout::field::{Input, described, fault, label, message, value, words};
use crate::checkout::{Step, page, problem, summary};
use crate::frame::Frame;

/// The form, and the fields that break their rules.
#[derive(Debug)]
pub struct ContactView<'a> {
    /// The cart, as it is priced now.
    pub summary: &'a Summary,
    /// The form as it was typed.
    pub form: &'a ContactForm,
    /// The fields that break their rules.
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

/// The fields of an address of the form.
struct Part {
    country: Field,
    name: Field,
    line1: Field,
    line2: Field,
    postcode: Field,
    city: Field,
    region: Field,
    /// What browsers may fill in: country, name, line 1, line 2, postcode, city, region.
    autocomplete: [&'static str; 7],
}

const DELIVERY: Part = Part {
    country: Field::Country,
    name: Field::Name,
    line1: Field::Line1,
    line2: Field::Line2,
    postcode: Field::Postcode,
    city: Field::City,
    region: Field::Region,
    autocomplete: [
        "shipping country",
        "shipping name",
        "shipping address-line1",
        "shipping address-line2",
        "shipping postal-code",
        "shipping address-level2",
        "shipping address-level1",
    ],
};

const BILLING: Part = Part {
    country: Field::BillingCountry,
    name: Field::BillingName,
    line1: Field::BillingLine1,
    line2: Field::BillingLine2,
    postcode: Field::BillingPostcode,
    city: Field::BillingCity,
    region: Field::BillingRegion,
    autocomplete: [
        "billing country",
        "billing name",
        "billing address-line1",
        "billing address-line2",
        "billing postal-code",
        "billing address-level2",
        "billing address-level1",
    ],
};

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
                (form(frame, view))
                (summary::aside(frame, view.summary))
            }
        }
    };
    page(frame, Step::Contact, "Contact and address", !view.errors.is_empty(), &main)
}

fn form(frame: &Frame<'_>, view: &ContactView<'_>) -> Markup {
    let show = |input: Input<'_>| input.show(view.form, view.errors);
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
            (address(view, &DELIVERY, "Full name"))
            (show(Input {
                kind: "tel",
                hint: Some("Only if the courier has a question."),
                is_optional: true,
                ..Input::text(Field::Phone, "Phone", "shipping tel")
            }))
            (billing(view))
            label class="checkout-tick" {
                input id="news" type="checkbox" name="news" value="1" checked[view.form.wants_news];
                span {
                    "Send me news of the shop by mail (optional). I can end that at any time, by writing to "
                    @if frame.site.merchant.email.is_empty() { "the shop" } @else { bdi { (frame.site.merchant.email) } }
                    "."
                }
            }
            div class="checkout-way" {
                button type="submit" class="button" { "Continue to delivery" }
                a href="/cart" { "Back to the cart" }
            }
        }
    }
}

/// The billing address: that of the delivery while the box is ticked. Styles hide its fields then, and the server ignores them; typed values
/// stay.
fn billing(view: &ContactView<'_>) -> Markup {
    html! {
        div class="checkout-billing" role="group" aria-labelledby="billing-heading" {
            h2 id="billing-heading" { "Billing address" }
            // Without it, a form that lacks the box, such as that of an older page, would ask for another address.
            input type="hidden" name="billing" value="asked";
            label class="checkout-tick" {
                input id="billingSame" type="checkbox" name="billingSame" value="1" checked[!view.form.has_billing];
                span { "Same as the delivery address" }
            }
            div class="billing-fields" { (address(view, &BILLING, "Full name or company")) }
        }
    }
}

/// The fields of an address. Those that differ by country stand in an element of their own, which a script may exchange.
fn address(view: &ContactView<'_>, part: &Part, name: &str) -> Markup {
    let code = value(part.country, view.form).trim().to_ascii_uppercase();
    let country = Country::parse(&code).ok();
    let show = |input: Input<'_>| input.show(view.form, view.errors);
    let [_, own, line1, line2, postal_code, level2, _] = part.autocomplete;
    let postcode = show(Input {
        inputmode: DIGITS.contains(&code.as_str()).then_some("numeric"),
        width: "field field-short",
        is_optional: country.is_some_and(|country| !commerce::checkout::needs_postcode(country)),
        ..Input::text(part.postcode, if code == "US" { "ZIP code" } else { "Postcode" }, postal_code)
    });
    let city = show(Input::text(part.city, "Town or city", level2));
    let is_last = POSTCODE_LAST.contains(&code.as_str());
    let has_line2 =
        !value(part.line2, view.form).is_empty() || view.errors.iter().any(|error| error.field == part.line2);
    html! {
        (countries(view, part, country))
        (show(Input::text(part.name, name, own)))
        (show(Input::text(part.line1, "Street and number", line1)))
        details class="checkout-more" open[has_line2] {
            summary { "Add a flat or a company" }
            (show(Input { is_optional: true, ..Input::text(part.line2, "Flat or company", line2) }))
        }
        div class="country-fields" id={ (part.country.name()) "-fields" } {
            div class="field-row" {
                @if is_last { (city) (postcode) } @else { (postcode) (city) }
            }
            @if let Some(country) = country { (region(view, part, country)) }
        }
    }
}

/// The country, and the button that draws the form anew for it where no script does that.
fn countries(view: &ContactView<'_>, part: &Part, chosen: Option<Country>) -> Markup {
    let name = part.country.name();
    let error = message(part.country, view.form, view.errors);
    // The bill may go anywhere.
    let is_anywhere = view.countries.is_empty() || part.country == Field::BillingCountry;
    let all: Vec<Country> = if is_anywhere { Country::all().collect() } else { view.countries.to_vec() };
    let stranger = chosen.filter(|country| !all.contains(country));
    let [autocomplete, ..] = part.autocomplete;
    html! {
        div class="field" {
            (label(name, "Country", false))
            (fault(name, error.as_deref()))
            div class="field-with-button" {
                select id=(name) name=(name) autocomplete=(autocomplete) required aria-invalid=[error.as_ref().map(|_| "true")]
                    aria-describedby=[described(name, error.is_some(), false)] data-missing=(words(part.country, &Fault::Missing, view.form)) {
                    @if chosen.is_none() { option value="" selected { "Choose a country" } }
                    @if let Some(country) = stranger { option value=(country.code()) selected { (country.name()) } }
                    @for country in &all {
                        option value=(country.code()) selected[chosen == Some(*country)] { (country.name()) }
                    }
                }
                button type="submit" name="redraw" value="1" class="button button-quiet redraw" {
                    "Update" span class="visually-hidden" { " the form for this country" }
                }
            }
        }
    }
}

/// State or province, where addresses have one or the merchant's rules tell them apart.
fn region(view: &ContactView<'_>, part: &Part, country: Country) -> Markup {
    let name = part.region.name();
    let error = message(part.region, view.form, view.errors);
    let listed: Vec<(&str, &str)> = regions(country).collect();
    let is_ruled = listed.is_empty() && part.region == Field::Region;
    let known: Vec<(&str, &str)> =
        if is_ruled { view.regions.iter().map(|code| (*code, *code)).collect() } else { listed };
    let typed = value(part.region, view.form).trim();
    let [.., autocomplete] = part.autocomplete;
    html! {
        @if !known.is_empty() {
            div class="field" {
                (label(name, region_label(country), false))
                (fault(name, error.as_deref()))
                select id=(name) name=(name) autocomplete=(autocomplete) required
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby=[described(name, error.is_some(), false)]
                    data-missing=(words(part.region, &Fault::Missing, view.form)) {
                    option value="" { "Choose" }
                    @for (code, label) in &known {
                        option value=(code) selected[code.eq_ignore_ascii_case(typed)] { (label) }
                    }
                }
            }
        }
    }
}

fn region_label(country: Country) -> &'static str {
    match country.code() {
        "US" => "State",
        "CA" | "ES" | "IT" => "Province",
        "JP" => "Prefecture",
        _ => "State or region",
    }
}
