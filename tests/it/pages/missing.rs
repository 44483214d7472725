//! Missing things are a 404 of the right kind: a page for people, problem+json for programs, never another valid page.
//! A script or style that is answered with HTML breaks every visitor who holds an old page.

use serde_json::json;
use storefront_tests::bundle;
use storefront_tests::markup;
use storefront_tests::server::shop;

use crate::Faults;
use crate::http::kinds::{HTML, NOTHING, PROBLEM};

#[test]
fn an_unknown_page_is_a_page_that_says_so() {
    let mut faults = Faults::default();
    for target in [
        "/nothing",
        "/nothing/",
        "/index.html",
        "/products/999",
        "/products/1/reviews",
        "/products/1.css",
        "/products/1;x.js",
        "/products/1/x.css",
        "/products/categories",
        "/Products",
        "/PRODUCTS/1",
        "/admin",
        "/.env",
        "/.git/config",
        "/wrangler.toml",
        "/package.json",
        "/health/",
        "/healthz",
        "/sitemap.xml.gz",
        "/robots.txt/",
        "/apiary",
        "/asset",
        "/remote",
        "/beacon/",
        "/shell/manifest.json",
        "/products/%C3%A9",
        "/%F0%9F%9B%92",
        "/products/*",
        "/brands",
        "/brands/nobody",
        "/brands/hollis/x",
        "/collections",
        "/collections/Gifts",
        "/collections/%e5%a4%8f",
        "/__versions/x",
    ] {
        let answer = shop().get(target);
        faults.equal(target, &answer.status, &404);
        faults.equal(format!("{target} type"), &answer.header("content-type").as_deref(), &Some(HTML));
        let page = answer.text();
        let headings = markup::named(&page, "h1");
        faults.equal(format!("{target} headings"), &headings.len(), &1);
        let leads_on = markup::named(&page, "a").iter().any(|link| link.attribute("href") == Some("/products"));
        faults.expect(leads_on, || format!("{target}: the page has no link to the products"));
    }
    faults.report("an unknown address is a 404 page with a way on, not the start page");
}

#[test]
fn a_missing_product_page_does_not_ask_to_be_indexed() {
    let page = shop().get("/products/999").text();
    let canonical = markup::named(&page, "link").into_iter().find(|link| link.attribute("rel") == Some("canonical"));
    assert_eq!(canonical, None, "a 404 page must not name a canonical address");
    assert!(!page.contains("application/ld+json"), "a 404 page must not describe a product");
}

#[test]
fn an_unknown_address_of_the_api_is_a_problem_document() {
    let mut faults = Faults::default();
    for target in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/products/",
        "/api/products/999",
        "/api/products/facets",
        "/api/products/1/",
        "/api/products/1/x",
        "/api/Products",
        "/api/openapi",
        "/api/products/categories/",
        "/api/products/1.css",
        "/api/products/1;x.js",
        "/api/.env",
    ] {
        let answer = shop().get(target);
        faults.equal(target, &answer.status, &404);
        faults.equal(format!("{target} type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
        faults.equal(format!("{target} cache-control"), &answer.header("cache-control").as_deref(), &Some(NOTHING));
        if answer.media_type().as_deref() == Some(PROBLEM) {
            let problem = answer.json();
            faults.equal(format!("{target} status in the document"), &problem["status"], &json!(404));
            for member in ["type", "title", "detail"] {
                faults.expect(problem[member].is_string(), || format!("{target}: no `{member}` in {problem}"));
            }
        }
    }
    faults.report("errors of the API are RFC 9457 documents");
}

#[test]
fn a_missing_file_is_never_html_and_never_kept() {
    let remote = bundle::remote("products");
    let base = format!("/remotes/products/{}", remote.version);
    let entry = remote.entry.rsplit('/').next().unwrap_or_default().to_owned();
    let other = bundle::remote("product-detail").entry.rsplit('/').next().unwrap_or_default().to_owned();
    let mut targets: Vec<String> = [
        "/assets/",
        "/assets",
        "/assets/nothing.js",
        "/assets/pictures",
        "/assets/pictures/",
        "/assets/manifest.json",
        "/assets/shell.css",
        "/assets/.env",
        "/assets/../shell",
        "/remotes",
        "/remotes/",
        "/remotes/products",
        "/remotes/products/",
        "/remotes/.env",
        "/remotes/nothing/remoteEntry.js",
        "/remotes/nothing/1.0.0/a.js",
        "/remotes/products/release.json",
        "/remotes/products/manifest.json",
        "/remotes/products/latest/a.js",
        "/remotes/products/99.0.0/a.js",
        "/remotes/Products/remoteEntry.js",
        "/remotes/products/remoteEntry.js/",
        "/remotes/products/remoteentry.js",
        "/remotes/products/remoteEntry.js.map",
        "/remotes/products/v1/index.html",
    ]
    .map(str::to_owned)
    .to_vec();
    let below = ["", "/", "/.env", "/.git/config", "/nothing.js", "/index.html", "/release.json", "/../release.json"];
    targets.extend(below.map(|path| format!("{base}{path}")));
    targets.push(format!("{base}/{entry}/"));
    targets.push(format!("{base}/x/{entry}"));
    targets.push(format!("{base}/{entry}.map"));
    targets.push(format!("{base}/{}", entry.to_ascii_lowercase()));
    // A file of one remote under the name of another.
    targets.push(format!("{base}/{other}"));
    let mut faults = Faults::default();
    for target in targets {
        let answer = shop().get(&target);
        // `/assets` and `/remotes` without a slash are addresses that a person may have typed.
        if matches!(target.as_str(), "/assets" | "/remotes") {
            faults.equal(target, &answer.status, &404);
            continue;
        }
        faults.equal(&target, &answer.status, &404);
        // Dot segments are resolved before the Worker sees them: `/assets/../shell` asks for the page `/shell`.
        if target == "/assets/../shell" {
            continue;
        }
        faults.equal(format!("{target} type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
        faults.equal(format!("{target} cache-control"), &answer.header("cache-control").as_deref(), &Some(NOTHING));
    }
    faults.report("below /assets/ and /remotes/ only the files of the manifests exist");
}
