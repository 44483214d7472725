//! The filters by brand, collection, option, attribute, sale and rating: a fieldset of checkboxes for each, several of which may be ticked,
//! and radio buttons for the rating. Nothing is shown that no product of the catalog has.

use catalog::{Facets, NamedCounts, NamedFilter, Query, Rating, ValueCount, fold};
use maud::{Markup, html};

use crate::write::number::Grouped;
use crate::write::text::Text;

/// Values that are shown at once; the others open.
const SHOWN: usize = 8;

/// The ratings that can be asked for, in whole stars.
const STARS: [u16; 3] = [4, 3, 2];

/// All of these filters.
pub(super) fn values(query: &Query, facets: &Facets<'_>, has_ratings: bool) -> Markup {
    html! {
        (group("brand", "Brand", &facets.brands, &query.brands))
        @for option in &facets.options {
            (named("option.", option, &query.options))
        }
        @for attribute in &facets.attributes {
            (named("attr.", attribute, &query.attributes))
        }
        (group("collection", "Collection", &facets.collections, &query.collections))
        // What is asked for and leaves nothing stays in the form, so that it can be unticked.
        (lost("option.", &facets.options, &query.options))
        (lost("attr.", &facets.attributes, &query.attributes))
        @if has_ratings || query.min_rating.is_some() { (ratings(query)) }
        // As with the stock: an address can ask for what is not on sale, and the form keeps it.
        @if facets.on_sale.is_some() || query.on_sale.is_some() {
            @let without = query.on_sale == Some(false);
            label class="filter-sale" {
                input type="checkbox" name="onSale" value=(if without { "false" } else { "true" }) checked[query.on_sale.is_some()];
                @if without {
                    " Not on sale"
                } @else {
                    " On sale "
                    span class="count" { (Grouped(facets.on_sale.unwrap_or_default())) }
                }
            }
        }
    }
}

/// How many values of these filters are set, with those by category.
pub(super) fn count(query: &Query) -> usize {
    query.categories.len()
        + query.brands.len()
        + query.collections.len()
        + query.options.iter().chain(&query.attributes).map(|filter| filter.values.len()).sum::<usize>()
        + usize::from(query.min_rating.is_some())
        + usize::from(query.on_sale.is_some())
}

fn named(prefix: &str, counts: &NamedCounts<'_>, filters: &[NamedFilter]) -> Markup {
    let own = filters.iter().find(|filter| fold(&filter.name) == fold(&counts.name));
    // The field keeps the spelling of the address, so that a filter is not sent twice.
    let name = own.map_or(&*counts.name, |filter| filter.name.as_str());
    group(&format!("{prefix}{name}"), &counts.name, &counts.values, own.map_or(&[], |filter| &filter.values))
}

/// Filters by names that no facet has.
fn lost(prefix: &str, facets: &[NamedCounts<'_>], filters: &[NamedFilter]) -> Markup {
    let is_lost = |filter: &&NamedFilter| facets.iter().all(|counts| fold(&counts.name) != fold(&filter.name));
    html! {
        @for filter in filters.iter().filter(is_lost) {
            (group(&format!("{prefix}{}", filter.name), &filter.name, &[], &filter.values))
        }
    }
}

fn group(field: &str, legend: &str, counts: &[ValueCount<'_>], chosen: &[String]) -> Markup {
    let is_chosen = |value: &str| chosen.iter().any(|asked| fold(asked) == fold(value));
    let missing: Vec<&String> =
        chosen.iter().filter(|asked| counts.iter().all(|count| fold(&count.value) != fold(asked))).collect();
    let counts = &in_order(counts);
    // The ticked ones stay in sight.
    let (first, others) = counts.split_at(counts.len().min(SHOWN));
    let is_open = others.iter().any(|count| is_chosen(&count.value));
    let boxes = |counts: &[ValueCount<'_>]| {
        html! { @for count in counts { (tick(field, &count.value, &count.value, count.count, is_chosen(&count.value))) } }
    };
    html! {
        @if !counts.is_empty() || !missing.is_empty() {
            fieldset class="filter-values" {
                legend dir="auto" { (legend) }
                (boxes(first))
                @for value in missing { (tick(field, value, value, 0, true)) }
                @if !others.is_empty() {
                    details open[is_open] {
                        summary { (Grouped(u32::try_from(others.len()).unwrap_or(u32::MAX))) " more" }
                        (boxes(others))
                    }
                }
            }
        }
    }
}

/// Sizes from small to large where all values are sizes or numbers; else as they come.
fn in_order<'v>(counts: &[ValueCount<'v>]) -> Vec<ValueCount<'v>> {
    let mut keyed: Vec<(Option<(usize, u64)>, &ValueCount<'v>)> =
        counts.iter().map(|count| (size(&count.value), count)).collect();
    if keyed.iter().all(|(key, _)| key.is_some()) {
        // A list is at most a few hundred long, and the library's sort takes more code than this whole form.
        for end in 1..keyed.len() {
            let mut place = end;
            while place > 0 && keyed.get(place).map(|(key, _)| *key) < keyed.get(place - 1).map(|(key, _)| *key) {
                keyed.swap(place, place - 1);
                place -= 1;
            }
        }
    }
    keyed.into_iter().map(|(_, count)| count.clone()).collect()
}

/// Where a value stands among sizes: those of clothes first, then numbers, in thousandths.
fn size(value: &str) -> Option<(usize, u64)> {
    const SIZES: [&str; 12] = ["xxxs", "xxs", "xs", "s", "m", "l", "xl", "xxl", "2xl", "xxxl", "3xl", "4xl"];
    let folded = fold(value);
    if let Some(place) = SIZES.iter().position(|size| *size == folded) {
        return Some((place, 0));
    }
    let number = folded.split(' ').next().unwrap_or_default().replace(',', ".");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let whole: u64 = whole.parse().ok().filter(|whole| *whole < 1_000_000)?;
    let fraction: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((SIZES.len(), whole * 1000 + fraction))
}

pub(super) fn tick(field: &str, value: &str, label: &str, count: u32, is_chosen: bool) -> Markup {
    html! {
        label {
            input type="checkbox" name=(Text(field)) value=(Text(value)) checked[is_chosen];
            " " bdi { (label) } " "
            span class="count" { (Grouped(count)) }
        }
    }
}

fn ratings(query: &Query) -> Markup {
    let is_asked = |stars: u16| query.min_rating.is_some_and(|rating| rating.hundredths() == stars * 100);
    let other = query.min_rating.filter(|rating| !STARS.iter().any(|stars| rating.hundredths() == stars * 100));
    html! {
        fieldset class="filter-rating" {
            legend { "Rating" }
            label { input type="radio" name="minRating" value="" checked[query.min_rating.is_none()]; " Any" }
            @for stars in STARS {
                label { input type="radio" name="minRating" value=(stars) checked[is_asked(stars)]; " " (stars) " stars and up" }
            }
            @if let Some(rating) = other { (other_rating(rating)) }
        }
    }
}

fn other_rating(rating: Rating) -> Markup {
    html! { label { input type="radio" name="minRating" value=(rating.to_string()) checked; " " (rating_label(rating)) } }
}

/// A least rating, for people.
pub(super) fn rating_label(rating: Rating) -> String {
    format!("{rating} {} and up", if rating.hundredths() == 100 { "star" } else { "stars" })
}
