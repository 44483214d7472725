//! The Worker: reads what it needs of a request, asks `shop` for the answer, and turns that into a response.
//! The only crate with JavaScript in it. A warm GET crosses into JavaScript and back without a promise.

mod answer;
mod bundle;
mod bundled;
mod catalog;
mod config;
mod errors;
mod feed;
mod files;
mod host;
mod plan;
mod policy;
mod prepare;
mod remotes;
mod render;
mod reply;
mod reports;
mod request;
mod routes;
mod security_txt;
mod shop;
mod store;
#[cfg(test)]
mod testing;
mod time;
mod view;
mod visitor;

use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::host::exchange::Exchange;
use crate::host::state;

/// Answers one request. Returns a `Response` when everything is at hand, otherwise a promise of one.
#[wasm_bindgen]
pub fn fetch(request: Request, env: JsValue, context: JsValue) -> JsValue {
    let url = request.url();
    let Some(state) = state::get(&env) else { return state::unavailable(routes::split_url(&url).0) };
    Exchange { state, request, env, context, url }.start()
}
