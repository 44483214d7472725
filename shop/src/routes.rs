//! The one table of the shop's addresses. A row holds the rules that every host keeps for its address: who reads it, which methods
//! and content it takes, who may send it, its slots and its caching. Routing, refusals, HEAD, OPTIONS, `Allow`, the names of metrics,
//! `robots.txt` and the tests of each kind of response read it, so that a new address is one row and one handler.
//!
//! Paths are compared as they are sent, still encoded; a path that would need decoding is refused before
//! ([`web::check_address`]). The runtime resolves some of them earlier; `tests/it/http/addresses.rs` has the list.

mod limit;

use std::fmt;

use pages::order::End;
use web::{AddressError, Methods, check_address};

pub use crate::routes::limit::Limit;

/// The shell's files: styles, loader, font, pictures.
pub const ASSETS_PREFIX: &str = "/assets/";

/// A rule for paths, and the part of the path that its handler gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// This very path.
    Exact(&'static str),
    /// One segment, not empty, between the two; the segment is the parameter.
    Segment(&'static str, &'static str),
    /// This very path: the two together, of which the second is the parameter.
    Action(&'static str, &'static str),
    /// Any path that begins so; the rest is the parameter.
    Below(&'static str),
    /// Any path.
    Any,
}

/// The code behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Handler {
    /// The start page.
    Home,
    /// The listing.
    Listing,
    /// The page of one product; the parameter is its handle, or its id or a former handle, which lead there.
    Product,
    /// The page of a brand; the parameter is its slug.
    Brand,
    /// The page of a collection; the parameter is its slug.
    Collection,
    /// All categories.
    Categories,
    /// A page of the merchant's own; the parameter is its name.
    MerchantPage,
    /// The suggestions of the search field.
    Suggestions,
    /// The cart.
    Cart,
    /// A form that changes the cart; the parameter is the action.
    CartChange,
    /// A link that fills the cart; the parameter is its lines.
    Buy,
    /// The cart as JSON.
    CartApi,
    /// A line for the cart as JSON.
    CartLines,
    /// The checkout; the parameter is its step, empty for the first.
    Checkout,
    /// The page of an order; the parameter is its number.
    Order,
    /// The step in which an order is ended; the parameter is its number.
    OrderEnd(End),
    /// Webhooks of a payment provider, which go on to the origin; the parameter is its name.
    Hook,
    /// The product API, which `catalog::api::answer` answers.
    Api,
    /// A file of the shell; the parameter is its path below [`ASSETS_PREFIX`].
    Asset,
    /// The entry of a remote at this moment; the parameter is its name.
    RemoteEntry,
    /// A file or the manifest of a version of a remote.
    RemoteFile,
    /// The sitemap, or the index of its files.
    Sitemap,
    /// One file of the sitemap; the parameter is its number, counted from 1.
    SitemapFile,
    /// The robots file.
    Robots,
    /// The icon that browsers request unprompted.
    Favicon,
    /// The address for reports of weaknesses (RFC 9116).
    Security,
    /// Failure reports from browsers.
    Report,
    /// The versions that this visitor gets, and why.
    Versions,
    /// The current edition of the catalog, and its staleness.
    Ready,
    /// The address of a page with a slash too many; the parameter is the address without it.
    Moved,
    /// Nothing lives here.
    NotFound,
}

/// The reader of an address, who decides the form of its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person, who gets a page.
    Person,
    /// A program, which gets `application/problem+json`.
    Program,
}

/// Whether responses of an address may depend on the visitor beyond the versions of remotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serves {
    /// Every visitor with the same versions gets the same bytes.
    Everyone,
    /// One visitor's own.
    Visitor,
}

/// The check of a request that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A page of this shop in a browser: `Sec-Fetch-Site`, where a browser sends it, is `same-origin`.
    Browser,
    /// Any program.
    Program,
    /// A program that signs its requests; the handler verifies the signature.
    Signed,
}

/// The content that an address takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Most bytes.
    pub limit: u64,
    /// Most milliseconds that the content may take to arrive.
    pub time: u32,
    /// The media types that are read, without parameters.
    pub types: &'static [&'static str],
    /// The name of such content in refusals, with its article.
    pub name: &'static str,
}

