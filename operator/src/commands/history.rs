//! `storefront history`: every change of a remote's release, the newest first; those that no longer fit into the document are read
//! from beside it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rollout::{Entry, RELEASE_LIMIT, Release, RemoteName, path, strict};
use serde::Serialize;

use crate::context::Context;
use crate::output::table;
use crate::store::Bucket;
use crate::{release, view};

/// Entries by their serials.
pub(super) type Entries = BTreeMap<u64, Entry>;

#[derive(Serialize)]
struct View<'a> {
    remote: &'a RemoteName,
    entries: &'a [Entry],
}

pub(super) async fn run(context: &Context<'_>, remote: &RemoteName, last: usize) -> Result<()> {
    let bucket = context.store().await?.bucket(remote);
    let read = async {
        let release = release::get(&bucket, remote).await?.release;
        read(&bucket, &release, |entries| entries.len() >= last).await
    };
    let entries = read.await.with_context(|| format!("cannot read the history of `{remote}`"))?;
    let entries: Vec<Entry> = entries.into_values().rev().take(last).collect();
    let text = text(&entries);
    context.output.result("history", &View { remote, entries: &entries }, &text)
}

/// The entries of the release, and older ones until there are enough of them.
pub(super) async fn read(bucket: &Bucket, release: &Release, enough: impl Fn(&Entries) -> bool) -> Result<Entries> {
    let mut entries: Entries = release.history().iter().map(|entry| (entry.serial, entry.clone())).collect();
    if enough(&entries) {
        return Ok(entries);
    }
    let remote = release.remote();
    let oldest = release.history().first().map_or(0, |entry| entry.serial);
    let listed = bucket.list(&path::history_prefix(remote)).await?;
    // Keys order as serials do. What the document holds itself was archived by a change that then failed.
    let end = path::history_key(remote, oldest);
    for object in listed.iter().rev().filter(|object| object.key < end) {
        if enough(&entries) {
            break;
        }
        if let Some(found) = bucket.get(&object.key, RELEASE_LIMIT as u64).await? {
            let entry: Entry =
                strict::read(&found.bytes).with_context(|| format!("`{}` is no entry of a history", object.key))?;
            entries.insert(entry.serial, entry);
        }
    }
    Ok(entries)
}

fn text(entries: &[Entry]) -> String {
    let mut rows = vec![["serial", "when", "stable", "canary", "what"].map(str::to_owned).to_vec()];
    for entry in entries {
        let canary = match (&entry.canary, entry.share) {
            (Some(version), Some(share)) => format!("{version} {share} %"),
            _ => "-".to_owned(),
        };
        rows.push(vec![
            entry.serial.to_string(),
            view::day(&entry.at),
            entry.stable.to_string(),
            canary,
            view::entry(entry),
        ]);
    }
    table(&rows)
}
