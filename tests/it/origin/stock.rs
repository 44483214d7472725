//! Stock in the database of record, through HTTP: entered from the catalog, moved by staff, shown by origin and shop within seconds.
//! Each scenario on both engines.

use serde_json::{Value, json};
use storefront_tests::client::{Request, Response};
use storefront_tests::postgres::postgres;
use storefront_tests::record::{Record, products, run, with_price};
use storefront_tests::server::{Server, Setup};

use crate::engines::{OFFICE, SECRET, on_both_engines};
use crate::faults::eventually;

on_both_engines!(
    stock_begins_with_the_catalog_and_changes_by_moves_alone,
    a_move_is_made_once_and_a_wrong_one_not_at_all,
    the_shop_shows_stock_that_moved,
    the_office_has_a_secret_of_its_own,
);

fn start(database: &str, variables: &[(&str, &str)]) -> Record {
    Record::start(
        &[&[("DATABASE_URL", database), ("ORIGIN_SECRET", SECRET), ("OFFICE_SECRET", OFFICE)], variables].concat(),
    )
}

fn ask(record: &Record, request: Request) -> Response {
    record.send(&request.header("authorization", &format!("Bearer {OFFICE}")))
}

fn level(record: &Record, sku: &str) -> Value {
    ask(record, Request::get(format!("/office/stock/{sku}"))).json()["data"].clone()
}

fn move_stock(record: &Record, sku: &str, wanted: &Value) -> Response {
    ask(record, post(&format!("/office/stock/{sku}"), wanted))
}

fn post(path: &str, body: &Value) -> Request {
    Request::new("POST", path).header("content-type", "application/json").body(body.to_string())
}

fn received(id: &str, by: i64) -> Value {
    json!({ "id": id, "by": by, "reason": "received", "staff": "ada", "note": "delivery 7" })
}

fn expect(holds: bool) -> Result<(), String> {
    if holds { Ok(()) } else { Err("not yet".to_owned()) }
}

/// The stock that the API says of a product, and of its variants.
fn shown(target: impl Fn(&str) -> Response, id: &str) -> (u64, Vec<u64>) {
    let product = target(&format!("/api/products/{id}")).json()["data"].clone();
    let variants = product["variants"].as_array().cloned().unwrap_or_default();
    let of_variants = variants.iter().filter_map(|variant| variant["stock"].as_u64());
    (product["stock"].as_u64().expect("a stock"), of_variants.collect())
}

fn stock_begins_with_the_catalog_and_changes_by_moves_alone(database: &str) {
    let mut record = start(database, &[]);
    let before = products()[0]["stock"].as_i64().expect("a stock");
    assert_eq!(level(&record, "1")["onHand"], before);
    let answer = move_stock(&record, "1", &received("m1", 5));
    assert_eq!((answer.status, answer.json()["data"]["available"].as_i64()), (200, Some(before + 5)), "{answer:?}");
    record.expect_line("\"message\":\"stock changed\"");
    let after = u64::try_from(before + 5).expect("a stock");
    assert_eq!(shown(|target| record.get(target), "1").0, after);
    // A file that says something else of a SKU that is counted changes nothing, and a new product is entered.
    let mut file = products();
    file[0]["stock"] = 99.into();
    file.push(json!({ "id": "new", "name": "Stool", "description": "", "price": 9, "imageUrl": "", "category": "Chairs", "stock": 3, "rating": 0, "reviews": 0 }));
    record.serve(&file);
    assert_eq!(shown(|target| record.get(target), "1").0, after);
    assert_eq!((level(&record, "new")["onHand"].as_i64(), shown(|target| record.get(target), "new").0), (Some(3), 3));
    // After a restart too, and its moves are there. The edge takes no edition that is older than its own, so the time stays.
    assert_eq!(move_stock(&record, "new", &received("m2", 1)).status, 200);
    record.expect_line("\"message\":\"stock changed\"");
    let feed = |record: &Record| {
        record.send(&Request::get("/catalog/revision").header("authorization", &format!("Bearer {SECRET}"))).json()
    };
    let before_the_restart = feed(&record);
    record.signal("TERM");
    assert_eq!(record.end(), 0);
    record.start_again();
    assert_eq!(feed(&record), before_the_restart);
    assert_eq!(shown(|target| record.get(target), "1").0, after);
    let level = level(&record, "1");
    let moves = level["moves"].as_array().expect("moves");
    let shown: Vec<_> = moves.iter().map(|made| (made["by"].as_i64(), made["reason"].as_str())).collect();
    assert_eq!(shown, [(Some(5), Some("received")), (Some(before), Some("catalog"))]);
    assert_eq!((moves[0]["staff"].as_str(), moves[0]["note"].as_str()), (Some("ada"), Some("delivery 7")));
}

