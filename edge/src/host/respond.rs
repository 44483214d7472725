//! From an answer's values to a JavaScript `Response`. Each call across the boundary costs more than rendering a card, so
//! answers that share their headers share one `Headers` object, and a kept page is a buffer that JavaScript already owns.

use std::cell::{Cell, RefCell};

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{Headers, Response, ResponseInit};

use shop::policy::Policies;
use shop::reply::{Head, Reply, Template};

/// One `Headers` object a template, made when it is first needed. The templates are few: status, type, caching and policy.
#[derive(Default)]
pub(crate) struct Responder {
    shared: RefCell<Vec<(Template, Headers)>>,
    /// The edition of the policies that they were made of.
    edition: Cell<u32>,
}

/// Most templates that are kept. Kinds of answers are few, but every set of versions brings pages of its own policy.
const TEMPLATE_LIMIT: usize = 64;

impl Responder {
    /// The response of an answer.
    pub(crate) fn respond(&self, policies: &Policies, reply: &Reply) -> Result<Response, JsValue> {
        let head = &reply.head;
        let init = self.init(policies, head)?;
        if reply.head_only {
            let headers = Headers::new_with_headers(&init.get_headers().into())?;
            if headers.get("content-length")?.is_none() {
                headers.set("content-length", &reply.body.len().to_string())?;
            }
            init.set_headers(&headers);
            return Response::new_with_opt_str_and_init(None, &init);
        }
        if matches!(head.template.status, 204 | 304) || (reply.body.is_empty() && head.template.status == 302) {
            return Response::new_with_opt_str_and_init(None, &init);
        }
        // The copy out of the module's memory: the runtime reads the buffer after this call, when the memory may have moved.
        let body = Uint8Array::from(reply.body.as_ref());
        Response::new_with_opt_js_u8_array_and_init(Some(&body), &init)
    }

    /// Status and headers, ready for as many responses as like: the constructor copies them.
    pub(crate) fn init(&self, policies: &Policies, head: &Head) -> Result<ResponseInit, JsValue> {
        let shared = self.shared(policies, &head.template)?;
        let headers = if head.etag.is_some() || !head.extra.is_empty() {
            let own = Headers::new_with_headers(&shared)?;
            if let Some(etag) = &head.etag {
                own.set("etag", etag.as_str())?;
            }
            for (name, value) in &head.extra {
                own.set(name, value)?;
            }
            own
        } else {
            shared
        };
        let init = ResponseInit::new();
        init.set_status(head.template.status);
        init.set_headers(&headers);
        Ok(init)
    }

    fn shared(&self, policies: &Policies, template: &Template) -> Result<Headers, JsValue> {
        let mut shared = self.shared.borrow_mut();
        if self.edition.replace(policies.edition()) != policies.edition() {
            shared.clear();
        }
        if let Some((_, headers)) = shared.iter().find(|(known, _)| known == template) {
            return Ok(headers.clone());
        }
        let headers = Headers::new()?;
        for (name, value) in policies.headers(template) {
            headers.set(name, &value)?;
        }
        if shared.len() >= TEMPLATE_LIMIT {
            shared.clear();
        }
        shared.push((template.clone(), headers.clone()));
        Ok(headers)
    }
}
