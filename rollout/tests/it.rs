//! The crate from outside: every name, version, manifest and path that is accepted, and the message of each that is not.
//! Needs nothing but the crate.

use proptest::prelude::*;
use rollout::path::{self, PublicPath};
use rollout::{FileName, Integrity, ManifestError, RemoteName, Version, VersionManifest};

const DIGEST: &str = "sha384-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn manifest(change: impl Fn(String) -> String) -> Result<VersionManifest, ManifestError> {
    let text = format!(
        r#"{{"schema":1,"remote":"products","version":"1.4.2","contract":1,"format":"module",
            "entry":"products-A.js","styles":["products-B.css"],"files":{{
            "products-A.js":{{"integrity":"{DIGEST}","size":10,"contentType":"text/javascript; charset=utf-8"}},
            "chunk-C.js":{{"integrity":"{DIGEST}","size":10,"contentType":"text/javascript; charset=utf-8"}},
            "products-B.css":{{"integrity":"{DIGEST}","size":10,"contentType":"text/css; charset=utf-8"}}}}}}"#
    );
    VersionManifest::parse(change(text).as_bytes())
}

#[test]
fn remote_names_are_safe_in_keys_and_urls() {
    #[track_caller]
    fn check(name: &str, accepted: bool) {
        assert_eq!(RemoteName::new(name).is_ok(), accepted, "{name:?}");
    }
    check("products", true);
    check("product-detail", true);
    check("a", true);
    check(&"a".repeat(40), true);
    check(&"a".repeat(41), false);
    for name in ["", "-a", "a-", "1a", "Products", "a_b", "a.b", "a/b", "..", "a%2fb", "é", "a b"] {
        check(name, false);
    }
}

#[test]
fn file_names_are_no_paths() {
    #[track_caller]
    fn check(name: &str, accepted: bool) {
        assert_eq!(FileName::new(name).is_ok(), accepted, "{name:?}");
    }
    check("products-A1B2.js", true);
    check("_chunk-x.js", true);
    check(&"a".repeat(128), true);
    check(&"a".repeat(129), false);
    for name in ["", ".env", "..", "a/b", "a\\b", "a b", "a%20b", "ä.js", "a\0"] {
        check(name, false);
    }
}

#[test]
fn versions_are_semantic_and_carry_no_build_metadata() {
    #[track_caller]
    fn check(text: &str, expect: Result<(), &str>) {
        let found = Version::new(text).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(found, expect.map_err(str::to_owned), "{text:?}");
    }
    check("1.4.2", Ok(()));
    check("1.5.0-beta.1", Ok(()));
    check("0.0.0-dev.3", Ok(()));
    check("1.4", Err("`1.4` is no semantic version such as 1.4.2 or 1.5.0-beta.1"));
    check("v1.4.2", Err("`v1.4.2` is no semantic version such as 1.4.2 or 1.5.0-beta.1"));
    check("01.4.2", Err("`01.4.2` is no semantic version such as 1.4.2 or 1.5.0-beta.1"));
    check("1.4.2+abc", Err("`1.4.2+abc` carries build metadata (`+…`), which a version of a remote may not have"));
    check(&format!("1.0.0-{}", "a".repeat(60)), Err("a version of 66 characters is too long, the limit is 64"));
}

#[test]
fn versions_order_by_precedence() {
    let mut versions: Vec<Version> = ["1.10.0", "1.2.0", "1.2.0-rc.1", "1.2.0-rc.10", "1.2.0-rc.2"]
        .iter()
        .map(|text| Version::new(text).unwrap())
        .collect();
    versions.sort();
    let texts: Vec<&str> = versions.iter().map(Version::as_str).collect();
    assert_eq!(texts, ["1.2.0-rc.1", "1.2.0-rc.2", "1.2.0-rc.10", "1.2.0", "1.10.0"]);
}

#[test]
fn integrity_is_sha384_alone() {
    assert!(Integrity::new(DIGEST).is_ok());
    assert_eq!(Integrity::from_digest(&[0; 48]).as_str(), DIGEST);
    for text in [
        "",
        "sha256-AAAA",
        "sha384-",
        "sha384-AAAA",
        "sha384-!!!!",
        "SHA384-AAAA",
        &format!("{DIGEST}="),
        &format!("{DIGEST} {DIGEST}"),
    ] {
        assert!(Integrity::new(text).is_err(), "{text}");
    }
}

