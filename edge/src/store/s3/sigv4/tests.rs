//! The signer against the official vectors, AWS's worked examples for S3, and laws of its date and escapes.
//! The vectors come with the crate `aws-sigv4`, from cargo's folder of unpacked sources.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use base16ct::lower::encode_string;
use shop::time::LAST_MILLISECOND;

use super::{AmzDate, Canonical, Credentials, EMPTY_PAYLOAD, Request, SigningKey, escape_path};

/// Vectors that do not run, with the reason.
const SKIPPED: [(&str, &str); 2] = [
    ("double-encode-path", "escapes the path twice, which S3 does not, and has no context"),
    ("double-url-encode", "escapes the path twice, which S3 does not, and has no context"),
];

/// How many vectors of aws-sigv4 1.6.4 run: all others. A newer suite may have more; then this number grows.
const VECTORS: usize = 38;

#[derive(Deserialize)]
struct Context {
    credentials: Keys,
    region: String,
    service: String,
    timestamp: String,
    normalize: bool,
    sign_body: bool,
    #[serde(default)]
    omit_session_token: bool,
}

#[derive(Deserialize)]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
}

#[test]
fn the_official_vectors_hold() {
    let folder = suite();
    let mut ran = 0;
    let mut skipped = Vec::new();
    for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("`{}`: {error}", folder.display())) {
        let path = entry.expect("an entry of the suite").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if SKIPPED.iter().any(|(skipped, _)| *skipped == name) {
            skipped.push(name);
        } else {
            check_vector(&path, &name);
            ran += 1;
        }
    }
    assert_eq!(ran, VECTORS, "vectors in `{}`", folder.display());
    assert_eq!(skipped.len(), SKIPPED.len(), "{skipped:?} of {SKIPPED:?}");
}

/// Where cargo keeps the sources of `aws-sigv4`: unpacked to compile this very test, so that no other crate has to be there.
fn suite() -> PathBuf {
    let package = format!("aws-sigv4-{}", locked_version("aws-sigv4"));
    let sources = cargo_home().join("registry/src");
    let registries = fs::read_dir(&sources).unwrap_or_else(|error| panic!("`{}`: {error}", sources.display()));
    let folder = registries
        .map(|registry| registry.expect("a registry").path().join(&package).join("aws-signing-test-suite/v4"))
        .find(|folder| folder.is_dir());
    folder.unwrap_or_else(|| {
        panic!("no `{package}` with its vectors below `{}`: has cargo another source for it?", sources.display())
    })
}

fn locked_version(package: &str) -> String {
    let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"));
    let (_, rest) =
        lock.split_once(&format!("name = \"{package}\"\nversion = \"")).expect("a dev-dependency of `edge`");
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[expect(clippy::disallowed_methods, reason = "cargo's folder is the machine's choice")]
fn cargo_home() -> PathBuf {
    let own = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    own.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).expect("cargo has a folder")
}

fn check_vector(folder: &Path, name: &str) {
    let read = |file: &str| {
        let text = fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{name}/{file}: {error}"));
        text.strip_suffix('\n').map_or(text.clone(), ToOwned::to_owned)
    };
    let context: Context =
        serde_json::from_str(&read("context.json")).unwrap_or_else(|error| panic!("{name}: {error}"));
    let request = fs::read_to_string(folder.join("request.txt")).expect("a request");
    let (head, body) = request.split_once("\n\n").unwrap_or((request.trim_end_matches('\n'), ""));
    let (line, header_lines) = head.split_once('\n').unwrap_or((head, ""));
    let (method, target) = line.trim_end_matches(" HTTP/1.1").split_once(' ').expect("a method");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));

    let path = unescape(path);
    let path = escape_path(&if context.normalize { normalize(&path) } else { path });
    let query: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (unescape(name), unescape(value)))
        .collect();
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let payload_hash = encode_string(&Sha256::digest(body));
    let date = AmzDate(context.timestamp.replace(['-', ':'], ""));

    let mut headers: Vec<(String, String)> = Vec::new();
    for line in header_lines.lines() {
        match line.split_once(':').filter(|(name, _)| !name.starts_with(' ')) {
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            // A folded header: its value goes on in the next line.
            None => headers.last_mut().expect("a header to go on with").1.extend(["\n", line]),
        }
    }
    let mut headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    headers.push(("X-Amz-Date", date.as_str()));
    if context.sign_body {
        headers.push(("X-Amz-Content-Sha256", &payload_hash));
    }
    if let Some(token) = context.credentials.token.as_deref().filter(|_| !context.omit_session_token) {
        headers.push(("X-Amz-Security-Token", token));
    }

    let request = Request { method, path: &path, query: &query, headers: &headers, payload_hash: &payload_hash };
    let credentials = Credentials::new(context.credentials.access_key_id, context.credentials.secret_access_key);
    let key = SigningKey::derive(&credentials, &date, &context.region, &context.service);
    let canonical = Canonical::new(&request);
    assert_eq!(canonical.text, read("header-canonical-request.txt"), "{name}: canonical request");
    assert_eq!(key.string_to_sign(&canonical.text, &date), read("header-string-to-sign.txt"), "{name}: string to sign");
    let authorization = key.authorization(&request, &date);
    let (_, signature) = authorization.split_once("Signature=").expect("a signature");
    assert_eq!(signature, read("header-signature.txt"), "{name}: signature");
    let signed = read("header-signed-request.txt");
    assert!(
        signed.lines().any(|line| line.strip_prefix("Authorization:") == Some(&authorization)),
        "{name}: `{authorization}` is not the header of\n{signed}"
    );
}

