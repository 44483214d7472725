//! Folders of versions as a build leaves them, made for tests: as small as a version can be, and whole.
//! Knows the manifest's form, and nothing of the command line.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::bundle::integrity;
use crate::object_store::Version;

/// A version that is to be written.
#[derive(Clone, Debug)]
pub struct Made<'a> {
    /// The remote.
    pub remote: &'a str,
    /// The version.
    pub number: &'a str,
    /// The slot contract it says it was built for.
    pub contract: u32,
    /// What stands in its files, so that two versions of one number can differ.
    pub text: &'a str,
    /// Whether the names of the files depend on the text, as hashes in names do.
    pub hashed: bool,
}

impl<'a> Made<'a> {
    /// A version whose files say its number.
    pub fn new(remote: &'a str, number: &'a str) -> Made<'a> {
        Made { remote, number, contract: 1, text: number, hashed: false }
    }

    /// Writes it into a folder of its own below this one, and gives that.
    pub fn write(&self, root: &Path) -> PathBuf {
        let mark = if self.hashed { format!("-{}", self.text) } else { String::new() };
        let names = [format!("chunk{mark}.js"), format!("entry{mark}.js"), format!("style{mark}.css")];
        let mut files = Map::new();
        let folder = root.join(self.text).join(self.remote).join(self.number);
        fs::create_dir_all(&folder).expect("a folder for the version");
        for name in &names {
            let text = format!("/* {name} of {}, {} */\n", self.remote, self.text);
            let kind = if name.rsplit('.').next() == Some("css") { "text/css" } else { "text/javascript" };
            let (hash, size) = (integrity(text.as_bytes()), text.len());
            let kind = format!("{kind}; charset=utf-8");
            files.insert(name.clone(), json!({ "integrity": hash, "size": size, "contentType": kind }));
            fs::write(folder.join(name), text).expect("a file of the version");
        }
        let [_, entry, style] = &names;
        let manifest = json!({
            "schema": 1, "remote": self.remote, "version": self.number, "contract": self.contract,
            "format": "module", "entry": entry, "styles": [style], "files": Value::Object(files),
        });
        fs::write(folder.join("manifest.json"), manifest.to_string()).expect("the manifest");
        folder
    }
}

/// Writes a version that was derived from a bundled one.
pub fn write(version: &Version, root: &Path) -> PathBuf {
    let folder = root.join(version.remote()).join(version.number());
    fs::create_dir_all(&folder).expect("a folder for the version");
    for (name, bytes) in &version.files {
        fs::write(folder.join(name), bytes).expect("a file of the version");
    }
    fs::write(folder.join("manifest.json"), &version.text).expect("the manifest");
    folder
}
