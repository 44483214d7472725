//! Reading objects of the store of published versions: a bucket by its binding, or an S3-compatible store over HTTP. Every read
//! has a limit in bytes and in time, and what is read is not yet believed: the callers check hashes.

pub(crate) mod refresh;
pub(crate) mod s3;
pub(crate) mod stored;

use std::cell::Cell;

use js_sys::Uint8Array;
use rollout::RemoteName;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, Headers, RequestCache, RequestInit, RequestRedirect};

use crate::host::body::drain;
use crate::host::deadline::within;
use crate::host::runtime::{self, Bucket, describe};
use crate::remotes::cause::Cause;
use crate::visitor::visit;

/// How much of an error document is read.
const ERROR_LIMIT: u64 = 4096;

/// An object, whole.
pub(crate) struct Object {
    /// The store's tag of these bytes; empty when it gave none.
    pub(crate) etag: String,
    /// The bytes, in JavaScript's memory.
    pub(crate) bytes: Uint8Array,
}

/// What came of a read under a known tag.
pub(crate) enum Read {
    /// There is no such object.
    Absent,
    /// It still carries the tag that is known.
    Same,
    /// The object, with other bytes than those that are known.
    Object(Object),
}

/// The store, one of a closed set.
pub(crate) enum Store {
    /// None: what was built with the Worker is all there is.
    Bundled,
    /// A bucket, by its binding.
    R2(Bucket),
    /// An S3-compatible store.
    S3(Box<s3::Store>, Clock),
}

/// By how many milliseconds the store's clock is ahead of this machine's, as far as its refusals have told.
#[derive(Debug, Default)]
pub(crate) struct Clock(Cell<i64>);

impl Store {
    /// What `/__versions` calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Bundled => crate::shop::BUNDLED,
            Self::R2(_) => "r2",
            Self::S3(..) => "s3",
        }
    }

    /// Which store it is, as opposed to others that the shop may have been given before.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Bundled | Self::R2(_) => self.name().to_owned(),
            Self::S3(store, _) => store.identity(),
        }
    }

    /// Reads an object of at most `limit` bytes within `timeout` milliseconds. With `known` the body is not read when its tag is
    /// still that one.
    pub(crate) async fn read(
        &self,
        remote: &RemoteName,
        key: &str,
        limit: u64,
        known: Option<&str>,
        timeout: f64,
    ) -> Result<Read, Cause> {
        match self {
            Self::Bundled => Ok(Read::Absent),
            Self::R2(bucket) => within(timeout, read_bucket(bucket, key, limit, known)).await?,
            Self::S3(store, clock) => {
                let first = read_store(store, clock, remote, key, limit, known, timeout).await;
                // A clock that was found to be off is right from now on; everything else is not tried twice here.
                match first {
                    Err(Cause::Clock) => read_store(store, clock, remote, key, limit, known, timeout).await,
                    first => first,
                }
            }
        }
    }
}

async fn read_bucket(bucket: &Bucket, key: &str, limit: u64, known: Option<&str>) -> Result<Read, Cause> {
    // The binding compares tags without their quotes.
    let but_not = known.filter(|known| !known.is_empty()).map(|known| known.trim_matches('"'));
    let found = runtime::read_bucket(bucket, key, but_not).await;
    let found = found.map_err(|error| Cause::bucket(&describe(&error)))?;
    let Some(object) = found else { return Ok(Read::Absent) };
    let etag = object.http_etag();
    let Some(body) = object.body() else {
        // What the condition held back comes without a body, and so would something that is damaged.
        let is_known = known.is_some_and(|known| known == etag);
        return if is_known { Ok(Read::Same) } else { Err(Cause::CutShort(format!("`{key}` came without a body"))) };
    };
    let size = visit::milliseconds(object.size());
    check_limit(key, size, limit)?;
    let bytes = drain(&body, limit).await?.whole(limit)?;
    check_length(key, &bytes, size)?;
    Ok(Read::Object(Object { etag, bytes }))
}

