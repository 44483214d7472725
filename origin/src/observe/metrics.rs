//! The metrics for Prometheus: requests by route and status with their durations, connections, and the catalog. They have a port of their
//! own, since they are for operators. A label has few values, whatever is requested.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::observe::backlog::{Behind, Gauges};

/// Upper bounds in seconds: an answer takes some ten microseconds, a snapshot of a large catalog a second.
const BUCKETS: [f64; 11] = [25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 10e-3, 50e-3, 250e-3, 2.0];

/// The statuses with a label of their own.
const STATUSES: [(u16, &str); 15] = [
    (200, "200"),
    (304, "304"),
    (404, "404"),
    (400, "400"),
    (204, "204"),
    (401, "401"),
    (403, "403"),
    (405, "405"),
    (410, "410"),
    (413, "413"),
    (414, "414"),
    (429, "429"),
    (431, "431"),
    (500, "500"),
    (503, "503"),
];

/// Why money has come that no order has.
const ASTRAY_REASONS: [&str; 2] = ["unknown", "second-session"];

/// The reasons for which a webhook is refused.
const WEBHOOK_REASONS: [&str; 3] = ["age", "malformed", "signature"];

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// Connections of a port.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    pub(crate) open: Gauge,
    pub(crate) accepted: Counter,
    /// One address had as many as it may have.
    pub(crate) of_an_address: Counter,
    /// The system refused another one, for lack of open files as a rule.
    pub(crate) failed: Counter,
}

/// Questions to the feed that were refused.
#[derive(Clone, Debug)]
pub(crate) struct FeedRefused {
    /// No secret, or none that is known.
    pub(crate) secret: Counter,
    /// From elsewhere, while there is no secret.
    pub(crate) elsewhere: Counter,
}

/// Requests of the rows of one metric name.
#[derive(Debug)]
pub(crate) struct OfRoute {
    name: &'static str,
    requests: Family<Labels<2>, Counter>,
    /// Those that have been counted once: looking one up by its labels costs as much as parsing a request.
    counters: [OnceLock<Counter>; STATUSES.len() + 1],
    seconds: Histogram,
}

