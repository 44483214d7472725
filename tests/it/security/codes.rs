//! Public answers contain codes of trouble in production. The words of the runtime and the store are for the log, and for whoever shows
//! the secret of the shop and its origin.

use serde_json::Value;
use storefront_tests::client::Request;
use storefront_tests::object_store::{Rollout, SimulatedBucket, Store as _};

use crate::Faults;
use crate::faults::{DETAIL, PRODUCTS, Shop, eventually, same};

const SECRET: &str = "a-secret-of-the-edge-and-the-origin";

/// Asks as an operator.
fn as_operator(target: &str) -> Request {
    Request::get(target).header("authorization", &format!("Bearer {SECRET}"))
}

#[test]
fn the_public_gets_codes_and_operators_the_words() {
    let shop = Shop::start(&[
        ("ENVIRONMENT", "production"),
        ("PUBLIC_ORIGIN", "https://shop.example"),
        // Nothing listens there.
        ("ORIGIN_URL", "https://127.0.0.1:9"),
        ("ORIGIN_SECRET", SECRET),
        ("ORIGIN_EVERY_MS", "100"),
        ("RELEASE_FRESH_MS", "100"),
        ("RELEASE_STALE_MS", "200"),
    ]);
    let (server, bucket) = (&shop.server, SimulatedBucket(&shop.server));
    // A release that is none, and one whose stable version has a manifest that is none.
    bucket.put(PRODUCTS, &format!("{PRODUCTS}/release.json"), b"{\"schema\":99}");
    let broken = shop.bundled(DETAIL).derived("7.0.0");
    bucket.release(&Rollout::first(&broken));
    bucket.put(DETAIL, &broken.key("manifest.json"), b"{}");

    let mut faults = Faults::default();
    let versions = |request: &Request| server.send(request).json()["remotes"].clone();
    let public = eventually("trouble with both remotes", || {
        let found = versions(&Request::get("/__versions"));
        let (code, because) = (&found[PRODUCTS]["release"]["code"], &found[DETAIL]["passedOver"][0]["code"]);
        same("code", &code.as_str(), &Some("invalid"))
            .and(same("because", &because.as_str(), &Some("other-bytes")))
            .map(|()| found.clone())
            .map_err(|fault| format!("{fault}\n{found}"))
    });
    let error = |found: &Value| found[PRODUCTS]["release"]["error"].as_str().unwrap_or_default().to_owned();
    let sentence = "it breaks the rules of its kind";
    faults.equal("error", &error(&public).as_str(), &sentence);
    let words = error(&versions(&as_operator("/__versions")));
    faults.expect(words.starts_with("the release was refused: "), || format!("an operator reads `{words}`"));
    let wrong = Request::get("/__versions").header("authorization", "Bearer another-secret-than-the-shops");
    faults.equal("with a wrong secret", &error(&versions(&wrong)).as_str(), &sentence);
    server.expect_output("{\"event\":\"secret-refused\",\"count\":1}");
    server.expect_output("the release was refused: ");

    let page = server.get("/products/cafe-press").header("x-remote-fallback").unwrap_or_default();
    faults.equal("x-remote-fallback", &page.as_str(), &"product-detail=7.0.0; because=\"other-bytes\"");
    let file = server.get(format!("/remotes/{DETAIL}/7.0.0/x.js"));
    let detail = file.json()["detail"].clone();
    faults.equal(
        "a file",
        &(file.status, detail.as_str()),
        &(502, Some("version `7.0.0` of `product-detail` cannot be read: it has other bytes than were registered")),
    );

    let words = server.send(&as_operator(&format!("/remotes/{DETAIL}/7.0.0/x.js"))).json()["detail"].clone();
    let expect = "the store has another manifest than the one that was registered";
    faults.expect(words.as_str().is_some_and(|words| words.ends_with(expect)), || format!("an operator reads {words}"));
    // The file itself, of a version whose manifest is right.
    let damaged = shop.bundled(PRODUCTS).derived("7.1.0");
    bucket.put(PRODUCTS, &damaged.key("manifest.json"), &damaged.text);
    bucket.put(PRODUCTS, &damaged.key(damaged.style()), b"p {}");
    let url = damaged.url(damaged.style());
    let answer = server.get(&url);
    let (code, detail) = (answer.json()["code"].clone(), answer.json()["detail"].clone());
    faults.equal("a damaged file", &(answer.status, code.as_str()), &(502, Some("other-bytes")));
    let expect = "the file cannot be read where it is kept: it has other bytes than were registered";
    faults.equal("a damaged file", &detail.as_str(), &Some(expect));
    let words = server.send(&as_operator(&url)).json()["detail"].clone();
    let expect = "the store's file has another length than its manifest says";
    faults.expect(words.as_str().is_some_and(|words| words.ends_with(expect)), || format!("an operator reads {words}"));

    let ready = |request: &Request| server.send(request).json()["catalog"]["error"].clone();
    eventually("trouble with the origin", || {
        let error = ready(&Request::get("/health/ready"));
        // Nothing listens there; a system may refuse at once or not answer at all.
        if ["unreachable", "timeout"].contains(&error.as_str().unwrap_or_default()) {
            Ok(())
        } else {
            Err(error.to_string())
        }
    });
    let words = ready(&as_operator("/health/ready"));
    let has_words = words.as_str().is_some_and(|words| words.contains(": the origin "));
    faults.expect(has_words, || format!("an operator reads {words} in /health/ready"));
    faults.equal("security.txt without a contact", &server.get("/.well-known/security.txt").status, &404);
    faults.report(
        "`shop/src/remotes/cause.rs` and `shop/src/catalog/trouble.rs` have the codes, docs/rollout.md and docs/operations.md list them",
    );
}
