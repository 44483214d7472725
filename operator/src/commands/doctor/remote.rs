//! The checks of doctor in one remote: permissions, the release and the versions it names, leftovers, and the shop that follows it.

use anyhow::Result;
use rollout::{Release, RemoteName, Version};
use web::foreign;

use super::finding::{Findings, Place, Verdict, is_silence, of};
use super::probe;
use crate::failure;
use crate::output::counted;
use crate::published::{self, Published};
use crate::release;
use crate::shop::{Standing, Versions};
use crate::stopped::Exit;
use crate::store::{Bucket, Store};

/// As many names as fit a line.
const NAMED: usize = 3;

pub(super) async fn check(
    store: &Store,
    bucket: &Bucket,
    remote: &RemoteName,
    shop: Option<&Versions>,
    findings: &mut Findings,
) {
    let place = Place { store, bucket, remote };
    probe::run(&place, findings).await;
    if findings.is_store_silent {
        findings.not_tried(&of(remote, "release"));
        findings.not_tried(&of(remote, "leftovers"));
        return;
    }
    let release = match release::find(bucket, remote).await {
        Ok(found) => found.map(|current| current.release),
        Err(error) if is_silence(&error) => {
            findings.error(&of(remote, "release"), &error);
            findings.not_tried(&of(remote, "leftovers"));
            return;
        }
        Err(error) => {
            let recover = format!("{}; `storefront recover {remote}` writes it anew", failure::brief(&error));
            let detail = if failure::exit(&error) == Exit::Failure { recover } else { failure::brief(&error) };
            findings.add(&of(remote, "release"), Verdict::Failed, detail, failure::exit(&error));
            return;
        }
    };
    let seen = shop.map_or(0, |shop| shop.seen(remote));
    match &release {
        Some(release) => match named(&place, release).await {
            Ok(faults) if faults.is_empty() => {
                let versions = counted(release.versions().len(), "version");
                findings
                    .ok(&of(remote, "release"), format!("serial {}, names {versions}, all there", release.serial()));
            }
            Ok(faults) => findings.failed(&of(remote, "release"), faults.join("; ")),
            Err(error) => findings.error(&of(remote, "release"), &error),
        },
        None if seen > 0 => {
            let detail = format!(
                "lost: the shop goes on with serial {seen}, the store has none; `storefront recover {remote}` writes it anew"
            );
            findings.failed(&of(remote, "release"), detail);
        }
        None if shop.is_some() => {
            findings.ok(&of(remote, "release"), "none yet: shoppers get what was built with the shop");
        }
        None => findings.ok(&of(remote, "release"), "none in the store"),
    }
    if findings.is_store_silent {
        findings.not_tried(&of(remote, "leftovers"));
    } else if let Err(error) = leftovers(&place, findings).await {
        findings.error(&of(remote, "leftovers"), &error);
    }
    if let Some(shop) = shop {
        follows(remote, release.as_ref(), shop, findings);
    }
}

/// Every check of a remote, for a store that gives no answer.
pub(super) fn not_tried(remote: &RemoteName, findings: &mut Findings) {
    for check in ["permissions", "release", "leftovers"] {
        findings.not_tried(&of(remote, check));
    }
}

/// What is wrong with the versions that a release names.
async fn named(place: &Place<'_>, release: &Release) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for (version, known) in release.versions() {
        match Published::find(place.bucket, place.remote, version).await {
            Ok(None) => faults.push(format!("`{version}` is not in the store")),
            Ok(Some(found)) if found.digest != known.manifest => {
                faults.push(format!("the manifest of `{version}` is not the one that was registered"));
            }
            Ok(Some(found)) => {
                let missing = found.missing(place.bucket).await?;
                faults.extend(missing.iter().map(|name| format!("`{name}` of `{version}` is missing or not whole")));
            }
            Err(error) if is_silence(&error) => return Err(error),
            Err(error) => faults.push(failure::brief(&error)),
        }
    }
    Ok(faults)
}

/// What a publication that was cut short, or somebody's hand, left in the bucket.
async fn leftovers(place: &Place<'_>, findings: &mut Findings) -> Result<()> {
    let (folders, strangers) = published::folders(place.bucket, place.remote).await?;
    let check = of(place.remote, "leftovers");
    let incomplete: Vec<&Version> =
        folders.iter().filter(|(_, folder)| folder.published.is_none()).map(|(version, _)| version).collect();
    if !incomplete.is_empty() {
        let detail = format!(
            "{} without a manifest: `storefront publish` finishes it, `storefront prune` removes it when it is old",
            some(&incomplete)
        );
        findings.warning(&check, detail);
    }
    let mut orphans: Vec<String> = strangers;
    for (version, folder) in folders.iter().filter(|(_, folder)| folder.published.is_some()) {
        match Published::find(place.bucket, place.remote, version).await {
            Ok(Some(found)) => {
                let others = folder.files.keys().filter(|name| found.manifest.file(name.as_str()).is_none());
                orphans.extend(others.map(|name| rollout::path::file_key(place.remote, version, name)));
            }
            Err(error) if is_silence(&error) => return Err(error),
            Ok(None) | Err(_) => {}
        }
    }
    if !orphans.is_empty() {
        let orphans: Vec<&String> = orphans.iter().collect();
        findings.warning(&check, format!("{} belong to no version", some(&orphans)));
    }
    if incomplete.is_empty() && orphans.is_empty() {
        findings.ok(&check, "none");
    }
    Ok(())
}

fn some<T: std::fmt::Display>(all: &[&T]) -> String {
    let mut named: Vec<String> =
        all.iter().take(NAMED).map(|one| format!("`{}`", foreign::line(&one.to_string(), 200))).collect();
    if all.len() > NAMED {
        named.push(format!("{} more", all.len() - NAMED));
    }
    named.join(", ")
}

fn follows(remote: &RemoteName, release: Option<&Release>, shop: &Versions, findings: &mut Findings) {
    let check = of(remote, "shop");
    let Some(running) = shop.remotes.get(remote) else {
        findings.warning(&check, "the running shop has no such remote");
        return;
    };
    for passed in &running.passed_over {
        findings.failed(&check, format!("it passes over `{}`: {}", passed.version, passed.because));
    }
    let age = shop.following(remote).and_then(|following| following.age_milliseconds).unwrap_or_default() / 1000.0;
    match (running.standing(release.map(Release::serial)), running.trouble()) {
        // One sentence for each state: the trouble that the shop reports follows from this one.
        (Standing::Refuses { seen, store }, _) => {
            findings.failed(
                &check,
                format!("refuses the store's serial {store}, since it has seen {seen}: `storefront recover {remote}` goes above it, unless the shop follows another store"),
            );
        }
        (Standing::Keeps { serial }, _) => {
            findings.failed(&check, format!("goes on with serial {serial} for a day, or follows another store"));
        }
        (_, Some(error)) => findings.failed(&check, format!("it cannot follow: {error}")),
        (Standing::Follows { serial }, None) => {
            findings.ok(&check, format!("follows serial {serial}, as of {age:.0} s ago"));
        }
        (Standing::Behind { serial: Some(serial), store }, None) => {
            findings.warning(&check, format!("has serial {serial}, the store {store}: ask again in a few seconds"));
        }
        (Standing::Behind { serial: None, store }, None) => {
            findings.warning(
                &check,
                format!(
                    "has no release, the store serial {store}: ask again in a few seconds, or it follows another store"
                ),
            );
        }
        (Standing::Neither, None) => findings.ok(&check, format!("serves `{}`, {}", running.version, running.reason)),
    }
}
