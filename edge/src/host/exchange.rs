//! Every request but a warm GET: those that have to wait for a release, a file or content, and those that depend on fields which
//! `warm.rs` does not get. Everything here ends in a response; a failure is logged with its cause and answered without it.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use shop::files::{FileFetch, Place};
use shop::forward::Next;
use shop::handlers::files::unfetched;
use shop::handlers::hook;
use shop::remotes::resolved::Preparation;
use shop::response::Response;
use shop::routes::{self, Limit, Matched};
use shop::{Attempt, Codes, Incoming, Plan, errors};
use wasm_bindgen::JsValue;
use web::foreign::line;
use web::{AddressError, Fields, Method};
use worker::{Context, Env, Headers};

use crate::host::failure::failed;
use crate::host::reads;
use crate::host::respond::respond;
use crate::limits::network;
use crate::objects::{forward, stored};
use crate::observe::Trace;
use crate::platform::body::{BodyError, drain_content, take_content};
use crate::platform::deadline::within;
use crate::platform::runtime::{self, Buffer, Received, content, draw};
use crate::state::State;

/// Longest path that is logged, in characters.
const PATH_LIMIT: usize = 200;

/// How long the origin has for all questions of one request, in milliseconds: a shopper reads within 3 s that no orders are taken.
const FORWARD_LIMIT: f64 = 2_500.0;

/// How long the origin has for a webhook, in milliseconds: it may ask the provider first, and providers wait ten seconds or more.
const HOOK_LIMIT: f64 = 9_000.0;

/// A request in the making of its response.
pub(crate) struct Exchange {
    pub(crate) state: Rc<State>,
    pub(crate) request: Received,
    pub(crate) method: Method,
    pub(crate) headers: OnceCell<Headers>,
    /// The fields that were looked up. A call into JavaScript costs more than a step of the shop's, and each step asks for some of the same.
    pub(crate) fields: RefCell<Vec<(String, Option<String>)>>,
    pub(crate) env: Env,
    pub(crate) context: Rc<Context>,
    pub(crate) url: String,
    /// The trace id in the request's log line, where one is written.
    pub(crate) trace: Option<String>,
}

/// The header fields are looked up one by one: to read all of them would copy them in the runtime.
impl Fields for Exchange {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let known = self.fields.borrow().iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let value = known.unwrap_or_else(|| {
            let headers = self.headers.get_or_init(|| runtime::fields(&self.request));
            let value = headers.get(name).ok().flatten();
            self.fields.borrow_mut().push((name.to_owned(), value.clone()));
            value
        });
        value.map(Cow::Owned)
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
        let field = || self.get("traceparent").map(Cow::into_owned);
        self.trace.as_deref().and_then(Trace::new).or_else(|| Trace::of(field()))
    }

    fn read<T>(&self, act: impl FnOnce(Result<Matched<'_>, AddressError>, &Incoming<'_>) -> T) -> T {
        self.read_with(Codes::Shown, act)
    }

    fn read_with<T>(&self, codes: Codes, act: impl FnOnce(Result<Matched<'_>, AddressError>, &Incoming<'_>) -> T) -> T {
        let (path, query) = routes::split_url(&self.url);
        let request = web::Request::new(self.method, path, query).with(self);
        act(routes::route(path, query), &Incoming::new(request, &runtime::now, &draw).with_codes(codes))
    }

    async fn carry_out(&self) -> JsValue {
        let shop = &self.state.shop;
        let codes = self.codes().await;
        let plan = self.read_with(codes, |matched, incoming| match matched {
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
            Plan::Hook => self.send(&self.hook().await, None),
            Plan::Content => self.send(&self.receive(codes).await, None),
            Plan::Forward(ask) => self.send(&self.converse(Next::Ask(ask), codes).await, None),
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
                let field = || self.get("authorization").map(Cow::into_owned);
                let has_words = self.state.shop.grants_words(field);
                self.send(&unfetched(&cause, &wanted.place, has_words), None)
            }
        }
    }

    /// Whether the response shows what came of codes: the attempts in the request are counted first.
    async fn codes(&self) -> Codes {
        let shop = &self.state.shop;
        let attempt = self.read(|matched, incoming| {
            matched
                .map_or(Attempt::Settled(Codes::Shown), |matched| shop.attempt(&matched, incoming, || self.network()))
        });
        match attempt {
            Attempt::Settled(codes) => codes,
            Attempt::Open { network, codes } => {
                let limits = &self.state.limits;
                let is_allowed = limits.allow(Limit::CodeAttempts, &self.env, &network, codes.len()).await;
                shop.settle(&network, codes, is_allowed, runtime::now())
            }
        }
    }

    /// Asks the limit of the route, reads the content and has the shop answer it.
    async fn receive(&self, codes: Codes) -> Response {
        let matched = routes::find(self.path());
        if let Some(limit) = matched.route.limit
            && !self.state.limits.allow(limit, &self.env, &self.network(), 1).await
        {
            return errors::too_many(&self.state.shop, &matched, limit);
        }
        match self.content(&matched).await {
            Ok(content) => {
                let next = self.read_with(codes, |matched, incoming| match matched {
                    Ok(matched) => self.state.shop.receive(&matched, incoming, &content),
                    Err(error) => Next::Now(self.state.shop.refuse(error, incoming)),
                });
                self.converse(next, codes).await
            }
            Err(refusal) => refusal,
        }
    }

    /// Asks the origin until there is a response. All questions of a request share one time, so that a shopper never waits longer.
    async fn converse(&self, mut next: Next, codes: Codes) -> Response {
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
            next = self.read_with(codes, |_, incoming| shop.hear(incoming, ask, heard));
        }
    }

    /// Hands a webhook on to the origin.
    async fn hook(&self) -> Response {
        let (shop, matched) = (&self.state.shop, routes::find(self.path()));
        if let Some(limit) = matched.route.limit
            && !self.state.limits.allow(limit, &self.env, &self.network(), 1).await
        {
            return errors::too_many(shop, &matched, limit);
        }
        let content = match self.content(&matched).await {
            Ok(content) => content,
            Err(refusal) => return refusal,
        };
        let field = |name: &str| self.get(name).map(Cow::into_owned);
        let event = hook::event(&matched, field(hook::SIGNATURE), field("content-type"), content);
        hook::answer(match &shop.source {
            Some(source) => forward::hand_on(&self.state, source, self.trace(), &event, HOOK_LIMIT).await,
            None => None,
        })
    }

    /// The network that this request is counted under.
    fn network(&self) -> String {
        network(&self.get("cf-connecting-ip").unwrap_or_default())
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
        let read = async {
            // A length that is declared was compared with the limit, and the runtime holds the sender to it.
            if self.get("content-length").is_some() {
                return take_content(&self.request, rule.limit).await;
            }
            let Some(stream) = content(&self.request) else { return Ok(Buffer::new_with_length(0)) };
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
