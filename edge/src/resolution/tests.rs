//! Which version a visitor gets, what has to be read before, and what a page's bytes depend on.

use rollout::path::{self, PublicPath};
use rollout::{Reason, RemoteName};

use super::{Preparation, Resolved, Wants};
use crate::reply::PageKind;
use crate::route::route;
use crate::shop::{Answer, Plan, Shop};
use crate::testing::{
    MARK, NOW, ask, bundled, change, changed, hear, products, published, release, shop, version, with_canary,
};

fn prepare(shop: &Shop, target: &str, cookie: &str, now: f64) -> Preparation {
    ask(target, &[("cookie", cookie)], now, |incoming| shop.prepare(&route(incoming.path, incoming.query), incoming))
}

fn resolve(shop: &Shop, cookie: &str) -> Resolved {
    ask("/products", &[("cookie", cookie)], NOW, |incoming| shop.resolve(PageKind::Listing, incoming, "/products"))
}

fn shown(resolved: &Resolved) -> Vec<&str> {
    resolved.manifests.iter().map(|manifest| manifest.version().as_str()).collect()
}

/// A shop with stable 1.1.0 and a canary 1.2.0.
fn canaried(percent: u8) -> Shop {
    let shop = shop(false);
    let (stable, canary) = (published("1.1.0", 1), published("1.2.0", 1));
    hear(&shop, with_canary(&release(&stable), &canary, percent), NOW);
    shop.remotes.publish(stable);
    shop.remotes.publish(canary);
    shop
}

#[test]
fn only_what_holds_a_remote_asks_for_releases() {
    let shop = shop(false);
    for target in [
        "/",
        "/api/products",
        "/health",
        "/sitemap.xml",
        "/assets/x.css",
        "/nowhere",
        "/favicon.ico",
        "/remotes/other/remoteEntry.js",
    ] {
        assert_eq!(prepare(&shop, target, "", NOW), Preparation::Ready, "{target}");
    }
    let releases = |names: &[&str]| Wants {
        releases: names.iter().map(|name| RemoteName::new(name).unwrap()).collect(),
        manifests: Vec::new(),
    };
    for (target, names) in [
        ("/products", &["products"][..]),
        ("/products?page=2", &["products"]),
        ("/products/1", &["product-detail"]),
        ("/remotes/products/remoteEntry.js", &["products"]),
        ("/__versions", &["product-detail", "products"]),
    ] {
        assert_eq!(prepare(&shop, target, "", NOW), Preparation::First(releases(names)), "{target}");
    }
}

#[test]
fn a_warm_page_waits_for_nothing() {
    let shop = canaried(50);
    assert_eq!(prepare(&shop, "/products", "", NOW + 4_999.0), Preparation::Ready);
    assert_eq!(prepare(&shop, "/products", "", NOW + 9_999.0), Preparation::Behind(vec![products()]));
    assert!(matches!(prepare(&shop, "/products", "", NOW + 10_000.0), Preparation::First(_)));
}

#[test]
fn files_and_previews_want_the_manifest_they_stand_on() {
    let shop = canaried(50);
    let wanted = || {
        let manifests = vec![(products(), version("1.3.0"))];
        Preparation::First(Wants { releases: Vec::new(), manifests })
    };
    for (target, cookie) in [
        ("/remotes/products/1.3.0/a.js", ""),
        ("/remotes/products/1.3.0/manifest.json", ""),
        ("/products?remote.products=1.3.0", ""),
        ("/products", "storefront-preview=remote.products=1.3.0"),
    ] {
        assert_eq!(prepare(&shop, target, cookie, NOW), wanted(), "{target} {cookie}");
    }
    assert_eq!(prepare(&shop, "/remotes/products/1.2.0/a.js", "", NOW), Preparation::Ready, "at hand");
    assert_eq!(prepare(&shop, "/remotes/other/1.3.0/a.js", "", NOW), Preparation::Ready, "no remote of this shop");
    // Made-up versions do not become requests to the store one for one.
    shop.remotes.note_absence(&products(), &version("1.3.0"), "it is not published".to_owned(), NOW);
    assert_eq!(prepare(&shop, "/remotes/products/1.3.0/a.js", "", NOW + 4_999.0), Preparation::Ready);
    assert_eq!(prepare(&shop, "/remotes/products/1.3.0/a.js", "", NOW + 5_000.0), wanted());
}

#[test]
fn a_split_decides_by_the_visitors_mark() {
    // The mark's bucket is 5763.
    let cookie = format!("storefront-visitor={MARK}");
    for (percent, expect) in [(1, "1.1.0"), (57, "1.1.0"), (58, "1.2.0"), (99, "1.2.0")] {
        let resolved = resolve(&canaried(percent), &cookie);
        assert_eq!(shown(&resolved), [expect], "{percent} %");
        assert!(resolved.private, "{percent} %");
        assert_eq!(resolved.set_cookie, None, "{percent} %");
    }
}

#[test]
fn a_mark_is_drawn_only_while_traffic_is_split() {
    let resolved = resolve(&canaried(50), "");
    assert!(resolved.set_cookie.as_deref().is_some_and(|cookie| cookie.contains(MARK)), "{resolved:?}");
    // All or nothing is the same for everybody.
    let shop = canaried(100);
    let resolved = resolve(&shop, "");
    assert_eq!((shown(&resolved), resolved.private, &resolved.set_cookie), (vec!["1.2.0"], false, &None));
}

