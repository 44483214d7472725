//! The recorded exchanges of each release, played to today's origin and today's edge.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use storefront_tests::client::Request;
use storefront_tests::record::Record;
use storefront_tests::{project, read};

use super::exchange::{Asked, Exchange, Stand};
use super::walk::walk;
use crate::Faults;
use crate::engines::{OFFICE, SECRET, on_both_engines};
use crate::origin::followed::follow_at;

/// Where the files are, one for each release whose pair was recorded.
const FOLDER: &str = "tests/exchanges";

on_both_engines!(the_origin_answers_the_edge_of_each_release);

fn start(database: &str) -> Record {
    Record::start(&[("DATABASE_URL", database), ("ORIGIN_SECRET", SECRET), ("OFFICE_SECRET", OFFICE)])
}

/// Has staff ship an order.
fn ship(record: &Record, number: &str) {
    let request = Request::new("POST", format!("/office/orders/{number}/ship"))
        .header("authorization", &format!("Bearer {OFFICE}"))
        .header("content-type", "application/json")
        .body(r#"{"staff":"ada","carrier":"DHL","tracking":"00340434"}"#);
    let answer = record.send(&request);
    assert_eq!(answer.status, 200, "{answer}");
}

/// The releases that were recorded, with what they exchanged.
fn recorded() -> Vec<(String, Vec<Exchange>)> {
    let entries = std::fs::read_dir(project().join(FOLDER)).expect("the folder of exchanges");
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut files: Vec<String> =
        names.filter(|name| name.split_once(".json").is_some_and(|(_, rest)| rest.is_empty())).collect();
    files.sort();
    assert!(!files.is_empty(), "no release was recorded");
    files.iter().map(|name| (name.clone(), Exchange::read_all(&read(&format!("{FOLDER}/{name}"))))).collect()
}

/// Records today's pair where `RECORD_EXCHANGES` names its release; otherwise proves that what would be recorded can be played.
#[test]
#[expect(clippy::disallowed_methods, reason = "a person asks for the record of a release")]
fn record() {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let record = start(&format!("sqlite:{}", folder.path().join("shop.db").display()));
    let stand = Stand::recording(record.address(), SECRET);
    let shop = follow_at(&stand.url(), &[]);
    walk(&shop, |number| ship(&record, number));
    let exchanges = stand.exchanges();
    assert!(exchanges.len() > 20, "{} exchanges", exchanges.len());
    if let Ok(release) = std::env::var("RECORD_EXCHANGES") {
        let file = project().join(FOLDER).join(format!("{release}.json"));
        assert!(!file.exists(), "the exchanges of {release} are recorded, and what was released never changes");
        std::fs::write(file, Exchange::write_all(&exchanges)).expect("the file of exchanges");
    }
}

/// What a value of the living origin stands for: ids, keys and numbers by those of the recorded one.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    fn learn(&mut self, known: &Value, found: &Value) {
        for place in ["/data/id", "/key", "/data/number", "/data/order/number"] {
            let text = |value: &Value| value.pointer(place).and_then(Value::as_str).map(str::to_owned);
            if let (Some(known), Some(found)) = (text(known), text(found)) {
                self.0.insert(known, found);
            }
        }
    }

    fn translate(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (known, found)| text.replace(known, found))
    }

    fn asked(&self, asked: &Asked) -> Asked {
        let fields = asked.fields.iter().map(|(name, value)| (name.clone(), self.translate(value)));
        let (path, body) = (self.translate(&asked.path), self.translate(&asked.body));
        Asked { method: asked.method.clone(), path, fields: fields.collect(), body }
    }
}

