//! From the configuration to a running server, and to its end. Each core serves by a thread with a runtime of its own: one runtime over
//! all threads spends as much on waking them as a response costs.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::routing::get;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::app::configuration::Configuration;
use crate::app::descriptors;
use crate::app::selling;
use crate::app::table::{self, Shared, VERSION};
use crate::catalog::book::Book;
use crate::catalog::held::{Held, Holder};
use crate::catalog::reload::{self, Reload};
use crate::catalog::source::bundled::Bundled;
use crate::catalog::source::file::CatalogFile;
use crate::catalog::source::{Position, Source};
use crate::catalog::trouble::Trouble;
use crate::failure::Refused;
use crate::http::admission::Admission;
use crate::http::limits::HEAD_LIMIT;
use crate::http::server::{self, Limits};
use crate::observe::export;
use crate::observe::log::{self, Log};
use crate::observe::metrics::Metrics;
use crate::store::Store;
use crate::store::address::Address;

/// The longest time for a head at the metrics' port, and for an idle connection: a scraper is near, and its requests are short.
const METRICS_HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest head there.
const METRICS_HEAD_LIMIT: usize = 8 * 1024;

/// How long the end waits for the connections of the database to close.
const DATABASE_END: Duration = Duration::from_secs(2);

/// How long the end waits for a collector to take the last spans.
const EXPORT_END: Duration = Duration::from_secs(2);

/// Serves until a signal ends it.
pub(crate) fn run(configuration: &Configuration) -> anyhow::Result<ExitCode> {
    let runtime = single("the runtime")?;
    let store = open(configuration, &runtime)?;
    let book = store.clone().map(|store| Arc::new(Book::new(store)));
    let currency = configuration.currency;
    let source: Option<Arc<dyn Source>> = match (configuration.catalog.as_deref(), &book) {
        (Some(path), _) => Some(Arc::new(CatalogFile::new(path, currency))),
        // The catalog that ships never changes, but its stock does.
        (None, Some(_)) => Some(Arc::new(Bundled { currency })),
        (None, None) => None,
    };
    let (held, position) = first(configuration, &runtime, source.clone(), book.clone())?;
    let collector = configuration.collector.as_ref();
    let traces = collector.map(|collector| export::start(collector, runtime.handle().clone())).transpose()?;
    // Its end writes the lines that wait.
    let log = log::start(configuration.logs_requests, traces.as_ref())?;
    let outcome = runtime.block_on(async {
        let outcome = serve(configuration, source, store.clone().zip(book), held, position, &log).await;
        if let Some(store) = store {
            // Connections whose network swallows packets close by themselves, with the process.
            let _ = tokio::time::timeout(DATABASE_END, store.close()).await;
        }
        if let Some(traces) = traces {
            end_export(traces).await;
        }
        outcome
    });
    // Work that blocks a thread now, such as reading a file, is not awaited.
    runtime.shutdown_background();
    outcome
}

/// The database of record, brought up to date.
fn open(configuration: &Configuration, runtime: &Runtime) -> anyhow::Result<Option<Store>> {
    let Some(address) = &configuration.database else { return Ok(None) };
    let store = runtime.block_on(Store::open(address)).map_err(|error| {
        let hint =
            "DATABASE_URL names the database: `sqlite:PATH`, `postgres://…`, or `none` for a shop that sells nothing";
        anyhow::Error::from(error).context(Refused::new(format!("the server cannot open `{}`", address.shown()), hint))
    })?;
    Ok(Some(store))
}

/// The catalog as the first requests find it. Reading it blocks a thread, while the runtime's own one has to serve the connections of the
/// database.
fn first(
    configuration: &Configuration,
    runtime: &Runtime,
    source: Option<Arc<dyn Source>>,
    book: Option<Arc<Book>>,
) -> anyhow::Result<(Held, Option<Position>)> {
    let (rules, currency) = (configuration.catalog_rules, configuration.currency);
    let reading = runtime.spawn_blocking(move || reload::first(source.as_deref(), book.as_deref(), rules, currency));
    let first = runtime.block_on(reading).context("reading the catalog broke off")?;
    first.map_err(|error| {
        let hint = "`storefront catalog check FILE` lists all that is wrong with a catalog; CATALOG names the file";
        error.context(Refused::new("the server cannot start without its catalog", hint))
    })
}

