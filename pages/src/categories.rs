//! The page of all categories, brands and collections, and which categories the other pages offer.
//! A shop of many categories would fill every listing with their names: pages offer the largest, the rest are here.

use std::borrow::Cow;

use catalog::{CategoryCount, Shelf, ShelfKind};
use maud::{Markup, html};

use crate::frame::Frame;
use crate::shell::document::{Kind, breadcrumb, document};
use crate::shell::head::Head;
use crate::shell::structured::{self, Crumb};
use crate::write::link::{CATEGORIES, ListingLink, category_query, shelf_address};
use crate::write::number::{Grouped, plural};
use crate::write::text::Text;

/// How many categories the start page and the filters of a listing offer.
pub(crate) const OFFERED: usize = 20;

/// More categories than this are told apart by their first letter.
const UNGROUPED: usize = 48;

/// Most brands, and most collections, of which the page has a link. The sitemap has all.
const SHELVES: usize = 1000;

/// Stands for every first character that is no letter of the alphabet.
const OTHERS: char = '#';

const CRUMBS: [Crumb<'static>; 2] = [Crumb { name: "Home", path: Some("/") }, Crumb { name: "Categories", path: None }];

/// All categories of the shop.
#[derive(Debug)]
pub struct CategoriesView<'a> {
    /// How many products the shop has.
    pub products: u32,
    /// The categories, each before those below it; side by side by name, case and accents aside.
    pub categories: Vec<CategoryCount<'a>>,
    /// The brands, by name.
    pub brands: Vec<Shelf<'a>>,
    /// The collections, by name.
    pub collections: Vec<Shelf<'a>>,
}

/// The page of all categories.
pub fn categories(frame: &Frame<'_>, view: &CategoriesView<'_>) -> Vec<u8> {
    let site = frame.site;
    let count = u32::try_from(view.categories.len()).unwrap_or(u32::MAX);
    let total = html! {
        (Grouped(view.products)) (plural(view.products, " product", " products")) " in "
        (Grouped(count)) (plural(count, " category", " categories"))
    };
    let head = Head {
        title: Cow::Borrowed("Categories"),
        description: Cow::Owned(format!("Everything {} has, by category: {}.", site.name, total.0)),
        no_index: false,
        canonical: Some(Cow::Borrowed(CATEGORIES)),
        picture: None,
        product: None,
        search: None,
        structured: Some(structured::trail(site, &CRUMBS)),
        steps: None,
    };
    let main = html! {
        (breadcrumb(&CRUMBS))
        h1 { "Categories" }
        p class="categories-lead" { (total) "." }
        @if view.categories.iter().any(|category| category.depth > 0) {
            @for tree in view.categories.chunk_by(|_, next| next.depth > 0) {
                @if let Some((top, below)) = tree.split_first() {
                    section class="letter category-tree" {
                        h2 { (entry(top)) }
                        @if !below.is_empty() { (branches(below)) }
                    }
                }
            }
        } @else if view.categories.len() <= UNGROUPED {
            ul class="category-tiles" role="list" {
                @for category in &view.categories {
                    (tile(category))
                }
            }
        } @else {
            @let groups = by_letter(&view.categories);
            nav class="letters" aria-label="Categories by first letter" {
                ul role="list" {
                    @for (letter, _) in &groups {
                        li { a href={ "#letter-" (anchor(*letter)) } { (letter_label(*letter)) } }
                    }
                }
            }
            @for (letter, categories) in &groups {
                section class="letter" aria-labelledby={ "letter-" (anchor(*letter)) } {
                    h2 id={ "letter-" (anchor(*letter)) } tabindex="-1" { (letter_label(*letter)) }
                    ul role="list" {
                        @for category in categories { li { (entry(category)) } }
                    }
                }
            }
        }
        (shelves(ShelfKind::Brand, "Brands", "brands", &view.brands))
        (shelves(ShelfKind::Collection, "Collections", "collections", &view.collections))
    };
    document(frame, Kind::Other, &head, &main)
}

