//! Shared by the tests of faults and rollouts: shops that follow a store of the test's own, and the version that a page shows. A page counts
//! only when all of it is of one version: slot, style, modules, hashes, boot data and policy.

mod cold;
mod files;
mod flood;
mod hanging;
mod latency;
mod manifests;
mod releases;
mod removed;
mod restart;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use storefront_tests::bundle;
use storefront_tests::client::{Request, Response};
use storefront_tests::faulty_store::FaultyStore;
use storefront_tests::markup;
use storefront_tests::object_store::{Store, Version};
use storefront_tests::server::{Server, Setup};

pub(crate) const PRODUCTS: &str = "products";
pub(crate) const DETAIL: &str = "product-detail";
pub(crate) const CART: &str = "cart";

/// How long a page may take when its store is of no use: the 150 ms that it waits, and what a busy machine adds. A page that waited for the
/// store would take the 5 s that the store may.
pub(crate) const DEADLINE: Duration = Duration::from_secs(3);

/// How long anything may take that is waited for. Far beyond what it takes, so only a fault reaches it.
const LIMIT: Duration = Duration::from_secs(20);

/// How often a condition is looked at again.
const POLL: Duration = Duration::from_millis(20);

/// A shop, and the versions that its pages may show.
pub(crate) struct Shop {
    pub(crate) server: Server,
    known: Mutex<BTreeMap<(String, String), Version>>,
}

/// A shop, and the store that it follows.
pub(crate) struct Rig {
    pub(crate) shop: Shop,
    pub(crate) store: FaultyStore,
}

/// What a page shows of a remote.
pub(crate) struct Shown {
    pub(crate) version: String,
    pub(crate) answer: Response,
    pub(crate) took: Duration,
}

/// A shop that asks often and has one bucket a remote: for faults. Each test there has a remote, or versions, of its own.
pub(crate) fn hasty() -> &'static Rig {
    static HASTY: OnceLock<Rig> = OnceLock::new();
    let times = [("RELEASE_FRESH_MS", "150"), ("RELEASE_STALE_MS", "300"), ("STORE_TIMEOUT_MS", "1000")];
    HASTY.get_or_init(|| Rig::start("shop-{remote}", &times))
}

/// A shop whose releases stay usable for a minute while it asks behind each answer; it would wait long if it ever waited.
pub(crate) fn calm() -> &'static Rig {
    static CALM: OnceLock<Rig> = OnceLock::new();
    let times = [("RELEASE_FRESH_MS", "300"), ("RELEASE_STALE_MS", "60000"), ("RELEASE_WAIT_MS", "5000")];
    CALM.get_or_init(|| Rig::start("storefront", &times))
}

/// The page in which a remote has its slot.
pub(crate) fn page_of(remote: &str) -> &'static str {
    if remote == PRODUCTS { "/products" } else { "/products/cafe-press" }
}

/// Looks until something holds, and says at last what did not.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let started = now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(last) => assert!(started.elapsed() < LIMIT, "{what}: not within {LIMIT:?}; at last: {last}"),
        }
        std::thread::sleep(POLL);
    }
}

/// `Ok` when both are equal.
pub(crate) fn same<T: PartialEq + Debug>(what: &str, found: &T, expect: &T) -> Result<(), String> {
    if found == expect { Ok(()) } else { Err(format!("{what}: found {found:?}, expected {expect:?}")) }
}

#[expect(clippy::disallowed_methods, reason = "deadlines are measured")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

impl Rig {
    pub(crate) fn start(bucket: &str, variables: &[(&str, &str)]) -> Rig {
        let store = FaultyStore::start(bucket);
        let shop = Shop::following(&store, variables);
        Rig { shop, store }
    }

    pub(crate) fn publish(&self, version: &Version) {
        self.shop.publish(&self.store, version);
    }
}

