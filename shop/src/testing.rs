//! Fixtures that the unit tests of this crate share: a shop that follows a store which no test has, and the objects of that store.
//! Compiled for tests alone.

use std::rc::Rc;
use std::sync::LazyLock;

use catalog::Catalog;
use catalog::build::{Options, Products, SearchRules};
use pages::{Merchant, MerchantPage, OwnFiles, OwnPicture};
use rollout::{
    Author, Change, Integrity, Message, Next, Registration, Release, RemoteName, Share, Timestamp, Version,
    VersionManifest, Visitor,
};
use sha2::{Digest as _, Sha384};
use web::{Method, Request};

use crate::answer::Plan;
use crate::bundle::{Bundle, ShellFile};
use crate::catalog::{Pace, Source};
use crate::config::Config;
use crate::forward;
use crate::remotes::Published;
use crate::remotes::follow::Heard;
use crate::request::Incoming;
use crate::response::Response;
use crate::routes::{Matched, route};
use crate::shop::Shop;

/// The mark of the worked example of `rollout::bucket`: bucket 5763 of the remote `products`.
pub(crate) const MARK: &str = "00112233445566778899aabbccddeeff";

/// When the tests take place, in milliseconds since 1970.
pub(crate) const NOW: f64 = 1_800_000_000_000.0;

/// A shell of one script, and the files of two pictures.
static SHELL_FILES: [ShellFile; 5] = [
    file("loader.js", "loader-AAAAAAAA.js", "text/javascript; charset=utf-8"),
    file("pictures/desk.png/160.webp", "pictures/desk-AAAAAAAA/160.webp", "image/webp"),
    file("pictures/desk.png/320.jpg", "pictures/desk-AAAAAAAA/320.jpg", "image/jpeg"),
    file("pictures/mug.svg/link.jpg", "pictures/mug-AAAAAAAA.jpg", "image/jpeg"),
    file("pictures/mug.svg", "pictures/mug-AAAAAAAA.svg", "image/svg+xml"),
];

/// A photo and a drawing of the shop's own.
static PICTURES: [OwnPicture; 2] = [
    OwnPicture {
        name: "desk.png",
        width: 320,
        height: 200,
        tone: None,
        files: OwnFiles::Photo { folder: "pictures/desk-AAAAAAAA", widths: &[160, 320] },
        link: ("pictures/desk-AAAAAAAA/320.jpg", 320, 200),
    },
    OwnPicture {
        name: "mug.svg",
        width: 600,
        height: 600,
        tone: None,
        files: OwnFiles::Drawing("pictures/mug-AAAAAAAA.svg"),
        link: ("pictures/mug-AAAAAAAA.jpg", 1200, 1200),
    },
];

const fn file(name: &'static str, path: &'static str, content_type: &'static str) -> ShellFile {
    let integrity = "sha384-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    ShellFile { name, path, integrity, size: 1, content_type }
}

/// A merchant with one page.
const MERCHANT: Merchant = Merchant {
    name: "Hollis & Wren",
    pages: &[MerchantPage {
        name: "delivery",
        title: "Delivery",
        description: "How things arrive.",
        words: &["shipping"],
        html: "<p>By parcel.</p>",
    }],
    ..Merchant::NONE
};

pub(crate) fn products() -> RemoteName {
    RemoteName::new("products").unwrap()
}

pub(crate) fn version(text: &str) -> Version {
    Version::new(text).unwrap()
}

pub(crate) fn change() -> Change {
    Change {
        at: Timestamp::new("2026-11-25T12:00:00Z").unwrap(),
        by: Author::new("tester").unwrap(),
        message: Message::new("").unwrap(),
    }
}

/// A shop that follows a store, in development unless `production`.
pub(crate) fn shop(production: bool) -> Shop {
    let preview_secret = Some("0123456789abcdef0123456789abcdef".to_owned());
    Shop::new(bundle(), Config { production, preview_secret, ..Config::default() }, "r2").unwrap()
}

/// A shop that takes orders: it has an origin of record, which no test has.
pub(crate) fn selling() -> Shop {
    Shop::new(bundle(), Config { record: Some((record(), PACE)), ..Config::default() }, "r2").unwrap()
}

/// An origin of record that no test has.
pub(crate) fn record() -> Source {
    Source { url: "http://origin.invalid".to_owned(), secret: None }
}

/// How the tests' shops follow it.
pub(crate) const PACE: Pace = Pace { every: 1000.0, timeout: 1000.0, stale: f64::INFINITY };

/// The same shop with other products.
pub(crate) fn shop_of(records: &str) -> Shop {
    let index = Products::read(records.as_bytes(), Options::default()).unwrap().into_index().unwrap();
    Shop::new(Bundle { catalog_index: index.leak(), ..bundle() }, Config::default(), "r2").unwrap()
}

/// The bundle of the tests' shop: the products of the repository, and one version of each remote.
pub(crate) fn bundle() -> Bundle {
    static BUNDLE: LazyLock<Bundle> = LazyLock::new(|| {
        let text = include_str!("../../catalog/data/products.json");
        let rules = SearchRules::parse(include_str!("../../catalog/data/search.toml")).unwrap();
        let products = Products::read(text.as_bytes(), Options::default()).unwrap().with_rules(rules);
        let index = products.into_index().unwrap();
        let manifests: Vec<&'static str> =
            ["product-detail", "products"].into_iter().map(|remote| &*manifest(remote).leak()).collect();
        Bundle {
            build: "test",
            catalog_index: index.leak(),
            manifests: manifests.leak(),
            shell_files: &SHELL_FILES,
            pictures: &PICTURES,
            merchant: MERCHANT,
            rules: b"{}",
        }
    });
    *BUNDLE
}

