//! Byte ranges of the shell's files and of remotes (RFC 9110, section 14): one range is cut, nonsense means the whole file.
//! The runtime's static assets know no ranges; the Worker cuts them itself.

use storefront_tests::bundle;
use storefront_tests::client::{Request, Response};
use storefront_tests::server::shop;

use crate::Faults;
use crate::http::kinds::{IMMUTABLE, PROBLEM};

/// A text file of the shell, a binary one, and a file of each remote.
fn targets() -> Vec<String> {
    let shell = bundle::shell().into_iter().filter(|file| file.is("css") || file.is("woff2"));
    let remotes = bundle::remotes().into_iter().flat_map(|remote| remote.styles);
    shell.map(|file| file.url).chain(remotes).collect()
}

fn ask(target: &str, range: &str) -> Response {
    shop().send(&Request::get(target).header("range", range))
}

#[test]
fn one_range_is_cut_from_the_file() {
    let mut faults = Faults::default();
    for target in targets() {
        let whole = shop().get(&target);
        let size = whole.body.len();
        let last = size - 1;
        for (range, first, end) in [
            ("bytes=0-0".to_owned(), 0, 0),
            ("bytes=10-19".to_owned(), 10, 19),
            (format!("bytes={last}-"), last, last),
            ("bytes=5-".to_owned(), 5, last),
            ("bytes=-7".to_owned(), size - 7, last),
            (format!("bytes=-{}", size * 2), 0, last),
            (format!("bytes=3-{}", size * 2), 3, last),
            (format!("bytes=0-{last}"), 0, last),
        ] {
            let part = ask(&target, &range);
            let what = format!("{target} {range}");
            faults.equal(&what, &part.status, &206);
            let content_range = format!("bytes {first}-{end}/{size}");
            faults.equal(format!("{what} content-range"), &part.header("content-range"), &Some(content_range));
            faults.expect(part.body == whole.body[first..=end], || format!("{what}: other bytes"));
            faults.equal(format!("{what} caching"), &part.header("cache-control").as_deref(), &Some(IMMUTABLE));
            for name in ["etag", "content-type", "accept-ranges"] {
                faults.equal(format!("{what} {name}"), &part.header(name), &whole.header(name));
            }
        }
    }
    faults.report("206 with Content-Range and just these bytes");
}

#[test]
fn a_range_outside_the_file_is_refused_with_its_length() {
    let mut faults = Faults::default();
    for target in targets() {
        let size = shop().get(&target).body.len();
        for range in [format!("bytes={size}-"), format!("bytes={}-{}", size + 5, size + 9), "bytes=-0".to_owned()] {
            let answer = ask(&target, &range);
            let what = format!("{target} {range}");
            faults.equal(&what, &answer.status, &416);
            faults.equal(
                format!("{what} content-range"),
                &answer.header("content-range"),
                &Some(format!("bytes */{size}")),
            );
            faults.equal(format!("{what} type"), &answer.header("content-type").as_deref(), &Some(PROBLEM));
            faults.equal(format!("{what} caching"), &answer.header("cache-control").as_deref(), &Some("no-store"));
        }
    }
    faults.report("416 names the length, so that a client can ask again");
}

#[test]
fn several_ranges_and_nonsense_give_the_whole_file() {
    let mut faults = Faults::default();
    for target in targets() {
        let whole = shop().get(&target);
        for range in [
            "bytes=0-1,4-5",
            "bytes=0-0, -1",
            "bytes=",
            "bytes",
            "bytes=-",
            "bytes=b-a",
            "bytes=9-3",
            "items=0-5",
            "0-5",
            "bytes=1-2-3",
            "bytes=+1-2",
            "bytes=0x1-0x2",
        ] {
            let answer = ask(&target, range);
            faults.equal(format!("{target} `{range}`"), &answer.status, &200);
            faults.expect(answer.body == whole.body, || format!("{target} `{range}`: other bytes"));
            faults.equal(format!("{target} `{range}` content-range"), &answer.header("content-range"), &None);
        }
        let many = format!("bytes={}", (0..200).map(|at| format!("{at}-{at}")).collect::<Vec<_>>().join(","));
        faults.equal(format!("{target} 200 ranges"), &ask(&target, &many).status, &200);
    }
    faults.report("a server may ignore a range, and must ignore one it cannot read (RFC 9110, section 14.2)");
}

#[test]
fn a_range_applies_to_the_bytes_that_the_client_knows() {
    let mut faults = Faults::default();
    for target in targets() {
        let etag = shop().get(&target).header("etag").unwrap_or_default();
        let weak = format!("W/{etag}");
        let range = Request::get(&target).header("range", "bytes=0-9");
        for (condition, expect) in
            [(etag.as_str(), 206), ("\"other\"", 200), (&weak, 200), ("Mon, 01 Jan 2035 00:00:00 GMT", 200)]
        {
            let request = range.clone().header("if-range", condition);
            faults.equal(&request, &shop().send(&request).status, &expect);
        }
        let known = range.clone().header("if-none-match", &etag);
        faults.equal(&known, &shop().send(&known).status, &304);
        // HEAD says what GET without a range would (RFC 9110, section 14.2: a range is defined for GET alone).
        let head = range.method("HEAD");
        let answer = shop().send(&head);
        faults.equal(&head, &answer.status, &200);
        faults.equal(format!("{head} content-range"), &answer.header("content-range"), &None);
    }
    faults.report("If-Range compares strongly; If-None-Match comes first; HEAD knows no range");
}

#[test]
fn pages_and_the_api_know_no_ranges() {
    let mut faults = Faults::default();
    for target in ["/", "/products", "/api/products", "/sitemap.xml"] {
        let answer = ask(target, "bytes=0-9");
        faults.equal(target, &answer.status, &200);
        let whole = shop().get(target).timeless();
        faults.expect(answer.timeless() == whole, || format!("{target}: a range changed the answer"));
    }
    faults.report("a page is sent whole");
}
