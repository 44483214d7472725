//! The response to a failure of the host itself: a shop that cannot start, a response that the runtime refuses.

use shop::config::Config;
use shop::{BUNDLED, Shop, errors};
use wasm_bindgen::JsValue;
use web::foreign::line;

use crate::bundled::BUNDLE;
use crate::host::respond::respond;
use crate::platform::runtime::{self, reason};

/// Longest words of the runtime that are logged, in characters.
const CAUSE_LIMIT: usize = 240;

/// The response to a failure of the runtime. The cause goes to the log, never to the shopper. `path` decides the form.
pub(crate) fn failed(error: worker::Error, path: &str) -> JsValue {
    let cause = line(&reason(error), CAUSE_LIMIT);
    runtime::log_error(&format!("error: the answer could not be sent\n  Caused by: {cause}"));
    unavailable(path)
}

/// The response of a shop that could not start.
pub(crate) fn unavailable(path: &str) -> JsValue {
    // Nothing of the real configuration may be used here: it may be what was refused.
    let fallback = Shop::new(BUNDLE, Config::default(), BUNDLED);
    let response =
        fallback.ok().and_then(|shop| respond(&shop.policies, &errors::server_error(&shop, path), None).ok());
    response.unwrap_or_else(runtime::no_response)
}
