//! Answers that have to wait: for a release, a file's bytes, the body of a report.
//! Everything here ends in a response; a failure is logged with its cause and answered without it.

use std::future::pending;
use std::rc::Rc;

use js_sys::{ArrayBuffer, Uint8Array};
use rollout::RemoteName;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Request, Response};

use crate::beacon;
use crate::exchange::Exchange;
use crate::feed;
use crate::files::{FileFetch, Place};
use crate::follow::Need;
use crate::origin::{describe, within};
use crate::problem::problem;
use crate::refresh;
use crate::reply::Reply;
use crate::resolution::Wants;
use crate::runtime::{self, Work};
use crate::stored;
use crate::worker_state::{State, failed};

/// The binding of Workers Static Assets, as `wrangler.toml` names it.
const ASSETS_BINDING: &str = "ASSETS";

/// The binding asks for an absolute URL and looks at its path alone.
const ASSETS_ORIGIN: &str = "https://assets.invalid";

/// How often a request looks whether the question of another one has been answered, in milliseconds.
const LOOK: f64 = 5.0;

/// Asks for releases again while the answer goes out.
pub(crate) fn behind(exchange: &Exchange, releases: Vec<RemoteName>) {
    for remote in releases {
        drop(ask(&exchange.state, &exchange.context, remote));
    }
}

/// Asks the origin of record while the answer goes out.
pub(crate) fn follow_catalog(exchange: &Exchange) {
    let state = Rc::clone(&exchange.state);
    drop(to_its_end(&exchange.context, async move {
        if let Some(source) = &state.shop.source {
            feed::follow(&state, source).await;
        }
    }));
}

/// Reads what is wanted, and answers then. Releases are waited for a moment: what comes later is there for the next page.
pub(crate) fn first(exchange: Exchange, wants: Wants) -> JsValue {
    runtime::promise(async move {
        let state = &exchange.state;
        let releases = wants.releases.into_iter().map(|remote| -> Work<()> {
            let context = &exchange.context;
            Box::pin(async move {
                let asked = asked(state, context, &remote);
                if within(state.shop.remotes.freshness().wait, asked).await.is_err() {
                    state.shop.remotes.follow(&remote, |followed| followed.is_slow(js_sys::Date::now()));
                }
            })
        });
        let manifests = wants.manifests.into_iter().map(|(remote, version)| -> Work<()> {
            let state = Rc::clone(state);
            let read = to_its_end(&exchange.context, async move { refresh::manifest(&state, &remote, &version).await });
            Box::pin(async move { drop(read.await) })
        });
        runtime::all(releases.chain(manifests)).await;
        exchange.answer()
    })
    .into()
}

/// Ends when a release has been asked for. One question at a time: whoever comes while it is open looks for its end, since no
/// request may wait for the promise of another one.
async fn asked(state: &Rc<State>, context: &JsValue, remote: &RemoteName) {
    let remotes = &state.shop.remotes;
    let is_asking = |now| remotes.follow(remote, |followed| followed.is_asking(now, remotes.freshness())) == Some(true);
    while is_asking(js_sys::Date::now()) {
        let _ = within(LOOK, pending::<()>()).await;
    }
    // The end of the other question may have been the cache's, which knew nothing.
    if remotes.need(remote, js_sys::Date::now()) != Need::Nothing {
        let _ = ask(state, context, remote.clone()).await;
    }
}

/// Asks for a release.
fn ask(state: &Rc<State>, context: &JsValue, remote: RemoteName) -> JsFuture {
    let state = Rc::clone(state);
    to_its_end(context, async move { refresh::release(&state, &remote).await })
}

/// Does what changes the isolate for as long as it takes, whatever becomes of the request that gave rise to it. Fails never: what
/// goes wrong is noted with the remote.
fn to_its_end(context: &JsValue, work: impl Future<Output = ()> + 'static) -> JsFuture {
    let promise = runtime::promise(async move {
        work.await;
        JsValue::UNDEFINED
    });
    runtime::wait_until(context, &promise);
    JsFuture::from(promise)
}