#[test]
fn what_cannot_be_had_is_passed_over_and_said() {
    let shop = shop(false);
    let (stable, canary) = (published("1.1.0", 1), published("1.2.0", 99));
    hear(&shop, with_canary(&release(&stable), &canary, 100), NOW);
    shop.remotes.publish(canary);
    let resolved = resolve(&shop, "");
    assert_eq!(shown(&resolved), [bundled()], "the bundled version is the last resort");
    assert_eq!(
        resolved.passed_over.as_deref(),
        Some(
            "products=1.2.0; because=\"it is built for contract 99, which this shop does not speak\", \
             products=1.1.0; because=\"its manifest cannot be had: it was not read yet\""
        )
    );
    // Another manifest than the one that was registered is no better than none.
    let mut other = published("1.1.0", 1);
    other.digest = published("1.2.0", 1).digest;
    shop.remotes.publish(other);
    let resolved = resolve(&shop, "");
    assert!(resolved.passed_over.is_some_and(|passed| passed.contains("not the one that the release names")));
    shop.remotes.publish(stable);
    assert_eq!(shown(&resolve(&shop, "")), ["1.1.0"]);
}

#[test]
fn what_was_stable_before_stands_in_for_what_cannot_be_had() {
    let shop = shop(false);
    let (old, new) = (published("1.1.0", 1), published("1.2.0", 1));
    let promoted = with_canary(&release(&old), &new, 50).promote(None, &change()).unwrap();
    hear(&shop, changed(promoted), NOW);
    shop.remotes.publish(old);
    let assigned = shop.remotes.assign(&products(), None, None, NOW).unwrap();
    assert_eq!((assigned.manifest.version().as_str(), assigned.reason), ("1.1.0", Reason::Fallback));
}

#[test]
fn a_preview_goes_before_everything_and_says_so() {
    let shop = canaried(50);
    shop.remotes.publish(published("1.3.0", 1));
    let resolved = resolve(&shop, "storefront-preview=remote.products=1.3.0");
    assert_eq!((shown(&resolved), resolved.private), (vec!["1.3.0"], true));
    let notice = resolved.notice.unwrap();
    assert_eq!(notice.end, "/products?preview.end");
    assert_eq!(notice.shown.len(), 1);
    // One that cannot be shown is named with what stands in for it.
    let resolved = resolve(&shop, "storefront-preview=remote.products=1.4.0");
    let notice = resolved.notice.unwrap();
    assert!(notice.shown.iter().all(|shown| shown.instead.is_some()), "{notice:?}");
}

#[test]
fn the_key_of_a_page_holds_what_its_bytes_and_headers_depend_on() {
    let key = |shop: &Shop, cookie: &str| {
        let mut key = "/products".to_owned();
        resolve(shop, cookie).write_key(&mut key);
        key
    };
    let (split, all) = (canaried(50), canaried(100));
    split.remotes.publish(published("1.3.0", 1));
    let visitor = |number: u32| format!("storefront-visitor={number:032x}");
    let gets_the_canary = |number: &u32| shown(&resolve(&split, &visitor(*number))) == ["1.2.0"];
    let keys = [
        key(&split, &visitor((0..1000).find(gets_the_canary).unwrap())),
        key(&split, &format!("storefront-visitor={MARK}")),
        key(&split, &format!("storefront-visitor={MARK}; storefront-preview=remote.product-detail=1.3.0")),
        key(&split, "storefront-preview=remote.products=1.3.0"),
        key(&split, "storefront-preview=remote.products=1.9.0"),
        key(&all, ""),
        key(&shop(false), ""),
    ];
    let mut distinct = keys.to_vec();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), keys.len(), "{keys:?}");
    let cookie = format!("storefront-visitor={MARK}");
    assert_eq!(key(&split, ""), key(&split, &cookie), "a page is kept once a cohort, not once a visitor");
}

#[test]
fn an_expired_release_leaves_the_bundled_version() {
    let shop = canaried(100);
    let day = shop.remotes.freshness().keep;
    let assigned = shop.remotes.assign(&products(), None, None, NOW + day + 1.0).unwrap();
    assert_eq!((assigned.manifest.version().as_str(), assigned.reason), (bundled().as_str(), Reason::Bundled));
}

#[test]
fn a_version_in_the_making_goes_before_any_release_and_after_a_preview() {
    // In production no such version is built; were one, the release would go first.
    let mut manifests = crate::bundled::manifests();
    manifests.retain(|manifest| *manifest.remote() != products());
    manifests.push((*published("1.3.0-dev.4", 1).manifest).clone());
    let mut shop = canaried(100);
    shop.remotes = crate::remotes::Remotes::new(manifests, *shop.remotes.freshness(), true, true);
    hear(&shop, release(&published("1.1.0", 1)), NOW);
    shop.remotes.publish(published("1.1.0", 1));
    assert_eq!(shown(&resolve(&shop, "")), ["1.3.0-dev.4"]);
    assert_eq!(shown(&resolve(&shop, "storefront-preview=remote.products=1.1.0")), ["1.1.0"]);
}

#[test]
fn the_entry_leads_to_the_visitors_version() {
    let shop = canaried(50);
    let follow = |cookie: &str| {
        ask("/remotes/products/remoteEntry.js", &[("cookie", cookie)], NOW, |incoming| {
            let wanted = PublicPath::Entry { remote: products() };
            match shop.plan(crate::route::Route::Remote(wanted), incoming) {
                Plan::Now(Answer::Reply(reply)) => reply,
                other => panic!("{other:?}"),
            }
        })
    };
    let reply = follow(&format!("storefront-visitor={MARK}"));
    let entry = published("1.1.0", 1).manifest.entry().clone();
    let location = path::public_file(&products(), &version("1.1.0"), &entry);
    assert_eq!(reply.head.template.status, 302);
    assert!(reply.head.extra.contains(&("location", location)), "{:?}", reply.head);
    assert_eq!(reply.head.template.cache_control, "private, no-cache");
    assert!(follow("").head.extra.iter().any(|(name, _)| *name == "set-cookie"));
}
