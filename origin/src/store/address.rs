//! Where a database is: the path of a SQLite file, or the URL of a PostgreSQL server.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use sqlx::any::AnyConnectOptions;

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

    /// Whether data survive the container: those of a server do, and a file on a volume that does not live in memory.
    pub(crate) fn outlives_the_container(&self) -> bool {
        let Address::Sqlite(path) = self else { return true };
        let device = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.dev());
        let folder = path.ancestors().skip(1).find(|folder| folder.is_dir());
        let is_other =
            |folder: &Path| device(folder).ok().zip(device(Path::new("/")).ok()).is_some_and(|(a, b)| a != b);
        folder.is_some_and(|folder| is_other(folder) && !is_in_memory(folder))
    }

    /// The address as a log may have it: without name, password and parameters.
    pub(crate) fn shown(&self) -> String {
        match self {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => {
                let url = url.split('?').next().unwrap_or_default();
                let place = url.rsplit_once('@').or_else(|| url.split_once("://")).map_or("", |(_, place)| place);
                format!("postgres://{place}")
            }
        }
    }
}

/// Whether a folder is a `tmpfs`, which looks like a volume and is empty after each start.
#[cfg(target_os = "linux")]
fn is_in_memory(folder: &Path) -> bool {
    use nix::sys::statfs::{TMPFS_MAGIC, statfs};
    statfs(folder).is_ok_and(|system| system.filesystem_type() == TMPFS_MAGIC)
}

/// The container is Linux; elsewhere nobody runs production.
#[cfg(not(target_os = "linux"))]
fn is_in_memory(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{Address, AddressError};

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_is_no_volume() {
        // Every Linux has a `tmpfs` there (shm_overview(7)), a container too.
        assert!(super::is_in_memory("/dev/shm".as_ref()));
        assert!(!Address::Sqlite("/dev/shm/shop/shop.db".into()).outlives_the_container());
        assert!(Address::Sqlite("/proc/shop.db".into()).outlives_the_container(), "another file system than `/`");
    }

    #[test]
    fn addresses() {
        #[track_caller]
        fn check(text: &str, expect: Result<&str, AddressError>) {
            assert_eq!(Address::parse(text).map(|address| address.shown()), expect.map(str::to_owned), "{text}");
        }
        check("sqlite:data/shop.db", Ok("sqlite:data/shop.db"));
        check("sqlite:///var/shop 1.db", Ok("sqlite:/var/shop 1.db"));
        check("postgres://shop:p%40ss@db.example:5432/shop?sslmode=verify-full", Ok("postgres://db.example:5432/shop"));
        check("postgres://db.example/shop?user=shop&password=p@ss", Ok("postgres://db.example/shop"));
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
