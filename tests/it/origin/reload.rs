//! The catalog file changes while the server runs: a right one is served as a whole, and a wrong one is refused as a whole.

use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use storefront_tests::client::Request;
use storefront_tests::record::{Record, products, run, with_price};

use crate::faults::eventually;

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
    let catalog = &ready.json()["catalog"];
    assert_eq!((ready.status, catalog["error"].as_str()), (200, Some("catalog-refused")));
    assert_eq!(catalog["detail"].as_str(), Some(error), "without a secret this machine may read all of it");
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
fn all_formats_are_read_and_one_more_product_is_a_change() {
    let mut record = Record::start(&[]);
    let mut more = products();
    let mut product = more[0].clone();
    product["id"] = "one-more".into();
    more.push(product);
    let lines: Vec<String> = more.iter().map(ToString::to_string).collect();
    // What the name says is JSON may be a product a line.
    record.write_text(&lines.join("\n"));
    let line = record.expect_line("\"message\":\"catalog loaded\"");
    assert_eq!((&line["products"], &line["changed"]), (&more.len().into(), &1.into()), "{line}");
    assert_eq!(record.get("/api/products/one-more").status, 200);
}

/// The products as lines, which any cut at a line's end leaves a file of fewer products.
fn lines(products: &[Value]) -> String {
    products.iter().flat_map(|product| [product.to_string(), "\n".to_owned()]).collect()
}

#[track_caller]
fn expect_refusal(record: &mut Record, code: &str, part: &str) {
    let line = record.expect_line("\"message\":\"catalog refused\"");
    assert_eq!(line["code"], code, "{line}");
    assert!(line["error"].as_str().is_some_and(|error| error.contains(part)), "`{part}` is not in: {line}");
    assert_eq!(record.get("/health/ready").json()["catalog"]["error"], code);
    assert_eq!(record.get("/api/products").json()["total"], products().len(), "the served catalog stays");
}

#[test]
fn a_catalog_that_lost_its_products_is_refused() {
    let mut record = Record::start(&[]);
    for empty in ["[]", "{\"products\":[]}"] {
        record.write_text(empty);
        expect_refusal(
            &mut record,
            "catalog-too-few",
            "the catalog has no products; CATALOG_MIN_PRODUCTS=0 allows that",
        );
    }
    let less = products().len().div_ceil(2) - 1;
    record.write(&products()[..less]);
    expect_refusal(&mut record, "catalog-too-few", &format!("{less} products, fewer than half of the"));
    assert!(record.metrics().contains("origin_catalog_reloads_total{outcome=\"refused\"} 3\n"), "{}", record.metrics());
    // Half of them is a decision.
    record.serve(&products()[..=less]);
    assert_eq!(record.get("/api/products").json()["total"], less + 1);
    assert!(record.get("/health/ready").json()["catalog"]["error"].is_null());
}

#[test]
fn an_emptied_shop_needs_permission() {
    let mut record = Record::start(&[("CATALOG_MIN_PRODUCTS", "0")]);
    record.serve(&[]);
    assert_eq!(record.get("/api/products").json()["total"], 0);
    let mut strict = Record::start(&[("CATALOG_MIN_PRODUCTS", &products().len().to_string())]);
    strict.write(&products()[1..]);
    expect_refusal(&mut strict, "catalog-too-few", "CATALOG_MIN_PRODUCTS demands");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("none.json");
    std::fs::write(&path, "[]").expect("a file");
    let variables = [("CATALOG", path.to_str().expect("a path")), ("PORT", "0"), ("METRICS_PORT", "0")];
    let ended = run(&[], &variables);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("the catalog has no products"), "{}", ended.err);
}

#[test]
fn lines_that_are_still_being_written_take_no_product_away() {
    let mut record = Record::start(&[("CATALOG_SETTLE_MS", "3600000")]);
    record.write_text(&lines(&with_price("1", 12.5)));
    record.expect_line("\"message\":\"catalog loaded\"");
    let text = lines(&with_price("1", 14.0));
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    // As an export writes it that opens the file and goes on line by line.
    let mut file = std::fs::File::create(record.path()).expect("the catalog can be written into");
    for half in [&all[..all.len() - 2], &all[all.len() - 2..]] {
        file.write_all(half.concat().as_bytes()).expect("lines can be written");
        file.sync_all().expect("lines reach the disk");
        if half.len() > 2 {
            record.expect_line("\"message\":\"catalog waits\"");
            assert_eq!(record.get("/api/products").json()["total"], products().len(), "a part of a file is served");
        }
    }
    let line = record.expect_line("\"message\":\"catalog loaded\"");
    assert_eq!((&line["products"], price(&record).as_str()), (&products().len().into(), "14"));
    // A hangup ends the wait.
    record.write_text(&lines(&products()[1..]));
    record.expect_line("\"message\":\"catalog waits\"");
    record.signal("HUP");
    let line = record.expect_line("\"message\":\"catalog loaded\"");
    assert_eq!(line["products"], products().len() - 1);
}

