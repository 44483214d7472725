//! Configuration: a bad value is refused by name in the log, and every visitor gets an error that tells nothing.
//! The rules of each variable are tested where they are written, in the Worker's crate.

use storefront_tests::markup;
use storefront_tests::server::{Server, Setup, production};

use crate::Faults;
use crate::http::kinds::{HTML, NOTHING, PROBLEM};

#[test]
fn a_bad_value_stops_the_shop_and_is_named_in_the_log_alone() {
    let setup = Setup { variables: &[("PUBLIC_ORIGIN", "https://Bad Value/secret-path")], ..Setup::default() };
    let server = Server::start(&setup).unwrap_or_else(|reason| panic!("{reason}"));
    let mut faults = Faults::default();
    let targets = [
        "/",
        "/products",
        "/products/cafe-press",
        "/nothing",
        "/api/products",
        "/health",
        "/robots.txt",
        "/assets/x.js",
        "/remotes/x/1.0.0/a.js",
    ];
    for target in targets {
        let answer = server.get(target);
        faults.equal(target, &answer.status, &500);
        faults.equal(format!("{target} cache-control"), &answer.header("cache-control").as_deref(), &Some(NOTHING));
        let text = String::from_utf8_lossy(&answer.body);
        for secret in ["PUBLIC_ORIGIN", "secret-path", "Bad Value", "Caused by", "panicked", ".rs", "wasm"] {
            faults.expect(!text.contains(secret), || format!("{target}: `{secret}` is in the answer"));
        }
        faults.expect(answer.header("content-security-policy").is_some(), || format!("{target}: no policy"));
        let is_page = ["/", "/products", "/products/cafe-press", "/nothing"].contains(&target);
        let is_api = target.starts_with("/api/") || target == "/health";
        if is_page {
            faults.equal(format!("{target} type"), &answer.header("content-type").as_deref(), &Some(HTML));
            faults.equal(format!("{target} headings"), &markup::named(&text, "h1").len(), &1);
        } else if is_api {
            faults.equal(format!("{target} type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
        } else if target.starts_with("/assets/") || target.starts_with("/remotes/") {
            faults.expect(answer.header("content-type").as_deref() != Some(HTML), || {
                format!("{target}: HTML for a script")
            });
        }
    }
    server.expect_output("PUBLIC_ORIGIN holds");
    faults
        .report("a failure is told to the log with its cause, and to visitors without it, in the form they asked for");
}

#[test]
fn production_is_healthy_under_the_settings_of_its_environment() {
    let health = production().get("/health");
    assert_eq!(health.status, 200, "{health}\n{}", production().output());
    assert_eq!(health.json()["status"], "healthy");
}
