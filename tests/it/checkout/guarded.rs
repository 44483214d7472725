//! What no response of the checkout may do: reach a cache, tell its address, obey another site, or write a key to the log.

use storefront_tests::client::Request;

use super::{Selling, TYPED, total};
use crate::Faults;

#[test]
fn nothing_is_cacheable_forged_or_logged() {
    let selling = Selling::start();
    let mut shopper = selling.shopper();
    let review = shopper.comes_to_review();
    let mut faults = Faults::default();
    let buy = format!("total={}&way=invoice", total(&review));
    // Forms of other sites, with the shopper's cookies.
    for (target, content) in [
        ("/checkout/contact", TYPED),
        ("/checkout/delivery", "method=Express"),
        ("/checkout/order", buy.as_str()),
        ("/checkout/authenticate", "answer=approve"),
        ("/orders/7K3M-Q9XR/cancel", "key=00112233445566778899aabbccddeeff"),
        ("/orders/7K3M-Q9XR/withdrawal", "key=00112233445566778899aabbccddeeff"),
    ] {
        let request = |name: &str, value: &str| {
            Request::new("POST", target)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("cookie", &shopper.field())
                .header(name, value)
                .body(content)
        };
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let response = selling.shop.send(&request(name, value));
            faults.equal(format!("{target} {name}: {value}"), &response.status, &403);
        }
    }
    let unchanged = shopper.opens("/checkout/review").text();
    faults.expect(unchanged.contains("Buy now") && unchanged.contains("Standard"), || {
        "a forged form was obeyed".to_owned()
    });
    let mut seen = Vec::new();
    for target in ["/checkout", "/checkout/delivery", "/checkout/review"] {
        seen.push((target.to_owned(), shopper.opens(target)));
    }
    let ordered = shopper.posts("/checkout/order", &buy);
    let address = ordered.header("location").expect("an address").clone();
    seen.push(("/checkout/order".to_owned(), ordered));
    let page = shopper.opens(&address);
    seen.push((address.clone(), page));
    for (target, response) in &seen {
        faults.equal(target, &response.header("cache-control").as_deref(), &Some("private, no-store"));
        faults.equal(target, &response.header("referrer-policy").as_deref(), &Some("same-origin"));
        faults.equal(target, &response.header("etag"), &None);
        // A server in between may keep these for everybody: they name files of the shop, and nothing of a shopper.
        let links = response.header("link").unwrap_or_default();
        faults.expect(!links.contains("/orders/") && !links.contains("key="), || format!("{target} links {links}"));
    }
    // Whoever asks next without cookies gets nothing of it.
    for target in ["/checkout", "/checkout/review", "/cart"] {
        let text = selling.shop.get(target).text();
        faults.expect(!text.contains("ada@example.com"), || format!("{target}: a stranger sees the address"));
    }
    let (_, key) = address.split_once("?key=").expect("a key");
    for (log, text) in [("shop", selling.shop.output()), ("origin", selling.record.log())] {
        for secret in [key, "ada@example.com", "Lovelace"] {
            faults.expect(!text.contains(secret), || format!("the log of the {log} has `{secret}`"));
        }
    }
    faults.report("`shop/src/handlers/checkout/respond.rs` has the fields of every response");
}
