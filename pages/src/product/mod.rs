//! A product's page: pictures, variants, facts, the terms beside the price, and related products; for one that is sold out, others in
//! stock.

use std::borrow::{Borrow, Cow};

use catalog::{Details, Product, ShelfKind, StockPolicy, Variant, VariantFacts};
use maud::{Markup, PreEscaped, Render, html};

use crate::card::facts::RatingLine;
use crate::card::{Card, Grid, Level, cards};
use crate::cart::Refusal;
use crate::contracts;
use crate::frame::Frame;
use crate::picture::{Image, Loading, Picture, Place};
use crate::shell::document::{Kind, breadcrumb, document};
use crate::shell::head::Head;
use crate::shell::slot::slot;
use crate::shell::structured::{self, Crumb};
use crate::terms::terms_line;
use crate::write::currency::Money;
use crate::write::link::{LISTING, ListingLink, category_query, shelf_address};
use crate::write::number::Grouped;
use crate::write::summary::shorten;
use crate::write::text::{Direct, Text};

/// Columns of a description that previews and search results show.
const DESCRIPTION_LIMIT: usize = 160;

mod purchase;
pub(crate) mod variants;

/// One product and what goes with it.
#[derive(Debug)]
pub struct ProductView<'a> {
    /// The product.
    pub product: Product<'a>,
    /// Others that a shopper may like.
    pub related: Vec<Product<'a>>,
    /// What listings do not show.
    pub more: More<'a>,
}

/// What the page of a product shows beside the fields of a listing.
#[derive(Debug, Clone, Default)]
pub struct More<'a> {
    /// Variants, pictures, attributes and the rest.
    pub details: Details,
    /// The categories above the product's own, from the top, and its own: the name and the value in a query of each. Empty for the own
    /// alone, which its name means.
    pub trail: Vec<(&'a str, Cow<'a, str>)>,
    /// The slug of the brand's page; `None` where the brand has no page but a filtered list.
    pub brand_slug: Option<String>,
    /// The same of each collection, in the order of the details.
    pub collection_slugs: Vec<Option<String>>,
    /// Which of the variants is chosen.
    pub chosen: Option<usize>,
    /// The combination that was asked for, if there is no such variant.
    pub missing: Option<String>,
    /// The form that did not add the product to the cart.
    pub refusal: Option<Refusal>,
}

/// The product's page.
pub fn product(frame: &Frame<'_>, view: &ProductView<'_>) -> Vec<u8> {
    product_of(frame, view, &cards(frame.site, &view.related))
}

