//! The Worker: reads what it needs of a request, asks `shop` for the answer, and turns that into a response.
//! The only crate with JavaScript in it. A warm GET crosses into JavaScript and back without a promise.

mod beacon;
mod body;
mod bundled;
mod catalogs;
mod cause;
mod config;
mod deadline;
mod event;
mod exchange;
mod feed;
mod files;
mod follow;
mod gate;
mod kept;
mod location_cache;
mod operators;
mod policy;
mod preview_link;
mod problem;
mod range;
mod ready;
mod refresh;
mod refusal;
mod remotes;
mod reply;
mod resolution;
mod respond;
mod route;
mod runtime;
mod s3;
mod security_txt;
mod shop;
mod sigv4;
mod store;
mod stored;
mod tally;
#[cfg(test)]
mod testing;
mod trouble;
mod unread;
mod versions;
mod view;
mod visit;
mod wait;
mod worker_state;

use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::exchange::Exchange;

/// Answers one request. Returns a `Response` when everything is at hand, otherwise a promise of one.
#[wasm_bindgen]
pub fn fetch(request: Request, env: JsValue, context: JsValue) -> JsValue {
    let url = request.url();
    let Some(state) = worker_state::get(&env) else { return worker_state::unavailable(route::split_url(&url).0) };
    Exchange { state, request, env, context, url }.start()
}
