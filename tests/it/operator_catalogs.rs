//! The command line's commands for catalogs: what they print, their exit codes, and what is on the disk afterwards.
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
