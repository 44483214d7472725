//! Fixtures of this crate's unit tests: a remote with versions in a folder, and releases that name them.
//! Compiled for tests alone.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use rollout::{
    Author, Change, Message, Next, Registration, Release, RemoteName, TransitionError, Version, VersionManifest, path,
};

use crate::clock::{self, Seconds};
use crate::package::integrity;

/// When the tests take place.
pub(crate) const NOW: Seconds = 1_790_000_000;

/// A folder of a version, removed with this value.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    pub(crate) path: PathBuf,
}

pub(crate) fn remote() -> RemoteName {
    RemoteName::new("cart").unwrap()
}

pub(crate) fn version(text: &str) -> Version {
    Version::new(text).unwrap()
}

pub(crate) fn change(at: Seconds, by: &str, message: &str) -> Change {
    let (at, by) = (clock::timestamp(at).unwrap(), Author::new(by).unwrap());
    Change { at, by, message: Message::new(message).unwrap() }
}

/// The manifest of a version with these files.
pub(crate) fn manifest(number: &str, files: &[(&str, &str)]) -> String {
    let entries: Vec<String> = files
        .iter()
        .map(|(name, text)| {
            let (hash, size) = (integrity(text.as_bytes()), text.len());
            let kind = if name.rsplit('.').next() == Some("css") { "text/css" } else { "text/javascript" };
            format!(r#""{name}":{{"integrity":"{hash}","size":{size},"contentType":"{kind}; charset=utf-8"}}"#)
        })
        .collect();
    format!(
        r#"{{"schema":1,"remote":"cart","version":"{number}","contract":1,"format":"module","entry":"a.js","files":{{{}}}}}"#,
        entries.join(",")
    )
}

pub(crate) fn registration(number: &str, at: Seconds) -> Registration {
    let manifest = manifest(number, &[("a.js", number)]);
    let parsed = VersionManifest::parse(manifest.as_bytes()).unwrap();
    Registration::of(&parsed, integrity(manifest.as_bytes()), clock::timestamp(at).unwrap())
}

/// The release after a change that changes something.
pub(crate) fn next(outcome: Result<Next, TransitionError>) -> Release {
    match outcome.unwrap() {
        Next::Changed(release) => *release,
        Next::Unchanged => panic!("nothing changed"),
    }
}

/// Runs what waits for a store.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(work)
}

impl Folder {
    /// A whole version with these files.
    pub(crate) fn of(number: &str, files: &[(&str, &str)]) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("storefront-unit-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let root = std::env::temp_dir().join(name);
        let path = root.join("cart").join(number);
        fs::create_dir_all(&path).unwrap();
        let folder = Folder { root, path };
        for (name, text) in files {
            folder.write(name, text);
        }
        folder.write(path::MANIFEST, &manifest(number, files));
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path.join(name), text).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}