/// The product's page with cards of the related products that the host has. `view.related` is not read.
pub fn product_of<C: Borrow<Card>>(frame: &Frame<'_>, view: &ProductView<'_>, related_cards: &[C]) -> Vec<u8> {
    let site = frame.site;
    let product = &view.product;
    let details = &view.more.details;
    let chosen = view.more.chosen.and_then(|chosen| details.variants.get(chosen));
    let address = |value: &str| ListingLink(&category_query(value)).to_text();
    let mut above: Vec<(&str, String)> = view.more.trail.iter().map(|(name, value)| (*name, address(value))).collect();
    let category_address = above.pop().map_or_else(|| address(product.category), |(_, address)| address);
    let mut crumbs = vec![Crumb { name: "Home", path: Some("/") }, Crumb { name: "Products", path: Some(LISTING) }];
    crumbs.extend(above.iter().map(|(name, address)| Crumb { name, path: Some(address) }));
    crumbs.push(Crumb { name: product.category, path: Some(&category_address) });
    crumbs.push(Crumb { name: &product.name, path: None });
    let facts = Shown::of(product, details, chosen);
    let sent = view.more.refusal.as_ref().map_or(&[][..], |refusal| &refusal.sent.options);
    let head = Head {
        title: Cow::Borrowed(if details.seo_title.is_empty() { &product.name } else { &details.seo_title }),
        description: match details.seo_description.as_str() {
            "" => shorten(&product.description, DESCRIPTION_LIMIT),
            written => shorten(written, DESCRIPTION_LIMIT),
        },
        no_index: false,
        canonical: Some(Cow::Owned([LISTING, "/", &product.handle].concat())),
        picture: Some(&*product.image_url).filter(|address| !address.is_empty()),
        product: Some(product),
        search: None,
        structured: Some(structured::product(site, &crumbs, product, details, frame.unconfirmed.is_some())),
        steps: None,
    };
    let article = html! {
        a class="back-link" href=(Text(LISTING)) { "Back to Products" }
        article class=(if facts.is_in { "product-detail" } else { "product-detail out-of-stock" }) data-product-id=(Text(product.id)) {
            (gallery(frame, product, details, chosen))
            div class="product-summary" {
                p class="product-category" { a href=(Text(&category_address)) { bdi { (Text(product.category)) } } }
                h1 class="product-name" dir="auto" { (Text(&product.name)) }
                p class="product-rating" { (RatingLine::of(product)) }
                p class="product-price" { (facts.price(frame)) }
                @if let Some(unit) = &details.unit {
                    p class="unit-price" {
                        (Money { currency: site.currency, price: unit.price(facts.facts.price) }) " per " (Thousandths(unit.base)) " " (unit.measure)
                    }
                }
                p class="product-availability" { (Text(if facts.is_in { "In Stock" } else { "Out of Stock" })) }
                (variants::picker(&product.handle, details, chosen, view.more.missing.as_deref(), sent))
                @if let Some(unconfirmed) = frame.unconfirmed { (unconfirmed.note()) }
                // Before the description, however long that is: on a phone it is what a shopper scrolls for.
                (purchase::purchase(frame, view, &facts, &category_address, !related_cards.is_empty()))
                @if let Some(terms) = terms_line(site) { (terms) }
                @if details.html.is_empty() {
                    p class="product-description" dir="auto" { (Text(&product.description)) }
                } @else {
                    // Cleaned when the catalog was built: text, lists, tables and links, and nothing that runs.
                    div class="product-description rich-text" dir="auto" { (PreEscaped(&details.html)) }
                }
                (facts_of(frame, view, &category_address, &facts))
            }
        }
    };
    let content = Direct(|out: &mut String| {
        article.render_to(out);
        if !related_cards.is_empty() {
            related(related_cards, !product.in_stock(), out);
        }
    });
    let slot = slot(frame, contracts::PRODUCT, "", "Product", content);
    let main = Direct(|out: &mut String| {
        breadcrumb(&crumbs).render_to(out);
        slot.render_to(out);
    });
    document(frame, Kind::Other, &head, &main)
}

/// Price, stock and SKU as the page shows them: of the chosen variant, or of the product.
struct Shown<'a> {
    facts: VariantFacts,
    is_in: bool,
    sku: &'a str,
    /// The values of the chosen variant, in the order of the options.
    values: &'a [String],
    /// Whether variants that are not chosen may cost more.
    is_lowest: bool,
}

impl<'a> Shown<'a> {
    /// Whether any number of it can be bought.
    fn is_endless(&self) -> bool {
        self.facts.policy != StockPolicy::Deny
    }

    fn of(product: &Product<'a>, details: &'a Details, chosen: Option<&'a Variant>) -> Self {
        if let Some(variant) = chosen {
            let is_in = variant.facts.can_be_bought();
            return Self { facts: variant.facts, is_in, sku: &variant.sku, values: &variant.values, is_lowest: false };
        }
        let facts = VariantFacts {
            price: product.price,
            compare_at: product.compare_at,
            stock: product.stock,
            ..VariantFacts::default()
        };
        let is_lowest = details.variants.iter().any(|variant| variant.facts.price > product.price);
        Self { facts, is_in: product.in_stock(), sku: product.id, values: &[], is_lowest }
    }

    fn price(&self, frame: &Frame<'_>) -> Markup {
        let currency = frame.site.currency;
        html! {
            @if self.is_lowest { "From " }
            (Money { currency, price: self.facts.price })
            @if let Some(price) = self.facts.compare_at {
                " " s class="price-before" { span class="visually-hidden" { "Price before: " } (Money { currency, price }) }
            }
        }
    }
}

/// A number of thousandths: `1`, `0.75`.
struct Thousandths(u32);

impl Render for Thousandths {
    fn render_to(&self, out: &mut String) {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        out.push_str(&whole.to_string());
        if rest > 0 {
            out.push('.');
            out.push_str(format!("{rest:03}").trim_end_matches('0'));
        }
    }
}