/// Asks for a move that is refused with this status and code.
#[track_caller]
fn refused(record: &Record, sku: &str, wanted: &Value, expect: (u16, &str)) {
    let answer = move_stock(record, sku, wanted);
    let problem = answer.json();
    assert_eq!((answer.status, problem["code"].as_str()), (expect.0, Some(expect.1)), "{wanted}: {problem}");
    assert_eq!(answer.header("content-type").as_deref(), Some("application/problem+json"));
}

fn a_move_is_made_once_and_a_wrong_one_not_at_all(database: &str) {
    let record = start(database, &[]);
    let before = level(&record, "2")["onHand"].as_i64().expect("a stock");
    for _ in 0..2 {
        let moved = move_stock(&record, "2", &received("m1", 1));
        assert_eq!((moved.status, moved.json()["data"]["onHand"].as_i64()), (200, Some(before + 1)));
    }
    refused(&record, "2", &received("m1", 2), (409, "id-in-use"));
    refused(&record, "2", &received("m2", -1_000_000), (409, "reserved"));
    refused(&record, "2", &received("m3", i64::MAX), (422, "refused"));
    refused(&record, "nothing", &received("m4", 1), (404, "unknown-sku"));
    refused(&record, "a%20b", &received("m4", 1), (400, "sku"));
    refused(&record, "2", &json!({ "id": "m5", "reason": "received", "staff": "ada" }), (422, "refused"));
    refused(
        &record,
        "2",
        &json!({ "id": "m5", "by": 1, "to": 2, "reason": "received", "staff": "ada" }),
        (422, "refused"),
    );
    refused(&record, "2", &json!({ "id": "m5", "by": 1, "reason": "catalog", "staff": "ada" }), (422, "refused"));
    refused(&record, "2", &received("catalog-new", 1), (422, "refused"));
    refused(&record, "2", &received(" m5", 1), (422, "refused"));
    refused(&record, "%ff", &received("m5", 1), (400, "sku"));
    refused(&record, "2", &json!({ "id": "", "by": 1, "reason": "lost", "staff": "ada" }), (422, "refused"));
    refused(&record, "2", &json!({ "id": "m5", "by": 1, "reason": "lost", "staff": "a\nb" }), (422, "refused"));
    refused(&record, "2", &json!({ "id": "m5", "by": 1.5, "reason": "lost", "staff": "ada" }), (400, "malformed"));
    refused(
        &record,
        "2",
        &json!({ "id": "m5", "by": 1, "reason": "lost", "staff": "ada", "at": 1 }),
        (400, "malformed"),
    );
    let large = json!({ "id": "m5", "by": 1, "reason": "lost", "staff": "ada", "note": "x".repeat(10_000) });
    assert_eq!(move_stock(&record, "2", &large).status, 413);
    // A page in a browser, whatever machine it is on.
    for (field, value) in
        [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin")]
    {
        let answer = ask(&record, post("/office/stock/2", &received("m6", 1)).header(field, value));
        assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("of-a-page")), "{field}: {value}");
    }
    let plain = Request::new("POST", "/office/stock/2").header("content-type", "text/plain");
    assert_eq!(ask(&record, plain.body(received("m7", 1).to_string())).status, 415);
    let put = ask(&record, Request::new("PUT", "/office/stock/2"));
    assert_eq!((put.status, put.header("allow").as_deref()), (405, Some("GET, HEAD, POST")));
    assert_eq!(level(&record, "2")["moves"].as_array().map(Vec::len), Some(2));
}

fn the_shop_shows_stock_that_moved(database: &str) {
    let record = start(database, &[]);
    let url = record.url();
    let variables = [("ORIGIN_URL", url.as_str()), ("ORIGIN_SECRET", SECRET)];
    let shop =
        Server::start(&Setup { variables: &variables, ..Setup::default() }).unwrap_or_else(|reason| panic!("{reason}"));
    let of_shop = |id: &str| shown(|target| shop.get(target), id);
    // A product of its own, and a variant of another one.
    let variants = of_shop("3").1;
    let sku = products()[2]["variants"][0]["sku"].as_str().expect("a SKU").to_owned();
    for (sku, id) in [("1", "one"), (sku.as_str(), "variant")] {
        let wanted = json!({ "id": id, "to": 41, "reason": "counted", "staff": "ada" });
        assert_eq!(move_stock(&record, sku, &wanted).status, 200);
    }
    eventually("the shop follows", || expect(of_shop("1").0 == 41 && of_shop("3").1.first() == Some(&41)));
    assert_eq!(of_shop("3").1.get(1..), variants.get(1..), "the other variants stay as they are");
    let wanted = json!({ "id": "gone", "to": 0, "reason": "lost", "staff": "ada" });
    assert_eq!(move_stock(&record, "1", &wanted).status, 200);
    eventually("it is sold out", || expect(of_shop("1").0 == 0));
    // The same bytes from both, whatever led to them.
    assert_eq!(shop.get("/api/products?pageSize=100").body, record.get("/api/products?pageSize=100").body);
}

