//! What lives as long as the isolate: the shop, the kept pages, the shared headers. Made at the first request, since only
//! a request brings the environment. A configuration that is refused answers every request with 500.

use std::cell::{OnceCell, RefCell};

use rollout::RemoteName;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use web_sys::Response;
use worker::Env;

use crate::beacon::{Gates, Report};
use crate::config::Config;
use crate::kept::KeptPages;
use crate::policy::Policies;
use crate::refusal;
use crate::reply::Reply;
use crate::respond::Responder;
use crate::route;
use crate::shop::Shop;

/// Everything a request is answered with.
pub(crate) struct State {
    pub(crate) shop: Shop,
    pub(crate) pages: RefCell<KeptPages>,
    pub(crate) gates: RefCell<Gates>,
    pub(crate) responder: Responder,
}

thread_local! {
    static STATE: OnceCell<Option<State>> = const { OnceCell::new() };
}

impl State {
    pub(crate) fn respond(&self, reply: &Reply) -> Result<Response, JsValue> {
        self.responder.respond(&self.shop.policies, reply)
    }

    fn start(env: &JsValue) -> Result<Self, String> {
        let env: &Env = env.unchecked_ref();
        let config = Config::parse(|name| env.var(name).ok().map(|value| value.to_string()))
            .map_err(|error| error.to_string())?;
        let shop = Shop::new(config).map_err(|error| format!("the bundled catalog cannot be opened: {error}"))?;
        Ok(Self {
            shop,
            pages: RefCell::new(KeptPages::new()),
            gates: RefCell::new(Gates::default()),
            responder: Responder::default(),
        })
    }
}

/// Runs `answer` with the isolate's state, starting it if this is the first request. `path` decides in which form a shop that
/// cannot start says so.
pub(crate) fn with(env: &JsValue, path: &str, answer: impl FnOnce(&State) -> JsValue) -> JsValue {
    STATE.with(|cell| {
        let state = cell.get_or_init(|| match State::start(env) {
            Ok(state) => Some(state),
            Err(cause) => {
                worker::console_error!("error: the Worker cannot start\n  Caused by: {cause}");
                None
            }
        });
        state.as_ref().map_or_else(|| unavailable(path), answer)
    })
}

/// The answer to a failure of the runtime itself. The cause goes to the log, never to the shopper.
pub(crate) fn failed(error: &JsValue, path: &str) -> JsValue {
    worker::console_error!("error: the answer could not be sent\n  Caused by: {error:?}");
    unavailable(path)
}

fn unavailable(path: &str) -> JsValue {
    // Nothing of the real configuration may be used here: it is what was refused.
    let fallback = Shop::new(Config::default());
    let response = fallback.ok().and_then(|shop| {
        let reply = refusal::server_error(&shop.site, path);
        Responder::default().respond(&shop.policies, &reply).ok()
    });
    response.map_or_else(|| Response::error().into(), JsValue::from)
}

/// Sends an answer that had to wait: one about a file or a report, which programs ask for.
pub(crate) fn respond_later(reply: &Reply) -> JsValue {
    STATE.with(|cell| match cell.get() {
        Some(Some(state)) => {
            state.respond(reply).map_or_else(|error| failed(&error, route::ASSETS_PREFIX), JsValue::from)
        }
        _ => unavailable(route::ASSETS_PREFIX),
    })
}

/// Used by `wait`, which holds no reference to the state across an await.
pub(crate) fn policies<T>(read: impl FnOnce(&Policies, &Responder) -> T) -> Option<T> {
    STATE.with(|cell| cell.get().and_then(Option::as_ref).map(|state| read(&state.shop.policies, &state.responder)))
}

/// Whether this report may be logged now. An isolate that never started logs none.
pub(crate) fn admit_report(report: &Report, now: f64) -> bool {
    STATE.with(|cell| {
        cell.get().and_then(Option::as_ref).is_some_and(|state| state.gates.borrow_mut().admit(report, now))
    })
}

/// Whether the shop has a remote of this name.
pub(crate) fn is_remote(name: &RemoteName) -> bool {
    STATE.with(|cell| {
        cell.get().and_then(Option::as_ref).is_some_and(|state| state.shop.remotes.current(name.as_str()).is_some())
    })
}
