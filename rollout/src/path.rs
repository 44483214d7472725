//! Every object key and public URL of a remote, in one place, both ways: building and taking apart.
//! Works on raw, still encoded paths and never decodes: the allowed characters need no encoding.

use crate::{FileName, RemoteName, Version};

/// Where the public URLs of all remotes begin.
pub const PUBLIC_PREFIX: &str = "/remotes/";

/// The file name that redirects to the entry of the shopper's version at this moment.
pub const REMOTE_ENTRY: &str = "remoteEntry.js";

/// What a path below [`PUBLIC_PREFIX`] asks for.
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
    /// `/remotes/<remote>/remoteEntry.js`
    Entry {
        /// The remote.
        remote: RemoteName,
    },
}

/// Takes a raw URL path apart. `None` for every path that is not exactly one of the two forms: nothing is normalised,
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
    format!("{remote}/{version}/manifest.json")
}

/// The path of one bundled file in the Worker's static assets.
pub fn bundled_file(remote: &RemoteName, version: &Version, file: &FileName) -> String {
    format!("/remotes/{remote}/{version}/{file}")
}
