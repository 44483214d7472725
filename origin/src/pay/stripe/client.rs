//! Calls of Stripe's API over HTTP/1.1: form-encoded requests, JSON responses, errors by name. Keys and bodies are never logged.

use std::fmt;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;

use crate::pay::PayError;

/// The version of the API that requests name, so that an account's default changes nothing here.
const VERSION: &str = "2026-10-28.endive";

/// The field of a response that repeats the one that was stored for the key (<https://docs.stripe.com/api/idempotent_requests>).
const REPEATED: &str = "idempotent-replayed";

/// The longest time from a request to the end of its response.
pub(super) const TIME: Duration = Duration::from_secs(10);

/// The largest response, in bytes. A session with its intent and charge has about 10 kB.
const RESPONSE: usize = 512 * 1024;

/// The most characters of an error's code that are kept.
const CODE: usize = 64;

/// All but the unreserved characters of RFC 3986, section 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A field of a form: its name, which is sent as it is, and its value.
pub(crate) type Field<'a> = (&'a str, String);

/// A client with the shop's key.
#[derive(Clone)]
pub(crate) struct Client {
    http: legacy::Client<HttpsConnector<HttpConnector>, Body>,
    base: String,
    authorization: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the API at `base`, without a slash at its end. Fails where the system has no certificates and `base` needs them.
    pub(crate) fn new(base: &str, key: &str) -> std::io::Result<Client> {
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_connect_timeout(Some(TIME));
        let http = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1();
        let http = legacy::Client::builder(TokioExecutor::new()).build(http.wrap_connector(connector));
        Ok(Client { http, base: base.to_owned(), authorization: format!("Bearer {key}") })
    }

    /// Reads an object of a payment. Whatever Stripe refuses to show, the payment itself is not refused.
    pub(crate) async fn get(&self, path: &str, payment: &str) -> Result<Value, PayError> {
        let request = Request::get(format!("{}{path}", self.base));
        self.send(self.signed(request, None), Body::empty(), payment).await.map_err(|error| match error {
            PayError::Refused { .. } | PayError::Spent => PayError::Foreign { code: "refused_to_show" },
            other => other,
        })
    }

    /// Acts, once for a key where there is one.
    pub(crate) async fn post(
        &self,
        path: &str,
        fields: &[Field<'_>],
        key: Option<&str>,
        payment: &str,
    ) -> Result<Value, PayError> {
        let request = Request::post(format!("{}{path}", self.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(self.signed(request, key), Body::from(form(fields)), payment).await
    }

    fn signed(&self, request: axum::http::request::Builder, key: Option<&str>) -> axum::http::request::Builder {
        let request = request.header("authorization", &self.authorization).header("stripe-version", VERSION);
        key.into_iter().fold(request, |request, key| request.header("idempotency-key", key))
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body, payment: &str) -> Result<Value, PayError> {
        let request = request.body(body).map_err(|_| PayError::Refused { code: "request".to_owned() })?;
        let exchange = async {
            let response = self.http.request(request).await.map_err(|_| PayError::Silent)?;
            let status = response.status();
            let is_repeated = response.headers().get(REPEATED).is_some_and(|value| value == "true");
            let body = to_bytes(Body::new(response.into_body()), RESPONSE).await.map_err(|_| PayError::Silent)?;
            Ok::<_, PayError>((status, is_repeated, serde_json::from_slice::<Value>(&body).ok()))
        };
        let (status, is_repeated, body) =
            tokio::time::timeout(TIME, exchange).await.map_err(|_| PayError::Silent)??;
        match (status, body) {
            (status, Some(body)) if status.is_success() => Ok(body),
            (status, body) => Err(refusal(status, is_repeated, body.as_ref(), payment)),
        }
    }
}

/// The name of an error. Of its text nothing is kept: it may quote what was sent.
fn refusal(status: StatusCode, is_repeated: bool, body: Option<&Value>, payment: &str) -> PayError {
    let error = body.and_then(|body| body.get("error"));
    let text = |field: &str| error.and_then(|error| error.get(field)).and_then(Value::as_str);
    match status.as_u16() {
        401 | 403 => PayError::NoAccess,
        404 => PayError::Unknown { id: payment.to_owned() },
        400 if text("type") == Some("idempotency_error") => PayError::Spent,
        400 | 402 => {
            let code = text("code").or_else(|| text("type")).unwrap_or("unnamed");
            let is_plain = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
            PayError::Refused { code: code.chars().filter(is_plain).take(CODE).collect() }
        }
        // The same key is in use by a call that has not ended.
        409 => PayError::Busy,
        500..=599 if is_repeated => PayError::Spent,
        500..=599 => PayError::Failing,
        // 424 and 429 pass; anything else is no answer of Stripe's.
        _ => PayError::Silent,
    }
}

fn form(fields: &[Field<'_>]) -> String {
    let pair = |(name, value): &Field<'_>| format!("{}={}", escaped(name), escaped(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// The idempotency key of a call in a turn: the first one is its name alone.
pub(super) fn key(name: &str, turn: i64) -> String {
    if turn == 0 { name.to_owned() } else { format!("{name}-{turn}") }
}

/// A text as a part of a path, a query or a form.
pub(crate) fn escaped(text: &str) -> String {
    percent_encode(text.as_bytes(), ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use super::{form, refusal};
    use crate::pay::PayError;

    #[test]
    fn a_form_has_no_character_of_its_own_syntax() {
        let fields = [("a[b]", "ü&=+ 1".to_owned()), ("c", String::new())];
        assert_eq!(form(&fields), "a%5Bb%5D=%C3%BC%26%3D%2B%201&c=");
    }

    #[test]
    fn errors_have_names_and_none_of_their_text() {
        #[track_caller]
        fn check(status: u16, code: &str, expect: &str) {
            let body = json!({ "error": { "type": "card_error", "code": code, "message": "sk_test_secret" } });
            let found = refusal(StatusCode::from_u16(status).unwrap(), false, Some(&body), "p1").to_string();
            assert!(found.contains(expect) && !found.contains("secret"), "{status}: {found}");
        }
        check(400, "charge_already_refunded", "refused: `charge_already_refunded`");
        check(402, "card_declined", "`card_declined`");
        check(401, "x", "does not accept the key");
        check(404, "resource_missing", "does not know the payment `p1`");
        check(409, "x", "busy with the same call");
        check(429, "x", "did not answer");
        for status in [500, 503] {
            check(status, "x", "failed");
        }
    }
    #[test]
    fn a_key_is_used_up_by_a_failure_that_is_repeated_and_by_other_parameters() {
        let body = json!({ "error": { "type": "idempotency_error" } });
        assert!(matches!(refusal(StatusCode::BAD_REQUEST, false, Some(&body), "p1"), PayError::Spent));
        assert!(matches!(refusal(StatusCode::INTERNAL_SERVER_ERROR, true, None, "p1"), PayError::Spent));
        assert!(matches!(refusal(StatusCode::INTERNAL_SERVER_ERROR, false, None, "p1"), PayError::Failing));
    }
}
