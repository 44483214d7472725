//! The database of record: all SQL of the shop, one set of it for SQLite and PostgreSQL. Knows no HTTP and no page, and reads no clock:
//! times are arguments, in milliseconds since 1970.
//!
//! | to change | open |
//! | --- | --- |
//! | the address of a database | `address.rs` |
//! | its connections and their settings | `connect.rs` |
//! | a table | a new file in `migrations/`, and its row in `migrate.rs` |
//! | stock and its moves | `stock.rs` |
//! | what a shopper has typed before ordering | `checkout.rs` |
//! | orders, payments, holds | `orders/` |
//! | mails to send | `outbox.rs` |
//! | the merchant's rules, their changes, those of a checkout | `rules.rs` |
//! | what the issuer of the test card knows | `test_card.rs` |
//! | work that one replica does at a time | `lease.rs` |
//! | how far work is behind | `backlog.rs` |
//! | a copy of a SQLite file | `backup.rs` |
//! | how replicas hear of stock that changed | `news.rs` |
//!
//! Both engines read every statement: columns are `BIGINT` and `TEXT`, parameters `$1`, and `tests/` runs each query on both.

pub(crate) mod address;
pub(crate) mod backlog;
pub(crate) mod backup;
pub(crate) mod checkout;
mod connect;
pub(crate) mod lease;
mod migrate;
mod news;
pub(crate) mod orders;
pub(crate) mod outbox;
pub(crate) mod rules;
pub(crate) mod stock;
pub(crate) mod test_card;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyConnection, AnyPool, Transaction};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::address::Engine;
use crate::store::news::News;

/// The longest time for one piece of work: the stock of 300,000 SKUs is read in a few seconds, and a network that swallows packets answers never.
const ANSWER: Duration = Duration::from_secs(15);

/// A database that is open.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pool: AnyPool,
    engine: Engine,
    /// SQLite has one writer at a time, and those who wait for it take turns here: its own waiting is polling, and unfair.
    writer: Arc<Semaphore>,
    /// Places of shoppers' changes that wait or are under way.
    places: Arc<Semaphore>,
    /// News of stock.
    news: News,
    /// The runtime that the connections belong to.
    runtime: Handle,
    /// The lock of the file, which keeps other processes out.
    _lock: Option<Arc<std::fs::File>>,
}

/// A transaction that may write. Dropping it takes everything back.
pub(crate) struct Write {
    transaction: Transaction<'static, sqlx::Any>,
    news: News,
    /// Whether it changes stock.
    changes_stock: bool,
    _turn: Option<OwnedSemaphorePermit>,
}

/// Why the database did not do what was asked. Whether a change was made is known of none of these but refusals of a statement: whoever asks
/// again does so in a way that changes once.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The engine's own error: it cannot be reached, refused a statement, or took too long.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A migration failed, or the schema is not one of this program's.
    #[error("the database cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Another process has the SQLite file.
    #[error("another process has the database `{path}`; SQLite serves one process, PostgreSQL several")]
    InUse {
        /// The path of the file.
        path: String,
    },
    /// The folder or the lock of a SQLite file.
    #[error("cannot open the database `{path}`")]
    File {
        /// The path of the file.
        path: String,
        /// The reason.
        source: std::io::Error,
    },
    /// The database did not answer in time. Work that was under way may be done yet.
    #[error("the database did not answer within {} s", ANSWER.as_secs())]
    TimedOut,
    /// Others changed the same thing at the same time, again and again.
    #[error("others keep changing the same thing")]
    Contended,
    /// The work ended before it was done.
    #[error("work on the database broke off")]
    BrokenOff,
    /// A row that the program's own rules exclude.
    #[error("the database has {what}, which this program never writes")]
    Damaged {
        /// What was found.
        what: String,
    },
}

impl Store {
    /// Begins a transaction that may write.
    pub(crate) async fn write(&self) -> Result<Write, StoreError> {
        let (transaction, turn) = match self.engine {
            Engine::Sqlite => {
                // The semaphore is never closed.
                let turn = Arc::clone(&self.writer).acquire_owned().await.ok();
                // A read that becomes a write fails at once where somebody else wrote in between; this one never was a read.
                (self.pool.begin_with("BEGIN IMMEDIATE").await?, turn)
            }
            Engine::Postgres => (self.pool.begin().await?, None),
        };
        Ok(Write { transaction, news: self.news.clone(), changes_stock: false, _turn: turn })
    }

    /// A place for a change that a shopper asks for, until it is dropped; none where so many wait that this one would come too late.
    pub(crate) fn place_at_the_desk(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Waits until stock may have changed, here or at another replica. One waits at a time, who also looks now and then, since news can be lost.
    pub(crate) async fn stock_news(&self) {
        self.news.heard().await;
    }

    /// Begins a transaction for reads that belong together.
    async fn read(&self) -> Result<Write, StoreError> {
        let transaction = self.pool.begin().await?;
        Ok(Write { transaction, news: self.news.clone(), changes_stock: false, _turn: None })
    }

    /// Does work on the runtime that the connections belong to, whatever runtime the caller is on, and to its end even if the caller goes away or
    /// has waited long enough.
    pub(crate) async fn detached<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let answer = tokio::time::timeout(ANSWER, self.runtime.spawn(work)).await.map_err(|_| StoreError::TimedOut)?;
        answer.map_err(|_| StoreError::BrokenOff)?
    }

    /// Waits for work on a thread that may block. Must not be called on a thread of that runtime.
    pub(crate) fn wait<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        self.runtime.block_on(async { tokio::time::timeout(ANSWER, work).await.map_err(|_| StoreError::TimedOut)? })
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Write {
    /// The connection that the statements of the transaction go through.
    fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// Has everybody who follows stock hear of the change, once it is made.
    fn stock_changes(&mut self) {
        self.changes_stock = true;
    }

    /// Makes everything durable.
    async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await?;
        if self.changes_stock {
            self.news.tell();
        }
        Ok(())
    }
}
