//! The files that were built for the browser, from the manifests beside them: every file with the URL, hash and type it is served with.
//! Reads the manifests with its own few lines, so that a fault in the Worker's reader cannot hide itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha384};

use crate::server::shop;

/// A file that the shop serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its public path.
    pub url: String,
    /// `sha384-…`
    pub integrity: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its media type.
    pub content_type: String,
}

impl File {
    /// Whether its name ends in a dot and this.
    pub fn is(&self, extension: &str) -> bool {
        self.url.rsplit_once('.').is_some_and(|(_, found)| found == extension)
    }
}

/// A bundled version of a remote.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The public path of its entry module.
    pub entry: String,
    /// The public paths of its stylesheets.
    pub styles: Vec<String>,
    /// All its files.
    pub files: Vec<File>,
}

/// The files of the shell.
pub fn shell() -> Vec<File> {
    let manifest = manifest("assets/dist/shell/manifest.json");
    let files = manifest["files"].as_object().expect("the shell's manifest lists files");
    files.values().map(|file| file_of(file, format!("/assets/{}", text(&file["path"])))).collect()
}

/// The bundled versions of every remote, by name and version.
pub fn remotes() -> Vec<Remote> {
    let mut remotes = Vec::new();
    for name in folders("assets/dist/remotes") {
        for version in folders(&format!("assets/dist/remotes/{name}")) {
            let manifest = manifest(&format!("assets/dist/remotes/{name}/{version}/manifest.json"));
            let url = |file: &str| format!("/remotes/{name}/{version}/{file}");
            let files = manifest["files"].as_object().expect("a remote's manifest lists files");
            let styles = manifest["styles"].as_array().expect("a remote's manifest lists styles");
            remotes.push(Remote {
                entry: url(&text(&manifest["entry"])),
                styles: styles.iter().map(|style| url(&text(style))).collect(),
                files: files.iter().map(|(file, facts)| file_of(facts, url(file))).collect(),
                name: name.clone(),
                version,
            });
        }
    }
    remotes
}

/// The remote of this name. One version of each is bundled.
pub fn remote(name: &str) -> Remote {
    let found = remotes().into_iter().find(|remote| remote.name == name);
    found.unwrap_or_else(|| panic!("no remote `{name}` in `assets/dist`\nhint: `cargo xtask build` writes it"))
}

/// The integrity of these bytes, as HTML spells it.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// The hash of an inline script, as a content security policy spells it.
pub fn script_hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn file_of(facts: &Value, url: String) -> File {
    File {
        url,
        integrity: text(&facts["integrity"]),
        size: facts["size"].as_u64().expect("a file has a size"),
        content_type: text(&facts["contentType"]),
    }
}

/// Of the copy that is served, which no later build can change.
fn manifest(path: &str) -> Value {
    let text =
        std::fs::read(shop().folder().join(path)).unwrap_or_else(|error| panic!("cannot read `{path}`: {error}"));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("`{path}` is not JSON: {error}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("`{value}` in a manifest must be text")).to_owned()
}

fn folders(path: &str) -> Vec<String> {
    let entries = std::fs::read_dir(shop().folder().join(path))
        .unwrap_or_else(|error| panic!("cannot list `{path}`: {error}\nhint: `cargo xtask build` writes it"));
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