/// A runtime of one thread.
fn single(what: &'static str) -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().with_context(|| format!("cannot start {what}"))
}

async fn serve(
    configuration: &Configuration,
    source: Option<Arc<dyn Source>>,
    database: Option<(Store, Arc<Book>)>,
    held: Held,
    position: Option<Position>,
    log: &Log,
) -> anyhow::Result<ExitCode> {
    let metrics = Arc::new(Metrics::new());
    metrics.show(held.shown());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let most = descriptors::connections(configuration.max_connections, descriptors::raise()?, cores)?;
    metrics.connections_limit.set(i64::try_from(most).unwrap_or(i64::MAX));
    let holder = Arc::new(Holder::new(held));
    let trouble = Arc::new(Trouble::default());
    let is_draining = Arc::new(AtomicBool::new(false));
    let (store, book) = database.unzip();
    let selling = match store.clone() {
        Some(store) => Some(selling::start(configuration, store, Arc::clone(&holder), Arc::clone(&metrics)).await?),
        None => None,
    };
    let (desk, mailbox) = selling.map_or((None, None), |selling| (Some(selling.desk), selling.mailbox));
    let shared = Shared {
        store,
        desk,
        mailbox,
        holder: Arc::clone(&holder),
        trouble: Arc::clone(&trouble),
        metrics: Arc::clone(&metrics),
        is_draining: Arc::clone(&is_draining),
    };
    let router = table::routes(configuration, &shared);
    let listener = listen(configuration.host, configuration.port, "PORT").await?;
    let metrics_listener = listen(configuration.metrics_host, configuration.metrics_port, "METRICS_PORT").await?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let hangup = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
    let path = source.as_ref().map_or("bundled".into(), |source| source.name());
    tracing::info!(
        address = address(&listener)?,
        metrics = address(&metrics_listener)?,
        version = VERSION,
        catalog = &*path,
        database = configuration.database.as_ref().map_or_else(|| "none".to_owned(), Address::shown),
        revision = holder.get().revision(),
        products = holder.get().edition.catalog().len(),
        connections = most,
        "serving"
    );
    drop(path);
    tokio::spawn(Log::report_losses(log.losses()));
    if let Some(source) = source {
        let metrics = Arc::clone(&metrics);
        let reload = Reload { source, book, rules: configuration.catalog_rules, holder, metrics, trouble };
        tokio::spawn(reload.follow(position, hangup));
    } else {
        // By default a hangup ends a process; here it requests a reload, and there is no file to reload.
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
    is_draining.store(true, Ordering::Relaxed);
    tracing::info!("draining");
    stop.send_replace(true);
    // The source is followed and metrics are served until the last thread has ended.
    let ended = tokio::task::spawn_blocking(move || {
        let ended =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread that serves broke off")));
        ended.sum::<anyhow::Result<usize>>()
    });
    let cut_off = ended.await.context("cannot wait for the end")??;
    if cut_off == 0 {
        tracing::info!("ended");
        return Ok(ExitCode::SUCCESS);
    }
    tracing::error!(connections = cut_off, "ended with connections cut off");
    Ok(ExitCode::FAILURE)
}

/// Sends the spans that wait. The export's connections need the runtime meanwhile, so another thread waits.
async fn end_export(traces: SdkTracerProvider) {
    let ended = tokio::task::spawn_blocking(move || traces.shutdown_with_timeout(EXPORT_END));
    if let Ok(Err(error)) = ended.await {
        tracing::warn!(%error, "traces lost");
    }
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
    // It runs until the process ends.
    let (_running, stopped) = watch::channel(false);
    server::serve(listener.into_std()?, router, limits, counted, stopped).await.context("cannot serve the metrics")
}
