//! Preview links: the visitors who may see a version that is not released, the notice on the page, and the way out. Signatures are made by an
//! HMAC of the tests' own.

use std::time::Duration;

use storefront_tests::client::{Request, Response};
use storefront_tests::markup;
use storefront_tests::object_store_signing::{hexadecimal, hmac};
use storefront_tests::store_clock::now_seconds;
use storefront_tests::store_fault::Fault;

use crate::Faults;
use crate::faults::{PRODUCTS, hasty};
use crate::http::kinds::PRIVATE;
use crate::rollout::visitors::{PREVIEW_SECRET, Trial, development, production, set_cookies, with_cookie};

/// Longer than the store may take in the shop of these tests, and than its manifest's page may.
const IN_TIME: Duration = Duration::from_secs(3);

const HOUR: u64 = 60 * 60;

/// The parameters of a signed link.
fn signed(secret: &str, versions: &str, expires: u64) -> String {
    let text = format!("{versions}&preview.expires={expires}");
    let code = hmac(secret.as_bytes(), format!("storefront-preview-1\n{text}").as_bytes());
    format!("{text}&preview.signature={}", hexadecimal(&code))
}

/// The cookie that an answer sets, as a browser sends it back, and its attributes.
fn cookie_of(answer: &Response) -> (String, String) {
    let cookie =
        set_cookies(answer).into_iter().find(|cookie| cookie.contains("storefront-preview=")).unwrap_or_default();
    let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
    (pair.to_owned(), attributes.to_owned())
}

/// A link leads to a page without its parameters, which shows the version, says so, and has a way out.
fn check_way(faults: &mut Faults, trial: &Trial, link: &str, attributes: impl Fn(&str) -> bool) -> String {
    let number = trial.next.number();
    let answer = trial.shop.server.get(format!("/products?category=Kitchen&{link}&page=1"));
    faults.equal("the link", &answer.status, &303);
    let location = answer.header("location").unwrap_or_default();
    faults.equal("leads to", &location.as_str(), &"/products?category=Kitchen&page=1");
    faults.equal("the link's caching", &answer.header("cache-control").as_deref(), &Some(PRIVATE));
    let (cookie, found) = cookie_of(&answer);
    faults.expect(attributes(&found), || format!("the cookie's attributes are `{found}`"));

    let page = trial.shop.server.send(&with_cookie(&location, &cookie));
    faults.equal("the page", &trial.shop.version_of(PRODUCTS, &page), &Ok(number.to_owned()));
    faults.equal("the page's caching", &page.header("cache-control").as_deref(), &Some(PRIVATE));
    let banner = markup::with_class(&page.text(), "preview-banner").pop();
    let said = banner.as_ref().map(markup::Element::text).unwrap_or_default();
    faults.expect(said.contains(number), || format!("the banner says `{said}`"));
    let links = banner.map(|banner| markup::named(&banner.inner, "a")).unwrap_or_default();
    let out = links.first().and_then(|link| link.attribute("href")).unwrap_or_default().to_owned();

    let versions = trial.shop.server.send(&with_cookie("/__versions", &cookie)).json()["remotes"][PRODUCTS].clone();
    faults.equal("/__versions", &versions["version"].as_str(), &Some(number));
    faults.equal("/__versions", &versions["reason"].as_str(), &Some("preview"));
    let entry = trial.shop.server.send(&with_cookie("/remotes/products/remoteEntry.js", &cookie));
    let leads = entry.header("location").unwrap_or_default();
    faults.expect(leads.starts_with(&format!("/remotes/products/{number}/")), || format!("the entry leads to {leads}"));
    faults.equal("the entry's caching", &entry.header("cache-control").as_deref(), &Some(PRIVATE));
    let known = page.header("etag").unwrap_or_default();
    // As a browser asks again: with the mark that came with the page as well.
    let marks = set_cookies(&page);
    let marks = marks.iter().filter_map(|mark| mark.split(';').next());
    let marked = marks.fold(cookie.clone(), |all, mark| format!("{all}; {mark}"));
    let again = trial.shop.server.send(&with_cookie(&location, &marked).header("if-none-match", &known));
    faults.equal("known", &(again.status, again.header("cache-control")), &(304, Some(PRIVATE.to_owned())));

    let end = trial.shop.server.send(&with_cookie(&out, &cookie));
    faults.equal(format!("the way out, {out}"), &end.status, &303);
    let back = end.header("location").unwrap_or_default();
    faults.equal("leads back to", &back.as_str(), &"/products?category=Kitchen");
    let (ended, attributes) = cookie_of(&end);
    let is_over = ended.ends_with('=') && attributes.contains("Max-Age=0");
    faults.expect(is_over, || format!("the way out sets `{ended};{attributes}`"));

    // Nobody else sees anything of it.
    let other = trial.shop.server.get(&location);
    faults.expect(!other.text().contains("preview-banner"), || "another visitor sees the banner".to_owned());
    faults.expect(!other.text().contains(number), || "another visitor sees the version".to_owned());
    cookie
}

