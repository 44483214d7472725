//! The remotes as this isolate knows them: the versions that were built with the Worker, the published ones it has read, and
//! how it follows each release. Decides which version a visitor gets. Reads nothing; the host's `store` does.

pub mod cause;
pub mod follow;
pub(crate) mod gate;
pub(crate) mod resolution;
pub mod resolved;
pub mod unread;
pub(crate) mod versions;

use litemap::LiteMap;
use std::cell::RefCell;
use std::rc::Rc;

use rollout::{Integrity, Reason, Release, RemoteName, Version, VersionManifest, Visitor, candidates};

use crate::remotes::cause::{Because, Cause};
use crate::remotes::follow::{Followed, Freshness, Need, Standing};
use crate::remotes::gate::Gate;
use crate::remotes::unread::Unread;

/// Most published manifests that an isolate keeps; those that a release names are never let go.
const MANIFESTS_LIMIT: usize = 128;

/// How many versions that no release names an isolate reads in a burst: anybody can make up a new one with every request.
const STRANGERS_BURST: f64 = 50.0;

/// How many it reads a second after that.
const STRANGERS_PER_SECOND: f64 = 5.0;

/// A manifest, the bytes it was parsed from, and their hash.
#[derive(Debug, Clone)]
pub struct Published {
    /// The manifest.
    pub manifest: Rc<VersionManifest>,
    /// The bytes.
    pub text: Rc<[u8]>,
    /// The SHA-384 of the bytes.
    pub digest: Integrity,
}

/// Why a version that a visitor should have got was not given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PassedOver {
    pub(crate) version: Version,
    pub(crate) reason: Reason,
    pub(crate) because: Because,
}

/// The version of a remote that a visitor gets.
#[derive(Debug, Clone)]
pub(crate) struct Assigned {
    pub(crate) manifest: Rc<VersionManifest>,
    pub(crate) reason: Reason,
    pub(crate) passed_over: Vec<PassedOver>,
    /// Whether other visitors may get another one at this moment.
    pub(crate) splits: bool,
    /// Why nobody knows which version the release would give; the bundled one stands in for it.
    pub(crate) unknown: Option<Cause>,
}

/// Everything known about the remotes.
pub struct Remotes {
    bundled: Vec<Rc<VersionManifest>>,
    freshness: Freshness,
    /// Whether there is a store to follow.
    follows: bool,
    /// Whether the shop is being worked on: a version that was built meanwhile goes before any release, and everybody may read
    /// what goes wrong.
    in_development: bool,
    followed: RefCell<LiteMap<RemoteName, Followed>>,
    published: RefCell<LiteMap<(RemoteName, Version), Published>>,
    unread: RefCell<Unread<(RemoteName, Version)>>,
    strangers: RefCell<Gate>,
}

impl Remotes {
    /// The remotes of this build. `follows`: a store is configured.
    pub(crate) fn new(
        bundled: Vec<VersionManifest>,
        freshness: Freshness,
        follows: bool,
        in_development: bool,
    ) -> Self {
        let bundled: Vec<Rc<VersionManifest>> = bundled.into_iter().map(Rc::new).collect();
        // One by one: a map that is made of all at once brings a sort of its own into the Worker.
        let mut followed = LiteMap::new();
        for manifest in &bundled {
            followed.insert(manifest.remote().clone(), Followed::default());
        }
        Self {
            bundled,
            freshness,
            follows,
            in_development,
            followed: RefCell::new(followed),
            published: RefCell::default(),
            unread: RefCell::default(),
            strangers: RefCell::new(Gate::new(STRANGERS_BURST, STRANGERS_PER_SECOND)),
        }
    }

    /// The names of the shop's remotes, in order. Nothing else in the store concerns this Worker.
    pub(crate) fn names(&self) -> Vec<RemoteName> {
        self.followed.borrow().keys().cloned().collect()
    }

    /// Whether the shop has a remote of this name.
    pub fn is_known(&self, remote: &RemoteName) -> bool {
        self.followed.borrow().contains_key(remote)
    }