/// What services other than S3 do to a path: dot segments and empty ones go (RFC 3986, section 5.2.4).
fn normalize(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let slash = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{slash}", segments.join("/"))
}

fn unescape(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// The worked examples of <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
#[track_caller]
fn check_example(path: &str, query: &[(&str, &str)], extra: &[(&str, &str)], expect: &str) {
    let credentials =
        Credentials::new("AKIAIOSFODNN7EXAMPLE".to_owned(), "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned());
    let date = AmzDate::from_ms(1_369_353_600_000);
    assert_eq!(date.as_str(), "20130524T000000Z");
    let mut headers = vec![
        ("x-amz-date", date.as_str()),
        ("x-amz-content-sha256", EMPTY_PAYLOAD),
        ("Host", "examplebucket.s3.amazonaws.com"),
    ];
    headers.extend(extra);
    let request = Request { method: "GET", path, query, headers: &headers, payload_hash: EMPTY_PAYLOAD };
    let found = SigningKey::derive(&credentials, &date, "us-east-1", "s3").authorization(&request, &date);
    assert_eq!(
        found,
        format!("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, {expect}")
    );
}

#[test]
fn the_examples_of_s3_hold() {
    check_example(
        "/test.txt",
        &[],
        &[("Range", "bytes=0-9")],
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
    check_example(
        "/",
        &[("lifecycle", "")],
        &[],
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    );
    check_example(
        "/",
        &[("prefix", "J"), ("max-keys", "2")],
        &[],
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
}

#[test]
fn the_empty_payload_is_what_it_says() {
    assert_eq!(encode_string(&Sha256::digest("")), EMPTY_PAYLOAD);
}

/// The vectors hold no name that is the start of another with `-` behind it and an equal rest.
#[test]
fn a_query_is_sorted_by_name_then_value() {
    let query = [("a-b", "1"), ("a", "2"), ("a", "10"), ("a=", ""), ("A", "ü &")];
    let request = Request { method: "GET", path: "/", query: &query, headers: &[], payload_hash: "" };
    assert_eq!(Canonical::new(&request).text.lines().nth(2), Some("A=%C3%BC%20%26&a=10&a=2&a%3D=&a-b=1"));
}

#[test]
fn a_secret_longer_than_a_block_is_hashed() {
    // RFC 4231, test case 6: a key of 131 bytes.
    let mac = super::keyed(&[0xaa; 131]);
    let found = encode_string(&super::sign(mac, "Test Using Larger Than Block-Size Key - Hash Key First"));
    assert_eq!(found, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

#[test]
fn a_secret_is_never_printed() {
    let credentials = Credentials::new("AKIDEXAMPLE".to_owned(), "hunter2".to_owned());
    let key = SigningKey::derive(&credentials, &AmzDate::from_ms(0), "auto", "s3");
    let printed = format!("{credentials:?} {credentials:#?} {key:?}");
    assert!(printed.contains("AKIDEXAMPLE") && !printed.contains("hunter2"), "{printed}");
    assert_eq!(format!("{key:?}"), "SigningKey { scope: \"19700101/auto/s3/aws4_request\", .. }");
}

#[track_caller]
fn check_date(ms: u64, expect: &str) {
    assert_eq!(AmzDate::from_ms(ms).as_str(), expect, "{ms}");
}

#[test]
fn dates_follow_the_calendar() {
    check_date(0, "19700101T000000Z");
    check_date(999, "19700101T000000Z");
    check_date(1_440_938_160_000, "20150830T123600Z");
    check_date(68_169_599_999, "19720228T235959Z");
    check_date(68_169_600_000, "19720229T000000Z");
    check_date(951_782_400_000, "20000229T000000Z");
    check_date(951_868_799_999, "20000229T235959Z");
    check_date(951_868_800_000, "20000301T000000Z");
    check_date(1_709_164_800_000, "20240229T000000Z");
    check_date(1_735_689_599_000, "20241231T235959Z");
    check_date(4_107_542_399_000, "21000228T235959Z");
    check_date(4_107_542_400_000, "21000301T000000Z");
    check_date(LAST_MILLISECOND, "99991231T235959Z");
    check_date(u64::MAX, "99991231T235959Z");
}

proptest! {
    #[test]
    fn every_time_gives_sixteen_characters(ms: u64) {
        let date = AmzDate::from_ms(ms);
        prop_assert_eq!((date.as_str().len(), date.day().len()), (16, 8));
    }

    #[test]
    fn an_escaped_path_says_the_same(path in "\\PC{0,40}") {
        let escaped = escape_path(&path);
        prop_assert!(escaped.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)));
        prop_assert_eq!(unescape(&escaped), path);
    }

    #[test]
    fn what_needs_no_escape_gets_none(path in "[A-Za-z0-9._~/-]{0,80}") {
        prop_assert_eq!(escape_path(&path), path);
    }

    #[test]
    fn any_request_is_signed(
        method in "\\PC{0,8}", path in "\\PC{0,20}", secret in "\\PC{0,100}", region in "\\PC{0,8}", ms: u64,
        pairs in prop::collection::vec(("\\PC{0,8}", "[\\s\\S]{0,12}"), 0..5)
    ) {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = Request { method: &method, path: &path, query: &pairs, headers: &pairs, payload_hash: EMPTY_PAYLOAD };
        let date = AmzDate::from_ms(ms);
        let key = SigningKey::derive(&Credentials::new("id".to_owned(), secret), &date, &region, "s3");
        let authorization = key.authorization(&request, &date);
        let (_, signature) = authorization.rsplit_once("Signature=").expect("a signature");
        prop_assert!(signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