/// A link that is refused, on a page that says why and sets nothing.
fn check_refusal(faults: &mut Faults, trial: &Trial, link: &str, status: u16, said: &str) {
    let answer = trial.shop.server.get(format!("/products?{link}"));
    faults.equal(link, &answer.status, &status);
    faults.equal(format!("{link}: cookies"), &cookie_of(&answer).0.as_str(), &"");
    faults.equal(format!("{link}: type"), &answer.media_type().as_deref(), &Some("text/html"));
    let text = String::from_utf8_lossy(&answer.body);
    faults.expect(text.contains(said), || format!("{link}: the page does not say `{said}`"));
    faults.expect(!text.contains(PREVIEW_SECRET), || format!("{link}: the secret is in the page"));
}

#[test]
fn in_development_a_link_needs_no_signature() {
    let trial = development();
    let mut faults = Faults::default();
    check_way(&mut faults, trial, "remote.products=3.1.0", |attributes| {
        attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax") && !attributes.contains("Max-Age")
    });
    check_refusal(&mut faults, trial, "remote.products=3.9.9", 404, "is not published");
    check_refusal(&mut faults, trial, "remote.nothing=3.1.0", 404, "There is no remote");
    check_refusal(&mut faults, trial, "remote.products=3.2.0", 404, "contract 99");
    check_refusal(&mut faults, trial, "remote.products=latest", 400, "names no version");
    check_refusal(&mut faults, trial, "remote.products=3.1.0&remote.products=3.0.0", 400, "each once");
    check_refusal(&mut faults, trial, "remote.products=3.1.0&preview.expires=1", 403, "has ended");
    faults.report("`?remote.<name>=<version>` is for whoever works on the shop");
}

#[test]
fn in_production_a_link_is_signed_and_ends() {
    let trial = production();
    let mut faults = Faults::default();
    let (now, wanted) = (now_seconds(), "remote.products=3.1.0");
    let good = signed(PREVIEW_SECRET, wanted, now + HOUR);
    let cookie = check_way(&mut faults, trial, &good, |attributes| {
        let age = attributes.split_once("Max-Age=").and_then(|(_, age)| age.split(';').next()?.parse::<u64>().ok());
        let is_bound = ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"].iter().all(|part| attributes.contains(part));
        is_bound && age.is_some_and(|age| age <= HOUR && age > HOUR - 60)
    });
    faults.expect(cookie.starts_with("__Host-storefront-preview="), || format!("the cookie is `{cookie}`"));

    let unsigned = "not signed by this shop";
    check_refusal(&mut faults, trial, wanted, 403, unsigned);
    check_refusal(&mut faults, trial, &good.replace("3.1.0", "3.0.0"), 403, unsigned);
    let longer = good.replace(&(now + HOUR).to_string(), &(now + 2 * HOUR).to_string());
    check_refusal(&mut faults, trial, &longer, 403, unsigned);
    check_refusal(&mut faults, trial, &format!("{good}&remote.product-detail=1.0.0"), 403, unsigned);
    let other = signed("another-secret-of-the-same-length-0123456789", wanted, now + HOUR);
    check_refusal(&mut faults, trial, &other, 403, unsigned);
    check_refusal(&mut faults, trial, &signed(PREVIEW_SECRET, wanted, now - 1), 403, "has ended");
    check_refusal(&mut faults, trial, &signed(PREVIEW_SECRET, wanted, now + 31 * 24 * HOUR), 403, "30 days");
    let endless = good.replace(&format!("&preview.expires={}", now + HOUR), "");
    check_refusal(&mut faults, trial, &endless, 403, unsigned);
    let missing = signed(PREVIEW_SECRET, "remote.products=3.9.9", now + HOUR);
    check_refusal(&mut faults, trial, &missing, 404, "is not published");
    let strange = signed(PREVIEW_SECRET, &format!("remote.products={}", trial.strange.number()), now + HOUR);
    check_refusal(&mut faults, trial, &strange, 404, "contract 99");
    check_refusal(&mut faults, trial, &format!("{wanted}&preview.signature=abc"), 400, unsigned);

    // A cookie is believed no more than a link.
    for text in [wanted.to_owned(), other, signed(PREVIEW_SECRET, wanted, now - 1), "x".repeat(5000)] {
        let request = with_cookie("/products", &format!("__Host-storefront-preview={text}"));
        let page = trial.shop.server.send(&request).text();
        faults.expect(!page.contains("preview-banner"), || format!("{request} shows a preview"));
        faults.expect(!page.contains("/remotes/products/3.1.0/"), || format!("{request} shows the version"));
    }
    // Neither the API nor a file begins a preview.
    for target in ["/api/products", "/health", "/robots.txt"] {
        let answer = trial.shop.server.send(&Request::get(format!("{target}?{good}")));
        faults.equal(target, &(answer.status, answer.header("set-cookie")), &(200, None));
    }
    faults.report("what is signed is the text of the versions and the end, and nothing is shown without it");
}