    /// The ages of releases and the times that reads may take.
    pub fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    /// Whether there is a store beside what was built with the Worker.
    pub(crate) fn follows(&self) -> bool {
        self.follows
    }

    /// The newest version that was built with the Worker.
    pub(crate) fn bundled(&self, remote: &RemoteName) -> Option<&Rc<VersionManifest>> {
        let versions = self.bundled.iter().filter(|manifest| manifest.remote() == remote);
        versions.max_by(|a, b| a.version().cmp(b.version()))
    }

    /// One version that was built with the Worker.
    pub(crate) fn bundled_version(&self, remote: &RemoteName, version: &Version) -> Option<&Rc<VersionManifest>> {
        self.bundled.iter().find(|manifest| manifest.remote() == remote && manifest.version() == version)
    }

    /// The manifest of a version, if this isolate has it.
    pub fn manifest(&self, remote: &RemoteName, version: &Version) -> Option<Rc<VersionManifest>> {
        if let Some(bundled) = self.bundled_version(remote, version) {
            return Some(Rc::clone(bundled));
        }
        self.as_registered(remote, version, |found| Rc::clone(&found.manifest))
    }

    /// The bytes of a published manifest, if this isolate has it.
    pub(crate) fn published_text(&self, remote: &RemoteName, version: &Version) -> Option<Rc<[u8]>> {
        self.as_registered(remote, version, |found| Rc::clone(&found.text))
    }

    /// The hash by which the release knows a version's manifest, however long ago the release was confirmed.
    pub fn pinned(&self, remote: &RemoteName, version: &Version) -> Option<Integrity> {
        let release = self.release(remote, 0.0)?;
        release.versions().get(version).map(|known| known.manifest.clone())
    }

    /// Whether the release names a version, however long ago it was confirmed.
    pub fn is_named(&self, remote: &RemoteName, version: &Version) -> bool {
        self.release(remote, 0.0).is_some_and(|release| release.versions().contains_key(version))
    }

    /// Whether the release once knew a version and does not any more.
    pub fn has_forgotten(&self, remote: &RemoteName, version: &Version) -> bool {
        self.release(remote, 0.0).is_some_and(|release| release.has_forgotten(version))
    }

    /// Something of a published manifest, unless the release knows another one under this version.
    fn as_registered<T>(&self, remote: &RemoteName, version: &Version, of: impl FnOnce(&Published) -> T) -> Option<T> {
        let published = self.published.borrow();
        let found = published.get(&key(remote, version))?;
        let pinned = self.pinned(remote, version);
        pinned.is_none_or(|pinned| pinned == found.digest).then(|| of(found))
    }

    /// The action that a page with this remote owes its release at `now`, before it is rendered.
    pub fn need(&self, remote: &RemoteName, now: f64) -> Need {
        if !self.follows {
            return Need::Nothing;
        }
        self.followed.borrow().get(remote).map_or(Need::Nothing, |followed| followed.need(now, &self.freshness))
    }

    /// Reads or changes how a remote is followed.
    pub fn follow<T>(&self, remote: &RemoteName, act: impl FnOnce(&mut Followed) -> T) -> Option<T> {
        self.followed.borrow_mut().get_mut(remote).map(act)
    }

    /// The release to serve by at `now`.
    pub fn release(&self, remote: &RemoteName, now: f64) -> Option<Rc<Release>> {
        self.followed.borrow().get(remote).and_then(|followed| followed.release(now, &self.freshness).cloned())
    }

    /// How a release is followed, as of `now`.
    pub fn standing(&self, remote: &RemoteName, now: f64) -> Option<Standing> {
        self.follows.then(|| self.followed.borrow().get(remote).map(|followed| followed.standing(now))).flatten()
    }

    /// Whether nobody knows which version the release would give.
    pub fn is_unknown(&self, remote: &RemoteName, now: f64) -> bool {
        self.unknown(remote, now).is_some()
    }

    /// Whether somebody is asking for a release.
    pub fn is_asking(&self, remote: &RemoteName, now: f64) -> bool {
        self.follow(remote, |followed| followed.is_asking(now, &self.freshness)) == Some(true)
    }

