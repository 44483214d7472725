//! The current edition of the catalog: the bundled one, or a newer one of the origin of record. Holds the base and the changes
//! over it, and replaces the pair as a whole or not at all. Sends no request; the host's feed does.

pub mod trouble;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use catalog::{Catalog, Currency};

use crate::catalog::trouble::Trouble;

/// How the origin of record is followed. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// How long after an answer it is asked again, give or take a quarter.
    pub every: f64,
    /// Longest time that one answer may take.
    pub timeout: f64,
    /// After this long without an answer prices and stock count as unconfirmed.
    pub stale: f64,
}

/// Where the origin of record is, and how it knows the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `scheme://host[:port]`.
    pub url: String,
    /// The secret that the shop shows, if the origin asks for one.
    pub secret: Option<String>,
}

/// A time of the origin that is further ahead of this clock is ignored, in milliseconds.
const AHEAD_LIMIT: f64 = 60_000.0;

/// The catalog of this isolate.
#[derive(Debug)]
pub struct Catalogs {
    /// `None` where there is no origin of record.
    pace: Option<Pace>,
    served: RefCell<Served>,
    following: RefCell<Following>,
    /// Whether the cache of this location was asked; once in an isolate's life.
    pub cache_was_asked: Cell<bool>,
}

/// The edition that responses come from.
#[derive(Debug)]
struct Served {
    base: Rc<Catalog>,
    /// The base itself where there are no changes.
    catalog: Rc<Catalog>,
    revision: Rc<str>,
    /// As they came; empty for none.
    changes: Vec<u8>,
    is_bundled: bool,
}

#[derive(Debug, Default)]
struct Following {
    /// When this isolate answered its first request.
    began_at: Option<f64>,
    /// When the origin last confirmed what is served.
    confirmed_at: Option<f64>,
    asking_since: Option<f64>,
    next_at: f64,
    error: Option<Trouble>,
    /// When what is served came into force, by the origin's clock; 0 for what was bundled.
    in_force_since: f64,
    /// The revision that was left for other isolates, and when.
    kept: Option<(Rc<str>, f64)>,
}

/// Prices and stock that nobody has confirmed for too long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lapse {
    /// When they last were; `None` if this isolate never heard of it.
    pub(crate) since: Option<f64>,
}

/// The state that `/health/ready` lists.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub(crate) base: String,
    pub(crate) is_bundled: bool,
    /// Milliseconds since the last confirmation.
    pub(crate) age: Option<f64>,
    pub(crate) is_unconfirmed: bool,
    pub(crate) error: Option<Trouble>,
}

/// A pair of base and changes, checked and ready to be served.
#[derive(Debug)]
pub struct Edition {
    /// `None` for the base that is served already.
    pub base: Option<Rc<Catalog>>,
    /// Empty for none.
    pub changes: Vec<u8>,
    /// The revision of both together, as the origin names it.
    pub revision: String,
}

impl Catalogs {
    pub(crate) fn new(bundled: Catalog, pace: Option<Pace>) -> Self {
        let base = Rc::new(bundled);
        let served = Served {
            revision: base.revision().into(),
            catalog: Rc::clone(&base),
            base,
            changes: Vec::new(),
            is_bundled: true,
        };
        Self { pace, served: RefCell::new(served), following: RefCell::default(), cache_was_asked: Cell::new(false) }
    }

    /// The catalog that responses come from at this moment.
    pub fn current(&self) -> Rc<Catalog> {
        Rc::clone(&self.served.borrow().catalog)
    }

    /// Its revision, as headers and keys name it.
    pub fn revision(&self) -> Rc<str> {
        Rc::clone(&self.served.borrow().revision)
    }

    /// The revision of the base that is served, without its changes.
    pub fn base_revision(&self) -> String {
        self.served.borrow().base.revision().to_owned()
    }

    /// The same as a part of the key of a page.
    pub(crate) fn base(&self) -> Rc<str> {
        self.served.borrow().base.revision().into()
    }

    /// How the origin is followed, if it is.
    pub fn pace(&self) -> Option<&Pace> {
        self.pace.as_ref()
    }

    /// Whether the origin is to be asked at `now`.
    pub(crate) fn is_due(&self, now: f64) -> bool {
        let Some(pace) = &self.pace else { return false };
        let following = self.following.borrow();
        // Two questions may lie behind one answer, and a snapshot takes its time.
        let is_asking = following.asking_since.is_some_and(|at| now - at < 4.0 * pace.timeout && at <= now);
        // A clock that was set back asks at once.
        let is_early = now < following.next_at && following.next_at - now <= 2.0 * pace.every;
        !is_asking && !is_early
    }

    /// Whether the caller is to ask the origin at `now`: true once, and again when the response is in or overdue.
    pub fn begin(&self, now: f64) -> bool {
        let is_due = self.is_due(now);
        let mut following = self.following.borrow_mut();
        following.began_at.get_or_insert(now);
        if is_due {
            following.asking_since = Some(now);
        }
        is_due
    }

