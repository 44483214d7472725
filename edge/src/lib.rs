//! The Worker: reads the parts of a request that the answer depends on, asks the crate `shop` for it, and turns that into a response.
//! The only crate with JavaScript in it. A warm GET crosses into JavaScript and back without a promise.
//!
//! | to change … | look in |
//! | --- | --- |
//! | the way of a request through the platform | `host/exchange.rs`; with reads that come first: `host/wait.rs` |
//! | a response, its shared headers | `host/respond.rs` |
//! | the state of an isolate | `host/state.rs`; kept pages and files: `host/page_cache.rs` |
//! | a call into the runtime | `host/runtime.rs`; limits in time: `host/deadline.rs`; bodies: `host/body.rs` |
//! | the cache of a location | `host/location_cache.rs` |
//! | objects of R2 or S3 | `store/mod.rs`, `store/r2.rs`, `store/s3/` |
//! | releases and manifests, files of published versions | `store/refresh.rs`, `store/stored.rs` |
//! | the way the Worker follows the origin of record | `feed.rs` |
//! | traces, counted events | `observe.rs`; the record of a request: `edge/observe.js` |

mod bundled;
mod feed;
mod host;
mod observe;
mod store;

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::Request;
use worker::{Context, Env, worker_sys};

use crate::host::exchange::Exchange;
use crate::host::{state, warm};
use crate::observe::Trace;

/// The memory of this module, for JavaScript to read and write.
#[wasm_bindgen]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// The address of the buffer for a warm request.
#[wasm_bindgen]
pub fn input_buffer() -> usize {
    warm::input_buffer()
}

/// Answers a warm request from the first `length` bytes of the buffer; see [`warm::answer`].
#[wasm_bindgen]
pub fn answer(length: usize, is_head: bool, now: f64, is_prepared: bool) -> usize {
    warm::answer(length, is_head, now, is_prepared)
}

/// Answers one request that the warm path (`host/warm.rs`) does not. Returns a `Response`, or `undefined` when everything has been
/// read for which the warm path has to be asked again. `trace` is the id that the request's log line carries, where one is written:
/// the result of [`trace_of`].
#[wasm_bindgen]
pub async fn fetch(request: Request, env: Env, context: worker_sys::Context, trace: Option<String>) -> JsValue {
    let url = request.url();
    let Some(state) = state::get(&env) else { return state::unavailable(shop::routes::split_url(&url).0) };
    let context = Rc::new(Context::new(context));
    Exchange { state, request, env, context, url, trace }.answer().await.unwrap_or(JsValue::UNDEFINED)
}

/// The name of the route of an absolute address, for logs and metrics.
#[wasm_bindgen]
pub fn route_name(url: &str) -> String {
    shop::routes::find(shop::routes::split_url(url).0).route.name.to_owned()
}

/// The id of the trace that a request belongs to, by its `traceparent` header; a new one if that is absent or invalid.
#[wasm_bindgen(js_name = traceOf)]
pub fn trace_of(traceparent: Option<String>) -> Option<String> {
    Trace::of(traceparent).map(|trace| trace.to_string())
}
