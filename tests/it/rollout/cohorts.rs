//! A canary at 50 % as visitors meet it: the visitors who get it keep it, and no visitor's response changes another's.
//! In development by S3, in production by the bucket's binding.

use storefront_tests::client::{Request, Response};
use storefront_tests::object_store::Version;

use crate::Faults;
use crate::faults::{DETAIL, PRODUCTS, page_of};
use crate::http::kinds::PRIVATE;
use crate::rollout::visitors::{Trial, development, mark, production, set_cookies, with_cookie};

const DEVELOPMENT_COOKIE: &str = "storefront-visitor";
const PRODUCTION_COOKIE: &str = "__Host-storefront-visitor";

/// New visitors. Their shares lie within five standard deviations of the half but once in two million runs.
const VISITORS: u32 = 400;
const LEAST: u32 = 150;
const MOST: u32 = 250;

/// New visitors come: each is marked once, gets the version of its bucket, and keeps it.
fn check_visitors(trial: &Trial, cookie: &str, attributes: &str, visitors: u32) -> (Faults, u32) {
    let mut faults = Faults::default();
    let mut in_canary = 0;
    let mut marks = std::collections::BTreeSet::new();
    for visitor in 0..visitors {
        let answer = trial.shop.server.get("/products");
        let version = trial.shop.version_of(PRODUCTS, &answer).unwrap_or_else(|fault| panic!("{fault}\n{answer}"));
        let Some(mark) = mark(&answer, cookie) else {
            faults.add(format!("a new visitor has no mark: {:?}", set_cookies(&answer)));
            continue;
        };
        faults.equal("cookies", &set_cookies(&answer), &vec![format!("{cookie}={mark}{attributes}").as_str()]);
        faults.equal("caching", &answer.header("cache-control").as_deref(), &Some(PRIVATE));
        faults.expect(marks.insert(mark.to_owned()), || format!("`{mark}` was given twice"));
        faults.equal(format!("version for {mark}"), &version.as_str(), &trial.version_for(mark));
        in_canary += u32::from(version == trial.canary.number());
        // Once more than a few would only take time: an answer depends on the cookie alone.
        if visitor < 20 {
            check_return(&mut faults, trial, &format!("{cookie}={mark}"), &version);
        }
    }
    (faults, in_canary)
}

/// A visitor comes back: every page, the entry and `/__versions` agree, and nothing is set again.
fn check_return(faults: &mut Faults, trial: &Trial, cookie: &str, version: &str) {
    let known = |answer: &Response| (answer.header("cache-control"), set_cookies(answer).len());
    for target in ["/products", "/products?category=Kitchen", "/products?page=0"] {
        let answer = trial.shop.server.send(&with_cookie(target, cookie));
        if answer.status == 200 {
            let found = trial.shop.version_of(PRODUCTS, &answer);
            faults.equal(format!("{target} for {cookie}"), &found, &Ok(version.to_owned()));
        }
        faults.equal(format!("{target} for {cookie}"), &known(&answer), &(Some(PRIVATE.to_owned()), 0));
        let page = answer.text();
        let named = page.contains(&format!("/remotes/products/{version}/"));
        faults.expect(named, || format!("{target} for {cookie} names another version than {version}"));
        let Some(etag) = answer.header("etag") else { continue };
        let again = trial.shop.server.send(&with_cookie(target, cookie).header("if-none-match", &etag));
        faults.equal(format!("{target}, known"), &again.status, &304);
        faults.equal(format!("{target}, known"), &known(&again), &(Some(PRIVATE.to_owned()), 0));
    }
    let entry = trial.shop.server.send(&with_cookie("/remotes/products/remoteEntry.js", cookie));
    let location = entry.header("location").unwrap_or_default();
    faults.expect(location.starts_with(&format!("/remotes/products/{version}/")), || format!("{cookie}: {location}"));
    faults.equal("the entry", &known(&entry), &(Some(PRIVATE.to_owned()), 0));
    let versions = trial.shop.server.send(&with_cookie("/__versions", cookie)).json()["remotes"][PRODUCTS].clone();
    faults.equal("/__versions", &versions["version"].as_str(), &Some(version));
    let reason = if version == trial.canary.number() { "canary" } else { "stable" };
    faults.equal("why", &versions["reason"].as_str(), &Some(reason));
}

