//! Releases of the program on one database: one that was populated before, and one that a later release has migrated.

use catalog::StockPolicy;
use commerce::checkout::Way;
use commerce::{OrderState, Standing};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe, Executor as _, Row as _};

use crate::store::Store;
use crate::store::address::Address;
use crate::store::migrate::{MIGRATIONS, apply};
use crate::store::stock::{Change, Move, Reason};
use crate::store::tests::on_both_engines;
use crate::store::tests::orders::{begin, draft, facts, level, open, place, placed, shop, state};

on_both_engines!(
    a_database_of_the_first_release_keeps_all_of_its_rows,
    a_database_of_the_next_release_is_served_by_this_one,
    a_migration_under_a_running_process_breaks_none_of_its_work,
);

/// SKUs that the first release has counted: more than a statement adds at once.
const SKUS: i64 = 1_203;

/// A later release: a table of its own, an index, and columns that this release leaves out, which therefore have a default or may be null.
const NEXT: (i64, &str, &str) = (
    9_999,
    "next",
    "CREATE TABLE note (id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), text TEXT NOT NULL);
     ALTER TABLE orders ADD COLUMN gift TEXT;
     ALTER TABLE stock ADD COLUMN incoming BIGINT NOT NULL DEFAULT 0;
     ALTER TABLE outbox ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
     CREATE INDEX orders_email ON orders (email)",
);

/// Connections of another program to the database, without the lock of a file.
async fn beside(address: &Address) -> AnyPool {
    sqlx::any::install_default_drivers();
    let url = match address {
        Address::Sqlite(path) => {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let path = path.to_str().unwrap().replace('%', "%25").replace(' ', "%20");
            format!("sqlite://{path}?mode=rwc")
        }
        Address::Postgres(url) => url.clone(),
    };
    AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap()
}

/// Brings a database to the state of a release with these migrations.
async fn migrate(pool: &AnyPool, migrations: &[(i64, &'static str, &'static str)]) {
    let mut connection = pool.acquire().await.unwrap();
    apply(&mut connection, migrations).await.unwrap();
}

/// All rows of a table, each as one text, in their order.
async fn rows(pool: &AnyPool, columns: &str, table: &str) -> Vec<String> {
    let list: Vec<&str> = columns.split(", ").collect();
    let texts: Vec<String> = list.iter().map(|column| format!("CAST({column} AS TEXT)")).collect();
    let query = format!("SELECT {} AS whole FROM {table} ORDER BY {columns}", texts.join(" || '|' || "));
    let rows = sqlx::query(AssertSqlSafe(query)).fetch_all(pool).await.unwrap();
    rows.iter().map(|row| row.get("whole")).collect()
}

