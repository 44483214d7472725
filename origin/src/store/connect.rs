//! Where the database is, and how its connections are set up.

use std::fs::{File, TryLockError};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, Executor as _};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::store::{Store, StoreError, migrate};

/// The most connections of a process.
const CONNECTIONS: u32 = 16;

/// The longest wait for a connection, and for a database that does not answer. A checkout answers within three seconds.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file, for one process.
    Sqlite,
    /// A server, for several.
    Postgres,
}

/// The address of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// The path of a file.
    Sqlite(PathBuf),
    /// A URL, which may hold a password.
    Postgres(String),
}

/// A text that is no address of a database. It is not quoted, since it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`")]
pub(crate) struct AddressError;

impl Address {
    /// Reads `sqlite:PATH` or the URL of a PostgreSQL server.
    pub(crate) fn parse(text: &str) -> Result<Address, AddressError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let is_file = !path.is_empty() && !path.ends_with('/') && path != ":memory:";
            return if is_file { Ok(Address::Sqlite(path.into())) } else { Err(AddressError) };
        }
        let server = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"));
        match server {
            Some(server) if !server.is_empty() && text.parse::<AnyConnectOptions>().is_ok() => {
                Ok(Address::Postgres(text.to_owned()))
            }
            _ => Err(AddressError),
        }
    }

    /// Whether what is written there is there after the container has ended: a server's, or a file on a volume.
    pub(crate) fn outlives_the_container(&self) -> bool {
        let Address::Sqlite(path) = self else { return true };
        let device = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.dev());
        let folder = path.ancestors().skip(1).find(|folder| folder.is_dir());
        let is_other =
            |folder: &Path| device(folder).ok().zip(device(Path::new("/")).ok()).is_some_and(|(a, b)| a != b);
        folder.is_some_and(is_other)
    }

    /// The address as a log may have it: without name, password and parameters.
    pub(crate) fn shown(&self) -> String {
        match self {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => {
                let place = url.rsplit_once('@').or_else(|| url.split_once("://")).map_or("", |(_, place)| place);
                format!("postgres://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl Store {
    /// Opens a database and brings it up to date. A SQLite file that is missing is created, its folder too.
    pub(crate) async fn open(address: &Address) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let (engine, url, lock) = match address {
            Address::Sqlite(path) => {
                let path = std::path::absolute(path).map_err(|source| file(path, source))?;
                let lock = lock(&path)?;
                let encoded = utf8_percent_encode(path.to_str().unwrap_or_default(), NON_ALPHANUMERIC);
                (Engine::Sqlite, format!("sqlite://{encoded}?mode=rwc"), Some(Arc::new(lock)))
            }
            Address::Postgres(url) => (Engine::Postgres, url.clone(), None),
        };
        let options = AnyPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let options = options.after_connect(move |connection, _| Box::pin(set_up(engine, connection)));
        let pool = options.connect(&url).await?;
        migrate::migrate(&pool).await?;
        let writer = Arc::new(Semaphore::new(1));
        Ok(Store { pool, engine, writer, runtime: Handle::current(), _lock: lock })
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

#[cfg(test)]
mod tests {
    use super::{Address, AddressError};

    #[test]
    fn addresses() {
        #[track_caller]
        fn check(text: &str, expect: Result<&str, AddressError>) {
            assert_eq!(Address::parse(text).map(|address| address.shown()), expect.map(str::to_owned), "{text}");
        }
        check("sqlite:data/shop.db", Ok("sqlite:data/shop.db"));
        check("sqlite:///var/shop 1.db", Ok("sqlite:/var/shop 1.db"));
        check("postgres://shop:p%40ss@db.example:5432/shop?sslmode=verify-full", Ok("postgres://db.example:5432/shop"));
        check("postgresql://127.0.0.1/shop", Ok("postgres://127.0.0.1/shop"));
        for text in [
            "",
            "shop.db",
            "sqlite:",
            "sqlite:data/",
            "sqlite::memory:",
            "mysql://a/b",
            "postgres://",
            "postgres://a:b:c/d",
        ] {
            check(text, Err(AddressError));
        }
    }
}
