//! The remotes as this isolate knows them: the versions that were built with the Worker, the published ones it has read, and
//! how it follows each release. Decides which version a visitor gets. Pure: reads nothing; `refresh` brings in what it needs.

use litemap::LiteMap;
use std::cell::RefCell;
use std::rc::Rc;

use rollout::{Integrity, Reason, Release, RemoteName, Version, VersionManifest, Visitor, candidates};

use crate::follow::{Followed, Freshness, Need, Standing};

/// Most published manifests that an isolate keeps; those that a release names are never let go.
const MANIFESTS_LIMIT: usize = 128;

/// How long a manifest that was not to be had is not asked for again, in milliseconds, so that asking for one made-up version again
/// and again does not become requests to the store.
const ABSENCE: f64 = 5_000.0;

/// Most versions remembered as absent.
const ABSENCES_LIMIT: usize = 256;

/// What is noted about a version that the store does not have.
pub(crate) const NOT_PUBLISHED: &str = "it is not published";

/// A manifest, the bytes it was parsed from, and their hash.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    pub(crate) manifest: Rc<VersionManifest>,
    pub(crate) text: Rc<[u8]>,
    pub(crate) digest: Integrity,
}

/// Why a version that a visitor should have got was not given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PassedOver {
    pub(crate) version: Version,
    pub(crate) reason: Reason,
    pub(crate) because: Because,
}

/// The causes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(crate) enum Because {
    /// The pages write other markup.
    #[error("it is built for contract {0}, which this shop does not speak")]
    Contract(u32),
    /// The manifest could not be read.
    #[error("its manifest cannot be had: {0}")]
    Unavailable(String),
    /// The store has another manifest than the one that was registered.
    #[error("its manifest is not the one that the release names")]
    OtherManifest,
}

/// The version of a remote that a visitor gets.
#[derive(Debug, Clone)]
pub(crate) struct Assigned {
    pub(crate) manifest: Rc<VersionManifest>,
    pub(crate) reason: Reason,
    pub(crate) passed_over: Vec<PassedOver>,
    /// Whether other visitors may get another one at this moment.
    pub(crate) splits: bool,
}

/// Everything known about the remotes.
pub(crate) struct Remotes {
    bundled: Vec<Rc<VersionManifest>>,
    freshness: Freshness,
    /// Whether there is a store to follow.
    follows: bool,
    /// Whether a version that was built while it is being worked on goes before any release.
    prefers_development: bool,
    followed: RefCell<LiteMap<RemoteName, Followed>>,
    published: RefCell<LiteMap<(RemoteName, Version), Published>>,
    absent: RefCell<LiteMap<(RemoteName, Version), (f64, String)>>,
}

