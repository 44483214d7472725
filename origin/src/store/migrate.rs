//! The migrations, in the order in which they are applied. They go forward only, and each one works with the program of the release
//! before it, since replicas are replaced one after the other.

use sqlx::migrate::{Migrate as _, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AnyPool, Executor as _, SqlStr};

use crate::store::StoreError;
use crate::store::address::Engine;

/// Number, name and statements. A row that has been released never changes: databases remember its digest.
pub(super) const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "stock", include_str!("../../migrations/0001_stock.sql")),
    (2, "orders", include_str!("../../migrations/0002_orders.sql")),
    (3, "rules", include_str!("../../migrations/0003_rules.sql")),
];

/// How often a migration is tried that waits for others while they wait for it.
const TRIES: usize = 10;

/// The code of a deadlock: PostgreSQL, appendix A.
const DEADLOCK: &str = "40P01";

/// Brings a database up to date. PostgreSQL locks it meanwhile, so that replicas that start together take turns; the file of SQLite has
/// one process.
pub(super) async fn migrate(pool: &AnyPool, engine: Engine) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await?;
    if engine == Engine::Postgres {
        // A replica waits for the one that migrates, and fails where that one has vanished; the limits of a connection are for shoppers.
        connection.execute("SET statement_timeout = 0; SET lock_timeout = 120000").await?;
    }
    let outcome = apply(&mut connection, MIGRATIONS).await;
    // It has the settings of no other connection.
    connection.close().await?;
    Ok(outcome?)
}

/// Applies those of a list that are not applied yet. Work of another replica and a migration can wait for each other; where PostgreSQL ends the
/// migration for that, it begins anew.
pub(super) async fn apply(
    connection: &mut AnyConnection,
    migrations: &[(i64, &'static str, &'static str)],
) -> Result<(), MigrateError> {
    let migrator = migrator(migrations);
    for _ in 1..TRIES {
        match migrator.run_direct(None, connection, false).await {
            // The engine looked for the deadlock for a second before it said so: that is the pause.
            Err(error) if is_deadlock(&error) => connection.unlock().await?,
            outcome => return outcome,
        }
    }
    migrator.run_direct(None, connection, false).await
}

fn is_deadlock(error: &MigrateError) -> bool {
    let MigrateError::ExecuteMigration(sqlx::Error::Database(error), _) = error else { return false };
    error.code().is_some_and(|code| code == DEADLOCK)
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
