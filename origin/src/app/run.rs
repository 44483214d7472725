//! From the configuration to a running server, and to its end. Each core serves by a thread with a runtime of its own: a runtime that
//! spans them spends as much on waking threads as an answer costs.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::routing::get;
use catalog::api::Settings;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::Refused;
use crate::app::configuration::Configuration;
use crate::app::descriptors;
use crate::catalog::held::{Held, Holder};
use crate::catalog::reload::{self, Reload};
use crate::catalog::source::file::{Fingerprint, Source};
use crate::catalog::trouble::Trouble;
use crate::http::admission::Admission;
use crate::http::allowance::Allowance;
use crate::http::answer::{self, App, HEAD_LIMIT};
use crate::http::compression::Packed;
use crate::http::server::{self, Limits};
use crate::observe::log::{Event, Log};
use crate::observe::metrics::Metrics;

/// For how many seconds a browser may use an answer: as long as the edge says.
const MAX_AGE: u32 = 5;

/// How long a head may take at the metrics' port, and an idle connection stay open: a scraper is near, and its requests are short.
const METRICS_HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest head there.
const METRICS_HEAD_LIMIT: usize = 8 * 1024;

/// Serves until it is told to end.
pub(crate) fn run(configuration: &Configuration) -> anyhow::Result<ExitCode> {
    let source = configuration.catalog.as_deref().map(Source::new);
    let (held, fingerprint) = reload::first(source.as_ref(), configuration.catalog_rules).map_err(|error| {
        let hint = "`storefront catalog check FILE` lists all that is wrong with a catalog; CATALOG names the file";
        error.context(Refused::new("the server cannot start without its catalog", hint))
    })?;
    let log = Log::start(configuration.logs_requests).context("cannot start the log")?;
    let runtime = single("the runtime")?;
    let outcome = runtime.block_on(serve(configuration, source, held, fingerprint, &log));
    log.flush();
    // What blocks a thread now, such as a file that is being read, is not waited for.
    runtime.shutdown_background();
    outcome
}

/// A runtime of one thread.
fn single(what: &'static str) -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().with_context(|| format!("cannot start {what}"))
}

