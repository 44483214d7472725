//! The signed GET of an object over HTTP, and the clock of the store that its refusals disclose.
//! Follows no redirect and trusts no cache; every read ends within its time.

use std::cell::Cell;

use rollout::RemoteName;
use worker::{AbortController, CacheMode, Fetch, Headers, Request, RequestInit, RequestRedirect};

use crate::platform::body::drain;
use crate::platform::deadline::within;
use crate::platform::runtime::{self, cancel, reason};
use crate::store::object::{Object, Read, check_length, check_limit};
use crate::store::s3::{CLOCK_SKEWED, Store, clock_offset_ms, error_code};
use shop::remotes::cause::Cause;
use shop::time;

/// How much of an error document is read, in bytes.
const ERROR_LIMIT: u64 = 4096;

/// By how many milliseconds the store's clock is ahead of this machine's, as far as its refusals disclose.
#[derive(Debug, Default)]
pub(crate) struct Clock(Cell<i64>);

/// Reads an object of at most `limit` bytes within `timeout` milliseconds, unless its tag is still `known`.
pub(crate) async fn read(
    store: &Store,
    clock: &Clock,
    remote: &RemoteName,
    key: &str,
    limit: u64,
    known: Option<&str>,
    timeout: f64,
) -> Result<Read, Cause> {
    let failed = |error: worker::Error| Cause::runtime(&reason(error));
    let abort = AbortController::default();
    let signal = abort.signal();
    let asked = async {
        let now = milliseconds();
        let signed = store.get(remote, key, now, clock.0.get());
        let headers = Headers::new();
        for (name, value) in &signed.headers {
            headers.set(name, value).map_err(failed)?;
        }
        if let Some(known) = known.filter(|known| !known.is_empty()) {
            headers.set("if-none-match", known).map_err(failed)?;
        }
        let mut init = RequestInit::new();
        // A redirect would carry the signature elsewhere, and a cached answer would be as old as it likes.
        init.with_headers(headers).with_redirect(RequestRedirect::Manual).with_cache(CacheMode::NoStore);
        let request = Request::new_with_init(&signed.url, &init).map_err(failed)?;
        let answer = Fetch::Request(request).send_with_signal(&signal).await;
        let answer = answer.map_err(|error| Cause::unreachable(&reason(error)))?;
        let header = |name: &str| answer.headers().get(name).ok().flatten();
        let (etag, length, date) = (header("etag"), header("content-length"), header("date"));
        let status = answer.status_code();
        if status == 304 && known.is_some() {
            return Ok(Read::Same);
        }
        let Some(stream) = runtime::stream(&answer) else {
            return Err(Cause::CutShort(format!("the store answered {status} without a body")));
        };
        if status == 200 {
            if known.is_some_and(|known| !known.is_empty() && etag.as_deref() == Some(known)) {
                cancel(stream);
                return Ok(Read::Same);
            }
            let declared = length.and_then(|length| length.parse::<u64>().ok());
            if let Some(declared) = declared {
                check_limit(key, declared, limit).inspect_err(|_| cancel(stream))?;
            }
            let bytes = drain(stream, limit).await?.whole(limit)?;
            if let Some(declared) = declared {
                check_length(key, &bytes, declared)?;
            }
            return Ok(Read::Object(Object { etag: etag.unwrap_or_default(), bytes }));
        }
        let said = drain(stream, ERROR_LIMIT).await.map(|said| said.bytes.to_vec()).unwrap_or_default();
        let code = error_code(&said);
        match (status, code.as_deref()) {
            // A missing bucket is a mistake in the configuration, a missing key is not; a 404 that names neither comes from
            // something else than a store.
            (404, Some("NoSuchKey")) => Ok(Read::Absent),
            (_, Some(CLOCK_SKEWED)) if clock.set(date.as_deref(), now) => Err(Cause::Clock),
            _ => Err(Cause::Refused { status, code }),
        }
    };
    match within(timeout, asked).await {
        Ok(outcome) => outcome,
        Err(late) => {
            abort.abort();
            Err(late.into())
        }
    }
}

impl Clock {
    /// Takes the store's time over. Returns whether that changes anything, so that one refusal leads to one more try.
    fn set(&self, date: Option<&str>, now: u64) -> bool {
        let Some(offset) = date.and_then(|date| clock_offset_ms(date, now)) else { return false };
        let changed = offset.abs_diff(self.0.get()) > 60_000;
        if changed {
            self.0.set(offset);
        }
        changed
    }
}

fn milliseconds() -> u64 {
    time::milliseconds(runtime::now())
}
