//! The Worker's answers, from a request's values to an answer's values: no JavaScript, no clock, no waiting.
//! What needs I/O (a file's bytes, the body of a report) is returned as a description for the adapter to carry out.

use catalog::api::{self, Method, Problem, ProblemKind};
use catalog::{Catalog, OpenError, Query};
use pages::{Asset, Frame, Shell, Site};

use crate::bundled::{self, Remotes};
use crate::config::Config;
use crate::files::{self, FileFetch};
use crate::policy::Policies;
use crate::refusal;
use crate::reply::{CACHE_MINUTES, CACHE_PAGE, Head, PageKind, Policy, Reply, TYPE_HTML};
use crate::route::{self, Route};
use crate::view;

/// Names this build in `/health`.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the adapter read of a request. Headers are looked up on demand, since each costs a call into JavaScript.
pub(crate) struct Incoming<'a> {
    pub(crate) method: Method,
    /// Whether the method is POST, which only the reports' address takes and `Method` does not tell apart.
    pub(crate) is_post: bool,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) header: &'a dyn Fn(&str) -> Option<String>,
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
    Product { id: String, purchase: view::PurchaseState },
    Sitemap,
    Robots,
}

/// What a request comes to before anything is rendered.
#[derive(Debug)]
pub(crate) enum Plan {
    /// A page that may be kept, with its key: path and canonical parameters.
    Page(Page, String),
    /// An answer that is not kept.
    Now(Answer),
}

/// Why an address was refused.
#[derive(Clone, Copy)]
enum Refused {
    TooLong,
    Unreadable,
}

/// Everything a request is answered from. Made once in an isolate's life.
pub(crate) struct Shop {
    pub(crate) catalog: Catalog,
    pub(crate) remotes: Remotes,
    pub(crate) site: Site,
    pub(crate) policies: Policies,
    pub(crate) settings: api::Settings,
}

impl Incoming<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        (self.header)(name)
    }

    pub(crate) fn is_head(&self) -> bool {
        self.method == Method::Head
    }
}

impl Shop {
    /// Opens the bundled catalog in place and computes what holds for every answer.
    pub(crate) fn new(config: Config) -> Result<Self, OpenError> {
        let catalog = Catalog::open(bundled::CATALOG_INDEX)?;
        let remotes = Remotes::bundled();
        let production = config.production;
        let settings = api::Settings {
            version: VERSION.to_owned(),
            cors_origins: config.cors_origins,
            ..api::Settings::default()
        };
        let site = Site {
            name: config.shop_name,
            tagline: config.shop_tagline,
            origin: config.public_origin,
            currency: config.currency,
            shell: shell(),
        };
        let policies = Policies::new(&site, &remotes, &catalog, production);
        Ok(Self { catalog, remotes, site, policies, settings })
    }

    /// Finds what a request asks for. Every method but GET and HEAD is refused first, everywhere: an S3 client that was
    /// pointed at the shop by mistake must never take an answer for a successful write.
    pub(crate) fn plan(&self, request: &Incoming<'_>) -> Plan {
        let route = route::route(request.path, request.query);
        if let Some(refusal) = refusal::method(&route, request) {
            return Plan::Now(refusal);
        }
        match route {
            Route::Home => Plan::Page(Page::Home, "/".to_owned()),
            Route::Listing => self.plan_listing(request),
            Route::Product(id) => self.plan_product(id, request),
            Route::Sitemap => Plan::Page(Page::Sitemap, request.path.to_owned()),
            Route::Robots => Plan::Page(Page::Robots, request.path.to_owned()),
            Route::Api => Plan::Now(Answer::Reply(self.answer_api(request))),
            Route::Asset(path) => Plan::Now(files::shell(path, request)),
            Route::Remote(wanted) => Plan::Now(files::remote(&self.remotes, &wanted, request)),
            Route::UnknownRemote => {
                Plan::Now(files::missing("a remote's file is `/remotes/<remote>/<version>/<file>`", request))
            }
            Route::Beacon => Plan::Now(Answer::Beacon),
            Route::Favicon => Plan::Now(refusal::moved(&self.site.shell.icon.url, "", request)),
            Route::TrailingSlash(page) => Plan::Now(refusal::moved(page, request.query, request)),
            Route::TooLong => Plan::Now(self.refuse_address(Refused::TooLong, request)),
            Route::Hostile => Plan::Now(self.refuse_address(Refused::Unreadable, request)),
            Route::NotFound => Plan::Now(refusal::not_found(&self.site, request)),
        }
    }

