//! The files that the host was built with: the index of a catalog, the bundled versions of the remotes, and the shell's files.
//! The host passes them in; this crate embeds no data, and nothing in a bundle changes while the host runs.

use pages::{Merchant, OwnPicture};
use rollout::{RemoteName, Version, VersionManifest};

/// Everything that was built together with the host.
#[derive(Debug, Clone, Copy)]
pub struct Bundle {
    /// Names the code that was built: another code, another name.
    pub build: &'static str,
    /// The catalog's index, opened in place.
    pub catalog_index: &'static [u8],
    /// The merchant's facts and pages.
    pub merchant: Merchant,
    /// The merchant's rules of tax, shipping and discounts, as JSON.
    pub rules: &'static [u8],
    /// The manifest of each bundled version, byte for byte as it was built.
    pub manifests: &'static [&'static str],
    /// The shell's files, sorted by path.
    pub shell_files: &'static [ShellFile],
    /// The shop's own pictures, sorted by name. Their files are among the shell's.
    pub pictures: &'static [OwnPicture],
}

/// A file of the shell.
#[derive(Debug)]
pub struct ShellFile {
    /// Name in the sources, such as `loader.js`.
    pub name: &'static str,
    /// Path below `/assets/`, with the hash in it.
    pub path: &'static str,
    /// `sha384-…` of the bytes.
    pub integrity: &'static str,
    /// Length in bytes.
    pub size: u64,
    /// Media type.
    pub content_type: &'static str,
}

impl Bundle {
    /// The file at a path below `/assets/`.
    pub(crate) fn shell_file(&self, path: &str) -> Option<&'static ShellFile> {
        let files = self.shell_files;
        files.binary_search_by(|file| file.path.cmp(path)).ok().and_then(|at| files.get(at))
    }

    /// The file that was built from a source name.
    pub(crate) fn shell_file_named(&self, name: &str) -> Option<&'static ShellFile> {
        self.shell_files.iter().find(|file| file.name == name)
    }

    /// The versions of the remotes that were built with the host: the default and the last resort of every remote. The build has
    /// read the same text with the same function, so none is refused here; a refused one would only be missing.
    pub fn manifests(&self) -> Vec<VersionManifest> {
        self.manifests.iter().filter_map(|text| VersionManifest::parse(text.as_bytes()).ok()).collect()
    }

    /// The manifest of a bundled version, byte for byte as it was built.
    pub(crate) fn manifest_text(&self, remote: &RemoteName, version: &Version) -> Option<&'static str> {
        let is_wanted = |manifest: &VersionManifest| manifest.remote() == remote && manifest.version() == version;
        let mut texts = self.manifests.iter().copied();
        texts.find(|text| VersionManifest::parse(text.as_bytes()).is_ok_and(|manifest| is_wanted(&manifest)))
    }
}
