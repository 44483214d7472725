//! One request with its environment and context: reads its parts on demand, and turns the shop's answer into a
//! response. Where a read has to come first, `wait` makes it and asks for the answer again.

use std::rc::Rc;

use catalog::api::Method;
use js_sys::Uint8Array;
use rollout::Visitor;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Request, Response, WorkerGlobalScope};
use worker::{Context, Env};

use crate::host::page_cache::{Kept, KeptPages};
use crate::host::state::{self, State};
use crate::host::wait;
use crate::observe::Trace;
use shop::Incoming;
use shop::remotes::resolved::Preparation;
use shop::reply::Reply;
use shop::routes::{self, Route};
use shop::{Answer, Plan, Planned};

/// The size of a page without its body in the page cache, in bytes: its headers, about.
const TAG_SIZE: usize = 1024;

/// A request in the making of its answer.
pub(crate) struct Exchange {
    pub(crate) state: Rc<State>,
    pub(crate) request: Request,
    pub(crate) env: Env,
    pub(crate) context: Rc<Context>,
    pub(crate) url: String,
    /// The trace id in the request's log line, where one is written.
    pub(crate) trace: Option<String>,
}

impl Exchange {
    /// The response, or a promise of one when something has to be read first.
    pub(crate) fn start(self) -> JsValue {
        if self.state.shop.source.is_some() && self.state.shop.catalogs.is_due(js_sys::Date::now()) {
            wait::follow_catalog(&self);
        }
        let answered = self.read(|route, incoming| {
            match self.state.shop.prepare(&route, incoming) {
                Preparation::Ready => {}
                Preparation::Behind(releases) => wait::behind(&self, releases),
                Preparation::First(wants) => return Err(wants),
            }
            Ok(self.carry_out(route, incoming))
        });
        wait::flush_tally(&self.state, &self.context);
        answered.unwrap_or_else(|wants| wait::first(self, wants))
    }

    /// The response, from what is at hand now.
    pub(crate) fn answer(&self) -> JsValue {
        self.read(|route, incoming| self.carry_out(route, incoming))
    }

    /// The path, which decides the form of an answer to a failure.
    pub(crate) fn path(&self) -> &str {
        routes::split_url(&self.url).0
    }

    /// The trace that this request belongs to.
    pub(crate) fn trace(&self) -> Option<Trace> {
        let header = || self.request.headers().get("traceparent").ok().flatten();
        self.trace.as_deref().and_then(Trace::new).or_else(|| Trace::of(header()))
    }

    fn read<T>(&self, act: impl FnOnce(Route<'_>, &Incoming<'_>) -> T) -> T {
        let (path, query) = routes::split_url(&self.url);
        let headers = self.request.headers();
        let method = self.request.method();
        let header = |name: &str| headers.get(name).ok().flatten();
        let mut incoming = Incoming::new(Method::parse(&method), path, query, &header);
        incoming.is_post = method == "POST";
        incoming.clock = &js_sys::Date::now;
        incoming.draw = &draw;
        act(routes::route(path, query), &incoming)
    }

    fn carry_out(&self, route: Route<'_>, incoming: &Incoming<'_>) -> JsValue {
        let reply = match self.state.shop.plan(route, incoming) {
            Plan::Page(planned) => {
                return self
                    .answer_page(incoming, planned)
                    .map_or_else(|error| state::failed(&error, incoming.path), JsValue::from);
            }
            Plan::Now(Answer::Reply(reply)) => reply,
            Plan::Now(Answer::File(file)) => return wait::file(self, file),
            Plan::Now(Answer::Beacon) => return wait::beacon(self),
        };
        self.state.respond(&reply, incoming.path)
    }

    /// A page from the kept ones, or rendered and kept. A new visitor's cookie is no part of what is kept.
    fn answer_page(&self, incoming: &Incoming<'_>, planned: Planned) -> Result<Response, JsValue> {
        let state = &self.state;
        // A shared cache may put the headers of a 304 to the page it kept: what brings a cookie is sent whole.
        let if_none_match = incoming.header("if-none-match").filter(|_| planned.resolved.set_cookie.is_none());
        let Planned { page, key, resolved } = planned;
        let mut pages = state.pages.borrow_mut();
        let kept = pages.get(&key);
        let kept = kept.filter(|kept| kept.body.is_some() || kept.is_known(if_none_match.as_deref()));
        let response = if let Some(kept) = kept {
            self.respond_kept(incoming, kept, if_none_match.as_deref())?
        } else {
            let reply = state.shop.render(&page, &resolved, incoming.now());
            let mut kept = Kept {
                body: Some(Uint8Array::from(reply.body.as_ref())),
                init: state.responder.init(&state.shop.policies, &reply.head)?,
                size: reply.body.len(),
                head: reply.head,
            };
            let response = self.respond_kept(incoming, &kept, if_none_match.as_deref())?;
            if KeptPages::fits(&key, kept.size) {
                let size = kept.size;
                pages.keep(key, kept, size);
            } else {
                kept.body = None;
                pages.keep(key, kept, TAG_SIZE);
            }
            response
        };
        if let Some(cookie) = &resolved.set_cookie {
            response.headers().append("set-cookie", cookie)?;
        }
        Ok(response)
    }

    fn respond_kept(
        &self,
        incoming: &Incoming<'_>,
        kept: &Kept,
        if_none_match: Option<&str>,
    ) -> Result<Response, JsValue> {
        let respond = |reply: &Reply| self.state.responder.respond(&self.state.shop.policies, reply);
        if kept.is_known(if_none_match) {
            return respond(&Reply::empty(kept.head.clone().not_modified()));
        }
        if incoming.is_head() {
            let head = kept.head.clone().with("content-length", kept.size.to_string());
            return respond(&Reply::empty(head).without_body(true));
        }
        Response::new_with_opt_js_u8_array_and_init(kept.body.as_ref(), &kept.init)
    }
}

/// A mark for a new visitor: 122 random bits, as 32 hexadecimal digits.
fn draw() -> Option<Visitor> {
    let crypto = js_sys::global().unchecked_into::<WorkerGlobalScope>().crypto().ok()?;
    Visitor::new(&crypto.random_uuid().replace('-', "")).ok()
}
