//! From a route and a request to the response, or to the page that has to be rendered.
//! Calls the handlers of the routes; reads nothing that `prepare.rs` has not asked for.

use catalog::{HandleMatch, Query, ShelfKind, Wanted, api};
use web::AddressError;

use crate::answer::{Page, Plan, Planned};
use crate::audience::{Audience, PageKey};
use crate::cart::page::CART;
use crate::choice::{Asked, Choice};
use crate::errors;
use crate::forward::Next;
use crate::handlers::cart::receive::unfollowed;
use crate::handlers::files;
use crate::handlers::hook;
use crate::handlers::ready;
use crate::handlers::security_txt;
use crate::handlers::suggestions;
use crate::handlers::versions;
use crate::lenient::{Understood, understand};
use crate::request::{Codes, Incoming};
use crate::response::Response;
use crate::routes::{Caching, Handler, Limit, Matched, find};
use crate::shop::Shop;

impl Shop {
    /// Finds the response to a request, or the page to render for it.
    pub fn plan(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Plan {
        if let Some(refusal) = errors::method(matched, request).or_else(|| errors::content(matched, request)) {
            return Plan::Now(refusal);
        }
        let can_preview = matched.route.is_page() || matched.route.handler == Handler::Versions;
        if can_preview && let Some(response) = self.answer_preview_link(request) {
            return Plan::Now(response);
        }
        let parameter = matched.parameter;
        match matched.route.handler {
            Handler::Home => self.plan_page(Page::Home, matched, "/".to_owned(), request),
            Handler::Listing => self.plan_listing(matched, request),
            Handler::Product => self.plan_product(matched, request),
            Handler::Brand => self.plan_shelf(ShelfKind::Brand, matched, request),
            Handler::Collection => self.plan_shelf(ShelfKind::Collection, matched, request),
            Handler::MerchantPage => match self.site.merchant.page(parameter) {
                Some(page) => self.plan_page(Page::Merchant(page), matched, request.path.to_owned(), request),
                None => Plan::Now(errors::not_found(self, matched, request)),
            },
            Handler::Categories => self.plan_page(Page::Categories, matched, request.path.to_owned(), request),
            Handler::Sitemap => self.plan_page(Page::Sitemap, matched, request.path.to_owned(), request),
            Handler::SitemapFile => match pages::sitemap_file(request.path) {
                Some(number) if (1..=self.sitemap_files()).contains(&number) => {
                    self.plan_page(Page::SitemapFile(number), matched, request.path.to_owned(), request)
                }
                _ => Plan::Now(errors::not_found(self, matched, request)),
            },
            Handler::Robots => self.plan_page(Page::Robots, matched, request.path.to_owned(), request),
            Handler::Security => Plan::Now(security_txt::answer(self, matched, request)),
            Handler::Versions => Plan::Now(versions::answer(self, request)),
            Handler::Ready => Plan::Now(ready::answer(self, request)),
            Handler::Suggestions => Plan::Now(suggestions::answer(self, request)),
            Handler::Cart => {
                let page = Page::Cart(Box::new(self.cart_page(request)));
                self.plan_page(page, matched, CART.to_owned(), request)
            }
            Handler::Buy => unfollowed(request).map_or(Plan::Content, Plan::Now),
            Handler::CartApi => Plan::Now(self.cart_json(request)),
            // The origin would say what the codes are worth.
            Handler::Checkout if request.codes() == Codes::Hidden => {
                Plan::Now(errors::too_many(self, matched, Limit::CodeAttempts).answering(request.request()))
            }
            Handler::Checkout | Handler::Order | Handler::OrderEnd(_) if request.method.reads() => {
                self.checkout_begins(matched, request)
            }
            Handler::Checkout | Handler::Order | Handler::OrderEnd(_) | Handler::CartChange | Handler::CartLines => {
                Plan::Content
            }
            Handler::Api => self.plan_api(matched, request),
            Handler::Asset => files::shell(self, parameter, request),
            Handler::RemoteEntry | Handler::RemoteFile => files::remote(self, request),
            Handler::Hook => hook::plan(self, matched, request),
            Handler::Report => Plan::Report,
            Handler::Favicon => Plan::Now(errors::moved(&self.site.shell.icon.url, "", request)),
            Handler::Moved => Plan::Now(errors::moved(parameter, request.query, request)),
            Handler::NotFound => Plan::Now(errors::not_found(self, matched, request)),
        }
    }

    /// The response to an address that no part of the shop may read. Below `/api/` the refusal is the API's own, with its CORS
    /// fields, since a script of another origin could not read it otherwise.
    pub fn refuse(&self, error: AddressError, request: &Incoming<'_>) -> Response {
        if api::owns(request.path) {
            return self.answer_api(request);
        }
        errors::method(&find(request.path), request).unwrap_or_else(|| errors::address(self, error, request))
    }

    /// Finds what follows from a request whose plan was [`Plan::Content`], once its limit has been asked and its content read.
    pub fn receive(&self, matched: &Matched<'_>, request: &Incoming<'_>, content: &[u8]) -> Next {
        match matched.route.handler {
            Handler::Buy => Next::Now(self.fill_cart(matched, request)),
            Handler::CartLines => Next::Now(self.add_by_json(request, content)),
            Handler::Checkout | Handler::OrderEnd(_) => self.checkout_receives(matched, request, content),
            _ => Next::Now(self.change_cart(matched, request, content)),
        }
    }

    /// `address` is the page's canonical path and query.
    fn plan_page(&self, page: Page, matched: &Matched<'_>, address: String, request: &Incoming<'_>) -> Plan {
        let resolved = self.resolve(matched.route, request, address.trim_end_matches('?'));
        let audience = self.audience(matched.route, address, &resolved, request);
        Plan::Page(Planned { page, audience, resolved })
    }

    /// How many files the sitemap of the current edition has beside `sitemap.xml`.
    fn sitemap_files(&self) -> u32 {
        let revision = self.catalogs.revision();
        let known = self.sitemap_files.borrow().as_ref().filter(|(of, _)| *of == revision).map(|(_, files)| *files);
        known.unwrap_or_else(|| {
            let files = *pages::sitemap_files(&self.site, &self.catalogs.current()).end();
            self.sitemap_files.replace(Some((revision, files)));
            files
        })
    }

    fn plan_listing(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Plan {
        let Understood { mut query, ignored } = understand(request.query, self.site.currency.iso());
        // Whoever searches for `returns` wants the page, whatever else the form sent.
        if let Some(search) = &query.search
            && let Some(page) = self.catalogs.current().redirect(search)
        {
            return Plan::Now(errors::see(page, request));
        }
        // A page shows its facets always; the parameter belongs to the API.
        (query.facets, query.details) = (false, Wanted::default());
        let mut address = String::with_capacity(96);
        address.push_str("/products?");
        query.write_canonical(&mut address);
        let is_understood = ignored.is_empty();
        let page = Page::Listing { query: Box::new(query), ignored };
        if is_understood {
            return self.plan_page(page, matched, address, request);
        }
        self.plan_repeating(page, matched, address, request)
    }

    /// The page of a brand or a collection: the listing of its products. Whatever narrows or orders it further belongs to the listing.
    fn plan_shelf(&self, kind: ShelfKind, matched: &Matched<'_>, request: &Incoming<'_>) -> Plan {
        let catalog = self.catalogs.current();
        let Some(name) = catalog.shelf_named(kind, matched.parameter) else {
            return Plan::Now(errors::not_found(self, matched, request));
        };
        let Understood { mut query, ignored } = understand(request.query, self.site.currency.iso());
        // Facets and details belong to the API.
        (query.facets, query.details) = (false, Wanted::default());
        let is_plain = ignored.is_empty() && query.canonical().is_empty();
        let mut own = Query { currency: query.currency, ..Query::default() };
        let filter = match kind {
            ShelfKind::Brand => {
                own.brands.push(name.to_owned());
                "brand"
            }
            ShelfKind::Collection => {
                own.collections.push(name.to_owned());
                "collection"
            }
        };
        if !is_plain {
            return Plan::Now(self.moved("/products", &narrowed(&own.canonical(), filter, request.query), request));
        }
        let page = Page::Listing { query: Box::new(own), ignored };
        self.plan_page(page, matched, [request.path, "?"].concat(), request)
    }

    /// What the current edition has lives at another address.
    fn moved(&self, path: &str, query: &str, request: &Incoming<'_>) -> Response {
        Response { revision: Some(self.catalogs.revision()), ..errors::moved(path, query, request) }
    }

    /// A page that repeats submitted values, which is not worth a place in the page cache.
    fn plan_repeating(&self, page: Page, matched: &Matched<'_>, address: String, request: &Incoming<'_>) -> Plan {
        let resolved = self.resolve(matched.route, request, address.trim_end_matches('?'));
        let audience = match self.audience(matched.route, address, &resolved, request) {
            Audience::Everyone(key) => Audience::Everyone(PageKey { repeated: Some(request.query.to_owned()), ..key }),
            Audience::Visitor => Audience::Visitor,
        };
        let planned = Planned { page, audience, resolved };
        let response = self.render(&planned, request.now()).with_cookies(planned.resolved.cookies);
        Plan::Now(response.answering(request.request()))
    }

    fn plan_product(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Plan {
        let (catalog, handle) = (self.catalogs.current(), matched.parameter);
        let found = catalog.by_handle(handle);
        let Some(HandleMatch::Current(position)) = found else {
            let of_former = match found {
                Some(HandleMatch::Former(position)) => Some(position),
                _ => catalog.position_of(handle),
            };
            return Plan::Now(match of_former.and_then(|position| catalog.handle_at(position)) {
                Some(own) => self.moved(&["/products/", &*own].concat(), request.query, request),
                None => errors::not_found(self, matched, request),
            });
        };
        let id = catalog.id_at(position).unwrap_or_default();
        let page = |chosen, missing| Page::Product { id: id.to_owned(), chosen, missing, refusal: None };
        let whole = || self.plan_page(page(None, None), matched, format!("/products/{handle}?"), request);
        let asked = Asked::read(request.query);
        if asked.is_nothing() {
            return whole();
        }
        let details = catalog.details_at(position).unwrap_or_default();
        match asked.choice(&details) {
            Choice::None => whole(),
            Choice::Variant { place, sku } => {
                self.plan_page(page(Some(place), None), matched, format!("/products/{handle}?variant={sku}"), request)
            }
            Choice::Elsewhere { sku } => Plan::Now(errors::see(&format!("/products/{handle}?variant={sku}"), request)),
            Choice::Missing { near, combination } => {
                let page = page(near, Some(combination));
                self.plan_repeating(page, matched, format!("/products/{handle}?"), request)
            }
        }
    }

    /// A response of the API that everybody gets is kept like a page, by its canonical query: unknown and empty parameters reach no
    /// key. Refusals, and responses that depend on the sender's origin, are made anew.
    fn plan_api(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Plan {
        let is_everyones = self.settings.cors_origins.is_empty() && request.method.reads();
        let address = match request.path {
            _ if matched.route.caching != Caching::Api || !is_everyones => None,
            api::SUGGESTIONS => None,
            api::PRODUCTS => Query::parse(request.query, self.site.currency.iso()).ok().map(|query| {
                let mut address = format!("{}?", api::PRODUCTS);
                query.write_canonical(&mut address);
                address
            }),
            path => Some(format!("{path}?")),
        };
        match address {
            Some(address) => self.plan_page(Page::Api, matched, address, request),
            None => Plan::Now(self.answer_api(request)),
        }
    }

    fn answer_api(&self, request: &Incoming<'_>) -> Response {
        let reply = api::answer(&self.catalogs.current(), &self.settings, request.request());
        Response { revision: Some(self.catalogs.revision()), ..Response::resource(reply) }
    }
}

/// A query string with the value of a page in the place of all others of its filter, which would widen the list.
fn narrowed(own: &str, filter: &str, query: &str) -> String {
    let mut narrowed = own.to_owned();
    for pair in query.split('&') {
        let name = web::decode_form(pair).next().and_then(|pair| match pair {
            Ok((name, _)) => Some(name),
            Err(error) => error.parameter,
        });
        if name.is_some_and(|name| name != filter) {
            narrowed.push('&');
            narrowed.push_str(pair);
        }
    }
    narrowed
}

#[cfg(test)]
mod tests;
