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
use crate::host::state;
use crate::observe::Trace;

/// Answers one request. Returns a `Response` when everything is at hand, otherwise a promise of one. `trace` is the id that the
/// request's log line carries, where one is written: the result of [`trace_of`].
#[wasm_bindgen]
pub fn fetch(request: Request, env: Env, context: worker_sys::Context, trace: Option<String>) -> JsValue {
    let url = request.url();
    let Some(state) = state::get(&env) else { return state::unavailable(shop::routes::split_url(&url).0) };
    let context = Rc::new(Context::new(context));
    Exchange { state, request, env, context, url, trace }.start()
}

/// The id of the trace that a request belongs to, by its `traceparent` header; a new one if that is absent or invalid.
#[wasm_bindgen(js_name = traceOf)]
pub fn trace_of(traceparent: Option<String>) -> Option<String> {
    Trace::of(traceparent).map(|trace| trace.to_string())
}
