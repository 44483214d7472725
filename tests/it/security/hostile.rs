//! Paths, headers and requests that nobody sends in good faith: refused, never a failure, never a hang, never another file.
//! Requests that the runtime refuses by itself are in the tables as well, since the shop has to be up afterwards.

use storefront_tests::bundle;
use storefront_tests::client::{Request, Response};
use storefront_tests::markup;
use storefront_tests::server::shop;

use crate::Faults;
use crate::http::kinds::{HTML, PROBLEM};

fn is_refused(answer: &Response) -> bool {
    (400..500).contains(&answer.status)
}

#[track_caller]
fn check_healthy() {
    let answer = shop().get("/health");
    assert_eq!(answer.status, 200, "the shop is no longer up: {answer}\n{}", shop().output());
}

/// Text that could only be in an answer if a file outside the shop had been read.
fn leaks(answer: &Response) -> bool {
    let text = String::from_utf8_lossy(&answer.body);
    [
        "root:x:",
        "compatibility_date",
        "[package]",
        "-----BEGIN",
        "stack backtrace",
        "panicked at",
        "RuntimeError",
        ".rs:",
    ]
    .iter()
    .any(|part| text.contains(part))
}

#[test]
fn a_path_that_two_layers_could_read_differently_is_refused() {
    let escapes = [
        "%2f",
        "%2F",
        "%5c",
        "%5C",
        "%00",
        "%0a",
        "%0d",
        "%0d%0a",
        "%09",
        "%1f",
        "%7f",
        "%25",
        "%252e",
        "%252f",
        "%252e%252e%252f",
        "%2e%2e%2f",
        "..%2f",
        "..%5c",
        "%2e%2e%5c",
        "%",
        "%2",
        "%zz",
        "%u002f",
        "%-1",
        "a%2",
    ];
    let bases =
        ["/", "/products/", "/api/products/", "/assets/", "/assets/pictures/", "/remotes/", "/remotes/products/"];
    let entry = bundle::remote("products").entry;
    let mut faults = Faults::default();
    for escape in escapes {
        for base in bases {
            for target in [format!("{base}{escape}"), format!("{base}a{escape}b")] {
                check_refused(&mut faults, &target);
            }
        }
        check_refused(&mut faults, &format!("{entry}{escape}"));
        check_refused(&mut faults, &format!("{entry}{escape}/../../../../etc/passwd"));
    }
    for target in [
        "//",
        "///",
        "//evil.example",
        "//evil.example/..",
        "/products//1",
        "/products//",
        "/api//products",
        "/assets//x",
        "//products",
        "/remotes//products/remoteEntry.js",
        "/remotes/products//remoteEntry.js",
        "/\\evil.example",
        "/\\\\evil",
        "/..%2f..%2fetc/passwd",
        "/remotes/products/..%2f..%2fwrangler.toml",
        "/assets/..%2fmanifest.json",
        "/remotes/a/..%2f..%2fetc",
        "/remotes/%252e%252e%252f",
        "/products/..%252f",
        "/.%2e/.%2e/etc/passwd%00.css",
    ] {
        check_refused(&mut faults, target);
    }
    faults.report("an escape, an empty segment or a backslash has no place in an address of the shop: 400 or 404");
    check_healthy();
}

fn check_refused(faults: &mut Faults, target: &str) {
    let answer = shop().get(target);
    faults.expect(is_refused(&answer), || format!("GET {target}: {}", answer.status));
    faults.expect(!leaks(&answer), || format!("GET {target} tells too much: {answer}"));
    let type_ = answer.header("content-type").unwrap_or_default();
    let is_file = target.starts_with("/assets/") || target.starts_with("/remotes/") || target.starts_with("/api/");
    // Dot segments and backslashes are resolved before the Worker sees them, and may lead out of the folder.
    if is_file && !target.contains("..") && !target.contains('\\') {
        faults.equal(format!("GET {target} type"), &type_.as_str(), &PROBLEM);
    }
}

