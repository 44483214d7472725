//! The files for the browser: each one served with the bytes, the hash and the type of its manifest, and each page naming
//! exactly the files that are served. A visitor's browser refuses anything else, so a difference here is an outage.

use std::collections::BTreeMap;

use serde_json::Value;
use storefront_tests::bundle::{self, Remote};
use storefront_tests::markup::{self, Element};
use storefront_tests::server::shop;

use crate::Faults;
use crate::http::kinds::{self, IMMUTABLE};

/// A page, and the remotes that take part in it, by name.
const PAGES: [(&str, &[&str]); 9] = [
    ("/", &["cart"]),
    ("/cart", &["cart"]),
    ("/products", &["cart", "products"]),
    ("/products?category=Kitchen", &["cart", "products"]),
    ("/products?page=0", &["cart", "products"]),
    ("/products?page=99", &["cart", "products"]),
    ("/products/cafe-press", &["cart", "product-detail"]),
    ("/products/cafe-press?quantity=1&cart=add", &["cart", "product-detail"]),
    ("/nothing", &[]),
];

/// The remote whose files are fetched with its first use.
const CART: &str = "cart";

#[test]
fn every_file_is_served_with_the_bytes_and_the_type_of_its_manifest() {
    let files = kinds::files();
    assert!(files.len() > 5, "too few files in `assets/dist`: {files:?}");
    let mut faults = Faults::default();
    for file in files {
        let answer = shop().get(&file.url);
        faults.equal(format!("{} status", file.url), &answer.status, &200);
        faults.equal(format!("{} integrity", file.url), &bundle::integrity(&answer.body), &file.integrity);
        faults.equal(format!("{} size", file.url), &(answer.body.len() as u64), &file.size);
        faults.equal(format!("{} type", file.url), &answer.header("content-type"), &Some(file.content_type));
        faults.equal(format!("{} caching", file.url), &answer.header("cache-control").as_deref(), &Some(IMMUTABLE));
        faults.equal(format!("{} ranges", file.url), &answer.header("accept-ranges").as_deref(), &Some("bytes"));
    }
    faults.report("`cargo xtask build` writes Worker and files together; build again if they are of different runs");
}

#[test]
fn the_type_of_a_file_is_that_of_its_name() {
    let mut faults = Faults::default();
    for file in kinds::files() {
        let expect = match file.url.rsplit('.').next() {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("avif") => "image/avif",
            Some("webp") => "image/webp",
            Some("jpg") => "image/jpeg",
            Some("woff2") => "font/woff2",
            Some("json") => "application/json",
            other => panic!("{}: files ending in {other:?} have no place in a bundle", file.url),
        };
        faults.equal(file.url, &file.content_type.as_str(), &expect);
    }
    faults.report("a module or style of the wrong type is refused by browsers under nosniff");
}

#[test]
fn the_entry_of_a_remote_leads_to_its_current_file() {
    let mut faults = Faults::default();
    for remote in bundle::remotes() {
        let target = format!("/remotes/{}/remoteEntry.js", remote.name);
        let answer = shop().get(&target);
        faults.equal(&target, &answer.status, &302);
        faults.equal(format!("{target} caching"), &answer.header("cache-control").as_deref(), &Some("no-cache"));
        let location = answer.header("location").unwrap_or_default();
        faults.equal(format!("{target} leads to"), &location, &remote.entry);
        faults.equal(&location, &shop().get(&location).status, &200);
    }
    faults.report("remoteEntry.js names the version of this moment and is never kept");
}