    /// Whether a page for this visitor should wait a moment for a manifest that is being read: that of the version the visitor is
    /// to get. Without a mark that may be either.
    pub fn awaits(&self, remote: &RemoteName, visitor: impl FnOnce() -> Option<Visitor>, now: f64) -> bool {
        let unread = self.unread.borrow();
        if unread.is_idle() {
            return false;
        }
        let Some(release) = self.release(remote, now) else { return false };
        let visitor = visitor();
        let visitor = visitor.as_ref();
        let is_awaited = |version: &Version| unread.is_worth_waiting(&key(remote, version), now, self.patience());
        let trial = release.canary().filter(|_| visitor.is_none() && release.splits()).map(|canary| &canary.version);
        let first = release.canary_for(visitor).unwrap_or_else(|| release.stable());
        is_awaited(first) || trial.is_some_and(is_awaited)
    }

    /// A page has waited for a remote as long as it may.
    pub fn is_slow(&self, remote: &RemoteName, now: f64) {
        if self.need(remote, now) == Need::Await {
            self.follow(remote, |followed| followed.is_slow(now));
        }
        self.unread.borrow_mut().is_slow(|(of, _)| of == remote);
    }

    /// The versions whose manifests a release needs and this isolate lacks, or has in another form than was registered: those that
    /// get traffic, and behind them the one that stands in for them.
    pub fn lacking(&self, release: &Release, now: f64) -> Vec<Version> {
        let remote = release.remote();
        let lacks = |version: &&Version| {
            let is_bundled = self.bundled_version(remote, version).is_some();
            let has_it = self.judge_published(remote, version, Some(release)).is_ok();
            !is_bundled && !has_it && self.cause(remote, version, now).is_none()
        };
        let mut lacking: Vec<Version> = release.in_use().filter(lacks).cloned().collect();
        lacking.dedup();
        lacking
    }

    /// Whether the caller shall read a manifest now, which then must end with `publish` or `fail`. False while somebody else reads
    /// it, and for as long as a failure is remembered.
    pub fn begin(&self, remote: &RemoteName, version: &Version, now: f64) -> bool {
        self.unread.borrow_mut().begin(&key(remote, version), now, self.patience())
    }

    /// Whether somebody is reading a manifest.
    pub fn is_reading(&self, remote: &RemoteName, version: &Version, now: f64) -> bool {
        self.unread.borrow().is_reading(&key(remote, version), now, self.patience())
    }

    /// Whether a version may be read that no release names. Those that one names are never counted, so that no flood of made-up
    /// versions makes them unreachable.
    pub fn admits_stranger(&self, now: f64) -> bool {
        self.strangers.borrow_mut().admit(now)
    }

    /// How long a read may take: it may be made twice, once by each clock or after it broke off.
    pub fn patience(&self) -> f64 {
        2.0 * self.freshness.timeout
    }

    /// Keeps a manifest that was read. Returns whether it could not be read before.
    pub fn publish(&self, published: Published) -> bool {
        let key = (published.manifest.remote().clone(), published.manifest.version().clone());
        let had_failed = self.unread.borrow_mut().succeed(&key);
        let mut known = self.published.borrow_mut();
        if known.len() >= MANIFESTS_LIMIT {
            let followed = self.followed.borrow();
            let in_use = |(remote, version): &(RemoteName, Version)| {
                let release = followed.get(remote).and_then(|followed| followed.release(0.0, &self.freshness));
                release.is_some_and(|release| release.in_use().any(|used| used == version))
            };
            known.retain(|key, _| in_use(key));
        }
        known.insert(key, published);
        had_failed
    }

    /// Remembers for a moment that a manifest is not to be had, and why; `now` is when that was found out. Returns whether it is
    /// the first failure in a row, and no absence.
    pub fn fail(&self, remote: &RemoteName, version: &Version, cause: Cause, now: f64) -> bool {
        self.unread.borrow_mut().fail(&key(remote, version), cause, now)
    }

    /// Lets a version go whose files are gone from the store. The release decides when it names it.
    pub fn forget(&self, remote: &RemoteName, version: &Version, cause: Cause, now: f64) {
        self.published.borrow_mut().remove(&key(remote, version));
        self.unread.borrow_mut().fail(&key(remote, version), cause, now);
    }

