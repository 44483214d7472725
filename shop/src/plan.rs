//! From a route and a request to the response, or to the page that has to be rendered.
//! Calls the modules behind the routes; reads nothing that `prepare.rs` has not asked for.

use catalog::Query;
use catalog::api::{self, AddressError};
use pages::Frame;

use crate::answer::{Answer, Page, Plan, Planned};
use crate::catalog::ready;
use crate::errors::refusal;
use crate::files;
use crate::remotes::versions;
use crate::reply::{PageKind, Reply};
use crate::request::Incoming;
use crate::routes::Route;
use crate::security_txt;
use crate::shop::Shop;
use crate::time;
use crate::view::{self, PurchaseState};

impl Shop {
    /// Finds what a request asks for. Every method but GET and HEAD is refused first, everywhere: an S3 client that was
    /// pointed at the shop by mistake must never take an answer for a successful write.
    pub fn plan(&self, route: Route<'_>, request: &Incoming<'_>) -> Plan {
        if let Some(refusal) = refusal::method(&route, request) {
            return Plan::Now(refusal);
        }
        if matches!(route, Route::Home | Route::Listing | Route::Categories | Route::Product(_) | Route::Versions)
            && let Some(answer) = self.answer_preview_link(request)
        {
            return Plan::Now(answer);
        }
        match route {
            Route::Home => self.plan_page(Page::Home, PageKind::Plain, "/".to_owned(), request),
            Route::Listing => self.plan_listing(request),
            Route::Categories => self.plan_page(Page::Categories, PageKind::Plain, request.path.to_owned(), request),
            Route::Product(id) => self.plan_product(id, request),
            Route::Sitemap => self.plan_page(Page::Sitemap, PageKind::Plain, request.path.to_owned(), request),
            Route::SitemapFile(number) if pages::sitemap_files(&self.catalogs.current()).contains(&number) => {
                self.plan_page(Page::SitemapFile(number), PageKind::Plain, request.path.to_owned(), request)
            }
            Route::Robots => self.plan_page(Page::Robots, PageKind::Plain, request.path.to_owned(), request),
            Route::Security => Plan::Now(security_txt::answer(self, request)),
            Route::Versions => Plan::Now(Answer::Reply(versions::answer(self, request))),
            Route::Ready => Plan::Now(Answer::Reply(ready::answer(self, request))),
            Route::Api => Plan::Now(Answer::Reply(self.answer_api(request))),
            Route::Asset(path) => Plan::Now(files::shell(self, path, request)),
            Route::Remote(wanted) => Plan::Now(files::remote(self, &wanted, request)),
            Route::UnknownRemote => {
                let rule = "a remote's file is `/remotes/<remote>/<version>/<file>`";
                Plan::Now(files::missing(rule, request))
            }
            Route::Beacon => Plan::Now(Answer::Beacon),
            Route::Favicon => Plan::Now(refusal::moved(&self.site.shell.icon.url, "", request)),
            Route::TrailingSlash(page) => Plan::Now(refusal::moved(page, request.query, request)),
            Route::Refused(error) => Plan::Now(self.refuse_address(error, request)),
            Route::SitemapFile(_) | Route::NotFound => Plan::Now(refusal::not_found(self, request)),
        }
    }

    /// `address` is the page's canonical path and query.
    fn plan_page(&self, page: Page, kind: PageKind, address: String, request: &Incoming<'_>) -> Plan {
        let resolved = self.resolve(kind, request, address.trim_end_matches('?'));
        let mut key = address;
        resolved.write_key(&mut key);
        self.write_catalog_key(request, &mut key);
        Plan::Page(Planned { page, key, resolved })
    }

    /// Appends which catalog a page shows, and whether it vouches for prices and stock.
    fn write_catalog_key(&self, request: &Incoming<'_>, key: &mut String) {
        if self.source.is_some() {
            key.push(' ');
            key.push_str(&self.catalogs.revision());
            if let Some(lapse) = self.catalogs.unconfirmed(request.now()) {
                key.push('?');
                key.push_str(&lapse.since.map(time::minute).unwrap_or_default());
            }
        }
    }

    fn plan_listing(&self, request: &Incoming<'_>) -> Plan {
        match Query::parse(request.query) {
            Ok(mut query) => {
                // A page shows its facets always; the parameter belongs to the API.
                query.facets = false;
                let mut address = String::with_capacity(96);
                address.push_str("/products?");
                query.write_canonical(&mut address);
                self.plan_page(Page::Listing(Box::new(query)), PageKind::Listing, address, request)
            }
            Err(error) => {
                let resolved = self.resolve(PageKind::Listing, request, "/products");
                let remotes = resolved.references();
                let frame = Frame { preview: resolved.notice.as_ref(), ..self.frame(&remotes) };
                let body = view::refused_listing(&self.catalogs.current(), &frame, &error, request.query);
                let policy = self.policies.page(&self.site, &remotes);
                Plan::Now(refusal::page_for(400, policy, body, &resolved, request))
            }
        }
    }

    fn plan_product(&self, id: &str, request: &Incoming<'_>) -> Plan {
        let catalog = self.catalogs.current();
        let Some(product) = catalog.product(id) else { return Plan::Now(refusal::not_found(self, request)) };
        let is_unconfirmed = self.catalogs.unconfirmed(request.now()).is_some();
        let purchase = PurchaseState::parse(&product, is_unconfirmed, request.query);
        let address = format!("/products/{id}?{}", purchase.canonical());
        let is_refused = purchase.is_refused();
        let page = Page::Product { id: id.to_owned(), purchase };
        if !is_refused {
            return self.plan_page(page, PageKind::Product, address, request);
        }
        // The page repeats the shopper's input; it is not worth a place in the page cache.
        let resolved = self.resolve(PageKind::Product, request, &format!("/products/{id}"));
        let mut reply = self.render(&page, &resolved, request.now()).without_body(request.is_head());
        reply.head.etag = None;
        reply.head.extra.extend(resolved.set_cookie.map(|cookie| ("set-cookie", cookie)));
        Plan::Now(Answer::Reply(reply))
    }

    /// An address that no part of the shop may read. Below `/api/` the refusal is the API's own, with its CORS headers, since
    /// a script of another origin could not read it otherwise.
    fn refuse_address(&self, error: AddressError, request: &Incoming<'_>) -> Answer {
        if api::owns(request.path) {
            return Answer::Reply(self.answer_api(request));
        }
        let (status, title) = match error {
            AddressError::TooLong => (414, "The address is too long"),
            AddressError::Unreadable => (400, "The address cannot be read"),
        };
        refusal::address(self, status, title, &error.to_string(), request)
    }

    fn answer_api(&self, request: &Incoming<'_>) -> Reply {
        let if_none_match = request.header("if-none-match");
        let origin = if self.settings.cors_origins.is_empty() { None } else { request.header("origin") };
        let asked = api::Request {
            method: request.method,
            path: request.path,
            query: request.query,
            if_none_match: if_none_match.as_deref(),
            origin: origin.as_deref(),
            settings: &self.settings,
        };
        let reply = api::answer(&self.catalogs.current(), &asked);
        Reply::from_api(reply, self.catalogs.revision(), request.is_head())
    }
}
