//! The calls into JavaScript that the crate `worker` has no safe interface for: `docs/decisions/050` and `051` name each with its reason.
//! Thin on purpose; the caller gives a call its meaning. `store`, `feed` and `observe` never name `js-sys` or `web-sys`.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use js_sys::{ArrayBuffer, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Crypto, ReadableStreamDefaultReader, ResponseInit, WorkerGlobalScope};
use worker::{Bucket, Cache, Context, Env, Headers, Response, ResponseBody, console_error};

use rollout::Visitor;
use shop::time;

/// Bytes in JavaScript's memory. A file is passed on without a copy in the module's memory, which never shrinks.
pub(crate) type Buffer = js_sys::Uint8Array;

/// A body that has not been read.
pub(crate) type Stream = web_sys::ReadableStream;

/// A request as the runtime has it. A `worker::Request` would read its method, address, fields and `cf` at once, each by a call into JavaScript.
pub(crate) type Received = web_sys::Request;

/// Work on its way, of whatever kind: one type, since each type of future would bring a copy of the machinery that runs it.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout, catch)]
    fn set_timeout(ring: &Function, milliseconds: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
}

/// Leaves an instance that trapped to `edge/entry.js`, which replaces it before the next request. `worker` would replace it in the next
/// call of whatever kind, such as a timer of another request: its closure would run in the new instance with addresses of the old one.
pub(crate) fn leave_traps_to_the_entry() {
    wasm_bindgen::handler::set_on_abort(|| {});
}

/// Runs work and promises its outcome.
pub(crate) fn promise(work: impl Future<Output = JsValue> + 'static) -> Promise {
    fn run(work: Work<'static, JsValue>) -> Promise {
        future_to_promise(async move { Ok(work.await) })
    }
    run(Box::pin(work))
}

/// Does what changes the isolate for as long as it takes, whatever becomes of the request that gave rise to it. The work
/// notes its own failures.
pub(crate) fn to_its_end(context: &Context, work: impl Future<Output = ()> + 'static) -> JsFuture {
    let promise = promise(async move {
        work.await;
        JsValue::UNDEFINED
    });
    // `Context::wait_until` panics for a context that has ended, where nothing can be done; the call below it returns that as an error.
    let _ = context.as_ref().wait_until(&promise);
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

/// The current time, in milliseconds since 1970.
pub(crate) fn now() -> f64 {
    time::time(worker::Date::now().as_millis())
}

/// A random number from 0 to 1, for spreading load.
pub(crate) fn chance() -> f64 {
    js_sys::Math::random()
}

/// Bytes that nobody can guess.
pub(crate) fn random<const COUNT: usize>() -> Option<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// The hash of bytes that stay in JavaScript's memory.
pub(crate) async fn sha384(bytes: &Buffer) -> Result<Vec<u8>, String> {
    let failed = |error: JsValue| describe(&error);
    let digest = crypto().and_then(|crypto| crypto.subtle().digest_with_str_and_js_u8_array("SHA-384", bytes));
    let digest: ArrayBuffer = JsFuture::from(digest.map_err(failed)?).await.map_err(failed)?.unchecked_into();
    Ok(Buffer::new(&digest).to_vec())
}

fn crypto() -> Result<Crypto, JsValue> {
    js_sys::global().unchecked_into::<WorkerGlobalScope>().crypto()
}

/// A variable or secret of the environment.
pub(crate) fn variable(env: &Env, name: &str) -> Option<String> {
    is_bound(env, name).then(|| env.var(name).ok())?.map(|text| text.to_string())
}

/// A bucket of the environment.
pub(crate) fn bucket(env: &Env, name: &str) -> Option<Bucket> {
    is_bound(env, name).then(|| env.bucket(name).ok())?
}

/// Whether the environment has a value under a name. `Env` throws for `null`, which a variable in JSON may be.
pub(crate) fn is_bound(env: &Env, name: &str) -> bool {
    Reflect::get(env, &JsValue::from_str(name)).is_ok_and(|value| !value.is_null() && !value.is_undefined())
}

/// The cache of this location. `None` where the runtime has none, for which `Cache::default` panics.
pub(crate) fn location_cache() -> Option<Cache> {
    let get = |from: &JsValue, name: &str| Reflect::get(from, &JsValue::from_str(name)).ok().filter(JsValue::is_object);
    let caches = get(&js_sys::global(), "caches")?;
    get(&caches, "default").map(|_| Cache::default())
}

/// A response around bytes of JavaScript's memory.
pub(crate) fn respond(bytes: &Buffer, headers: &Headers) -> Result<Response, worker::Error> {
    let init = ResponseInit::new();
    init.set_headers(headers.as_ref());
    Ok(web_sys::Response::new_with_opt_js_u8_array_and_init(Some(bytes), &init)?.into())
}

/// A response with this status around bytes of JavaScript's memory, or without a body.
pub(crate) fn response(status: u16, headers: &Headers, bytes: Option<&Buffer>) -> Result<JsValue, worker::Error> {
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers.as_ref());
    Ok(web_sys::Response::new_with_opt_js_u8_array_and_init(bytes, &init)?.into())
}

