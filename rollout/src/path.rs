//! Every object key and public URL of a remote, in one place, both ways: building and taking apart.
//! Works on raw, still encoded paths and never decodes: the allowed characters need no encoding.

use crate::{FileName, RemoteName, Version};

/// Where the public URLs of all remotes begin.
pub const PUBLIC_PREFIX: &str = "/remotes/";

/// The file name that redirects to the entry of the shopper's version at this moment.
pub const REMOTE_ENTRY: &str = "remoteEntry.js";

/// The file name of a version's manifest, in the store and in public. No file of a version has it.
pub const MANIFEST: &str = "manifest.json";

/// The thing at a path below [`PUBLIC_PREFIX`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicPath {
    /// `/remotes/<remote>/<version>/<file>`
    File {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
        /// The file.
        file: FileName,
    },
    /// `/remotes/<remote>/<version>/manifest.json`
    Manifest {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
    },
    /// `/remotes/<remote>/remoteEntry.js`
    Entry {
        /// The remote.
        remote: RemoteName,
    },
}

/// Takes a raw URL path apart. `None` for every path that is not exactly one of the forms: nothing is normalised,
/// so `//`, `..`, an escaped character or a trailing slash is simply no such path.
pub fn parse_public(path: &str) -> Option<PublicPath> {
    let mut segments = path.strip_prefix(PUBLIC_PREFIX)?.split('/');
    let remote = RemoteName::new(segments.next()?).ok()?;
    let second = segments.next()?;
    let third = segments.next();
    if segments.next().is_some() {
        return None;
    }
    match third {
        None => (second == REMOTE_ENTRY).then_some(PublicPath::Entry { remote }),
        Some(MANIFEST) => Some(PublicPath::Manifest { remote, version: Version::new(second).ok()? }),
        Some(file) => {
            Some(PublicPath::File { remote, version: Version::new(second).ok()?, file: FileName::new(file).ok()? })
        }
    }
}

/// The public URL path of one file of a version.
///
/// ```
/// use rollout::{FileName, RemoteName, Version, path};
/// let remote = RemoteName::new("products")?;
/// let version = Version::new("1.4.2")?;
/// let file = FileName::new("products-ABC.js")?;
/// assert_eq!(path::public_file(&remote, &version, &file), "/remotes/products/1.4.2/products-ABC.js");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn public_file(remote: &RemoteName, version: &Version, file: &FileName) -> String {
    format!("{PUBLIC_PREFIX}{remote}/{version}/{file}")
}

/// The start of the public URL path of every file of a version.
pub fn public_folder(remote: &RemoteName, version: &Version) -> String {
    format!("{PUBLIC_PREFIX}{remote}/{version}/")
}

/// The public URL path of a version's manifest.
pub fn public_manifest(remote: &RemoteName, version: &Version) -> String {
    format!("{PUBLIC_PREFIX}{remote}/{version}/{MANIFEST}")
}

/// The bare specifier under which a page's import map offers a remote's entry.
pub fn module_specifier(remote: &RemoteName) -> String {
    format!("remote/{remote}")
}

/// The object key of one file of a version, in a bucket that holds all remotes.
pub fn file_key(remote: &RemoteName, version: &Version, file: &FileName) -> String {
    format!("{remote}/{version}/{file}")
}

/// The object key of a version's manifest.
pub fn manifest_key(remote: &RemoteName, version: &Version) -> String {
    format!("{remote}/{version}/{MANIFEST}")
}

/// The start of every key of a remote.
pub fn remote_prefix(remote: &RemoteName) -> String {
    format!("{remote}/")
}

/// The start of every key of a version.
pub fn version_prefix(remote: &RemoteName, version: &Version) -> String {
    format!("{remote}/{version}/")
}

/// The object key of a remote's release.
pub fn release_key(remote: &RemoteName) -> String {
    format!("{remote}/release.json")
}

/// The object key of an entry of the history that has no place in the release any more. Keys order as serials do.
pub fn history_key(remote: &RemoteName, serial: u64) -> String {
    format!("{remote}/history/{serial:016}.json")
}

/// The start of the keys of a remote's history entries.
pub fn history_prefix(remote: &RemoteName) -> String {
    format!("{remote}/history/")
}

/// The start of the keys under which an operator's permissions are tried out. Nothing stays there.
pub fn probe_prefix(remote: &RemoteName) -> String {
    format!("{remote}/probe/")
}

/// One of those keys; each try has a number of its own.
pub fn probe_key(remote: &RemoteName, number: u64) -> String {
    format!("{remote}/probe/{number:016x}")
}

/// Whether an object of a remote belongs to its bookkeeping: the release, its history, a probe.
pub fn is_bookkeeping(remote: &RemoteName, key: &str) -> bool {
    key == release_key(remote) || key.starts_with(&history_prefix(remote)) || key.starts_with(&probe_prefix(remote))
}

/// The version and the file name in the key of an object of a remote; `None` for every other key: the release, its history, and
/// whatever does not belong there.
pub fn parse_key(remote: &RemoteName, key: &str) -> Option<(Version, FileName)> {
    let rest = key.strip_prefix(remote.as_str())?.strip_prefix('/')?;
    let (version, file) = rest.split_once('/')?;
    Some((Version::new(version).ok()?, FileName::new(file).ok()?))
}

/// The path of one bundled file in the Worker's static assets.
pub fn bundled_file(remote: &RemoteName, version: &Version, file: &FileName) -> String {
    format!("/remotes/{remote}/{version}/{file}")
}
