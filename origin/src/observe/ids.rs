//! The ids of a request: the one that it is found by in logs, and its place in a trace (W3C Trace Context,
//! <https://www.w3.org/TR/trace-context/>). Well-formed ids of a caller are taken over, others replaced.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceFlags, TraceState};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{IdGenerator as _, RandomIdGenerator};
use tower_http::request_id::{MakeRequestId, RequestId};

/// The field of a request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over.
const LONGEST: usize = 64;

/// The shortest `traceparent`: that of version 00.
const TRACEPARENT_LENGTH: usize = 55;

/// Makes ids of 32 hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RandomIds;

impl MakeRequestId for RandomIds {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let id = RandomIdGenerator::default().new_trace_id().to_string();
        HeaderValue::try_from(id).ok().map(RequestId::new)
    }
}

/// Removes an id that cannot stand in a log, so that a new one is made.
pub(crate) fn check_request_id(mut request: Request<Body>) -> Request<Body> {
    let headers = request.headers_mut();
    if headers.contains_key(&REQUEST_ID) && !only(headers, REQUEST_ID.as_str()).is_some_and(is_request_id) {
        headers.remove(&REQUEST_ID);
    }
    request
}

/// The trace that a caller has begun, if the caller sent one.
pub(crate) fn parent(headers: &HeaderMap) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Fields(headers))
}

/// A place in the trace of `parent` for a span that is logged and not exported.
pub(crate) fn place(parent: &Context) -> SpanContext {
    let generator = RandomIdGenerator::default();
    let parent = parent.span().span_context().clone();
    let trace = if parent.is_valid() { parent.trace_id() } else { generator.new_trace_id() };
    SpanContext::new(trace, generator.new_span_id(), TraceFlags::default(), false, TraceState::NONE)
}

/// The fields of a request as the propagator reads them.
struct Fields<'a>(&'a HeaderMap);

impl Extractor for Fields<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        only(self.0, key).filter(|value| key != "traceparent" || is_traceparent(value))
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// The value of a field that is given once. One that is given twice means nothing.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
}

fn is_request_id(id: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_allowed)
}

/// Whether the parts of a `traceparent` have their lengths and digits; the propagator takes shorter ones too.
fn is_traceparent(value: &str) -> bool {
    let Some((head, rest)) = value.split_at_checked(TRACEPARENT_LENGTH) else { return false };
    let is_in_place = |(at, byte): (usize, u8)| match at {
        2 | 35 | 52 => byte == b'-',
        _ => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
    };
    head.bytes().enumerate().all(is_in_place) && (rest.is_empty() || (rest.starts_with('-') && !head.starts_with("00")))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{HeaderMap, HeaderValue, Request};
    use opentelemetry::trace::TraceContextExt as _;
    use tower_http::request_id::MakeRequestId as _;

    use super::{RandomIds, check_request_id, parent, place};

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("traceparent", HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_well_formed_parent_is_followed() {
        #[track_caller]
        fn check(values: &[&str], expect: Option<&str>) {
            let context = parent(&headers(values));
            let found = context.span().span_context().clone();
            assert_eq!(found.is_valid().then(|| found.trace_id().to_string()).as_deref(), expect, "{values:?}");
            let place = place(&context);
            assert!(place.is_valid() && place.span_id() != found.span_id(), "{place:?}");
            assert_eq!(place.trace_id() == found.trace_id(), expect.is_some(), "{values:?}");
        }
        let good = format!("00-{TRACE}-00f067aa0ba902b7-01");
        check(&[&good], Some(TRACE));
        check(&[&format!("cc-{TRACE}-00f067aa0ba902b7-01-what-comes-later")], Some(TRACE));
        check(&[&format!("cc-{TRACE}-00f067aa0ba902b7-01")], Some(TRACE));
        check(&[&format!("00-{TRACE}-00f067aa0ba902b7-01-more")], None);
        check(&[&format!("00-{TRACE}-00f067aa0ba902b7-01-")], None);
        check(&[&format!("ff-{TRACE}-00f067aa0ba902b7-01")], None);
        check(&[&format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32))], None);
        check(&[&format!("00-{TRACE}-0000000000000000-01")], None);
        check(&[&format!("00-{}-00f067aa0ba902b7-01", TRACE.to_uppercase())], None);
        check(&[&format!("00-{TRACE}-00f067aa0ba902b7")], None);
        check(&[&format!("+0-{TRACE}-00f067aa0ba902b7-01")], None);
        check(&["00-1-1-01"], None);
        check(&[""], None);
        check(&[&good, &good], None);
    }

    #[test]
    fn an_id_is_taken_over_if_it_can_stand_in_a_log() {
        let kept = |ids: &[&str]| {
            let mut request = Request::new(Body::empty());
            for id in ids {
                request.headers_mut().append("x-request-id", HeaderValue::from_str(id).unwrap());
            }
            check_request_id(request).headers().get("x-request-id").map(|id| id.to_str().unwrap().to_owned())
        };
        assert_eq!(kept(&["abc.DEF_1-2"]).as_deref(), Some("abc.DEF_1-2"));
        for id in ["", "with space", "a\"b", &"x".repeat(65)] {
            assert_eq!(kept(&[id]), None, "{id}");
        }
        assert_eq!(kept(&["a", "b"]), None, "two ids are none");
        let made = || RandomIds.make_request_id(&Request::new(())).unwrap().into_header_value();
        assert_eq!(made().len(), 32);
        assert_ne!(made(), made());
    }
}
