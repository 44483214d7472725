//! Stock as the catalog follows it: the book of stock is in the database of record, and the catalog's own numbers are where it begins.
//! Blocks while it asks the database, so its callers are threads that may block.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use catalog::build::Products;

use crate::clock;
use crate::store::stock::Level;
use crate::store::{Store, StoreError};

/// How far a look at the changes reaches back behind the look before: longer than a transaction takes, and than clocks of replicas differ.
const OVERLAP: i64 = 30_000;

/// How many SKUs are entered within one limit of time.
const PART: usize = 10_000;

/// The time after which all levels are read again, for changes that came late all the same.
const WHOLE: Duration = Duration::from_mins(10);

/// The book of stock.
#[derive(Debug)]
pub(crate) struct Book {
    store: Store,
    seen: Mutex<Seen>,
}

/// What can be sold, by SKU, and since when the book says so, in milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Levels {
    pub(crate) available: BTreeMap<String, u32>,
    pub(crate) since: u64,
    /// When they were asked for, and whether all were.
    asked: (i64, bool),
}

/// How far the changes have been read.
#[derive(Debug)]
struct Seen {
    since: i64,
    whole: Instant,
}

impl Book {
    pub(crate) fn new(store: Store) -> Book {
        Book { store, seen: Mutex::new(Seen { since: 0, whole: Instant::now() }) }
    }

    /// The products with the stock of the book, in which those that are new are entered first.
    ///
    /// With it comes the time of the book's last change: replicas with one file and one book say the same of it, whenever they started.
    pub(crate) fn applied(&self, products: Products) -> Result<(Products, u64), StoreError> {
        let since = clock::now().saturating_sub(OVERLAP);
        let mut levels = self.levels(0)?;
        let counted: Vec<(&str, u32)> =
            products.counted().filter(|(sku, _)| !levels.available.contains_key(*sku)).collect();
        if !counted.is_empty() {
            let added = self.count(&counted)?;
            tracing::info!(skus = added, "stock counted");
            // Another replica may have entered them at the same moment, with the numbers of another file.
            levels = self.levels(0)?;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Seen { since, whole: Instant::now() };
        Ok((products.with_stock(|sku| levels.available.get(sku).copied()), levels.since))
    }

    /// What can be sold of the SKUs whose stock changed since the levels that were put in force last, and of some that did not.
    pub(crate) fn changed(&self) -> Result<Levels, StoreError> {
        let since = {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.whole.elapsed() >= WHOLE { 0 } else { seen.since }
        };
        self.levels(since)
    }

    /// Notes that these levels are in force.
    pub(crate) fn applied_until(&self, levels: &Levels) {
        let (asked, is_whole) = levels.asked;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.since = asked.saturating_sub(OVERLAP);
        if is_whole {
            seen.whole = Instant::now();
        }
    }

    /// Waits until stock may have changed, here or at another replica. One waits at a time.
    pub(crate) async fn news(&self) {
        self.store.stock_news().await;
    }

    /// Whether the book can be read now.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.levels(i64::MAX).map(drop)
    }

    /// Enters SKUs, part by part, so that none has to be quick because of the others.
    fn count(&self, counted: &[(&str, u32)]) -> Result<u64, StoreError> {
        let parts = counted.chunks(PART).map(|part| self.store.wait(self.store.count(part, clock::now())));
        parts.sum()
    }

    fn levels(&self, since: i64) -> Result<Levels, StoreError> {
        let asked = (clock::now(), since == 0);
        let levels = self.store.wait(self.store.levels_since(since))?;
        let latest = levels.last().map_or(0, |level| level.changed_at);
        let available = |level: Level| {
            let available = level.available();
            (level.sku, available)
        };
        let since = u64::try_from(latest).unwrap_or_default();
        Ok(Levels { available: levels.into_iter().map(available).collect(), since, asked })
    }
}
