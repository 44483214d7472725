//! `storefront stock` against a running origin: shown, counted, moved once, and refused with the cause and the exit code.

use serde_json::Value;
use storefront_tests::operator::{Operator, Ran};
use storefront_tests::record::Record;

use crate::engines::OFFICE;

fn origin() -> (Record, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let database = format!("sqlite:{}", folder.path().join("shop.db").display());
    (Record::start(&[("DATABASE_URL", &database), ("OFFICE_SECRET", OFFICE)]), folder)
}

fn operator(origin: &Record) -> Operator {
    Operator::new().with("ORIGIN_URL", &origin.url()).with("OFFICE_SECRET", OFFICE)
}

#[track_caller]
fn check(ran: &Ran, code: i32, parts: &[&str]) {
    let text = if code == 0 { &ran.out } else { &ran.err };
    assert_eq!(ran.code, code, "{ran:?}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn stock_is_counted_moved_and_shown_with_who_and_why() {
    let (origin, _folder) = origin();
    let operator = operator(&origin);
    check(
        &operator.run("stock set mug-moss 30 -m yearly-count"),
        0,
        &["mug-moss: 30 on hand, 0 reserved, 30 available"],
    );
    check(&operator.run("stock move mug-moss -2 --reason lost"), 0, &["mug-moss: 28 on hand"]);
    check(
        &operator.run("stock show mug-moss"),
        0,
        &["28 on hand", "-2", "lost", "ada", "yearly-count", "counted", "catalog"],
    );
    let shown: Value = serde_json::from_str(&operator.run("stock show mug-moss --json").out).unwrap();
    assert_eq!((shown["command"].as_str(), shown["onHand"].as_i64()), (Some("stock show"), Some(28)));
    assert_eq!(shown["moves"][0]["staff"].as_str(), Some("ada"));
}

#[test]
fn a_job_that_runs_again_moves_once() {
    let (origin, _folder) = origin();
    let operator = operator(&origin);
    let delivery = "stock move 1 5 --reason received --id delivery-7";
    let first = operator.run(delivery);
    check(&first, 0, &["on hand"]);
    assert_eq!(operator.run(delivery), first);
    let other = "stock move 1 6 --reason received --id delivery-7";
    check(&operator.run(other), 3, &["the id `delivery-7` belongs to another move"]);
}

#[test]
fn refusals_name_the_cause() {
    let (mut origin, _folder) = origin();
    let operator = operator(&origin);
    check(&operator.run("stock show nothing"), 4, &["no stock is counted of the SKU `nothing`", "hint: "]);
    check(&operator.run("stock move 1 -9999 --reason lost"), 3, &["there cannot be -", "cannot move the stock of `1`"]);
    let stranger = Operator::new().with("ORIGIN_URL", &origin.url());
    check(&stranger.run("stock show 1"), 5, &["the office wants", "hint: `OFFICE_SECRET`"]);
    let nobody = Operator::new();
    check(&nobody.run("stock show 1"), 2, &["`ORIGIN_URL` is not set", "hint: "]);
    origin.kill();
    check(&operator.run("stock show 1"), 1, &["the origin does not answer", "Caused by:", "hint: is the origin"]);
}
