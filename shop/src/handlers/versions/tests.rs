//! What `/__versions` says: the JSON that the operator's commands read, and the page.

use serde_json::{Value, json};

use crate::remotes::cause::Cause;
use crate::remotes::follow::Heard;
use crate::shop::Shop;
use crate::testing::{MARK, NOW, ask, bundled, hear, products, published, release, shop, version, with_canary};

#[test]
fn it_tells_the_version_and_why() {
    let shop = shop(false);
    let (stable, canary) = (published("9.1.0", 1), published("9.2.0", 99));
    hear(&shop, with_canary(&release(&stable), &canary, 99), NOW);
    shop.remotes.publish(stable);
    shop.remotes.publish(canary);
    shop.remotes
        .follow(&products(), |followed| followed.hear(Heard::Failed(Cause::unreachable("down")), NOW + 2_000.0));
    let cookie = format!("storefront-visitor={MARK}");
    let reply = ask("/__versions", &[("cookie", &cookie)], NOW + 2_500.0, |incoming| super::answer(&shop, incoming));
    assert_eq!(reply.reply.cache_control, web::CacheControl::NoStore);
    let document: Value = serde_json::from_slice(&reply.reply.body).unwrap();
    assert_eq!(document.get("shop"), Some(&json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!((document.get("store"), document.get("origin")), (Some(&json!("r2")), Some(&json!("r2"))));
    assert_eq!(
        document.pointer("/remotes/products"),
        Some(&json!({
            "version": "9.1.0",
            "reason": "stable",
            "contracts": [1, 2],
            "bundled": bundled(),
            "bucket": 5763,
            "release": {
                "serial": 3,
                "stable": "9.1.0",
                "canary": { "version": "9.2.0", "percent": 99 },
                "ageMilliseconds": 2500,
                "source": "store",
                "highestSerial": 3,
                "error": "the store cannot be reached: down",
                "code": "unreachable",
                "refused": null
            },
            "passedOver": [{
                "version": "9.2.0",
                "reason": "canary",
                "code": "contract",
                "because": "it is built for contract 99, which this shop does not speak"
            }]
        }))
    );
    assert_eq!(document.pointer("/remotes/product-detail/reason"), Some(&json!("bundled")));
}

#[test]
fn fields_keep_their_order() {
    let shop = shop(false);
    hear(&shop, with_canary(&release(&published("9.1.0", 1)), &published("9.2.0", 1), 12), NOW);
    let reply = ask("/__versions", &[], NOW, |incoming| super::answer(&shop, incoming));
    let text = String::from_utf8_lossy(&reply.reply.body).into_owned();
    let fields = [
        "{\"shop\":\"",
        "\"store\":\"r2\",",
        "\"origin\":\"r2\",",
        "\"remotes\":{\"product-detail\":{",
        "\"products\":{",
        "\"version\":",
        "\"reason\":",
        "\"contracts\":[1,2],",
        "\"bundled\":",
        "\"bucket\":5763,",
        "\"release\":{",
        "\"serial\":3,",
        "\"stable\":\"9.1.0\",",
        "\"canary\":{\"version\":\"9.2.0\",\"percent\":12},",
        "\"ageMilliseconds\":0,",
        "\"source\":\"store\",",
        "\"highestSerial\":3,",
        "\"error\":null,",
        "\"code\":null,",
        "\"refused\":null},",
        "\"passedOver\":[{\"version\":\"9.1.0\",",
        "\"reason\":\"stable\",",
        "\"code\":\"unread\",",
        "\"because\":\"",
    ];
    let mut rest = text.as_str();
    for field in fields {
        let (_, after) = rest.split_once(field).unwrap_or_else(|| panic!("`{field}` is not next in `{rest}`"));
        rest = after;
    }
    assert!(rest.ends_with("\"}]}}}"), "{rest}");
}

fn release_of(shop: &Shop) -> Value {
    let reply = ask("/__versions", &[], NOW, |incoming| super::answer(shop, incoming));
    let document: Value = serde_json::from_slice(&reply.reply.body).unwrap();
    document.pointer("/remotes/products/release").cloned().unwrap_or_default()
}

#[test]
fn a_refused_release_is_named_for_programs() {
    let shop = shop(false);
    let first = release(&published("9.1.0", 1));
    hear(&shop, with_canary(&first, &published("9.2.0", 1), 50), NOW);
    assert_eq!(release_of(&shop).get("refused"), Some(&Value::Null));
    hear(&shop, first, NOW);
    let found = release_of(&shop);
    assert_eq!(found.get("refused"), Some(&json!({ "reason": "older-serial", "serial": 1, "seen": 3 })));
    assert_eq!((found.get("serial"), found.get("highestSerial")), (Some(&json!(3)), Some(&json!(3))));
    let broken = Heard::Failed(Cause::Invalid("the release was refused: it is no release document".to_owned()));
    shop.remotes.follow(&products(), |followed| followed.hear(broken, NOW));
    let refused = json!({ "reason": "invalid", "serial": null, "seen": 3 });
    assert_eq!(release_of(&shop).get("refused"), Some(&refused));
}

#[test]
fn in_production_everybody_learns_the_code_and_nobody_the_runtimes_words() {
    let shop = shop(true);
    let (stable, canary) = (published("9.1.0", 1), published("9.2.0", 1));
    hear(&shop, with_canary(&release(&stable), &canary, 100), NOW);
    let lost = || Cause::unreachable("internal error; reference = 0123456789");
    shop.remotes.fail(&products(), &version("9.2.0"), lost(), NOW);
    shop.remotes.follow(&products(), |followed| followed.hear(Heard::Failed(lost()), NOW));
    let reply = ask("/__versions", &[], NOW, |incoming| super::answer(&shop, incoming));
    let text = String::from_utf8_lossy(&reply.reply.body).into_owned();
    assert!(!text.contains("reference"), "{text}");
    let document: Value = serde_json::from_slice(&reply.reply.body).unwrap();
    let release = document.pointer("/remotes/products/release").unwrap();
    assert_eq!(release.get("code"), Some(&json!("unreachable")));
    assert_eq!(release.get("error"), Some(&json!("the store cannot be reached")));
    let passed = document.pointer("/remotes/products/passedOver/0").unwrap();
    assert_eq!(passed.get("code"), Some(&json!("unreachable")));
    let because = "its manifest cannot be had: the store cannot be reached";
    assert_eq!(passed.get("because"), Some(&json!(because)));
}

#[test]
fn people_get_a_page() {
    let shop = shop(false);
    hear(&shop, with_canary(&release(&published("9.1.0", 1)), &published("9.2.0", 1), 50), NOW);
    let headers = [("accept", "text/html,application/xhtml+xml")];
    let reply = ask("/__versions", &headers, NOW, |incoming| super::answer(&shop, incoming));
    let page = String::from_utf8_lossy(&reply.reply.body).into_owned();
    for part in ["9.2.0 for 50 %", "5763 of 0 to 9999", "noindex"] {
        assert!(page.contains(part), "`{part}` is missing in {page}");
    }
    assert!(reply.reply.cookies.iter().any(|cookie| cookie.to_string().contains(MARK)));
}

#[test]
fn the_public_gets_codes_and_operators_the_words() {
    let mut shop = shop(true);
    shop.operators = crate::visitor::operators::Operators::new(true, Some("0123456789abcdef".to_owned()));
    let stable = published("9.1.0", 1);
    hear(&shop, release(&stable), NOW);
    let failed = Heard::Failed(Cause::bucket("internal error; reference = 0123"));
    shop.remotes.follow(&products(), |followed| followed.hear(failed, NOW));
    let said = |field: &str| {
        let reply = ask("/__versions", &[("authorization", field)], NOW, |incoming| super::answer(&shop, incoming));
        let document: Value = serde_json::from_slice(&reply.reply.body).unwrap();
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        [
            text("/remotes/products/release/code"),
            text("/remotes/products/release/error"),
            text("/remotes/products/passedOver/0/code"),
            text("/remotes/products/passedOver/0/because"),
        ]
    };
    let unread = "its manifest cannot be had: it was not read yet";
    let public = ["store-error", "the store answered with an error", "unread", unread];
    assert_eq!(said(""), public);
    assert_eq!(said("Bearer 0123456789abcdee"), public);
    let words = ["store-error", "the bucket failed: internal error; reference = 0123", "unread", unread];
    assert_eq!(said("Bearer 0123456789abcdef"), words);
    assert_eq!(shop.tally.borrow_mut().lines(), [r#"{"event":"secret-refused","count":1}"#]);
}
