//! A version of a remote before it is in the store: a folder that was built, or what the shop was built with. Every size and hash
//! is checked against the manifest before anything is sent, and again on the very bytes that are.

#[cfg(test)]
mod tests;

use std::fs::{self, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::libc::{O_NOFOLLOW, O_NONBLOCK};
use rollout::{FileEntry, FileName, Integrity, MANIFEST_LIMIT, RemoteName, Version, VersionManifest, path};
use sha2::{Digest as _, Sha384};

use crate::output::shown;
use crate::shop::Shop;
use crate::stopped::{Exit, Stopped};

/// A version, checked.
#[derive(Debug)]
pub(crate) struct Package<'a> {
    pub(crate) manifest: VersionManifest,
    /// The very bytes that the manifest was parsed from.
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Integrity,
    source: Source<'a>,
}

#[derive(Debug)]
enum Source<'a> {
    Folder(PathBuf),
    Shop(&'a Shop),
}

impl Package<'_> {
    /// A folder such as `assets/dist/remotes/products/1.1.0`; its last two names are the remote and the version.
    pub(crate) fn of_folder(folder: &Path) -> Result<Package<'static>> {
        refuse_link(folder)?;
        let absolute = folder.canonicalize().map_err(|error| absent(folder, error))?;
        let (remote, version) = names(&absolute)?;
        let bytes = read(&absolute.join(path::MANIFEST), MANIFEST_LIMIT as u64)?;
        let package = Package::checked(&remote, &version, bytes, Source::Folder(absolute.clone()))?;
        refuse_others(&absolute, &package.manifest)?;
        for (name, entry) in package.manifest.files() {
            check(name, entry, &read(&absolute.join(name.as_str()), entry.size)?)?;
        }
        Ok(package)
    }

    /// A version that the shop was built with.
    pub(crate) async fn of_shop<'a>(shop: &'a Shop, remote: &RemoteName, version: &Version) -> Result<Package<'a>> {
        let bytes = shop.manifest(remote, version).await?;
        let package = Package::checked(remote, version, bytes, Source::Shop(shop))?;
        for name in package.manifest.files().keys() {
            package.file(name).await?;
        }
        Ok(package)
    }

    fn checked<'a>(remote: &RemoteName, version: &Version, bytes: Vec<u8>, source: Source<'a>) -> Result<Package<'a>> {
        let manifest = VersionManifest::parse(&bytes).with_context(|| match &source {
            Source::Folder(folder) => format!("`{}` was refused", shown(&folder.join(path::MANIFEST))),
            Source::Shop(shop) => format!("the manifest at `{}` was refused", shop.address().as_str()),
        })?;
        check_names(&manifest, remote, version)?;
        let digest = integrity(&bytes);
        Ok(Package { manifest, bytes, digest, source })
    }

    /// The bytes of all files together.
    pub(crate) fn size(&self) -> u64 {
        self.manifest.files().values().map(|entry| entry.size).sum()
    }

    /// The bytes of a file, checked.
    pub(crate) async fn file(&self, name: &FileName) -> Result<Vec<u8>> {
        let entry = self.manifest.files().get(name).with_context(|| format!("`{name}` is not in the manifest"))?;
        let bytes = match &self.source {
            Source::Folder(folder) => read(&folder.join(name.as_str()), entry.size)?,
            Source::Shop(shop) => shop.file(self.manifest.remote(), self.manifest.version(), name).await?,
        };
        check(name, entry, &bytes)?;
        Ok(bytes)
    }
}

/// A manifest for another remote or version than the place says it is at.
pub(crate) fn check_names(manifest: &VersionManifest, remote: &RemoteName, version: &Version) -> Result<()> {
    if manifest.remote() == remote && manifest.version() == version {
        return Ok(());
    }
    let (found, of) = (manifest.version(), manifest.remote());
    Err(Stopped::new(
        Exit::Failure,
        format!("the manifest is of `{of}` `{found}`, its place of `{remote}` `{version}`"),
    )
    .into())
}