    /// Whether prices and stock have gone unconfirmed for too long.
    pub(crate) fn unconfirmed(&self, now: f64) -> Option<Lapse> {
        let pace = self.pace.as_ref()?;
        let following = self.following.borrow();
        let last = following.confirmed_at.or(following.began_at)?;
        (now - last > pace.stale).then_some(Lapse { since: following.confirmed_at })
    }

    /// Whether what is in force since `since` by the origin's clock may take the place of what is served: never what is older.
    pub fn judge(&self, revision: &str, since: f64) -> Result<(), Trouble> {
        let in_force_since = self.following.borrow().in_force_since;
        if since < in_force_since && *self.revision() != *revision {
            return Err(Trouble::older(revision));
        }
        Ok(())
    }

    /// Serves another edition, if it is what it should be; else what was served before. Between two bases both are in memory.
    pub fn take(&self, edition: Edition) -> Result<(), Trouble> {
        let Edition { base, changes, revision } = edition;
        let mut served = self.served.borrow_mut();
        let is_new_base = base.is_some();
        let currency = served.base.currency();
        let base = base.unwrap_or_else(|| Rc::clone(&served.base));
        if !is_new_base {
            // An index of 100,000 products has 20 MB: the old changes go before the new ones are laid over the base.
            served.catalog = Rc::clone(&base);
        }
        match lay(&base, &changes, &revision, currency) {
            Ok(catalog) => {
                let is_bundled = served.is_bundled && !is_new_base;
                *served = Served { base, catalog, revision: revision.into(), changes, is_bundled };
                Ok(())
            }
            Err(error) => {
                if !is_new_base {
                    let before = served.revision.to_string();
                    // They were laid over this base before, with the same outcome.
                    if let Ok(catalog) = lay(&base, &served.changes, &before, base.currency()) {
                        served.catalog = catalog;
                    }
                }
                Err(error)
            }
        }
    }

    /// The origin has confirmed what is served now, at `at`.
    pub fn confirm(&self, at: f64, since: f64, now: f64) {
        let mut following = self.following.borrow_mut();
        following.confirmed_at = Some(at);
        // A clock that runs far ahead would shut out every honest answer after it.
        if since <= now + AHEAD_LIMIT {
            following.in_force_since = since;
        }
    }

    /// The question is over. `chance` lies between 0 and 1. Returns what was wrong before and is now.
    pub fn end(&self, error: Option<Trouble>, now: f64, chance: f64) -> (Option<Trouble>, Option<Trouble>) {
        let mut following = self.following.borrow_mut();
        let every = self.pace.as_ref().map_or(0.0, |pace| pace.every);
        following.asking_since = None;
        following.next_at = now + every * (0.75 + chance / 2.0);
        let before = std::mem::replace(&mut following.error, error);
        (before, following.error.clone())
    }

    /// Whether this revision is to be left for others at `now`: if it is another one, or the last time was `every` ago.
    pub fn is_to_be_kept(&self, revision: &Rc<str>, now: f64, every: f64) -> bool {
        let mut following = self.following.borrow_mut();
        let is_there = following.kept.as_ref().is_some_and(|(kept, at)| kept == revision && now - at < every);
        if !is_there {
            following.kept = Some((Rc::clone(revision), now));
        }
        !is_there
    }

    /// The edition that other isolates may go on from: base, changes, when they were confirmed, and since when they are in force.
    pub fn kept(&self) -> Option<(String, Vec<u8>, f64, f64)> {
        let (served, following) = (self.served.borrow(), self.following.borrow());
        Some((
            served.base.revision().to_owned(),
            served.changes.clone(),
            following.confirmed_at?,
            following.in_force_since,
        ))
    }

    pub(crate) fn standing(&self, now: f64) -> Standing {
        let is_unconfirmed = self.unconfirmed(now).is_some();
        let (served, following) = (self.served.borrow(), self.following.borrow());
        Standing {
            base: served.base.revision().to_owned(),
            is_bundled: served.is_bundled,
            age: following.confirmed_at.map(|at| (now - at).max(0.0)),
            is_unconfirmed,
            error: following.error.clone(),
        }
    }
}

fn lay(base: &Rc<Catalog>, changes: &[u8], revision: &str, currency: Currency) -> Result<Rc<Catalog>, Trouble> {
    let catalog = if changes.is_empty() {
        Rc::clone(base)
    } else {
        Rc::new(base.with_changes(changes).map_err(|error| Trouble::refused(&error.to_string()))?)
    };
    if catalog.currency() != currency {
        let (found, own) = (catalog.currency().code(), currency.code());
        return Err(Trouble::refused(&format!("its prices are in {found}, those of this shop in {own}")));
    }
    if catalog.revision() != revision {
        return Err(Trouble::refused(&format!("it is the revision `{}`, not `{revision}`", catalog.revision())));
    }
    Ok(catalog)
}

#[cfg(test)]
mod tests;