async fn read_store(
    store: &s3::Store,
    clock: &Clock,
    remote: &RemoteName,
    key: &str,
    limit: u64,
    known: Option<&str>,
    timeout: f64,
) -> Result<Read, Cause> {
    let failed = |error: JsValue| Cause::runtime(&describe(&error));
    let abort = AbortController::new().map_err(failed)?;
    let signal = abort.signal();
    let asked = async {
        let now = milliseconds();
        let signed = store.get(remote, key, now, clock.0.get());
        let headers = Headers::new().map_err(failed)?;
        for (name, value) in &signed.headers {
            headers.set(name, value).map_err(failed)?;
        }
        if let Some(known) = known.filter(|known| !known.is_empty()) {
            headers.set("if-none-match", known).map_err(failed)?;
        }
        let init = RequestInit::new();
        // A redirect would carry the signature elsewhere, and a cached answer would be as old as it likes.
        init.set_headers(&headers);
        init.set_redirect(RequestRedirect::Manual);
        init.set_cache(RequestCache::NoStore);
        init.set_signal(Some(&signal));
        let answer = runtime::fetch(&signed.url, &init).await;
        let answer = answer.map_err(|error| Cause::unreachable(&describe(&error)))?;
        let header = |name: &str| answer.headers().get(name).ok().flatten();
        let (etag, length, date) = (header("etag"), header("content-length"), header("date"));
        let status = answer.status();
        if status == 304 && known.is_some() {
            return Ok(Read::Same);
        }
        let Some(stream) = answer.body() else {
            return Err(Cause::CutShort(format!("the store answered {status} without a body")));
        };
        if status == 200 {
            if known.is_some_and(|known| !known.is_empty() && etag.as_deref() == Some(known)) {
                drop(stream.cancel());
                return Ok(Read::Same);
            }
            let declared = length.and_then(|length| length.parse::<u64>().ok());
            if let Some(declared) = declared {
                check_limit(key, declared, limit).inspect_err(|_| drop(stream.cancel()))?;
            }
            let bytes = drain(&stream, limit).await?.whole(limit)?;
            if let Some(declared) = declared {
                check_length(key, &bytes, declared)?;
            }
            return Ok(Read::Object(Object { etag: etag.unwrap_or_default(), bytes }));
        }
        let said = drain(&stream, ERROR_LIMIT).await.map(|said| said.bytes.to_vec()).unwrap_or_default();
        let code = s3::error_code(&said);
        match (status, code.as_deref()) {
            // A missing bucket is a mistake in the configuration, a missing key is not; a 404 that names neither comes from
            // something else than a store.
            (404, Some("NoSuchKey")) => Ok(Read::Absent),
            (_, Some(s3::CLOCK_SKEWED)) if clock.set(date.as_deref(), now) => Err(Cause::Clock),
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

fn check_limit(key: &str, size: u64, limit: u64) -> Result<(), Cause> {
    if size > limit {
        return Err(Cause::TooLarge(format!("`{key}` has {size} bytes, at most {limit} are read")));
    }
    Ok(())
}

fn check_length(key: &str, bytes: &Uint8Array, declared: u64) -> Result<(), Cause> {
    let length = bytes.length();
    if u64::from(length) != declared {
        return Err(Cause::CutShort(format!("`{key}` ended after {length} of {declared} bytes")));
    }
    Ok(())
}

impl Clock {
    /// Takes the store's time over. Returns whether that changes anything, so that one refusal leads to one more try.
    fn set(&self, date: Option<&str>, now: u64) -> bool {
        let Some(offset) = date.and_then(|date| s3::clock_offset_ms(date, now)) else { return false };
        let changed = offset.abs_diff(self.0.get()) > 60_000;
        if changed {
            self.0.set(offset);
        }
        changed
    }
}

fn milliseconds() -> u64 {
    visit::milliseconds(js_sys::Date::now())
}