#[test]
fn a_start_waits_until_nobody_writes_lines_any_more() {
    const SETTLE: Duration = Duration::from_millis(1_500);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("products.ndjson");
    std::fs::write(&path, lines(&products())).expect("a file");
    let variables = [("CATALOG", path.to_str().expect("a path")), ("CATALOG_SETTLE_MS", "1500")];
    let record = Record::start(&variables);
    let written = path.metadata().and_then(|file| file.modified()).expect("a time");
    let age = written.elapsed().expect("a clock that goes on");
    assert!(age >= SETTLE, "served {age:?} after the last write, {SETTLE:?} have to pass: it may be half a file");
    assert_eq!(record.get("/api/products").json()["total"], products().len());
}

#[test]
fn fewer_lines_are_taken_once_nobody_writes_any_more() {
    let mut record = Record::start(&[("CATALOG_SETTLE_MS", "200")]);
    record.write_text(&lines(&products()[1..]));
    record.expect_line("\"message\":\"catalog waits\"");
    record.expect_line("\"message\":\"catalog loaded\"");
    assert_eq!(record.get("/api/products").json()["total"], products().len() - 1);
}

fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "cannot make a pipe");
}

#[test]
fn special_files_are_refused_and_stop_nothing() {
    let mut record = Record::start(&[]);
    let path = record.path();
    let remove = || std::fs::remove_file(&path).expect("it can be taken away");
    let kinds: [(&str, &dyn Fn() -> Option<UnixListener>); 4] = [
        ("a pipe", &|| {
            make_pipe(&path);
            None
        }),
        ("a socket", &|| UnixListener::bind(&path).ok()),
        ("a device", &|| std::os::unix::fs::symlink("/dev/zero", &path).ok().and(None)),
        ("a folder", &|| std::fs::create_dir(&path).ok().and(None)),
    ];
    for (price, (kind, make)) in (20_u32..).zip(kinds) {
        remove();
        let held = make();
        // The moment without any may have been seen as well.
        let line = record.expect_line("\"code\":\"catalog-not-a-file\"");
        assert!(line["error"].as_str().is_some_and(|error| error.contains(kind)), "`{kind}` is not in: {line}");
        assert_eq!(record.get("/health/ready").json()["catalog"]["error"], "catalog-not-a-file");
        drop(held);
        if kind == "a folder" {
            std::fs::remove_dir(&path).expect("it can be taken away");
        }
        record.serve(&with_price("1", price.into()));
        assert_eq!(record.get("/api/products/1").json()["data"]["price"], price, "{kind} stops the reloads");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe.json");
    make_pipe(&pipe);
    let ended = run(&[], &[("CATALOG", pipe.to_str().expect("a path")), ("PORT", "0"), ("METRICS_PORT", "0")]);
    assert!(ended.code == 2 && ended.err.contains("is a pipe, not a file"), "{}", ended.err);
}

#[test]
fn a_file_that_takes_long_to_read_is_named() {
    let mut record = Record::start(&[("CATALOG_SLOW_MS", "1")]);
    let first = products().remove(0);
    let many: Vec<Value> = (0..2_000)
        .map(|number| {
            let mut product = first.clone();
            product["id"] = format!("p{number}").into();
            product
        })
        .collect();
    record.write(&many);
    let line = record.expect_line("\"message\":\"catalog slow\"");
    assert!(line["error"].as_str().is_some_and(|error| error.contains("products.json` has been read for ")), "{line}");
    record.expect_line("\"message\":\"catalog loaded\"");
    // Each look at the file may be slow again; the trouble ends with a look that is not.
    eventually("the end of the trouble", || match &record.get("/health/ready").json()["catalog"]["error"] {
        Value::Null => Ok(()),
        error => Err(error.to_string()),
    });
    assert!(record.metrics().contains("origin_catalog_reloads_total{outcome=\"slow\"} "), "{}", record.metrics());
}

#[test]
fn the_public_learns_that_a_catalog_was_refused_and_not_what_is_in_it() {
    const SECRET: &str = "the-secret-of-this-test";
    let mut record = Record::start(&[("ORIGIN_SECRET", SECRET)]);
    record.write_text("[{\"id\":\"SECRET-unreleased-product\",\"price\":\"x\",\"name\":\"N\",\"category\":\"C\"}]");
    let line = record.expect_line("\"message\":\"catalog refused\"");
    assert!(line["error"].as_str().is_some_and(|error| error.contains("SECRET-unreleased-product")), "{line}");
    let ready = Request::get("/health/ready");
    for request in [ready.clone(), ready.clone().header("authorization", "Bearer not-the-secret-of-this")] {
        let answer = record.send(&request);
        assert_eq!((answer.status, answer.json()["catalog"]["error"].as_str()), (200, Some("catalog-refused")));
        for part in ["SECRET", "products.json", "record 1", "/tmp"] {
            assert!(!answer.text().contains(part), "`{part}` is for nobody: {answer}");
        }
    }
    let detail = record.send(&ready.header("authorization", &format!("Bearer {SECRET}"))).json();
    assert_eq!(detail["catalog"]["detail"], line["error"], "{detail}");
}
