//! Names, versions and integrity values: the parts of keys and URLs. Each rule, its edges, and its words.

use rollout::{FileName, Integrity, RemoteName, Salt, Version, Visitor};

use crate::fixture::{assert_is_one_line, integrity};

const REMOTE_RULE: &str = "it consists of a-z, 0-9 and `-`, starts with a letter and does not end with `-`";
const FILE_RULE: &str = "it consists of A-Z, a-z, 0-9, `.`, `_` and `-`, and does not start with `.`";

/// What a constructor makes of a text: the text again, or the message.
fn outcome<T: ToString, E: ToString>(found: Result<T, E>) -> Result<String, String> {
    let found = found.map(|value| value.to_string()).map_err(|error| error.to_string());
    if let Err(message) = &found {
        assert_is_one_line(message);
    }
    found
}

#[test]
fn remote_names_are_safe_in_keys_and_urls() {
    for name in ["products", "product-detail", "a", "a1", "a--b", &"a".repeat(40)] {
        assert_eq!(outcome(RemoteName::new(name)), Ok(name.to_owned()));
    }
    for name in ["-a", "a-", "1a", "Products", "a_b", "a.b", "a/b", "..", "a%2fb", "é", "a b", "a\\b", "*", "а"] {
        assert_eq!(outcome(RemoteName::new(name)), Err(format!("`{}` is no remote name: {REMOTE_RULE}", shown(name))));
    }
    assert_eq!(outcome(RemoteName::new("")), Err("`` has 0 characters, a remote name has 1 to 40".to_owned()));
    assert_eq!(
        outcome(RemoteName::new(&"a".repeat(41))),
        Err(format!("`{}` has 41 characters, a remote name has 1 to 40", "a".repeat(41)))
    );
}

#[test]
fn file_names_are_no_paths() {
    for name in ["products-A1B2.js", "_chunk-x.js", "-a", "a..b", "manifest.json", "0", &"a".repeat(128)] {
        assert_eq!(outcome(FileName::new(name)), Ok(name.to_owned()));
    }
    for name in
        [".env", "..", ".", "a/b", "a\\b", "a b", "a%20b", "ä.js", "a\0", "a\n", "a:b", "a?b", "a#b", "a\u{202e}b"]
    {
        assert_eq!(outcome(FileName::new(name)), Err(format!("`{}` is no file name: {FILE_RULE}", shown(name))));
    }
    assert_eq!(outcome(FileName::new("")), Err("`` has 0 characters, a file name has 1 to 128".to_owned()));
    assert_eq!(
        outcome(FileName::new(&"a".repeat(129))),
        Err(format!("`{}…` has 129 characters, a file name has 1 to 128", "a".repeat(64))),
        "a message quotes 64 characters at most"
    );
}

/// What a message quotes of a text with characters that a terminal would obey.
fn shown(text: &str) -> String {
    text.replace('\0', "\\0").replace('\n', "\\n").replace('\u{202e}', "\\u{202e}")
}

#[test]
fn versions_are_semantic_and_carry_no_build_metadata() {
    #[track_caller]
    fn check(text: &str, expect: Result<(), &str>) {
        assert_eq!(outcome(Version::new(text)).map(|_| ()), expect.map_err(str::to_owned), "{text:?}");
    }
    for text in ["1.4.2", "1.5.0-beta.1", "0.0.0-dev.3", "0.0.0", "1.0.0--", "18446744073709551615.0.0", "1.0.0-0a"] {
        check(text, Ok(()));
    }
    check(&format!("1.0.0-{}", "a".repeat(58)), Ok(()));
    check(&format!("1.0.0-{}", "a".repeat(59)), Err("a version of 65 characters is too long, the limit is 64"));
    check("1.4.2+abc", Err("`1.4.2+abc` carries build metadata (`+…`), which a version of a remote may not have"));
    for text in [
        "",
        "1",
        "1.4",
        "1.4.2.0",
        "v1.4.2",
        "01.4.2",
        "1.4.2-",
        "1.4.2-01",
        "1.4.2-a..b",
        "1.4.2-é",
        " 1.4.2",
        "1.4.2 ",
        "1.4.x",
        "latest",
        "^1.4.2",
        "-1.0.0",
        "1.4.2/..",
        "18446744073709551616.0.0",
        "1.4.2+",
    ] {
        check(text, Err(&format!("`{text}` is no semantic version such as 1.4.2 or 1.5.0-beta.1")));
    }
    check("1.0\n2.0", Err("`1.0\\n2.0` is no semantic version such as 1.4.2 or 1.5.0-beta.1"));
}