/// The same fields once more. `Headers::clone` panics where the runtime refuses.
pub(crate) fn copy(headers: &Headers) -> Result<Headers, worker::Error> {
    Ok(Headers(web_sys::Headers::new_with_headers(&headers.0)?))
}

/// The runtime's own response to a failure, where not even a refusal can be made.
pub(crate) fn no_response() -> JsValue {
    web_sys::Response::error().into()
}

/// The header fields of a request.
pub(crate) fn fields(request: &Received) -> Headers {
    Headers(request.headers())
}

/// The unread body of a request.
pub(crate) fn content(request: &Received) -> Option<Stream> {
    request.body()
}

/// The whole body of a request.
pub(crate) async fn whole_content(request: &Received) -> Result<Buffer, String> {
    let failed = |error: JsValue| describe(&error);
    let bytes = JsFuture::from(request.array_buffer().map_err(failed)?).await.map_err(failed)?;
    Ok(Buffer::new(&bytes))
}

/// The unread body of a response.
pub(crate) fn stream(response: &Response) -> Option<&Stream> {
    match response.body() {
        ResponseBody::Stream(stream) => Some(stream),
        ResponseBody::Empty | ResponseBody::Body(_) => None,
    }
}

/// The whole body of a response whose size is trusted. One promise, where a loop over its chunks would be one each.
pub(crate) async fn buffer(response: &Response) -> Result<Buffer, worker::Error> {
    let Some(stream) = stream(response) else { return Ok(Buffer::new_with_length(0)) };
    let body = web_sys::Response::new_with_opt_readable_stream(Some(stream))?.array_buffer()?;
    Ok(Buffer::new(&JsFuture::from(body).await?))
}

/// Gives a body up; whether that works makes no difference.
pub(crate) fn cancel(stream: &Stream) {
    drop(stream.cancel());
}

/// Reads a body chunk by chunk.
pub(crate) struct Reader(ReadableStreamDefaultReader);

impl Reader {
    /// Locks a stream, which nobody has read.
    pub(crate) fn new(stream: &Stream) -> Result<Self, String> {
        ReadableStreamDefaultReader::new(stream).map(Self).map_err(|error| describe(&error))
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&self) -> Result<Option<Buffer>, String> {
        let failed = |error: JsValue| describe(&error);
        let chunk = JsFuture::from(self.0.read()).await.map_err(failed)?;
        let get = |name: &str| Reflect::get(&chunk, &JsValue::from_str(name)).map_err(failed);
        if get("done")?.is_truthy() {
            return Ok(None);
        }
        get("value")?.dyn_into().map(Some).map_err(|_| "a chunk is no bytes".to_owned())
    }

    /// Gives the rest up; whether that works makes no difference.
    pub(crate) fn cancel(&self) {
        drop(self.0.cancel());
    }
}

/// A timer of the runtime, stopped when it goes out of use.
pub(crate) struct Timer {
    rings: Promise,
    handle: JsValue,
}

impl Timer {
    /// Starts one, or returns the reason why the runtime refuses.
    pub(crate) fn start(milliseconds: f64) -> Result<Self, String> {
        let mut handle = Err(JsValue::UNDEFINED);
        let rings = Promise::new(&mut |ring, _| handle = set_timeout(&ring, milliseconds));
        let handle = handle.map_err(|error| describe(&error))?;
        Ok(Self { rings, handle })
    }

    /// Ends when the time is over.
    pub(crate) fn rings(&self) -> JsFuture {
        JsFuture::from(self.rings.clone())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.handle);
    }
}

/// An error of JavaScript as a line of text.
pub(crate) fn describe(error: &JsValue) -> String {
    let message = Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|text| text.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

/// A mark for a new visitor: 122 random bits, as 32 hexadecimal digits.
pub(crate) fn draw() -> Option<Visitor> {
    let crypto = js_sys::global().unchecked_into::<WorkerGlobalScope>().crypto().ok()?;
    Visitor::new(&crypto.random_uuid().replace('-', "")).ok()
}

/// An error of the platform as a line of text: its message without the name of its class.
pub(crate) fn reason(error: worker::Error) -> String {
    match error {
        worker::Error::UnknownJsError { message, .. } => message,
        error => error.to_string(),
    }
}

/// Writes a failure to the log.
pub(crate) fn log_error(text: &str) {
    console_error!("{text}");
}
