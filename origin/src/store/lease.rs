//! Work that one process does at a time, whichever: a lease that it renews, and that another one takes over when it is not renewed.

use crate::store::{Store, StoreError};

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
