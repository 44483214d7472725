//! Which version a visitor gets, what has to be read before, and what a page's bytes depend on.

use rollout::{Reason, RemoteName, path};
use web::CacheControl;

use crate::audience::{Audience, PageKey};
use crate::bundle::Bundle;
use crate::config::Config;
use crate::remotes::cause::Cause;
use crate::remotes::follow::Heard;
use crate::remotes::resolved::{Preparation, Resolved, Wants};
use crate::routes::{ROUTES, find};
use crate::shop::Shop;
use crate::testing::{
    MARK, NOW, ask, bundle, bundled, change, changed, hear, manifest, matched, products, published, release, respond,
    shop, version, with_canary,
};

fn prepare(shop: &Shop, target: &str, cookie: &str, now: f64) -> Preparation {
    ask(target, &[("cookie", cookie)], now, |incoming| shop.prepare(&matched(incoming), incoming))
}

fn resolve(shop: &Shop, cookie: &str) -> Resolved {
    ask("/products", &[("cookie", cookie)], NOW, |incoming| {
        shop.resolve(find("/products").route, incoming, "/products")
    })
}

fn shown(resolved: &Resolved) -> Vec<&str> {
    resolved.manifests.iter().map(|manifest| manifest.version().as_str()).collect()
}

/// A shop with stable 9.1.0 and a canary 9.2.0.
fn canaried(percent: u8) -> Shop {
    let shop = shop(false);
    let (stable, canary) = (published("9.1.0", 1), published("9.2.0", 1));
    hear(&shop, with_canary(&release(&stable), &canary, percent), NOW);
    shop.remotes.publish(stable);
    shop.remotes.publish(canary);
    shop
}