/// The manifest of a remote with one module and one stylesheet.
pub(crate) fn manifest(remote: &str) -> String {
    let integrity = |name: &str| Integrity::from_digest(&Sha384::digest(name.as_bytes()).into());
    let (module, styles) = (format!("{remote}-AAAAAAAA.js"), format!("{remote}-AAAAAAAA.css"));
    format!(
        r#"{{
  "schema": 1,
  "remote": "{remote}",
  "version": "1.1.0",
  "contract": 1,
  "format": "module",
  "entry": "{module}",
  "styles": ["{styles}"],
  "files": {{
    "{styles}": {{ "integrity": "{}", "size": 200, "contentType": "text/css; charset=utf-8" }},
    "{module}": {{ "integrity": "{}", "size": 300, "contentType": "text/javascript; charset=utf-8" }}
  }}
}}
"#,
        integrity(&styles),
        integrity(&module)
    )
}

/// The number of the bundled version of `products`.
pub(crate) fn bundled() -> String {
    let manifests = bundle().manifests();
    manifests.iter().find(|manifest| *manifest.remote() == products()).unwrap().version().as_str().to_owned()
}

/// The bundled version of `products` under another number and, if need be, for another contract.
pub(crate) fn published(number: &str, contract: u32) -> Published {
    let bundled = bundle().manifests().into_iter().find(|manifest| *manifest.remote() == products()).unwrap();
    let text = bundle().manifest_text(&products(), bundled.version()).unwrap();
    let text = text
        .replace(&format!("\"version\": \"{}\"", bundled.version()), &format!("\"version\": \"{number}\""))
        .replace(&format!("\"contract\": {}", bundled.contract()), &format!("\"contract\": {contract}"));
    Published {
        manifest: Rc::new(VersionManifest::parse(text.as_bytes()).unwrap()),
        digest: Integrity::from_digest(&Sha384::digest(text.as_bytes()).into()),
        text: text.as_bytes().into(),
    }
}

fn registration(published: &Published) -> Registration {
    Registration::of(&published.manifest, published.digest.clone(), change().at)
}

/// A release of `products` with this stable version.
pub(crate) fn release(stable: &Published) -> Release {
    Release::first(products(), stable.manifest.version().clone(), registration(stable), &change())
}

/// The same with a canary.
pub(crate) fn with_canary(release: &Release, canary: &Published, percent: u8) -> Release {
    let number = canary.manifest.version();
    let known = changed(release.register(number, registration(canary), &change()).unwrap());
    changed(known.set_canary(number, Share::percent(percent), None, &change()).unwrap())
}

pub(crate) fn changed(next: Next) -> Release {
    match next {
        Next::Changed(release) => *release,
        Next::Unchanged => panic!("nothing was changed"),
    }
}

/// Gives a shop a release, as its store would.
pub(crate) fn hear(shop: &Shop, release: Release, now: f64) {
    let heard = Heard::Release(Rc::new(release), "\"tag\"".to_owned());
    shop.remotes.follow(&products(), |followed| followed.hear(heard, now));
}

/// Asks with these headers, as a visitor for whom [`MARK`] would be drawn.
pub(crate) fn ask<T>(target: &str, headers: &[(&str, &str)], now: f64, act: impl FnOnce(&Incoming<'_>) -> T) -> T {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (clock, draw) = (|| now, || Visitor::new(MARK).ok());
    act(&Incoming::new(Request::new(Method::Get, path, query).with(&headers), &clock, &draw))
}

/// The row of a request's path.
pub(crate) fn matched<'a>(incoming: &'a Incoming<'_>) -> Matched<'a> {
    route(incoming.path, incoming.query).unwrap()
}

/// The response to content that asks the origin nothing.
pub(crate) fn at_once(next: forward::Next) -> Response {
    match next {
        forward::Next::Now(response) => response,
        forward::Next::Ask(ask) => panic!("the origin is asked: {ask:?}"),
    }
}

/// The response to a request that needs no page to be rendered; `None` for one that does.
pub(crate) fn respond(shop: &Shop, target: &str, headers: &[(&str, &str)]) -> Option<Response> {
    ask(target, headers, NOW, |incoming| match shop.plan(&matched(incoming), incoming) {
        Plan::Now(response) => Some(response),
        _ => None,
    })
}

/// A catalog of so many lamps at this price.
pub(crate) fn lamps(count: usize, price: u32) -> Catalog {
    let products: Vec<_> = (0..count)
        .map(|id| {
            serde_json::json!({
                "id": id.to_string(), "name": "Lamp", "description": "A lamp.", "price": price, "imageUrl": "/a.svg",
                "category": "Lamps", "stock": 1, "rating": 4, "reviews": 1,
            })
        })
        .collect();
    let text = serde_json::to_vec(&products).unwrap();
    let products = Products::read(text.as_slice(), Options::default()).unwrap();
    Catalog::open(products.into_index().unwrap()).unwrap()
}
