//! The edition that is served at this moment, exchanged as a whole, and the facts that the feed has about it.

use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::HeaderValue;
use catalog::build::Edition;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::observe::metrics::Shown;

/// The number of revisions over one base that are remembered. An edge with an older one requests the changes over the base.
const REMEMBERED: usize = 256;

/// An edition, and since when it is in force.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) edition: Edition,
    /// The revision as a header has it.
    pub(crate) field: HeaderValue,
    /// Milliseconds since 1970.
    pub(crate) since: u64,
    /// The time at which it was loaded, likewise.
    pub(crate) loaded_at: u64,
    /// The number of its last change, where the source numbers them.
    pub(crate) sequence: Option<u64>,
    /// The revisions that were served over the same base before, the latest one last.
    known: VecDeque<String>,
    /// The base, packed; made when it is first asked for, and shared by all editions over it.
    snapshot: Arc<OnceLock<Bytes>>,
}

/// The one that is held now.
#[derive(Debug)]
pub(crate) struct Holder(RwLock<Arc<Held>>);

impl Held {
    pub(crate) fn first(edition: Edition, since: u64, now: u64) -> Held {
        Held {
            field: field(&edition),
            edition,
            since,
            loaded_at: now,
            sequence: None,
            known: VecDeque::new(),
            snapshot: Arc::default(),
        }
    }

    /// The one that follows this one.
    pub(crate) fn next(&self, edition: Edition, since: u64, now: u64) -> Held {
        if edition.base_revision() != self.edition.base_revision() {
            return Held::first(edition, since, now);
        }
        let mut known = self.known.clone();
        known.push_back(self.revision().to_owned());
        if known.len() > REMEMBERED {
            known.pop_front();
        }
        let snapshot = Arc::clone(&self.snapshot);
        Held { field: field(&edition), edition, since, loaded_at: now, sequence: None, known, snapshot }
    }

    /// The same, in force since another time.
    pub(crate) fn again(&self, since: u64) -> Held {
        Held {
            edition: self.edition.clone(),
            field: self.field.clone(),
            since,
            loaded_at: self.loaded_at,
            sequence: self.sequence,
            known: self.known.clone(),
            snapshot: Arc::clone(&self.snapshot),
        }
    }

    /// The same, at a position of a source that numbers its changes.
    pub(crate) fn at(self, sequence: Option<u64>) -> Held {
        Held { sequence, ..self }
    }

    pub(crate) fn revision(&self) -> &str {
        self.edition.catalog().revision()
    }

    /// The edition as the metrics show it.
    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown {
            revision: self.revision(),
            products: self.edition.catalog().len(),
            changed: self.edition.changed(),
            since: Duration::from_millis(self.since),
        }
    }

    /// Whether a revision was served over this base.
    pub(crate) fn knows(&self, revision: &str) -> bool {
        revision == self.edition.base_revision() || self.known.iter().any(|known| known == revision)
    }

    /// The base, packed with gzip. Takes a second for 100,000 products, once.
    pub(crate) fn snapshot(&self) -> Bytes {
        let pack = || {
            let base = self.edition.base();
            let mut packer = GzEncoder::new(Vec::with_capacity(base.len() / 2), Compression::default());
            // Writing into memory cannot fail.
            let _ = packer.write_all(base);
            packer.finish().unwrap_or_default().into()
        };
        self.snapshot.get_or_init(pack).clone()
    }
}

/// A revision has hexadecimal digits, which a header can carry.
fn field(edition: &Edition) -> HeaderValue {
    HeaderValue::from_str(edition.catalog().revision()).unwrap_or(HeaderValue::from_static(""))
}

impl Holder {
    pub(crate) fn new(held: Held) -> Holder {
        Holder(RwLock::new(Arc::new(held)))
    }

    pub(crate) fn get(&self) -> Arc<Held> {
        // Nothing is ever half done under this lock.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set(&self, held: Held) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
    }
}
