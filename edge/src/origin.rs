//! Reading objects of the store of published versions: a bucket by its binding, or an S3-compatible store over HTTP. Every read
//! has a limit in bytes and in time, and what is read is not yet believed: the callers check hashes.

use std::cell::Cell;
use std::future::Future;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use js_sys::{Function, Promise, Uint8Array};
use rollout::RemoteName;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, ReadableStream, ReadableStreamDefaultReader, RequestCache, RequestInit, RequestRedirect,
};

use crate::runtime::{self, Bucket};
use crate::s3;
use crate::visit;

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
    /// It.
    Object(Object),
}

/// The store, one of a closed set.
pub(crate) enum Origin {
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

impl Origin {
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
    ) -> Result<Read, String> {
        match self {
            Self::Bundled => Ok(Read::Absent),
            Self::R2(bucket) => within(timeout, read_bucket(bucket, key, limit, known)).await?,
            Self::S3(store, clock) => {
                let first = read_store(store, clock, remote, key, limit, known, timeout).await;
                // A clock that was found to be off is right from now on; everything else is not tried twice here.
                match first {
                    Err(Trouble::Clock) => read_store(store, clock, remote, key, limit, known, timeout).await,
                    first => first,
                }
                .map_err(|trouble| trouble.to_string())
            }
        }
    }
}

/// Why a store over HTTP gave nothing.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the store's clock and this one differ by more than its limit")]
    Clock,
    #[error("{0}")]
    Other(String),
}

impl From<String> for Trouble {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}

async fn read_bucket(bucket: &Bucket, key: &str, limit: u64, known: Option<&str>) -> Result<Read, String> {
    // The binding compares tags without their quotes.
    let but_not = known.filter(|known| !known.is_empty()).map(|known| known.trim_matches('"'));
    let found = runtime::read_bucket(bucket, key, but_not).await;
    let found = found.map_err(|error| format!("the bucket failed: {}", describe(&error)))?;
    let Some(object) = found else { return Ok(Read::Absent) };
    let etag = object.http_etag();
    let Some(body) = object.body() else {
        // What the condition held back comes without a body, and so would something that is damaged.
        let is_known = known.is_some_and(|known| known == etag);
        return if is_known { Ok(Read::Same) } else { Err(format!("`{key}` came without a body")) };
    };
    let size = visit::milliseconds(object.size());
    if size > limit {
        return Err(format!("`{key}` has {size} bytes, at most {limit} are read"));
    }
    let bytes = drain(&body, limit).await?.whole(limit)?;
    if u64::from(bytes.length()) != size {
        return Err(format!("`{key}` ended after {} of {size} bytes", bytes.length()));
    }
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
) -> Result<Read, Trouble> {
    let failed = |error: JsValue| Trouble::Other(describe(&error));
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
        let answer = answer.map_err(|error| format!("the store cannot be reached: {}", describe(&error)))?;
        let header = |name: &str| answer.headers().get(name).ok().flatten();
        let (etag, length, date) = (header("etag"), header("content-length"), header("date"));
        let status = answer.status();
        if status == 304 && known.is_some() {
            return Ok(Read::Same);
        }
        let Some(stream) = answer.body() else {
            return Err(Trouble::Other(format!("the store answered {status} without a body")));
        };
        if status == 200 {
            if known.is_some_and(|known| !known.is_empty() && etag.as_deref() == Some(known)) {
                drop(stream.cancel());
                return Ok(Read::Same);
            }
            let declared = length.and_then(|length| length.parse::<u64>().ok());
            if let Some(declared) = declared.filter(|declared| *declared > limit) {
                drop(stream.cancel());
                return Err(Trouble::Other(format!("`{key}` has {declared} bytes, at most {limit} are read")));
            }
            let bytes = drain(&stream, limit).await?.whole(limit)?;
            if let Some(declared) = declared.filter(|declared| *declared != u64::from(bytes.length())) {
                return Err(Trouble::Other(format!("`{key}` ended after {} of {declared} bytes", bytes.length())));
            }
            return Ok(Read::Object(Object { etag: etag.unwrap_or_default(), bytes }));
        }
        let said = drain(&stream, ERROR_LIMIT).await.map(|said| said.bytes.to_vec()).unwrap_or_default();
        let code = s3::error_code(&said);
        match (status, code.as_deref()) {
            // A missing bucket is a mistake in the configuration, a missing key is not; a 404 that names neither comes from
            // something else than a store.
            (404, Some("NoSuchKey")) => Ok(Read::Absent),
            (_, Some(s3::CLOCK_SKEWED)) if clock.set(date.as_deref(), now) => Err(Trouble::Clock),
            (_, Some(code)) => Err(Trouble::Other(format!("the store answered {status}, {code}"))),
            (_, None) => Err(Trouble::Other(format!("the store answered {status}"))),
        }
    };
    match within(timeout, asked).await {
        Ok(outcome) => outcome,
        Err(late) => {
            abort.abort();
            Err(Trouble::Other(late))
        }
    }
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