#[test]
fn dot_segments_lead_nowhere_that_is_not_public() {
    let mut faults = Faults::default();
    for prefix in ["/remotes/products/", "/assets/", "/assets/pictures/", "/api/products/", "/products/"] {
        for up in ["../", "../../", "../../../", "%2e%2e/%2e%2e/", ".%2e/%2E./", "./../", "..\\..\\"] {
            for file in
                ["wrangler.toml", "etc/passwd", "edge/build/index.js", "shell/manifest.json", ".env", "Cargo.toml"]
            {
                let target = format!("{prefix}{up}{file}");
                let answer = shop().get(&target);
                faults.expect(is_refused(&answer), || format!("GET {target}: {}", answer.status));
                faults.expect(!leaks(&answer), || format!("GET {target} tells too much: {answer}"));
            }
        }
    }
    // The runtime resolves dot segments first, so these are ordinary addresses by the time they are routed.
    for (target, same) in [
        ("/products/../products/cafe-press", "/products/cafe-press"),
        ("/./products", "/products"),
        ("/x/%2e%2e/robots.txt", "/robots.txt"),
    ] {
        faults
            .expect(shop().get(target).timeless() == shop().get(same).timeless(), || format!("{target} is not {same}"));
    }
    faults.report("routing comes after the one resolution of dot segments, and only known files exist");
    check_healthy();
}

#[test]
fn an_overlong_address_is_refused_as_such() {
    let mut faults = Faults::default();
    let long = "a".repeat(9000);
    for (target, type_) in [
        (format!("/{long}"), HTML),
        (format!("/products?search={long}"), HTML),
        (format!("/products/{long}"), HTML),
        (format!("/api/products?search={long}"), PROBLEM),
        (format!("/remotes/products/1.0.0/{long}.js"), PROBLEM),
        (format!("/assets/{long}"), PROBLEM),
        (format!("/?{}", "&".repeat(9000)), HTML),
    ] {
        let answer = shop().get(&target);
        faults.equal(format!("GET {} ({} bytes)", &target[..20.min(target.len())], target.len()), &answer.status, &414);
        faults.equal(
            format!("GET {} type", &target[..20.min(target.len())]),
            &answer.header("content-type").as_deref(),
            &Some(type_),
        );
    }
    for length in [20_000, 70_000, 200_000] {
        let answer = shop().get(format!("/products?search={}", "a".repeat(length)));
        faults.expect(is_refused(&answer), || format!("an address of {length} bytes: {}", answer.status));
    }
    // The longest address that is still read, so that the limit is no lower than it says.
    let edge = format!("/products?utm_source={}", "a".repeat(8100));
    faults.equal("an address of 8,121 bytes", &shop().get(&edge).status, &200);
    faults.report("an address of the shop has at most 8,192 bytes; longer is 414");
    check_healthy();
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let mut faults = Faults::default();
    let targets: [&[u8]; 9] = [
        b"/\xff\xfe",
        b"/products/\xc0\xaf",
        b"/products?search=\xff",
        b"/api/products?search=\xed\xa0\x80",
        b"/\x01",
        b"/a\x7f",
        b"/a b",
        b"/\xe2\x80\xae",
        b"/remotes/products/\x00",
    ];
    for target in targets {
        let answer = shop().get(target);
        // A runtime may read raw UTF-8 as its escape; then it is an unknown address or an odd search.
        faults.expect(answer.status < 500, || format!("{}: {answer}", String::from_utf8_lossy(target)));
        faults.expect(!leaks(&answer), || format!("{} tells too much", String::from_utf8_lossy(target)));
    }
    // Escaped bytes that are no UTF-8, and an overlong slash, reach the Worker.
    for (target, status) in [
        ("/%ff%fe", 404),
        ("/products/%c0%af", 404),
        ("/products?search=%ff", 200),
        ("/api/products?search=%ed%a0%80", 400),
        ("/api/products/%ff", 404),
        ("/products?%ff=1", 200),
        ("/products?search=%zz", 200),
        ("/api/products?search=%", 400),
    ] {
        let answer = shop().get(target);
        let expect = if target.contains("%ff=") {
            answer.status == 200 || answer.status == 400
        } else {
            answer.status == status
        };
        faults.expect(expect, || format!("GET {target}: {}, expected {status}", answer.status));
    }
    faults.report("text that cannot be decoded is refused or left out by name, never guessed at");
    check_healthy();
}