#[test]
fn half_of_the_visitors_get_the_canary_and_keep_it() {
    let attributes = "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax";
    let (mut faults, in_canary) = check_visitors(development(), DEVELOPMENT_COOKIE, attributes, VISITORS);
    let is_half = (LEAST..=MOST).contains(&in_canary);
    faults.expect(is_half, || format!("{in_canary} of {VISITORS} new visitors are in the canary"));
    faults.report("a visitor is marked once and gets the version of its bucket from then on");
}

#[test]
fn production_marks_visitors_for_its_own_host_alone() {
    let attributes = "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure";
    let (mut faults, _) = check_visitors(production(), PRODUCTION_COOKIE, attributes, 40);
    // A neighbouring host can plant a cookie of this name, and a visitor any text: neither is a mark.
    let planted = format!("{DEVELOPMENT_COOKIE}={}", "0".repeat(32));
    for cookie in [planted.as_str(), "__Host-storefront-visitor=<script>", "__Host-storefront-visitor="] {
        let answer = production().shop.server.send(&with_cookie("/products", cookie));
        faults.expect(mark(&answer, PRODUCTION_COOKIE).is_some(), || format!("`{cookie}` was taken for a mark"));
    }
    faults.report("`__Host-` cookies are sent by this host over https alone");
}

#[test]
fn what_does_not_split_marks_nobody() {
    let mut faults = Faults::default();
    for trial in [development(), production()] {
        for target in ["/", "/api/products", "/api/products/1", "/health", "/sitemap.xml", "/robots.txt", "/nothing"] {
            let answer = trial.shop.server.get(target);
            faults.equal(target, &answer.header("set-cookie"), &None);
            let caching = answer.header("cache-control").unwrap_or_default();
            faults.expect(!caching.contains("private"), || format!("{target}: `{caching}`"));
        }
        // The page of a remote whose release does not split is everybody's.
        let answer = trial.shop.server.get(page_of(DETAIL));
        faults.equal("no split", &answer.header("set-cookie"), &None);
        faults.equal("no split", &answer.header("cache-control").as_deref(), &Some("no-cache"));
        for version in [&trial.stable, &trial.canary, &trial.next] {
            let answer = trial.shop.server.get(version.url(version.style()));
            faults.equal(version.number(), &answer.status, &200);
            faults.expect(answer.body == version.files[version.style()], || format!("{}: bytes", version.number()));
            faults.equal(version.number(), &answer.header("set-cookie"), &None);
        }
    }
    faults.report("a cookie is set on pages whose release splits, and any version is served to anybody");
}

#[test]
fn a_head_and_a_condition_tell_a_new_visitor_the_same() {
    let trial = development();
    let mut faults = Faults::default();
    let answer = trial.shop.server.send(&Request::new("HEAD", "/products"));
    faults.equal("HEAD", &answer.status, &200);
    faults.expect(mark(&answer, DEVELOPMENT_COOKIE).is_some(), || format!("HEAD gives no mark: {answer}"));
    // A new visitor that knows the page of one version must not be told that it is current when it gets the other.
    let etag_of = |version: &Version| {
        (0..64).find_map(|_| {
            let answer = trial.shop.server.get("/products");
            let found = trial.shop.version_of(PRODUCTS, &answer).ok()?;
            (found == version.number()).then(|| answer.header("etag")).flatten()
        })
    };
    let (stable, canary) = (etag_of(&trial.stable), etag_of(&trial.canary));
    faults.expect(stable.is_some() && canary.is_some() && stable != canary, || format!("{stable:?}, {canary:?}"));
    for _ in 0..20 {
        let known = Request::get("/products").header("if-none-match", stable.as_deref().unwrap_or_default());
        let answer = trial.shop.server.send(&known);
        // A cache may add the headers of a 304 to the page it kept, and hand this visitor's mark to others.
        faults.equal("a condition of a new visitor", &answer.status, &200);
        let mark = mark(&answer, DEVELOPMENT_COOKIE).unwrap_or_default();
        let known = known.header("cookie", &format!("{DEVELOPMENT_COOKIE}={mark}"));
        let expect = if trial.version_for(mark) == trial.stable.number() { 304 } else { 200 };
        faults.equal(format!("a condition of {mark}"), &trial.shop.server.send(&known).status, &expect);
        faults.equal("caching", &answer.header("cache-control").as_deref(), &Some(PRIVATE));
    }
    faults.report("a tag is of the bytes, and the bytes are of one version");
}
