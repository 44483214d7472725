//! Every change of a release, as functions from one release to the next. An illegal one is an error with its reason.
//! Pure: time, author and message are a [`Change`]. A locked release refuses changes that move traffic forward; the way back is
//! always open.

mod renew;

use std::collections::BTreeMap;

use crate::history::{Action, Change, Entry};
use crate::release::{EARLIER_LIMIT, SERIAL_LIMIT, VERSIONS_LIMIT};
use crate::{Canary, Lock, Message, Registration, Release, RemoteName, Salt, Share, Steps, Version};

/// Why a change was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The release is locked.
    #[error("`{remote}` is locked since {} by {}{}", lock.at, lock.by, reason(&lock.message))]
    Locked {
        /// The remote.
        remote: RemoteName,
        /// The lock.
        lock: Lock,
    },
    /// The release does not know the version.
    #[error("`{remote}` has no registered version `{version}`")]
    Unknown {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
    },
    /// The version was withdrawn.
    #[error("`{version}` of `{remote}` is deprecated{}", reason(.why))]
    Deprecated {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
        /// Why it was.
        why: Message,
    },
    /// The version is registered with other bytes.
    #[error(
        "`{version}` of `{remote}` is registered with other bytes: a version never changes, so give the new bytes a new one"
    )]
    OtherBytes {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
    },
    /// The version holds all traffic already, or the rest of it.
    #[error("`{version}` is the stable version of `{remote}` already")]
    Stable {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
    },
    /// Another version is on trial.
    #[error("a canary of `{remote}` runs already: `{running}` at {share} %; promote or abort it first")]
    CanaryRuns {
        /// The remote.
        remote: RemoteName,
        /// The version on trial.
        running: Version,
        /// Its share.
        share: Share,
    },
    /// No version is on trial.
    #[error("no canary of `{0}` runs")]
    NoCanary(RemoteName),
    /// The canary has all the traffic already.
    #[error("the canary `{version}` of `{remote}` has all traffic already; promote it")]
    LastStep {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
    },
    /// No earlier version is known.
    #[error("no earlier version of `{0}` that held all traffic is known and usable; name one")]
    NothingEarlier(RemoteName),
    /// The version is in use.
    #[error("`{version}` of `{remote}` is in use: it is stable, on trial, or what shoppers fall back to")]
    InUse {
        /// The remote.
        remote: RemoteName,
        /// The version.
        version: Version,
    },
    /// As many versions as a release may know.
    #[error("the release of `{0}` knows {VERSIONS_LIMIT} versions, which is the limit; prune old ones first")]
    TooMany(RemoteName),
    /// No serial is left.
    #[error("the serial of `{0}` cannot grow any more")]
    Serial(RemoteName),
}

/// The result of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A new release, to be written.
    Changed(Box<Release>),
    /// The release is in the wanted state already; a repeated command is no error.
    Unchanged,
}

type Outcome = Result<Next, TransitionError>;

fn reason(message: &Message) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

impl Release {
    /// The first release of a remote: one version, which holds all traffic.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | none | `first(products, 1.0.0)` | stable 1.0.0, serial 1 |
    pub fn first(remote: RemoteName, version: Version, registration: Registration, change: &Change) -> Self {
        Self::begin(remote, version, registration, 1, change)
    }

    /// A first release at a serial of the caller's choice. A shop that has seen a lost release refuses every lower serial.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | serial 19, lost | `begin(products, 1.0.0, 20)` | stable 1.0.0, serial 20 |
    pub fn begin(
        remote: RemoteName,
        version: Version,
        registration: Registration,
        serial: u64,
        change: &Change,
    ) -> Self {
        let mut release = Self {
            salt: Salt::of_remote(&remote),
            remote,
            serial: serial.clamp(1, SERIAL_LIMIT) - 1,
            stable: version.clone(),
            canary: None,
            earlier: Vec::new(),
            steps: Steps::default(),
            lock: None,
            versions: BTreeMap::from([(version, registration)]),
            history: Vec::new(),
        };
        release.record(Action::Create, None, change);
        release
    }

    /// The release with its serial counted on from `seen`, if that is higher. Records nothing; the next change does.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | serial 7 | `above(19)`, then `step()` | serial 20 |
    /// | serial 7 | `above(5)`, then `step()` | serial 8 |
    #[must_use]
    pub fn above(&self, seen: u64) -> Self {
        Self { serial: self.serial.max(seen.min(SERIAL_LIMIT)), ..self.clone() }
    }