/// Bytes that are not those of the manifest.
pub(crate) fn check(name: &FileName, entry: &FileEntry, bytes: &[u8]) -> Result<()> {
    if bytes.len() as u64 != entry.size {
        let (length, size) = (bytes.len(), entry.size);
        return Err(
            Stopped::new(Exit::Failure, format!("`{name}` has {length} bytes, the manifest says {size}")).into()
        );
    }
    let found = integrity(bytes);
    if found != entry.integrity {
        let expect = &entry.integrity;
        return Err(Stopped::new(Exit::Failure, format!("`{name}` is `{found}`, the manifest says `{expect}`")).into());
    }
    Ok(())
}

/// The hash of bytes.
pub(crate) fn integrity(bytes: &[u8]) -> Integrity {
    Integrity::from_digest(&Sha384::digest(bytes).into())
}

/// The remote and the version that a folder is called after.
fn names(folder: &Path) -> Result<(RemoteName, Version)> {
    let refused = || {
        Stopped::new(Exit::Usage, format!("`{}` is not the folder of a version", shown(folder)))
            .hint("it is called after the remote and the version, such as `assets/dist/remotes/products/1.1.0`")
    };
    let mut names = folder.components().rev().map(|part| part.as_os_str().to_str());
    let version = names.next().flatten().with_context(refused)?;
    let remote = names.next().flatten().with_context(refused)?;
    let version = Version::new(version).with_context(refused)?;
    let remote = RemoteName::new(remote).with_context(refused)?;
    Ok((remote, version))
}

/// A link may lead anywhere, and somewhere else a moment later.
fn refuse_link(path: &Path) -> Result<()> {
    let metadata = fs::symlink_metadata(path).map_err(|error| absent(path, error))?;
    if metadata.is_symlink() {
        return Err(Stopped::new(Exit::Failure, format!("`{}` is a symbolic link", shown(path))).into());
    }
    Ok(())
}

/// Everything in the folder is a plain file that the manifest names, or the manifest.
fn refuse_others(folder: &Path, manifest: &VersionManifest) -> Result<()> {
    let cannot = || format!("cannot read the folder `{}`", shown(folder));
    let mut entries: Vec<_> =
        fs::read_dir(folder).with_context(cannot)?.collect::<Result<_, _>>().with_context(cannot)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let kind = entry.file_type().with_context(cannot)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let refused = |why: &str| Err(Stopped::new(Exit::Failure, format!("`{}` {why}", shown(&path))).into());
        if kind.is_symlink() {
            return refused("is a symbolic link");
        }
        if !kind.is_file() {
            return refused("is not a plain file");
        }
        if name != path::MANIFEST && manifest.file(&name).is_none() {
            return refused("is not in the manifest");
        }
    }
    Ok(())
}

/// A plain file of at most `limit` bytes; one byte more is read to tell. Anything else is refused before it is opened: a pipe without
/// a writer would be waited for, and a device may do whatever opening it does. What lies there by then is looked at once more, since
/// it may have been exchanged; until then nothing blocks.
fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    refuse_link(path)?;
    let not_plain = || Stopped::new(Exit::Failure, format!("`{}` is not a plain file", shown(path)));
    if !fs::symlink_metadata(path).map_err(|error| absent(path, error))?.is_file() {
        return Err(not_plain().into());
    }
    let mut bytes = Vec::new();
    let cannot = || format!("cannot read `{}`", shown(path));
    let file = OpenOptions::new().read(true).custom_flags(O_NONBLOCK | O_NOFOLLOW).open(path).with_context(cannot)?;
    if !file.metadata().with_context(cannot)?.is_file() {
        return Err(not_plain().into());
    }
    file.take(limit + 1).read_to_end(&mut bytes).with_context(cannot)?;
    Ok(bytes)
}

fn absent(path: &Path, error: std::io::Error) -> anyhow::Error {
    let exit = if error.kind() == std::io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Failure };
    anyhow::Error::new(error).context(Stopped::new(exit, format!("cannot read `{}`", shown(path))))
}
