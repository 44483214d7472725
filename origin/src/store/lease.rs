//! Work that one process does at a time, whichever: a lease that it renews, and that another one takes over when it is not renewed.

use crate::store::{Store, StoreError};

/// How long a lease holds without being renewed, in milliseconds.
const LEASE: i64 = 15_000;

/// The least that is left of a lease whose turn it is, in milliseconds: longer than any piece of work.
const LEFT: i64 = 12_000;

/// A process that takes its turns at a piece of work.
#[derive(Debug)]
pub(crate) struct Turns {
    store: Store,
    name: &'static str,
    holder: String,
    held_until: i64,
}

impl Turns {
    /// Turns at the work of a name, for a holder whose name nobody else has.
    pub(crate) fn new(store: Store, name: &'static str, holder: String) -> Turns {
        Turns { store, name, holder, held_until: 0 }
    }

    /// Whether it is this process's turn for a piece of work of 12 s at most. Renews the lease where less is left.
    pub(crate) async fn is_mine(&mut self, now: i64) -> Result<bool, StoreError> {
        if self.held_until - now < LEFT {
            let is_held = self.store.lease(self.name, &self.holder, now, now + LEASE).await?;
            self.held_until = if is_held { now + LEASE } else { 0 };
        }
        Ok(now < self.held_until)
    }
}

impl Store {
    /// Takes or renews a lease until a time. Whether this holder has it.
    pub(crate) async fn lease(&self, name: &str, holder: &str, now: i64, until: i64) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE
             SET holder = excluded.holder, until = excluded.until WHERE lease.holder = excluded.holder OR lease.until < $4",
        );
        let query = query.bind(name).bind(holder).bind(until).bind(now);
        let taken = query.execute(write.connection()).await?.rows_affected();
        write.commit().await?;
        Ok(taken == 1)
    }
}