#[test]
fn a_page_names_the_files_of_one_version_with_their_hashes() {
    let mut faults = Faults::default();
    for (target, remotes) in PAGES {
        let answer = shop().get(target);
        let page = answer.text();
        let elements = markup::elements(&page);
        check_hashes(&mut faults, target, &elements);
        let remotes: Vec<Remote> = remotes.iter().copied().map(bundle::remote).collect();
        check_styles(&mut faults, target, &elements, &remotes);
        check_modules(&mut faults, target, &elements, &remotes);
        let policy = answer.header("content-security-policy").unwrap_or_default();
        check_inline_scripts(&mut faults, target, &elements, &policy);
        let slots: Vec<_> = elements.iter().filter(|element| element.attribute("data-remote").is_some()).collect();
        let named: Vec<_> =
            slots.iter().map(|slot| (slot.attribute("data-remote"), slot.attribute("data-version"))).collect();
        let expect: Vec<_> =
            remotes.iter().map(|remote| (Some(remote.name.as_str()), Some(remote.version.as_str()))).collect();
        faults.equal(format!("{target} slots"), &named, &expect);
    }
    faults.report("page, style and module of a remote are of one version, and every hash is that of the file served");
}

/// Whatever carries an integrity must be served with these very bytes; whatever is loaded must carry one.
fn check_hashes(faults: &mut Faults, target: &str, elements: &[Element]) {
    let served = |url: &str| bundle::integrity(&shop().get(url).body);
    for element in elements {
        let relation = element.attribute("rel").unwrap_or_default();
        let url = match element.name.as_str() {
            "script" => element.attribute("src"),
            "link" if matches!(relation, "stylesheet" | "modulepreload") => element.attribute("href"),
            _ => continue,
        };
        let Some(url) = url else { continue };
        let integrity = element.attribute("integrity").unwrap_or_default();
        faults.equal(format!("{target}: <{} {relation}> {url}", element.name), &integrity, &served(url).as_str());
    }
    for element in elements {
        let is_preload = element.name == "link" && element.attribute("rel") == Some("preload");
        let is_picture = element.name == "img" || (element.name == "link" && element.attribute("rel") == Some("icon"));
        if is_preload || is_picture {
            let url = element.attribute("href").or_else(|| element.attribute("src")).unwrap_or_default();
            faults.equal(format!("{target}: <{}> {url}", element.name), &shop().get(url).status, &200);
        }
    }
}

/// The styles of the cart wait, in a template, for its first use.
fn check_styles(faults: &mut Faults, target: &str, elements: &[Element], remotes: &[Remote]) {
    let styles: Vec<&str> = elements
        .iter()
        .filter(|element| element.name == "link" && element.attribute("rel") == Some("stylesheet"))
        .filter_map(|element| element.attribute("href"))
        .collect();
    let shell = bundle::shell().into_iter().find(|file| file.url.contains("/shell-")).expect("the shell has a style");
    // In the order of the page's slots, that of the cart last.
    let remotes = remotes.iter().rev().flat_map(|remote| remote.styles.iter().map(String::as_str));
    let expect: Vec<&str> = std::iter::once(shell.url.as_str()).chain(remotes).collect();
    faults.equal(format!("{target} styles"), &styles, &expect);
    let later = elements.iter().find(|element| element.attribute("data-styles") == Some(CART));
    let is_later = later.is_none_or(|template| template.name == "template");
    faults.expect(is_later, || format!("{target}: the styles of the cart load with the page"));
}

