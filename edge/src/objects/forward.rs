//! Asks the origin of record about a checkout or an order, for a request that waits for it. Bounded in time and bytes; no redirect is followed,
//! nothing is cached, and nothing of a question or an answer is logged but its kind of failure.

use shop::catalog::Source;
use shop::catalog::trouble::Trouble;
use shop::forward::{Ask, Heard};
use shop::reports::event::event_line;
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;
use worker::{AbortController, CacheMode, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use crate::observe::{self, Trace};
use crate::platform::body::drain;
use crate::platform::deadline::within;
use crate::platform::runtime::{self, reason};
use crate::state::State;

/// Most bytes of an answer. A view of fifty lines with the longest texts has about 60 KB.
const ANSWER_LIMIT: u64 = 512 * 1024;

/// The answer, if all of it comes in so many milliseconds. A failure is logged by its code alone.
pub(crate) async fn ask(
    state: &State,
    source: &Source,
    trace: Option<Trace>,
    question: &Ask,
    milliseconds: f64,
) -> Option<Heard> {
    let abort = AbortController::default();
    let signal = abort.signal();
    let asked = async {
        let failed = |error| Trouble::unreachable(&reason(error));
        let request = request(source, trace, question).map_err(failed)?;
        let measured = state.metrics.ask("checkout");
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
    outcome
        .map_err(|trouble| observe::log(&event_line("checkout-trouble", &BTreeMap::from([("error", trouble.code())]))))
        .ok()
}

fn request(source: &Source, trace: Option<Trace>, question: &Ask) -> Result<Request, worker::Error> {
    let headers = Headers::new();
    if let Some(secret) = &source.secret {
        headers.set("authorization", &format!("Bearer {secret}"))?;
    }
    if let Some(traceparent) = trace.and_then(Trace::traceparent) {
        headers.set("traceparent", &traceparent)?;
    }
    if let Some((name, key)) = &question.key {
        headers.set(name, key.reveal())?;
    }
    let mut init = RequestInit::new();
    if !question.body.is_empty() {
        headers.set("content-type", "application/json")?;
        init.with_body(Some(JsValue::from_str(&question.body)));
    }
    // A redirect would carry secret and key elsewhere.
    init.with_method(Method::from(question.method.to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_cache(CacheMode::NoStore);
    Request::new_with_init(&format!("{}{}", source.url, question.path), &init)
}
