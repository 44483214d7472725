//! `origin backup FILE`: a copy of the SQLite database beside a server that uses it. The image has no other program that could make one.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::app::configuration::Configuration;
use crate::failure::Refused;
use crate::store::address::Address;
use crate::store::backup::backup;

/// Copies the database that `DATABASE_URL` names into a file that must not exist.
pub(crate) fn run(configuration: &Configuration, file: &OsString) -> anyhow::Result<ExitCode> {
    let Some(Address::Sqlite(path)) = &configuration.database else {
        let hint = "`pg_dump --format=custom` copies PostgreSQL; docs/runbooks.md has the steps";
        return Err(Refused::new("DATABASE_URL names no SQLite file, so there is nothing to copy", hint).into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start")?;
    runtime.block_on(backup(path, Path::new(file))).map_err(|error| {
        let hint = "the file must not exist, and its folder must be writable and have as much room as the database";
        let message = format!("cannot copy `{}`", path.display());
        anyhow::Error::from(error).context(Refused::new(message, hint))
    })?;
    Ok(ExitCode::SUCCESS)
}
