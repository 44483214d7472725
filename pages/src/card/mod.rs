//! A product in a list. Most of a card follows from the product and the site alone, so a host may keep it and have it copied
//! into every page of the same edition; heading level and loading of the picture follow from the card's place.
//! The markup is the contract with the remotes (`assets/README.md`): classes may be added, not renamed.

mod choices;
pub(crate) mod facts;

use std::borrow::Borrow;

use catalog::{Catalog, Details, Product};
use maud::Render;

use crate::card::facts::{RatingLine, availability, state_class};
use crate::picture::{self, Image, Loading};
use crate::site::Site;
use crate::write::json::write_members;
use crate::write::link::{LISTING, ProductLink};
use crate::write::summary::summary;
use crate::write::text::Text;

/// Pictures that are there at first sight on a wide screen, and so are not loaded lazily.
const EAGER: usize = 4;

/// Most cards fit, so that writing one seldom moves it.
const CAPACITY: usize = 1536;

/// One product in a list, rendered but for what follows from its place. The same product and site give the same bytes, so a host
/// may keep a card for as long as the edition and the site stay the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Markup before the picture's loading, the end of the picture, the name under the heading, the rest of the markup; then the members
    /// of the product's place in structured data, and the picture's address.
    text: String,
    /// Where each of the parts but the last ends.
    ends: [usize; 5],
}

/// Where a card stands in a page, and so what differs from the same card elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The first of a page's own list: its picture is the largest thing at first sight. Under `h1`, as the next two.
    First,
    /// At first sight on a wide screen.
    Eager,
    /// Further down: its picture loads when it comes near.
    Lazy,
    /// In a list under the heading of a section, further down.
    Section,
}

/// Under which heading a list of cards stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// The page's heading: names are `h2`, and the list is what the page is about.
    Page,
    /// A section's heading: names are `h3`, and the pictures come later.
    Section,
}

/// A list of cards.
#[derive(Debug)]
pub(crate) struct Grid<'a, C> {
    pub(crate) cards: &'a [C],
    pub(crate) level: Level,
    pub(crate) classes: &'static str,
}

impl Card {
    /// The card of the product at a position of the catalog, with the number of values of its options.
    pub fn at(site: &Site, catalog: &Catalog, position: u32) -> Option<Self> {
        let product = catalog.product_at(position)?;
        // Details of a product are read where it has variants alone: most have none, and reading unpacks every text.
        let has_variants = catalog.variant_facts_at(position).next().is_some();
        let details = if has_variants { catalog.details_at(position) } else { None };
        Some(Self::with(site, &product, details.as_ref()))
    }

    /// Renders the card of a product without variants.
    pub fn new(site: &Site, product: &Product<'_>) -> Self {
        Self::with(site, product, None)
    }

    fn with(site: &Site, product: &Product<'_>, details: Option<&Details>) -> Self {
        let mut text = String::with_capacity(CAPACITY);
        text.push_str("<li><article class=\"");
        text.push_str(state_class(product, "product-card", "product-card out-of-stock"));
        text.push_str("\" data-product-id=\"");
        Text(product.id).render_to(&mut text);
        text.push_str("\"><a class=\"product-link\" href=\"");
        ProductLink(&product.handle).render_to(&mut text);
        text.push_str("\">");
        // The name follows within the same link: a text for the picture would be read twice.
        let end = picture::open(site, Image::of(product, ""), picture::Place::Card, &mut text);
        let opening = text.len();
        text.push_str(end);
        let picture = text.len();
        Text(&product.name).render_to(&mut text);
        let name = text.len();
        text.push_str("<p class=\"product-category\" dir=\"auto\">");
        Text(product.category).render_to(&mut text);
        text.push_str("</p><p class=\"product-rating\">");
        RatingLine::of(product).render_to(&mut text);
        text.push_str("</p><p class=\"product-price\">");
        if product.is_from {
            text.push_str("From ");
        }
        site.currency.write(product.price, &mut text);
        if let Some(before) = product.compare_at {
            text.push_str(" <s class=\"price-before\"><span class=\"visually-hidden\">Price before: </span>");
            site.currency.write(before, &mut text);
            text.push_str("</s>");
        }
        if let Some(details) = details {
            let before = text.len();
            text.push_str("</p><p class=\"product-options\" dir=\"auto\">");
            if !choices::write(details, &mut text) {
                text.truncate(before);
            }
        }
        text.push_str("</p><p class=\"product-description\" dir=\"auto\">");
        Text(&summary(&product.description)).render_to(&mut text);
        text.push_str("</p><p class=\"product-availability\">");
        text.push_str(availability(product));
        text.push_str("</p></article></li>");
        let markup = text.len();
        write_members(
            &[("url", &[&site.origin, LISTING, "/", &product.handle]), ("name", &[&product.name])],
            &mut text,
        );
        let members = text.len();
        text.push_str(&product.image_url);
        Self { text, ends: [opening, picture, name, markup, members] }
    }

    /// Appends the card's markup for a place: one `li`.
    pub fn write(&self, place: Place, out: &mut String) {
        let [opening, picture, name, markup, _] = self.ends;
        let (before, after) = place.heading();
        for part in [
            self.part(0, opening),
            place.loading().attributes(),
            self.part(opening, picture),
            before,
            self.part(picture, name),
            after,
            self.part(name, markup),
        ] {
            out.push_str(part);
        }
    }

    /// How many bytes the card takes, for hosts that keep cards.
    pub fn bytes(&self) -> usize {
        self.text.capacity() + size_of::<Self>()
    }

    /// Members of a JSON object: the product's address and name.
    pub(crate) fn members(&self) -> &str {
        let [_, _, _, markup, members] = self.ends;
        self.part(markup, members)
    }

    /// Address of the product's picture, if it has one.
    pub(crate) fn picture(&self) -> Option<&str> {
        let [_, _, _, _, members] = self.ends;
        Some(self.part(members, self.text.len())).filter(|address| !address.is_empty())
    }

    fn part(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

impl Place {
    fn of(level: Level, index: usize) -> Self {
        match (level, index) {
            (Level::Section, _) => Self::Section,
            (Level::Page, 0) => Self::First,
            (Level::Page, 1..EAGER) => Self::Eager,
            (Level::Page, _) => Self::Lazy,
        }
    }

    /// When the card's picture is fetched.
    fn loading(self) -> Loading {
        match self {
            Self::First => Loading::First,
            Self::Eager => Loading::Eager,
            Self::Lazy | Self::Section => Loading::Lazy,
        }
    }

    /// What stands before the name and after it.
    fn heading(self) -> (&'static str, &'static str) {
        match self {
            Self::First | Self::Eager | Self::Lazy => (r#"<h2 class="product-name" dir="auto">"#, "</h2></a>"),
            Self::Section => (r#"<h3 class="product-name" dir="auto">"#, "</h3></a>"),
        }
    }
}

impl<C: Borrow<Card>> Render for Grid<'_, C> {
    fn render_to(&self, out: &mut String) {
        out.push_str("<ul class=\"");
        out.push_str(self.classes);
        out.push_str("\" role=\"list\">");
        for (index, card) in self.cards.iter().enumerate() {
            card.borrow().write(Place::of(self.level, index), out);
        }
        out.push_str("</ul>");
    }
}

/// The cards of some products, rendered now.
pub(crate) fn cards(site: &Site, products: &[Product<'_>]) -> Vec<Card> {
    products.iter().map(|product| Card::new(site, product)).collect()
}
