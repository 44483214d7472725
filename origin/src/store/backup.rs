//! A copy of a SQLite database that is in use. PostgreSQL has `pg_dump` for it.

use std::fs::File;
use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::store::StoreError;

/// Copies the file of a database into another one, which must not exist: as of one moment, while a server goes on with it.
pub(crate) async fn backup(from: &Path, to: &Path) -> Result<(), StoreError> {
    let failed = |path: &Path, source| StoreError::File { path: path.display().to_string(), source };
    let not_text =
        |path: &Path| failed(path, std::io::Error::new(std::io::ErrorKind::InvalidFilename, "the path is not UTF-8"));
    let from = std::path::absolute(from).map_err(|source| failed(from, source))?;
    // The engine would write into an empty file, such as one that a disk left behind that was full.
    if to.exists() {
        return Err(failed(to, std::io::ErrorKind::AlreadyExists.into()));
    }
    sqlx::any::install_default_drivers();
    let path = from.to_str().ok_or_else(|| not_text(&from))?;
    // `rw` creates nothing where a path is wrong.
    let url = format!("sqlite://{}?mode=rw", utf8_percent_encode(path, NON_ALPHANUMERIC));
    let mut connection = AnyConnection::connect(&url).await?;
    connection.execute("PRAGMA busy_timeout = 2500").await?;
    let copy = sqlx::query("VACUUM INTO $1").bind(to.to_str().ok_or_else(|| not_text(to))?);
    copy.execute(&mut connection).await?;
    connection.close().await?;
    // The engine leaves it to the system when the copy reaches the disk.
    File::open(to).and_then(|file| file.sync_all()).map_err(|source| failed(to, source))
}