fn the_office_has_a_secret_of_its_own(database: &str) {
    let record = start(database, &[]);
    for secret in [None, Some(SECRET), Some("another-secret-of-nobody")] {
        let request = post("/office/stock/1", &received("m1", 1));
        let request = match secret {
            Some(secret) => request.header("authorization", &format!("Bearer {secret}")),
            None => request,
        };
        let refused = record.send(&request);
        assert_eq!(
            (refused.status, refused.header("www-authenticate").as_deref()),
            (401, Some("Bearer")),
            "{secret:?}"
        );
    }
    let with_office = Request::get("/catalog/revision").header("authorization", &format!("Bearer {OFFICE}"));
    assert_eq!(record.send(&with_office).status, 401, "the office's secret does not open the feed");
    assert_eq!(level(&record, "1")["moves"].as_array().map(Vec::len), Some(1));
}

#[test]
fn without_a_database_stock_is_the_files_and_there_is_no_office() {
    let mut record = Record::start(&[]);
    let refused = record.get("/office/stock/1");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (404, Some("no-database")));
    let mut file = products();
    file[0]["stock"] = 99.into();
    record.serve(&file);
    assert_eq!(shown(|target| record.get(target), "1").0, 99);
}

#[test]
fn a_database_that_is_in_use_or_not_there_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("shop.db").display());
    let _first = start(&database, &[]);
    let second = run(&[], &[("PORT", "0"), ("METRICS_PORT", "0"), ("DATABASE_URL", &database)]);
    assert_eq!(second.code, 2, "{}", second.err);
    assert!(
        second.err.contains("another process has the database") && second.err.contains("hint: DATABASE_URL"),
        "{}",
        second.err
    );
    let nowhere = "postgres://shop:a-password@127.0.0.1:1/shop";
    let refused = run(&[], &[("PORT", "0"), ("METRICS_PORT", "0"), ("DATABASE_URL", nowhere)]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("cannot open `postgres://127.0.0.1:1/shop`"), "{}", refused.err);
    assert!(!refused.err.contains("a-password"), "{}", refused.err);
}

mod replicas {
    use super::*;

    mod postgres {
        use super::*;

        #[test]
        fn a_file_that_changes_while_the_database_is_away_is_served_once_it_is_back() {
            let database = postgres().database();
            let mut record = start(&database, &[]);
            postgres().execute(&database, "ALTER TABLE stock RENAME TO away");
            record.expect_line("\"message\":\"stock unreadable\"");
            record.write(&with_price("1", 12.5));
            let ready = |record: &Record| record.get("/health/ready").json()["catalog"]["error"].clone();
            assert_eq!(ready(&record), "stock-unreadable");
            let price = |record: &Record| record.get("/api/products/1").json()["data"]["price"].to_string();
            assert_eq!(
                (price(&record), shown(|target| record.get(target), "1").0),
                ("48".to_owned(), 37),
                "what was known"
            );
            let unknown = move_stock(&record, "1", &received("m1", 1));
            assert_eq!((unknown.status, unknown.json()["code"].as_str()), (503, Some("database")));
            postgres().execute(&database, "ALTER TABLE away RENAME TO stock");
            record.expect_line("\"message\":\"catalog loaded\"");
            assert_eq!((price(&record), ready(&record)), ("12.5".to_owned(), serde_json::Value::Null));
            assert_eq!(record.log().matches("stock unreadable").count(), 1, "it is logged once");
        }

        #[test]
        fn a_move_at_one_replica_is_shown_by_the_other() {
            let database = postgres().database();
            let (first, second) = (start(&database, &[]), start(&database, &[]));
            let wanted = json!({ "id": "m1", "to": 7, "reason": "counted", "staff": "ada" });
            assert_eq!(move_stock(&first, "1", &wanted).status, 200);
            let of = |record: &Record| shown(|target| record.get(target), "1").0;
            eventually("both show it", || expect(of(&first) == 7 && of(&second) == 7));
            let revision = |record: &Record| record.get("/health").json()["catalog"]["revision"].clone();
            assert_eq!(revision(&first), revision(&second), "an edge may follow either");
        }
    }
}
