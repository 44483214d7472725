//! A version as it lies in the store: its manifest, whether its files are there, and all the versions of a remote.
//! Reads only.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use rollout::{
    FileEntry, FileName, Integrity, MANIFEST_LIMIT, Registration, RemoteName, Timestamp, Version, VersionManifest, path,
};
use tokio::task::JoinSet;
use web::foreign;

use crate::clock::Seconds;
use crate::failure;
use crate::output::warn;
use crate::package;
use crate::progress::Progress;
use crate::stopped::{Exit, Stopped};
use crate::store::{Bucket, Listed, StoreError};

/// Files that are read at the same time.
const AT_ONCE: usize = 8;

/// A version whose manifest is in the store.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) manifest: VersionManifest,
    /// The hash of the very bytes that it was parsed from.
    pub(crate) digest: Integrity,
}

/// What lies in the store under the number of a version.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// When the manifest was written, if it is there.
    pub(crate) published: Option<Seconds>,
    /// When the last object was written.
    pub(crate) touched: Seconds,
    /// The objects without the manifest, by name, with their sizes.
    pub(crate) files: BTreeMap<FileName, u64>,
}

impl Published {
    /// The manifest of a version, checked; `None` when it was never published.
    pub(crate) async fn find(bucket: &Bucket, remote: &RemoteName, version: &Version) -> Result<Option<Published>> {
        let key = path::manifest_key(remote, version);
        let Some(object) = bucket.get(&key, MANIFEST_LIMIT as u64).await? else { return Ok(None) };
        let manifest = VersionManifest::parse(&object.bytes).with_context(|| format!("`{key}` was refused"))?;
        package::check_names(&manifest, remote, version).with_context(|| format!("`{key}` was refused"))?;
        let digest = package::integrity(&object.bytes);
        Ok(Some(Published { manifest, digest }))
    }

    /// The same; that it was never published is an error.
    pub(crate) async fn get(bucket: &Bucket, remote: &RemoteName, version: &Version) -> Result<Published> {
        Published::find(bucket, remote, version).await?.ok_or_else(|| never(remote, version))
    }

    /// The files of the manifest that are not in the store, or not of their size.
    pub(crate) async fn missing(&self, bucket: &Bucket) -> Result<Vec<FileName>> {
        let (remote, version) = (self.manifest.remote(), self.manifest.version());
        let listed = bucket.list(&path::version_prefix(remote, version)).await?;
        let sizes: BTreeMap<&str, u64> = listed.iter().map(|object| (object.key.as_str(), object.size)).collect();
        let lacks = |name: &FileName, size: u64| {
            sizes.get(path::file_key(remote, version, name).as_str()).copied() != Some(size)
        };
        let files = self.manifest.files().iter();
        Ok(files.filter(|(name, entry)| lacks(name, entry.size)).map(|(name, _)| name.clone()).collect())
    }

    /// The same; that one is missing is an error.
    pub(crate) async fn check_files(&self, bucket: &Bucket) -> Result<()> {
        let missing = self.missing(bucket).await?;
        let Some(first) = missing.first() else { return Ok(()) };
        let (remote, version) = (self.manifest.remote(), self.manifest.version());
        let message = match missing.len() {
            1 => format!("`{first}` of `{remote}` `{version}` is not in the store, or not whole"),
            number => format!(
                "{number} files of `{remote}` `{version}` are not in the store, or not whole; the first is `{first}`"
            ),
        };
        Err(Stopped::new(Exit::Failure, message)
            .hint("`storefront publish DIR` with the same bytes puts back what is missing")
            .into())
    }

    /// What is wrong with its files: every byte of them is read.
    pub(crate) async fn faults(&self, bucket: &Bucket) -> Result<Vec<String>> {
        let (remote, version) = (self.manifest.remote(), self.manifest.version());
        let progress = Progress::bytes("verifying", self.manifest.files().values().map(|entry| entry.size).sum());
        let mut faults = Vec::new();
        let mut reading = JoinSet::new();
        let mut waiting = self.manifest.files().iter();
        loop {
            while reading.len() < AT_ONCE
                && let Some((name, entry)) = waiting.next()
            {
                let (bucket, key) = (bucket.clone(), path::file_key(remote, version, name));
                let (name, entry) = (name.clone(), entry.clone());
                reading.spawn(async move {
                    let fault = fault(&bucket, &key, &name, &entry).await?;
                    Ok::<_, StoreError>((name, entry.size, fault))
                });
            }
            let Some(read) = reading.join_next().await else { break };
            let (name, size, fault) = read.context("a read was cut short")??;
            faults.extend(fault.map(|fault| (name, fault)));
            progress.add(size);
        }
        // They end in any order.
        faults.sort();
        Ok(faults.into_iter().map(|(_, fault)| fault).collect())
    }

