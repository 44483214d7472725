//! Arbitrary and almost right input for every parser: none panics, and accepted input is written and read as itself.

use std::fmt::{Debug, Display};

use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::Index;
use rollout::path::{self, PublicPath};
use rollout::{
    Author, FileName, Integrity, Message, Preview, RELEASE_LIMIT, Release, RemoteName, Salt, Share, Steps, Timestamp,
    Version, VersionManifest, Visitor,
};

use crate::fixture::{after, assert_is_one_line, cases, integrity, products, text_of, told};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// Pieces that mean something to one of the parsers.
const PIECES: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "0",
    "-1",
    "100",
    "12.5",
    "1e400",
    "9007199254740993",
    "\"products\":",
    "\"serial\":",
    "\"canary\":\"1.0.0\",",
    "\"earlier\":[\"1.0.0\"],",
    "\"schema\":2",
    "\"1.1.0\"",
    "1.0.0",
    "/remotes/",
    "products",
    "/",
    "..",
    "%2e",
    "manifest.json",
    "remoteEntry.js",
    "remote.a=1.0.0",
    "&",
    "=",
    "preview.expires=1",
    "preview.signature=",
    "\u{202e}",
    "\0",
    "é",
];

/// One change of a text: some bytes away, and something else in their place.
#[derive(Debug, Clone)]
struct Edit {
    at: Index,
    length: usize,
    with: Vec<u8>,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let piece = prop_oneof![
        3 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        2 => prop::collection::vec(any::<u8>(), 0..4),
        2 => "[0-9a-z\" .,:-]{1,2}".prop_map(String::into_bytes),
        1 => Just(Vec::new()),
    ];
    let edit = (any::<Index>(), prop_oneof![Just(0), Just(1), Just(1), 0..20_usize], piece);
    prop::collection::vec(edit.prop_map(|(at, length, with)| Edit { at, length, with }), 1..4)
}

fn edited(text: &str, edits: &[Edit]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for edit in edits {
        let from = edit.at.index(bytes.len() + 1);
        let to = (from + edit.length).min(bytes.len());
        bytes.splice(from..to, edit.with.iter().copied());
    }
    bytes
}

/// Text out of pieces, so that parsers get further than their first check.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => ".{0,6}"];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

/// What is accepted is shown as the text it came from; what is not is told in one line.
fn same_text<T: Display, E: Display>(text: &str, found: Result<T, E>) {
    match found {
        Ok(value) => assert_eq!(value.to_string(), text),
        Err(error) => assert_is_one_line(&error.to_string()),
    }
}

/// What is accepted is read again out of what it is shown as.
fn same_value<T: Display + Debug + PartialEq, E: Display>(read: impl Fn(&str) -> Result<T, E>, text: &str) {
    match read(text) {
        Ok(value) => {
            let again = read(&value.to_string()).map_err(|error| error.to_string());
            assert_eq!(again.as_ref(), Ok(&value), "from {text:?}");
        }
        Err(error) => assert_is_one_line(&error.to_string()),
    }
}

fn every_text(text: &str) {
    same_text(text, RemoteName::new(text));
    same_text(text, FileName::new(text));
    same_text(text, Version::new(text));
    same_text(text, Integrity::new(text));
    same_text(text, Salt::new(text));
    same_text(text, Visitor::new(text));
    same_text(text, Timestamp::new(text));
    same_text(text, Message::new(text));
    same_text(text, Author::new(text));
    same_value(str::parse::<Share>, text);
    same_value(str::parse::<Steps>, text);
    if let Some((version, file)) = path::parse_key(&products(), text) {
        assert_eq!(path::file_key(&products(), &version, &file), text);
    }
    let again = path::parse_public(text).map(|found| match found {
        PublicPath::File { remote, version, file } => path::public_file(&remote, &version, &file),
        PublicPath::Manifest { remote, version } => path::public_manifest(&remote, &version),
        PublicPath::Entry { remote } => format!("{}{remote}/{}", path::PUBLIC_PREFIX, path::REMOTE_ENTRY),
    });
    assert!(again.is_none_or(|again| again == text), "{text}");
    match Preview::from_text(text) {
        Ok(None) => (),
        Ok(Some(preview)) => {
            assert_eq!(Preview::from_text(&preview.to_string()), Ok(Some(preview.clone())), "{text:?}");
            assert!(preview.verify(SECRET, 0).is_err(), "a preview that nobody signed: {text:?}");
        }
        Err(error) => assert_is_one_line(&error.to_string()),
    }
}