/// Categories side by side, each with those below it.
fn branches(categories: &[CategoryCount<'_>]) -> Markup {
    let depth = categories.first().map_or(0, |category| category.depth);
    html! {
        ul role="list" {
            @for branch in categories.chunk_by(|_, next| next.depth > depth) {
                @if let Some((top, below)) = branch.split_first() {
                    li {
                        (entry(top))
                        @if !below.is_empty() { (branches(below)) }
                    }
                }
            }
        }
    }
}

/// A category as a link with its count.
fn entry(category: &CategoryCount<'_>) -> Markup {
    html! {
        a href=(ListingLink(&category_query(&category.value))) { bdi { (category.name) } }
        " " span class="count" { (Grouped(category.count)) }
    }
}

/// Brands or collections, each with a link to its page.
fn shelves(kind: ShelfKind, heading: &str, id: &str, shelves: &[Shelf<'_>]) -> Markup {
    html! {
        @if !shelves.is_empty() {
            section class="letter" aria-labelledby=(id) {
                h2 id=(id) tabindex="-1" { (heading) }
                ul role="list" {
                    @for shelf in shelves.iter().take(SHELVES) {
                        li {
                            a href=(Text(&shelf_address(kind, &shelf.slug, shelf.name))) { bdi { (shelf.name) } }
                            " " span class="count" { (Grouped(shelf.products)) }
                        }
                    }
                }
            }
        }
    }
}

/// The categories at the top: of a single one, those below it.
pub(crate) fn tops<'v, 'a>(categories: &'v [CategoryCount<'a>]) -> Vec<&'v CategoryCount<'a>> {
    let mut found: Vec<&CategoryCount<'_>> = Vec::new();
    for depth in 0.. {
        let level: Vec<&CategoryCount<'_>> = categories.iter().filter(|category| category.depth == depth).collect();
        if level.is_empty() {
            break;
        }
        found = level;
        if found.len() > 1 {
            break;
        }
    }
    found
}

/// A category as a large link.
pub(crate) fn tile(category: &CategoryCount<'_>) -> Markup {
    html! {
        li class="category-tile" {
            a href=(ListingLink(&category_query(&category.value))) dir="auto" { (category.name) }
            p { (Grouped(category.count)) (plural(category.count, " product", " products")) }
        }
    }
}

/// The largest [`OFFERED`] of some categories, in the order in which they came. Of equally large ones, the first.
pub(crate) fn largest<T>(categories: &[T], size: impl Fn(&T) -> u32) -> Vec<&T> {
    if categories.len() <= OFFERED {
        return categories.iter().collect();
    }
    // The largest sizes, descending; what a category needs to be among them, and how many of just that size are.
    let mut sizes: Vec<u32> = Vec::with_capacity(OFFERED + 1);
    for category in categories {
        let size = size(category);
        if sizes.len() < OFFERED || sizes.last().is_some_and(|least| *least < size) {
            sizes.insert(sizes.partition_point(|other| *other >= size), size);
            sizes.truncate(OFFERED);
        }
    }
    let least = sizes.last().copied().unwrap_or_default();
    let mut of_least = sizes.iter().filter(|size| **size == least).count();
    let mut is_large = |category: &&T| {
        let size = size(category);
        let is_one_of_least = size == least && of_least > 0;
        of_least -= usize::from(is_one_of_least);
        size > least || is_one_of_least
    };
    categories.iter().filter(|category| is_large(category)).collect()
}

/// Runs of categories with one first letter, in their order. What begins with no letter of the alphabet comes last.
fn by_letter<'v, 'a>(categories: &'v [CategoryCount<'a>]) -> Vec<(char, Vec<&'v CategoryCount<'a>>)> {
    let mut groups: Vec<(char, Vec<&CategoryCount<'_>>)> = Vec::new();
    let mut others = Vec::new();
    for category in categories {
        let letter = first_letter(category.name);
        match groups.last_mut() {
            _ if letter == OTHERS => others.push(category),
            Some((known, group)) if *known == letter => group.push(category),
            _ => groups.push((letter, vec![category])),
        }
    }
    if !others.is_empty() {
        groups.push((OTHERS, others));
    }
    groups
}

/// In capitals and without its accent, so that É stands with E.
fn first_letter(name: &str) -> char {
    let folded = catalog::fold(name);
    folded.chars().next().map(|letter| letter.to_ascii_uppercase()).filter(char::is_ascii_uppercase).unwrap_or(OTHERS)
}

fn anchor(letter: char) -> char {
    if letter == OTHERS { '0' } else { letter.to_ascii_lowercase() }
}

fn letter_label(letter: char) -> Markup {
    html! {
        @if letter == OTHERS {
            span aria-hidden="true" { "#" }
            span class="visually-hidden" { "Other" }
        } @else {
            (letter)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_keep_their_order() {
        let few = [3, 1, 2];
        assert_eq!(largest(&few, |size| *size), [&3, &1, &2]);
        let many: Vec<u32> = (0..100).map(|number| (number * 37) % 100).collect();
        let found: Vec<u32> = largest(&many, |size| *size).into_iter().copied().collect();
        let expect: Vec<u32> = many.iter().copied().filter(|size| *size >= 80).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn of_equally_large_ones_the_first_are_kept() {
        let many: Vec<(u32, u32)> = (0..50).map(|place| (7, place)).collect();
        let places: Vec<u32> = largest(&many, |(size, _)| *size).into_iter().map(|(_, place)| *place).collect();
        assert_eq!(places, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn accents_and_figures_find_their_letter() {
        for (name, letter) in [("Étagères", 'E'), ("garden", 'G'), ("3D printers", '#'), ("", '#'), ("茶", '#')] {
            assert_eq!(first_letter(name), letter, "{name}");
        }
    }
}
