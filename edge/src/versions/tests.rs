//! What `/__versions` says: the JSON that the operator's commands read, and the page.

use serde_json::{Value, json};

use crate::follow::Heard;
use crate::testing::{MARK, NOW, ask, bundled, hear, products, published, release, shop, with_canary};

#[test]
fn it_tells_the_version_and_why() {
    let shop = shop(false);
    let (stable, canary) = (published("1.1.0", 1), published("1.2.0", 99));
    hear(&shop, with_canary(&release(&stable), &canary, 99), NOW);
    shop.remotes.publish(stable);
    shop.remotes.publish(canary);
    shop.remotes.follow(&products(), |followed| followed.hear(Heard::Failed("down".to_owned()), NOW + 2_000.0));
    let cookie = format!("storefront-visitor={MARK}");
    let reply = ask("/__versions", &[("cookie", &cookie)], NOW + 2_500.0, |incoming| super::answer(&shop, incoming));
    assert_eq!(reply.head.template.cache_control, "no-store");
    let document: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(document.get("shop"), Some(&json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!(document.get("origin"), Some(&json!("r2")));
    assert_eq!(
        document.pointer("/remotes/products"),
        Some(&json!({
            "version": "1.1.0",
            "reason": "stable",
            "contracts": [1],
            "bundled": bundled(),
            "bucket": 5763,
            "release": {
                "serial": 3,
                "stable": "1.1.0",
                "canary": { "version": "1.2.0", "percent": 99 },
                "ageMilliseconds": 2500,
                "source": "origin",
                "error": "down"
            },
            "passedOver": [{
                "version": "1.2.0",
                "reason": "canary",
                "because": "it is built for contract 99, which this shop does not speak"
            }]
        }))
    );
    assert_eq!(document.pointer("/remotes/product-detail/reason"), Some(&json!("bundled")));
}

#[test]
fn people_get_a_page() {
    let shop = shop(false);
    hear(&shop, with_canary(&release(&published("1.1.0", 1)), &published("1.2.0", 1), 50), NOW);
    let headers = [("accept", "text/html,application/xhtml+xml")];
    let reply = ask("/__versions", &headers, NOW, |incoming| super::answer(&shop, incoming));
    let page = String::from_utf8_lossy(&reply.body).into_owned();
    for part in ["1.2.0 for 50 %", "5763 of 0 to 9999", "noindex"] {
        assert!(page.contains(part), "`{part}` is missing in {page}");
    }
    assert!(reply.head.extra.iter().any(|(name, value)| *name == "set-cookie" && value.contains(MARK)));
}
