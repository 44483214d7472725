//! Keys and URLs, built and taken apart: three public forms and no other, and keys that cannot be taken for one another.

use std::collections::BTreeSet;

use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, prop_assume, proptest};
use rollout::path::{self, PublicPath};
use rollout::{FileName, RemoteName, SERIAL_LIMIT, Version};

use crate::fixture::{cases, products, remote, version};

/// A public path in words.
fn read(path: &str) -> Option<String> {
    path::parse_public(path).map(|found| match found {
        PublicPath::File { remote, version, file } => format!("file {remote} {version} {file}"),
        PublicPath::Manifest { remote, version } => format!("manifest {remote} {version}"),
        PublicPath::Entry { remote } => format!("entry {remote}"),
    })
}

#[test]
fn public_paths_are_three_forms() {
    #[track_caller]
    fn check(path: &str, expect: &str) {
        assert_eq!(read(path).as_deref(), Some(expect), "{path}");
    }
    check("/remotes/products/1.4.2/a.js", "file products 1.4.2 a.js");
    check("/remotes/products/1.4.2-dev.1/a.js", "file products 1.4.2-dev.1 a.js");
    check("/remotes/products/1.4.2/remoteEntry.js", "file products 1.4.2 remoteEntry.js");
    check("/remotes/products/1.4.2/release.json", "file products 1.4.2 release.json");
    check("/remotes/products/1.4.2/Manifest.json", "file products 1.4.2 Manifest.json");
    check("/remotes/products/1.4.2/manifest.json", "manifest products 1.4.2");
    check("/remotes/products/remoteEntry.js", "entry products");
}

#[test]
fn every_other_path_is_none() {
    for path in [
        "",
        "/",
        "/remotes",
        "/remotes/",
        "/remotes//",
        "/remotes/products",
        "/remotes/products/",
        "/remotes/products/1.4.2",
        "/remotes/products/1.4.2/",
        "/remotes/products/1.4.2/a/b.js",
        "/remotes/products/1.4.2/a.js/",
        "/remotes/products//a.js",
        "/remotes//1.4.2/a.js",
        "//remotes/products/1.4.2/a.js",
        "/remotes/products/1.4.2/.env",
        "/remotes/products/1.4.2/..",
        "/remotes/products/../cart/1.4.2/a.js",
        "/remotes/../remotes/products/1.4.2/a.js",
        "/remotes/./products/1.4.2/a.js",
        "/remotes/products/latest/a.js",
        "/remotes/products/1.4/a.js",
        "/remotes/products/1.4.2+build/a.js",
        "/remotes/products/v1.4.2/a.js",
        "/remotes/products/remoteEntry.js/",
        "/remotes/products/remoteentry.js",
        "/remotes/products/release.json",
        "/remotes/products/manifest.json",
        "/remotes/products/history/0000000000000001.json",
        "/remotes/products/latest/manifest.json",
        "/remotes/Products/1.4.2/manifest.json",
        "remotes/products/remoteEntry.js",
        "/Remotes/products/remoteEntry.js",
        "/remotes/Products/1.4.2/a.js",
        "/remotes/products/1.4.2/a%2fb.js",
        "/remotes/products/1.4.2/a%2ejs",
        "/remotes/products/1.4.2/%2e%2e",
        "/remotes/products/1.4.2/a.js?x=1",
        "/remotes/products/1.4.2/a.js#x",
        "/remotes/products/1.4.2/a.js;x",
        "/remotes/products/1.4.2\\a.js",
        "/remotes/products/1.4.2/a.js\0",
        "/remotes/products/1.4.2/a.js\n",
        "/remotes/products/1.4.2/ａ.js",
        " /remotes/products/1.4.2/a.js",
    ] {
        assert_eq!(read(path), None, "{path:?} must not be a public path");
    }
}

#[test]
fn keys_are_as_the_design_says() {
    let (remote, version) = (products(), version("1.4.2"));
    let file = FileName::new("a.js").unwrap();
    assert_eq!(path::file_key(&remote, &version, &file), "products/1.4.2/a.js");
    assert_eq!(path::manifest_key(&remote, &version), "products/1.4.2/manifest.json");
    assert_eq!(path::release_key(&remote), "products/release.json");
    assert_eq!(path::remote_prefix(&remote), "products/");
    assert_eq!(path::version_prefix(&remote, &version), "products/1.4.2/");
    assert_eq!(path::history_prefix(&remote), "products/history/");
    assert_eq!(path::history_key(&remote, 7), "products/history/0000000000000007.json");
    assert_eq!(path::probe_key(&remote, 255), "products/probe/00000000000000ff");
    assert_eq!(path::public_folder(&remote, &version), "/remotes/products/1.4.2/");
    assert_eq!(path::public_manifest(&remote, &version), "/remotes/products/1.4.2/manifest.json");
    assert_eq!(path::bundled_file(&remote, &version, &file), path::public_file(&remote, &version, &file));
    assert_eq!(path::module_specifier(&remote), "remote/products");
}

