//! The Worker: reads what it needs of a request, asks `shop` for the answer, and turns that into a response.
//! The only crate with JavaScript in it. A warm GET crosses into JavaScript and back without a promise.

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
