//! The version manifest: read whole or refused with its reason.

use rollout::{CONTENT_TYPES, FILES_LIMIT, MANIFEST_LIMIT, Registration, Timestamp, VersionManifest};

use crate::fixture::{AT, assert_is_one_line, integrity, told};

fn text() -> String {
    let hash = integrity(0);
    format!(
        r#"{{"schema":1,"remote":"products","version":"1.4.2","contract":7,"format":"module","entry":"products-A.js","styles":["products-B.css"],"files":{{"chunk-C.js":{{"integrity":"{hash}","size":10,"contentType":"text/javascript; charset=utf-8"}},"products-A.js":{{"integrity":"{hash}","size":10,"contentType":"text/javascript; charset=utf-8"}},"products-B.css":{{"integrity":"{hash}","size":10,"contentType":"text/css; charset=utf-8"}}}}}}"#
    )
}

/// The manifest with so many more files.
fn with_files(more: usize) -> String {
    let hash = integrity(0);
    let files =
        (0..more).map(|number| format!(r#""f{number}":{{"integrity":"{hash}","size":0,"contentType":"image/png"}},"#));
    text().replacen(r#""files":{"#, &format!(r#""files":{{{}"#, files.collect::<String>()), 1)
}

#[test]
fn a_manifest_is_read_whole() {
    let manifest = VersionManifest::parse(text().as_bytes()).unwrap();
    assert_eq!(manifest.remote().as_str(), "products");
    assert_eq!(manifest.version().as_str(), "1.4.2");
    assert_eq!(manifest.contract(), 7);
    assert_eq!(manifest.entry().as_str(), "products-A.js");
    assert_eq!(manifest.styles().iter().map(ToString::to_string).collect::<Vec<_>>(), ["products-B.css"]);
    let modules: Vec<&str> = manifest.modules().map(|(name, _)| name.as_str()).collect();
    assert_eq!(modules, ["chunk-C.js", "products-A.js"]);
    assert_eq!(manifest.file("products-A.js").map(|(_, file)| file.size), Some(10));
    assert!(manifest.file("manifest.json").is_none());
    assert_eq!(serde_json::to_string(&manifest).unwrap(), text(), "what is read is written as it was");
}

#[test]
fn a_release_notes_the_entry_and_the_very_bytes() {
    let manifest = VersionManifest::parse(text().as_bytes()).unwrap();
    let noted = Registration::of(&manifest, integrity(9), Timestamp::new(AT).unwrap());
    assert_eq!((noted.entry.as_str(), noted.contract), ("products-A.js", 7));
    assert_eq!((noted.integrity.clone(), noted.manifest.clone()), (integrity(0), integrity(9)));
    let again = Registration { registered: Timestamp::new("2027-01-01T00:00:00Z").unwrap(), ..noted.clone() };
    assert!(noted.is_same_version(&again), "the same bytes, noted later");
    assert!(!noted.is_same_version(&Registration { manifest: integrity(8), ..noted.clone() }));
}

#[test]
fn a_manifest_is_refused_with_its_reason() {
    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let text = text();
        assert!(text.contains(from), "the fixture has no {from}");
        let error = VersionManifest::parse(text.replace(from, to).as_bytes()).expect_err(to);
        let message = told(&error);
        assert!(message.contains(expect), "{message}");
        assert_is_one_line(&error.to_string());
    }
    let entry = r#""entry":"products-A.js""#;
    check(r#""schema":1"#, r#""schema":2"#, "the manifest is of schema 2, this program reads schema 1");
    check(
        r#""schema":1"#,
        r#""schema":2,"later":{"a":[]}"#,
        "the manifest is of schema 2, this program reads schema 1",
    );
    check(r#""schema":1"#, r#""schema":0"#, "the manifest is of schema 0");
    check(r#""schema":1,"#, "", "missing field `schema`");
    check(entry, r#""entry":"gone.js""#, "the manifest names `gone.js` as its entry, which is not among its files");
    check(
        entry,
        r#""entry":"products-B.css""#,
        "`products-B.css` is the entry of the version, but of type `text/css; char",
    );
    check(
        r#"["products-B.css"]"#,
        r#"["chunk-C.js"]"#,
        "`chunk-C.js` is the style of the version, but of type `text/java",
    );
    check(r#"["products-B.css"]"#, r#"["gone.css"]"#, "names `gone.css` as its style, which is not among its files");
    check(
        "text/css; charset=utf-8",
        "text/html",
        "`products-B.css` is of type `text/html`, which a remote's file may not",
    );
    check(
        "text/css; charset=utf-8",
        "text/css",
        "`products-B.css` is of type `text/css`, which a remote's file may not",
    );
    check("text/css; charset=utf-8", &format!("a\\n{}", "b".repeat(5000)), "is of type `a\\nbbb");
    check(r#""size":10"#, r#""size":26214401"#, "has 26214401 bytes, the limit is 26214400");
    for size in ["-1", "1.5", "\"10\"", "18446744073709551616", "null"] {
        check(r#""size":10"#, &format!("\"size\":{size}"), "the manifest cannot be read");
    }
    check("chunk-C.js", "manifest.json", "a file cannot be named `manifest.json`: that is the manifest's own name");
    check(r#""remote":"products""#, r#""remote":"../etc""#, "`../etc` is no remote name");
    check(r#""version":"1.4.2""#, r#""version":"latest""#, "`latest` is no semantic version");
    check(r#""chunk-C.js""#, r#""../chunk.js""#, "`../chunk.js` is no file name");
    check(integrity(0).as_str(), "sha256-AAAA", "`sha256-AAAA` is no integrity value");
    check(r#""contract":7"#, r#""contract":7,"surprise":true"#, "unknown field `surprise`");
    check(r#""size":10"#, r#""size":10,"surprise":true"#, "unknown field `surprise`");
    check(r#""contract":7"#, r#""contract":4294967296"#, "expected u32");
    check(r#""format":"module""#, r#""format":"script""#, "unknown variant `script`");
    check("\"files\":{", "\"files\":[{", "the manifest cannot be read");
}

#[test]
fn what_stands_there_twice_is_refused() {
    let twice = text().replace("chunk-C.js", "products-A.js");
    let message = told(&VersionManifest::parse(twice.as_bytes()).unwrap_err());
    assert!(message.contains("`products-A.js` stands there twice"), "{message}");
    let twice = text().replace(r#""contract":7"#, r#""contract":7,"contract":8"#);
    let message = told(&VersionManifest::parse(twice.as_bytes()).unwrap_err());
    assert!(message.contains("duplicate field `contract`"), "{message}");
}

#[test]
fn a_manifest_has_limits() {
    let error = VersionManifest::parse(&vec![b' '; MANIFEST_LIMIT + 1]).unwrap_err();
    assert_eq!(error.to_string(), "the manifest has 262145 bytes, the limit is 262144");
    let mut padded = text().into_bytes();
    padded.resize(MANIFEST_LIMIT, b' ');
    assert!(VersionManifest::parse(&padded).is_ok());
    assert_eq!(VersionManifest::parse(with_files(FILES_LIMIT - 3).as_bytes()).unwrap().files().len(), FILES_LIMIT);
    let error = VersionManifest::parse(with_files(FILES_LIMIT - 2).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "the manifest names 513 files, a version has 1 to 512");
    let (head, _) = text().split_once("\"files\":{").map(|(head, tail)| (head.to_owned(), tail.to_owned())).unwrap();
    let error = VersionManifest::parse(format!("{head}\"files\":{{}}}}").as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "the manifest names 0 files, a version has 1 to 512");
    for deep in ["[".repeat(200_000), r#"{"a":"#.repeat(50_000), format!("{{\"schema\":{}", "[".repeat(200_000))] {
        assert!(VersionManifest::parse(deep.as_bytes()).is_err(), "depth must be refused, not overflow the stack");
    }
}

#[test]
fn no_type_that_a_browser_shows_as_a_page_is_allowed() {
    for content_type in CONTENT_TYPES {
        let text = text().replacen("text/javascript; charset=utf-8", content_type, 1);
        assert!(VersionManifest::parse(text.as_bytes()).is_ok(), "{content_type}");
    }
    for content_type in
        ["text/html; charset=utf-8", "application/xhtml+xml", "text/xml", "application/pdf", "TEXT/CSS", ""]
    {
        let text = text().replacen("text/javascript; charset=utf-8", content_type, 1);
        assert!(VersionManifest::parse(text.as_bytes()).is_err(), "{content_type}");
    }
}
