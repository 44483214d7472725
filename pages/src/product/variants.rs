//! The variants of a product on its page: a form in which a value of each option is chosen, and which of them there are. The form works
//! without scripts; the address of a variant is the product's with its SKU.

use catalog::{Details, Variant, fold};
use maud::{Markup, html};

use crate::write::link::LISTING;
use crate::write::text::Text;

/// Above so many values of an option a list that opens takes less room than buttons.
const BUTTONS: usize = 10;

/// The id of the form.
pub(super) const PICKER: &str = "variants";

/// The state of a value beside the values that are chosen of the other options.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is such a variant, and it can be bought.
    Available,
    /// There is such a variant, and it is sold out.
    SoldOut,
    /// There is no such variant.
    Missing,
}

/// The form; nothing for a product whose variants have no options. Beside a missing combination the chosen variant is the nearest one; after a
/// refusal the values are those that were `sent`.
pub(super) fn picker(
    handle: &str,
    details: &Details,
    chosen: Option<&Variant>,
    missing: Option<&str>,
    sent: &[(String, String)],
) -> Markup {
    let picked = picked(details, chosen, sent);
    html! {
        @if !details.options.is_empty() {
            // The page is of one variant: a browser that comes back to it fills in no other choice.
            form class="variant-picker" id=(PICKER) method="get" action={ (Text(LISTING)) "/" (Text(handle)) } aria-label="Variants" autocomplete="off" {
                @if let Some(missing) = missing {
                    p class="variant-missing" role="status" {
                        "There is no " bdi { (missing) } ". The nearest one is chosen."
                    }
                }
                @for (place, name) in details.options.iter().enumerate() {
                    (option(details, place, name, &picked))
                }
                // From which the choice that is sent was made.
                @if let Some(chosen) = chosen { input type="hidden" name="variant" value=(Text(&chosen.sku)); }
                button type="submit" class="button button-quiet choose-btn" { "Show this choice" }
            }
        }
    }
}

/// The value of each option that stands in the form: of those that were sent with a refused form, else of the chosen variant.
fn picked<'a>(details: &'a Details, chosen: Option<&'a Variant>, sent: &[(String, String)]) -> Vec<Option<&'a str>> {
    let places = details.options.iter().enumerate();
    if !sent.is_empty() {
        let value = |(place, option): (usize, &String)| {
            let (_, value) = sent.iter().find(|(name, _)| fold(name) == fold(option))?;
            let values = values(details, place);
            let exact = values.iter().find(|known| *known == value);
            exact.or_else(|| values.iter().find(|known| fold(known) == fold(value))).copied()
        };
        return places.map(value).collect();
    }
    places.map(|(place, _)| chosen.and_then(|variant| variant.values.get(place)).map(String::as_str)).collect()
}

fn option(details: &Details, place: usize, name: &str, picked: &[Option<&str>]) -> Markup {
    let values = values(details, place);
    let own = picked.get(place).copied().flatten();
    let field = format!("option.{name}");
    let id = format!("option-{place}");
    html! {
        @if values.len() > BUTTONS {
            div class="variant-option" {
                label for=(id) dir="auto" { (name) }
                select id=(id) name=(field) {
                    @if own.is_none() { option value="" { "Choose" } }
                    @for value in &values {
                        option value=(Text(value)) selected[own == Some(*value)] {
                            (value) (state(details, place, value, picked).in_words(place, picked))
                        }
                    }
                }
            }
        } @else {
            fieldset class="variant-option" {
                legend dir="auto" { (name) }
                @for value in &values {
                    @let state = state(details, place, value, picked);
                    label class=(state.class()) {
                        input type="radio" name=(field) value=(Text(value)) checked[own == Some(*value)];
                        span dir="auto" { (value) small { (state.in_words(place, picked)) } }
                    }
                }
            }
        }
    }
}

/// The values of an option, in the order of the variants.
fn values(details: &Details, place: usize) -> Vec<&str> {
    let mut values: Vec<&str> = Vec::new();
    for value in details.variants.iter().filter_map(|variant| variant.values.get(place)) {
        if !values.contains(&value.as_str()) {
            values.push(value);
        }
    }
    values
}

/// The state of a value: beside what is picked of the other options, or of any variant while nothing is picked.
fn state(details: &Details, place: usize, value: &str, picked: &[Option<&str>]) -> State {
    let fits = |variant: &&Variant| {
        let mut pairs = variant.values.iter().zip(picked).enumerate();
        pairs
            .all(|(at, (own, picked))| if at == place { own == value } else { picked.is_none_or(|other| own == other) })
    };
    let mut state = State::Missing;
    for variant in details.variants.iter().filter(fits) {
        if variant.facts.can_be_bought() {
            return State::Available;
        }
        state = State::SoldOut;
    }
    state
}

impl State {
    /// The state as it stands behind a value, with the values that it does not go with.
    fn in_words(self, place: usize, picked: &[Option<&str>]) -> String {
        match self {
            State::Available => String::new(),
            State::SoldOut => " (sold out)".to_owned(),
            State::Missing => {
                let others = picked.iter().enumerate().filter(|(at, _)| *at != place);
                let others: Vec<&str> = others.filter_map(|(_, value)| *value).collect();
                format!(" (not in {})", others.join(", "))
            }
        }
    }

    fn class(self) -> &'static str {
        match self {
            State::Available => "variant-value",
            State::SoldOut | State::Missing => "variant-value unavailable",
        }
    }
}
