//! `storefront prune`: removes versions that no shopper can be on. The release forgets them first, then the manifests go, then the
//! files, so that a run that stops in the middle leaves nothing that is named and missing.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rollout::{MANIFEST_LIMIT, Release, RemoteName, Version, path};
use serde::Serialize;

use super::change::agreed;
use super::history;
use crate::arguments::ChangeOptions;
use crate::clock::{self, Seconds};
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure;
use crate::output::{counted, dry_run, size, table, warn};
use crate::publish;
use crate::published::{self, Folder};
use crate::release::{self, Current, Order};
use crate::retention::{self, Plan, Rule};
use crate::stopped::{Exit, Stopped};
use crate::store::{Bucket, Condition};
use crate::wanted::Wanted;

/// The removal of a version that held traffic within this time takes `--force`: shops may keep a release so long.
const RECENT: Seconds = 24 * 60 * 60;

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
    context: &Context<'_>,
    remote: &RemoteName,
    (keep, older_than): (usize, u64),
    (yes, force): (bool, bool),
    options: &ChangeOptions,
) -> Result<()> {
    let dry = options.dry.dry_run;
    let bucket = context.store().await?.bucket(remote);
    let cannot = || format!("cannot prune `{remote}`");
    let asking = context.ask_shop()?;
    let current = release::find(&bucket, remote).await.with_context(cannot)?;
    // Before anything is planned: the release may have been put back, and then shoppers run versions that it does not name.
    let asked = asking.end().await;
    let seen = match &current {
        Some(current) => agreed(&asked, &current.release).with_context(cannot)?,
        None => 0,
    };
    if let Err(error) = &asked
        && failure::exit(error) != Exit::Usage
    {
        warn(&format!("not checked which versions the shop serves: {}", failure::brief(error)));
    }
    // The store has answered, so its time is known: objects are as old as it says, whatever this machine's clock shows.
    let (change, now) = (context.change(&options.message)?, context.now()?);
    let before = now.saturating_sub(i64::try_from(older_than)?);
    let Seen { folders, mut plan, used } =
        look(&bucket, remote, current.as_ref(), Rule { keep, before }).await.with_context(cannot)?;
    for version in asked.iter().flat_map(|versions| versions.serves(remote)) {
        if let Some(why @ None) = plan.get_mut(version) {
            *why = Some("served by the shop at this moment");
        }
    }
    let victims: Vec<Version> =
        plan.iter().filter(|(_, why)| why.is_none()).map(|(version, _)| version.clone()).collect();
    if current.is_none() && !victims.is_empty() {
        let why = format!("`{remote}` has no release, so the versions that shoppers are on are unknown");
        let hint = format!(
            "`storefront recover {remote}` writes one anew that was lost; `storefront promote {remote} VERSION` makes the first"
        );
        return Err(Stopped::new(Exit::NotFound, why).hint(hint)).with_context(cannot);
    }
    dry_run(dry);
    check_recent(remote, &victims, &used, now, force || dry).with_context(cannot)?;
    if !victims.is_empty() && !dry {
        let named: Vec<String> = victims.iter().map(|version| format!("`{version}`")).collect();
        confirm(&format!("{} of `{remote}` will be removed for good", named.join(", ")), yes)?;
    }
    if !victims.is_empty() && !dry {
        if let Some(current) = current {
            let wanted = Wanted::Forget(victims.clone());
            let order = Order { wanted: &wanted, change: &change, seen, dry: false };
            release::edit(&bucket, remote, current.into(), order).await.with_context(cannot)?;
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

/// What is known of a remote's versions.
struct Seen {
    folders: BTreeMap<Version, Folder>,
    plan: Plan,
    /// Until when each held traffic.
    used: BTreeMap<Version, Seconds>,
}

/// What held traffic a moment ago is still run by tabs that are open; their next click may load a file of it.
fn check_recent(
    remote: &RemoteName,
    victims: &[Version],
    used: &BTreeMap<Version, Seconds>,
    now: Seconds,
    force: bool,
) -> Result<()> {
    let recent = victims.iter().find_map(|version| {
        let age = now.saturating_sub(*used.get(version)?);
        (age < RECENT).then_some((version, u64::try_from(age).unwrap_or(0)))
    });
    let Some((version, age)) = recent else { return Ok(()) };
    let why = format!(
        "`{version}` of `{remote}` held traffic until {} ago, and tabs that are open still load files of it",
        clock::duration(age)
    );
    if force {
        warn(&why);
        return Ok(());
    }
    let hint = "`--older-than 1d` keeps it; `--yes --force` removes it all the same";
    Err(Stopped::new(Exit::Conflict, why).hint(hint).into())
}

async fn look(bucket: &Bucket, remote: &RemoteName, current: Option<&Current>, rule: Rule) -> Result<Seen> {
    let (folders, _) = published::folders(bucket, remote).await?;
    if current.is_none() && folders.is_empty() {
        let stopped = Stopped::new(Exit::NotFound, format!("there is no remote `{remote}` in `{}`", bucket.name()));
        return Err(stopped.hint("`storefront status` shows all of them").into());
    }
    let release = current.map(|current| &current.release);
    let history = match release {
        // What an entry says held until the next one, so one beyond the time is needed.
        Some(release) => {
            let reaches = |entries: &history::Entries| {
                let oldest = entries.values().next().map(|entry| entry.at.seconds());
                oldest.is_none_or(|oldest| oldest <= rule.before)
            };
            history::read(bucket, release, reaches).await?
        }
        None => BTreeMap::new(),
    };
    let plan = retention::plan(release, &history, &folders, rule);
    let used = retention::last_used(&history);
    Ok(Seen { folders, plan, used })
}

/// Removes what is in the store of a version that the release has forgotten.
async fn remove(bucket: &Bucket, remote: &RemoteName, version: &Version) -> Result<()> {
    let key = path::manifest_key(remote, version);
    let manifest = bucket.get(&key, MANIFEST_LIMIT as u64).await?;
    bucket.delete(&key).await?;
    // It may have been rolled out again meanwhile. A rollout looks for the manifest after it has written the release, and this looks
    // at the release after it has removed the manifest, so that one of the two sees the other.
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