    /// The same; that there is anything wrong is an error.
    pub(crate) async fn check_bytes(&self, bucket: &Bucket) -> Result<()> {
        let faults = self.faults(bucket).await?;
        let Some(first) = faults.first() else { return Ok(()) };
        let (remote, version) = (self.manifest.remote(), self.manifest.version());
        Err(Stopped::new(Exit::Failure, format!("`{version}` of `{remote}` is not whole in the store: {first}"))
            .hint(format!(
                "`storefront verify {remote} {version}` shows all; `storefront publish DIR` with the same bytes puts back what is missing"
            ))
            .into())
    }

    /// What a release notes of it.
    pub(crate) fn registration(&self, at: Timestamp) -> Registration {
        Registration::of(&self.manifest, self.digest.clone(), at)
    }
}

/// What is wrong with one file.
async fn fault(bucket: &Bucket, key: &str, name: &FileName, entry: &FileEntry) -> Result<Option<String>, StoreError> {
    Ok(match bucket.get(key, entry.size).await {
        Ok(Some(object)) if object.content_type.as_deref() != Some(entry.content_type.as_str()) => {
            let kept = foreign::excerpt(&object.content_type.unwrap_or_default());
            Some(format!("`{name}` is kept as `{kept}`, the manifest says `{}`", entry.content_type))
        }
        Ok(Some(object)) => package::check(name, entry, &object.bytes).err().map(|error| error.to_string()),
        Ok(None) => Some(format!("`{name}` is not in the store")),
        Err(StoreError::TooLarge { .. }) => Some(format!("`{name}` has more than {} bytes", entry.size)),
        Err(error) => return Err(error),
    })
}

/// The manifests of versions; one that cannot be used is passed by.
pub(crate) async fn manifests(
    bucket: &Bucket,
    remote: &RemoteName,
    versions: impl IntoIterator<Item = Version>,
) -> Result<BTreeMap<Version, VersionManifest>> {
    let mut found = BTreeMap::new();
    let mut reading = JoinSet::new();
    let mut waiting = versions.into_iter();
    loop {
        while reading.len() < AT_ONCE
            && let Some(version) = waiting.next()
        {
            let (bucket, remote) = (bucket.clone(), remote.clone());
            reading.spawn(async move { (Published::find(&bucket, &remote, &version).await, version) });
        }
        let Some(read) = reading.join_next().await else { return Ok(found) };
        let (read, version) = read.context("a read was cut short")?;
        match read {
            Ok(published) => found.extend(published.map(|published| (version, published.manifest))),
            // That the store gives no answer is not a manifest's fault.
            Err(error) if error.chain().any(<dyn std::error::Error>::is::<StoreError>) => return Err(error),
            Err(error) => warn(&format!("the manifest of `{version}` cannot be used: {}", failure::brief(&error))),
        }
    }
}

/// That a version was never published.
pub(crate) fn never(remote: &RemoteName, version: &Version) -> anyhow::Error {
    let hint = format!("`storefront list {remote}` shows what was; `storefront publish DIR` adds to it");
    Stopped::new(Exit::NotFound, format!("`{version}` of `{remote}` was never published")).hint(hint).into()
}

/// Every version of a remote that has anything in the store, and the keys that have no place there.
pub(crate) async fn folders(bucket: &Bucket, remote: &RemoteName) -> Result<(BTreeMap<Version, Folder>, Vec<String>)> {
    let listed = bucket.list(&path::remote_prefix(remote)).await?;
    Ok(sort(remote, listed))
}

fn sort(remote: &RemoteName, listed: Vec<Listed>) -> (BTreeMap<Version, Folder>, Vec<String>) {
    let mut folders: BTreeMap<Version, Folder> = BTreeMap::new();
    let mut strangers = Vec::new();
    for object in listed {
        let Some((version, name)) = path::parse_key(remote, &object.key) else {
            if !path::is_bookkeeping(remote, &object.key) {
                strangers.push(object.key);
            }
            continue;
        };
        let folder = folders.entry(version).or_default();
        folder.touched = folder.touched.max(object.modified);
        if name.as_str() == path::MANIFEST {
            folder.published = Some(object.modified);
        } else {
            folder.files.insert(name, object.size);
        }
    }
    (folders, strangers)
}

/// The remotes whose names the keys of a bucket begin with.
pub(crate) async fn remotes(bucket: &Bucket) -> Result<BTreeSet<RemoteName>> {
    Ok(bucket.folders().await?.iter().filter_map(|name| RemoteName::new(name).ok()).collect())
}
