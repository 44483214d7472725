//! The change that makes shops follow a release again which was put back: earlier bytes, whose serial shops refuse.
//! Knows no shop: the versions that shops serve come in as arguments.

use super::{Outcome, TransitionError};
use crate::history::{Action, Change};
use crate::release::EARLIER_LIMIT;
use crate::{Canary, Release, Version};

impl Release {
    /// The state that shops are in, under the next serial: how shops that refuse a release which was put back are made to follow,
    /// with the traffic where it is. Works on a locked release, and takes back a withdrawal that is older than the state.
    ///
    /// | before | call | after |
    /// | --- | --- | --- |
    /// | stable 1.0.0 | `renew(1.0.0, none)` | stable 1.0.0 |
    /// | stable 1.0.0 | `renew(1.1.0, none)` | stable 1.1.0, fallback 1.0.0 |
    /// | stable 1.1.0, fallback 1.0.0 | `renew(1.0.0, none)` | stable 1.0.0 |
    /// | stable 1.0.0 | `renew(1.0.0, 1.1.0 at 5 %)` | 1.1.0 at 5 %, 1.0.0 at 95 % |
    /// | does not know 1.1.0 | `renew(1.1.0, none)` | refused: it is not registered |
    pub fn renew(&self, stable: &Version, canary: Option<Canary>, change: &Change) -> Outcome {
        let trial = canary.as_ref().map(|canary| canary.version.clone());
        for version in std::iter::once(stable).chain(&trial) {
            self.versions.get(version).ok_or_else(|| self.unknown(version))?;
        }
        if let Some(version) = trial.filter(|version| version == stable) {
            return Err(TransitionError::Stable { remote: self.remote.clone(), version });
        }
        self.next(Action::Create, None, change, |next| {
            for version in std::iter::once(stable).chain(canary.iter().map(|canary| &canary.version)) {
                if let Some(known) = next.versions.get_mut(version) {
                    known.deprecated = None;
                }
            }
            let before = std::mem::replace(&mut next.stable, stable.clone());
            if let Some(position) = next.earlier.iter().position(|earlier| earlier == stable) {
                next.earlier.truncate(position);
            } else if before != *stable {
                next.earlier.push(before);
            }
            let spare = next.earlier.len().saturating_sub(EARLIER_LIMIT);
            next.earlier.drain(..spare);
            next.canary = canary;
        })
    }
}
