//! Security headers on every kind of response: pages, API, files, redirects, refusals and 304s.
//! Browser tests show the effect of a page's policy in practice.

use std::path::Path;

use storefront_tests::client::{Request, Response};
use storefront_tests::project;
use storefront_tests::server::{Server, production, shop};

use crate::Faults;
use crate::http::kinds::{self, Kind};

const RESOURCE_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// What must stand in a page's policy, whatever else does.
const PAGE_POLICY: [&str; 12] = [
    "default-src 'none'",
    "script-src 'self' 'sha256-",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
];

/// What must not.
const LOOSE: [&str; 7] = ["unsafe-inline", "unsafe-eval", "unsafe-hashes", "strict-dynamic", "data:", "http:", "*"];

fn check(faults: &mut Faults, what: &str, answer: &Response, kind: &Kind, is_production: bool) {
    let is_page = kind.is_page();
    let owner = if kind.is_shared() { "cross-origin" } else { "same-origin" };
    let header = |name: &str| answer.header(name).unwrap_or_default();
    faults.equal(format!("{what} x-content-type-options"), &header("x-content-type-options").as_str(), &"nosniff");
    faults.expect(!header("referrer-policy").is_empty() && !header("referrer-policy").contains("unsafe-url"), || {
        format!("{what}: referrer-policy is `{}`", header("referrer-policy"))
    });
    faults.equal(format!("{what} corp"), &header("cross-origin-resource-policy").as_str(), &owner);
    let policy = header("content-security-policy");
    if is_page {
        faults.equal(format!("{what} coop"), &header("cross-origin-opener-policy").as_str(), &"same-origin");
        faults.expect(header("permissions-policy").contains("camera=()"), || format!("{what}: no permissions-policy"));
        for part in PAGE_POLICY {
            let holds = policy.split("; ").any(|directive| directive.starts_with(part));
            faults.expect(holds, || format!("{what}: no `{part}` in `{policy}`"));
        }
        for part in LOOSE {
            faults.expect(!policy.contains(part), || format!("{what}: `{part}` in `{policy}`"));
        }
        faults.expect(policy.contains("upgrade-insecure-requests") == is_production, || {
            format!(
                "{what}: upgrade-insecure-requests belongs to production, where plain http is a mistake: `{policy}`"
            )
        });
    } else {
        faults.equal(format!("{what} csp"), &policy.as_str(), &RESOURCE_POLICY);
    }
    let transport = header("strict-transport-security");
    if is_production {
        let age = transport.split("max-age=").nth(1).and_then(|rest| rest.split(';').next());
        let age: u64 = age.and_then(|age| age.parse().ok()).unwrap_or_default();
        let holds = age >= 31_536_000 && !transport.contains("includeSubDomains");
        faults.expect(holds, || format!("{what}: strict-transport-security is `{transport}`"));
    } else {
        faults.expect(transport.is_empty(), || {
            format!("{what}: strict-transport-security in development would lock 127.0.0.1 to https")
        });
    }
}

fn check_all(server: &Server, is_production: bool) {
    let mut faults = Faults::default();
    for kind in kinds::all() {
        let answer = server.send(&kind.request);
        check(&mut faults, &kind.request.to_string(), &answer, &kind, is_production);
    }
    faults.report("the headers are data in `pages/src/security.rs`; every answer takes one of its three sets");
}

#[test]
fn every_answer_carries_the_security_headers() {
    check_all(shop(), false);
}

#[test]
fn every_answer_in_production_carries_them_and_demands_https() {
    check_all(production(), true);
}

#[test]
fn an_answer_without_a_body_carries_them_too() {
    let mut faults = Faults::default();
    for kind in kinds::content() {
        let head = shop().send(&kind.request.clone().method("HEAD"));
        check(&mut faults, &format!("HEAD {}", kind.request), &head, &kind, false);
        let Some(etag) = head.header("etag") else { continue };
        let unchanged = shop().send(&kind.request.clone().header("if-none-match", &etag));
        faults.equal(format!("{} with its tag", kind.request), &unchanged.status, &304);
        check(&mut faults, &format!("304 {}", kind.request), &unchanged, &kind, false);
    }
    let report = Request::new("POST", "/beacon").header("content-type", "text/plain").body("x");
    let kind = Kind { request: report, status: 415, content_type: None, cache_control: kinds::NOTHING };
    check(&mut faults, "a refused report", &shop().send(&kind.request), &kind, false);
    faults.report("a browser applies the headers of a 304 to the page it kept");
}

/// What stands between backquotes and names a file or folder of this repository.
fn is_path(text: &str) -> bool {
    let is_plain = text.chars().all(|character| character.is_ascii_alphanumeric() || "._-*/".contains(character));
    let has_ending =
        [".rs", ".mjs", ".tf", ".toml", ".txt", ".sh", ".md", ".yml"].iter().any(|end| text.ends_with(end));
    is_plain && !text.starts_with('/') && (has_ending || text.contains('/'))
}

/// Whether there is such a file or folder; `*` stands for any rest of a name.
fn exists(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some((start, end)) = name.split_once('*') else { return path.exists() };
    let entries =
        path.parent().into_iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten());
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .any(|name| name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)))
}

#[test]
fn what_the_document_names_is_there() {
    let text = std::fs::read_to_string(project().join("docs/security.md")).expect("there is docs/security.md");
    let mut faults = Faults::default();
    let mut paths = 0;
    for row in text.lines() {
        let mut last = project();
        for name in row.split('`').skip(1).step_by(2) {
            if is_path(name) {
                let beside = last.with_file_name(name);
                last = if name.contains('/') || !exists(&beside) { project().join(name) } else { beside };
                faults.expect(exists(&last), || format!("there is no `{name}`"));
                paths += 1;
            } else if name.matches('_').count() > 2
                && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
            {
                let source = std::fs::read_to_string(&last).unwrap_or_default();
                faults.expect(source.contains(&format!("fn {name}(")), || {
                    format!("no test `{name}` in {}", last.display())
                });
            }
        }
    }
    faults.expect(paths > 50, || format!("{paths} paths are too few: what is a path has changed its form"));
    faults.report("docs/security.md names the tests that keep a requirement: name the file and test that do so now");
}