/// An old edge and a new origin: each request is answered with the same status, and with every field that it had, of the same kind.
fn the_origin_answers_the_edge_of_each_release(database: &str) {
    for (release, exchanges) in recorded() {
        let record = start(database);
        let (mut names, mut faults) = (Names::default(), Faults::default());
        for Exchange { asked, status, body } in &exchanges {
            let order = |value: &Value| {
                value.pointer("/data/number").and_then(Value::as_str).map(|number| names.translate(number))
            };
            if body.pointer("/data/parcel/state") == Some(&json!("shipped"))
                && let Some(number) = order(body)
            {
                // Staff had shipped it; shipping again changes nothing.
                ship(&record, &number);
            }
            let answer = record.send(&names.asked(asked).request(SECRET));
            let what = format!("{release}: {} {}", asked.method, asked.path);
            faults.equal(&what, &answer.status, status);
            let found: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            lacks(&mut faults, &what, body, &found);
            names.learn(body, &found);
        }
        faults.report("an origin goes on to take what the edge of the release before sends, and to answer with every field that it reads");
    }
}

/// Notes what an answer lacks of a known one.
fn lacks(faults: &mut Faults, what: &str, known: &Value, found: &Value) {
    match (known, found) {
        (Value::Object(known), Value::Object(found)) => {
            for (name, value) in known {
                let what = format!("{what}: {name}");
                match found.get(name) {
                    Some(found) => lacks(faults, &what, value, found),
                    None => faults.add(format!("{what} is missing")),
                }
            }
        }
        (Value::Array(known), Value::Array(found)) => {
            faults.expect(found.len() >= known.len(), || format!("{what} has fewer elements"));
            for (known, found) in known.iter().zip(found) {
                lacks(faults, what, known, found);
            }
        }
        _ => {
            let kind = |value: &Value| match value {
                Value::Null => "null",
                Value::Bool(_) => "a truth",
                Value::Number(_) => "a number",
                Value::String(_) => "a text",
                Value::Array(_) => "a list",
                Value::Object(_) => "an object",
            };
            faults.equal(what, &kind(found), &kind(known));
            let is_amount = what.ends_with("total") || what.ends_with("amount") || what.ends_with("state");
            faults.expect(!is_amount || known == found, || format!("{what} is {found} in place of {known}"));
        }
    }
}

/// A new edge and an old origin.
#[test]
fn the_edge_renders_the_answers_of_each_release() {
    for (_, exchanges) in recorded() {
        plays(exchanges);
    }
}

/// A new origin and this edge, which is the old one then: fields that it does not know, ways to pay that it cannot offer, and states at whose
/// end an order is placed, as far as it knows.
#[test]
fn the_edge_leaves_out_what_it_does_not_know() {
    for (_, mut exchanges) in recorded() {
        for exchange in &mut exchanges {
            if let Some(ways) = exchange.body.pointer_mut("/data/ways").and_then(Value::as_array_mut) {
                ways.insert(0, json!("by-carrier-pigeon"));
            }
            let is_placed = exchange.body.pointer("/data/state") == Some(&json!("placed"));
            let is_shipped = exchange.body.pointer("/data/parcel/state") == Some(&json!("shipped"));
            if is_placed && !is_shipped {
                for place in ["/data/state", "/data/payment/state", "/data/payment/way", "/data/parcel/state"] {
                    if let Some(value) = exchange.body.pointer_mut(place) {
                        *value = json!("of-a-later-release");
                    }
                }
            }
            extend(&mut exchange.body);
        }
        plays(exchanges);
    }
}

#[track_caller]
fn plays(exchanges: Vec<Exchange>) {
    let stand = Stand::playing(exchanges);
    walk(&follow_at(&stand.url(), &[]), |_| ());
    let left: Vec<String> =
        stand.exchanges().iter().map(|left| format!("{} {}", left.asked.method, left.asked.path)).collect();
    assert!(left.is_empty(), "nobody has asked: {left:?}");
}

/// Gives every object a field that no release has.
fn extend(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(extend);
            fields.insert("fieldOfALaterRelease".to_owned(), json!({ "deep": [1, "two", null] }));
        }
        Value::Array(elements) => elements.iter_mut().for_each(extend),
        _ => {}
    }
}