#[test]
fn a_page_of_somebody_else_neither_begins_nor_ends_a_preview() {
    let trial = production();
    let mut faults = Faults::default();
    let begin = format!("/products?{}", signed(PREVIEW_SECRET, "remote.products=3.1.0", now_seconds() + HOUR));
    let end = "/products?preview.end".to_owned();
    for (target, destination, site, changes) in [
        // From a chat or a mail, from the address bar, from the banner.
        (&begin, "document", "cross-site", true),
        (&begin, "document", "none", true),
        (&end, "document", "same-origin", true),
        (&end, "document", "none", true),
        // A picture of the catalog, a frame, a script's question, a link of another site.
        (&begin, "image", "same-origin", false),
        (&begin, "image", "cross-site", false),
        (&begin, "iframe", "cross-site", false),
        (&begin, "empty", "same-origin", false),
        (&end, "image", "same-origin", false),
        (&end, "empty", "same-origin", false),
        (&end, "document", "cross-site", false),
    ] {
        let request = Request::get(target).header("sec-fetch-dest", destination).header("sec-fetch-site", site);
        let answer = trial.shop.server.send(&request);
        let what = format!("{} as {destination}, {site}", target.split('&').next().unwrap_or_default());
        faults.equal(&what, &answer.status, &if changes { 303 } else { 403 });
        faults.equal(&what, &!cookie_of(&answer).0.is_empty(), &changes);
    }
    trial.shop.server.expect_output("{\"event\":\"preview-refused\",\"reason\":\"embedded\"");
    faults.report("only a visit changes a cookie; a preview link has to work from a chat");
}

#[test]
fn a_preview_that_cannot_be_shown_says_so_on_a_page_of_another_version() {
    let rig = hasty();
    let mut faults = Faults::default();
    for (number, fault, said) in [
        ("5.0.0", Fault::Status(500, None), "the store answered 500"),
        ("5.1.0", Fault::Slow(Duration::from_secs(6)), "no answer within"),
        ("5.2.0", Fault::Half, "the manifest cannot be read"),
    ] {
        let version = rig.shop.bundled(PRODUCTS).derived(number);
        rig.publish(&version);
        rig.store.break_it(&version.key("manifest.json"), fault);
        let request = with_cookie("/products", &format!("storefront-preview=remote.products={number}"));
        let page = match rig.shop.look(PRODUCTS, &request) {
            Ok(page) => page,
            Err(fault) => {
                faults.add(fault);
                continue;
            }
        };
        faults.expect(page.version != number, || format!("{number} is shown"));
        faults.expect(page.took < IN_TIME, || format!("{number}: the page took {:?}", page.took));
        faults.equal(number, &page.answer.header("cache-control").as_deref(), &Some(PRIVATE));
        let banner = markup::with_class(&page.answer.text(), "preview-banner").pop();
        let text = banner.as_ref().map(markup::Element::text).unwrap_or_default();
        for part in [&format!("{number} cannot be shown"), said, &format!("You see {}", page.version)] {
            faults.expect(text.contains(part), || format!("{number}: the banner `{text}` does not say `{part}`"));
        }
    }
    faults.report("a preview is a wish: what cannot be had is replaced and named");
}
