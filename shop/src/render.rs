//! From a planned page to its response: status, headers, bytes.
//! `view.rs` chooses the products and `pages` writes the markup.

use pages::{Frame, Unconfirmed};

use crate::answer::Page;
use crate::remotes::resolved::Resolved;
use crate::reply::{CACHE_MINUTES, CACHE_PAGE, CACHE_PRIVATE, Head, Policy, Reply, TYPE_HTML};
use crate::shop::Shop;
use crate::time;
use crate::view;

const TYPE_XML: &str = "application/xml; charset=utf-8";

impl Shop {
    /// Renders a page that was planned. Called once a key, as long as the isolate keeps what it got.
    pub fn render(&self, page: &Page, resolved: &Resolved, now: f64) -> Reply {
        let remotes = resolved.references();
        let catalog = &*self.catalogs.current();
        let since = self.catalogs.unconfirmed(now).map(|lapse| lapse.since.map(time::minute));
        let unconfirmed = since.as_ref().map(|since| Unconfirmed { since: since.as_deref() });
        let frame = Frame { site: &self.site, remotes: &remotes, preview: resolved.notice.as_ref(), unconfirmed };
        let (content_type, status, body) = match page {
            Page::Home => (TYPE_HTML, 200, view::home(catalog, &frame)),
            Page::Listing(query) => (TYPE_HTML, 200, view::listing(catalog, &frame, query)),
            Page::Categories => (TYPE_HTML, 200, view::categories(catalog, &frame)),
            Page::Product { id, purchase } => {
                let status = if purchase.is_refused() { 400 } else { 200 };
                (TYPE_HTML, status, view::product(catalog, &frame, id, purchase))
            }
            Page::Sitemap => (TYPE_XML, 200, pages::sitemap(&self.site, catalog)),
            Page::SitemapFile(number) => (TYPE_XML, 200, pages::sitemap_part(&self.site, catalog, *number)),
            Page::Robots => ("text/plain; charset=utf-8", 200, pages::robots(&self.site)),
        };
        let (policy, cache_control) = if content_type == TYPE_HTML {
            let caching = if resolved.private { CACHE_PRIVATE } else { CACHE_PAGE };
            (self.policies.page(&self.site, &remotes), caching)
        } else {
            (Policy::Resource, CACHE_MINUTES)
        };
        let mut head = Head::new(status, content_type, cache_control, policy);
        head.extra.extend(resolved.passed_over.clone().map(|passed| ("x-remote-fallback", passed)));
        // For whoever reads a log or looks a report up: which versions this page was made with. A page has one slot at most.
        head.extra.extend(
            remotes
                .first()
                .map(|manifest| ("x-remotes", [manifest.remote().as_str(), "@", manifest.version().as_str()].concat())),
        );
        head.etag = Some(web::ETag::of(&body));
        head.template.revision = Some(self.catalogs.revision());
        Reply::new(head, body)
    }
}
