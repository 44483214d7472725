//! The migrations, in the order in which they are applied. They go forward only, and each one works with the program of the release
//! before it, since replicas are replaced one after the other.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor as _, SqlStr};

use crate::store::StoreError;
use crate::store::address::Engine;

/// Number, name and statements. A row that has been released never changes: databases remember its digest.
pub(super) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "stock", include_str!("../../migrations/0001_stock.sql")),
    (2, "orders", include_str!("../../migrations/0002_orders.sql")),
    (3, "rules", include_str!("../../migrations/0003_rules.sql")),
];

/// Brings a database up to date. PostgreSQL locks it meanwhile, so that replicas that start together take turns; the file of SQLite has
/// one process.
pub(super) async fn migrate(pool: &AnyPool, engine: Engine) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    if engine == Engine::Postgres {
        // A replica waits for the one that migrates, and fails where that one has vanished; the limits of a connection are for shoppers.
        connection.execute("SET statement_timeout = 0; SET lock_timeout = 120000").await?;
    }
    let outcome = migrator(MIGRATIONS).run_direct(None, &mut *connection, false).await;
    // It has the settings of no other connection.
    connection.close().await?;
    Ok(outcome?)
}

/// What applies those of a list that are not applied yet.
pub(super) fn migrator(migrations: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migrations = migrations.iter().map(|&(number, name, statements)| {
        Migration::new(number, name.into(), MigrationType::Simple, SqlStr::from_static(statements), false)
    });
    let mut migrator = Migrator::with_migrations(migrations.collect());
    // A database of the next release, while this one still runs beside it.
    migrator.set_ignore_missing(true);
    migrator
}
