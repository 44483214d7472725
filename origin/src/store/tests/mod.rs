//! Every query on both engines: SQLite in a file, and a PostgreSQL server of the tests' own.

mod full;
mod office;
mod orders;
mod releases;
mod rules;
#[expect(unreachable_pub, reason = "the harness of the end-to-end tests, which is a library there")]
#[path = "../../../../tests/src/postgres.rs"]
mod server;
mod stock;
mod sweep;

use std::sync::OnceLock;

use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::store::address::Address;

/// Makes a test on each engine of every scenario: an asynchronous function that gets the address of an empty database.
macro_rules! on_both_engines {
    ($($scenario:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $scenario() { $crate::store::tests::on_sqlite(super::$scenario) })+
        }

        mod postgres {
            $(#[test] fn $scenario() { $crate::store::tests::on_postgres(super::$scenario) })+
        }
    };
}
pub(super) use on_both_engines;

fn on_sqlite<F: Future<Output = ()>>(scenario: impl FnOnce(Address) -> F) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a folder/shop %20.db");
    runtime().block_on(scenario(Address::Sqlite(path)));
}

fn on_postgres<F: Future<Output = ()>>(scenario: impl FnOnce(Address) -> F) {
    let url = server::postgres().database();
    runtime().block_on(scenario(Address::parse(&url).unwrap()));
}

/// Connections belong to the runtime that opened them, and every scenario has databases of its own; the threads are shared.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
}
