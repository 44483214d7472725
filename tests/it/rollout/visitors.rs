//! Shared by the tests of cohorts, previews and shared caches: the shops with a running canary, and visitors with their cookies.

use std::sync::OnceLock;

use storefront_tests::client::{Request, Response};
use storefront_tests::object_store::{Rollout, SimulatedBucket, Store as _, Version};

use crate::faults::{PRODUCTS, Rig, Shop, calm, eventually, same};

/// Signs previews; opens nothing but a test's shop.
pub(crate) const PREVIEW_SECRET: &str = "end-to-end-preview-secret-0123456789abcdef";

/// A shop with a canary of the remote `products` that gets half of the traffic.
pub(crate) struct Trial {
    pub(crate) shop: &'static Shop,
    pub(crate) stable: Version,
    pub(crate) canary: Version,
    /// Published, and in no release.
    pub(crate) next: Version,
    /// Published, and built for pages that the shop does not write.
    pub(crate) strange: Version,
    pub(crate) rollout: Rollout,
}

/// In development, from a store by S3.
pub(crate) fn development() -> &'static Trial {
    static TRIAL: OnceLock<Trial> = OnceLock::new();
    TRIAL.get_or_init(|| {
        let Rig { shop, store } = calm();
        Trial::begin(shop, |version| shop.publish(store, version), |rollout| store.release(rollout))
    })
}

/// In production, from a bucket by its binding.
pub(crate) fn production() -> &'static Trial {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    static TRIAL: OnceLock<Trial> = OnceLock::new();
    let variables =
        [("ENVIRONMENT", "production"), ("PUBLIC_ORIGIN", "https://shop.example"), ("PREVIEW_SECRET", PREVIEW_SECRET)];
    TRIAL.get_or_init(|| {
        let shop = SHOP.get_or_init(|| Shop::start(&variables));
        let bucket = SimulatedBucket(&shop.server);
        Trial::begin(shop, |version| shop.publish(&bucket, version), |rollout| bucket.release(rollout))
    })
}

impl Trial {
    fn begin(shop: &'static Shop, publish: impl Fn(&Version), release: impl Fn(&Rollout)) -> Trial {
        let stable = shop.bundled(PRODUCTS);
        let (canary, next) = (stable.derived("3.0.0"), stable.derived("3.1.0"));
        let strange = stable.derived("3.2.0").for_contract(99);
        for version in [&stable, &canary, &next, &strange] {
            publish(version);
        }
        let mut rollout = Rollout::first(&stable);
        rollout.canary(&canary, 50);
        release(&rollout);
        let trial = Trial { shop, stable, canary, next, strange, rollout };
        eventually("the canary runs", || {
            let release = shop.versions(PRODUCTS)["release"].clone();
            same("serial", &release["serial"], &trial.rollout.serial().into())
        });
        trial
    }

    /// The version that a visitor with this mark must get, by an own reading of the rule.
    pub(crate) fn version_for(&self, mark: &str) -> &str {
        if bucket(PRODUCTS, mark) < 5000 { self.canary.number() } else { self.stable.number() }
    }
}

/// The bucket of a visitor: the first eight bytes of the hash of salt, zero and mark, modulo 10,000. A remote's salt is its name.
pub(crate) fn bucket(salt: &str, mark: &str) -> u64 {
    use sha2::{Digest as _, Sha256};

    let hash = Sha256::digest([salt.as_bytes(), &[0], mark.as_bytes()].concat());
    hash.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) % 10_000
}

/// Every `Set-Cookie` of an answer.
pub(crate) fn set_cookies(answer: &Response) -> Vec<&str> {
    answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect()
}

/// The mark that an answer gives to a new visitor; `name` is the cookie's.
pub(crate) fn mark<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    set_cookies(answer).into_iter().find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('=')?.split(';').next())
}

/// A request with this `Cookie` header.
pub(crate) fn with_cookie(target: &str, cookie: &str) -> Request {
    Request::get(target).header("cookie", cookie)
}