/// The catalog that is served, as the metrics show it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) revision: &'a str,
    pub(crate) products: usize,
    /// Products that differ from the base.
    pub(crate) changed: usize,
    /// The time at which it came into force, since 1970.
    pub(crate) since: Duration,
}

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Labels<2>, Counter>,
    routes: Mutex<BTreeMap<&'static str, Arc<OfRoute>>>,
    pub(crate) in_flight: Gauge,
    pub(crate) connections: Connections,
    pub(crate) own_connections: Connections,
    pub(crate) connections_limit: Gauge,
    pub(crate) feed_refused: FeedRefused,
    webhooks_refused: Family<Labels<1>, Counter>,
    payments_astray: Family<Labels<1>, Counter>,
    selling: Gauges,
    reloads: Family<Labels<1>, Counter>,
    products: Gauge,
    changed: Gauge,
    in_force_since: Gauge<f64, AtomicU64>,
    revision: Family<[(&'static str, String); 1], Gauge<i64, AtomicI64>>,
    shown: Mutex<String>,
}

impl OfRoute {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Counts a response.
    pub(crate) fn answered(&self, status: u16, elapsed: Duration) {
        let (place, label) = status_label(status);
        self.seconds.observe(elapsed.as_secs_f64());
        if let Some(counter) = self.counters.get(place) {
            let labels = [("route", self.name), ("status", label)];
            counter.get_or_init(|| self.requests.get_or_create(&labels).clone()).inc();
        }
    }
}

impl Connections {
    fn new(port: &'static str, accepted: &Family<Labels<1>, Counter>, refused: &Family<Labels<2>, Counter>) -> Self {
        let of = |reason| refused.get_or_create(&[("port", port), ("reason", reason)]).clone();
        Connections {
            open: Gauge::default(),
            accepted: accepted.get_or_create(&[("port", port)]).clone(),
            of_an_address: of("address"),
            failed: of("system"),
        }
    }
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let mut registry = Registry::with_prefix("origin");
        let requests = Family::default();
        registry.register("requests", "Requests that were answered", requests.clone());
        let (in_flight, products, changed) = (Gauge::default(), Gauge::default(), Gauge::default());
        let (accepted, refused) = (Family::default(), Family::default());
        registry.register("connections_accepted", "Connections that were accepted", accepted.clone());
        registry.register("connections_refused", "Connections that were refused, and why", refused.clone());
        let [connections, own_connections] = ["api", "metrics"].map(|port| Connections::new(port, &accepted, &refused));
        let connections_limit = Gauge::default();
        registry.register("connections_limit", "Connections that there may be at once", connections_limit.clone());
        registry.register("requests_in_flight", "Requests that are being answered", in_flight.clone());
        registry.register("connections", "Open connections", connections.open.clone());
        registry.register("catalog_products", "Products in the catalog", products.clone());
        registry.register("catalog_changed_products", "Products that differ from the base", changed.clone());
        let in_force_since = Gauge::<f64, AtomicU64>::default();
        registry.register(
            "catalog_in_force_since_seconds",
            "When the catalog came into force, in seconds since 1970",
            in_force_since.clone(),
        );
        let refused: Family<Labels<1>, Counter> = Family::default();
        registry.register("feed_refused", "Questions to the feed that were refused, and why", refused.clone());
        let of = |reason| refused.get_or_create(&[("reason", reason)]).clone();
        let feed_refused = FeedRefused { secret: of("secret"), elsewhere: of("elsewhere") };
        let webhooks_refused = Family::default();
        registry.register("webhooks_refused", "Webhooks that were refused, and why", webhooks_refused.clone());
        for reason in WEBHOOK_REASONS {
            drop(webhooks_refused.get_or_create(&[("reason", reason)]));
        }
        let payments_astray = Family::default();
        registry.register("payments_astray", "Payments that no order has, and why", payments_astray.clone());
        for reason in ASTRAY_REASONS {
            drop(payments_astray.get_or_create(&[("reason", reason)]));
        }
        let selling = Gauges::default();
        selling.register(&mut registry);
        let revision = Family::default();
        registry.register("catalog_revision", "1 for the revision that is served", revision.clone());
        let reloads = Family::default();
        registry.register("catalog_reloads", "Catalog files that were read, or took long to be", reloads.clone());
        // A count that appears with its first event has not grown, so an alarm would miss that one.
        for outcome in ["loaded", "refused", "slow"] {
            drop(reloads.get_or_create(&[("outcome", outcome)]));
        }
        Metrics {
            registry: Mutex::new(registry),
            requests,
            routes: Mutex::default(),
            in_flight,
            connections,
            own_connections,
            connections_limit,
            feed_refused,
            webhooks_refused,
            payments_astray,
            selling,
            reloads,
            products,
            changed,
            in_force_since,
            revision,
            shown: Mutex::default(),
        }
    }

    /// The requests of a metric name, which several routes may share.
    pub(crate) fn route(&self, name: &'static str) -> Arc<OfRoute> {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let seconds = Histogram::new(BUCKETS);
            let labels = [("route".into(), name.into())];
            let mut registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
            registry.sub_registry_with_labels(labels.into_iter()).register(
                "request_duration_seconds",
                "From the head of a request to the head of its answer",
                seconds.clone(),
            );
            Arc::new(OfRoute { name, requests: self.requests.clone(), counters: Default::default(), seconds })
        };
        Arc::clone(routes.entry(name).or_insert_with(new))
    }

    /// A catalog is served from now on.
    pub(crate) fn loaded(&self, shown: Shown<'_>) {
        self.reloads.get_or_create(&[("outcome", "loaded")]).inc();
        self.show(shown);
    }

    /// A webhook was refused.
    pub(crate) fn webhook_refused(&self, reason: &'static str) {
        self.webhooks_refused.get_or_create(&[("reason", reason)]).inc();
    }

    /// The webhooks so far that were refused, and the payments that no order has.
    pub(crate) fn webhooks(&self) -> (u64, u64) {
        let refused = WEBHOOK_REASONS.map(|reason| self.webhooks_refused.get_or_create(&[("reason", reason)]).get());
        let astray = ASTRAY_REASONS.map(|reason| self.payments_astray.get_or_create(&[("reason", reason)]).get());
        (refused.into_iter().sum(), astray.into_iter().sum())
    }

    /// Shows how far selling is behind.
    pub(crate) fn show_backlog(&self, behind: Behind) {
        self.selling.show(behind);
    }

    /// Money has come that no order has: of a payment that the database lacks, or of a second session.
    pub(crate) fn payment_astray(&self, reason: &'static str) {
        self.payments_astray.get_or_create(&[("reason", reason)]).inc();
    }

    /// A catalog file was refused.
    pub(crate) fn refused(&self) {
        self.reloads.get_or_create(&[("outcome", "refused")]).inc();
    }

    /// A catalog file takes long to read.
    pub(crate) fn slow(&self) {
        self.reloads.get_or_create(&[("outcome", "slow")]).inc();
    }

    /// Describes the catalog that is served.
    pub(crate) fn show(&self, catalog: Shown<'_>) {
        let gauge = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        self.products.set(gauge(catalog.products));
        self.changed.set(gauge(catalog.changed));
        self.in_force_since.set(catalog.since.as_secs_f64());
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown != catalog.revision {
            self.revision.remove(&[("revision", std::mem::replace(&mut shown, catalog.revision.to_owned()))]);
        }
        self.revision.get_or_create(&[("revision", catalog.revision.to_owned())]).set(1);
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into memory cannot fail.
        let _ = encode(&mut text, &self.registry.lock().unwrap_or_else(PoisonError::into_inner));
        text
    }
}

/// The label of a status, and its place among the labels.
fn status_label(status: u16) -> (usize, &'static str) {
    let known = STATUSES.iter().enumerate().find(|(_, (number, _))| *number == status);
    known.map_or((STATUSES.len(), "other"), |(place, (_, label))| (place, *label))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Metrics;

    #[test]
    fn requests_are_counted_by_route_and_status() {
        let metrics = Metrics::new();
        let api = metrics.route("api");
        api.answered(200, Duration::from_micros(20));
        metrics.route("api").answered(200, Duration::from_secs(3));
        metrics.route("feed").answered(418, Duration::from_millis(100));
        let text = metrics.text();
        for line in [
            r#"origin_requests_total{route="api",status="200"} 2"#,
            r#"origin_requests_total{route="feed",status="other"} 1"#,
            r#"origin_request_duration_seconds_bucket{route="api",le="0.000025"} 1"#,
            r#"origin_request_duration_seconds_count{route="api"} 2"#,
            "origin_connections 0",
        ] {
            assert!(text.contains(line), "`{line}` is not in:\n{text}");
        }
        assert_eq!(text.matches("request_duration_seconds_count{route=\"api\"}").count(), 1, "{text}");
    }
}
