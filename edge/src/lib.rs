//! The Worker: the parts of a request go to the crate `shop`, and its response to the runtime. The only crate that touches JavaScript.
//!
//! | to change … | look in |
//! | --- | --- |
//! | the way of a warm GET, in one call with numbers alone | `host/warm.rs`, `host/descriptor.rs`, and `edge/entry.js` on the other side |
//! | the page cache | `host/page_cache.rs` |
//! | the way of every other request; reads that come first | `host/exchange.rs`; `host/reads.rs` |
//! | a response off the warm path, a failure of the host | `host/respond.rs`, `host/failure.rs` |
//! | the state of an isolate | `state.rs` |
//! | rate limits of changes | `limits.rs` |
//! | releases and manifests, files of published versions, the feed of the origin | `objects/` |
//! | questions to the origin about a checkout | `host/exchange.rs`, `objects/forward.rs` |
//! | objects of R2 or S3 | `store/` |
//! | traces, counted events | `observe.rs`; the record of a request: `edge/observe.js` |
//! | the catalog, the shell and the remotes that are compiled in; the seed of entity tags | `edge/build.rs`, `bundled.rs` |
//! | a call into the runtime; limits in time, bodies, the cache of a location | `platform/` |
//!
//! Imports point from the top of this list to its end. `platform/runtime.rs` alone names `js-sys` and `web-sys` (decision 050).

pub mod bundled;
mod host;
mod limits;
mod objects;
mod observe;
mod platform;
mod state;
mod store;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web::Method;
use worker::{Context, Env, web_sys, worker_sys};

use crate::host::exchange::Exchange;
use crate::host::{failure, warm};
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
/// read for which the warm path has to be asked again; with `is_last` the response, whichever it is. `trace` is the id that the request's log line carries, where one is written:
/// the result of [`trace_of`].
#[wasm_bindgen]
pub async fn fetch(
    request: web_sys::Request,
    env: Env,
    context: worker_sys::Context,
    trace: Option<String>,
    is_last: bool,
) -> JsValue {
    let url = request.url();
    let Some(state) = state::get(&env) else { return failure::unavailable(shop::routes::split_url(&url).0) };
    let (method, context) = (Method::parse(&request.method()), Rc::new(Context::new(context)));
    let (headers, fields) = (OnceCell::new(), RefCell::default());
    Exchange { state, request, method, headers, fields, env, context, url, trace }
        .answer(is_last)
        .await
        .unwrap_or(JsValue::UNDEFINED)
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
