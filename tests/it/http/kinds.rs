//! One request for every kind of response that the shop gives, with its part of the contract.
//! The tables of the other files are drawn from this one, so that a new kind is tested by all of them at once.

use storefront_tests::bundle;
use storefront_tests::client::Request;

/// Pages are revalidated on each view and never kept out of the back/forward cache, refusals included.
pub(crate) const PAGE: &str = "no-cache";
pub(crate) const PRIVATE: &str = "private, no-cache";
pub(crate) const API: &str = "public, max-age=60, stale-while-revalidate=600";
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";
pub(crate) const MINUTES: &str = "public, max-age=300";
pub(crate) const PERSONAL: &str = "private, no-store";
pub(crate) const NOTHING: &str = "no-store";

pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const JSON: &str = "application/json";
pub(crate) const PROBLEM: &str = "application/problem+json";

/// A kind of answer.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) request: Request,
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) cache_control: &'static str,
}

impl Kind {
    pub(crate) fn is_page(&self) -> bool {
        self.content_type.as_deref() == Some(HTML)
    }

    /// Whether other origins may load it: what a remote is made of, and no refusal.
    pub(crate) fn is_shared(&self) -> bool {
        self.request.to_string().contains(" /remotes/") && self.status < 400
    }
}

fn kind(target: &str, status: u16, content_type: &str, cache_control: &'static str) -> Kind {
    let content_type = Some(content_type.to_owned()).filter(|content_type| !content_type.is_empty());
    Kind { request: Request::get(target), status, content_type, cache_control }
}

/// What is there: each has a body, a strong validator and a 304.
pub(crate) fn content() -> Vec<Kind> {
    let mut kinds = vec![
        kind("/", 200, HTML, PAGE),
        kind("/products", 200, HTML, PAGE),
        kind("/products?category=Kitchen&sort=price-asc&page=1&pageSize=2", 200, HTML, PAGE),
        kind("/products?search=nothing-has-this-name", 200, HTML, PAGE),
        kind("/products?page=1000000", 200, HTML, PAGE),
        kind("/categories", 200, HTML, PAGE),
        kind("/products/cafe-press", 200, HTML, PAGE),
        kind("/products?minPrice=cheap", 200, HTML, PAGE),
        kind("/pages/delivery", 200, HTML, PAGE),
        kind("/suggestions?q=la", 200, JSON, API),
        kind("/sitemap.xml", 200, "application/xml; charset=utf-8", MINUTES),
        kind("/.well-known/security.txt", 200, "text/plain; charset=utf-8", MINUTES),
        kind("/robots.txt", 200, "text/plain; charset=utf-8", MINUTES),
        kind("/api/products", 200, JSON, API),
        kind("/api/products?category=Kitchen&include=facets", 200, JSON, API),
        kind("/api/products/1", 200, JSON, API),
        kind("/api/products/categories", 200, JSON, API),
        kind("/api/products/suggest?q=la", 200, JSON, API),
        kind("/api/openapi.json", 200, JSON, MINUTES),
        kind("/health", 200, JSON, NOTHING),
        kind(&format!("/remotes/products/{}/manifest.json", bundle::remote("products").version), 200, JSON, IMMUTABLE),
    ];
    // The shop's own pictures as catalogs name them: the drawing itself, and renditions.
    kinds.push(kind("/assets/pictures/cafe-press.svg", 200, "image/svg+xml", MINUTES));
    kinds.push(kind("/assets/pictures/cafe-press.svg/link.jpg", 200, "image/jpeg", MINUTES));
    kinds.push(kind("/assets/pictures/wool-throw-weave.jpg/small.webp", 200, "image/webp", MINUTES));
    // One picture stands for all: they differ in nothing but their bytes, which `files.rs` compares.
    let mut pictures = 0;
    let files = files().into_iter().filter(|file| {
        pictures += usize::from(file.url.contains("/pictures/"));
        !file.url.contains("/pictures/") || pictures == 1
    });
    kinds.extend(files.map(|file| kind(&file.url, 200, &file.content_type, IMMUTABLE)));
    kinds
}

/// Redirects and everything that is refused.
pub(crate) fn refusals() -> Vec<Kind> {
    let mut kinds = vec![
        kind("/favicon.ico", 308, "", MINUTES),
        kind("/products/", 308, "", MINUTES),
        kind("/products/1", 308, "", MINUTES),
        kind("/brands/nobody", 404, HTML, PAGE),
        kind("/collections/nothing", 404, HTML, PAGE),
        kind("/remotes/products/remoteEntry.js", 302, "text/plain; charset=utf-8", PAGE),
        kind("/cart", 200, HTML, PRIVATE),
        kind("/buy/404", 422, HTML, PRIVATE),
        kind("/cart/add", 405, PROBLEM, NOTHING),
        kind("/api/cart/lines", 405, PROBLEM, NOTHING),
        kind("/api/cart", 200, JSON, PERSONAL),
        // This shop has no origin, so that it takes no orders.
        kind("/checkout", 503, HTML, PERSONAL),
        kind("/checkout/contact", 503, HTML, PERSONAL),
        kind("/checkout/delivery", 503, HTML, PERSONAL),
        kind("/checkout/review", 503, HTML, PERSONAL),
        kind("/checkout/order", 503, HTML, PERSONAL),
        kind("/checkout/authenticate", 503, HTML, PERSONAL),
        kind("/orders/7K3M-Q9XR", 503, HTML, PERSONAL),
        kind("/orders/7K3M-Q9XR/cancel", 503, HTML, PERSONAL),
        kind("/orders/7K3M-Q9XR/withdrawal", 503, HTML, PERSONAL),
        kind("/nothing", 404, HTML, PAGE),
        kind("/products/no-such-product", 404, HTML, PAGE),
        kind("/pages/nothing", 404, HTML, PAGE),
        kind("/a%2fb", 400, HTML, PAGE),
        kind("/api/products?page=0", 400, PROBLEM, NOTHING),
        kind("/api/products/no-such-product", 404, PROBLEM, NOTHING),
        kind("/api/nothing", 404, PROBLEM, NOTHING),
        kind("/api/a%2fb", 400, PROBLEM, NOTHING),
        kind("/assets/nothing.js", 404, PROBLEM, NOTHING),
        kind("/remotes/products/1.0.0/nothing.js", 404, PROBLEM, NOTHING),
        kind("/remotes/nothing/remoteEntry.js", 404, PROBLEM, NOTHING),
        kind("/beacon", 405, PROBLEM, NOTHING),
        kind("/hooks/stripe", 405, PROBLEM, NOTHING),
    ];
    let long = format!("/{}", "a".repeat(9000));
    kinds.push(kind(&long, 414, HTML, PAGE));
    kinds.push(kind(&format!("/api/products?search={long}"), 414, PROBLEM, NOTHING));
    let mut write = kind("/products", 405, PROBLEM, NOTHING);
    write.request = write.request.method("PUT");
    kinds.push(write);
    let mut options = kind("/products", 204, "", NOTHING);
    options.request = options.request.method("OPTIONS");
    kinds.push(options);
    kinds
}

/// Content and refusals.
pub(crate) fn all() -> Vec<Kind> {
    [content(), refusals()].concat()
}

/// Every file that was built for the browser.
pub(crate) fn files() -> Vec<bundle::File> {
    let remotes = bundle::remotes().into_iter().flat_map(|remote| remote.files);
    bundle::shell().into_iter().chain(remotes).collect()
}
