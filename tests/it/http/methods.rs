//! Every method but GET and HEAD is refused everywhere: a client that was pointed at the shop by mistake, such as one for
//! an object store, must never take an answer for a successful write. The beacon alone takes POST.

use storefront_tests::client::Request;
use storefront_tests::server::shop;

use crate::Faults;
use crate::http::kinds::{self, NOTHING, PROBLEM};

fn targets() -> Vec<String> {
    let pages = [
        "/",
        "/products",
        "/products/cafe-press",
        "/nothing",
        "/sitemap.xml",
        "/robots.txt",
        "/favicon.ico",
        "/products/",
    ];
    let rest = [
        "/api",
        "/api/products",
        "/api/products/1",
        "/api/products/999",
        "/api/products/categories",
        "/api/openapi.json",
        "/api/nothing",
        "/health",
        "/remotes/products/remoteEntry.js",
        "/remotes/nothing",
        "/assets/nothing.js",
        "/a%2fb",
    ];
    let files = kinds::files().into_iter().map(|file| file.url);
    pages.into_iter().chain(rest).map(str::to_owned).chain(files).collect()
}

#[test]
fn writing_is_refused_everywhere_and_the_answer_says_what_is_allowed() {
    let mut faults = Faults::default();
    for target in targets() {
        for method in ["PUT", "DELETE", "PATCH", "POST"] {
            let request = Request::new(method, &target).body("{}");
            let answer = shop().send(&request);
            faults.equal(&request, &answer.status, &405);
            faults.equal(format!("{request} allow"), &answer.header("allow").as_deref(), &Some("GET, HEAD, OPTIONS"));
            faults.equal(format!("{request} type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
            faults.equal(
                format!("{request} cache-control"),
                &answer.header("cache-control").as_deref(),
                &Some(NOTHING),
            );
            // An S3 client takes a tag for the proof of a write.
            faults.equal(format!("{request} etag"), &answer.header("etag"), &None);
        }
    }
    faults.report("405 with Allow, whatever the path, so that no write ever looks successful");
}

#[test]
fn methods_that_nobody_needs_are_refused() {
    let mut faults = Faults::default();
    for method in ["TRACE", "PROPFIND", "MKCOL", "SEARCH"] {
        for target in ["/", "/api/products", "/remotes/products/remoteEntry.js"] {
            let request = Request::new(method, target).header("x-secret", "echo-me");
            let answer = shop().send(&request);
            faults.equal(&request, &answer.status, &405);
            let echoed = String::from_utf8_lossy(&answer.body).contains("echo-me");
            faults.expect(!echoed, || format!("{request}: the answer repeats the request"));
        }
    }
    // The runtime knows no such methods and refuses them before the Worker; what matters is that nothing succeeds.
    for method in ["FOO", "get", "CONNECT"] {
        let answer = shop().send(&Request::new(method, "/"));
        faults.expect(answer.status >= 400, || format!("{method} /: {answer}"));
    }
    faults.report("only GET and HEAD read, and nothing writes");
}

#[test]
fn options_says_what_is_allowed() {
    let mut faults = Faults::default();
    for target in ["/", "/products", "/products/cafe-press", "/api/products", "/health", "/robots.txt"] {
        let answer = shop().send(&Request::new("OPTIONS", target));
        faults.equal(format!("OPTIONS {target}"), &answer.status, &204);
        let allow = answer.header("allow");
        faults.equal(format!("OPTIONS {target} allow"), &allow.as_deref(), &Some("GET, HEAD, OPTIONS"));
    }
    faults.report("OPTIONS is answered without a body");
}

#[test]
fn a_method_in_a_header_or_a_body_changes_nothing() {
    let mut faults = Faults::default();
    let plain = shop().get("/api/products/1");
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let answer = shop().send(&Request::get("/api/products/1").header(header, "DELETE"));
        faults.expect(answer == plain, || format!("{header} changed the answer: {answer}"));
    }
    // A GET with a body: some servers read parameters from it, and a cache does not see them.
    let fat =
        Request::get("/api/products/1").header("content-type", "application/x-www-form-urlencoded").body("page=2");
    let answer = shop().send(&fat);
    faults.expect(answer.status == 200 && answer.body == plain.body, || format!("a GET with a body: {answer}"));
    faults.report("the request line alone says what is asked");
}
