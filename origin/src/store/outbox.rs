//! Mails to send. A mail is written in the transaction of what it tells of, and taken before a server is spoken to, so that none is sent twice.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::store::{Store, StoreError};

/// The mails about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mail {
    /// It is binding.
    Received,
    /// Its money has come.
    Paid,
    /// It is on its way.
    Shipped,
    /// Money goes back.
    Refunded,
    /// It was cancelled.
    Cancelled,
    /// The shopper withdrew from the contract.
    Withdrawn,
}

/// A mail that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// Order and event.
    pub(crate) id: String,
    pub(crate) order: String,
    pub(crate) kind: Mail,
    /// How often it was tried before.
    pub(crate) tries: i64,
}

/// How sending a mail ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A server has it.
    Sent,
    /// No server has it: it is due again at this time.
    Again(i64),
    /// A server will never take it.
    Refused,
    /// A server may have it.
    Unsure,
}

impl Mail {
    const ALL: [(Mail, &'static str); 6] = [
        (Mail::Received, "received"),
        (Mail::Paid, "paid"),
        (Mail::Shipped, "shipped"),
        (Mail::Refunded, "refunded"),
        (Mail::Cancelled, "cancelled"),
        (Mail::Withdrawn, "withdrawn"),
    ];

    /// The name in the database.
    pub(crate) fn name(self) -> &'static str {
        Mail::ALL.iter().find(|(mail, _)| *mail == self).map_or("", |(_, name)| name)
    }
}

impl Store {
    /// Mails that are due, the first first.
    pub(crate) async fn due_mails(&self, now: i64, limit: i64) -> Result<Vec<Due>, StoreError> {
        let query = sqlx::query(
            "SELECT id, order_id, kind, tries FROM outbox WHERE state = 'due' AND due_at <= $1 ORDER BY due_at, id LIMIT $2",
        );
        query.bind(now).bind(limit).fetch_all(&self.pool).await?.iter().map(due).collect()
    }

    /// Takes a mail to send it, with the hash of a new key for its link. Whether it is this process that has it.
    pub(crate) async fn take_mail(&self, due: &Due, key_hash: &str, now: i64) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let query = sqlx::query(
            "UPDATE outbox SET state = 'sending', tries = tries + 1, changed_at = $1 WHERE id = $2 AND state = 'due'",
        );
        let taken = query.bind(now).bind(&due.id).execute(write.connection()).await?.rows_affected() == 1;
        if taken {
            let query = sqlx::query("INSERT INTO order_key (hash, order_id, made_at) VALUES ($1, $2, $3)");
            query.bind(key_hash).bind(&due.order).bind(now).execute(write.connection()).await?;
        }
        write.commit().await?;
        Ok(taken)
    }

    /// Notes how sending a mail ended.
    pub(crate) async fn end_mail(&self, id: &str, ended: Ended, now: i64) -> Result<(), StoreError> {
        let (state, due_at) = match ended {
            Ended::Sent => ("sent", now),
            Ended::Again(at) => ("due", at),
            Ended::Refused => ("refused", now),
            Ended::Unsure => ("unsure", now),
        };
        let mut write = self.write().await?;
        let query = sqlx::query(
            "UPDATE outbox SET state = $1, due_at = $2, changed_at = $3 WHERE id = $4 AND state = 'sending'",
        );
        query.bind(state).bind(due_at).bind(now).bind(id).execute(write.connection()).await?;
        write.commit().await
    }

    /// Mails whose process ended while it sent them, before a time: nobody knows whether a server has them. Gives how many.
    pub(crate) async fn give_up_mails(&self, before: i64, now: i64) -> Result<u64, StoreError> {
        let query =
            sqlx::query("SELECT id FROM outbox WHERE state = 'sending' AND changed_at < $1 LIMIT 1").bind(before);
        if query.fetch_optional(&self.pool).await?.is_none() {
            return Ok(0);
        }
        let mut write = self.write().await?;
        let query = sqlx::query(
            "UPDATE outbox SET state = 'unsure', changed_at = $1 WHERE state = 'sending' AND changed_at < $2",
        );
        let given_up = query.bind(now).bind(before).execute(write.connection()).await?.rows_affected();
        write.commit().await?;
        Ok(given_up)
    }
}

fn due(row: &AnyRow) -> Result<Due, StoreError> {
    let kind: String = row.try_get("kind")?;
    let known = Mail::ALL.iter().find(|(_, name)| *name == kind).map(|(mail, _)| *mail);
    Ok(Due {
        id: row.try_get("id")?,
        order: row.try_get("order_id")?,
        kind: known.ok_or_else(|| StoreError::Damaged { what: format!("the mail `{kind}`") })?,
        tries: row.try_get("tries")?,
    })
}
