//! From a planned page to its response: status, fields, bytes.
//! `view.rs` chooses the products and `pages` writes the markup.

use catalog::{Catalog, Product, api};
use pages::{Frame, Lead, Unconfirmed};
use web::{CacheControl, Method, Reply, Request};

use crate::answer::{Page, Planned};
use crate::audience::Audience;
use crate::response::{Policy, Response};
use crate::routes::ROUTES;
use crate::shop::Shop;
use crate::time;
use crate::view;

const TYPE_XML: &str = "application/xml; charset=utf-8";
const TYPE_TEXT: &str = "text/plain; charset=utf-8";

impl Shop {
    /// Renders a page that was planned. A host calls it once for a key, as long as it keeps the result. Cookies are not part of it.
    pub fn render(&self, planned: &Planned, now: f64) -> Response {
        let Planned { page, audience, resolved } = planned;
        let remotes = resolved.references();
        let catalog = &*self.catalogs.current();
        let since = self.catalogs.unconfirmed(now).map(|lapse| lapse.since.map(time::minute));
        let unconfirmed = since.as_ref().map(|since| Unconfirmed { since: since.as_deref() });
        let frame = Frame { site: &self.site, remotes: &remotes, preview: resolved.notice.as_ref(), unconfirmed };
        let document =
            |content_type, body| Response::resource(Reply::new(200, content_type, CacheControl::Minutes, body));
        let html = |body| Response::page(200, self.policies.page(&self.site, &remotes), audience.page_caching(), body);
        let cards = |positions: &[u32]| self.cards.of(&self.catalogs.revision(), catalog, &self.site, positions);
        let mut response = match page {
            Page::Home => html(view::home(catalog, &frame, cards)),
            Page::Listing { query, ignored } => html(view::listing(catalog, &frame, query, ignored, cards)),
            Page::Categories => html(view::categories(catalog, &frame)),
            Page::Product { id, chosen, missing, refusal } => {
                let refusal = refusal.as_deref().cloned();
                html(view::product(catalog, &frame, id, (*chosen, missing.as_deref()), refusal, cards))
            }
            Page::Merchant(page) => html(pages::merchant_page(&frame, page)),
            Page::Cart(page) => html(self.cart_html(&frame, page, now)),
            Page::Api => self.render_api(audience),
            Page::Sitemap => document(TYPE_XML, pages::sitemap(&self.site, catalog)),
            Page::SitemapFile(number) => document(TYPE_XML, pages::sitemap_part(&self.site, catalog, *number)),
            Page::Robots => document(TYPE_TEXT, pages::robots(&self.site, hidden())),
        };
        if let Some(passed) = &resolved.passed_over {
            response = response.with("x-remote-fallback", passed.clone());
        }
        // For whoever reads a log or looks a report up: which versions this page was made with.
        if let Some(versions) = frame.versions() {
            response = response.with("x-remotes", versions);
        }
        // The platform sends these ahead as early hints.
        if matches!(response.policy, Policy::Page(_)) {
            let product = leading(catalog, page);
            let lead = product.as_ref().map(|product| match page {
                Page::Home => Lead::Home(&product.image_url),
                _ => Lead::Product(&product.image_url),
            });
            response = response.with("link", pages::link_header(&frame, lead));
        }
        // A refusal has no tag: it is neither kept nor answered with a 304.
        // The API's tag is that of its content, so that both hosts agree.
        if let (Audience::Everyone(key), 200, None) = (audience, response.reply.status, &response.reply.etag) {
            response.reply.etag = Some(key.etag(&self.build));
        }
        response.revision = Some(self.catalogs.revision());
        response
    }
}

impl Shop {
    /// The API's response to the address of a key.
    fn render_api(&self, audience: &Audience) -> Response {
        let address = match audience {
            Audience::Everyone(key) => key.address.as_str(),
            Audience::Visitor => "",
        };
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let request = Request::new(Method::Get, path, query);
        Response::resource(api::answer(&self.catalogs.current(), &self.settings, &request))
    }
}

/// The product whose picture leads a page.
fn leading<'a>(catalog: &'a Catalog, page: &Page) -> Option<Product<'a>> {
    match page {
        Page::Home => catalog.product_at(*catalog.best_rated(1).first()?),
        // A variant may have a picture of its own.
        Page::Product { id, chosen: None, .. } => catalog.product(id),
        _ => None,
    }
}

/// The paths that `robots.txt` keeps crawlers away from.
fn hidden() -> impl Iterator<Item = String> {
    ROUTES.iter().filter(|route| route.is_hidden).map(|route| route.pattern.to_string())
}
