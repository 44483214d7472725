//! The changes of a release that commands want, each with the facts that it depends on. A change is decided on one release and may have to be
//! made on a later one, in which these facts must be the same. Does no I/O.

use std::collections::BTreeMap;

use anyhow::Result;
use rollout::{Canary, Change, Next, Registration, Release, RemoteName, Share, Steps, TransitionError, Version};

use crate::stopped::{Exit, Stopped};
use crate::view;

/// A change that is wanted, apart from the release that it is made on.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Canary {
        begin: Begin,
        version: Version,
        registration: Registration,
        share: Share,
        steps: Option<Steps>,
    },
    Step,
    /// The canary, or a version that is named and may have to be registered.
    Promote {
        begin: Begin,
        named: Option<(Version, Registration)>,
    },
    Abort,
    Rollback {
        /// For a release that is lost.
        begin: Begin,
        to: Option<Version>,
    },
    /// A release in the place of one that is lost or broken; with a canary if one runs.
    Recover {
        begin: Beginning,
        canary: Option<Trial>,
    },
    /// A release that was put back, with the versions that shoppers keep, above the serial that the shop has seen.
    Renew {
        stable: (Version, Registration),
        canary: Option<Trial>,
        seen: u64,
    },
    Lock,
    Unlock,
    Deprecate(Version),
    Restore(Version),
    Forget(Vec<Version>),
}

/// What a release begins with, for the first time or anew. Nothing for a remote that has one.
pub(crate) type Begin = Option<Beginning>;

/// The version that is to be stable, and the serial to begin at.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    pub(crate) version: Version,
    pub(crate) registration: Registration,
    pub(crate) serial: u64,
}

/// A version on trial, and its share.
pub(crate) type Trial = (Version, Registration, Share);

/// What a change depended on: whatever of this has another value afterwards makes it a conflict.
pub(crate) type Facts = BTreeMap<String, String>;

impl Wanted {
    /// What it depends on.
    pub(crate) fn facts(&self, release: Option<&Release>) -> Facts {
        let stable = || fact("the stable version", release.map(|release| format!("`{}`", release.stable())));
        let lock = || {
            let lock = release.and_then(Release::lock);
            fact("the lock", lock.map(|lock| format!("by {} since {}", lock.by, lock.at)))
        };
        let steps = || fact("the list of steps", release.map(|release| format!("`{}`", release.steps())));
        match self {
            Self::Canary { version, .. } => {
                Facts::from([stable(), canary(release), lock(), steps(), state(release, version)])
            }
            Self::Step => Facts::from([stable(), canary(release), lock(), steps()]),
            Self::Promote { named, .. } => {
                let mut facts = Facts::from([stable(), canary(release), lock()]);
                facts.extend(named.iter().map(|(version, _)| state(release, version)));
                facts
            }
            // The end of a trial depends on its version alone, however far it had come meanwhile.
            Self::Abort => Facts::from([trial(release)]),
            Self::Recover { .. } | Self::Renew { .. } => Facts::from([stable(), trial(release)]),
            Self::Rollback { to, .. } => {
                let back = release.and_then(|release| leads_back_to(release, to.as_ref()));
                let back = fact("the version to go back to", back.map(|version| format!("`{version}`")));
                let mut facts = Facts::from([stable(), trial(release), back]);
                facts.extend(to.iter().map(|version| state(release, version)));
                facts
            }
            Self::Lock | Self::Unlock => Facts::from([lock()]),
            Self::Deprecate(version) | Self::Restore(version) => {
                Facts::from([stable(), trial(release), state(release, version)])
            }
            Self::Forget(versions) => {
                let fallback = release.and_then(Release::fallback).map(|version| format!("`{version}`"));
                let mut facts = Facts::from([stable(), trial(release), fact("the fallback", fallback)]);
                facts.extend(versions.iter().map(|version| state(release, version)));
                facts
            }
        }
    }

    /// The release after it.
    pub(crate) fn apply(&self, remote: &RemoteName, release: Option<&Release>, change: &Change) -> Result<Next> {
        let present = || release.ok_or_else(|| none_yet(remote));
        let next = match self {
            Self::Canary { begin, version, registration, share, steps } => {
                let known = known(remote, release, begin, Some((version, registration)), change)?;
                let next = known.release.set_canary(version, *share, steps.as_ref(), change)?;
                return Ok(known.then(next));
            }
            Self::Promote { begin, named } => {
                let registered = named.as_ref().map(|(version, registration)| (version, registration));
                let known = known(remote, release, begin, registered, change)?;
                let next = known.release.promote(named.as_ref().map(|(version, _)| version), change)?;
                return Ok(known.then(next));
            }
            Self::Forget(versions) => return Ok(forget(present()?, versions, change)?),
            Self::Step => present()?.step(change),
            Self::Abort => present()?.abort(change),
            Self::Rollback { begin, to } => {
                let known = known(remote, release, begin, None, change)?;
                let next = known.release.roll_back(to.as_ref(), change)?;
                return Ok(known.then(next));
            }
            Self::Recover { begin, canary } => match release {
                Some(release) if serves(release, &begin.version, canary.as_ref()) => return Ok(Next::Unchanged),
                Some(release) => return Err(is_there(release)),
                None => {
                    let registered = canary.as_ref().map(|(version, registration, _)| (version, registration));
                    let known = known(remote, None, &Some(begin.clone()), registered, change)?;
                    let Some((version, _, share)) = canary else { return Ok(known.then(Next::Unchanged)) };
                    let next = known.release.set_canary(version, *share, None, change)?;
                    return Ok(known.then(next));
                }
            },
            Self::Renew { stable: (version, registration), canary, seen } => {
                let release = present()?;
                if release.serial() > *seen && serves(release, version, canary.as_ref()) {
                    return Ok(Next::Unchanged);
                }
                let mut known = known(remote, Some(release), &None, Some((version, registration)), change)?;
                if let Some((version, registration, _)) = canary
                    && let Next::Changed(next) = known.release.register(version, registration.clone(), change)?
                {
                    known.release = *next;
                }
                let trial =
                    canary.as_ref().map(|(version, _, share)| Canary { version: version.clone(), share: *share });
                known.release.renew(version, trial, change)
            }
            Self::Lock => present()?.lock_changes(change),
            Self::Unlock => present()?.unlock_changes(change),
            Self::Deprecate(version) => present()?.deprecate(version, change),
            Self::Restore(version) => present()?.restore(version, change),
        };
        Ok(next?)
    }
}