impl Shop {
    /// Starts a shop.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Shop {
        let setup = Setup { variables, ..Setup::default() };
        let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
        let shop = Shop { server, known: Mutex::default() };
        for remote in [PRODUCTS, DETAIL] {
            shop.remember(&shop.bundled(remote));
        }
        shop
    }

    /// Starts a shop that follows a store.
    pub(crate) fn following(store: &FaultyStore, variables: &[(&str, &str)]) -> Shop {
        let store = store.variables();
        let store = store.iter().map(|(name, value)| (*name, value.as_str()));
        Shop::start(&store.chain(variables.iter().copied()).collect::<Vec<_>>())
    }

    /// The version that is built with the shop.
    pub(crate) fn bundled(&self, remote: &str) -> Version {
        Version::bundled(self.server.folder(), remote)
    }

    /// Puts a version into the store.
    pub(crate) fn publish(&self, store: &dyn Store, version: &Version) {
        self.remember(version);
        store.publish(version);
    }

    fn remember(&self, version: &Version) {
        let key = (version.remote().to_owned(), version.number().to_owned());
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, version.clone());
    }

    /// What `/__versions` says of a remote to a visitor without cookies.
    pub(crate) fn versions(&self, remote: &str) -> Value {
        self.server.get("/__versions").json()["remotes"][remote].clone()
    }

    /// What the page of a remote shows to a visitor without cookies.
    #[track_caller]
    pub(crate) fn shown(&self, remote: &str) -> Shown {
        self.look(remote, &Request::get(page_of(remote))).unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// What a page shows, if all of it is of one version.
    pub(crate) fn look(&self, remote: &str, request: &Request) -> Result<Shown, String> {
        let started = now();
        let answer = self.server.send(request);
        let took = started.elapsed();
        let version = self.version_of(remote, &answer).map_err(|fault| format!("{request}: {fault}\n{answer}"))?;
        Ok(Shown { version, answer, took })
    }

    /// The one version of a remote that a page is made of.
    pub(crate) fn version_of(&self, remote: &str, answer: &Response) -> Result<String, String> {
        same("status", &answer.status, &200)?;
        let page = answer.text();
        let elements = markup::elements(&page);
        let slot = elements.iter().find(|element| element.attribute("data-remote") == Some(remote));
        let number = slot.and_then(|slot| slot.attribute("data-version")).ok_or("no slot with a version")?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let version = known.get(&(remote.to_owned(), number.to_owned())).ok_or(format!("unknown version {number}"))?;

        let prefix = format!("/remotes/{remote}/");
        let named: BTreeSet<&str> =
            page.split(prefix.as_str()).skip(1).filter_map(|rest| rest.split('/').next()).collect();
        same("versions in addresses", &named, &BTreeSet::from([number]))?;

        let files = version.files.iter();
        let hashes: BTreeMap<String, String> =
            files.map(|(name, bytes)| (version.url(name), bundle::integrity(bytes))).collect();
        let expect: Vec<(String, String)> = version
            .manifest
            .styles()
            .iter()
            .map(|style| version.url(style.as_str()))
            .map(|url| (url.clone(), hashes[&url].clone()))
            .collect();
        let attribute = |element: &markup::Element, name: &str| element.attribute(name).unwrap_or_default().to_owned();
        let styles: Vec<(String, String)> = elements
            .iter()
            .filter(|element| element.attribute("rel") == Some("stylesheet"))
            .map(|style| (attribute(style, "href"), attribute(style, "integrity")))
            .filter(|(href, _)| href.starts_with(&prefix))
            .collect();
        same("styles", &styles, &expect)?;

        let map = elements.iter().find(|element| element.attribute("type") == Some("importmap"));
        let map = map.ok_or("no import map")?.inner.as_str();
        let policy = answer.header("content-security-policy").unwrap_or_default();
        same("import map in the policy", &policy.contains(&bundle::script_hash(map)), &true)?;
        let map: Value = serde_json::from_str(map).map_err(|error| error.to_string())?;
        let entry = version.url(version.manifest.entry().as_str());
        same("module", &map["imports"][format!("remote/{remote}")], &Value::from(entry))?;
        let modules: BTreeMap<String, String> =
            hashes.into_iter().filter(|(url, _)| url.rsplit('.').next() == Some("js")).collect();
        let mut found: BTreeMap<String, String> = serde_json::from_value(map["integrity"].clone()).unwrap_or_default();
        found.retain(|url, _| url.starts_with(&prefix));
        same("modules", &found, &modules)?;

        let boot = elements.iter().find(|element| element.attribute("id") == Some("boot")).ok_or("no boot data")?;
        let boot: Value = serde_json::from_str(&boot.inner).map_err(|error| error.to_string())?;
        same("boot data", &boot["remotes"][remote]["version"], &Value::from(number))?;
        Ok(number.to_owned())
    }

    /// Waits until a remote's page shows a version.
    #[track_caller]
    pub(crate) fn until_shown(&self, remote: &str, version: &Version) -> Duration {
        let started = now();
        eventually(&format!("{remote} {}", version.number()), || {
            let shown = self.look(remote, &Request::get(page_of(remote)))?;
            same("version", &shown.version.as_str(), &version.number())
                .map_err(|fault| format!("{fault}\n{}", self.versions(remote)))
        });
        started.elapsed()
    }
}
