//! `storefront prune`: removes versions that nobody can miss. The release forgets them first, then the manifests go, then the files,
//! so that whoever is stopped in the middle leaves nothing that is named and missing.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rollout::{MANIFEST_LIMIT, Release, RemoteName, Version, path};
use serde::Serialize;

use super::history;
use crate::arguments::ChangeOptions;
use crate::context::Context;
use crate::failure::{Exit, Stopped};
use crate::output::{confirm, counted, dry_run, size, table};
use crate::published::{self, Folder};
use crate::release::{self, Current};
use crate::retention::{self, Plan, Rule};
use crate::store::{Bucket, Condition};
use crate::wanted::Wanted;
use crate::{clock, publish};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    remote: &'a RemoteName,
    changed: bool,
    dry_run: bool,
    removed: Vec<Removed<'a>>,
    kept: Vec<Kept<'a>>,
}

#[derive(Serialize)]
struct Removed<'a> {
    version: &'a Version,
    files: usize,
    size: u64,
}

#[derive(Serialize)]
struct Kept<'a> {
    version: &'a Version,
    because: &'a str,
}

pub(super) async fn run(
    context: &Context,
    remote: &RemoteName,
    keep: usize,
    older_than: u64,
    yes: bool,
    options: &ChangeOptions,
) -> Result<()> {
    let dry = options.dry.dry_run;
    let change = Context::change(options.message.as_deref())?;
    let bucket = context.store().await?.bucket(remote);
    let cannot = || format!("cannot prune `{remote}`");
    let before = clock::now().saturating_sub(i64::try_from(older_than)?);
    let (current, folders, plan) = look(&bucket, remote, Rule { keep, before }).await.with_context(cannot)?;
    let victims: Vec<Version> =
        plan.iter().filter(|(_, why)| why.is_none()).map(|(version, _)| version.clone()).collect();
    if current.is_none() && !victims.is_empty() {
        let why = format!("`{remote}` has no release, so nobody can tell which versions shoppers are on");
        let hint = format!(
            "`storefront promote {remote} VERSION` makes one; one that was lost still holds for a day where shops have read it"
        );
        return Err(Stopped::new(Exit::NotFound, why).hint(hint)).with_context(cannot);
    }
    dry_run(dry);
    if !victims.is_empty() && !dry {
        let named: Vec<String> = victims.iter().map(|version| format!("`{version}`")).collect();
        confirm(&format!("{} of `{remote}` will be removed for good", named.join(", ")), yes)?;
    }
    if !victims.is_empty() && !dry {
        if let Some(current) = current {
            let wanted = Wanted::Forget(victims.clone());
            release::edit(&bucket, remote, Some(current), &wanted, &change, false).await.with_context(cannot)?;
        }
        for version in &victims {
            remove(&bucket, remote, version).await.with_context(cannot)?;
        }
    }
    let empty = Folder::default();
    let removed = victims.iter().map(|version| {
        let folder = folders.get(version).unwrap_or(&empty);
        Removed { version, files: folder.files.len(), size: folder.files.values().sum() }
    });
    let kept = plan.iter().filter_map(|(version, why)| Some(Kept { version, because: (*why)? }));
    let view = View {
        remote,
        changed: !victims.is_empty() && !dry,
        dry_run: dry,
        removed: removed.collect(),
        kept: kept.collect(),
    };
    let text = text(&view);
    context.output.result("prune", &view, &text)
}

async fn look(
    bucket: &Bucket,
    remote: &RemoteName,
    rule: Rule,
) -> Result<(Option<Current>, BTreeMap<Version, Folder>, Plan)> {
    let current = release::find(bucket, remote).await?;
    let (folders, _) = published::folders(bucket, remote).await?;
    if current.is_none() && folders.is_empty() {
        let stopped = Stopped::new(Exit::NotFound, format!("there is no remote `{remote}` in `{}`", bucket.name()));
        return Err(stopped.hint("`storefront status` shows all of them").into());
    }
    let release = current.as_ref().map(|current| &current.release);
    let history = match release {
        // What an entry says held until the next one, so one beyond the time is needed.
        Some(release) => {
            let reaches = |entries: &history::Entries| {
                let oldest = entries.values().next().and_then(|entry| clock::seconds(&entry.at).ok());
                oldest.is_none_or(|oldest| oldest <= rule.before)
            };
            history::read(bucket, release, reaches).await?
        }
        None => BTreeMap::new(),
    };
    let plan = retention::plan(release, &history, &folders, rule)?;
    Ok((current, folders, plan))
}

/// Removes what is in the store of a version that the release has forgotten.
async fn remove(bucket: &Bucket, remote: &RemoteName, version: &Version) -> Result<()> {
    let key = path::manifest_key(remote, version);
    let manifest = bucket.get(&key, MANIFEST_LIMIT as u64).await?;
    bucket.delete(&key).await?;
    // Somebody may have rolled it out again meanwhile. Whoever does looks for the manifest after writing the release, and this looks
    // at the release after removing the manifest, so that one of the two sees the other.
    let release = release::find(bucket, remote).await?.map(|current| current.release);
    if release.as_ref().is_some_and(|release| knows(release, version)) {
        if let Some(object) = manifest {
            bucket.put(&key, object.bytes, publish::MANIFEST_TYPE, Condition::Absent).await?;
        }
        let stopped =
            Stopped::new(Exit::Conflict, format!("`{version}` was rolled out again while it was being removed"));
        return Err(stopped.hint("it was left as it is; run the command again to remove the others").into());
    }
    for object in bucket.list(&path::version_prefix(remote, version)).await? {
        bucket.delete(&object.key).await?;
    }
    Ok(())
}

fn knows(release: &Release, version: &Version) -> bool {
    release.versions().contains_key(version)
}

fn text(view: &View<'_>) -> String {
    if view.removed.is_empty() {
        let (kept, remote) = (counted(view.kept.len(), "version"), view.remote);
        return format!("nothing to do: {kept} of `{remote}` may not be removed yet");
    }
    let verb = if view.dry_run { "would be removed" } else { "removed" };
    let mut rows = Vec::new();
    for removed in &view.removed {
        let what = format!("{verb}: {}, {}", counted(removed.files, "file"), size(removed.size));
        rows.push(vec![removed.version.to_string(), what]);
    }
    for kept in &view.kept {
        rows.push(vec![kept.version.to_string(), format!("stays: {}", kept.because)]);
    }
    table(&rows)
}