/// Whether the document was accepted.
fn every_document(bytes: &[u8]) -> bool {
    match VersionManifest::parse(bytes) {
        Ok(manifest) => {
            let text = serde_json::to_vec(&manifest).unwrap();
            assert_eq!(VersionManifest::parse(&text).unwrap(), manifest);
            let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
            assert_eq!(VersionManifest::parse(&serde_json::to_vec(&value).unwrap()).unwrap(), manifest);
        }
        Err(error) => assert_is_one_line(&told(&error)),
    }
    match Release::parse(&products(), bytes) {
        Ok(release) => {
            let document = release.to_document().unwrap();
            assert!(document.bytes.len() <= RELEASE_LIMIT && document.archived.is_empty());
            let again = Release::parse(&products(), &document.bytes).unwrap();
            assert_eq!(again, release, "{}", String::from_utf8_lossy(bytes));
            assert_eq!(again.to_document().unwrap().bytes, document.bytes);
            // A lenient reader has to find the same in it.
            let value: serde_json::Value = serde_json::from_slice(bytes).unwrap();
            assert_eq!(Release::parse(&products(), &serde_json::to_vec(&value).unwrap()).unwrap(), release);
            true
        }
        Err(error) => {
            assert_is_one_line(&told(&error));
            false
        }
    }
}

fn document() -> String {
    text_of(&after(
        "register 1.1.0 1; promote 1.1.0; register 1.2.0 2; deprecate 1.0.0 bad; canary 1.2.0 12.5; lock sale",
    ))
}

fn manifest() -> String {
    let hash = integrity(0);
    format!(
        r#"{{"schema":1,"remote":"products","version":"1.4.2","contract":1,"format":"module","entry":"a.js","styles":["b.css"],"files":{{"a.js":{{"integrity":"{hash}","size":10,"contentType":"text/javascript; charset=utf-8"}},"b.css":{{"integrity":"{hash}","size":10,"contentType":"text/css; charset=utf-8"}}}}}}"#
    )
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn arbitrary_text(text in ".{0,80}") {
        every_text(&text);
    }

    #[test]
    fn text_out_of_pieces(text in pieces()) {
        every_text(&text);
        every_document(text.as_bytes());
    }

    #[test]
    fn almost_right_text(edits in edits(), text in prop::sample::select(vec![
        "products", "products-A.js", "1.4.2-rc.1", "2026-01-31T23:59:59Z", "1, 5, 25, 100", "12.5", "00112233445566778899aabbccddeeff",
        "/remotes/products/1.4.2/a.js", "/remotes/products/1.4.2/manifest.json", "/remotes/products/remoteEntry.js", "products/1.4.2/a.js",
        "remote.products=1.4.2&preview.expires=1800000000&preview.signature=d2155c2541ad7ad2829ab46ab91d99296e4e5071c62c69bea0bb58c176de0dfb",
    ])) {
        every_text(&String::from_utf8_lossy(&edited(text, &edits)));
    }

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(!every_document(&bytes));
    }

    #[test]
    fn almost_right_documents(edits in edits()) {
        every_document(&edited(&document(), &edits));
    }

    #[test]
    fn almost_right_manifests(edits in edits()) {
        every_document(&edited(&manifest(), &edits));
    }

    #[test]
    fn one_byte_of_a_document(at in any::<Index>(), byte in b' '..b'\x7f') {
        // The likeliest damage that is still JSON: accepted, it must read as what it says.
        let mut bytes = document().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        every_document(&bytes);
    }

    #[test]
    fn any_number_as_a_share(number in prop_oneof![
        "[0-9]{1,3}(\\.[0-9]{1,3})?", "[0-9]{1,3}(\\.[0-9]{1,3})?[eE][+-]?[0-9]{1,3}", "-?[0-9]{1,25}", "0\\.[0-9]{1,20}",
    ]) {
        if let Ok(share) = serde_json::from_str::<Share>(&number) {
            let text = serde_json::to_string(&share).unwrap();
            prop_assert_eq!(serde_json::from_str::<Share>(&text).unwrap(), share);
            prop_assert!((number.parse::<f64>().unwrap() - text.parse::<f64>().unwrap()).abs() < 1e-9, "{} became {}", number, text);
        }
    }
}

#[test]
fn the_fixtures_are_right_before_they_are_edited() {
    assert!(every_document(document().as_bytes()));
    assert!(VersionManifest::parse(manifest().as_bytes()).is_ok());
}

#[test]
fn every_cut_and_every_missing_byte_of_a_document_is_read_or_refused() {
    let document = document();
    for end in 0..document.len() {
        let accepted = every_document(&document.as_bytes()[..end]);
        assert_eq!(accepted, end == document.trim_end().len(), "cut after {end} bytes");
        let without = [&document.as_bytes()[..end], &document.as_bytes()[end + 1..]].concat();
        every_document(&without);
    }
}