    /// Makes a published version known, which moves no traffic.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | knows 1.0.0 | `register(1.1.0)` | knows 1.0.0 and 1.1.0 |
    /// | knows 1.1.0, same bytes | `register(1.1.0)` | unchanged |
    /// | knows 1.1.0, other bytes | `register(1.1.0)` | refused |
    pub fn register(&self, version: &Version, registration: Registration, change: &Change) -> Outcome {
        if let Some(known) = self.versions.get(version) {
            if known.is_same_version(&registration) {
                return Ok(Next::Unchanged);
            }
            return Err(TransitionError::OtherBytes { remote: self.remote.clone(), version: version.clone() });
        }
        if self.versions.len() >= VERSIONS_LIMIT {
            return Err(TransitionError::TooMany(self.remote.clone()));
        }
        self.next(Action::Register, Some(version), change, |next| {
            next.versions.insert(version.clone(), registration);
        })
    }

    /// Puts a version on trial, or sets the share of the one that is.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | stable 1.0.0 | `set_canary(1.1.0, 5 %)` | 1.1.0 at 5 %, 1.0.0 at 95 % |
    /// | 1.1.0 at 5 % | `set_canary(1.1.0, 50 %)` | 1.1.0 at 50 % |
    /// | 1.1.0 at 50 % | `set_canary(1.1.0, 0 %)` | 1.1.0 at 0 %: a trial for previews alone |
    /// | 1.1.0 at 5 % | `set_canary(1.2.0, 5 %)` | refused: one trial at a time |
    /// | stable 1.0.0 | `set_canary(1.0.0, 5 %)` | refused: it is stable already |
    pub fn set_canary(&self, version: &Version, share: Share, steps: Option<&Steps>, change: &Change) -> Outcome {
        self.refuse_locked()?;
        self.refuse_unusable(version)?;
        self.refuse_stable(version)?;
        self.refuse_other_canary(version)?;
        let same_steps = steps.is_none_or(|steps| *steps == self.steps);
        if same_steps && self.canary.as_ref().is_some_and(|canary| canary.share == share) {
            return Ok(Next::Unchanged);
        }
        self.next(Action::Canary, None, change, |next| {
            next.canary = Some(Canary { version: version.clone(), share });
            if let Some(steps) = steps {
                next.steps = steps.clone();
            }
        })
    }

    /// Lets the canary grow to the next of the release's steps.
    ///
    /// | before, steps 1, 5, 25, 50, 100 | call | after |
    /// | --- | --- | --- |
    /// | 1.1.0 at 5 % | `step()` | 1.1.0 at 25 % |
    /// | 1.1.0 at 7 % | `step()` | 1.1.0 at 25 % |
    /// | 1.1.0 at 100 % | `step()` | refused: promote it |
    pub fn step(&self, change: &Change) -> Outcome {
        self.refuse_locked()?;
        let Some(canary) = &self.canary else { return Err(TransitionError::NoCanary(self.remote.clone())) };
        let version = canary.version.clone();
        let Some(share) = self.steps.after(canary.share) else {
            return Err(TransitionError::LastStep { remote: self.remote.clone(), version });
        };
        self.refuse_unusable(&version)?;
        self.next(Action::Step, None, change, |next| next.canary = Some(Canary { version, share }))
    }

    /// Gives a version all traffic: the one on trial unless another is named. The stable version becomes the fallback.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | stable 1.0.0, 1.1.0 at 50 % | `promote(none)` | stable 1.1.0, fallback 1.0.0 |
    /// | stable 1.0.0, no canary | `promote(1.1.0)` | stable 1.1.0, fallback 1.0.0 |
    /// | stable 1.0.0, no canary | `promote(none)` | refused: nothing to promote |
    /// | 1.1.0 at 50 % | `promote(1.2.0)` | refused: another one is on trial |
    /// | stable 1.1.0, no canary | `promote(1.1.0)` | unchanged |
    pub fn promote(&self, version: Option<&Version>, change: &Change) -> Outcome {
        let Some(version) = version.or(self.canary.as_ref().map(|canary| &canary.version)) else {
            return Err(TransitionError::NoCanary(self.remote.clone()));
        };
        if self.stable == *version && self.canary.is_none() {
            return Ok(Next::Unchanged);
        }
        self.refuse_locked()?;
        self.refuse_unusable(version)?;
        self.refuse_other_canary(version)?;
        self.next(Action::Promote, None, change, |next| {
            let before = std::mem::replace(&mut next.stable, version.clone());
            next.canary = None;
            next.earlier.retain(|earlier| earlier != version && *earlier != before);
            if before != *version {
                next.earlier.push(before);
            }
            let spare = next.earlier.len().saturating_sub(EARLIER_LIMIT);
            next.earlier.drain(..spare);
        })
    }

