//! The command line's commands for catalogs: their output, their exit codes, and the files on the disk afterwards.
//! They need no shop and no store.

use std::fmt::Write as _;
use std::fs;

use storefront_tests::operator::Operator;

const HEADER: &str = "id,name,description,price,imageUrl,category,stock,rating,reviews\n";

/// A file of 1,000 products, with 40 broken lines if it is to be refused.
fn write_catalog(operator: &Operator, is_broken: bool) {
    let mut text = HEADER.to_owned();
    for number in 1..=1_000 {
        let price = if is_broken && number % 25 == 0 { "free" } else { "9.99" };
        let _ = writeln!(text, "p{number},Product {number},\"One, of many.\",{price},,Things,5,4.5,{number}");
    }
    fs::write(operator.folder().join("products.csv"), text).expect("the catalog is written");
}

#[test]
fn a_catalog_is_checked_and_built() {
    let operator = Operator::new();
    write_catalog(&operator, false);
    let checked = operator.run("catalog check products.csv").expect(0);
    assert!(checked.out.starts_with("`products.csv` is fine: 1000 products, CSV, "), "{}", checked.out);
    assert_eq!(checked.err, "warning: 1000 products without a picture, the first on line 2\n");
    let built = operator.run("catalog build products.csv -o catalog.index --json").expect(0);
    let document = built.json();
    assert_eq!(document["command"], "catalog build");
    assert_eq!(document["products"], 1000);
    assert_eq!(document["ownFormat"], true);
    let size = fs::metadata(operator.folder().join("catalog.index")).expect("the index is there").len();
    assert_eq!(document["index"]["size"], size);
}

#[test]
fn a_catalog_with_broken_lines_is_refused_with_all_of_them_and_nothing_is_written() {
    let operator = Operator::new();
    write_catalog(&operator, false);
    operator.run("catalog build products.csv -o catalog.index").expect(0);
    let before = fs::read(operator.folder().join("catalog.index")).expect("the index is there");
    write_catalog(&operator, true);
    let refused = operator.run("catalog build products.csv -o catalog.index").expect(1);
    let lines: Vec<&str> = refused.out.lines().collect();
    assert_eq!(lines.len(), 40);
    for (place, line) in lines.iter().enumerate() {
        let number = (place + 1) * 25;
        let start = format!("record {number} (id `p{number}`, line {}): `price` breaks a rule: ", number + 1);
        assert!(line.starts_with(&start), "{line}");
    }
    assert_eq!(refused.err, "error: the catalog `products.csv` has 40 problems; nothing was written\n");
    assert_eq!(fs::read(operator.folder().join("catalog.index")).expect("the index is there"), before);
    let mut left: Vec<_> = fs::read_dir(operator.folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["catalog.index", "products.csv"]);
    let document = operator.run("--json catalog check products.csv").expect(1).json();
    assert_eq!(document["problemCount"], 40);
    assert_eq!(document["problems"][39]["line"], 1001);
}

#[test]
fn what_is_not_there_or_not_said_has_its_own_code() {
    let operator = Operator::new();
    operator.run("catalog check none.csv").expect(4);
    operator.run("catalog build none.csv -o catalog.index").expect(4);
    operator.run("catalog build none.csv").expect(2);
    write_catalog(&operator, false);
    operator.run("catalog build products.csv -o products.csv").expect(2);
    operator.run("catalog build products.csv -o none/catalog.index").expect(1);
}

#[test]
fn a_hostile_catalog_drives_no_terminal() {
    let operator = Operator::new();
    let record = r#"[{"id":"a\u001b[2J\u009b31m\u202e","name":"n","price":1,"description":"d","imageUrl":"/a.svg","category":"C","stock":1,"rating":4,"reviews":1}]"#;
    fs::write(operator.folder().join("e.json"), record).expect("the catalog is written");
    // Two columns that a shop's export may well have, and a third one that nobody should.
    let export = "id,name,category,price,\u{9b}2J\u{202e}\nerror: forged\n1,Mug,Kitchen,9.50,x\n"
        .replace("\u{202e}\n", "\u{202e}");
    fs::write(operator.folder().join("f.csv"), export).expect("the catalog is written");
    for (line, code) in [("catalog check e.json", 1), ("--json catalog check e.json", 1), ("catalog check f.csv", 0)] {
        let ran = operator.run(line).expect(code);
        for text in [&ran.out, &ran.err] {
            let raw = text.chars().find(|character| matches!(character, '\u{1b}' | '\u{80}'..='\u{9f}' | '\u{202e}'));
            assert_eq!(raw, None, "`{line}` prints what drives a terminal: {text:?}");
        }
        let forged = ran.err.lines().chain(ran.out.lines()).filter(|line| line.starts_with("error: forged")).count();
        assert_eq!(forged, 0, "{}", ran.err);
    }
}

#[test]
fn an_export_that_failed_is_refused_and_replaces_no_index() {
    let operator = Operator::new();
    fs::write(operator.folder().join("none.json"), "[]").expect("the catalog is written");
    fs::write(operator.folder().join("none.csv"), HEADER).expect("the catalog is written");
    for file in ["none.json", "none.csv"] {
        let refused = operator.run(&format!("catalog check {file}")).expect(1);
        assert_eq!(refused.out, "line 1: a catalog must have at least 1 product, not 0\n");
        assert!(refused.err.contains("hint: `--min-products NUMBER`"), "{}", refused.err);
        operator.run(&format!("catalog check {file} --min-products 0")).expect(0);
        operator.run(&format!("catalog build {file} -o none.index")).expect(1);
    }
    write_catalog(&operator, false);
    operator.run("catalog build products.csv -o catalog.index").expect(0);
    let before = fs::read(operator.folder().join("catalog.index")).expect("the index is there");
    let text = fs::read_to_string(operator.folder().join("products.csv")).expect("the catalog is there");
    let cut: String = text.split_inclusive('\n').take(400).collect();
    fs::write(operator.folder().join("cut.csv"), cut).expect("the catalog is written");
    operator.run("catalog check cut.csv").expect(0);
    let refused = operator.run("catalog build cut.csv -o catalog.index").expect(1);
    assert_eq!(refused.out, "line 1: a catalog must have at least 500 products, not 399\n");
    assert_eq!(fs::read(operator.folder().join("catalog.index")).expect("the index is there"), before);
    operator.run("catalog build cut.csv -o catalog.index --min-products 399").expect(0);
}

#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let operator = Operator::new();
    let made = std::process::Command::new("mkfifo").arg(operator.folder().join("pipe.csv")).status();
    assert!(made.is_ok_and(|status| status.success()), "cannot make a pipe");
    fs::create_dir(operator.folder().join("folder.csv")).expect("a folder");
    for line in ["catalog check pipe.csv", "catalog build pipe.csv -o catalog.index", "catalog check folder.csv"] {
        let refused = operator.run(line).expect(1);
        assert!(refused.err.contains("is a folder, a pipe or a device, not a file"), "{line}: {}", refused.err);
    }
}
