//! The office of the origin of record: the API by which staff read and change stock, orders and rules. A request that got no answer is sent again,
//! which is safe: every change is made once.

pub(crate) mod orders;
pub(crate) mod rules;
pub(crate) mod stock;

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use aws_sdk_s3::config::http::HttpRequest;
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use web::foreign;

use crate::environment::{self, OFFICE_SECRET, ORIGIN_URL};
use crate::http::{self, Address};
use crate::stopped::{Exit, Stopped};
use crate::{chance, checkout, progress};

/// Far more than a SKU with its last moves takes, or a list of orders, or an order with its lines; and the longest rules.
const ANSWER_LENGTH: usize = 512 * 1024;
/// The time for one answer: longer than the origin waits for its database, so that its reason arrives.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// How often a request is sent that gets no answer.
const ATTEMPTS: u32 = 3;
/// The pause between two of them, at most.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest text of the origin that is shown, in characters.
const SHOWN: usize = 300;

/// The office at an address.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    address: Address,
    secret: Option<String>,
    connector: SharedHttpConnector,
}

/// The parts of a problem document that a person reads.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    detail: String,
}

/// An attempt that may be repeated.
struct Unanswered(anyhow::Error);

impl Office {
    /// The one that the environment names, or that of the shop that runs in this checkout.
    pub(crate) fn configured() -> Result<Office> {
        let secret = environment::variable(OFFICE_SECRET)?;
        if let Some(text) = environment::variable(ORIGIN_URL)? {
            return Ok(Office::new(Address::new(ORIGIN_URL, &text)?, secret));
        }
        if let Some(address) = checkout::running()?.and_then(|running| running.origin) {
            return Ok(Office::new(address, secret));
        }
        let stopped =
            Stopped::new(Exit::Usage, format!("`{ORIGIN_URL}` is not set, and no shop runs in this checkout"));
        Err(stopped.hint("set it to the address of the origin of record").into())
    }

    fn new(address: Address, secret: Option<String>) -> Office {
        let sleep = SharedAsyncSleep::new(TokioSleep::new());
        let connector = http::connector(address.is_plain(), sleep, ANSWER_LIMIT);
        Office { address, secret, connector }
    }

    /// Sends a request to an address below `/office/` until it is answered. `unknown` is the advice where nothing is at that address.
    async fn send<T: DeserializeOwned>(&self, method: &str, path: &str, body: &str, unknown: &str) -> Result<T> {
        let url = format!("{}/office/{path}", self.address.as_str());
        let _waiting = progress::waiting(format!("the origin to answer `{url}`"), false);
        let mut attempt = 1;
        loop {
            match self.ask(method, &url, body, unknown).await {
                Ok(outcome) => return outcome,
                Err(Unanswered(error)) if attempt >= ATTEMPTS => {
                    let hint = format!("is the origin of record running? `{ORIGIN_URL}` names its address");
                    return Err(error.context(Stopped::new(Exit::Failure, "the origin does not answer").hint(hint)));
                }
                Err(_) => attempt += 1,
            }
            tokio::time::sleep(chance::jittered(PAUSE)).await;
        }
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        url: &str,
        body: &str,
        unknown: &str,
    ) -> Result<Result<T>, Unanswered> {
        let request = match self.request(method, url, body) {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        let answer = self.connector.call(request).await;
        let answer =
            answer.map_err(|error| Unanswered(anyhow::Error::new(error).context(format!("no answer from `{url}`"))))?;
        let status = answer.status().as_u16();
        let bytes = read(answer.into_body(), url).await.map_err(Unanswered)?;
        match status {
            200 => {
                let answer = serde_json::from_slice(&bytes);
                Ok(answer.with_context(|| format!("the answer of `{url}` is not of the form that this program knows")))
            }
            // The origin's own, or of something in front of it: whether the change was made is unknown.
            500.. => Err(Unanswered(refusal(status, &bytes, unknown).into())),
            _ => Ok(Err(refusal(status, &bytes, unknown).into())),
        }
    }

    fn request(&self, method: &str, url: &str, body: &str) -> Result<HttpRequest> {
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(method).context("no method")?;
        request.set_uri(url.to_owned()).with_context(|| format!("`{url}` is no address"))?;
        let headers = request.headers_mut();
        headers.insert("accept", "application/json");
        headers.insert("user-agent", concat!("storefront/", env!("CARGO_PKG_VERSION")));
        if !body.is_empty() {
            headers.insert("content-type", "application/json");
            headers.insert("content-length", body.len().to_string());
        }
        if let Some(secret) = &self.secret {
            headers.insert("authorization", format!("Bearer {secret}"));
        }
        Ok(request)
    }
}

async fn read(body: SdkBody, url: &str) -> Result<Vec<u8>> {
    let mut body = ByteStream::new(body);
    let mut bytes = Vec::new();
    while let Some(chunk) = body.try_next().await.with_context(|| format!("the answer of `{url}` broke off"))? {
        if bytes.len() + chunk.len() > ANSWER_LENGTH {
            bail!("`{url}` has more than {ANSWER_LENGTH} bytes");
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn refusal(status: u16, bytes: &[u8], unknown: &str) -> Stopped {
    let problem: Problem = serde_json::from_slice(bytes).unwrap_or_default();
    let detail = if problem.detail.is_empty() {
        format!("the origin answered {status}")
    } else {
        foreign::line(&problem.detail, SHOWN)
    };
    let exit = match status {
        401 | 403 => Exit::NotAllowed,
        404 => Exit::NotFound,
        409 => Exit::Conflict,
        400 | 422 => Exit::Usage,
        _ => Exit::Failure,
    };
    let stopped = Stopped::new(exit, detail);
    match exit {
        Exit::NotAllowed => {
            stopped.hint(format!("`{OFFICE_SECRET}` holds the secret that the origin has under that name"))
        }
        Exit::NotFound => stopped.hint(unknown),
        _ => stopped,
    }
}
