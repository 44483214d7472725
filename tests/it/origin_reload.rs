//! The catalog file changes while the server runs: what is right is served as a whole, and what is wrong is refused as a whole.

use std::io::Write as _;

use storefront_tests::record::{Record, products, with_price};

fn price(record: &Record) -> String {
    record.get("/api/products/1").json()["data"]["price"].to_string()
}

#[test]
fn a_change_of_the_file_is_served_without_a_restart() {
    let mut record = Record::start(&[]);
    assert_eq!(price(&record), "48");
    record.serve(&with_price("1", 12.5));
    assert_eq!(price(&record), "12.5");
    // A file that is written anew with the same records changes nothing.
    record.write(&with_price("1", 12.5));
    record.expect_line("\"message\":\"catalog unchanged\"");
    assert_eq!(price(&record), "12.5");
}

#[test]
fn a_hangup_reads_the_file_at_once() {
    let mut record = Record::start(&[("CATALOG_POLL_MS", "3600000")]);
    record.write(&with_price("1", 12.5));
    assert_eq!(price(&record), "48");
    record.signal("HUP");
    record.expect_line("\"message\":\"catalog loaded\"");
    assert_eq!(price(&record), "12.5");
}

#[test]
fn a_bad_file_is_refused_whole_with_the_record_and_the_rule() {
    let mut record = Record::start(&[]);
    record.serve(&with_price("1", 12.5));
    let mut bad = with_price("1", 99.0);
    bad[2]["price"] = (-1).into();
    bad[7]["rating"] = 6.into();
    record.write(&bad);
    let line = record.expect_line("\"message\":\"catalog refused\"");
    let error = line["error"].as_str().unwrap();
    for part in ["record 3", "record 8", "price", "rating", "a rating is a number from 0 to 5"] {
        assert!(error.contains(part), "`{part}` is not in: {error}");
    }
    assert_eq!(price(&record), "12.5", "nothing of a bad file is served");
    let ready = record.get("/health/ready");
    assert_eq!((ready.status, ready.json()["catalog"]["error"].as_str()), (200, Some(error)));
    assert!(record.metrics().contains(r#"origin_catalog_reloads_total{outcome="refused"} 1"#));
    record.serve(&with_price("1", 13.0));
    assert_eq!(
        (price(&record).as_str(), record.get("/health/ready").json()["catalog"]["error"].is_null()),
        ("13", true)
    );
}

#[test]
fn a_file_that_is_gone_leaves_what_is_served() {
    let mut record = Record::start(&[]);
    record.serve(&with_price("1", 12.5));
    std::fs::remove_file(record.path()).unwrap();
    let line = record.expect_line("\"message\":\"catalog refused\"");
    assert!(line["error"].as_str().unwrap().contains("cannot be found"), "{line}");
    assert_eq!(price(&record), "12.5");
    record.serve(&with_price("1", 14.0));
    assert_eq!(price(&record), "14");
}

#[test]
fn half_a_file_is_never_served() {
    let mut record = Record::start(&[]);
    let text = serde_json::to_string(&with_price("1", 12.5)).unwrap();
    let (first, second) = text.split_at(text.len() / 2);
    let mut file = std::fs::File::create(record.path()).unwrap();
    file.write_all(first.as_bytes()).unwrap();
    file.sync_all().unwrap();
    record.expect_line("\"message\":\"catalog refused\"");
    assert_eq!(price(&record), "48");
    file.write_all(second.as_bytes()).unwrap();
    drop(file);
    record.expect_line("\"message\":\"catalog loaded\"");
    assert_eq!(price(&record), "12.5");
}

#[test]
fn all_formats_are_read_and_more_than_changes_can_say_is_a_new_base() {
    let mut record = Record::start(&[]);
    let mut more = products();
    let mut product = more[0].clone();
    product["id"] = "one-more".into();
    more.push(product);
    let lines: Vec<String> = more.iter().map(ToString::to_string).collect();
    // What the name says is JSON may be a product a line.
    record.write_text(&lines.join("\n"));
    let line = record.expect_line("\"message\":\"catalog loaded\"");
    assert_eq!((&line["products"], &line["changed"]), (&more.len().into(), &0.into()), "{line}");
    assert_eq!(record.get("/api/products/one-more").status, 200);
}
