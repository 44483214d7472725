//! The other side of the test card: what an issuer would know of each payment. It lives in the database so that it outlives the process, as a
//! provider's knowledge does.

use commerce::Standing;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::{Store, StoreError, Write};

/// A payment by test card, as its issuer knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
    /// The id of the payment.
    pub(crate) id: String,
    pub(crate) card: String,
    /// In minor units.
    pub(crate) amount: i64,
    pub(crate) standing: Standing,
    pub(crate) refunded: i64,
    /// From when on it is paid; 0 for a payment that does not pay by itself.
    pub(crate) pays_at: i64,
}

impl Store {
    /// Begins a payment, once; one that has begun stays as it is. Gives it as it is afterwards.
    pub(crate) async fn begin_charge(&self, charge: &Charge) -> Result<Charge, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "INSERT INTO test_card (id, card, amount, standing, refunded, pays_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO NOTHING",
        );
        let query = query.bind(&charge.id).bind(&charge.card).bind(charge.amount).bind(charge.standing.name());
        query.bind(charge.refunded).bind(charge.pays_at).execute(write.connection()).await?;
        let found = write.charge(&charge.id).await?;
        write.commit().await?;
        Ok(found.unwrap_or_else(|| charge.clone()))
    }

    /// A payment; `None` for one that has never begun.
    pub(crate) async fn charge(&self, id: &str) -> Result<Option<Charge>, StoreError> {
        self.read().await?.charge(id).await
    }

    /// Ends a payment that is pending. Gives it as it is afterwards.
    pub(crate) async fn end_charge(&self, id: &str, standing: Standing) -> Result<Option<Charge>, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE test_card SET standing = $1 WHERE id = $2 AND standing = $3");
        let query = query.bind(standing.name()).bind(id).bind(Standing::Pending.name());
        query.execute(write.connection()).await?;
        let found = write.charge(id).await?;
        write.commit().await?;
        Ok(found)
    }

    /// Sends money back, once for an id. Gives the payment as it is afterwards.
    pub(crate) async fn refund_charge(
        &self,
        id: &str,
        refund: &str,
        amount: i64,
    ) -> Result<Option<Charge>, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "INSERT INTO test_card_refund (id, card_payment, amount) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        );
        let query = query.bind(refund).bind(id).bind(amount);
        if query.execute(write.connection()).await?.rows_affected() == 1 {
            let query = sqlx::query("UPDATE test_card SET refunded = refunded + $1 WHERE id = $2");
            query.bind(amount).bind(id).execute(write.connection()).await?;
        }
        let found = write.charge(id).await?;
        write.commit().await?;
        Ok(found)
    }
}

impl Write {
    async fn charge(&mut self, id: &str) -> Result<Option<Charge>, StoreError> {
        let query =
            sqlx::query("SELECT id, card, amount, standing, refunded, pays_at FROM test_card WHERE id = $1").bind(id);
        query.fetch_optional(self.connection()).await?.map(|row| charge(&row)).transpose()
    }
}

fn charge(row: &AnyRow) -> Result<Charge, StoreError> {
    let standing: String = row.try_get("standing")?;
    Ok(Charge {
        id: row.try_get("id")?,
        card: row.try_get("card")?,
        amount: row.try_get("amount")?,
        standing: standing.parse().map_err(|_| StoreError::Damaged { what: format!("the standing `{standing}`") })?,
        refunded: row.try_get("refunded")?,
        pays_at: row.try_get("pays_at")?,
    })
}