    /// Ends the trial; everybody gets the stable version. Works on a locked release.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | stable 1.0.0, 1.1.0 at 50 % | `abort()` | stable 1.0.0 |
    /// | stable 1.0.0 | `abort()` | unchanged |
    pub fn abort(&self, change: &Change) -> Outcome {
        let Some(canary) = &self.canary else { return Ok(Next::Unchanged) };
        let version = canary.version.clone();
        self.next(Action::Abort, Some(&version), change, |next| next.canary = None)
    }

    /// Goes back: to the named version, or to the last one that held all traffic. While a canary runs that is the stable
    /// version; afterwards the one that was stable before. A second rollback goes further back, never forward to the version that was left.
    /// Works on a locked release, but for a version that none of this leads back to: that would be a way around the lock.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | stable 1.0.0, 1.1.0 at 50 % | `roll_back(none)` | stable 1.0.0, no canary |
    /// | 1.0.0, then 1.1.0 promoted | `roll_back(none)` | stable 1.0.0 |
    /// | 1.0.0, 1.1.0, 1.2.0 promoted | twice | stable 1.1.0, then 1.0.0 |
    /// | only ever 1.0.0 | `roll_back(none)` | refused: nothing earlier |
    /// | stable 1.2.0 | `roll_back(1.0.0)` | stable 1.0.0 |
    /// | locked, 1.1.0 never stable | `roll_back(1.1.0)` | refused: it is locked |
    pub fn roll_back(&self, to: Option<&Version>, change: &Change) -> Outcome {
        let target = match (to, &self.canary) {
            (Some(named), _) => named.clone(),
            (None, Some(_)) => self.stable.clone(),
            (None, None) => {
                let last = self.fallback().cloned();
                last.ok_or_else(|| TransitionError::NothingEarlier(self.remote.clone()))?
            }
        };
        if target == self.stable && self.canary.is_none() {
            return Ok(Next::Unchanged);
        }
        if target != self.stable {
            if !self.earlier.contains(&target) {
                self.refuse_locked()?;
            }
            self.refuse_unusable(&target)?;
        }
        let trial = self.canary.as_ref().map(|canary| &canary.version).filter(|trial| **trial != target);
        let left = trial.unwrap_or(&self.stable).clone();
        self.next(Action::Rollback, Some(&left), change, |next| {
            if let Some(position) = next.earlier.iter().position(|earlier| *earlier == target) {
                next.earlier.truncate(position);
            }
            next.stable = target;
            next.canary = None;
        })
    }

    /// Forbids moving traffic forward: canary, step and promote. Abort and rollback go on working.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | open | `lock()` | locked |
    /// | locked | `lock()` | unchanged: the first reason still stands |
    pub fn lock_changes(&self, change: &Change) -> Outcome {
        if self.lock.is_some() {
            return Ok(Next::Unchanged);
        }
        self.next(Action::Lock, None, change, |next| {
            next.lock = Some(Lock { at: change.at.clone(), by: change.by.clone(), message: change.message.clone() });
        })
    }

    /// Allows it again; a release that is open stays as it is.
    pub fn unlock_changes(&self, change: &Change) -> Outcome {
        if self.lock.is_none() {
            return Ok(Next::Unchanged);
        }
        self.next(Action::Unlock, None, change, |next| next.lock = None)
    }

