//! The rules of tax, shipping and discounts by which orders were priced, each edition once.

use crate::store::{Store, StoreError};

impl Store {
    /// Keeps an edition of the rules under its revision. One that is kept already stays as it is.
    pub(crate) async fn keep_rules(&self, revision: &str, document: &str, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "INSERT INTO rules (revision, document, since) VALUES ($1, $2, $3) ON CONFLICT (revision) DO NOTHING",
        );
        query.bind(revision).bind(document).bind(now).execute(write.connection()).await?;
        write.commit().await
    }
}