#[test]
fn a_manifest_is_read_whole() {
    let manifest = manifest(|text| text).unwrap();
    assert_eq!(manifest.entry().as_str(), "products-A.js");
    assert_eq!(manifest.contract(), 1);
    let modules: Vec<&str> = manifest.modules().map(|(name, _)| name.as_str()).collect();
    assert_eq!(modules, ["chunk-C.js", "products-A.js"]);
    assert!(manifest.file("products-A.js").is_some());
    assert!(manifest.file("manifest.json").is_none());
}

#[test]
fn a_manifest_is_refused_with_its_reason() {
    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let error = manifest(|text| {
            assert!(text.contains(from), "the fixture has no {from}");
            text.replace(from, to)
        })
        .unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        let message = format!("{error}: {source}");
        assert!(message.contains(expect), "{message}");
    }
    check(r#""schema":1"#, r#""schema":2"#, "the manifest is of schema 2");
    check(r#""entry":"products-A.js""#, r#""entry":"gone.js""#, "names `gone.js` as its entry");
    check(r#""entry":"products-A.js""#, r#""entry":"products-B.css""#, "`products-B.css` is the entry of the version");
    check(r#"["products-B.css"]"#, r#"["chunk-C.js"]"#, "`chunk-C.js` is the style of the version");
    check("text/css; charset=utf-8", "text/html", "which a remote's file may not have");
    check(r#""size":10"#, r#""size":26214401"#, "the limit is 26214400");
    check(r#""size":10"#, r#""size":-1"#, "cannot be read");
    check(r#""remote":"products""#, r#""remote":"../etc""#, "is no remote name");
    check(r#""chunk-C.js""#, r#""../chunk.js""#, "is no file name");
    check(r#""contract":1"#, r#""contract":1,"surprise":true"#, "unknown field `surprise`");
    check(r#""format":"module""#, r#""format":"script""#, "unknown variant `script`");
    let large = VersionManifest::parse(&vec![b' '; 256 * 1024 + 1]).unwrap_err();
    assert_eq!(large.to_string(), "the manifest has 262145 bytes, the limit is 262144");
}

#[test]
fn public_paths_are_two_forms_and_no_other() {
    #[track_caller]
    fn check(path: &str, expect: Option<&str>) {
        let found = path::parse_public(path).map(|found| match found {
            PublicPath::File { remote, version, file } => format!("file {remote} {version} {file}"),
            PublicPath::Entry { remote } => format!("entry {remote}"),
        });
        assert_eq!(found.as_deref(), expect, "{path}");
    }
    check("/remotes/products/1.4.2/a.js", Some("file products 1.4.2 a.js"));
    check("/remotes/products/1.4.2-dev.1/a.js", Some("file products 1.4.2-dev.1 a.js"));
    check("/remotes/products/remoteEntry.js", Some("entry products"));
    for path in [
        "/remotes/",
        "/remotes/products",
        "/remotes/products/",
        "/remotes/products/1.4.2",
        "/remotes/products/1.4.2/",
        "/remotes/products/1.4.2/a/b.js",
        "/remotes/products//a.js",
        "/remotes//1.4.2/a.js",
        "/remotes/products/1.4.2/.env",
        "/remotes/products/1.4.2/..",
        "/remotes/products/latest/a.js",
        "/remotes/products/remoteEntry.js/",
        "remotes/products/remoteEntry.js",
        "/remotes/products/1.4.2/a%2fb.js",
        "/remotes/Products/1.4.2/a.js",
    ] {
        check(path, None);
    }
}

proptest! {
    #[test]
    fn a_public_url_is_taken_apart_as_it_was_built(
        remote in "[a-z][a-z0-9]{0,20}", major in 0_u32..1000, minor in 0_u32..1000, file in "[A-Za-z0-9_-][A-Za-z0-9._-]{0,40}"
    ) {
        let remote = RemoteName::new(&remote).unwrap();
        let version = Version::new(&format!("{major}.{minor}.0")).unwrap();
        let file = FileName::new(&file).unwrap();
        let url = path::public_file(&remote, &version, &file);
        prop_assert_eq!(path::parse_public(&url), Some(PublicPath::File { remote, version, file }));
    }

    #[test]
    fn no_text_panics(text in ".{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (RemoteName::new(&text), FileName::new(&text), Version::new(&text), Integrity::new(&text), path::parse_public(&text));
        let _ = VersionManifest::parse(&bytes);
    }
}
