//! Every request but a warm GET: those that have to wait for a release, a file or content, and those that depend on fields which
//! `warm.rs` does not get. Everything here ends in a response; a failure is logged with its cause and answered without it.

use std::borrow::Cow;
use std::rc::Rc;

use shop::files::{FileFetch, Place};
use shop::forward::Next;
use shop::handlers::files::unfetched;
use shop::remotes::resolved::Preparation;
use shop::response::Response;
use shop::routes::{self, Limit, Matched};
use shop::{Incoming, Plan, errors};
use wasm_bindgen::JsValue;
use web::foreign::line;
use web::{AddressError, Fields, Method};
use worker::{Context, Env, Headers, Request};

use crate::host::failure::failed;
use crate::host::reads;
use crate::host::respond::respond;
use crate::objects::{forward, stored};
use crate::observe::Trace;
use crate::platform::body::{BodyError, drain_content, take_content};
use crate::platform::deadline::within;
use crate::platform::runtime::{self, Buffer, content, draw};
use crate::state::State;

/// Longest path that is logged, in characters.
const PATH_LIMIT: usize = 200;

/// How long the origin has for all questions of one request, in milliseconds: a shopper reads within 3 s that no orders are taken.
const FORWARD_LIMIT: f64 = 2_500.0;

/// A request in the making of its response.
pub(crate) struct Exchange {
    pub(crate) state: Rc<State>,
    pub(crate) request: Request,
    pub(crate) env: Env,
    pub(crate) context: Rc<Context>,
    pub(crate) url: String,
    /// The trace id in the request's log line, where one is written.
    pub(crate) trace: Option<String>,
}

/// The header fields of a request, looked up one by one. Borrowed: a clone of `Headers` copies all of them in the runtime.
struct Given<'a>(&'a Headers);

impl Fields for Given<'_> {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.0.get(name).ok().flatten().map(Cow::Owned)
    }
}

impl Exchange {
    /// The response; `None` when everything is read that the warm path needs for it, unless that has been asked in vain.
    pub(crate) async fn answer(&self, is_last: bool) -> Option<JsValue> {
        let shop = &self.state.shop;
        if shop.source.is_some() && shop.catalogs.begin(runtime::now()) {
            reads::follow_catalog(self);
        }
        let preparation = self
            .read(|matched, incoming| matched.map_or(Preparation::Ready, |matched| shop.prepare(&matched, incoming)));
        match preparation {
            Preparation::Ready => {}
            Preparation::Behind(releases) => reads::behind(self, releases),
            Preparation::First(wants) => reads::first(self, wants).await,
        }
        let is_warm = self.read(|matched, incoming| matched.is_ok_and(|matched| shop.is_plain(&matched, incoming)));
        let response = if is_warm && !is_last { None } else { Some(self.carry_out().await) };
        reads::flush_tally(&self.state, &self.context);
        response
    }

    /// The path, which decides the form of the response to a failure.
    pub(crate) fn path(&self) -> &str {
        routes::split_url(&self.url).0
    }

    /// The trace that this request belongs to.
    pub(crate) fn trace(&self) -> Option<Trace> {
        let field = || self.request.headers().get("traceparent").ok().flatten();
        self.trace.as_deref().and_then(Trace::new).or_else(|| Trace::of(field()))
    }

    fn read<T>(&self, act: impl FnOnce(Result<Matched<'_>, AddressError>, &Incoming<'_>) -> T) -> T {
        let (path, query) = routes::split_url(&self.url);
        let given = Given(self.request.headers());
        let request = web::Request::new(Method::parse(&runtime::method(&self.request)), path, query).with(&given);
        act(routes::route(path, query), &Incoming::new(request, &runtime::now, &draw))
    }

    async fn carry_out(&self) -> JsValue {
        let shop = &self.state.shop;
        if self.read(|matched, incoming| matched.is_ok_and(|matched| shop.is_guess(&matched, incoming)))
            && !self.is_allowed(Limit::CodeAttempts).await
        {
            return self.send(&errors::too_many(shop, &routes::find(self.path())), None);
        }
        let plan = self.read(|matched, incoming| match matched {
            Err(error) => Plan::Now(shop.refuse(error, incoming)),
            Ok(matched) => match shop.plan(&matched, incoming) {
                Plan::Page(planned) => {
                    let cookies = planned.resolved.cookies.clone();
                    let response = shop.render(&planned, incoming.now()).with_cookies(cookies);
                    Plan::Now(response.answering(incoming.request()))
                }
                plan => plan,
            },
        });
        match plan {
            Plan::Now(response) => self.send(&response, None),
            Plan::File(file) => self.file(file).await,
            Plan::Report => self.send(&self.report().await, None),
            Plan::Content => self.send(&self.receive().await, None),
            Plan::Forward(ask) => self.send(&self.converse(Next::Ask(ask)).await, None),
            // Rendered above.
            Plan::Page(_) => self.send(&errors::server_error(shop, self.path()), None),
        }
    }