impl Remotes {
    /// The remotes of this build. `follows` says whether a store is configured.
    pub(crate) fn new(
        bundled: Vec<VersionManifest>,
        freshness: Freshness,
        follows: bool,
        prefers_development: bool,
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
            prefers_development,
            followed: RefCell::new(followed),
            published: RefCell::default(),
            absent: RefCell::default(),
        }
    }

    /// The names of the shop's remotes, in order. Nothing else in the store concerns this Worker.
    pub(crate) fn names(&self) -> Vec<RemoteName> {
        self.followed.borrow().keys().cloned().collect()
    }

    pub(crate) fn is_known(&self, remote: &RemoteName) -> bool {
        self.followed.borrow().contains_key(remote)
    }

    pub(crate) fn freshness(&self) -> &Freshness {
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
    pub(crate) fn manifest(&self, remote: &RemoteName, version: &Version) -> Option<Rc<VersionManifest>> {
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
    pub(crate) fn pinned(&self, remote: &RemoteName, version: &Version) -> Option<Integrity> {
        let release = self.release(remote, 0.0)?;
        release.versions().get(version).map(|known| known.manifest.clone())
    }

    /// Something of a published manifest, unless the release knows another one under this version.
    fn as_registered<T>(&self, remote: &RemoteName, version: &Version, of: impl FnOnce(&Published) -> T) -> Option<T> {
        let published = self.published.borrow();
        let found = published.get(&(remote.clone(), version.clone()))?;
        let pinned = self.pinned(remote, version);
        pinned.is_none_or(|pinned| pinned == found.digest).then(|| of(found))
    }

    /// What a page with this remote has to do before it is rendered at `now`.
    pub(crate) fn need(&self, remote: &RemoteName, now: f64) -> Need {
        if !self.follows {
            return Need::Nothing;
        }
        self.followed.borrow().get(remote).map_or(Need::Nothing, |followed| followed.need(now, &self.freshness))
    }

    /// Reads or changes how a remote is followed.
    pub(crate) fn follow<T>(&self, remote: &RemoteName, act: impl FnOnce(&mut Followed) -> T) -> Option<T> {
        self.followed.borrow_mut().get_mut(remote).map(act)
    }

    /// The release to serve by at `now`.
    pub(crate) fn release(&self, remote: &RemoteName, now: f64) -> Option<Rc<Release>> {
        self.followed.borrow().get(remote).and_then(|followed| followed.release(now, &self.freshness).cloned())
    }

    /// How a release is followed, as of `now`.
    pub(crate) fn standing(&self, remote: &RemoteName, now: f64) -> Option<Standing> {
        self.follows.then(|| self.followed.borrow().get(remote).map(|followed| followed.standing(now))).flatten()
    }

    /// The versions whose manifests a release needs and this isolate lacks, or has in another form than was registered.
    pub(crate) fn lacking(&self, release: &Release, now: f64) -> Vec<Version> {
        let remote = release.remote();
        let lacks = |version: &&Version| {
            let is_bundled = self.bundled_version(remote, version).is_some();
            let has_it = self.judge_published(remote, version, Some(release), now).is_ok();
            !is_bundled && !has_it && self.absence(remote, version, now).is_none()
        };
        let mut lacking: Vec<Version> = release.in_use().filter(lacks).cloned().collect();
        lacking.dedup();
        lacking
    }

    /// Keeps a manifest that was read.
    pub(crate) fn publish(&self, published: Published) {
        let key = (published.manifest.remote().clone(), published.manifest.version().clone());
        self.absent.borrow_mut().remove(&key);
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
    }

    /// Remembers for a moment that a manifest was not to be had, and why.
    pub(crate) fn note_absence(&self, remote: &RemoteName, version: &Version, because: String, now: f64) {
        let mut absent = self.absent.borrow_mut();
        if absent.len() >= ABSENCES_LIMIT {
            absent.retain(|_, (at, _)| now - *at < ABSENCE);
        }
        if absent.len() >= ABSENCES_LIMIT {
            let oldest = absent.iter().min_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b)).map(|(key, _)| key.clone());
            oldest.and_then(|oldest| absent.remove(&oldest));
        }
        absent.insert((remote.clone(), version.clone()), (now, because));
    }

    /// Why a manifest was not to be had a moment ago.
    pub(crate) fn absence(&self, remote: &RemoteName, version: &Version, now: f64) -> Option<String> {
        let absent = self.absent.borrow();
        let (at, because) = absent.get(&(remote.clone(), version.clone()))?;
        (now - at < ABSENCE && now >= *at).then(|| because.clone())
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
        let at_work = self.prefers_development && is_development(bundled.version()) && preview.is_none();
        let release = if at_work { None } else { release };
        let splits = release.is_some_and(Release::splits);
        let mut passed_over = Vec::new();
        for candidate in candidates(release, visitor, preview, Some(bundled.version())) {
            match self.judge(remote, candidate.version, release, now) {
                Ok(manifest) => {
                    return Some(Assigned { manifest, reason: candidate.reason, passed_over, splits });
                }
                Err(because) => passed_over.push(PassedOver {
                    version: candidate.version.clone(),
                    reason: candidate.reason,
                    because,
                }),
            }
        }
        // The bundled version is what it is: its pages were built with it.
        Some(Assigned { manifest: Rc::clone(bundled), reason: Reason::Bundled, passed_over, splits })
    }

    fn judge(
        &self,
        remote: &RemoteName,
        version: &Version,
        release: Option<&Release>,
        now: f64,
    ) -> Result<Rc<VersionManifest>, Because> {
        let manifest = match self.bundled_version(remote, version) {
            Some(bundled) => Rc::clone(bundled),
            None => self.judge_published(remote, version, release, now)?,
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
        now: f64,
    ) -> Result<Rc<VersionManifest>, Because> {
        let published = self.published.borrow();
        let Some(found) = published.get(&(remote.clone(), version.clone())) else {
            let because = self.absence(remote, version, now);
            return Err(Because::Unavailable(because.unwrap_or_else(|| "it was not read yet".to_owned())));
        };
        // The release pins the manifest's bytes, and the manifest pins the files'.
        let registered = release.and_then(|release| release.versions().get(version));
        if registered.is_some_and(|registered| registered.manifest != found.digest) {
            return Err(Because::OtherManifest);
        }
        Ok(Rc::clone(&found.manifest))
    }
}

/// `1.1.0-dev.7`: what the asset build calls a remote whose files differ from what is recorded of its version.
fn is_development(version: &Version) -> bool {
    version.is_prerelease() && version.as_str().contains("dev.")
}