/// The caching of successful responses of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// Pages: revalidated on each view, kept in the page cache.
    Page,
    /// Decided by the catalog's API.
    Api,
    /// Files whose names contain their hash.
    Immutable,
    /// Documents that change with an edition or a deployment.
    Minutes,
    /// Revalidated on each request.
    Revalidate,
    /// Not kept.
    Nothing,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The name in logs and metrics: few and fixed, so that figures can be counted by it.
    pub name: &'static str,
    /// The paths.
    pub pattern: Pattern,
    /// The code.
    pub handler: Handler,
    /// The methods.
    pub methods: Methods,
    /// The reader.
    pub reader: Reader,
    /// Whose responses these are.
    pub serves: Serves,
    /// The content that a request may have, if any.
    pub content: Option<Content>,
    /// The check of requests that change something.
    pub sender: Sender,
    /// How often one network may change something at this address.
    pub limit: Option<Limit>,
    /// The remotes that have a slot in the page.
    pub slots: &'static [&'static str],
    /// The caching.
    pub caching: Caching,
    /// Whether `robots.txt` keeps crawlers away.
    pub is_hidden: bool,
}

/// A route, and the part of the path that its handler gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched<'a> {
    /// The row.
    pub route: &'static Route,
    /// The parameter of the pattern; empty for a pattern without one.
    pub parameter: &'a str,
}

const PAGE: Route = Route {
    name: "",
    pattern: Pattern::Any,
    handler: Handler::NotFound,
    methods: Methods::Read,
    reader: Reader::Person,
    serves: Serves::Everyone,
    content: None,
    sender: Sender::Browser,
    limit: None,
    slots: &[],
    caching: Caching::Page,
    is_hidden: false,
};

const DOCUMENT: Route = Route { caching: Caching::Minutes, ..PAGE };
const API: Route =
    Route { handler: Handler::Api, reader: Reader::Program, sender: Sender::Program, caching: Caching::Api, ..PAGE };
const FILE: Route = Route { reader: Reader::Program, sender: Sender::Program, caching: Caching::Immutable, ..PAGE };
const STATE: Route = Route { reader: Reader::Program, sender: Sender::Program, caching: Caching::Nothing, ..PAGE };

/// A form of the shop's own pages.
const FORM: Content =
    Content { limit: 16 * 1024, time: 5_000, types: &["application/x-www-form-urlencoded"], name: "a form" };
/// A form that changes the cart.
const CHANGE: Route = Route {
    handler: Handler::CartChange,
    methods: Methods::Post,
    serves: Serves::Visitor,
    content: Some(FORM),
    limit: Some(Limit::CartChanges),
    caching: Caching::Nothing,
    is_hidden: true,
    ..PAGE
};

/// A page of the checkout or of an order: one shopper's own, kept nowhere.
const CHECKOUT: Route = Route {
    handler: Handler::Checkout,
    serves: Serves::Visitor,
    slots: &["checkout"],
    caching: Caching::Nothing,
    is_hidden: true,
    ..PAGE
};
/// One that also takes a form.
const CHECKOUT_FORM: Route =
    Route { methods: Methods::ReadAndPost, content: Some(FORM), limit: Some(Limit::CartChanges), ..CHECKOUT };

use Pattern::{Action, Any, Below, Exact, Segment};

