//! Events of payment providers that were applied.

use crate::store::{Store, StoreError};

impl Store {
    /// Whether an event was applied.
    pub(crate) async fn knows_event(&self, provider: &str, id: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT id FROM provider_event WHERE provider = $1 AND id = $2");
        Ok(query.bind(provider).bind(id).fetch_optional(&self.pool).await?.is_some())
    }

    /// Notes that an event was applied.
    pub(crate) async fn note_event(&self, provider: &str, id: &str, now: i64) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "INSERT INTO provider_event (provider, id, received_at) VALUES ($1, $2, $3)
             ON CONFLICT (provider, id) DO NOTHING",
        );
        query.bind(provider).bind(id).bind(now).execute(write.connection()).await?;
        write.commit().await
    }
}
