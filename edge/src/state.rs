//! The state of an isolate: the shop, the store, the kept pages and files, the shared headers. Made at the first
//! request, since only a request brings the environment. A configuration that is refused answers every request with 500.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use worker::Env;

use crate::bundled::BUNDLE;
use crate::limits::Limits;
use crate::observe::Metrics;
use crate::platform::bounded::Bounded;
use crate::platform::runtime::{self, Buffer};
use crate::store::Store;
use crate::store::s3;
use crate::store::s3::read::Clock;
use shop::Shop;
use shop::config::Config;
use shop::remotes::unread::Unread;
use shop::reports::beacon::Gates;
use shop::routes::Limit;

/// The bucket of published remotes, as `wrangler.toml` names its binding.
const BUCKET_BINDING: &str = "REMOTES";

/// Everything a request is answered with.
pub(crate) struct State {
    pub(crate) shop: Shop,
    pub(crate) store: Store,
    /// Files of published versions, checked, by their addresses in the location's cache.
    pub(crate) files: RefCell<Bounded<String, Buffer>>,
    /// The files that are not at hand, by their addresses in the location's cache.
    pub(crate) unread_files: RefCell<Unread<String>>,
    pub(crate) gates: RefCell<Gates>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
}

thread_local! {
    static STATE: OnceCell<Option<Rc<State>>> = const { OnceCell::new() };
}

impl State {
    fn start(env: &Env) -> Result<Self, String> {
        runtime::leave_traps_to_the_entry();
        let variable = |name: &str| runtime::variable(env, name);
        let config = Config::parse(variable).map_err(|error| error.to_string())?;
        let store = store(env, variable, config.production)?;
        if config.production {
            limits(env)?;
        }
        let limits = Limits::new(config.limit_wait);
        let shop = Shop::new(BUNDLE, config, store.name()).map_err(|error| error.to_string())?;
        Ok(Self {
            shop,
            store,
            files: RefCell::default(),
            unread_files: RefCell::default(),
            gates: RefCell::new(Gates::default()),
            limits,
            metrics: Metrics::of(env),
        })
    }
}

/// A shop for the world counts changes: without a binding anybody could guess codes as fast as the Worker answers.
fn limits(env: &Env) -> Result<(), String> {
    let missing = Limit::ALL.map(Limit::binding).into_iter().find(|name| env.rate_limiter(name).is_err());
    missing.map_or(Ok(()), |name| {
        Err(format!("the rate limit `{name}` is missing: production needs `[[ratelimits]]` in wrangler.toml"))
    })
}

/// The store of published versions. An S3 store that is configured goes before the bucket that `wrangler.toml` binds anyway.
fn store(env: &Env, variable: impl Fn(&str) -> Option<String>, production: bool) -> Result<Store, String> {
    let manifests = BUNDLE.manifests();
    let remotes = manifests.iter().map(rollout::VersionManifest::remote);
    if let Some(store) = s3::Store::parse(variable, remotes, production).map_err(|error| error.to_string())? {
        return Ok(Store::S3(Box::new(store), Clock::default()));
    }
    Ok(runtime::bucket(env, BUCKET_BINDING).map_or(Store::Bundled, Store::R2))
}

/// The isolate's state, which is started if this is the first request. `None` when it cannot start.
pub(crate) fn get(env: &Env) -> Option<Rc<State>> {
    STATE.with(|cell| {
        let state = cell.get_or_init(|| match State::start(env) {
            Ok(state) => Some(Rc::new(state)),
            Err(cause) => {
                runtime::log_error(&format!("error: the Worker cannot start\n  Caused by: {cause}"));
                None
            }
        });
        state.clone()
    })
}

/// The isolate's state, if it has started.
pub(crate) fn started() -> Option<Rc<State>> {
    STATE.with(|cell| cell.get().cloned().flatten())
}
