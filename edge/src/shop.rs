//! The Worker's answers, from a request's values to an answer's values: no JavaScript, no clock, no waiting.
//! What needs I/O (a file's bytes, the body of a report) is returned as a description for the adapter to carry out.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use catalog::api;
use catalog::{Catalog, OpenError, Query};
use pages::{Asset, Frame, Shell, Site, Unconfirmed};
use rollout::Visitor;
use web::{AddressError, Fields, Method};

use crate::bundled;
use crate::catalogs::Catalogs;
use crate::config::{Config, Security};
use crate::feed::Source;
use crate::files::{self, FileFetch};
use crate::operators::{Operators, Shown};
use crate::policy::Policies;
use crate::ready;
use crate::refusal;
use crate::remotes::Remotes;
use crate::reply::{CACHE_MINUTES, CACHE_PAGE, CACHE_PRIVATE, Head, PageKind, Policy, Reply, TYPE_HTML};
use crate::resolution::Resolved;
use crate::route::{self, Route};
use crate::security_txt;
use crate::tally::{Refused, Tally};
use crate::versions;
use crate::view;
use crate::visit::{self, Cookies};

/// The store of a shop that follows none.
pub(crate) const BUNDLED: &str = "bundled";

const TYPE_XML: &str = "application/xml; charset=utf-8";

/// For how many seconds a browser may use an answer of the API while the shop follows an origin of record.
const FOLLOWED_MAX_AGE: u32 = 5;

/// Names this build in `/health`.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the adapter read of a request. Headers are looked up on demand, since each costs a call into JavaScript.
pub(crate) struct Incoming<'a> {
    pub(crate) method: Method,
    /// Whether the method is POST, which only the reports' address takes and `Method` does not distinguish.
    pub(crate) is_post: bool,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) header: &'a dyn Fn(&str) -> Option<String>,
    /// The time in milliseconds since 1970. Asked for by what depends on it alone, once a request.
    pub(crate) clock: &'a dyn Fn() -> f64,
    /// A mark for a new visitor, drawn at random.
    pub(crate) draw: &'a dyn Fn() -> Option<Visitor>,
    now: OnceCell<f64>,
    cookies: OnceCell<Option<String>>,
}

/// What is to be sent.
#[derive(Debug)]
pub(crate) enum Answer {
    /// This.
    Reply(Reply),
    /// A static file, to be fetched.
    File(FileFetch),
    /// The verdict on a failure report, once its body has been read.
    Beacon,
}

/// A page that may be kept in the isolate: everything it depends on is in its key.
#[derive(Debug)]
pub(crate) enum Page {
    Home,
    Listing(Box<Query>),
    Categories,
    Product { id: String, purchase: view::PurchaseState },
    Sitemap,
    SitemapFile(u32),
    Robots,
}

/// A page to be rendered, or taken from the kept ones.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) page: Page,
    /// What the bytes and headers depend on: path, canonical parameters, versions.
    pub(crate) key: String,
    /// The versions of its remotes.
    pub(crate) resolved: Resolved,
}

/// What a request comes to before anything is rendered.
#[derive(Debug)]
pub(crate) enum Plan {
    /// A page that may be kept.
    Page(Planned),
    /// An answer that is not kept.
    Now(Answer),
}

/// Everything a request is answered from. Made once in an isolate's life.
pub(crate) struct Shop {
    pub(crate) catalogs: Catalogs,
    /// The origin of record, if there is one.
    pub(crate) source: Option<Source>,
    pub(crate) remotes: Remotes,
    pub(crate) site: Site,
    pub(crate) policies: Policies,
    pub(crate) cookies: Cookies,
    /// Who may read more than codes of what is wrong.
    pub(crate) operators: Operators,
    /// Whom those who find a weakness turn to.
    pub(crate) security: Option<Security>,
    /// The refusals that are still to be logged.
    pub(crate) tally: RefCell<Tally>,
    /// Where releases are read, for those who ask.
    pub(crate) store: &'static str,
    pub(crate) settings: api::Settings,
}

impl<'a> Incoming<'a> {
    /// A request at the beginning of time, by which nobody is drawn.
    pub(crate) fn new(
        method: Method,
        path: &'a str,
        query: &'a str,
        header: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let (now, cookies) = (OnceCell::new(), OnceCell::new());
        Self { method, is_post: false, path, query, header, clock: &|| 0.0, draw: &|| None, now, cookies }
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        (self.header)(name)
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == Method::Head
    }

    /// Whether this is a GET or a HEAD.
    pub(crate) fn reads(&self) -> bool {
        matches!(self.method, Method::Get | Method::Head)
    }

    /// The same for as long as this request is looked at.
    pub(crate) fn now(&self) -> f64 {
        *self.now.get_or_init(self.clock)
    }

    /// The `Cookie` header.
    pub(crate) fn cookies(&self) -> Option<&str> {
        self.cookies.get_or_init(|| self.header("cookie")).as_deref()
    }

    pub(crate) fn draw(&self) -> Option<Visitor> {
        (self.draw)()
    }
}