/// Where a rollback leads: to the version that is named, to the stable one while a canary runs, or to the one before it.
pub(crate) fn leads_back_to<'a>(release: &'a Release, to: Option<&'a Version>) -> Option<&'a Version> {
    match release.canary() {
        _ if to.is_some() => to,
        Some(_) => Some(release.stable()),
        None => release.fallback(),
    }
}

/// Whether a release gives these versions traffic, and no others.
fn serves(release: &Release, stable: &Version, canary: Option<&Trial>) -> bool {
    let trial = release.canary().map(|canary| (&canary.version, canary.share));
    release.stable() == stable && trial == canary.map(|(version, _, share)| (version, *share))
}

/// That there is a release again, and another one than is to be written.
fn is_there(release: &Release) -> anyhow::Error {
    let (remote, serial, traffic) = (release.remote(), release.serial(), view::traffic(release));
    Stopped::new(Exit::Conflict, format!("`{remote}` has a release again: serial {serial}, {traffic}"))
        .hint(format!("`storefront status {remote}` shows it; `promote` and `rollback` go on from it"))
        .into()
}

/// That there is no release.
pub(crate) fn none_yet(remote: &RemoteName) -> anyhow::Error {
    let hint = format!(
        "the first `storefront canary {remote} VERSION --percent N` or `promote` makes one; \
         `storefront recover {remote}` writes one anew that was lost"
    );
    Stopped::new(Exit::NotFound, format!("`{remote}` has no release yet")).hint(hint).into()
}

/// A release on the way to the one that is wanted.
struct Known {
    release: Release,
    is_new: bool,
}

impl Known {
    fn then(self, next: Next) -> Next {
        match next {
            Next::Unchanged if self.is_new => Next::Changed(Box::new(self.release)),
            next => next,
        }
    }
}

/// The first release if there is none, with the version registered; both belong to the same write as what follows.
fn known(
    remote: &RemoteName,
    release: Option<&Release>,
    begin: &Begin,
    named: Option<(&Version, &Registration)>,
    change: &Change,
) -> Result<Known> {
    let mut known = match (release, begin) {
        (Some(release), _) => Known { release: release.clone(), is_new: false },
        (None, Some(Beginning { version, registration, serial })) => {
            let first = Release::begin(remote.clone(), version.clone(), registration.clone(), *serial, change);
            Known { release: first, is_new: true }
        }
        (None, None) => return Err(none_yet(remote)),
    };
    if let Some((version, registration)) = named
        && let Next::Changed(next) = known.release.register(version, registration.clone(), change)?
    {
        known = Known { release: *next, is_new: true };
    }
    Ok(known)
}

fn forget(release: &Release, versions: &[Version], change: &Change) -> Result<Next, TransitionError> {
    let mut next = Next::Unchanged;
    for version in versions {
        let before = match &next {
            Next::Changed(changed) => changed,
            Next::Unchanged => release,
        };
        if let Next::Changed(changed) = before.forget(version, change)? {
            next = Next::Changed(changed);
        }
    }
    Ok(next)
}

fn fact(what: &str, value: Option<String>) -> (String, String) {
    (what.to_owned(), value.unwrap_or_else(|| "none".to_owned()))
}

fn canary(release: Option<&Release>) -> (String, String) {
    let canary = release.and_then(Release::canary);
    fact("the canary", canary.map(|canary| format!("`{}` at {} %", canary.version, canary.share)))
}

fn trial(release: Option<&Release>) -> (String, String) {
    fact("the canary", release.and_then(Release::canary).map(|canary| format!("`{}`", canary.version)))
}

/// That a version became known meanwhile is no reason to stop; that it was withdrawn is.
fn state(release: Option<&Release>, version: &Version) -> (String, String) {
    let known = release.and_then(|release| release.versions().get(version));
    let is_withdrawn = known.is_some_and(|known| known.deprecated.is_some());
    (format!("`{version}`"), if is_withdrawn { "deprecated" } else { "usable" }.to_owned())
}
