//! `storefront list`: the versions of a remote in the store, and the part of each in the release.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rollout::{FileName, Release, RemoteName, Share, Timestamp, Version, VersionManifest};
use serde::Serialize;

use crate::context::Context;
use crate::output::{size, table};
use crate::stopped::{Exit, Stopped};
use crate::{clock, published, release, view};

#[derive(Serialize)]
struct View<'a> {
    remote: &'a RemoteName,
    versions: Vec<VersionView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionView {
    version: Version,
    /// Nothing for one whose publication was cut short, or whose objects were removed.
    published: Option<Timestamp>,
    contract: Option<u32>,
    files: usize,
    size: u64,
    /// Files under its number that its manifest does not name: they are never served.
    leftovers: usize,
    /// `stable 95 %`, `canary 5 %`, `fallback`, `earlier`, `registered`, `deprecated`.
    roles: Vec<String>,
    traffic: Share,
    registered: bool,
    deprecated: bool,
}

pub(super) async fn run(context: &Context<'_>, remote: &RemoteName) -> Result<()> {
    let bucket = context.store().await?.bucket(remote);
    let read = async {
        let release = release::find(&bucket, remote).await?.map(|current| current.release);
        let (folders, _) = published::folders(&bucket, remote).await?;
        let whole = folders.iter().filter(|(_, folder)| folder.published.is_some());
        let whole: Vec<Version> = whole.map(|(version, _)| version.clone()).collect();
        let manifests = published::manifests(&bucket, remote, whole).await?;
        let mut versions = BTreeMap::new();
        for (version, folder) in folders {
            let known = release.as_ref().and_then(|release| release.versions().get(&version));
            let manifest = manifests.get(&version);
            let contract = known.map(|known| known.contract).or(manifest.map(VersionManifest::contract));
            // What a publisher that lost a race left beside a version is not of it; `doctor` names it.
            let is_of_it = |name: &FileName| manifest.is_none_or(|manifest| manifest.file(name.as_str()).is_some());
            let files: Vec<u64> =
                folder.files.iter().filter(|(name, _)| is_of_it(name)).map(|(_, size)| *size).collect();
            let seen = VersionView {
                version: version.clone(),
                published: folder.published.map(clock::timestamp).transpose()?,
                contract,
                files: files.len(),
                size: files.iter().sum(),
                leftovers: folder.files.len() - files.len(),
                roles: view::roles(release.as_ref(), &version),
                traffic: release.as_ref().map_or(Share::NONE, |release| release.traffic(&version)),
                registered: known.is_some(),
                deprecated: known.is_some_and(|known| known.deprecated.is_some()),
            };
            versions.insert(version, seen);
        }
        // What a release names and the store lacks is worth seeing too.
        for (version, known) in release.iter().flat_map(Release::versions) {
            versions.entry(version.clone()).or_insert_with(|| VersionView {
                version: version.clone(),
                published: None,
                contract: Some(known.contract),
                files: 0,
                size: 0,
                leftovers: 0,
                roles: view::roles(release.as_ref(), version),
                traffic: release.as_ref().map_or(Share::NONE, |release| release.traffic(version)),
                registered: true,
                deprecated: known.deprecated.is_some(),
            });
        }
        anyhow::Ok(versions)
    };
    let versions = read.await.with_context(|| format!("cannot list `{remote}`"))?;
    if versions.is_empty() {
        let stopped = Stopped::new(Exit::NotFound, format!("there is no remote `{remote}` in `{}`", bucket.name()));
        return Err(stopped.hint("`storefront status` shows all of them").into());
    }
    // The newest first: it is what a person looks for.
    let versions: Vec<VersionView> = versions.into_values().rev().collect();
    let text = text(&versions);
    context.output.result("list", &View { remote, versions }, &text)
}

fn text(versions: &[VersionView]) -> String {
    let mut rows = vec![["version", "published", "contract", "files", "size", "role"].map(str::to_owned).to_vec()];
    for version in versions {
        let published = match (&version.published, version.files) {
            (Some(at), _) => view::day(at),
            (None, 0) => "missing".to_owned(),
            (None, _) => "incomplete".to_owned(),
        };
        rows.push(vec![
            version.version.to_string(),
            published,
            version.contract.map_or_else(|| "-".to_owned(), |contract| contract.to_string()),
            version.files.to_string(),
            size(version.size),
            version.roles.join(", "),
        ]);
    }
    table(&rows)
}
