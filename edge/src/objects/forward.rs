//! Asks the origin of record about a checkout or an order, or hands a webhook on to it, for a request that waits for it. Bounded in time and
//! bytes; no redirect is followed, nothing is cached, and nothing of a question or an answer is logged but its kind of failure.

use shop::catalog::Source;
use shop::catalog::trouble::Trouble;
use shop::forward::{Ask, Heard, Hook};
use shop::handlers::hook::SIGNATURE;
use shop::reports::event::event_line;
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;
use worker::{AbortController, CacheMode, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use crate::observe::{self, Trace};
use crate::platform::body::drain;
use crate::platform::deadline::within;
use crate::platform::runtime::{self, Buffer, reason};
use crate::state::State;

/// Most bytes of an answer. A view of fifty lines with the longest texts has about 60 KB.
const ANSWER_LIMIT: u64 = 512 * 1024;

/// The answer to a question, if all of it comes in so many milliseconds. A failure is logged by its code alone.
pub(crate) async fn ask(
    state: &State,
    source: &Source,
    trace: Option<Trace>,
    question: &Ask,
    milliseconds: f64,
) -> Option<Heard> {
    let mut fields: Vec<(&str, &str)> = question.key.iter().map(|(name, key)| (*name, key.reveal())).collect();
    let mut body = None;
    if !question.body.is_empty() {
        fields.push(("content-type", "application/json"));
        body = Some(JsValue::from_str(&question.body));
    }
    let request = request(source, trace, (question.method, &question.path), &fields, body);
    send(state, ("checkout", "checkout-trouble"), request, milliseconds).await
}

/// The answer to a webhook, likewise.
pub(crate) async fn hand_on(
    state: &State,
    source: &Source,
    trace: Option<Trace>,
    event: &Hook,
    milliseconds: f64,
) -> Option<Heard> {
    let given = [(SIGNATURE, &event.signature), ("content-type", &event.content_type)];
    let fields: Vec<(&str, &str)> =
        given.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect();
    let body = Buffer::from(event.body.as_slice()).into();
    let request = request(source, trace, ("POST", &event.path), &fields, Some(body));
    send(state, ("hook", "hook-trouble"), request, milliseconds).await
}

/// Sends a request under the name of its measure, and logs a failure under the name of its event.
async fn send(
    state: &State,
    (subject, event): (&'static str, &'static str),
    request: Result<Request, worker::Error>,
    milliseconds: f64,
) -> Option<Heard> {
    let abort = AbortController::default();
    let signal = abort.signal();
    let asked = async {
        let failed = |error| Trouble::unreachable(&reason(error));
        let request = request.map_err(failed)?;
        let measured = state.metrics.ask(subject);
        let answer = Fetch::Request(request).send_with_signal(&signal).await.map_err(failed)?;
        let status = answer.status_code();
        measured.answered(status);
        let body = match runtime::stream(&answer) {
            Some(stream) => drain(stream, ANSWER_LIMIT).await?.whole(ANSWER_LIMIT)?.to_vec(),
            None => Vec::new(),
        };
        Ok::<Heard, Trouble>(Heard { status, body })
    };
    let outcome = match within(milliseconds.max(0.0), asked).await {
        Ok(outcome) => outcome,
        Err(late) => {
            abort.abort();
            Err(late.into())
        }
    };
    outcome.map_err(|trouble| observe::log(&event_line(event, &BTreeMap::from([("error", trouble.code())])))).ok()
}

fn request(
    source: &Source,
    trace: Option<Trace>,
    (method, path): (&str, &str),
    fields: &[(&str, &str)],
    body: Option<JsValue>,
) -> Result<Request, worker::Error> {
    let headers = Headers::new();
    if let Some(secret) = &source.secret {
        headers.set("authorization", &format!("Bearer {secret}"))?;
    }
    if let Some(traceparent) = trace.and_then(Trace::traceparent) {
        headers.set("traceparent", &traceparent)?;
    }
    for (name, value) in fields {
        headers.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_body(body);
    // A redirect would carry secret and key elsewhere.
    init.with_method(Method::from(method.to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_cache(CacheMode::NoStore);
    Request::new_with_init(&format!("{}{path}", source.url), &init)
}
