//! The counted codes of orders. A code is in use from the placing of its order until the order expires or is cancelled, and again with a late
//! payment; `code_count` never exceeds its limit.

use sqlx::Row as _;

use crate::store::orders::place::Draft;
use crate::store::{StoreError, Write};

impl Write {
    /// Counts one use of each code of a new order. Whether all of them may be used once more.
    pub(super) async fn use_codes(&mut self, draft: &Draft) -> Result<bool, StoreError> {
        for (code, limits) in &draft.codes {
            let most = limits.uses.map_or(i64::MAX, i64::from);
            let customer =
                if limits.is_once_per_customer { draft.contact.email.to_lowercase() } else { draft.id.clone() };
            let query = sqlx::query("INSERT INTO order_code (order_id, code, customer, most) VALUES ($1, $2, $3, $4)");
            let query = query.bind(&draft.id).bind(code.as_str()).bind(&customer).bind(most);
            query.execute(self.connection()).await?;
            if !self.use_code(&draft.id, code.as_str(), &customer, most).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The same for an order whose codes were given back, by the limits of then.
    pub(super) async fn use_codes_again(&mut self, order: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT code, customer, most FROM order_code WHERE order_id = $1").bind(order);
        let mut codes: Vec<(String, String, i64)> = Vec::new();
        for row in query.fetch_all(self.connection()).await? {
            codes.push((row.try_get("code")?, row.try_get("customer")?, row.try_get("most")?));
        }
        // In one sequence everywhere, so that two who use the same ones do not wait for each other.
        codes.sort();
        for (code, customer, most) in codes {
            if !self.use_code(order, &code, &customer, most).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn use_code(&mut self, order: &str, code: &str, customer: &str, most: i64) -> Result<bool, StoreError> {
        let query = sqlx::query("INSERT INTO code_count (code, used) VALUES ($1, 0) ON CONFLICT (code) DO NOTHING");
        query.bind(code).execute(self.connection()).await?;
        let query = sqlx::query("UPDATE code_count SET used = used + 1 WHERE code = $1 AND used < $2");
        let counted = query.bind(code).bind(most).execute(self.connection()).await?.rows_affected();
        let query = sqlx::query(
            "INSERT INTO code_use (code, customer, order_id) VALUES ($1, $2, $3) ON CONFLICT (code, customer) DO NOTHING",
        );
        let noted = query.bind(code).bind(customer).bind(order).execute(self.connection()).await?.rows_affected();
        Ok(counted == 1 && noted == 1)
    }

    /// Gives back the uses of an order's codes.
    pub(super) async fn give_codes_back(&mut self, order: &str) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM code_use WHERE order_id = $1 RETURNING code").bind(order);
        let mut codes = Vec::new();
        for row in query.fetch_all(self.connection()).await? {
            codes.push(row.try_get::<String, _>("code")?);
        }
        codes.sort();
        for code in codes {
            let query = sqlx::query("UPDATE code_count SET used = used - 1 WHERE code = $1");
            query.bind(code).execute(self.connection()).await?;
        }
        Ok(())
    }
}
