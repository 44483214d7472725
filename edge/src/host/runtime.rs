//! The Workers runtime beyond `web-sys`: its bindings, `waitUntil`, the cache of a location, `fetch`, the log.
//! Thin on purpose: every function is one call into JavaScript. The caller gives a call its meaning.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use js_sys::{JsString, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Cache, RequestInit, Response, console};

/// Work on its way, of whatever kind: one type, since each type of future would bring a copy of the machinery that runs it.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch, catch)]
    fn fetch_url(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
    // These two are `edge/observe.js`'s.
    #[wasm_bindgen(js_name = fetchOrigin, catch)]
    fn fetch_from_origin(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = logLine)]
    fn log_line(line: &str);

    type Global;
    #[wasm_bindgen(method, getter, catch)]
    fn caches(this: &Global) -> Result<Caches, JsValue>;

    type Caches;
    #[wasm_bindgen(method, getter, js_name = default, catch)]
    fn of_location(this: &Caches) -> Result<Cache, JsValue>;

    type Context;
    #[wasm_bindgen(method, js_name = waitUntil, catch)]
    fn wait_until(this: &Context, work: &Promise) -> Result<(), JsValue>;

    type Fetcher;
    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Fetcher, url: &str) -> Result<Promise, JsValue>;

    /// A bucket of R2, by its binding: <https://developers.cloudflare.com/r2/api/workers/workers-api-reference/>.
    pub(crate) type Bucket;
    #[wasm_bindgen(method, catch)]
    fn get(this: &Bucket, key: &str, options: &JsValue) -> Result<Promise, JsValue>;

    /// An object in a bucket. One that a condition held back has no body.
    pub(crate) type BucketObject;
    #[wasm_bindgen(method, getter, js_name = httpEtag)]
    pub(crate) fn http_etag(this: &BucketObject) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn size(this: &BucketObject) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn body(this: &BucketObject) -> Option<web_sys::ReadableStream>;
}

/// Runs work and promises its outcome.
pub(crate) fn promise(work: impl Future<Output = JsValue> + 'static) -> Promise {
    fn run(work: Work<'static, JsValue>) -> Promise {
        future_to_promise(async move { Ok(work.await) })
    }
    run(Box::pin(work))
}

/// Keeps the runtime from ending what a request began before it is done.
pub(crate) fn wait_until(context: &JsValue, work: &Promise) {
    // It fails for a context that has ended, and then nothing can be done about it.
    let _ = context.unchecked_ref::<Context>().wait_until(work);
}

/// Does what changes the isolate for as long as it takes, whatever becomes of the request that gave rise to it. The work
/// notes its own failures.
pub(crate) fn to_its_end(context: &JsValue, work: impl Future<Output = ()> + 'static) -> JsFuture {
    let promise = promise(async move {
        work.await;
        JsValue::UNDEFINED
    });
    wait_until(context, &promise);
    JsFuture::from(promise)
}

/// Does all of it at once, and ends with the last.
pub(crate) async fn all<'a>(work: impl Iterator<Item = Work<'a, ()>>) {
    let mut rest: Vec<_> = work.collect();
    poll_fn(|context| {
        rest.retain_mut(|work| work.as_mut().poll(context).is_pending());
        if rest.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// A variable or secret of the environment.
pub(crate) fn variable(env: &JsValue, name: &str) -> Option<String> {
    binding(env, name)?.as_string()
}

/// A bucket of the environment.
pub(crate) fn bucket(env: &JsValue, name: &str) -> Option<Bucket> {
    binding(env, name).filter(JsValue::is_object).map(JsValue::unchecked_into)
}

/// Asks a service of the environment, such as the static assets, for an absolute address.
pub(crate) async fn ask_service(env: &JsValue, name: &str, url: &str) -> Result<Response, JsValue> {
    let service = binding(env, name).ok_or_else(|| JsValue::from_str(&format!("there is no binding `{name}`")))?;
    Ok(JsFuture::from(service.unchecked_into::<Fetcher>().fetch(url)?).await?.unchecked_into())
}

/// Asks the world for an absolute address.
pub(crate) async fn fetch(url: &str, init: &RequestInit) -> Result<Response, JsValue> {
    Ok(JsFuture::from(fetch_url(url, init)?).await?.unchecked_into())
}

/// Asks the origin of record, with the trace of the request that led to it. `init` has headers of its own, which get one more.
pub(crate) async fn ask_origin(url: &str, init: &RequestInit) -> Result<Response, JsValue> {
    Ok(JsFuture::from(fetch_from_origin(url, init)?).await?.unchecked_into())
}

/// Reads an object of a bucket, unless it carries the tag `but_not` (without quotes).
pub(crate) async fn read_bucket(
    bucket: &Bucket,
    key: &str,
    but_not: Option<&str>,
) -> Result<Option<BucketObject>, JsValue> {
    let options = js_sys::Object::new();
    if let Some(tag) = but_not {
        let condition = js_sys::Object::new();
        Reflect::set(&condition, &JsString::from("etagDoesNotMatch"), &JsString::from(tag))?;
        Reflect::set(&options, &JsString::from("onlyIf"), &condition)?;
    }
    let found = JsFuture::from(bucket.get(key, &options)?).await?;
    Ok((!found.is_null()).then(|| found.unchecked_into()))
}

/// The cache of this location. `None` where the runtime has none.
pub(crate) fn location_cache() -> Option<Cache> {
    js_sys::global().unchecked_into::<Global>().caches().ok()?.of_location().ok()
}

/// An error of JavaScript as a line of text.
pub(crate) fn describe(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|text| text.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

/// Writes a line to the log.
pub(crate) fn log(line: &str) {
    log_line(line);
}

/// Writes a failure to the log.
pub(crate) fn log_error(text: &str) {
    console::error_1(&JsValue::from_str(text));
}

fn binding(env: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(env, &JsString::from(name)).ok().filter(|found| !found.is_undefined() && !found.is_null())
}
