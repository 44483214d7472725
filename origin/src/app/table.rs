//! The table of routes: every path that the origin answers, in one place. A path that matches no row goes to the API, whose 404 it is.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, any};
use catalog::api::Settings;

use crate::app::configuration::Configuration;
use crate::app::description;
use crate::app::health::{self, Health};
use crate::catalog::api::{self, Api};
use crate::catalog::feed::{self, Feed};
use crate::catalog::held::Holder;
use crate::catalog::trouble::Trouble;
use crate::checkout::answer::{self as checkout, Checkouts};
use crate::checkout::desk::Desk;
use crate::checkout::hook::{self, Hooks};
use crate::http::allowance::Allowance;
use crate::http::compression::Packed;
use crate::http::exchange::Exchange;
use crate::http::routes::{CurrentRevision, RESPONSE_TIME, Row, UNREAD_BODY, router};
use crate::mail::mailbox::{self, Mailbox};
use crate::observe::metrics::Metrics;
use crate::office::gate::Office;
use crate::office::orders::{self, Orders};
use crate::office::rules::{self, Ruling};
use crate::office::stock;
use crate::store::Store;

/// The version of the program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The seconds for which a browser may use a response: as many as at the edge.
const MAX_AGE: u32 = 5;

/// The routes that `openapi.json` describes: the name of each row, and its patterns.
pub(super) const DESCRIBED: [(&str, &[&str]); 6] = [
    ("office", &["/office/stock/{sku}"]),
    ("office-rules", &["/office/rules"]),
    ("checkout", &["/checkouts", "/checkouts/{id}/{part}"]),
    ("order", &["/orders/{number}", "/orders/{number}/{part}"]),
    ("hook", &["/hooks/stripe"]),
    ("office-orders", &["/office/orders", "/office/orders/{number}", "/office/orders/{number}/{action}"]),
];

/// The parts that handlers share with the rest of the program.
pub(crate) struct Shared {
    pub(crate) store: Option<Store>,
    pub(crate) desk: Option<Desk>,
    /// Where mails go while somebody tries the shop out.
    pub(crate) mailbox: Option<Arc<Mailbox>>,
    pub(crate) holder: Arc<Holder>,
    pub(crate) trouble: Arc<Trouble>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) is_draining: Arc<AtomicBool>,
}

/// The router of the table.
pub(crate) fn routes(configuration: &Configuration, shared: &Shared) -> Router {
    let api = Arc::new(Api {
        settings: Settings {
            version: VERSION.to_owned(),
            cors_origins: configuration.cors_origins.clone(),
            max_age: MAX_AGE,
        },
        holder: Arc::clone(&shared.holder),
        packed: Packed::new(),
        searches: Allowance::new(configuration.searches_per_second),
    });
    let rules = shared.desk.as_ref().map(|desk| Arc::clone(&desk.rules));
    let feed = Arc::new(Feed {
        holder: Arc::clone(&shared.holder),
        rules: rules.clone(),
        secrets: configuration.secrets.clone(),
        refused: shared.metrics.feed_refused.clone(),
    });
    let health = Arc::new(Health {
        version: VERSION,
        secrets: configuration.secrets.clone(),
        holder: Arc::clone(&shared.holder),
        trouble: Arc::clone(&shared.trouble),
        is_draining: Arc::clone(&shared.is_draining),
    });
    let office = Arc::new(Office {
        store: shared.store.clone(),
        secrets: configuration.office_secrets.clone(),
        is_open_here: !configuration.is_production,
    });
    let checkouts = Arc::new(Checkouts { desk: shared.desk.clone(), secrets: configuration.secrets.clone() });
    let secrets = configuration.stripe.iter().flat_map(|account| account.webhook_secrets.clone()).collect();
    let hooks = Arc::new(Hooks { desk: shared.desk.clone(), secrets, metrics: Arc::clone(&shared.metrics) });
    let ruling = Arc::new(Ruling { office: Arc::clone(&office), rules });
    let staff = Arc::new(Orders { office: Arc::clone(&office), desk: shared.desk.clone() });
    let row = |name, patterns, handler| Row { name, patterns, body: UNREAD_BODY, time: RESPONSE_TIME, handler };
    let mut rows = vec![
        row("health", &["/", "/health/ready"], with(health::answer, &health)),
        row("feed", &["/catalog/", "/catalog/{*path}"], with(feed::answer, &feed)),
        row("description", &["/openapi.json"], any(description::answer)),
        row("api", &["/health", "/api", "/api/", "/api/{*path}"], with(api::answer, &api)),
    ];
    rows.extend(DESCRIBED.map(|(name, patterns)| match name {
        "office" => row(name, patterns, with(stock::answer, &office)),
        "office-rules" => Row { body: rules::BODY, ..row(name, patterns, with(rules::answer, &ruling)) },
        "hook" => Row { body: hook::BODY, ..row(name, patterns, with(hook::answer, &hooks)) },
        "office-orders" => row(name, patterns, with(orders::answer, &staff)),
        _ => row(name, patterns, with(checkout::answer, &checkouts)),
    }));
    if let Some(mailbox) = &shared.mailbox {
        rows.push(row("mailbox", &["/dev/mail"], with(mailbox::answer, mailbox)));
    }
    let other = row("other", &[], with(api::answer, &api));
    let exchange = Exchange { metrics: Arc::clone(&shared.metrics), is_draining: Arc::clone(&shared.is_draining) };
    let holder = Arc::clone(&shared.holder);
    let revision: CurrentRevision = Arc::new(move || holder.get().field.clone());
    router(rows, other, &exchange, &revision)
}

/// A handler of every method, since these read the method themselves, with its state.
fn with<H, T, S>(handler: H, state: &Arc<S>) -> MethodRouter
where
    H: Handler<T, Arc<S>>,
    T: 'static,
    S: Send + Sync + 'static,
{
    any(handler).with_state(Arc::clone(state))
}