    fn send(&self, response: &Response, body: Option<&Buffer>) -> JsValue {
        let sent = respond(&self.state.shop.policies, response, body);
        sent.unwrap_or_else(|error| failed(error, self.path()))
    }

    /// Fetches a file and sends it, or a part of it.
    async fn file(&self, wanted: FileFetch) -> JsValue {
        let whole = match &wanted.place {
            Place::Assets(asset) => reads::fetch_asset(asset, wanted.size, &self.env).await,
            Place::Store(stored) => stored::fetch(&self.state, stored, wanted.size, &self.context).await,
        };
        match whole.and_then(|bytes| reads::cut(bytes, wanted.part)) {
            Ok(body) => self.send(&wanted.response, Some(&body)),
            Err(cause) => {
                // That a version is gone is no failure.
                if !cause.is_absence() {
                    let named = line(self.path(), PATH_LIMIT);
                    runtime::log_error(&format!("error: cannot serve `{named}`\n  Caused by: {cause}"));
                }
                let field = || self.request.headers().get("authorization").ok().flatten();
                let has_words = self.state.shop.grants_words(field);
                self.send(&unfetched(&cause, &wanted.place, has_words), None)
            }
        }
    }

    /// Reads the content and has the shop answer it.
    async fn receive(&self) -> Response {
        let matched = routes::find(self.path());
        if let Some(limit) = matched.route.limit
            && !self.is_allowed(limit).await
        {
            return errors::too_many(&self.state.shop, &matched);
        }
        match self.content(&matched).await {
            Ok(content) => {
                let next = self.read(|matched, incoming| match matched {
                    Ok(matched) => self.state.shop.receive(&matched, incoming, &content),
                    Err(error) => Next::Now(self.state.shop.refuse(error, incoming)),
                });
                self.converse(next).await
            }
            Err(refusal) => refusal,
        }
    }

    /// Asks the origin until there is a response. All questions of a request share one time, so that a shopper never waits longer.
    async fn converse(&self, mut next: Next) -> Response {
        let shop = &self.state.shop;
        let began = runtime::now();
        loop {
            let ask = match next {
                Next::Now(response) => return response,
                Next::Ask(ask) => *ask,
            };
            let left = FORWARD_LIMIT - (runtime::now() - began);
            let heard = match &shop.source {
                Some(source) if left > 0.0 => forward::ask(&self.state, source, self.trace(), &ask, left).await,
                _ => None,
            };
            next = self.read(|_, incoming| shop.hear(incoming, ask, heard));
        }
    }

    async fn is_allowed(&self, limit: Limit) -> bool {
        let address = self.request.headers().get("cf-connecting-ip").ok().flatten().unwrap_or_default();
        self.state.limits.allow(limit, &self.env, &address).await
    }

    /// Reads, judges and logs a failure report.
    async fn report(&self) -> Response {
        let matched = routes::find(self.path());
        match self.content(&matched).await {
            Ok(content) => reads::report(self, &content).await,
            Err(refusal) => refusal,
        }
    }

    /// The content of the request, within the limits of its route.
    async fn content(&self, matched: &Matched<'_>) -> Result<Vec<u8>, Response> {
        let Some(rule) = matched.route.content else { return Ok(Vec::new()) };
        let Some(stream) = content(&self.request) else { return Ok(Vec::new()) };
        // A length that is declared was compared with the limit, and the runtime holds the sender to it.
        let is_declared = matches!(self.request.headers().get("content-length"), Ok(Some(_)));
        let read = async {
            if is_declared {
                return take_content(&self.request, rule.limit).await;
            }
            drain_content(&stream, rule.limit).await.and_then(|drained| drained.whole(rule.limit))
        };
        match within(f64::from(rule.time), read).await {
            Err(_) => Err(errors::too_slow(matched)),
            Ok(Err(BodyError::TooLong(_))) => Err(errors::too_large(matched)),
            Ok(Err(BodyError::Broken(_))) => Err(errors::unreadable(matched)),
            Ok(Ok(content)) => Ok(content.to_vec()),
        }
    }
}
