//! Structured data (<https://schema.org>) for search engines: one `@graph` a page.
//! Says only what the page itself says: price, availability and rating come from the same values.

use catalog::Product;

use crate::picture::link::LinkPicture;
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

/// The graph of a product's page.
/// Makes no claim of availability if nobody has confirmed it lately: search engines would repeat it for days.
pub(crate) fn product(site: &Site, crumbs: &[Crumb<'_>], product: &Product<'_>, is_unconfirmed: bool) -> String {
    let mut json = begin();
    write_crumbs(site, crumbs, &mut json);
    json.begin_object().key("@type").string("Product");
    json.key("name").string(&product.name).key("description").string(&product.description);
    if let Some(picture) = LinkPicture::of(site, &product.image_url) {
        json.key("image").string(&picture.address);
    }
    json.key("sku").string(product.id).key("category").string(product.category);
    json.key("url").strings(&[&site.origin, LISTING, "/", product.id]);
    json.key("offers").begin_object().key("@type").string("Offer");
    json.key("url").strings(&[&site.origin, LISTING, "/", product.id]);
    json.key("price").plain_string(|out| site.currency.write_decimal(product.price, out));
    json.key("priceCurrency").string(site.currency.code());
    if !is_unconfirmed {
        json.key("availability");
        json.string(if product.in_stock() { "https://schema.org/InStock" } else { "https://schema.org/OutOfStock" });
    }
    json.key("itemCondition").string("https://schema.org/NewCondition").end_object();
    // A rating without reviews is nobody's; search engines reject it.
    if product.reviews > 0 {
        json.key("aggregateRating").begin_object().key("@type").string("AggregateRating");
        json.key("ratingValue").string(&product.rating.to_string()).key("bestRating").number(5);
        json.key("reviewCount").number(product.reviews).end_object();
    }
    json.end_object();
    end(json)
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