    /// Why a manifest is not at hand, for an answer. A failure stands until a further read has ended; the store's word that there
    /// is none is worth no more than it may be remembered.
    pub(crate) fn why(&self, remote: &RemoteName, version: &Version, now: f64) -> Cause {
        let (unread, key) = (self.unread.borrow(), key(remote, version));
        let last = unread.last_cause(&key).filter(|cause| !cause.is_absence());
        unread.cause(&key, now).or(last).cloned().unwrap_or(Cause::Unread)
    }

    /// Why a manifest is not at hand, for as long as that is remembered.
    pub fn cause(&self, remote: &RemoteName, version: &Version, now: f64) -> Option<Cause> {
        self.unread.borrow().cause(&key(remote, version), now).cloned()
    }

    /// The version that a visitor gets at `now`: the best candidate whose manifest is at hand and whose contract the pages
    /// speak. `None` only for a remote that was not built with the Worker.
    pub(crate) fn assign(
        &self,
        remote: &RemoteName,
        visitor: Option<&Visitor>,
        preview: Option<&Version>,
        now: f64,
    ) -> Option<Assigned> {
        let bundled = self.bundled(remote)?;
        let release = self.release(remote, now);
        let release = release.as_deref();
        let at_work = self.in_development && is_development(bundled.version()) && preview.is_none();
        let release = if at_work { None } else { release };
        let unknown = if at_work { None } else { self.unknown(remote, now) };
        let splits = release.is_some_and(Release::splits);
        let mut passed_over = Vec::new();
        for candidate in candidates(release, visitor, preview, Some(bundled.version())) {
            match self.judge(remote, candidate.version, release) {
                Ok(manifest) => {
                    return Some(Assigned { manifest, reason: candidate.reason, passed_over, splits, unknown });
                }
                Err(because) => passed_over.push(PassedOver {
                    version: candidate.version.clone(),
                    reason: candidate.reason,
                    because,
                }),
            }
        }
        // The bundled version is what it is: its pages were built with it.
        Some(Assigned { manifest: Rc::clone(bundled), reason: Reason::Bundled, passed_over, splits, unknown })
    }

    /// Why nobody knows which version the release would give.
    fn unknown(&self, remote: &RemoteName, now: f64) -> Option<Cause> {
        let followed = self.followed.borrow();
        followed.get(remote).filter(|_| self.follows)?.unknown(now, &self.freshness)
    }

    fn judge(
        &self,
        remote: &RemoteName,
        version: &Version,
        release: Option<&Release>,
    ) -> Result<Rc<VersionManifest>, Because> {
        let manifest = match self.bundled_version(remote, version) {
            Some(bundled) => Rc::clone(bundled),
            None => self.judge_published(remote, version, release)?,
        };
        if pages::speaks(remote.as_str(), manifest.contract()) {
            return Ok(manifest);
        }
        Err(Because::Contract(manifest.contract()))
    }

    fn judge_published(
        &self,
        remote: &RemoteName,
        version: &Version,
        release: Option<&Release>,
    ) -> Result<Rc<VersionManifest>, Because> {
        let published = self.published.borrow();
        let Some(found) = published.get(&key(remote, version)) else {
            let cause = self.unread.borrow().last_cause(&key(remote, version)).cloned();
            return Err(Because::Unavailable(cause.unwrap_or(Cause::Unread)));
        };
        // The release pins the manifest's bytes, and the manifest pins the files'.
        let registered = release.and_then(|release| release.versions().get(version));
        if registered.is_some_and(|registered| registered.manifest != found.digest) {
            return Err(Because::OtherManifest);
        }
        Ok(Rc::clone(&found.manifest))
    }
}

fn key(remote: &RemoteName, version: &Version) -> (RemoteName, Version) {
    (remote.clone(), version.clone())
}

/// `1.1.0-dev.7`: what the asset build calls a remote whose files differ from what is recorded of its version.
fn is_development(version: &Version) -> bool {
    version.is_prerelease() && version.as_str().contains("dev.")
}