/// The table. The first row whose pattern fits answers.
pub const ROUTES: &[Route] = &[
    Route { name: "home", pattern: Exact("/"), handler: Handler::Home, slots: &["cart"], ..PAGE },
    Route {
        name: "listing",
        pattern: Exact("/products"),
        handler: Handler::Listing,
        slots: &["products", "cart"],
        ..PAGE
    },
    Route {
        name: "product",
        pattern: Segment("/products/", ""),
        handler: Handler::Product,
        slots: &["product-detail", "cart"],
        ..PAGE
    },
    Route {
        name: "brand",
        pattern: Segment("/brands/", ""),
        handler: Handler::Brand,
        slots: &["products", "cart"],
        ..PAGE
    },
    Route {
        name: "collection",
        pattern: Segment("/collections/", ""),
        handler: Handler::Collection,
        slots: &["products", "cart"],
        ..PAGE
    },
    Route { name: "categories", pattern: Exact("/categories"), handler: Handler::Categories, slots: &["cart"], ..PAGE },
    Route {
        name: "merchant-page",
        pattern: Segment("/pages/", ""),
        handler: Handler::MerchantPage,
        slots: &["cart"],
        ..PAGE
    },
    Route {
        name: "suggestions",
        pattern: Exact("/suggestions"),
        handler: Handler::Suggestions,
        is_hidden: true,
        ..API
    },
    Route {
        name: "cart",
        pattern: Exact("/cart"),
        handler: Handler::Cart,
        serves: Serves::Visitor,
        slots: &["cart"],
        is_hidden: true,
        ..PAGE
    },
    Route { name: "cart-add", pattern: Action("/cart/", "add"), ..CHANGE },
    Route { name: "cart-set", pattern: Action("/cart/", "set"), ..CHANGE },
    Route { name: "cart-remove", pattern: Action("/cart/", "remove"), ..CHANGE },
    Route { name: "cart-code", pattern: Action("/cart/", "code"), limit: Some(Limit::CodeAttempts), ..CHANGE },
    Route {
        name: "buy",
        pattern: Segment("/buy/", ""),
        handler: Handler::Buy,
        serves: Serves::Visitor,
        limit: Some(Limit::CartChanges),
        caching: Caching::Nothing,
        is_hidden: true,
        ..PAGE
    },
    Route {
        name: "api-cart",
        pattern: Exact("/api/cart"),
        handler: Handler::CartApi,
        serves: Serves::Visitor,
        is_hidden: true,
        ..STATE
    },
    Route {
        name: "api-cart-lines",
        pattern: Exact("/api/cart/lines"),
        handler: Handler::CartLines,
        methods: Methods::Post,
        serves: Serves::Visitor,
        content: Some(Content { types: &["application/json"], name: "a line for the cart", ..FORM }),
        limit: Some(Limit::CartChanges),
        sender: Sender::Browser,
        is_hidden: true,
        ..STATE
    },
    Route { name: "checkout", pattern: Exact("/checkout"), ..CHECKOUT },
    Route { name: "checkout-contact", pattern: Action("/checkout/", "contact"), ..CHECKOUT_FORM },
    Route { name: "checkout-delivery", pattern: Action("/checkout/", "delivery"), ..CHECKOUT_FORM },
    Route { name: "checkout-review", pattern: Action("/checkout/", "review"), ..CHECKOUT },
    Route { name: "checkout-order", pattern: Action("/checkout/", "order"), ..CHECKOUT_FORM },
    Route { name: "checkout-authenticate", pattern: Action("/checkout/", "authenticate"), ..CHECKOUT_FORM },
    Route { name: "order", pattern: Segment("/orders/", ""), handler: Handler::Order, ..CHECKOUT },
    Route {
        name: "order-cancel",
        pattern: Segment("/orders/", "/cancel"),
        handler: Handler::OrderEnd(End::Cancel),
        ..CHECKOUT_FORM
    },
    Route {
        name: "order-withdrawal",
        pattern: Segment("/orders/", "/withdrawal"),
        handler: Handler::OrderEnd(End::Withdraw),
        ..CHECKOUT_FORM
    },
    Route {
        name: "hook",
        pattern: Segment("/hooks/", ""),
        handler: Handler::Hook,
        methods: Methods::Post,
        content: Some(Content { limit: 256 * 1024, time: 5_000, types: &["application/json"], name: "an event" }),
        sender: Sender::Signed,
        limit: Some(Limit::Webhooks),
        is_hidden: true,
        ..STATE
    },
    Route { name: "api-list", pattern: Exact(catalog::api::PRODUCTS), ..API },
    Route { name: "api-suggest", pattern: Exact(catalog::api::SUGGESTIONS), ..API },
    Route { name: "api-categories", pattern: Exact(catalog::api::CATEGORIES), ..API },
    Route { name: "api-product", pattern: Segment(catalog::api::PRODUCT_PREFIX, ""), ..API },
    Route { name: "api-description", pattern: Exact(catalog::api::DESCRIPTION), ..API },
    Route { name: "health", pattern: Exact(catalog::api::HEALTH), caching: Caching::Nothing, ..API },
    Route { name: "asset", pattern: Below(ASSETS_PREFIX), handler: Handler::Asset, ..FILE },
    Route {
        name: "remote-entry",
        pattern: Segment("/remotes/", "/remoteEntry.js"),
        handler: Handler::RemoteEntry,
        serves: Serves::Visitor,
        caching: Caching::Revalidate,
        ..FILE
    },
    Route { name: "remote-file", pattern: Below("/remotes/"), handler: Handler::RemoteFile, ..FILE },
    Route { name: "sitemap", pattern: Exact("/sitemap.xml"), handler: Handler::Sitemap, ..DOCUMENT },
    Route { name: "sitemap", pattern: Segment("/sitemap-", ".xml"), handler: Handler::SitemapFile, ..DOCUMENT },
    Route { name: "robots", pattern: Exact("/robots.txt"), handler: Handler::Robots, ..DOCUMENT },
    Route { name: "favicon", pattern: Exact("/favicon.ico"), handler: Handler::Favicon, ..DOCUMENT },
    Route { name: "security-txt", pattern: Exact(SECURITY_PATH), handler: Handler::Security, ..DOCUMENT },
    Route {
        name: "beacon",
        pattern: Exact(pages::BEACON),
        handler: Handler::Report,
        methods: Methods::Post,
        content: Some(Content { limit: 2048, time: 5_000, types: &["application/json"], name: "a report" }),
        sender: Sender::Browser,
        is_hidden: true,
        ..STATE
    },
    Route {
        name: "versions",
        pattern: Exact("/__versions"),
        handler: Handler::Versions,
        reader: Reader::Person,
        serves: Serves::Visitor,
        ..STATE
    },
    Route { name: "health", pattern: Exact("/health/ready"), handler: Handler::Ready, ..STATE },
    // Where nothing lives: a program gets problem+json there too, a person a page.
    Route { name: "other", pattern: Exact("/api"), caching: Caching::Nothing, ..API },
    Route { name: "other", pattern: Below("/api/"), caching: Caching::Nothing, ..API },
    Route { name: "other", pattern: Any, ..PAGE },
];

