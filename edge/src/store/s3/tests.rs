//! The store's configuration, its requests, and what is read of its answers: tables, and laws over hostile input.
//! Whether a signature is right is the subject of `sigv4/tests.rs`.

use proptest::prelude::*;
use rollout::{FileName, RemoteName, Version, path};

use super::{
    REMOTES_ACCESS_KEY_ID, REMOTES_BUCKET, REMOTES_ENDPOINT, REMOTES_REGION, REMOTES_SECRET_ACCESS_KEY, Store,
    StoreError, broken_rule, clock_offset_ms, error_code, http_date_ms, parse_endpoint,
};
use time::UtcDateTime;

/// The time of the vectors: 2015-08-30T12:36:00Z.
const NOW_MS: u64 = 1_440_938_160_000;

const COMPLETE: [(&str, &str); 4] = [
    (REMOTES_ENDPOINT, "https://store.example"),
    (REMOTES_BUCKET, "remotes"),
    (REMOTES_ACCESS_KEY_ID, "AKIDEXAMPLE"),
    (REMOTES_SECRET_ACCESS_KEY, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
];

fn remote(name: &str) -> RemoteName {
    RemoteName::new(name).expect("a name")
}

/// The complete configuration with some variables replaced; an empty one is absent.
fn parse(replaced: &[(&str, &str)]) -> Result<Option<Store>, StoreError> {
    let remotes = [remote("products"), remote("product-detail")];
    let variable = |name: &str| {
        let found = replaced.iter().chain(&COMPLETE).find(|(variable, _)| *variable == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Store::parse(variable, &remotes, false)
}

#[track_caller]
fn store(replaced: &[(&str, &str)]) -> Store {
    parse(replaced).expect("a configuration").expect("a store")
}

#[track_caller]
fn check_refused(replaced: &[(&str, &str)], expect: &str) {
    let message = parse(replaced).expect_err("a refusal").to_string();
    assert!(message.starts_with(expect), "{replaced:?}: {message}");
}

#[test]
fn no_variable_means_no_store() {
    assert!(Store::parse(|_| None, [], true).is_ok_and(|store| store.is_none()));
    assert!(Store::parse(|_| Some(" ".to_owned()), [], true).is_ok_and(|store| store.is_none()));
}

#[test]
fn one_variable_demands_the_others() {
    for (missing, _) in COMPLETE {
        check_refused(&[(missing, " ")], &format!("{missing} is not set, but REMOTES_"));
    }
    let region_alone = Store::parse(|name| (name == REMOTES_REGION).then(|| "auto".to_owned()), [], false);
    assert_eq!(
        region_alone.err().map(|error| error.to_string()).as_deref(),
        Some("REMOTES_ENDPOINT is not set, but REMOTES_REGION is: an S3 store needs both")
    );
}

#[test]
fn the_region_is_auto_but_for_aws() {
    assert_eq!(store(&[]).region, "auto");
    assert_eq!(store(&[(REMOTES_REGION, "garage")]).region, "garage");
    let aws = (REMOTES_ENDPOINT, "https://s3.eu-central-1.amazonaws.com");
    assert_eq!(store(&[aws, (REMOTES_REGION, "eu-central-1")]).region, "eu-central-1");
    check_refused(&[aws], "REMOTES_REGION is not set, and AWS");
    check_refused(&[(REMOTES_ENDPOINT, "https://s3.cn-north-1.amazonaws.com.cn")], "REMOTES_REGION is not set");
    for region in ["eu/central", "eu central", "é", &"x".repeat(129)] {
        check_refused(&[(REMOTES_REGION, region)], &format!("REMOTES_REGION is `{region}`"));
    }
}

#[test]
fn a_key_is_refused_without_being_shown() {
    let long = "hunter2".repeat(20);
    for variable in [REMOTES_ACCESS_KEY_ID, REMOTES_SECRET_ACCESS_KEY] {
        for key in [long.as_str(), "hunter2 hunter2", "hunter2\nhunter2", "hunter2é"] {
            check_refused(&[(variable, key)], &format!("{variable} holds {} bytes that are no key", key.len()));
            assert!(!parse(&[(variable, key)]).expect_err("a refusal").to_string().contains("hunter2"), "{key}");
        }
    }
    check_refused(&[(REMOTES_ACCESS_KEY_ID, "a/b")], "REMOTES_ACCESS_KEY_ID holds 3 bytes");
    check_refused(&[(REMOTES_ACCESS_KEY_ID, "a,b")], "REMOTES_ACCESS_KEY_ID holds 3 bytes");
    assert!(!format!("{:?}", store(&[])).contains("wJalrX"));
}

#[track_caller]
fn check_endpoint(value: &str, expect: (&str, &str, &str)) {
    let expect = (expect.0.to_owned(), expect.1.to_owned(), expect.2.to_owned());
    let found = parse_endpoint(value, false).map(|(scheme, host, base)| (scheme.to_owned(), host, base));
    assert_eq!(found, Ok(expect), "{value}");
}

#[test]
fn an_endpoint_keeps_its_port_and_path() {
    check_endpoint("https://store.example", ("https://", "store.example", ""));
    check_endpoint("https://store.example/", ("https://", "store.example", ""));
    check_endpoint("https://store.example:8443/a/b", ("https://", "store.example:8443", "/a/b"));
    check_endpoint("https://store.example:80", ("https://", "store.example:80", ""));
    check_endpoint("http://localhost:9000", ("http://", "localhost:9000", ""));
    check_endpoint("http://127.0.0.1", ("http://", "127.0.0.1", ""));
    let local = ("http://", "127.0.0.1:8787", "/cdn-cgi/local/r2/s3");
    check_endpoint("http://127.0.0.1:8787/cdn-cgi/local/r2/s3", local);
    check_endpoint("http://127.0.0.1:8787/cdn-cgi/local/r2/s3/", local);
}

#[test]
fn what_is_no_endpoint_is_refused() {
    for endpoint in [
        "store.example",
        "ftp://store.example",
        "HTTPS://store.example",
        "https://",
        "https:///bucket",
        "https://Store.example",
        "https://störe.example",
        "https://store_1.example",
        "https://.",
        "https://a..b",
        "https://127.1",
        "https://store.example.0x7f",
        "https://[::1]",
        "https://store.example:",
        "https://store.example:0",
        "https://store.example:00443",
        "https://store.example:443",
        "https://store.example:99999",
        "https://store.example:1:2",
        "http://localhost:80",
        "https://store.example//",
        "https://store.example/a//b",
        "https://store.example/./a",
        "https://store.example/a/..",
        "https://store.example/%41",
        "https://store.example/a b",
        "https://store.example?list-type=2",
        "https://store.example/?",
        "https://store.example/a#b",
        "https://store.example\\a",
        "https://store.example/a\\b",
    ] {
        check_refused(&[(REMOTES_ENDPOINT, endpoint)], &format!("REMOTES_ENDPOINT holds `{endpoint}`, which is no"));
    }
    let with_password = [(REMOTES_ENDPOINT, "https://AKID:hunter2@store.example")];
    check_refused(&with_password, "REMOTES_ENDPOINT holds a user name or password");
    assert!(!parse(&with_password).expect_err("a refusal").to_string().contains("hunter2"));
}

#[test]
fn plain_http_stays_on_this_machine() {
    for (endpoint, production, allowed) in [
        ("http://127.0.0.1:8787/a", false, true),
        ("http://localhost:9000", false, true),
        ("http://127.0.0.1:8787/a", true, false),
        ("http://store.example", false, false),
        ("http://127.0.0.1.example", false, false),
        ("http://localhost.example", false, false),
        ("https://store.example", true, true),
        ("https://127.0.0.1:9000", true, true),
    ] {
        let found = parse_endpoint(endpoint, production).map(|_| ());
        let expect = if allowed { Ok(()) } else { Err(StoreError::Insecure(endpoint.to_owned())) };
        assert_eq!(found, expect, "{endpoint}, production: {production}");
    }
    let error = StoreError::Insecure("http://a".to_owned());
    assert!(error.to_string().starts_with("REMOTES_ENDPOINT holds `http://a`: plain http"));
}

#[track_caller]
fn check_bucket(bucket: &str, expect: Option<&str>) {
    let found = broken_rule(bucket);
    assert!(
        match (found, expect) {
            (None, None) => true,
            (Some(found), Some(expect)) => found.contains(expect),
            _ => false,
        },
        "{bucket}: {found:?}, expected {expect:?}"
    );
}

#[test]
fn a_bucket_follows_the_naming_rules() {
    for bucket in ["abc", "remotes", "a-b-c", "a.b.c", "1a2", "shop-product-detail-production", &"x".repeat(63)] {
        check_bucket(bucket, None);
    }
    for bucket in ["", "ab", &"x".repeat(64)] {
        check_bucket(bucket, Some("3 to 63"));
    }
    for bucket in ["Remotes", "rem_otes", "rem/otes", "rem otes", "{remotes}", "rémotes", "a%2fb"] {
        check_bucket(bucket, Some("a-z, 0-9"));
    }
    for bucket in ["-abc", "abc-", ".abc", "abc."] {
        check_bucket(bucket, Some("starts and ends"));
    }
    check_bucket("a..b", Some("two dots"));
    check_bucket("192.168.5.4", Some("IP address"));
    check_bucket("192.168.5.4.5", None);
    for bucket in ["xn--abc", "sthree-abc", "amzn-s3-demo-abc"] {
        check_bucket(bucket, Some("at its start"));
    }
    for bucket in ["abc-s3alias", "abc--ol-s3", "abc.mrap", "abc--x-s3", "abc--table-s3"] {
        check_bucket(bucket, Some("at its end"));
    }
}

#[test]
fn a_pattern_must_fit_every_remote() {
    assert_eq!(store(&[(REMOTES_BUCKET, "shop-{remote}-production")]).bucket, "shop-{remote}-production");
    // 50 characters and `products` still fit, 50 and `product-detail` do not.
    let long = format!("{}-{{remote}}", "x".repeat(49));
    check_refused(
        &[(REMOTES_BUCKET, &long)],
        &format!(
            "REMOTES_BUCKET is `{long}`, and `{}-product-detail` is no name of a bucket: it has 3 to 63 characters",
            "x".repeat(49)
        ),
    );
    check_refused(&[(REMOTES_BUCKET, "shop-{Remote}")], "REMOTES_BUCKET is `shop-{Remote}`, and `shop-{Remote}` is no");
    check_refused(&[(REMOTES_BUCKET, "shop-{remote}-{env}")], "REMOTES_BUCKET is `shop-{remote}-{env}`");
    check_refused(&[(REMOTES_BUCKET, "shop-{remote}-")], "REMOTES_BUCKET is `shop-{remote}-`");
}

#[track_caller]
fn check_url(replaced: &[(&str, &str)], expect: &str) {
    let (products, version) = (remote("products"), Version::new("1.4.2").expect("a version"));
    let key = path::file_key(&products, &version, &FileName::new("products-ABC.js").expect("a file"));
    assert_eq!(store(replaced).get(&products, &key, NOW_MS, 0).url, expect);
}

#[test]
fn an_object_is_addressed_by_path() {
    check_url(&[], "https://store.example/remotes/products/1.4.2/products-ABC.js");
    check_url(
        &[(REMOTES_BUCKET, "shop-{remote}-production")],
        "https://store.example/shop-products-production/products/1.4.2/products-ABC.js",
    );
    for endpoint in ["http://127.0.0.1:8787/cdn-cgi/local/r2/s3", "http://127.0.0.1:8787/cdn-cgi/local/r2/s3/"] {
        check_url(
            &[(REMOTES_ENDPOINT, endpoint)],
            "http://127.0.0.1:8787/cdn-cgi/local/r2/s3/remotes/products/1.4.2/products-ABC.js",
        );
    }
}

#[test]
fn a_request_carries_exactly_what_it_signs() {
    let request = store(&[(REMOTES_ENDPOINT, "https://store.example:8443/base/")]).get(
        &remote("products"),
        "products/release.json",
        NOW_MS,
        0,
    );
    assert_eq!(request.url, "https://store.example:8443/base/remotes/products/release.json");
    let headers: Vec<(&str, &str)> = request.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // The signature was computed with Python's hmac module, after the specification.
    assert_eq!(
        headers,
        [
            ("x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("x-amz-date", "20150830T123600Z"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=46f745f693cca3d1ec883ac3928bc551da2876c681184791c98dda2e8990069f"
            ),
        ]
    );
}

#[test]
fn a_skewed_clock_is_corrected() {
    let date_of = |now_ms, offset| {
        let request = store(&[]).get(&remote("products"), "products/release.json", now_ms, offset);
        request.headers.into_iter().find(|(name, _)| *name == "x-amz-date").map(|(_, date)| date)
    };
    let hour_behind = NOW_MS - 3_600_000;
    let offset = clock_offset_ms("Sun, 30 Aug 2015 12:36:00 GMT", hour_behind);
    assert_eq!(offset, Some(3_600_000));
    assert_eq!(clock_offset_ms("Sun, 30 Aug 2015 12:36:00 GMT", NOW_MS + 500), Some(-500));
    assert_eq!(clock_offset_ms("now", NOW_MS), None);
    assert_eq!(date_of(hour_behind, 3_600_000).as_deref(), Some("20150830T123600Z"));
    assert_eq!(date_of(0, i64::MIN).as_deref(), Some("19700101T000000Z"));
    assert_eq!(date_of(u64::MAX, i64::MAX).as_deref(), Some("99991231T235959Z"));
}

#[track_caller]
fn check_code(body: &str, expect: Option<&str>) {
    assert_eq!(error_code(body.as_bytes()).as_deref(), expect, "{body}");
}

#[test]
fn an_error_document_has_a_code() {
    check_code(
        r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>RequestTimeTooSkewed</Code><Message>…</Message></Error>"#,
        Some(super::CLOCK_SKEWED),
    );
    check_code("<Error>\n  <Code>NoSuchKey</Code>", Some("NoSuchKey"));
    check_code("<Code>XAmzContentSHA256Mismatch</Code>", Some("XAmzContentSHA256Mismatch"));
    check_code("<Code>First</Code><Code>Second</Code>", Some("First"));
    check_code(&format!("<Code>{}</Code>", "x".repeat(64)), Some(&"x".repeat(64)));
    for body in [
        "",
        "NoSuchKey",
        "<Code>",
        "<Code>NoSuchKey",
        "</Code>NoSuchKey<Code>",
        "<Code></Code>",
        "<Code> NoSuchKey </Code>",
        "<Code>No\nSuchKey</Code>",
        "<Code>NoSüchKey</Code>",
        "<Code><Code>NoSuchKey</Code></Code>",
        "<code>NoSuchKey</code>",
    ] {
        check_code(body, None);
    }
    check_code(&format!("<Code>{}</Code>", "x".repeat(65)), None);
    check_code(&format!("{}<Code>NoSuchKey</Code>", " ".repeat(4096)), None);
    assert_eq!(error_code(b"\xff\xfe<Code>SlowDown</Code>\xff").as_deref(), Some("SlowDown"));
}

#[track_caller]
fn check_http_date(date: &str, expect: Option<u64>) {
    assert_eq!(http_date_ms(date), expect, "{date}");
}

#[test]
fn a_date_has_one_form() {
    check_http_date("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
    check_http_date("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777_000));
    check_http_date("Tue, 29 Feb 2000 23:59:59 GMT", Some(951_868_799_000));
    check_http_date("Sun, 30 Aug 2015 12:36:00 GMT", Some(NOW_MS));
    check_http_date("Sat, 31 Dec 2016 23:59:60 GMT", Some(1_483_228_800_000));
    check_http_date("Mon, 01 Mar 2100 00:00:00 GMT", Some(4_107_542_400_000));
    check_http_date("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799_000));
    for date in [
        "",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06:Nov:1994:08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 6  Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Mon, 00 Jan 1990 00:00:00 GMT",
        "Mon, 29 Feb 2100 00:00:00 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Thu, 30 Feb 2023 00:00:00 GMT",
    ] {
        check_http_date(date, None);
    }
}

proptest! {
    #[test]
    fn a_key_is_escaped_once(key in "[A-Za-z0-9._~/-]{1,80}") {
        let url = store(&[]).get(&remote("products"), &key, NOW_MS, 0).url;
        prop_assert_eq!(url, format!("https://store.example/remotes/{key}"));
    }

    #[test]
    fn any_key_gives_a_url(key in "\\PC{0,40}", now_ms: u64, offset: i64) {
        let url = store(&[]).get(&remote("products"), &key, now_ms, offset).url;
        let escaped = url.strip_prefix("https://store.example/remotes/").expect("the bucket");
        prop_assert_eq!(escaped.matches('%').count(), key.bytes().filter(|byte| !byte.is_ascii_alphanumeric() && !b"-._~/".contains(byte)).count());
    }

    #[test]
    fn any_endpoint_is_parsed_or_refused(endpoint in "https?://[a-z.:@/0-9%é-]{0,30}|\\PC{0,30}", production: bool) {
        if let Ok((scheme, host, base)) = parse_endpoint(&endpoint, production) {
            let whole = format!("{scheme}{host}{base}");
            prop_assert_eq!(endpoint.strip_suffix('/').unwrap_or(&endpoint), whole);
        }
    }

    #[test]
    fn a_pattern_that_was_accepted_gives_buckets(pattern in "([a-z0-9.-]|\\{remote\\}){0,8}") {
        if let Ok(Some(store)) = parse(&[(REMOTES_BUCKET, &pattern)]) {
            let url = store.get(&remote("product-detail"), "k", NOW_MS, 0).url;
            let bucket = url.strip_prefix("https://store.example/").and_then(|rest| rest.strip_suffix("/k"));
            prop_assert_eq!(bucket.and_then(broken_rule), None);
        }
    }

    #[test]
    fn any_body_is_searched(body in prop::collection::vec(any::<u8>(), 0..200), code in "\\PC{0,70}") {
        let _ = error_code(&body);
        if let Some(found) = error_code(format!("<Code>{code}</Code>").as_bytes()) {
            prop_assert!(found.len() <= 64 && found.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn any_date_is_read_or_refused(date in "\\PC{0,40}|[A-Za-z]{3}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT") {
        let _ = http_date_ms(&date);
    }

    #[test]
    fn every_second_is_read(seconds in 0_u64..253_402_300_800) {
        let time = UtcDateTime::from_unix_timestamp(i64::try_from(seconds)?)?;
        let (day_name, month) = (time.weekday().to_string(), time.month().to_string());
        let (hour, minute, second) = time.as_hms();
        let date = format!(
            "{}, {:02} {} {:04} {hour:02}:{minute:02}:{second:02} GMT",
            &day_name[..3], time.day(), &month[..3], time.year()
        );
        prop_assert_eq!(http_date_ms(&date), Some(seconds * 1000));
    }
}