    /// Renders a page that was planned. Called once a key, as long as the isolate keeps what it got.
    pub(crate) fn render(&self, page: &Page) -> Reply {
        let (kind, cache_control, content_type, status, body) = match page {
            Page::Home => (
                PageKind::Plain,
                CACHE_PAGE,
                TYPE_HTML,
                200,
                view::home(self, &self.frame(&self.remotes.of_page(PageKind::Plain))),
            ),
            Page::Listing(query) => {
                let remotes = self.remotes.of_page(PageKind::Listing);
                (PageKind::Listing, CACHE_PAGE, TYPE_HTML, 200, view::listing(self, &self.frame(&remotes), query))
            }
            Page::Product { id, purchase } => {
                let remotes = self.remotes.of_page(PageKind::Product);
                let body = view::product(self, &self.frame(&remotes), id, purchase);
                let status = if purchase.is_refused() { 400 } else { 200 };
                (PageKind::Product, CACHE_PAGE, TYPE_HTML, status, body)
            }
            Page::Sitemap => (
                PageKind::Plain,
                CACHE_MINUTES,
                "application/xml; charset=utf-8",
                200,
                pages::sitemap(&self.site, &self.catalog),
            ),
            Page::Robots => {
                (PageKind::Plain, CACHE_MINUTES, "text/plain; charset=utf-8", 200, pages::robots(&self.site))
            }
        };
        let policy = if content_type == TYPE_HTML { Policy::Page(kind) } else { Policy::Resource };
        let mut head = Head::new(status, content_type, cache_control, policy);
        head.etag = Some(api::ETag::of(&body));
        Reply::new(head, body)
    }

    fn frame<'a>(&'a self, remotes: &'a [&'a rollout::VersionManifest]) -> Frame<'a> {
        Frame { site: &self.site, remotes }
    }

    fn plan_listing(&self, request: &Incoming<'_>) -> Plan {
        match Query::parse(request.query) {
            Ok(mut query) => {
                // A page shows its facets always; the parameter belongs to the API.
                query.facets = false;
                let mut key = String::with_capacity(64);
                key.push_str("/products?");
                query.write_canonical(&mut key);
                Plan::Page(Page::Listing(Box::new(query)), key)
            }
            Err(error) => {
                let remotes = self.remotes.of_page(PageKind::Listing);
                let body = view::refused_listing(self, &self.frame(&remotes), &error, request.query);
                Plan::Now(refusal::page(400, PageKind::Listing, body, request))
            }
        }
    }

    fn plan_product(&self, id: &str, request: &Incoming<'_>) -> Plan {
        let Some(product) = self.catalog.product(id) else { return Plan::Now(refusal::not_found(&self.site, request)) };
        let purchase = view::PurchaseState::parse(&product, request.query);
        let key = format!("/products/{id}?{}", purchase.canonical());
        let is_refused = purchase.is_refused();
        let page = Page::Product { id: id.to_owned(), purchase };
        if !is_refused {
            return Plan::Page(page, key);
        }
        // What was submitted is shown again; it is not worth a place among the kept pages.
        let mut reply = self.render(&page).without_body(request.is_head());
        reply.head.etag = None;
        Plan::Now(Answer::Reply(reply))
    }

    /// An address that no part of the shop may read. Below `/api/` the refusal is the API's own, with its CORS headers, since
    /// a script of another origin could not read it otherwise.
    fn refuse_address(&self, refused: Refused, request: &Incoming<'_>) -> Answer {
        let (status, kind, title) = match refused {
            Refused::TooLong => (414, ProblemKind::UriTooLong, "The address is too long"),
            Refused::Unreadable => (400, ProblemKind::MalformedRequest, "The address cannot be read"),
        };
        let detail = match refused {
            Refused::TooLong => format!("an address has at most {} characters", route::TARGET_LIMIT),
            Refused::Unreadable => "it holds an escaped separator, a dot segment or a control character".to_owned(),
        };
        if !api::owns(request.path) {
            return refusal::address(&self.site, status, title, &detail, request);
        }
        let problem = Problem::new(kind, detail);
        Answer::Reply(self.with_api_request(request, |asked| api::problem(&problem, asked)))
    }

    fn answer_api(&self, request: &Incoming<'_>) -> Reply {
        self.with_api_request(request, |asked| api::answer(&self.catalog, asked))
    }

    fn with_api_request(&self, request: &Incoming<'_>, answer: impl FnOnce(&api::Request<'_>) -> api::Reply) -> Reply {
        let if_none_match = request.header("if-none-match");
        let origin = if self.settings.cors_origins.is_empty() { None } else { request.header("origin") };
        let reply = answer(&api::Request {
            method: request.method,
            path: request.path,
            query: request.query,
            if_none_match: if_none_match.as_deref(),
            origin: origin.as_deref(),
            settings: &self.settings,
        });
        Reply::from_api(reply, request.is_head())
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
    }
}
