//! The state behind every response: catalog, remotes, policies and settings, made once in an isolate's life.
//! Holds no route and no page; `plan.rs` and the modules that it calls answer from this state.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use catalog::{Catalog, OpenError, api};
use pages::{Asset, Currency, Frame, Pictures, Shell, Site, Terms, TermsInForce};
use web::ETag;

use crate::bundle::Bundle;
use crate::cards::Cards;
use crate::cart::attempts::Attempts;
use crate::cart::held::CartCookies;
use crate::cart::items::KnownItems;
use crate::catalog::trouble::Trouble;
use crate::catalog::{Catalogs, Source};
use crate::config::{CURRENCY, Config, Security};
use crate::policy::Policies;
use crate::remotes::Remotes;
use crate::reports::tally::{Refused, Tally};
use crate::request::Incoming;
use crate::response::Policy;
use crate::routes;
use crate::rules::RulesInForce;
use crate::visitor::checkout::CheckoutCookie;
use crate::visitor::cookies::Cookies;
use crate::visitor::operators::{Operators, Shown};

/// The store of a shop that follows none.
pub const BUNDLED: &str = "bundled";

/// For how many seconds a browser may use an answer of the API while the shop follows an origin of record.
const FOLLOWED_MAX_AGE: u32 = 5;

/// Names this build in `/health`.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything a request is answered from. Made once in an isolate's life.
pub struct Shop {
    /// The files that the host was built with.
    pub(crate) bundle: Bundle,
    /// The current edition of the catalog.
    pub catalogs: Catalogs,
    /// The origin of record, if there is one.
    pub source: Option<Source>,
    /// The remotes and their releases.
    pub remotes: Remotes,
    /// Name, address and currency of the shop, and the shell's files.
    pub site: Site,
    /// The cards of products, rendered.
    pub(crate) cards: Cards,
    /// The headers of each kind of response.
    pub policies: Policies,
    /// The names and rules of the shop's cookies.
    pub cookies: Cookies,
    /// The names and rules of the cart's cookies.
    pub(crate) cart_cookies: CartCookies,
    /// The name and rules of the checkout's cookie.
    pub(crate) checkout_cookie: CheckoutCookie,
    /// The items that carts have had.
    pub(crate) known_items: KnownItems,
    /// The attempts at codes of this minute.
    pub(crate) attempts: RefCell<Attempts>,
    /// The merchant's rules of tax, shipping and discounts.
    pub rules: RulesInForce,
    /// The readers of more than the codes of trouble.
    pub(crate) operators: Operators,
    /// The contacts of `security.txt`.
    pub(crate) security: Option<Security>,
    /// The refusals that are still to be logged.
    pub tally: RefCell<Tally>,
    /// How many files the sitemap of an edition has, by the revision: to count its addresses is to write most of them.
    pub(crate) sitemap_files: RefCell<Option<(Rc<str>, u32)>>,
    /// Where releases are read, for those who ask.
    pub(crate) store: &'static str,
    pub(crate) settings: api::Settings,
    /// Names the build and its configuration, for entity tags: two shops that render one page differently have different ones.
    pub(crate) build: String,
}

/// Why a shop cannot start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The bundled catalog is damaged, or of another version.
    #[error("the bundled catalog cannot be opened: {0}")]
    Catalog(#[from] OpenError),
    /// Prices would stand in another currency than they were read in.
    #[error(
        "{CURRENCY} is {configured}, but the catalog was built with prices in {catalog}; build it with {CURRENCY}={configured}, or set {CURRENCY} to {catalog}"
    )]
    Currency {
        /// The code that is set.
        configured: &'static str,
        /// The code of the catalog.
        catalog: &'static str,
    },
}

impl Shop {
    /// Opens the bundled catalog in place and computes what holds for every answer. `store` names where releases are read:
    /// `r2`, `s3`, or `bundled` for nowhere.
    pub fn new(bundle: Bundle, config: Config, store: &'static str) -> Result<Self, StartError> {
        let catalog = Catalog::open(bundle.catalog_index)?;
        let currency = Currency::from(catalog.currency());
        if let Some(configured) = config.currency.filter(|configured| *configured != currency) {
            return Err(StartError::Currency { configured: configured.code(), catalog: currency.code() });
        }
        let production = config.production;
        let cookies = Cookies::new(&config);
        let cart_cookies = CartCookies::new(production);
        let checkout_cookie = CheckoutCookie::new(production);
        let operators = Operators::new(production, config.origin_secret);
        let remotes = Remotes::new(bundle.manifests(), config.freshness, store != BUNDLED, !production);
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
            currency,
            language: config.shop_language,
            merchant: bundle.merchant,
            terms: TermsInForce::default(),
            shell: shell(&bundle),
            pictures: Pictures { resizing: config.pictures, own: bundle.pictures },
        };
        // In short, since every entity tag is made from it.
        let build = format!("{} {}", bundle.build, ETag::of(format!("{site:?}").as_bytes()).as_str());
        let policies = Policies::new(&catalog, production);
        let catalogs = Catalogs::new(catalog, pace);
        let rules = RulesInForce::new(bundle.rules, site.currency.iso());
        let (security, tally) = (config.security, RefCell::default());
        Ok(Self {
            bundle,
            catalogs,
            source,
            remotes,
            site,
            cards: Cards::default(),
            known_items: KnownItems::default(),
            policies,
            cookies,
            cart_cookies,
            attempts: RefCell::default(),
            checkout_cookie,
            rules,
            operators,
            security,
            tally,
            sitemap_files: RefCell::default(),
            store,
            settings,
            build,
        })
    }

    /// Puts the origin's rules in force, for carts and for what pages state of delivery and tax. Returns whether they are others than before.
    pub fn take_rules(&self, revision: &str, document: &[u8]) -> Result<bool, Trouble> {
        let Some(rules) = self.rules.take(revision, document)? else { return Ok(false) };
        // The terms of the build's own rules are built, with what `shop.toml` says beside its rules.
        let terms = self.rules.key().map(|_| Terms::of(&rules, &self.site.merchant));
        self.site.terms.set(terms);
        Ok(true)
    }

    /// A frame without a remote, or with these.
    pub(crate) fn frame<'a>(&'a self, remotes: &'a [&'a rollout::VersionManifest]) -> Frame<'a> {
        Frame { site: &self.site, remotes, preview: None, unconfirmed: None }
    }

    /// Whether words stand beside the codes of what is wrong, in the answer to this request. A secret that is not the shop's is counted.
    pub(crate) fn has_words(&self, request: &Incoming<'_>) -> bool {
        self.grants_words(|| request.field("authorization").map(Cow::into_owned))
    }

    /// As `has_words`, by the `Authorization` field alone, which is read where it matters.
    pub fn grants_words(&self, authorization: impl FnOnce() -> Option<String>) -> bool {
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
}

/// The shell's files that every page links. A name that the asset build did not write leaves an empty link, which the
/// browser tests would see at once; it cannot stop the Worker.
fn shell(bundle: &Bundle) -> Shell {
    let asset = |name: &str| {
        bundle.shell_file_named(name).map_or_else(
            || Asset { url: String::new(), integrity: String::new() },
            |file| Asset {
                url: format!("{}{}", routes::ASSETS_PREFIX, file.path),
                integrity: file.integrity.to_owned(),
            },
        )
    };
    Shell {
        stylesheet: asset("shell.css"),
        loader: asset("loader.js"),
        suggestions: asset("suggestions.js"),
        icon: asset("icon.svg"),
        font: asset("display.woff2"),
        placeholder: asset("placeholder.svg"),
    }
}
