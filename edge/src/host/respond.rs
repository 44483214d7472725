//! From a response's values to the runtime's `Response`, off the path of a warm GET (`descriptor.rs` has that).

use shop::policy::Policies;
use shop::response::Response;
use wasm_bindgen::JsValue;
use worker::{Headers, ResponseBody};

use crate::platform::runtime::{self, Buffer};

/// The runtime's response. A `body` of the caller stands in for the response's own: the bytes of a file, which the runtime holds.
pub(crate) fn respond(
    policies: &Policies,
    response: &Response,
    body: Option<&Buffer>,
) -> Result<JsValue, worker::Error> {
    let headers = Headers::new();
    for (name, value) in policies.headers(&response.template()) {
        headers.set(name, &value)?;
    }
    let reply = &response.reply;
    if let Some(etag) = &reply.etag {
        headers.set("etag", etag.as_str())?;
    }
    for (name, value) in &reply.fields {
        headers.set(name, value)?;
    }
    for cookie in &reply.cookies {
        headers.append("set-cookie", &cookie.to_string())?;
    }
    // The runtime writes the length of a body that it sends; only a response to HEAD has to name it.
    if let Some(length) = reply.content_length.filter(|_| reply.body.is_empty() && body.is_none()) {
        headers.set("content-length", &length.to_string())?;
    }
    if let Some(body) = body {
        return runtime::response(reply.status, &headers, body);
    }
    let body = if reply.body.is_empty() { ResponseBody::Empty } else { ResponseBody::Body(reply.body.to_vec()) };
    let response = worker::Response::from_body(body)?.with_status(reply.status).with_headers(headers);
    Ok(worker::web_sys::Response::from(response).into())
}
