//! The rules of tax, shipping and discounts: every edition once, the changes that put one in force, and the edition of each checkout.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::store::{Store, StoreError};

/// The reason of a change that `shop.toml` made.
pub(crate) const FILE: &str = "shop.toml";

/// A change of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RulesChange {
    /// Counted from 1.
    pub(crate) serial: i64,
    /// The edition in force from then on.
    pub(crate) revision: String,
    /// Who made it; empty for `shop.toml`.
    pub(crate) staff: String,
    pub(crate) reason: String,
    pub(crate) at: i64,
}

/// Rules to put in force.
#[derive(Clone, Debug)]
pub(crate) struct NewRules {
    pub(crate) revision: String,
    /// As JSON.
    pub(crate) document: String,
    /// The revision that they are to follow; `None` for any.
    pub(crate) base: Option<String>,
    pub(crate) staff: String,
    pub(crate) reason: String,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    /// They are in force.
    Changed,
    /// They were in force already.
    Same,
    /// Somebody else changed the rules in between.
    Conflict,
}

/// How often a change is tried whose number another replica takes meanwhile.
const TRIES: usize = 5;

const LATEST: &str =
    "SELECT serial, revision, staff, reason, changed_at FROM rules_change ORDER BY serial DESC LIMIT 1";

impl Store {
    /// Keeps the rules of `shop.toml`, and puts them in force where they are new to this database or nothing else is in force. A file that was
    /// in force before, and that the office or a later file has replaced, stays replaced.
    pub(crate) async fn seed_rules(&self, revision: &str, document: &str, now: i64) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let mut write = self.write().await?;
            let is_new = keep(write.connection(), revision, document, now).await?;
            let before = latest(write.connection()).await?;
            if is_new || before.is_none() {
                let serial = before.map_or(1, |before| before.serial + 1);
                let (staff, reason) = (String::new(), FILE.to_owned());
                let change = RulesChange { serial, revision: revision.to_owned(), staff, reason, at: now };
                if !enter(write.connection(), &change).await? {
                    // Kept without a change, the file would count as known for ever: all of it is taken back.
                    continue;
                }
            }
            return write.commit().await;
        }
        Err(StoreError::Contended)
    }

    /// Puts rules in force.
    pub(crate) async fn put_rules(&self, new: &NewRules, now: i64) -> Result<Put, StoreError> {
        for _ in 1..TRIES {
            match self.try_put_rules(new, now).await? {
                // Those that follow any others follow the ones that came in between.
                Put::Conflict if new.base.is_none() => {}
                put => return Ok(put),
            }
        }
        self.try_put_rules(new, now).await
    }

    async fn try_put_rules(&self, new: &NewRules, now: i64) -> Result<Put, StoreError> {
        let mut write = self.write().await?;
        let before = latest(write.connection()).await?;
        if before.as_ref().is_some_and(|before| before.revision == new.revision) {
            return Ok(Put::Same);
        }
        let is_base = |base: &String| before.as_ref().is_some_and(|before| before.revision == *base);
        if !new.base.as_ref().is_none_or(is_base) {
            return Ok(Put::Conflict);
        }
        keep(write.connection(), &new.revision, &new.document, now).await?;
        let serial = before.map_or(1, |before| before.serial + 1);
        let NewRules { revision, staff, reason, .. } = new.clone();
        if !enter(write.connection(), &RulesChange { serial, revision, staff, reason, at: now }).await? {
            return Ok(Put::Conflict);
        }
        write.commit().await?;
        Ok(Put::Changed)
    }

    /// The change that put the rules of now in force.
    pub(crate) async fn rules_in_force(&self) -> Result<Option<RulesChange>, StoreError> {
        sqlx::query(LATEST).fetch_optional(&self.pool).await?.map(|row| change(&row)).transpose()
    }

    /// The last changes, the latest first.
    pub(crate) async fn rules_changes(&self, limit: u32) -> Result<Vec<RulesChange>, StoreError> {
        let query = sqlx::query(
            "SELECT serial, revision, staff, reason, changed_at FROM rules_change ORDER BY serial DESC LIMIT $1",
        );
        query.bind(i64::from(limit)).fetch_all(&self.pool).await?.iter().map(change).collect()
    }

    /// The document of an edition, as JSON.
    pub(crate) async fn rules_document(&self, revision: &str) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("SELECT document FROM rules WHERE revision = $1").bind(revision);
        Ok(query.fetch_optional(&self.pool).await?.map(|row| row.try_get("document")).transpose()?)
    }

    /// When another edition took the place of this one, in milliseconds since 1970; none while it is in force, or where it never was.
    pub(crate) async fn rules_replaced_at(&self, revision: &str) -> Result<Option<i64>, StoreError> {
        let query = sqlx::query(
            "SELECT MIN(changed_at) AS replaced FROM rules_change
             WHERE serial > (SELECT MAX(serial) FROM rules_change WHERE revision = $1)",
        );
        Ok(query.bind(revision).fetch_one(&self.pool).await?.try_get("replaced")?)
    }

    /// Notes the edition by which a checkout was priced for its shopper.
    pub(crate) async fn note_rules(&self, checkout: &str, revision: &str) -> Result<(), StoreError> {
        if self.rules_of_checkout(checkout).await? == revision {
            return Ok(());
        }
        let mut write = self.write().await?;
        let query = sqlx::query("UPDATE checkout SET rules = $1 WHERE id = $2").bind(revision).bind(checkout);
        query.execute(write.connection()).await?;
        write.commit().await
    }

    /// The edition by which a checkout was priced last; empty for none.
    pub(crate) async fn rules_of_checkout(&self, checkout: &str) -> Result<String, StoreError> {
        let query = sqlx::query("SELECT rules FROM checkout WHERE id = $1").bind(checkout);
        let found = query.fetch_optional(&self.pool).await?.map(|row| row.try_get("rules")).transpose()?;
        Ok(found.unwrap_or_default())
    }
}

async fn latest(connection: &mut AnyConnection) -> Result<Option<RulesChange>, StoreError> {
    sqlx::query(LATEST).fetch_optional(connection).await?.map(|row| change(&row)).transpose()
}

/// Keeps an edition under its revision. Returns whether it was not there before.
async fn keep(connection: &mut AnyConnection, revision: &str, document: &str, now: i64) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "INSERT INTO rules (revision, document, since) VALUES ($1, $2, $3) ON CONFLICT (revision) DO NOTHING",
    );
    let kept = query.bind(revision).bind(document).bind(now).execute(connection).await?;
    Ok(kept.rows_affected() > 0)
}

/// Enters a change. Returns whether nobody else has taken its number.
async fn enter(connection: &mut AnyConnection, change: &RulesChange) -> Result<bool, StoreError> {
    let query = sqlx::query(
        "INSERT INTO rules_change (serial, revision, staff, reason, changed_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (serial) DO NOTHING",
    );
    let query = query.bind(change.serial).bind(&change.revision).bind(&change.staff).bind(&change.reason);
    Ok(query.bind(change.at).execute(connection).await?.rows_affected() > 0)
}

fn change(row: &AnyRow) -> Result<RulesChange, StoreError> {
    Ok(RulesChange {
        serial: row.try_get("serial")?,
        revision: row.try_get("revision")?,
        staff: row.try_get("staff")?,
        reason: row.try_get("reason")?,
        at: row.try_get("changed_at")?,
    })
}
