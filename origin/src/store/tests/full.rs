//! A disk that is full, on SQLite. The engine takes such a transaction back by itself, which the client counts as one that is still open.

use sqlx::Executor as _;

use super::on_sqlite;
use crate::store::Store;

#[test]
fn a_disk_that_was_full_loses_nothing_that_is_written_afterwards() {
    on_sqlite(async |address| {
        let store = Store::open(&address).await.unwrap();
        store.pool.execute("CREATE TABLE written (number BIGINT NOT NULL)").await.unwrap();

        let mut write = store.write().await.unwrap();
        write.connection().execute("PRAGMA max_page_count = 1").await.unwrap();
        let filled = write
            .connection()
            .execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO written SELECT i FROM n")
            .await;
        assert!(filled.is_err_and(|error| error.to_string().contains("full")));
        drop(write);

        for number in 1..=20 {
            let mut write = store.write().await.unwrap();
            write.connection().execute(sqlx::query("INSERT INTO written VALUES ($1)").bind(number)).await.unwrap();
            write.commit().await.unwrap();
        }
        for number in 21..=40 {
            store.pool.execute(sqlx::query("INSERT INTO written VALUES ($1)").bind(number)).await.unwrap();
        }
        store.close().await;
        drop(store);

        let reopened = Store::open(&address).await.unwrap();
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM written").fetch_one(&reopened.pool).await.unwrap();
        assert_eq!(count, 40);
    });
}