#[test]
fn the_other_forms_of_a_target_lead_nowhere_else() {
    let mut faults = Faults::default();
    // The absolute form names a host of its own; it must not get into the answer.
    let absolute = shop().get("http://evil.example/products");
    faults.expect(absolute.status < 500, || format!("absolute form: {absolute}"));
    faults.expect(!String::from_utf8_lossy(&absolute.body).contains("evil.example"), || {
        "absolute form: the host is in the page".to_owned()
    });
    // None of these reaches a Worker in production; here the runtime refuses them in its own words.
    for target in ["*", "evil.example:443", "?", "http://", "products", "@evil.example/"] {
        let answer = shop().get(target);
        let harmless = !String::from_utf8_lossy(&answer.body).contains("evil.example");
        faults.expect(harmless && !leaks(&answer), || format!("GET {target}: {answer}"));
    }
    faults.report("only the path counts");
    check_healthy();
}

#[test]
fn strange_headers_change_nothing() {
    let mut faults = Faults::default();
    let plain = shop().get("/products");
    // More than the buffer of a warm request holds.
    let huge = "a".repeat(50_000);
    for (name, value) in [
        ("x-long", huge.as_str()),
        ("cookie", huge.as_str()),
        ("if-none-match", huge.as_str()),
        ("range", "bytes=0-10"),
        ("accept", "application/json"),
        ("accept-language", "de"),
        ("authorization", "Bearer x"),
        ("cookie", "__Host-rollout=1"),
        ("user-agent", ""),
        ("referer", "https://evil.example/"),
        ("upgrade", "websocket"),
        ("expect", "200-ok"),
        ("if-modified-since", "Mon, 01 Jan 2035 00:00:00 GMT"),
        ("if-match", "\"x\""),
        ("te", "trailers"),
        ("origin", "https://evil.example"),
        ("content-type", "application/json"),
        ("purpose", "prefetch"),
    ] {
        let request = Request::get("/products").header(name, value);
        let answer = shop().send(&request);
        faults.expect(answer.status == plain.status && answer.body == plain.body, || {
            format!("{request}: {}", answer.status)
        });
    }
    for (name, value) in
        [("bad header", "x"), ("x-null", "a\0b"), ("content-length", "-1"), ("transfer-encoding", "nonsense")]
    {
        let answer = shop().send(&Request::get("/products").header(name, value));
        let refused = answer.status >= 400 || answer.body == plain.body;
        faults.expect(refused, || format!("{name}: {value:?}: {answer}"));
    }
    // More than the platform's own limit for all headers together.
    let answer = shop().send(&Request::get("/products").header("x-huge", &"a".repeat(300_000)));
    faults.expect(is_refused(&answer) || answer.body == plain.body, || format!("300 kB of headers: {}", answer.status));
    faults.report("a page depends on its address alone");
    check_healthy();
}

#[test]
fn nothing_a_visitor_sends_becomes_markup() {
    let mut faults = Faults::default();
    let script = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let path_script = "%3Cscript%3Ealert(1)";
    let attribute = "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E";
    for target in [
        format!("/products?search={script}"),
        format!("/products?search={attribute}"),
        format!("/products?page={script}"),
        format!("/products?page={attribute}"),
        format!("/products?category={attribute}"),
        format!("/products?minPrice={script}"),
        format!("/products?sort={attribute}"),
        format!("/products?inStock={script}"),
        format!("/products?{script}=1&page=0"),
        format!("/suggestions?q={attribute}"),
        format!("/{path_script}"),
        format!("/products/{path_script}"),
        format!("/products?search={script}&page=2"),
        format!("/products?search=%E2%80%A8{attribute}"),
    ] {
        let answer = shop().get(&target);
        let page = answer.text();
        faults.expect(answer.status < 500, || format!("GET {target}: {}", answer.status));
        for element in markup::elements(&page) {
            let handler = element.attributes.iter().any(|(name, _)| name.starts_with("on") || name == "style");
            faults.expect(!handler, || format!("GET {target}: a handler in <{}>", element.name));
            let foreign =
                element.name == "script" && element.inner.contains("alert(1)") && !element.inner.starts_with('{');
            faults.expect(!foreign, || format!("GET {target}: a script of the visitor's"));
        }
        faults.expect(!page.contains("<script>alert"), || format!("GET {target}: raw markup in the page"));
        faults.expect(!page.contains("<img src=x"), || format!("GET {target}: raw markup in the page"));
    }
    for target in [format!("/api/products?page={script}"), format!("/api/products/{path_script}")] {
        let answer = shop().get(&target);
        faults.equal(format!("GET {target} type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
    }
    faults.report("whatever a page repeats of a request is escaped where it stands");
}