/// The address for reports of weaknesses.
pub const SECURITY_PATH: &str = "/.well-known/security.txt";

/// A page whose address is written with a slash too many.
const MOVED: Route = Route { name: "other", handler: Handler::Moved, ..DOCUMENT };

impl Pattern {
    /// The parameter, if the pattern fits a path.
    pub fn parameter(self, path: &str) -> Option<&str> {
        match self {
            Pattern::Exact(exact) => (path == exact).then_some(""),
            Pattern::Segment(before, after) => {
                let segment = path.strip_prefix(before)?.strip_suffix(after)?;
                (!segment.is_empty() && !segment.contains('/')).then_some(segment)
            }
            Pattern::Action(before, action) => path.strip_prefix(before).filter(|rest| *rest == action),
            Pattern::Below(prefix) => path.strip_prefix(prefix),
            Pattern::Any => Some(""),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Exact(path) => formatter.write_str(path),
            Pattern::Segment(before, after) => write!(formatter, "{before}*{after}"),
            Pattern::Action(before, action) => write!(formatter, "{before}{action}"),
            Pattern::Below(prefix) => formatter.write_str(prefix),
            Pattern::Any => formatter.write_str("*"),
        }
    }
}

impl Route {
    /// Whether the response is a page of the shop, which may have slots and begins previews.
    pub fn is_page(&self) -> bool {
        use Handler::{Brand, Cart, Categories, Collection, Home, Listing, MerchantPage, Product};
        matches!(self.handler, Home | Listing | Product | Brand | Collection | Categories | MerchantPage | Cart)
    }
}

/// Splits an absolute URL, as the runtime gives it, into path and query. Neither is decoded.
///
/// The runtime has parsed and serialised this URL already, so scheme and authority are well formed; a second full parse
/// would cost more than the response.
pub fn split_url(url: &str) -> (&str, &str) {
    let after_scheme = url.find("://").and_then(|at| url.get(at + 3..)).unwrap_or(url);
    let target = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    let target = target.split('#').next().unwrap_or(target);
    target.split_once('?').unwrap_or((target, ""))
}

/// The row of a path, whether or not the path may be read.
pub fn find(path: &str) -> Matched<'_> {
    let fits = |route: &'static Route| Some(Matched { route, parameter: route.pattern.parameter(path)? });
    let found = ROUTES.iter().find_map(fits).unwrap_or(Matched { route: &PAGE, parameter: "" });
    // A page is found beneath its address with a slash too many.
    if found.route.handler == Handler::NotFound
        && let Some(page) = path.strip_suffix('/')
        && ROUTES.iter().find_map(|route| fits_page(route, page)).is_some()
    {
        return Matched { route: &MOVED, parameter: page };
    }
    found
}

/// The row of a path; an address that no part of the shop may read is refused.
pub fn route<'a>(path: &'a str, query: &str) -> Result<Matched<'a>, AddressError> {
    check_address(path, query)?;
    Ok(find(path))
}

fn fits_page(route: &'static Route, path: &str) -> Option<()> {
    route.pattern.parameter(path).filter(|_| route.is_page() && route.handler != Handler::Home).map(|_| ())
}

#[cfg(test)]
mod tests;