#[test]
fn keys_of_the_history_order_as_serials_do() {
    let serials = [1, 9, 10, 99, 100, 12_345, 1 << 40, SERIAL_LIMIT - 1, SERIAL_LIMIT];
    let keys = serials.map(|serial| path::history_key(&products(), serial));
    assert!(keys.is_sorted(), "{keys:?}");
}

#[test]
fn bookkeeping_is_no_part_of_a_version() {
    let own = products();
    let bookkeeping = [path::release_key(&own), path::history_key(&own, 1), path::probe_key(&own, u64::MAX)];
    for key in &bookkeeping {
        assert!(path::is_bookkeeping(&own, key), "{key}");
        assert_eq!(path::parse_key(&own, key), None, "{key}");
        assert!(!path::is_bookkeeping(&remote("product"), key), "{key} is of another remote");
        assert!(!path::is_bookkeeping(&remote("products-2"), key), "{key} is of another remote");
    }
    assert_eq!(bookkeeping.iter().collect::<BTreeSet<_>>().len(), bookkeeping.len());
    for key in
        ["", "products", "products/", "products/release.json.bak", "products/1.4.2/release.json", "products/historyx/1"]
    {
        assert!(!path::is_bookkeeping(&own, key), "{key}");
    }
}

#[test]
fn a_key_is_taken_apart_or_is_none() {
    let own = products();
    let read = |key: &str| path::parse_key(&own, key).map(|(version, file)| format!("{version} {file}"));
    assert_eq!(read("products/1.4.2/a.js").as_deref(), Some("1.4.2 a.js"));
    assert_eq!(read("products/1.4.2/manifest.json").as_deref(), Some("1.4.2 manifest.json"));
    for key in [
        "",
        "products",
        "products/",
        "products/1.4.2",
        "products/1.4.2/",
        "products//a.js",
        "products/1.4.2/a/b.js",
        "products/1.4.2/../a.js",
        "products/1.4.2/.a",
        "products/latest/a.js",
        "/products/1.4.2/a.js",
        "products2/1.4.2/a.js",
        "product/1.4.2/a.js",
        "cart/1.4.2/a.js",
        "products\\1.4.2\\a.js",
        "products/1.4.2//a.js",
        "products/1.4.2/a.js/",
        "PRODUCTS/1.4.2/a.js",
        "products/1.4.2+b/a.js",
    ] {
        assert_eq!(read(key), None, "{key:?} must not be a file of a version");
    }
}

fn names() -> impl Strategy<Value = (RemoteName, Version, FileName)> {
    let version = "(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})\\.(0|[1-9][0-9]{0,4})(-[a-z][0-9a-z-]{0,9}(\\.(0|[1-9][0-9]{0,3})){0,2})?";
    ("[a-z]([a-z0-9-]{0,38}[a-z0-9])?", version, "[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}").prop_map(
        |(name, version, file)| {
            (RemoteName::new(&name).unwrap(), Version::new(&version).unwrap(), FileName::new(&file).unwrap())
        },
    )
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn what_was_built_is_taken_apart_again((remote, version, file) in names()) {
        prop_assume!(file.as_str() != path::MANIFEST);
        let url = path::public_file(&remote, &version, &file);
        let expect = PublicPath::File { remote: remote.clone(), version: version.clone(), file: file.clone() };
        prop_assert_eq!(path::parse_public(&url), Some(expect));
        prop_assert_eq!(url.strip_prefix(&path::public_folder(&remote, &version)), Some(file.as_str()));
        let expect = PublicPath::Manifest { remote: remote.clone(), version: version.clone() };
        prop_assert_eq!(path::parse_public(&path::public_manifest(&remote, &version)), Some(expect));
        let entry = format!("{}{remote}/{}", path::PUBLIC_PREFIX, path::REMOTE_ENTRY);
        prop_assert_eq!(path::parse_public(&entry), Some(PublicPath::Entry { remote: remote.clone() }));
        let key = path::file_key(&remote, &version, &file);
        prop_assert!(key.starts_with(&path::version_prefix(&remote, &version)) && key.starts_with(&path::remote_prefix(&remote)));
        prop_assert!(!path::is_bookkeeping(&remote, &key), "{} would be taken for bookkeeping", key);
        prop_assert_eq!(path::parse_key(&remote, &key), Some((version, file)));
        prop_assert!(key.len() <= 1024, "S3 allows 1,024 bytes in a key");
        prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic() && !b"%?#\\\"<>^`{|}".contains(&byte)), "{}", url);
    }
}