async fn a_database_of_the_first_release_keeps_all_of_its_rows(address: Address) {
    const STOCK: &str = "sku, on_hand, reserved, backordered, changed_at";
    const MOVES: &str = "id, sku, delta, on_hand, reason, note, staff, moved_at";
    let pool = beside(&address).await;
    migrate(&pool, &MIGRATIONS[..1]).await;
    // As the first release wrote it: entered by the catalog, moved by staff, some sold out, some with texts of all kinds.
    for number in 0..SKUS {
        let (sku, on_hand) = (format!("sku-{number}"), number % 7);
        let query = sqlx::query(
            "INSERT INTO stock (sku, on_hand, reserved, backordered, changed_at) VALUES ($1, $2, $3, $4, $5)",
        );
        let query = query.bind(&sku).bind(on_hand).bind(on_hand / 2).bind(number % 3).bind(1_700_000_000_000 + number);
        query.execute(&pool).await.unwrap();
        for (id, delta, reason, note, staff) in [
            (format!("catalog-{sku}"), on_hand + 2, "catalog", "", ""),
            (format!("count {number}"), -2, "counted", "shelf 3 – \u{201c}left\u{201d}; DROP TABLE stock", "Zoë"),
        ] {
            let query = sqlx::query(
                "INSERT INTO stock_move (id, sku, delta, on_hand, reason, note, staff, moved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            );
            let query = query.bind(id).bind(&sku).bind(delta).bind(on_hand).bind(reason).bind(note).bind(staff);
            query.bind(1_700_000_000_000 + number).execute(&pool).await.unwrap();
        }
    }
    let before = (rows(&pool, STOCK, "stock").await, rows(&pool, MOVES, "stock_move").await);
    assert_eq!((before.0.len(), before.1.len()), (1_203, 2_406));
    pool.close().await;

    let store = open(&address).await;
    let after = (rows(&store.pool, STOCK, "stock").await, rows(&store.pool, MOVES, "stock_move").await);
    assert!(before == after, "rows have changed");
    let found = store.level("sku-6").await.unwrap().unwrap();
    assert_eq!((found.on_hand, found.reserved, found.backordered), (6, 3, 0));
    // It goes on from there: a move that was made is not made again, and the rest can be sold.
    let again = Move {
        id: "count 6".to_owned(),
        sku: "sku-6".to_owned(),
        change: Change::By(-2),
        reason: Reason::Counted,
        note: "shelf 3 – \u{201c}left\u{201d}; DROP TABLE stock".to_owned(),
        staff: "Zoë".to_owned(),
    };
    assert_eq!(store.move_stock(&again, 2).await.unwrap().on_hand, 6);
    store.seed_rules("rules", "{}", 1).await.unwrap();
    placed(&store, "a", Way::Invoice, &[("sku-6", 3)]).await;
    assert_eq!(store.level("sku-6").await.unwrap().unwrap().reserved, 6);
    store.close().await;
}

/// Everything that the checkout does, on the tables as they are.
async fn trades(store: &Store, name: &str) {
    let before = level(store, "lamp").await;
    let (invoice, card) = (format!("{name}-invoice"), format!("{name}-card"));
    placed(store, &invoice, Way::Invoice, &[("lamp", 1)]).await;
    begin(store, &card).await;
    place(store, &card, draft(&card, Way::TestCard, &[("lamp", 2)], StockPolicy::Deny)).await;
    let paid = store.order(&card).await.unwrap().unwrap().summary.total;
    store.apply(&format!("{card}-pay"), &facts(Standing::Captured, paid, 0), 20).await.unwrap();
    assert_eq!(state(store, &card).await, OrderState::Placed);
    assert_eq!(level(store, "lamp").await, (before.0, before.1 + 3, 0));
    assert!(store.lease(name, "somebody", 0, 10).await.unwrap());
}

async fn a_database_of_the_next_release_is_served_by_this_one(address: Address) {
    let store = shop(&address, &[("lamp", 50)]).await;
    trades(&store, "before").await;
    store.close().await;
    drop(store);
    let pool = beside(&address).await;
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([NEXT]).collect();
    migrate(&pool, &next).await;
    pool.execute("UPDATE orders SET gift = 'a card'; UPDATE stock SET incoming = 7").await.unwrap();
    pool.close().await;
    // A replica of this release that starts after the next one was deployed elsewhere.
    let store = open(&address).await;
    trades(&store, "after").await;
    let kept = sqlx::query("SELECT COUNT(*) AS n FROM orders WHERE gift = 'a card'");
    assert_eq!(kept.fetch_one(&store.pool).await.unwrap().get::<i64, _>("n"), 2, "what it does not know stays");
    let kept = sqlx::query("SELECT incoming FROM stock WHERE sku = 'lamp'");
    assert_eq!(kept.fetch_one(&store.pool).await.unwrap().get::<i64, _>("incoming"), 7);
    store.close().await;
}

async fn a_migration_under_a_running_process_breaks_none_of_its_work(address: Address) {
    let store = shop(&address, &[("lamp", 500)]).await;
    // Every statement is prepared on some connection before.
    trades(&store, "before").await;
    let pool = beside(&address).await;
    let next: Vec<_> = MIGRATIONS.iter().copied().chain([NEXT]).collect();
    let worker = {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 0..20 {
                trades(&store, &format!("round-{round}")).await;
            }
        })
    };
    migrate(&pool, &next).await;
    worker.await.unwrap();
    trades(&store, "after").await;
    assert_eq!(level(&store, "lamp").await, (500, 66, 0));
    pool.close().await;
    store.close().await;
}