#[test]
fn only_what_holds_a_remote_asks_for_releases() {
    let shop = shop(false);
    for target in [
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
    // Most visits begin there, and the next page of one has a remote. Behind the answer, and only until something is known.
    let all = || vec![RemoteName::new("product-detail").unwrap(), products()];
    assert_eq!(prepare(&shop, "/", "", NOW), Preparation::Behind(all()));
    assert_eq!(prepare(&canaried(50), "/", "", NOW + 1e6), Preparation::Behind(all().drain(..1).collect()));
    let releases = |names: &[&str]| Wants {
        releases: names.iter().map(|name| RemoteName::new(name).unwrap()).collect(),
        ..Wants::default()
    };
    for (target, names) in [
        ("/products", &["products"][..]),
        ("/products?page=2", &["products"]),
        ("/products/enamel-mug", &["product-detail"]),
        ("/remotes/products/remoteEntry.js", &["products"]),
        ("/__versions", &["product-detail", "products"]),
    ] {
        assert_eq!(prepare(&shop, target, "", NOW), Preparation::First(releases(names)), "{target}");
    }
}

#[test]
fn every_page_has_the_slot_of_the_cart_and_a_page_of_nothing_else_reads_the_others_behind() {
    for route in ROUTES.iter().filter(|route| route.is_page()) {
        assert!(route.slots.contains(&"cart"), "{}", route.name);
    }
    let name = |name| RemoteName::new(name).unwrap();
    let all: Vec<String> = ["cart", "product-detail", "products"].map(manifest).into();
    let manifests: Vec<&'static str> = all.into_iter().map(|text| &*text.leak()).collect();
    let shop = Shop::new(Bundle { manifests: manifests.leak(), ..bundle() }, Config::default(), "r2").unwrap();
    let wants = Wants { releases: vec![name("cart")], ..Wants::default() };
    assert_eq!(prepare(&shop, "/", "", NOW), Preparation::First(wants));
    shop.remotes.follow(&name("cart"), |followed| followed.hear(Heard::Absent, NOW));
    let others = || vec![name("product-detail"), products()];
    assert_eq!(prepare(&shop, "/", "", NOW), Preparation::Behind(others()));
    assert_eq!(prepare(&shop, "/cart", "", NOW), Preparation::Behind(others()));
    let wants = Wants { releases: vec![products()], ..Wants::default() };
    assert_eq!(prepare(&shop, "/products", "", NOW), Preparation::First(wants), "the cart is known by now");
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
    let manifests = || vec![(products(), version("9.3.0"))];
    let stranger = || Preparation::First(Wants { strangers: manifests(), ..Wants::default() });
    let wanted = || Preparation::First(Wants { manifests: manifests(), ..Wants::default() });
    let preview = "storefront-preview=remote.products=9.3.0";
    for (target, cookie, expect) in [
        ("/remotes/products/9.3.0/a.js", "", stranger()),
        ("/remotes/products/9.3.0/manifest.json", "", stranger()),
        ("/remotes/products/9.3.0/a.js", preview, wanted()),
        ("/products?remote.products=9.3.0", "", wanted()),
        ("/products", preview, wanted()),
    ] {
        assert_eq!(prepare(&shop, target, cookie, NOW), expect, "{target} {cookie}");
    }
    assert_eq!(prepare(&shop, "/remotes/products/9.2.0/a.js", "", NOW), Preparation::Ready, "at hand");
    assert_eq!(prepare(&shop, "/remotes/other/9.3.0/a.js", "", NOW), Preparation::Ready, "no remote of this shop");
    // Made-up versions do not become requests to the store one for one.
    shop.remotes.fail(&products(), &version("9.3.0"), Cause::Absent, NOW);
    assert_eq!(prepare(&shop, "/remotes/products/9.3.0/a.js", "", NOW + 4_999.0), Preparation::Ready);
    assert_eq!(prepare(&shop, "/remotes/products/9.3.0/a.js", "", NOW + 5_000.0), stranger());
}

#[test]
fn strangers_are_read_so_many_a_second_and_what_a_release_names_always() {
    let shop = canaried(50);
    let admitted = |now: f64| (0..1_000).filter(|_| shop.remotes.admits_stranger(now)).count();
    assert_eq!((admitted(NOW), admitted(NOW), admitted(NOW + 1_000.0)), (50, 0, 5));
    assert!(
        shop.remotes.is_named(&products(), &version("9.1.0")) && shop.remotes.is_named(&products(), &version("9.2.0"))
    );
    assert!(!shop.remotes.is_named(&products(), &version("9.0.1")));
}

#[test]
fn a_file_that_was_not_read_is_no_404() {
    #[track_caller]
    fn check(shop: &Shop, status: u16, code: Option<&str>) {
        let target = "/remotes/products/9.3.0/a.js";
        let reply = respond(shop, target, &[]).expect("a response").reply;
        let (found, document) = (reply.status, reply.body);
        let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
        assert_eq!((found, document.get("code").and_then(|code| code.as_str())), (status, code));
    }
    let shop = canaried(50);
    check(&shop, 503, Some("unread"));
    for (cause, status, code) in [
        (Cause::Timeout(5_000), 504, Some("timeout")),
        (Cause::Refused { status: 500, code: None }, 502, Some("store-error")),
        (Cause::Removed, 410, Some("removed")),
    ] {
        shop.remotes.fail(&products(), &version("9.3.0"), cause, NOW);
        check(&shop, status, code);
    }
    // A failure stands until somebody has read again; that there is none may have changed.
    let shop = canaried(50);
    shop.remotes.fail(&products(), &version("9.3.0"), Cause::Refused { status: 500, code: None }, NOW - 60_000.0);
    check(&shop, 502, Some("store-error"));
    let shop = canaried(50);
    shop.remotes.fail(&products(), &version("9.3.0"), Cause::Absent, NOW - 60_000.0);
    check(&shop, 503, Some("unread"));
    shop.remotes.fail(&products(), &version("9.3.0"), Cause::Absent, NOW);
    check(&shop, 404, None);
}

#[test]
fn a_page_waits_for_the_first_reading_of_the_version_that_its_visitor_gets() {
    let shop = shop(false);
    let (stable, canary) = (published("9.1.0", 1), published("9.2.0", 1));
    hear(&shop, with_canary(&release(&stable), &canary, 50), NOW);
    // The mark's bucket is 5763: outside.
    let marked = format!("storefront-visitor={MARK}");
    let first = || Preparation::First(Wants { releases: vec![products()], ..Wants::default() });
    assert_eq!(prepare(&shop, "/products", &marked, NOW), Preparation::Ready, "nobody reads it");
    assert!(shop.remotes.begin(&products(), &version("9.2.0"), NOW));
    assert_eq!(prepare(&shop, "/products", &marked, NOW), Preparation::Ready, "it is the canary's");
    assert_eq!(prepare(&shop, "/products", "", NOW), first(), "a new visitor may get either");
    assert!(shop.remotes.begin(&products(), &version("9.1.0"), NOW));
    assert_eq!(prepare(&shop, "/products", &marked, NOW), first());
    shop.remotes.is_slow(&products(), NOW);
    assert_eq!(prepare(&shop, "/products", &marked, NOW), Preparation::Ready, "one page has waited in vain");
    shop.remotes.publish(stable);
    assert_eq!(shown(&resolve(&shop, &marked)), ["9.1.0"]);
}

#[test]
fn a_page_that_stands_in_for_an_unknown_release_says_so_and_is_nobodys_to_keep() {
    let shop = shop(false);
    let standing_in = |shop: &Shop| {
        let resolved = resolve(shop, "");
        assert_eq!(shown(&resolved), [bundled()]);
        (resolved.passed_over, resolved.private)
    };
    let because = |code: &str| (Some(format!("products=release; because=\"{code}\"")), true);
    assert_eq!(standing_in(&shop), because("unread"));
    shop.remotes.is_slow(&products(), NOW);
    assert_eq!(standing_in(&shop), because("slow"));
    let failed = Heard::Failed(Cause::unreachable("Network connection lost."));
    shop.remotes.follow(&products(), |followed| followed.hear(failed, NOW));
    assert_eq!(standing_in(&shop), because("unreachable"));
    shop.remotes.follow(&products(), |followed| followed.hear(Heard::Absent, NOW));
    assert_eq!(standing_in(&shop), (None, false), "without a release the bundled version is the right one");
}

#[test]
fn a_split_decides_by_the_visitors_mark() {
    // The mark's bucket is 5763.
    let cookie = format!("storefront-visitor={MARK}");
    for (percent, expect) in [(1, "9.1.0"), (57, "9.1.0"), (58, "9.2.0"), (99, "9.2.0")] {
        let resolved = resolve(&canaried(percent), &cookie);
        assert_eq!(shown(&resolved), [expect], "{percent} %");
        assert!(resolved.private, "{percent} %");
        assert_eq!(resolved.cookies, [], "{percent} %");
    }
}

#[test]
fn a_mark_is_drawn_only_while_traffic_is_split() {
    let resolved = resolve(&canaried(50), "");
    assert!(resolved.cookies.iter().any(|cookie| cookie.to_string().contains(MARK)), "{resolved:?}");
    // All or nothing is the same for everybody.
    let shop = canaried(100);
    let resolved = resolve(&shop, "");
    assert_eq!((shown(&resolved), resolved.private, resolved.cookies.len()), (vec!["9.2.0"], false, 0));
}

#[test]
fn what_cannot_be_had_is_passed_over_and_said() {
    let shop = shop(false);
    let (stable, canary) = (published("9.1.0", 1), published("9.2.0", 99));
    hear(&shop, with_canary(&release(&stable), &canary, 100), NOW);
    shop.remotes.publish(canary);
    let resolved = resolve(&shop, "");
    assert_eq!(shown(&resolved), [bundled()], "the bundled version is the last resort");
    assert_eq!(
        resolved.passed_over.as_deref(),
        Some("products=9.2.0; because=\"contract\", products=9.1.0; because=\"unread\"")
    );
    // Another manifest than the one that was registered is no better than none.
    let mut other = published("9.1.0", 1);
    other.digest = published("9.2.0", 1).digest;
    shop.remotes.publish(other);
    let resolved = resolve(&shop, "");
    assert!(resolved.passed_over.is_some_and(|passed| passed.contains("other-manifest")));
    shop.remotes.publish(stable);
    assert_eq!(shown(&resolve(&shop, "")), ["9.1.0"]);
}

#[test]
fn what_was_stable_before_stands_in_for_what_cannot_be_had() {
    let shop = shop(false);
    let (old, new) = (published("9.1.0", 1), published("9.2.0", 1));
    let promoted = with_canary(&release(&old), &new, 50).promote(None, &change()).unwrap();
    hear(&shop, changed(promoted), NOW);
    shop.remotes.publish(old);
    let assigned = shop.remotes.assign(&products(), None, None, NOW).unwrap();
    assert_eq!((assigned.manifest.version().as_str(), assigned.reason), ("9.1.0", Reason::Fallback));
}

#[test]
fn a_preview_goes_before_everything_and_says_so() {
    let shop = canaried(50);
    shop.remotes.publish(published("9.3.0", 1));
    let resolved = resolve(&shop, "storefront-preview=remote.products=9.3.0");
    assert_eq!((shown(&resolved), resolved.private), (vec!["9.3.0"], true));
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
    let key = |shop: &Shop, cookie: &str| -> PageKey {
        ask("/products", &[("cookie", cookie)], NOW, |incoming| {
            let resolved = shop.resolve(find("/products").route, incoming, "/products");
            match shop.audience(find("/products").route, "/products".to_owned(), &resolved, incoming) {
                Audience::Everyone(key) => key,
                Audience::Visitor => panic!("a listing is everyone's"),
            }
        })
    };
    let (split, all) = (canaried(50), canaried(100));
    split.remotes.publish(published("9.3.0", 1));
    let visitor = |number: u32| format!("storefront-visitor={number:032x}");
    let gets_the_canary = |number: &u32| shown(&resolve(&split, &visitor(*number))) == ["9.2.0"];
    let keys = [
        key(&split, &visitor((0..1000).find(gets_the_canary).unwrap())),
        key(&split, &format!("storefront-visitor={MARK}")),
        key(&split, &format!("storefront-visitor={MARK}; storefront-preview=remote.product-detail=9.3.0")),
        key(&split, "storefront-preview=remote.products=9.3.0"),
        key(&split, "storefront-preview=remote.products=1.9.0"),
        key(&all, ""),
        key(&shop(false), ""),
    ];
    for (at, key) in keys.iter().enumerate() {
        assert!(!keys.iter().skip(at + 1).any(|other| other == key), "{key:?} stands twice");
    }
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
    let mut manifests = crate::testing::bundle().manifests();
    manifests.retain(|manifest| *manifest.remote() != products());
    manifests.push((*published("9.3.0-dev.4", 1).manifest).clone());
    let mut shop = canaried(100);
    shop.remotes = crate::remotes::Remotes::new(manifests, *shop.remotes.freshness(), true, true);
    hear(&shop, release(&published("9.1.0", 1)), NOW);
    shop.remotes.publish(published("9.1.0", 1));
    assert_eq!(shown(&resolve(&shop, "")), ["9.3.0-dev.4"]);
    assert_eq!(shown(&resolve(&shop, "storefront-preview=remote.products=9.1.0")), ["9.1.0"]);
}

#[test]
fn the_entry_leads_to_the_visitors_version() {
    let shop = canaried(50);
    let follow = |cookie: &str| {
        respond(&shop, "/remotes/products/remoteEntry.js", &[("cookie", cookie)]).expect("a response").reply
    };
    let reply = follow(&format!("storefront-visitor={MARK}"));
    let entry = published("9.1.0", 1).manifest.entry().clone();
    let location = path::public_file(&products(), &version("9.1.0"), &entry);
    assert_eq!(reply.status, 302);
    assert!(reply.field("location") == Some(&location), "{reply:?}");
    assert_eq!(reply.cache_control, CacheControl::Private);
    assert!(follow("").cookies.len() == 1);
}
