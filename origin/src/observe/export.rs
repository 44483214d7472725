//! Export of traces to a collector (OTLP, protobuf over plain http), off unless `OTEL_EXPORTER_OTLP_ENDPOINT` names one. Spans that the
//! collector does not take in time are dropped: a trace never delays a response.

use anyhow::Context as _;
use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{Request, Response};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    OTEL_EXPORTER_OTLP_TIMEOUT_DEFAULT, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;

/// Where traces go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Collector {
    /// The base address, without a slash at its end; traces go to `/v1/traces` below it.
    pub(crate) endpoint: String,
    /// The name of this service in the traces.
    pub(crate) service: String,
}

/// Starts the export; its connections live on `runtime`. The further variables of the OpenTelemetry SDK (sampler, batches, headers) are read
/// by the SDK itself.
pub(crate) fn start(collector: &Collector, runtime: Handle) -> anyhow::Result<SdkTracerProvider> {
    let client =
        OnRuntime { client: HyperClient::with_default_connector(OTEL_EXPORTER_OTLP_TIMEOUT_DEFAULT, None), runtime };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(format!("{}/v1/traces", collector.endpoint))
        .build()
        .context("cannot start the export of traces")?;
    let resource = Resource::builder().with_service_name(collector.service.clone()).build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The client on a runtime: the SDK exports from a thread of its own, which has none.
#[derive(Debug)]
struct OnRuntime {
    client: HyperClient,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_bytes(request).await }).await?
    }
}