/// The import map must name every module of the page's remotes, chunks too: nothing else makes the browser check those.
fn check_modules(faults: &mut Faults, target: &str, elements: &[Element], remotes: &[Remote]) {
    let maps: Vec<_> = elements.iter().filter(|element| element.attribute("type") == Some("importmap")).collect();
    let modules = elements.iter().filter(|element| element.attribute("type") == Some("module")).count();
    if remotes.is_empty() && modules == 0 {
        return;
    }
    faults.equal(format!("{target} import maps"), &maps.len(), &1);
    let Some(map) = maps.first() else { return };
    let map: Value = serde_json::from_str(&map.inner).expect("an import map is JSON");
    let specifiers: BTreeMap<String, String> =
        remotes.iter().map(|remote| (format!("remote/{}", remote.name), remote.entry.clone())).collect();
    let found: BTreeMap<String, String> = serde_json::from_value(map["imports"].clone()).unwrap_or_default();
    faults.equal(format!("{target} imports"), &found, &specifiers);
    let modules = remotes.iter().flat_map(|remote| &remote.files).filter(|file| file.is("js"));
    let loader = bundle::shell().into_iter().filter(|file| file.is("js"));
    let expect: BTreeMap<String, String> =
        modules.cloned().chain(loader).map(|file| (file.url, file.integrity)).collect();
    let found: BTreeMap<String, String> = serde_json::from_value(map["integrity"].clone()).unwrap_or_default();
    faults.equal(format!("{target} integrity"), &found, &expect);
    let preloads: Vec<&str> = elements
        .iter()
        .filter(|element| element.attribute("rel") == Some("modulepreload"))
        .filter_map(|element| element.attribute("href"))
        .collect();
    for preload in &preloads {
        faults.expect(expect.contains_key(*preload), || format!("{target}: modulepreload of `{preload}`"));
    }
    for remote in remotes {
        let entry = preloads.contains(&remote.entry.as_str());
        let name = &remote.entry;
        faults.expect(entry == (remote.name != CART), || format!("{target}: modulepreload of `{name}`: {entry}"));
    }
}

fn check_inline_scripts(faults: &mut Faults, target: &str, elements: &[Element], policy: &str) {
    for script in elements.iter().filter(|element| element.name == "script" && element.attribute("src").is_none()) {
        // Data is not run and needs no hash.
        if matches!(script.attribute("type"), Some("application/json" | "application/ld+json")) {
            let parsed: Result<Value, _> = serde_json::from_str(&script.inner);
            faults.expect(parsed.is_ok(), || format!("{target}: a data block is not JSON: {}", script.inner));
        } else {
            let hash = bundle::script_hash(&script.inner);
            faults.expect(policy.contains(&hash), || format!("{target}: {hash} is not in the policy `{policy}`"));
        }
    }
    let styles = elements.iter().any(|element| element.name == "style" || element.attribute("style").is_some());
    faults.expect(!styles, || format!("{target}: inline styles, which the policy blocks"));
}

#[test]
fn the_boot_data_agrees_with_the_page() {
    let mut faults = Faults::default();
    for (target, remotes) in PAGES {
        let page = shop().get(target).text();
        let boot = markup::elements(&page).into_iter().find(|element| element.attribute("id") == Some("boot"));
        let Some(boot) = boot else {
            faults.expect(remotes.is_empty(), || format!("{target}: no boot data for {remotes:?}"));
            continue;
        };
        let boot: Value = serde_json::from_str(&boot.inner).expect("boot data is JSON");
        faults.equal(format!("{target} beacon"), &boot["beacon"], &Value::from("/beacon"));
        let mut expect = serde_json::Map::new();
        for remote in remotes.iter().copied().map(bundle::remote) {
            let module = format!("remote/{}", remote.name);
            expect.insert(remote.name, serde_json::json!({ "version": remote.version, "module": module }));
        }
        faults.equal(format!("{target} remotes"), &boot["remotes"], &Value::Object(expect));
    }
    faults.report("the loader starts what the boot data names, from the import map of the same page");
}

#[test]
fn what_a_stylesheet_refers_to_is_served() {
    let mut faults = Faults::default();
    for style in kinds::files().into_iter().filter(|file| file.is("css")) {
        let text = shop().get(&style.url).text();
        let folder = style.url.rsplit_once('/').map_or("", |(folder, _)| folder);
        for reference in text.split("url(").skip(1).filter_map(|rest| rest.split(')').next()) {
            let reference = reference.trim_matches(['"', '\'', ' ']);
            if reference.starts_with('#') {
                continue;
            }
            let url = if reference.starts_with('/') { reference.to_owned() } else { format!("{folder}/{reference}") };
            faults.equal(format!("{}: {url}", style.url), &shop().get(url).status, &200);
        }
    }
    faults.report("a style names fonts and pictures by their hashed names");
}
