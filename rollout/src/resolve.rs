//! The version of a remote for a shopper, and those in its place if it is unavailable. Decides by release, visitor and
//! preview alone; whether a version can be had and whether the shop speaks its contract is the host's to find out.

use serde::Serialize;

use crate::cohort::{Visitor, bucket};
use crate::history::{Action, Entry};
use crate::{Release, Share, Version};

/// Why a version is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Somebody asked for it by a preview link.
    Preview,
    /// The visitor is in the cohort of the canary.
    Canary,
    /// It holds the rest of the traffic.
    Stable,
    /// It was stable before.
    Fallback,
    /// It was built with the Worker.
    Bundled,
}

/// A version, and why it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The version.
    pub version: &'a Version,
    /// Reason for the choice.
    pub reason: Reason,
}

/// The versions for a visitor, the best first: what was previewed, the canary for its cohort, the stable version, what was stable
/// before it, and what was built with the Worker, which can always be had. A visitor without a mark is in no cohort, and so
/// gets a canary only when everybody does. A version appears once. A deprecated one is offered for a preview alone.
///
/// ```text
/// release: stable 1.1.0, canary 1.2.0 at 5 %, before it 1.0.0; bundled: 1.0.0
/// visitor in bucket 320:   1.2.0 canary, 1.1.0 stable, 1.0.0 fallback
/// visitor in bucket 5000:  1.1.0 stable, 1.0.0 fallback
/// no release:              1.0.0 bundled
/// ```
pub fn candidates<'a>(
    release: Option<&'a Release>,
    visitor: Option<&Visitor>,
    preview: Option<&'a Version>,
    bundled: Option<&'a Version>,
) -> Vec<Candidate<'a>> {
    let mut found: Vec<Candidate<'a>> = Vec::with_capacity(5);
    let mut offer = |version: Option<&'a Version>, reason: Reason| {
        if let Some(version) = version.filter(|version| found.iter().all(|known| known.version != *version)) {
            found.push(Candidate { version, reason });
        }
    };
    offer(preview, Reason::Preview);
    if let Some(release) = release {
        offer(release.canary_for(visitor), Reason::Canary);
        offer(Some(release.stable()), Reason::Stable);
        offer(release.fallback(), Reason::Fallback);
    }
    offer(bundled, Reason::Bundled);
    found
}

impl Release {
    /// The canary, if this visitor gets it.
    pub fn canary_for(&self, visitor: Option<&Visitor>) -> Option<&Version> {
        let canary = self.canary()?;
        let reached = match (canary.share, visitor) {
            (Share::NONE, _) => false,
            (Share::ALL, _) => true,
            (share, Some(visitor)) => share.includes(bucket(self.salt(), visitor)),
            (_, None) => false,
        };
        (reached && self.is_usable(&canary.version)).then_some(&canary.version)
    }

    /// Whether the release knew a version once, and let go of it so that it could be removed from the store. Says no more than the
    /// history in the document does: an entry of long ago may have left it.
    pub fn has_forgotten(&self, version: &Version) -> bool {
        let is_about = |entry: &&Entry| entry.action == Action::Prune && entry.version.as_ref() == Some(version);
        !self.versions().contains_key(version) && self.history().iter().any(|entry| is_about(&entry))
    }
}