    /// Withdraws a version, with the change's message as the reason: nobody can canary, promote or roll back to it any more.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | knows 1.1.0 | `deprecate(1.1.0)` | 1.1.0 can no longer be chosen |
    /// | deprecated 1.1.0 | `deprecate(1.1.0)` | unchanged: the first reason still stands |
    /// | stable 1.1.0 | `deprecate(1.1.0)` | refused: it is in use |
    pub fn deprecate(&self, version: &Version, change: &Change) -> Outcome {
        let known = self.versions.get(version).ok_or_else(|| self.unknown(version))?;
        if self.stable == *version || self.canary.as_ref().is_some_and(|canary| canary.version == *version) {
            return Err(TransitionError::InUse { remote: self.remote.clone(), version: version.clone() });
        }
        if known.deprecated.is_some() {
            return Ok(Next::Unchanged);
        }
        self.next(Action::Deprecate, Some(version), change, |next| {
            if let Some(known) = next.versions.get_mut(version) {
                known.deprecated = Some(change.message.clone());
            }
        })
    }

    /// Takes a withdrawal back.
    pub fn restore(&self, version: &Version, change: &Change) -> Outcome {
        let Some(known) = self.versions.get(version) else { return Err(self.unknown(version)) };
        if known.deprecated.is_none() {
            return Ok(Next::Unchanged);
        }
        self.next(Action::Restore, Some(version), change, |next| {
            if let Some(known) = next.versions.get_mut(version) {
                known.deprecated = None;
            }
        })
    }

    /// Forgets a version before it is removed from the store.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | knows 1.0.0, unused | `forget(1.0.0)` | does not know it |
    /// | fallback 1.0.0 | `forget(1.0.0)` | refused: it is in use |
    /// | does not know 1.0.0 | `forget(1.0.0)` | unchanged |
    pub fn forget(&self, version: &Version, change: &Change) -> Outcome {
        if self.in_use().any(|used| used == version) {
            return Err(TransitionError::InUse { remote: self.remote.clone(), version: version.clone() });
        }
        if !self.versions.contains_key(version) {
            return Ok(Next::Unchanged);
        }
        self.next(Action::Prune, Some(version), change, |next| {
            next.versions.remove(version);
            next.earlier.retain(|earlier| earlier != version);
        })
    }

    fn next(
        &self,
        action: Action,
        version: Option<&Version>,
        change: &Change,
        edit: impl FnOnce(&mut Self),
    ) -> Outcome {
        if self.serial >= SERIAL_LIMIT {
            return Err(TransitionError::Serial(self.remote.clone()));
        }
        let mut next = self.clone();
        edit(&mut next);
        next.record(action, version, change);
        Ok(Next::Changed(Box::new(next)))
    }

    fn record(&mut self, action: Action, version: Option<&Version>, change: &Change) {
        self.serial += 1;
        self.history.push(Entry {
            serial: self.serial,
            at: change.at.clone(),
            by: change.by.clone(),
            action,
            version: version.cloned(),
            stable: self.stable.clone(),
            canary: self.canary.as_ref().map(|canary| canary.version.clone()),
            share: self.canary.as_ref().map(|canary| canary.share),
            message: change.message.clone(),
        });
    }

    fn unknown(&self, version: &Version) -> TransitionError {
        TransitionError::Unknown { remote: self.remote.clone(), version: version.clone() }
    }

    fn refuse_locked(&self) -> Result<(), TransitionError> {
        match &self.lock {
            Some(lock) => Err(TransitionError::Locked { remote: self.remote.clone(), lock: lock.clone() }),
            None => Ok(()),
        }
    }

    fn refuse_unusable(&self, version: &Version) -> Result<(), TransitionError> {
        let known = self.versions.get(version).ok_or_else(|| self.unknown(version))?;
        match &known.deprecated {
            Some(why) => Err(TransitionError::Deprecated {
                remote: self.remote.clone(),
                version: version.clone(),
                why: why.clone(),
            }),
            None => Ok(()),
        }
    }

    fn refuse_stable(&self, version: &Version) -> Result<(), TransitionError> {
        if self.stable == *version {
            return Err(TransitionError::Stable { remote: self.remote.clone(), version: version.clone() });
        }
        Ok(())
    }

    fn refuse_other_canary(&self, version: &Version) -> Result<(), TransitionError> {
        match &self.canary {
            Some(canary) if canary.version != *version => Err(TransitionError::CanaryRuns {
                remote: self.remote.clone(),
                running: canary.version.clone(),
                share: canary.share,
            }),
            _ => Ok(()),
        }
    }
}
