//! How an isolate follows the release of a remote: how old it may be, when to ask again, and what an answer changes.
//! Pure: the time is an argument, in milliseconds, and asking is the host's. The rules are those of `docs/configuration.md`.

use std::rc::Rc;

use rollout::Release;

use crate::remotes::cause::Cause;

/// How old a release may be. All in milliseconds; every one is a variable of the configuration, so that tests shorten them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Freshness {
    /// Up to this age a release is used as it is.
    pub fresh: f64,
    /// Up to this age it is used while it is asked for again; beyond it a page waits for the answer.
    pub stale: f64,
    /// How long a page waits at most.
    pub wait: f64,
    /// How long a release outlives a store that fails.
    pub keep: f64,
    /// How long the store may take over one answer.
    pub timeout: f64,
}

impl Default for Freshness {
    /// 5 s, 10 s, 150 ms, a day; the store gets 5 s (`docs/configuration.md`).
    fn default() -> Self {
        Self { fresh: 5_000.0, stale: 10_000.0, wait: 150.0, keep: 24.0 * 60.0 * 60.0 * 1000.0, timeout: 5_000.0 }
    }
}

/// The action that a page view owes a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Use what is there.
    Nothing,
    /// Use what is there, and ask again behind the answer.
    Background,
    /// Ask first, and wait for the answer a little.
    Await,
}

/// Where a release was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the store.
    Store,
    /// In the cache of this location, where another isolate left it.
    Cache,
}

/// The outcome of asking the store.
#[derive(Debug)]
pub enum Heard {
    /// A release and its entity tag.
    Release(Rc<Release>, String),
    /// The release that carries the tag which is known already.
    Same,
    /// The store has no release.
    Absent,
    /// No usable answer, and the cause.
    Failed(Cause),
}

/// One remote, followed.
#[derive(Debug, Default)]
pub struct Followed {
    known: Option<Known>,
    /// When the last try began that has not ended.
    asking_since: Option<f64>,
    /// When a try last failed, or took longer than a page waits.
    failed_at: Option<f64>,
    error: Option<Cause>,
    /// The highest serial seen by this isolate: a lower one is an old document played back.
    highest: u64,
    /// Whether the cache of this location was asked; once in an isolate's life.
    pub cache_was_asked: bool,
}

#[derive(Debug)]
struct Known {
    /// `None`: the store has none.
    release: Option<Rc<Release>>,
    etag: String,
    /// When the store last confirmed it.
    confirmed_at: f64,
    source: Source,
}

/// How a release is followed, as `/__versions` lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Milliseconds since the store last confirmed the release.
    pub(crate) age: Option<f64>,
    pub(crate) source: Option<Source>,
    /// Why the last try failed, if it did.
    pub error: Option<Cause>,
    /// The highest serial that was seen; a release with a lower one is refused.
    pub(crate) highest: Option<u64>,
}

impl Followed {
    /// The action that a page view at `now` owes the release.
    pub(crate) fn need(&self, now: f64, freshness: &Freshness) -> Need {
        // Trouble is not waited for twice in a row: what is stale is used for a moment without asking again.
        let troubled = self.failed_at.is_some_and(|at| since(at, now) < freshness.fresh);
        let asking = self.is_asking(now, freshness);
        match self.known.as_ref().map(|known| since(known.confirmed_at, now)) {
            Some(age) if age < freshness.fresh => Need::Nothing,
            Some(age) if age < freshness.stale => background_unless(asking || troubled),
            _ if troubled => Need::Nothing,
            _ => Need::Await,
        }
    }

    /// Whether a try is under way. One that never ends, since its isolate was put to sleep, counts no longer than it may take.
    pub(crate) fn is_asking(&self, now: f64, freshness: &Freshness) -> bool {
        self.asking_since.is_some_and(|at| since(at, now) < freshness.timeout)
    }

    /// A try begins. A release that has expired is no measure for others any more: a store that was lost and begun anew, with
    /// lower serials, is followed after that time.
    pub fn ask(&mut self, now: f64, freshness: &Freshness) {
        self.asking_since = Some(now);
        if self.known.as_ref().is_some_and(|known| since(known.confirmed_at, now) > freshness.keep) {
            self.known = None;
            self.highest = 0;
        }
    }

    /// A try is over that was the cache's alone.
    pub fn rest(&mut self) {
        self.asking_since = None;
    }

    /// A page has waited as long as it may.
    pub fn is_slow(&mut self, now: f64) {
        self.failed_at = Some(now);
        self.error.get_or_insert(Cause::Slow);
    }

