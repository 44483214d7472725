//! Answers that have to wait: a file's bytes from the static assets, the body of a report.
//! Everything here ends in a response; a failure is logged with its cause and answered without it.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{ReadableStreamDefaultReader, Request, Response};
use worker::Env;

use crate::beacon;
use crate::files::FileFetch;
use crate::problem::problem;
use crate::reply::Reply;
use crate::route::ASSETS_PREFIX;
use crate::worker_state::{self, respond_later};

/// The binding of Workers Static Assets, as `wrangler.toml` names it.
const ASSETS_BINDING: &str = "ASSETS";

/// The binding asks for an absolute URL and looks at its path alone.
const ASSETS_ORIGIN: &str = "https://assets.invalid";

/// Fetches a bundled file and sends it, or a part of it.
pub(crate) fn file(wanted: FileFetch, env: JsValue) -> JsValue {
    future_to_promise(async move {
        let response = match fetch_asset(&wanted, &env).await {
            Ok(body) => worker_state::policies(|policies, responder| {
                let init = responder.init(policies, &wanted.head)?;
                Response::new_with_opt_js_u8_array_and_init(Some(&body), &init)
            })
            .map_or_else(
                || Ok(respond_later(&problem(500, "the file cannot be sent"))),
                |sent| sent.map(JsValue::from),
            ),
            Err(cause) => {
                worker::console_error!("error: cannot serve `{}`\n  Caused by: {cause}", wanted.asset);
                Ok(respond_later(&problem(502, "the file cannot be read from the static assets")))
            }
        };
        response.or_else(|error| Ok(worker_state::failed(&error, ASSETS_PREFIX)))
    })
    .into()
}

/// Reads, judges and logs a report.
pub(crate) fn beacon(request: Request) -> JsValue {
    future_to_promise(async move { Ok(respond_later(&judge(&request).await)) }).into()
}

async fn fetch_asset(wanted: &FileFetch, env: &JsValue) -> Result<Uint8Array, String> {
    let env: &Env = env.unchecked_ref();
    let assets = env.assets(ASSETS_BINDING).map_err(|error| format!("no binding `{ASSETS_BINDING}`: {error}"))?;
    let response =
        assets.fetch(format!("{ASSETS_ORIGIN}{}", wanted.asset), None).await.map_err(|error| error.to_string())?;
    let status = response.status_code();
    if status != 200 {
        return Err(format!("the static assets answered {status}"));
    }
    let response: Response = response.into();
    let buffer = response.array_buffer().map_err(|error| format!("{error:?}"))?;
    let buffer: ArrayBuffer = JsFuture::from(buffer).await.map_err(|error| format!("{error:?}"))?.unchecked_into();
    let bytes = Uint8Array::new(&buffer);
    if u64::from(bytes.length()) != wanted.size {
        return Err(format!("it has {} bytes, {} were built", bytes.length(), wanted.size));
    }
    let Some((first, last)) = wanted.part else { return Ok(bytes) };
    let bound = |at: u64| u32::try_from(at).map_err(|_| "the range is beyond what a buffer holds".to_owned());
    Ok(bytes.slice(bound(first)?, bound(last)?.saturating_add(1)))
}

async fn judge(request: &Request) -> Reply {
    let headers = request.headers();
    if let Some(refusal) = beacon::refuse_early(|name| headers.get(name).ok().flatten()) {
        return refusal;
    }
    let report = match read_body(request).await {
        Err(refusal) => return refusal,
        Ok(body) => beacon::accept(&body, worker_state::is_remote),
    };
    match report {
        Err(refusal) => *refusal,
        Ok(report) if worker_state::admit_report(&report, js_sys::Date::now()) => {
            worker::console_log!("{}", report.log_line());
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
