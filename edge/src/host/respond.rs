//! From a response's values to the runtime's `Response`, off the path of a warm GET (`descriptor.rs` has that).

use js_sys::Uint8Array;
use shop::policy::Policies;
use shop::response::Response;
use wasm_bindgen::JsValue;
use web_sys::{Headers, ResponseInit};

/// The runtime's response. A `body` of the caller stands in for the response's own: the bytes of a file, which the runtime holds.
pub(crate) fn respond(
    policies: &Policies,
    response: &Response,
    body: Option<&Uint8Array>,
) -> Result<web_sys::Response, JsValue> {
    let headers = Headers::new()?;
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
    let init = ResponseInit::new();
    init.set_status(reply.status);
    init.set_headers(&headers);
    if let Some(body) = body {
        return web_sys::Response::new_with_opt_js_u8_array_and_init(Some(body), &init);
    }
    if reply.body.is_empty() {
        return web_sys::Response::new_with_opt_str_and_init(None, &init);
    }
    // The copy out of the module's memory: the runtime reads the buffer after this call, when the memory may have moved.
    let body = Uint8Array::from(reply.body.as_ref());
    web_sys::Response::new_with_opt_js_u8_array_and_init(Some(&body), &init)
}