async fn serve(
    configuration: &Configuration,
    source: Option<Source>,
    held: Held,
    fingerprint: Option<Fingerprint>,
    log: &Log,
) -> anyhow::Result<ExitCode> {
    let metrics = Arc::new(Metrics::new());
    metrics.show(&held);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let most = descriptors::connections(configuration.max_connections, descriptors::raise()?, cores)?;
    metrics.connections_limit.set(i64::try_from(most).unwrap_or(i64::MAX));
    let holder = Arc::new(Holder::new(held));
    let trouble = Arc::new(Trouble::default());
    let app = Arc::new(App {
        settings: Settings {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cors_origins: configuration.cors_origins.clone(),
            max_age: MAX_AGE,
        },
        secrets: configuration.secrets.clone(),
        holder: Arc::clone(&holder),
        packed: Packed::new(),
        metrics: Arc::clone(&metrics),
        log: log.clone(),
        trouble: Arc::clone(&trouble),
        searches: Allowance::new(configuration.searches_per_second),
        is_draining: AtomicBool::new(false),
    });
    let listener = listen(configuration.host, configuration.port, "PORT").await?;
    let metrics_listener = listen(configuration.metrics_host, configuration.metrics_port, "METRICS_PORT").await?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    log.event(
        Event::info("serving")
            .with("address", &address(&listener)?)
            .with("metrics", &address(&metrics_listener)?)
            .with("version", &app.settings.version)
            .with("catalog", &source.as_ref().map_or("bundled".into(), |source| source.path().to_string_lossy()))
            .with("revision", holder.get().revision())
            .with_number("products", holder.get().edition.catalog().len())
            .with_number("connections", most),
    );
    if let Some(source) = source {
        let (log, metrics) = (log.clone(), Arc::clone(&metrics));
        let reload = Reload { source, rules: configuration.catalog_rules, holder, log, metrics, trouble };
        tokio::spawn(reload.follow(fingerprint, hangup));
    } else {
        // The default of a hangup is the end, which nobody wants who asks for a reload.
        tokio::spawn(ignore(hangup));
    }
    // It ends with the program.
    tokio::spawn(serve_metrics(metrics_listener, Arc::clone(&metrics), configuration.clone()));
    let (stop, stopped) = watch::channel(false);
    let of_an_address = configuration.max_connections_per_address.unwrap_or(most.div_ceil(2));
    let limits = Limits {
        header_timeout: configuration.header_timeout,
        write_timeout: configuration.write_timeout,
        head: HEAD_LIMIT,
        admission: Arc::new(Admission::new(most, of_an_address)),
        drain: configuration.drain,
    };
    let listener = listener.into_std().context("cannot hand the listener on")?;
    let router = Router::new().fallback(answer::answer).with_state(Arc::clone(&app));
    let mut threads = Vec::new();
    for number in 0..cores {
        let listener = listener.try_clone().context("cannot hand the listener on")?;
        let (router, limits, counted, stopped) =
            (router.clone(), limits.clone(), metrics.connections.clone(), stopped.clone());
        let work = move || -> anyhow::Result<usize> {
            let runtime = single("a thread that serves")?;
            let cut_off = runtime.block_on(server::serve(listener, router, limits, counted, stopped));
            runtime.shutdown_background();
            cut_off.context("cannot serve")
        };
        let thread = std::thread::Builder::new().name(format!("serve-{number}"));
        threads.push(thread.spawn(work).context("cannot start a thread that serves")?);
    }
    drop(listener);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    app.is_draining.store(true, Ordering::Relaxed);
    log.event(Event::info("draining"));
    stop.send_replace(true);
    // Files are followed and metrics answered until the last one is done.
    let ended = tokio::task::spawn_blocking(move || {
        let ended =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread that serves broke off")));
        ended.sum::<anyhow::Result<usize>>()
    });
    let cut_off = ended.await.context("cannot wait for the end")??;
    if cut_off == 0 {
        log.event(Event::info("ended"));
        return Ok(ExitCode::SUCCESS);
    }
    log.event(Event::error("ended with connections cut off").with_number("connections", cut_off));
    Ok(ExitCode::FAILURE)
}

async fn listen(host: IpAddr, port: u16, name: &'static str) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(host, port);
    TcpListener::bind(address).await.map_err(|error| {
        let hint = "another program may listen there; HOST, PORT, METRICS_HOST and METRICS_PORT choose the address";
        anyhow::Error::from(error).context(Refused::new(format!("cannot listen on {address}, as {name} says"), hint))
    })
}

fn address(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(listener.local_addr().context("cannot tell the address")?.to_string())
}

async fn ignore(mut hangup: tokio::signal::unix::Signal) {
    while hangup.recv().await.is_some() {}
}

/// The metrics on their own port, with connections of their own, so that a flood there takes none of the API's.
async fn serve_metrics(
    listener: TcpListener,
    metrics: Arc<Metrics>,
    configuration: Configuration,
) -> anyhow::Result<usize> {
    let counted = metrics.own_connections.clone();
    let text = move || {
        let text = metrics.text();
        async move { ([("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], text) }
    };
    let router = Router::new().route("/metrics", get(text));
    let connections = descriptors::METRICS_CONNECTIONS;
    let limits = Limits {
        header_timeout: configuration.header_timeout.min(METRICS_HEADER_TIMEOUT),
        write_timeout: configuration.write_timeout.min(METRICS_HEADER_TIMEOUT),
        head: METRICS_HEAD_LIMIT,
        admission: Arc::new(Admission::new(connections, connections / 2)),
        drain: configuration.drain,
    };
    // Nobody stops it.
    let (_running, stopped) = watch::channel(false);
    server::serve(listener.into_std()?, router, limits, counted, stopped).await.context("cannot serve the metrics")
}
