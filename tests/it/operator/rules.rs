//! `storefront rules` against a running origin: shown, checked, replaced with a reason, once, and refused with the cause and the exit code.

use std::fs;

use serde_json::{Value, json};
use storefront_tests::operator::{Operator, Ran};
use storefront_tests::record::Record;

use crate::engines::{OFFICE, SECRET, on_both_engines};
use crate::office;

on_both_engines!(
    rules_change_once_with_who_and_why,
    refusals_name_the_cause_and_change_nothing,
    a_replica_and_a_restart_have_the_rules_in_force,
);

const SHOP: &str = include_str!("../../../catalog/data/shop.toml");

fn start(database: &str) -> Record {
    Record::start(&[("DATABASE_URL", database), ("ORIGIN_SECRET", SECRET), ("OFFICE_SECRET", OFFICE)])
}

/// The operator in a folder with `shop.toml`, in which the free delivery begins elsewhere, and with a broken one.
fn operator(origin: &Record) -> Operator {
    let operator = Operator::new().with("ORIGIN_URL", &origin.url()).with("OFFICE_SECRET", OFFICE);
    let changed = SHOP.replacen("cost = \"4.90\"", "cost = \"5.90\"", 1);
    assert_ne!(changed, SHOP, "the file that ships has another cost");
    let broken = SHOP.replacen("percent = \"19\"", "percent = \"19,5\"", 1);
    for (name, text) in [("shop.toml", SHOP), ("changed.toml", &changed), ("broken.toml", &broken)] {
        fs::write(operator.folder().join(name), text).expect("the folder takes files");
    }
    operator
}

#[track_caller]
fn check(ran: &Ran, code: i32, parts: &[&str]) {
    let text = if code == 0 { &ran.out } else { &ran.err };
    assert_eq!(ran.code, code, "{ran:?}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}\n{ran:?}");
    }
}

fn document(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

fn rules_change_once_with_who_and_why(database: &str) {
    let origin = start(database);
    let operator = operator(&origin);
    check(&operator.run("rules show"), 0, &["are in force", "shop.toml"]);
    let before = document(&operator.run("rules show --json"));
    check(&operator.run("rules check changed.toml"), 0, &["the rules are right", "USD"]);
    check(&operator.run("rules put changed.toml --reason dearer-parcels"), 0, &["are in force"]);
    let after = document(&operator.run("rules show --json"));
    assert_ne!(before["revision"], after["revision"]);
    let change = &after["changes"][0];
    assert_eq!(
        (&change["staff"], &change["reason"], &change["revision"]),
        (&json!("ada"), &json!("dearer-parcels"), &after["revision"])
    );
    assert_eq!(after["changes"].as_array().map(Vec::len), Some(2));
    // The same rules again, as a job that was cut off would send them, in the other form as well.
    fs::write(operator.folder().join("rules.json"), after["rules"].to_string()).expect("the folder takes files");
    for file in ["changed.toml", "rules.json"] {
        let again = operator.run(&format!("rules put {file} --reason again"));
        check(&again, 0, &["are in force"]);
        assert!(again.err.contains("nothing to do"), "{again:?}");
    }
    let put = document(&operator.run("rules put shop.toml --reason back --json"));
    assert_eq!((&put["command"], &put["isChanged"]), (&json!("rules put"), &json!(true)));
    assert_eq!(put["revision"], before["revision"]);
    // A file that was made from rules that have changed since.
    let base = after["revision"].as_str().expect("a revision");
    let late = operator.run(&format!("rules put changed.toml --reason late --base {base}"));
    check(&late, 3, &["the rules were not changed", "have changed since", "hint: `storefront rules show`"]);
    assert_eq!(document(&operator.run("rules show --json"))["revision"], before["revision"]);
}

fn refusals_name_the_cause_and_change_nothing(database: &str) {
    let mut origin = start(database);
    let operator = operator(&origin);
    let before = document(&operator.run("rules show --json"))["revision"].clone();
    let broken = ["error: the rules in `broken.toml` are refused", "Caused by:", "line ", "19,5", "hint: "];
    check(&operator.run("rules check broken.toml"), 2, &broken);
    check(&operator.run("rules put broken.toml --reason oops"), 2, &broken);
    check(&operator.run("rules check nowhere.toml"), 4, &["cannot read `nowhere.toml`"]);
    check(&operator.run("rules put changed.toml"), 2, &["--reason"]);
    let stranger = Operator::new().with("ORIGIN_URL", &origin.url());
    check(&stranger.run("rules show"), 5, &["the office wants", "hint: `OFFICE_SECRET`"]);
    for (body, expect) in [
        (json!({ "staff": "ada", "reason": "x" }), (400, "malformed")),
        (json!({ "rules": [], "staff": "ada", "reason": "x" }), (422, "refused")),
        (json!({ "rules": { "more": 1 }, "staff": "ada", "reason": "x" }), (422, "refused")),
        (json!({ "rules": {}, "staff": "", "reason": "x" }), (422, "refused")),
        (json!({ "rules": {}, "staff": "ada", "reason": "a\nb" }), (422, "refused")),
        (
            json!({ "rules": { "discount": [{ "code": "A".repeat(300_000) }] }, "staff": "ada", "reason": "x" }),
            (422, "refused"),
        ),
    ] {
        let refused = office::post(origin.address(), "rules", &body);
        assert_eq!((refused.status, refused.json()["code"].as_str()), (expect.0, Some(expect.1)), "{refused:?}");
    }
    let longer = json!({ "rules": {}, "staff": "ada", "reason": "x".repeat(400_000) });
    assert_eq!(office::post(origin.address(), "rules", &longer).status, 413);
    assert_eq!(document(&operator.run("rules show --json"))["revision"], before);
    origin.kill();
    check(&operator.run("rules put changed.toml --reason x"), 1, &["not known to have changed", "hint: is the origin"]);
}

fn a_replica_and_a_restart_have_the_rules_in_force(database: &str) {
    let mut origin = start(database);
    let operator = operator(&origin);
    check(&operator.run("rules put changed.toml --reason dearer-parcels"), 0, &["are in force"]);
    let put = document(&operator.run("rules show --json"))["revision"].clone();
    if database.starts_with("postgres") {
        let other = start(database);
        assert_eq!(office::get(other.address(), "rules").json()["data"]["revision"], put);
        check(&operator.run("rules put shop.toml --reason back"), 0, &["are in force"]);
        let back = document(&operator.run("rules show --json"))["revision"].clone();
        crate::faults::eventually("the other replica's rules", || {
            let found = office::get(other.address(), "rules").json()["data"]["revision"].clone();
            if found == back { Ok(()) } else { Err(found.to_string()) }
        });
        check(&operator.run("rules put changed.toml --reason again"), 0, &["are in force"]);
    }
    // The file that it starts with was in force before, so it changes nothing.
    origin.kill();
    origin.start_again();
    assert_eq!(office::get(origin.address(), "rules").json()["data"]["revision"], put);
    assert!(origin.log().contains("shop.toml has other rules than those in force"), "{}", origin.log());
}
