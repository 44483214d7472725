//! The Worker: reads what it needs of a request, asks `shop` for the answer, and turns that into a response.
//! The only crate with JavaScript in it. A warm GET crosses into JavaScript and back without a promise.

mod beacon;
mod bundled;
mod config;
mod files;
mod kept;
mod policy;
mod problem;
mod range;
mod refusal;
mod reply;
mod respond;
mod route;
mod shop;
mod view;
mod wait;
mod worker_state;

use catalog::api::Method;
use wasm_bindgen::prelude::*;
use web_sys::{Request, Response};

use crate::kept::Kept;
use crate::reply::Reply;
use crate::shop::{Answer, Incoming, Page, Plan};
use crate::worker_state::State;

/// Answers one request. Returns a `Response` when everything is at hand, otherwise a promise of one.
#[wasm_bindgen]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the runtime hands its values over; wasm-bindgen exports them by value"
)]
pub fn fetch(request: Request, env: JsValue, _context: JsValue) -> JsValue {
    let url = request.url();
    let (path, query) = route::split_url(&url);
    worker_state::with(&env, path, |state| {
        let headers = request.headers();
        let method = request.method();
        let incoming = Incoming {
            method: Method::parse(&method),
            is_post: method == "POST",
            path,
            query,
            header: &|name| headers.get(name).ok().flatten(),
        };
        let response = match state.shop.plan(&incoming) {
            Plan::Page(page, key) => answer_page(state, &incoming, &page, key),
            Plan::Now(Answer::Reply(reply)) => state.respond(&reply),
            Plan::Now(Answer::File(file)) => return wait::file(file, env.clone()),
            Plan::Now(Answer::Beacon) => return wait::beacon(request),
        };
        response.map_or_else(|error| worker_state::failed(&error, path), JsValue::from)
    })
}

/// A page from the kept ones, or rendered and kept.
fn answer_page(state: &State, request: &Incoming<'_>, page: &Page, key: String) -> Result<Response, JsValue> {
    let if_none_match = request.header("if-none-match");
    let mut pages = state.pages.borrow_mut();
    if let Some(kept) = pages.get(&key) {
        return respond_kept(state, request, kept, if_none_match.as_deref());
    }
    let reply = state.shop.render(page);
    let kept = Kept {
        body: js_sys::Uint8Array::from(reply.body.as_ref()),
        init: state.responder.init(&state.shop.policies, &reply.head)?,
        size: reply.body.len(),
        head: reply.head,
    };
    let response = respond_kept(state, request, &kept, if_none_match.as_deref());
    pages.keep(key, kept);
    response
}

fn respond_kept(
    state: &State,
    request: &Incoming<'_>,
    kept: &Kept,
    if_none_match: Option<&str>,
) -> Result<Response, JsValue> {
    if kept.is_known(if_none_match) {
        return state.respond(&Reply::empty(kept.head.clone().not_modified()));
    }
    if request.is_head() {
        let head = kept.head.clone().with("content-length", kept.size.to_string());
        return state.respond(&Reply::empty(head).without_body(true));
    }
    Response::new_with_opt_js_u8_array_and_init(Some(&kept.body), &kept.init)
}
