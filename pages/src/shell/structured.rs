//! Structured data (<https://schema.org>) for search engines: one `@graph` a page.
//! Says only what the page itself says: price, availability and rating come from the same values.

use std::borrow::Cow;

use catalog::{Details, Price, Product, Variant, fold};

use crate::picture::link::LinkPicture;
use crate::shell::offer_terms::Terms;
use crate::site::Site;
use crate::write::json::Json;
use crate::write::link::LISTING;

/// One step of the way from the home page to a page, as shown and as structured data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crumb<'a> {
    pub(crate) name: &'a str,
    /// Path and query; the page itself, as the last step, has none.
    pub(crate) path: Option<&'a str>,
}

/// The graph of the home page: who runs the shop and how to search it.
pub(crate) fn home(site: &Site) -> String {
    let mut json = begin();
    json.begin_object().key("@type").string("Organization");
    json.key("@id").strings(&[&site.origin, "/#organization"]);
    json.key("name").string(&site.name).key("url").strings(&[&site.origin, "/"]);
    json.key("logo").string(&site.absolute(&site.shell.icon.url)).end_object();
    json.begin_object().key("@type").string("WebSite");
    json.key("name").string(&site.name).key("url").strings(&[&site.origin, "/"]);
    json.key("publisher").begin_object().key("@id").strings(&[&site.origin, "/#organization"]).end_object();
    json.key("potentialAction").begin_object().key("@type").string("SearchAction");
    json.key("target").begin_object().key("@type").string("EntryPoint");
    json.key("urlTemplate").strings(&[&site.origin, LISTING, "?search={search_term_string}"]).end_object();
    json.key("query-input").string("required name=search_term_string").end_object().end_object();
    end(json)
}

/// The graph of a page of which there is nothing to say but where it stands.
pub(crate) fn trail(site: &Site, crumbs: &[Crumb<'_>]) -> String {
    let mut json = begin();
    write_crumbs(site, crumbs, &mut json);
    end(json)
}

/// The graph of a listing: the products of this page, numbered through all pages. Of each product, the members that it always has.
pub(crate) fn listing<'a>(
    site: &Site,
    crumbs: &[Crumb<'_>],
    products: impl ExactSizeIterator<Item = &'a str>,
    first: u32,
    total: u32,
) -> String {
    let mut json = begin();
    write_crumbs(site, crumbs, &mut json);
    if products.len() > 0 {
        json.begin_object().key("@type").string("ItemList").key("numberOfItems").number(total);
        json.key("itemListElement").begin_array();
        for (position, members) in (first..).zip(products) {
            json.begin_object().key("@type").string("ListItem").key("position").number(position);
            json.members(members).end_object();
        }
        json.end_array().end_object();
    }
    end(json)
}

/// The graph of a product's page: a product, or a group of the products that its variants are.
/// Makes no claim of availability if nobody has confirmed it lately: search engines would repeat it for days.
pub(crate) fn product(
    site: &Site,
    crumbs: &[Crumb<'_>],
    product: &Product<'_>,
    details: &Details,
    is_unconfirmed: bool,
) -> String {
    let mut json = begin();
    write_crumbs(site, crumbs, &mut json);
    let is_group = !details.options.is_empty();
    let mut terms = Terms::default();
    json.begin_object().key("@type").string(if is_group { "ProductGroup" } else { "Product" });
    json.key("name").string(&product.name).key("description").string(&product.description);
    write_images(site, product, details, &mut json);
    json.key(if is_group { "productGroupID" } else { "sku" }).string(product.id);
    json.key("category").string(product.category);
    if let Some(brand) = product.brand {
        json.key("brand").begin_object().key("@type").string("Brand").key("name").string(brand).end_object();
    }
    for (key, value) in [("gtin", &details.gtin), ("mpn", &details.mpn)] {
        if !value.is_empty() {
            json.key(key).string(value);
        }
    }
    json.key("url").strings(&[&site.origin, LISTING, "/", &product.handle]);
    if is_group {
        let group = Group { site, product, details, properties: properties(&details.options), is_unconfirmed };
        if group.properties.iter().any(Option::is_some) {
            json.key("variesBy").begin_array();
            for property in group.properties.iter().flatten() {
                json.strings(&["https://schema.org/", property]);
            }
            json.end_array();
        }
        json.key("hasVariant").begin_array();
        for variant in &details.variants {
            write_variant(&group, variant, &mut terms, &mut json);
        }
        json.end_array();
    } else {
        let offer = Offer { price: product.price, is_in: product.in_stock(), sku: None };
        write_offer(site, product, &offer, is_unconfirmed, &mut terms, &mut json);
    }
    // A rating without reviews is nobody's; search engines reject it.
    if product.reviews > 0 {
        json.key("aggregateRating").begin_object().key("@type").string("AggregateRating");
        json.key("ratingValue").string(&product.rating.to_string()).key("bestRating").number(5);
        json.key("reviewCount").number(product.reviews).end_object();
    }
    json.end_object();
    end(json)
}

/// One picture as a text, several as a list.
fn write_images(site: &Site, product: &Product<'_>, details: &Details, json: &mut Json) {
    let addresses: Vec<Cow<'_, str>> = match details.images.as_slice() {
        [] => LinkPicture::of(site, &product.image_url).into_iter().map(|picture| picture.address).collect(),
        images => {
            images.iter().filter_map(|image| LinkPicture::of(site, &image.url)).map(|picture| picture.address).collect()
        }
    };
    match addresses.as_slice() {
        [] => {}
        [one] => {
            json.key("image").string(one);
        }
        several => {
            json.key("image").begin_array();
            for address in several {
                json.string(address);
            }
            json.end_array();
        }
    }
}

/// What the variants of a product share.
struct Group<'a> {
    site: &'a Site,
    product: &'a Product<'a>,
    details: &'a Details,
    /// Of each option, the property that its values are of.
    properties: Vec<Option<&'static str>>,
    is_unconfirmed: bool,
}

