//! `storefront verify`: every byte of a version in the store against its manifest, and the manifest against what the release noted
//! when the version was registered. Repairs nothing.

use anyhow::{Context as _, Result};
use rollout::{RemoteName, Version, path};
use serde::Serialize;

use crate::context::Context;
use crate::output::{counted, size, warn};
use crate::published::Published;
use crate::release;
use crate::stopped::{Exit, Stopped};
use crate::store::Bucket;

#[derive(Serialize)]
struct View<'a> {
    remote: &'a RemoteName,
    version: &'a Version,
    files: usize,
    size: u64,
    /// Whether the release knows the version, and so its manifest could be compared.
    registered: bool,
    faults: &'a [String],
    /// Keys that lie among its files and are not of it: they are never served.
    strangers: &'a [String],
}

pub(super) async fn run(context: &Context<'_>, remote: &RemoteName, version: &Version) -> Result<()> {
    let bucket = context.store().await?.bucket(remote);
    let cannot = || format!("cannot verify `{version}` of `{remote}`");
    let published = Published::get(&bucket, remote, version).await.with_context(cannot)?;
    let release = release::find(&bucket, remote).await.with_context(cannot)?.map(|current| current.release);
    let known = release.as_ref().and_then(|release| release.versions().get(version));
    let mut faults = Vec::new();
    if let Some(known) = known.filter(|known| known.manifest != published.digest) {
        let (found, expect) = (&published.digest, &known.manifest);
        faults.push(format!("`{}` is `{found}`, the release knows it as `{expect}`", path::MANIFEST));
    }
    faults.extend(published.faults(&bucket).await.with_context(cannot)?);
    let strangers = strangers(&bucket, &published).await.with_context(cannot)?;
    for key in &strangers {
        warn(&format!("`{key}` is not in the manifest: it belongs to no version and is never served"));
    }
    let files = published.manifest.files();
    let view = View {
        remote,
        version,
        files: files.len(),
        size: files.values().map(|entry| entry.size).sum(),
        registered: known.is_some(),
        faults: &faults,
        strangers: &strangers,
    };
    let what = format!("`{version}` of `{remote}`: {}, {}", counted(view.files, "file"), size(view.size));
    let release =
        if view.registered { ", the manifest is the one that the release knows" } else { ", not registered yet" };
    let text = if faults.is_empty() { format!("whole: {what}{release}") } else { faults.join("\n") };
    context.output.result("verify", &view, &text)?;
    if faults.is_empty() {
        return Ok(());
    }
    let number = counted(faults.len(), "fault");
    let stopped = Stopped::new(Exit::Failure, format!("`{version}` of `{remote}` has {number}"));
    Err(stopped
        .hint(format!(
            "`storefront rollback {remote}` if shoppers get it; then publish the version again under a new number"
        ))
        .into())
}

/// What lies among its files and is not of the version, such as the files of a publisher that lost a race.
async fn strangers(bucket: &Bucket, published: &Published) -> Result<Vec<String>> {
    let manifest = &published.manifest;
    let (remote, version) = (manifest.remote(), manifest.version());
    let listed = bucket.list(&path::version_prefix(remote, version)).await?;
    let belongs = |key: &str| {
        let name = path::parse_key(remote, key).map(|(_, name)| name);
        name.is_some_and(|name| name.as_str() == path::MANIFEST || manifest.file(name.as_str()).is_some())
    };
    Ok(listed.into_iter().map(|object| object.key).filter(|key| !belongs(key)).collect())
}
