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

mod bundled;
mod feed;
mod host;
mod store;

use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::host::exchange::Exchange;
use crate::host::state;

/// Answers one request. Returns a `Response` when everything is at hand, otherwise a promise of one.
#[wasm_bindgen]
pub fn fetch(request: Request, env: JsValue, context: JsValue) -> JsValue {
    let url = request.url();
    let Some(state) = state::get(&env) else { return state::unavailable(shop::routes::split_url(&url).0) };
    Exchange { state, request, env, context, url }.start()
}