impl Fields for Incoming<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.header(name).map(Cow::Owned)
    }
}

impl Shop {
    /// Opens the bundled catalog in place and computes what holds for every answer. `store` names where releases are read:
    /// `r2`, `s3`, or `bundled` for nowhere.
    pub(crate) fn new(config: Config, store: &'static str) -> Result<Self, OpenError> {
        let catalog = Catalog::open(bundled::CATALOG_INDEX)?;
        let production = config.production;
        let cookies = Cookies::new(&config);
        let operators = Operators::new(production, config.origin_secret);
        let remotes = Remotes::new(bundled::manifests(), config.freshness, store != BUNDLED, !production);
        let (source, pace) = config.record.unzip();
        let settings = api::Settings {
            version: VERSION.to_owned(),
            cors_origins: config.cors_origins,
            max_age: if source.is_some() { FOLLOWED_MAX_AGE } else { api::Settings::DEFAULT_MAX_AGE },
        };
        let site = Site {
            name: config.shop_name,
            tagline: config.shop_tagline,
            origin: config.public_origin,
            currency: config.currency,
            shell: shell(),
        };
        let policies = Policies::new(&catalog, production);
        let catalogs = Catalogs::new(catalog, pace);
        let (security, tally) = (config.security, RefCell::default());
        Ok(Self { catalogs, source, remotes, site, policies, cookies, operators, security, tally, store, settings })
    }

    /// Finds what a request asks for. Every method but GET and HEAD is refused first, everywhere: an S3 client that was
    /// pointed at the shop by mistake must never take an answer for a successful write.
    pub(crate) fn plan(&self, route: Route<'_>, request: &Incoming<'_>) -> Plan {
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
            Route::Asset(path) => Plan::Now(files::shell(path, request)),
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

    /// Renders a page that was planned. Called once a key, as long as the isolate keeps what it got.
    pub(crate) fn render(&self, page: &Page, resolved: &Resolved, now: f64) -> Reply {
        let remotes = resolved.references();
        let catalog = &*self.catalogs.current();
        let since = self.catalogs.unconfirmed(now).map(|lapse| lapse.since.map(visit::minute));
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
        // For whoever reads a log or looks a report up: which versions this page was made with.
        head.extra.extend(frame.versions().map(|versions| ("x-remotes", versions)));
        head.etag = Some(web::ETag::of(&body));
        head.template.revision = Some(self.catalogs.revision());
        Reply::new(head, body)
    }

    /// A frame without a remote, or with these.
    pub(crate) fn frame<'a>(&'a self, remotes: &'a [&'a rollout::VersionManifest]) -> Frame<'a> {
        Frame { site: &self.site, remotes, preview: None, unconfirmed: None }
    }

    /// Whether words stand beside the codes of what is wrong, in the answer to this request. A secret that is not the shop's is counted.
    pub(crate) fn has_words(&self, request: &Incoming<'_>) -> bool {
        self.grants_words(|| request.header("authorization"))
    }

    /// The same by the field alone, which is read where it matters.
    pub(crate) fn grants_words(&self, authorization: impl FnOnce() -> Option<String>) -> bool {
        let authorization = if self.operators.is_everybody() { None } else { authorization() };
        match self.operators.judge(authorization.as_deref()) {
            Shown::Right => true,
            Shown::Nothing => false,
            Shown::Wrong => {
                self.tally.borrow_mut().note(Refused::Secret);
                false
            }
        }
    }

    /// The policy of a page without a remote.
    pub(crate) fn plain(&self) -> Policy {
        self.policies.page(&self.site, &[])
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
                key.push_str(&lapse.since.map(visit::minute).unwrap_or_default());
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
        let purchase = view::PurchaseState::parse(&product, is_unconfirmed, request.query);
        let address = format!("/products/{id}?{}", purchase.canonical());
        let is_refused = purchase.is_refused();
        let page = Page::Product { id: id.to_owned(), purchase };
        if !is_refused {
            return self.plan_page(page, PageKind::Product, address, request);
        }
        // What was submitted is shown again; it is not worth a place among the kept pages.
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
        let asked = web::Request {
            method: request.method,
            path: request.path,
            query: request.query,
            fields: request,
            body: &[],
        };
        let reply = api::answer(&self.catalogs.current(), &self.settings, &asked);
        Reply::from_api(reply, self.catalogs.revision(), request.is_head())
    }
}

/// The shell's files that every page links. A name that the asset build did not write leaves an empty link, which the
/// browser tests would see at once; it cannot stop the Worker.
fn shell() -> Shell {
    let asset = |name: &str| {
        bundled::shell_file_named(name).map_or_else(
            || Asset { url: String::new(), integrity: String::new() },
            |file| Asset {
                url: format!("{}{}", route::ASSETS_PREFIX, file.path),
                integrity: file.integrity.to_owned(),
            },
        )
    };
    Shell {
        stylesheet: asset("shell.css"),
        loader: asset("loader.js"),
        icon: asset("icon.svg"),
        font: asset("display.woff2"),
        placeholder: asset("placeholder.svg"),
    }
}
