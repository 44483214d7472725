//! How a database is opened: its connections, their settings, and the lock that keeps other processes out of a file.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::store::address::{Address, Engine};
use crate::store::news::News;
use crate::store::{Store, StoreError, migrate};

/// The most connections of a process.
const CONNECTIONS: u32 = 16;

/// The changes of shoppers that may wait or be under way. A machine that places 100 orders a second does so many in little more than a second,
/// and the edge gives up after three.
const PLACES: usize = 128;

/// The longest wait for a connection.
const PATIENCE: Duration = Duration::from_millis(2_500);

impl Store {
    /// Opens a database and brings it up to date. A SQLite file that is missing is created, its folder too.
    pub(crate) async fn open(address: &Address) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let (engine, url, lock) = match address {
            Address::Sqlite(path) => {
                let path = std::path::absolute(path).map_err(|source| file(path, source))?;
                let lock = lock(&path)?;
                let not_text = || std::io::Error::new(std::io::ErrorKind::InvalidFilename, "the path is not UTF-8");
                let text = path.to_str().ok_or_else(|| file(&path, not_text()))?;
                let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC);
                (Engine::Sqlite, format!("sqlite://{encoded}?mode=rwc"), Some(Arc::new(lock)))
            }
            Address::Postgres(url) => (Engine::Postgres, url.clone(), None),
        };
        let options = AnyPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let options = options.after_connect(move |connection, _| Box::pin(set_up(engine, connection)));
        let options = options.after_release(move |connection, _| Box::pin(is_fit(engine, connection)));
        let pool = options.connect(&url).await?;
        migrate::migrate(&pool, engine).await?;
        let writer = Arc::new(Semaphore::new(1));
        let news = match engine {
            Engine::Sqlite => News::here(),
            Engine::Postgres => News::among_replicas(url, pool.clone()),
        };
        let places = Arc::new(Semaphore::new(PLACES));
        Ok(Store { pool, engine, writer, places, news, runtime: Handle::current(), _lock: lock })
    }
}

/// The settings of a connection. Waiting has an end, so that a database that hangs is an error and no hanging checkout.
async fn set_up(engine: Engine, connection: &mut AnyConnection) -> sqlx::Result<()> {
    let statements = match engine {
        Engine::Sqlite => {
            "PRAGMA busy_timeout = 2500; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON"
        }
        Engine::Postgres => {
            "SET statement_timeout = 10000; SET lock_timeout = 2500; SET idle_in_transaction_session_timeout = 10000"
        }
    };
    connection.execute(statements).await?;
    Ok(())
}

/// Whether a connection may be used again. SQLite takes a transaction back by itself where the disk is full or fails; the client then counts it as
/// open for ever, and what is written through such a connection afterwards is never made durable.
async fn is_fit(engine: Engine, connection: &mut AnyConnection) -> sqlx::Result<bool> {
    match engine {
        Engine::Sqlite => {
            // Transactions that were dropped are taken back before the answer.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        }
        Engine::Postgres => Ok(true),
    }
}

/// Keeps other processes out for as long as the file is open.
fn lock(path: &Path) -> Result<File, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| file(folder, source))?;
    }
    let beside = path.with_added_extension("lock");
    let opened = File::options().create(true).truncate(false).write(true).open(&beside);
    let lock = opened.map_err(|source| file(&beside, source))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.display().to_string() }),
        Err(TryLockError::Error(source)) => Err(file(&beside, source)),
    }
}

fn file(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::File { path: path.display().to_string(), source }
}
