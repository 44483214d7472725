//! The view of a release: the fields of its JSON form and the words of its text. Every command that shows one shows it alike.

use rollout::{Action, Entry, Lock, Release, RemoteName, Share, Timestamp, Version};
use serde::Serialize;

/// A release, as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReleaseView {
    remote: RemoteName,
    serial: u64,
    stable: Version,
    canary: Option<CanaryView>,
    fallback: Option<Version>,
    earlier: Vec<Version>,
    steps: Vec<Share>,
    lock: Option<Lock>,
    last_change: Option<Entry>,
}

/// A canary, as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct CanaryView {
    version: Version,
    percent: Share,
}

/// The result of a change, as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeView {
    pub(crate) changed: bool,
    pub(crate) dry_run: bool,
    /// Whether the shop follows; nothing when that was not waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) followed: Option<bool>,
    pub(crate) release: ReleaseView,
}

impl ReleaseView {
    pub(crate) fn of(release: &Release) -> ReleaseView {
        ReleaseView {
            remote: release.remote().clone(),
            serial: release.serial(),
            stable: release.stable().clone(),
            canary: release
                .canary()
                .map(|canary| CanaryView { version: canary.version.clone(), percent: canary.share }),
            fallback: release.fallback().cloned(),
            earlier: release.earlier().to_vec(),
            steps: release.steps().shares().to_vec(),
            lock: release.lock().cloned(),
            last_change: release.history().last().cloned(),
        }
    }
}

/// Where the traffic of a release goes, in one line.
pub(crate) fn traffic(release: &Release) -> String {
    shares(release.stable(), release.canary().map(|canary| (&canary.version, canary.share)))
}

/// The traffic of a stable version and a canary, in one line.
pub(crate) fn shares(stable: &Version, canary: Option<(&Version, Share)>) -> String {
    match canary {
        Some((version, Share::ALL)) => format!("`{version}` gets 100 % as a canary, `{stable}` is stable"),
        Some((version, share)) => format!("`{version}` gets {share} %, `{stable}` the other {} %", share.rest()),
        None => format!("`{stable}` gets 100 %"),
    }
}

/// An entry of the history, in one line without its time. A rollback names its target first, then the version that was left.
pub(crate) fn entry(entry: &Entry) -> String {
    let version = match (entry.action, &entry.version) {
        (Action::Rollback, Some(left)) if *left != entry.stable => format!(" to `{}` from `{left}`", entry.stable),
        (Action::Rollback, _) => format!(" to `{}`", entry.stable),
        (_, Some(version)) => format!(" `{version}`"),
        (_, None) => String::new(),
    };
    let message = if entry.message.is_empty() { String::new() } else { format!(": {}", entry.message) };
    format!("{}{version} by {}{message}", entry.action, entry.by)
}

/// The roles of a version in a release; empty without any.
pub(crate) fn roles(release: Option<&Release>, version: &Version) -> Vec<String> {
    let Some(release) = release else { return Vec::new() };
    let mut roles = Vec::new();
    if release.stable() == version {
        roles.push(format!("stable {} %", release.traffic(version)));
    }
    if release.canary().is_some_and(|canary| canary.version == *version) {
        roles.push(format!("canary {} %", release.traffic(version)));
    }
    if release.fallback() == Some(version) {
        roles.push("fallback".to_owned());
    } else if release.earlier().contains(version) {
        roles.push("earlier".to_owned());
    }
    match release.versions().get(version) {
        Some(known) if known.deprecated.is_some() => roles.push("deprecated".to_owned()),
        Some(_) if roles.is_empty() => roles.push("registered".to_owned()),
        _ => {}
    }
    roles
}

/// Since when a release is locked, by whom and why.
pub(crate) fn lock(lock: &Lock) -> String {
    let why = if lock.message.is_empty() { String::new() } else { format!(": {}", lock.message) };
    format!("locked since {} by {}{why}", day(&lock.at), lock.by)
}

/// A time for a person: `2026-01-31 23:59`.
pub(crate) fn day(at: &Timestamp) -> String {
    let text = at.as_str();
    format!("{} {}", text.get(..10).unwrap_or(text), text.get(11..16).unwrap_or_default())
}