#[test]
fn versions_order_by_precedence() {
    let ordered =
        ["1.2.0-alpha", "1.2.0-rc.1", "1.2.0-rc.2", "1.2.0-rc.10", "1.2.0-rc.a", "1.2.0", "1.10.0", "2.0.0-0"];
    let mut versions: Vec<Version> = ordered.iter().rev().map(|text| Version::new(text).unwrap()).collect();
    versions.sort();
    assert_eq!(versions.iter().map(Version::as_str).collect::<Vec<_>>(), ordered);
    assert!(versions[0].is_prerelease() && !versions[5].is_prerelease());
}

#[test]
fn integrity_is_sha384_alone() {
    let zero = format!("sha384-{}", "A".repeat(64));
    assert_eq!(integrity(0).as_str(), zero);
    assert_eq!(outcome(Integrity::new(&zero)), Ok(zero.clone()));
    assert_eq!(outcome(Integrity::new(integrity(255).as_str())), Ok(format!("sha384-{}", "/".repeat(64))));
    for text in ["", "sha256-AAAA", "SHA384-AAAA", "sha384", "sha512-AAAA", " sha384-AAAA", "sha384\nAAAA"] {
        let expect = format!("`{}` is no integrity value: it starts with `sha384-`", shown(text));
        assert_eq!(outcome(Integrity::new(text)), Err(expect));
    }
    for digest in [
        "",
        "AAAA",
        "!!!!",
        &"A".repeat(63),
        &"A".repeat(68),
        &format!("{}=", "A".repeat(64)),
        &"-".repeat(64),
        &format!("{}==", "A".repeat(62)),
        &format!("{} ", "A".repeat(64)),
        &format!("{zero} {zero}"),
    ] {
        let message = outcome(Integrity::new(&format!("sha384-{digest}"))).expect_err(digest);
        assert!(
            message.ends_with("is no integrity value: `sha384-` is followed by the base64 of 48 bytes"),
            "{message}"
        );
    }
}

#[test]
fn salts_and_visitors_have_one_form() {
    for text in ["a", "A_-9", &"z".repeat(64)] {
        assert_eq!(outcome(Salt::new(text)), Ok(text.to_owned()));
    }
    for text in ["", "a b", "a.b", "é", "a\0"] {
        let expect = format!("`{}` is no salt: it consists of 1 to 64 of a-z, A-Z, 0-9, `-` and `_`", shown(text));
        assert_eq!(outcome(Salt::new(text)), Err(expect));
    }
    assert!(Salt::new(&"z".repeat(65)).is_err());
    assert_eq!(Salt::of_remote(&RemoteName::new("products").unwrap()).as_str(), "products");
    assert_eq!(
        outcome(Visitor::new("00112233445566778899aabbccddeeff")),
        Ok("00112233445566778899aabbccddeeff".into())
    );
    for text in ["", "0", "00112233445566778899AABBCCDDEEFF", "00112233445566778899aabbccddeefg", "\u{663}\u{663}"] {
        let expect = format!("`{text}` is no visitor: it is 32 lower-case hexadecimal digits");
        assert_eq!(outcome(Visitor::new(text)), Err(expect));
    }
    assert!(Visitor::new(&"0".repeat(33)).is_err());
}