    /// The tag to compare an answer with.
    pub fn etag(&self) -> Option<&str> {
        self.known.as_ref().filter(|known| known.release.is_some()).map(|known| known.etag.as_str())
    }

    /// Takes in the outcome of asking the store, as of `now`. Returns whether a release came in that was not known before.
    pub fn hear(&mut self, heard: Heard, now: f64) -> bool {
        self.asking_since = None;
        match heard {
            Heard::Release(release, etag) => {
                if let Err(error) = self.judge(&release) {
                    return self.fail(error, now);
                }
                self.accept(Known { release: Some(release), etag, confirmed_at: now, source: Source::Store })
            }
            Heard::Same => {
                if let Some(known) = &mut self.known {
                    known.confirmed_at = now;
                    known.source = Source::Store;
                }
                self.failed_at = None;
                self.error = None;
                false
            }
            // A release is never taken away by those who may: a store without it has lost it.
            Heard::Absent if self.highest > 0 => self.fail(Cause::ReleaseGone, now),
            Heard::Absent => {
                self.accept(Known { release: None, etag: String::new(), confirmed_at: now, source: Source::Store })
            }
            Heard::Failed(error) => self.fail(error, now),
        }
    }

    /// Takes in what the cache of this location holds, unless something newer is known.
    pub fn recall(&mut self, release: Rc<Release>, etag: String, confirmed_at: f64, now: f64) -> bool {
        let is_newer = self.known.as_ref().is_none_or(|known| known.confirmed_at < confirmed_at);
        if !is_newer || confirmed_at > now || self.judge(&release).is_err() {
            return false;
        }
        let (failed_at, error) = (self.failed_at, self.error.take());
        let accepted = self.accept(Known { release: Some(release), etag, confirmed_at, source: Source::Cache });
        // That another isolate once heard something says nothing about the store's state now.
        self.failed_at = failed_at;
        self.error = error;
        accepted
    }

    /// The release to serve by at `now`: the last good one, as long as it may be kept.
    pub(crate) fn release(&self, now: f64, freshness: &Freshness) -> Option<&Rc<Release>> {
        let known = self.known.as_ref().filter(|known| since(known.confirmed_at, now) <= freshness.keep)?;
        known.release.as_ref()
    }

    /// How it stands at `now`.
    pub(crate) fn standing(&self, now: f64) -> Standing {
        Standing {
            age: self.known.as_ref().map(|known| since(known.confirmed_at, now)),
            source: self.known.as_ref().map(|known| known.source),
            error: self.error.clone(),
            highest: (self.highest > 0).then_some(self.highest),
        }
    }

    /// Why nobody knows which version shoppers should get: the store has neither given a release nor said that there is none, or
    /// not for as long as either may be kept.
    pub(crate) fn unknown(&self, now: f64, freshness: &Freshness) -> Option<Cause> {
        let is_known = self.known.as_ref().is_some_and(|known| since(known.confirmed_at, now) <= freshness.keep);
        (!is_known).then(|| self.error.clone().unwrap_or(Cause::Unread))
    }

    /// Whether a release would be taken over if it were heard now.
    pub fn accepts(&self, release: &Release) -> bool {
        self.judge(release).is_ok()
    }

    /// The release of the highest serial is the truth; two of one serial would be two truths.
    fn judge(&self, release: &Release) -> Result<(), Cause> {
        let (serial, seen) = (release.serial(), self.highest);
        if serial < seen {
            return Err(Cause::OlderSerial { serial, seen });
        }
        let known = self.known.as_ref().and_then(|known| known.release.as_deref());
        if known.is_some_and(|known| known.serial() == serial && known != release) {
            return Err(Cause::SerialReused { serial });
        }
        Ok(())
    }

    fn accept(&mut self, known: Known) -> bool {
        let release_of = |known: &Known| known.release.as_ref().map(|release| release.serial());
        let is_new = self.known.as_ref().is_none_or(|before| release_of(before) != release_of(&known));
        self.highest = self.highest.max(release_of(&known).unwrap_or(0));
        self.known = Some(known);
        self.failed_at = None;
        self.error = None;
        is_new
    }

    fn fail(&mut self, error: Cause, now: f64) -> bool {
        self.failed_at = Some(now);
        self.error = Some(error);
        false
    }
}

fn background_unless(busy: bool) -> Need {
    if busy { Need::Nothing } else { Need::Background }
}

/// A clock that was set back makes nothing younger than now.
fn since(at: f64, now: f64) -> f64 {
    (now - at).max(0.0)
}

#[cfg(test)]
mod tests;