/// The property of each option that schema.org has one for, in English, German, French, Spanish and Italian; search engines take these four
/// (<https://developers.google.com/search/docs/appearance/structured-data/product-variants>). Of two options with one property the first has it.
fn properties(options: &[String]) -> Vec<Option<&'static str>> {
    let mut found: Vec<Option<&'static str>> = Vec::with_capacity(options.len());
    for option in options {
        let property = match fold(option).as_ref() {
            "color" | "colour" | "farbe" | "couleur" | "colore" => Some("color"),
            "size" | "grosse" | "taille" | "talla" | "tamano" | "taglia" | "misura" => Some("size"),
            "material" | "materiau" | "matiere" | "materiale" => Some("material"),
            "pattern" | "muster" | "motif" | "estampado" | "motivo" | "fantasia" => Some("pattern"),
            _ => None,
        };
        found.push(property.filter(|_| !found.contains(&property)));
    }
    found
}

fn write_variant(group: &Group<'_>, variant: &Variant, terms: &mut Terms, json: &mut Json) {
    let Group { site, product, details, properties, is_unconfirmed } = group;
    json.begin_object().key("@type").string("Product");
    json.key("name").strings(&[&product.name, " – ", &variant.values.join(", ")]).key("sku").string(&variant.sku);
    if !variant.gtin.is_empty() {
        json.key("gtin").string(&variant.gtin);
    }
    let image = variant.image.and_then(|image| details.images.get(usize::try_from(image).ok()?));
    if let Some(picture) = LinkPicture::of(site, image.map_or(&*product.image_url, |image| &image.url)) {
        json.key("image").string(&picture.address);
    }
    for (property, value) in properties.iter().zip(&variant.values) {
        if let Some(property) = property {
            json.key(property).string(value);
        }
    }
    let facts = variant.facts;
    let offer = Offer { price: facts.price, is_in: facts.can_be_bought(), sku: Some(&variant.sku) };
    write_offer(site, product, &offer, *is_unconfirmed, terms, json);
    json.end_object();
}

/// What is offered at which price.
struct Offer<'a> {
    price: Price,
    is_in: bool,
    /// The variant, whose address it is a part of.
    sku: Option<&'a str>,
}

fn write_offer(
    site: &Site,
    product: &Product<'_>,
    offer: &Offer<'_>,
    is_unconfirmed: bool,
    terms: &mut Terms,
    json: &mut Json,
) {
    json.key("offers").begin_object().key("@type").string("Offer");
    let address = [&*site.origin, LISTING, "/", &product.handle];
    match offer.sku {
        Some(sku) => json.key("url").strings(&[&address[..], &["?variant=", sku]].concat()),
        None => json.key("url").strings(&address),
    };
    json.key("price").plain_string(|out| site.currency.write_decimal(offer.price, out));
    json.key("priceCurrency").string(site.currency.code());
    if !is_unconfirmed {
        json.key("availability");
        json.string(if offer.is_in { "https://schema.org/InStock" } else { "https://schema.org/OutOfStock" });
    }
    json.key("itemCondition").string("https://schema.org/NewCondition");
    terms.write(site, offer.price, json);
    json.end_object();
}

fn begin() -> Json {
    let mut json = Json::with_capacity(4096);
    json.begin_object().key("@context").string("https://schema.org").key("@graph").begin_array();
    json
}

fn end(mut json: Json) -> String {
    json.end_array().end_object();
    json.into_string()
}

fn write_crumbs(site: &Site, crumbs: &[Crumb<'_>], json: &mut Json) {
    json.begin_object().key("@type").string("BreadcrumbList").key("itemListElement").begin_array();
    for (position, crumb) in (1..).zip(crumbs) {
        json.begin_object()
            .key("@type")
            .string("ListItem")
            .key("position")
            .number(position)
            .key("name")
            .string(crumb.name);
        if let Some(path) = crumb.path {
            json.key("item").strings(&[&site.origin, path]);
        }
        json.end_object();
    }
    json.end_array().end_object();
}