/// The picture of the chosen variant or the first one, and all of them small below it, each leading to the whole picture.
fn gallery(frame: &Frame<'_>, product: &Product<'_>, details: &Details, chosen: Option<&Variant>) -> Markup {
    let site = frame.site;
    let of_variant = chosen.and_then(|variant| details.images.get(usize::try_from(variant.image?).ok()?));
    let alt_of = |alt: &'_ str| if alt.is_empty() { product.name.to_string() } else { alt.to_owned() };
    let (url, alt) = match of_variant.or(details.images.first()) {
        Some(image) => (image.url.as_str(), alt_of(&image.alt)),
        None => (&*product.image_url, product.name.to_string()),
    };
    let known_size =
        |image: &catalog::Image| (image.width > 0 && image.height > 0).then_some((image.width, image.height));
    let image = Image { url, alt: &alt, size: of_variant.or(details.images.first()).and_then(known_size) };
    html! {
        @if details.images.len() > 1 {
            div class="product-gallery" {
                (Picture { site, image, place: Place::Detail, loading: Loading::First })
                ul role="list" {
                    @for (number, image) in details.images.iter().enumerate() {
                        @let alt = if image.alt.is_empty() { format!("Picture {} of {}", number + 1, details.images.len()) } else { image.alt.clone() };
                        li {
                            a href=(Text(&image.url)) aria-current=[(image.url == url).then_some("true")] {
                                span class="visually-hidden" { "Enlarge: " }
                                (Picture { site, image: Image { url: &image.url, alt: &alt, size: known_size(image) }, place: Place::Thumbnail, loading: Loading::Lazy })
                            }
                        }
                    }
                }
            }
        } @else {
            (Picture { site, image, place: Place::Detail, loading: Loading::First })
        }
    }
}

fn facts_of(frame: &Frame<'_>, view: &ProductView<'_>, category_address: &str, shown: &Shown<'_>) -> Markup {
    let ProductView { product, more, .. } = view;
    let details = &more.details;
    let link = |kind: ShelfKind, slug: Option<&String>, name: &str| {
        let address = shelf_address(kind, slug.map_or("", String::as_str), name);
        html! { a href=(Text(&address)) { bdi { (Text(name)) } } }
    };
    html! {
        h2 class="details-heading" { "Details" }
        dl class="product-details" {
            @if let Some(brand) = product.brand {
                div { dt { "Brand" } dd { (link(ShelfKind::Brand, more.brand_slug.as_ref(), brand)) } }
            }
            div { dt { "Category" } dd { a href=(Text(category_address)) { bdi { (Text(product.category)) } } } }
            @for (name, value) in details.options.iter().zip(shown.values) {
                div { dt dir="auto" { (name) } dd dir="auto" { (value) } }
            }
            @if !details.collections.is_empty() {
                div {
                    dt { @if details.collections.len() == 1 { "Collection" } @else { "Collections" } }
                    dd {
                        @for (place, name) in details.collections.iter().enumerate() {
                            @if place > 0 { ", " }
                            (link(ShelfKind::Collection, more.collection_slugs.get(place).and_then(Option::as_ref), name))
                        }
                    }
                }
            }
            @for attribute in &details.attributes {
                div { dt dir="auto" { (attribute.name) } dd dir="auto" { (attribute.value) } }
            }
            div {
                dt { "Availability" }
                dd {
                    @if !shown.is_in { "None in stock" }
                    @else if frame.unconfirmed.is_some() || shown.facts.stock == 0 { "In stock" }
                    @else { (Grouped(shown.facts.stock)) " in stock" }
                }
            }
            div { dt { "Item number" } dd { (Text(shown.sku)) } }
        }
    }
}

fn related<C: Borrow<Card>>(cards: &[C], is_instead: bool, out: &mut String) {
    out.push_str(
        "<section class=\"related\" aria-labelledby=\"related-heading\"><h2 id=\"related-heading\" tabindex=\"-1\">",
    );
    out.push_str(match cards.len() {
        _ if is_instead => "In stock instead</h2>",
        1 => "Related product</h2>",
        _ => "Related products</h2>",
    });
    Grid { cards, level: Level::Section, classes: "product-grid" }.render_to(out);
    out.push_str("</section>");
}
