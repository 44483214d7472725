//! The log: events of `tracing` as JSON lines on standard output, written by a thread of their own behind a bounded queue, so that a slow
//! reader of the output slows no request. Lines that do not fit are counted and reported.

use std::io::BufWriter;
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata};
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, Registry};

use crate::observe::line::JsonLines;

/// The target of the lines and spans of requests, of which there are as many as requests.
pub(crate) const REQUESTS: &str = "origin::request";

/// Lines that may wait for the writer.
const QUEUE: usize = 8_192;

/// The time between two looks at the count of lost lines.
const LOSS_CHECK: Duration = Duration::from_secs(1);

/// The running log. Dropping it writes the lines that wait, for a second at most.
#[derive(Debug)]
pub(crate) struct Log {
    _writer: WorkerGuard,
    lost: ErrorCounter,
}

/// Starts the log, once per process. Spans go to `traces`, if there is one.
pub(crate) fn start(logs_requests: bool, traces: Option<&SdkTracerProvider>) -> anyhow::Result<Log> {
    let builder = NonBlockingBuilder::default().buffered_lines_limit(QUEUE).lossy(true).thread_name("log");
    let (writer, guard) = builder.finish(BufWriter::new(std::io::stdout()));
    let lost = writer.error_counter();
    let lines = tracing_subscriber::fmt::layer::<Registry>()
        .event_format(JsonLines)
        .log_internal_errors(false)
        .with_writer(move || -> NonBlocking { writer.clone() })
        .with_filter(filter_fn(move |metadata| is_logged(metadata, logs_requests)));
    let spans = traces.map(|provider| {
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("origin"));
        // Lines and threads of the program cost more than the rest of a span, and do not help to run a shop.
        let layer = layer.with_location(false).with_threads(false).with_tracked_inactivity(false);
        layer.with_filter(filter_fn(|metadata| metadata.is_span() && is_own(metadata)))
    });
    let subscriber = tracing_subscriber::registry().with(lines);
    // Not as an `Option`: a layer that is absent enables every span, and each request would pay for one.
    let started = match spans {
        Some(spans) => subscriber.with(spans).try_init(),
        None => subscriber.try_init(),
    };
    started.context("the log runs already")?;
    Ok(Log { _writer: guard, lost })
}

impl Log {
    /// Reports lost lines as they occur. Never returns.
    pub(crate) async fn report_losses(lost: ErrorCounter) {
        let mut reported = 0;
        loop {
            tokio::time::sleep(LOSS_CHECK).await;
            let now = lost.dropped_lines();
            if now > reported {
                tracing::error!(count = now - reported, "log lines lost");
                reported = now;
            }
        }
    }

    /// The count of lost lines.
    pub(crate) fn losses(&self) -> ErrorCounter {
        self.lost.clone()
    }
}

/// Whether an event becomes a line: those of the origin, and warnings of libraries.
fn is_logged(metadata: &Metadata<'_>, logs_requests: bool) -> bool {
    if !metadata.is_event() {
        return false;
    }
    match metadata.target() {
        REQUESTS => logs_requests,
        _ if is_own(metadata) => *metadata.level() <= Level::INFO,
        _ => *metadata.level() <= Level::WARN,
    }
}

fn is_own(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "origin" || metadata.target().starts_with("origin::")
}
