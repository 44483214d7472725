//! From a response's values to the runtime's `Response`, off the path of a warm GET (`descriptor.rs` has that).

use std::cell::RefCell;

use shop::policy::Policies;
use shop::response::{Response, Template};
use wasm_bindgen::JsValue;
use worker::Headers;

use crate::platform::runtime::{self, Buffer};

/// Most heads that are kept. Kinds of responses are few, but every set of versions brings its own.
const HEADS_LIMIT: usize = 64;

/// The fields that responses of a kind share, as objects of the runtime: to copy one takes a single call, to write it a call a field.
#[derive(Default)]
struct Heads {
    known: Vec<(Template, Headers)>,
    /// The edition of the policies that the heads were made of.
    edition: u32,
}

thread_local! {
    static HEADS: RefCell<Heads> = RefCell::default();
}

impl Heads {
    /// Fields of a response's kind, which are the caller's own.
    fn copy(&mut self, policies: &Policies, response: &Response) -> Result<Headers, worker::Error> {
        if self.edition != policies.edition() || self.known.len() >= HEADS_LIMIT {
            *self = Heads { known: Vec::new(), edition: policies.edition() };
        }
        let template = response.template();
        if let Some((_, head)) = self.known.iter().find(|(known, _)| *known == template) {
            return runtime::copy(head);
        }
        let head = Headers::new();
        for (name, value) in policies.headers(&template) {
            head.set(name, &value)?;
        }
        let copy = runtime::copy(&head)?;
        self.known.push((template, head));
        Ok(copy)
    }
}

/// The runtime's response. A `body` of the caller stands in for the response's own: the bytes of a file, which the runtime holds.
pub(crate) fn respond(
    policies: &Policies,
    response: &Response,
    body: Option<&Buffer>,
) -> Result<JsValue, worker::Error> {
    let headers = HEADS.with_borrow_mut(|heads| heads.copy(policies, response))?;
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
    if body.is_some() || reply.body.is_empty() {
        return runtime::response(reply.status, &headers, body);
    }
    runtime::response(reply.status, &headers, Some(&Buffer::from(reply.body.as_ref())))
}