/// Fetches a file and sends it, or a part of it.
pub(crate) fn file(exchange: &Exchange, wanted: FileFetch) -> JsValue {
    let (state, env, context) = (Rc::clone(&exchange.state), exchange.env.clone(), exchange.context.clone());
    let path = exchange.path().to_owned();
    runtime::promise(async move {
        let whole = match &wanted.place {
            Place::Assets(asset) => fetch_asset(asset, wanted.size, &env).await,
            Place::Store(stored) => stored::fetch(&state, stored, wanted.size, &context).await,
        };
        match whole.and_then(|bytes| cut(bytes, wanted.part)) {
            Ok(body) => state
                .responder
                .init(&state.shop.policies, &wanted.head)
                .and_then(|init| Response::new_with_opt_js_u8_array_and_init(Some(&body), &init))
                .map_or_else(|error| failed(&error, &path), JsValue::from),
            Err(cause) => {
                runtime::log_error(&format!("error: cannot serve `{path}`\n  Caused by: {cause}"));
                state.respond(&problem(502, "the file cannot be read where it is kept"), &path)
            }
        }
    })
    .into()
}

/// Reads, judges and logs a report.
pub(crate) fn beacon(exchange: &Exchange) -> JsValue {
    // `Request` has a method of its own called `clone`, which copies the body.
    let (state, request) = (Rc::clone(&exchange.state), Clone::clone(&exchange.request));
    let path = exchange.path().to_owned();
    runtime::promise(async move { state.respond(&judge(&state, &request).await, &path) }).into()
}

async fn fetch_asset(asset: &str, size: u64, env: &JsValue) -> Result<Uint8Array, String> {
    let response = runtime::ask_service(env, ASSETS_BINDING, &format!("{ASSETS_ORIGIN}{asset}")).await;
    let response = response.map_err(|error| describe(&error))?;
    let status = response.status();
    if status != 200 {
        return Err(format!("the static assets answered {status}"));
    }
    let buffer = response.array_buffer().map_err(|error| describe(&error))?;
    let buffer: ArrayBuffer = JsFuture::from(buffer).await.map_err(|error| describe(&error))?.unchecked_into();
    let bytes = Uint8Array::new(&buffer);
    if u64::from(bytes.length()) != size {
        return Err(format!("it has {} bytes, {size} were built", bytes.length()));
    }
    Ok(bytes)
}

/// The part that is asked for; first and last byte are both in it.
fn cut(bytes: Uint8Array, part: Option<(u64, u64)>) -> Result<Uint8Array, String> {
    let Some((first, last)) = part else { return Ok(bytes) };
    let bound = |at: u64| u32::try_from(at).map_err(|_| "the range is beyond what a buffer holds".to_owned());
    Ok(bytes.slice(bound(first)?, bound(last)?.saturating_add(1)))
}

async fn judge(state: &State, request: &Request) -> Reply {
    let headers = request.headers();
    if let Some(refusal) = beacon::refuse_early(|name| headers.get(name).ok().flatten()) {
        return refusal;
    }
    let report = match read_body(request).await {
        Err(refusal) => return refusal,
        Ok(body) => beacon::accept(&body, |remote| state.shop.remotes.is_known(remote)),
    };
    match report {
        Err(refusal) => *refusal,
        Ok(report) if state.gates.borrow_mut().admit(&report, js_sys::Date::now()) => {
            runtime::log(&report.log_line());
            beacon::accepted()
        }
        Ok(_) => beacon::too_many(),
    }
}

/// Reads chunk by chunk, since a body without a declared length could go on for ever.
async fn read_body(request: &Request) -> Result<Vec<u8>, Reply> {
    let unreadable = |_: JsValue| problem(400, "the report's body cannot be read");
    let Some(stream) = request.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await.map_err(unreadable)?;
        let done = js_sys::Reflect::get(&chunk, &JsValue::from_str("done")).map_err(unreadable)?;
        if done.is_truthy() {
            return Ok(body);
        }
        let value = js_sys::Reflect::get(&chunk, &JsValue::from_str("value")).map_err(unreadable)?;
        let bytes: Uint8Array = value.unchecked_into();
        if body.len() + bytes.length() as usize > beacon::BODY_LIMIT {
            // The rest is not wanted; whether cancelling works makes no difference to the answer.
            drop(reader.cancel());
            return Err(beacon::too_large());
        }
        body.extend(bytes.to_vec());
    }
}