/// What was read of a body.
pub(crate) struct Drained {
    pub(crate) bytes: Uint8Array,
    /// Whether the body ended within the limit.
    is_whole: bool,
}

impl Drained {
    pub(crate) fn whole(self, limit: u64) -> Result<Uint8Array, String> {
        if self.is_whole { Ok(self.bytes) } else { Err(format!("the body has more than {limit} bytes")) }
    }
}

/// Reads a stream chunk by chunk, at most `limit` bytes of it: a body can go on for ever.
pub(crate) async fn drain(stream: &ReadableStream, limit: u64) -> Result<Drained, String> {
    let broken = |error: JsValue| format!("the body broke off: {}", describe(&error));
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut chunks: Vec<Uint8Array> = Vec::new();
    let mut left = u32::try_from(limit).map_err(|_| "the limit is beyond what a buffer holds".to_owned())?;
    let mut is_whole = true;
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(broken)?;
        let done = js_sys::Reflect::get(&chunk, &JsValue::from_str("done")).map_err(broken)?;
        if done.is_truthy() {
            break;
        }
        let value = js_sys::Reflect::get(&chunk, &JsValue::from_str("value")).map_err(broken)?;
        let bytes: Uint8Array = value.unchecked_into();
        if bytes.length() > left {
            // The rest is not wanted; whether cancelling works makes no difference.
            drop(reader.cancel());
            chunks.push(bytes.subarray(0, left));
            is_whole = false;
            break;
        }
        left -= bytes.length();
        chunks.push(bytes);
    }
    let whole = Uint8Array::new_with_length(chunks.iter().map(Uint8Array::length).sum());
    let mut at = 0;
    for chunk in chunks {
        whole.set(&chunk, at);
        at += chunk.length();
    }
    Ok(Drained { bytes: whole, is_whole })
}

/// The outcome, if it comes in time. What was asked is dropped otherwise.
pub(crate) async fn within<T>(milliseconds: f64, asked: impl Future<Output = T>) -> Result<T, String> {
    let timer = Timer::start(milliseconds)?;
    let (mut asked, mut rings) = (pin!(asked), JsFuture::from(timer.rings.clone()));
    poll_fn(|context| match asked.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(Ok(outcome)),
        Poll::Pending => Pin::new(&mut rings).poll(context).map(|_| Err(too_late(milliseconds))),
    })
    .await
}

fn too_late(milliseconds: f64) -> String {
    format!("no answer within {} ms", visit::milliseconds(milliseconds))
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(ring: &Function, milliseconds: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
}

/// A timer of the runtime, stopped when it goes out of use. Its handle is a number in one runtime and an object in another, for
/// which `worker`'s own timer and the bindings of `web-sys` are not prepared.
struct Timer {
    rings: Promise,
    handle: JsValue,
}

impl Timer {
    fn start(milliseconds: f64) -> Result<Self, String> {
        let mut handle = Err(JsValue::UNDEFINED);
        let rings = Promise::new(&mut |ring, _| handle = set_timeout(&ring, milliseconds));
        let handle = handle.map_err(|error| format!("the runtime has no timer: {}", describe(&error)))?;
        Ok(Self { rings, handle })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.handle);
    }
}

/// An error of JavaScript as a line of text.
pub(crate) fn describe(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|text| text.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

fn milliseconds() -> u64 {
    visit::milliseconds(js_sys::Date::now())
}
