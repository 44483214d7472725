//! The command line's commands for catalogs over files as merchants export them: stdout, stderr and exit code of each file, and each option
//! once. `catalog/tests/data/imports/README.md` has what must come of each file; the crate `catalog` has tests of its rules.

use std::fmt::Write as _;
use std::fs;

use catalog::Catalog;
use storefront_tests::operator::{Operator, Ran};
use storefront_tests::project;

/// Where the files lie.
const FILES: &str = "catalog/tests/data/imports";

/// A file of three products, of which the second one has no price.
const ONE_WRONG: &str = "id,name,Verkaufspreis,category,stock\na,A,5,T,1\nb,B,free,T,1\nc,C,7,T,2\n";

/// The names of all files, sorted.
fn names() -> Vec<String> {
    let entries = fs::read_dir(project().join(FILES)).expect("the files are there");
    let names = entries.map(|entry| entry.expect("it can be listed").file_name().into_string().expect("a name"));
    let mut names: Vec<String> = names.filter(|name| name != "README.md").collect();
    names.sort();
    assert_eq!(names.len(), 17);
    names
}

/// An operator with these files in the folder.
#[track_caller]
fn with(names: &[&str]) -> Operator {
    let operator = Operator::new();
    for name in names {
        fs::copy(project().join(FILES).join(name), operator.folder().join(name)).expect("the file can be copied");
    }
    operator
}

/// The same text with the time that reading took left out.
fn without_time(text: &str) -> String {
    match text.split_once(", read in ").and_then(|(before, rest)| Some((before, rest.split_once(" s")?.1))) {
        Some((before, after)) => format!("{before}, read in … s{after}"),
        None => text.to_owned(),
    }
}

/// A command as a person sees it: the line, both outputs and the code.
fn seen(line: &str, ran: &Ran) -> String {
    format!("$ storefront {line}\n{}{}=> {}\n", ran.err, without_time(&ran.out), ran.code)
}

/// The lines that this command prints in addition to, or in place of, those without the options.
#[track_caller]
fn difference(operator: &Operator, file: &str, options: &str, code: i32) -> String {
    let usual = operator.run(&format!("catalog check {file}"));
    let usual = format!("{}{}", usual.err, without_time(&usual.out));
    let line = format!("catalog check {file} {options}");
    let ran = operator.run(&line).expect(code);
    let text = seen(&line, &ran);
    text.lines().filter(|line| !usual.lines().any(|usual| usual == *line)).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    })
}

#[test]
fn each_file_is_reported_with_columns_samples_and_what_is_left_out() {
    let names = names();
    let operator = with(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut text = String::new();
    for name in &names {
        let line = format!("catalog check {name}");
        let _ = writeln!(text, "{}", seen(&line, &operator.run(&line)));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn each_file_that_passes_is_built_into_an_index_that_opens() {
    let names = names();
    let operator = with(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for name in &names {
        // Ambiguous in a currency with two decimals.
        let currency = if name.starts_with("three-decimal") { "KWD" } else { "USD" };
        let checked = operator.run(&format!("--json catalog check {name} --currency {currency}")).expect(0);
        let built =
            operator.run(&format!("--json catalog build {name} -o {name}.index --currency {currency}")).expect(0);
        assert_eq!(checked.err, built.err, "{name}: the warnings of a build are those of a check");
        let (checked, built) = (checked.json(), built.json());
        for member in ["products", "variants", "columns", "samples", "leftOut", "encoding", "warnings"] {
            assert_eq!(checked[member], built[member], "{name}: {member}");
        }
        let index = fs::read(operator.folder().join(format!("{name}.index"))).expect("the index is there");
        assert_eq!(built["index"]["size"], index.len(), "{name}");
        let catalog = Catalog::open(index).expect("the index opens");
        assert_eq!(
            (&built["products"], &built["index"]["revision"]),
            (&catalog.len().into(), &catalog.revision().into())
        );
        assert_eq!(catalog.currency().code(), currency, "{name}");
    }
    let refused = operator.run("catalog build three-decimal-currency.csv -o none.index").expect(1);
    assert_eq!(refused.out, operator.run("catalog check three-decimal-currency.csv").out);
    assert!(!operator.folder().join("none.index").exists());
}

#[test]
fn each_option_changes_what_its_name_says() {
    let files =
        ["no-category.csv", "no-inventory-column.csv", "windows-1252-semicolon.csv", "three-decimal-currency.csv"];
    let hidden = ["hidden-products-shopify.csv", "hidden-products-woo.csv", "google-feed.tsv"];
    let operator = with(&[files.as_slice(), &hidden].concat());
    let mut text = String::new();
    for (file, options, code) in [
        ("no-category.csv", "--default-category Gifts", 0),
        ("no-inventory-column.csv", "--untracked-stock out-of-stock", 0),
        ("no-inventory-column.csv", "--untracked-stock in-stock", 0),
        ("no-inventory-column.csv", "--untracked-stock 7", 0),
        ("no-inventory-column.csv", "--untracked-stock many", 2),
        ("hidden-products-shopify.csv", "--include-unpublished", 0),
        ("hidden-products-woo.csv", "--include-unpublished", 0),
        ("windows-1252-semicolon.csv", "--encoding utf-8", 1),
        ("windows-1252-semicolon.csv", "--encoding windows-1252", 0),
        ("windows-1252-semicolon.csv", "--encoding latin", 2),
        ("three-decimal-currency.csv", "--currency KWD", 0),
        ("three-decimal-currency.csv", "--currency dinars", 2),
        ("google-feed.tsv", "--currency AED", 0),
        ("google-feed.tsv", "--map name=Titel", 0),
        ("google-feed.tsv", "--map name=brand", 0),
        ("google-feed.tsv", "--map nom=title", 2),
    ] {
        let _ = writeln!(text, "{}", difference(&operator, file, options, code));
    }
    insta::assert_snapshot!(text);
    let dinars = operator.with("CURRENCY", "KWD");
    let checked = dinars.run("catalog check three-decimal-currency.csv").expect(0);
    assert!(checked.out.contains("Oud oil (k1): 2.5 KWD"), "{checked}");
    // The option wins over the variable, which is refused by its name.
    dinars.run("catalog check three-decimal-currency.csv --currency USD").expect(1);
    let refused = dinars.with("CURRENCY", "dinars").run("catalog check no-category.csv").expect(2);
    assert!(refused.err.starts_with("error: `CURRENCY` was refused\n"), "{refused}");
}

#[test]
fn a_mapping_that_is_saved_is_found_again_beside_the_export() {
    const MAP: &str = "chapeaux.csv.map.toml";
    let operator = with(&["localized-header-fr.csv"]);
    let path = |name: &str| operator.folder().join(name);
    let text = fs::read_to_string(path("localized-header-fr.csv")).expect("the file is text");
    fs::write(path("chapeaux.csv"), text.replace("Nom", "Intitulé")).expect("the file is written");
    let refused = operator.run("catalog check chapeaux.csv --save-map").expect(1);
    assert!(refused.out.starts_with("line 1: nothing says the `name`: there is no `name`, `title`"), "{refused}");
    assert!(refused.err.contains("hint: `--map FIELD=COLUMN` names the column of a field"), "{refused}");
    assert!(!path(MAP).exists(), "options that do not lead to a catalog are not kept");
    let options =
        "--map name=Intitulé --default-category Mode --untracked-stock 3 --include-unpublished --encoding utf-8";
    let saved = operator.run(&format!("catalog check chapeaux.csv {options} --save-map")).expect(0);
    assert!(saved.err.ends_with(&format!("wrote the mapping file `{MAP}`\n")), "{saved}");
    let kept = fs::read_to_string(path(MAP)).expect("the mapping file is there");
    insta::assert_snapshot!(kept);
    // Every command finds it by itself, and the products are the same.
    let again = operator.run("catalog check chapeaux.csv").expect(0);
    assert_eq!(without_time(&again.out), without_time(&saved.out));
    assert!(again.err.starts_with(&format!("with the options of the mapping file `{MAP}`\n")), "{again}");
    operator.run("catalog build chapeaux.csv -o chapeaux.index").expect(0);
    let catalog = Catalog::open(fs::read(path("chapeaux.index")).expect("the index is there")).expect("it opens");
    assert_eq!(catalog.product_at(0).map(|product| product.name.into_owned()).as_deref(), Some("Chapeau rouge"));
    // The command line wins, and a file of another name is written and left alone.
    let other = operator.run("catalog check chapeaux.csv --map name=UGS --save-map other.toml").expect(0);
    assert!(other.out.contains("  EV-1 (5): 19.9 USD"), "{other}");
    assert!(fs::read_to_string(path("other.toml")).expect("it is there").contains("name = \"UGS\""));
    assert_eq!(fs::read_to_string(path(MAP)).expect("it is there"), kept);
}

#[test]
fn a_mapping_file_that_is_wrong_is_refused_with_its_place() {
    let operator = with(&["no-category.csv"]);
    for (text, expect) in [
        ("[columns]\nname = 3\n", "not a mapping file: line 2, column 8: invalid type: integer `3`, expected a string"),
        ("skip-valid = true\n", "not a mapping file: line 1, column 1: unknown field `skip-valid`"),
        ("[columns]\nnom = 'Nom'\n", "`nom` is no field; the fields are `id`, `handle`"),
        ("untracked-stock = 'many'\n", "`many` must be `in-stock`, `out-of-stock` or a whole number from 0 to"),
    ] {
        fs::write(operator.folder().join("no-category.csv.map.toml"), text).expect("the mapping file is written");
        for command in ["check no-category.csv", "build no-category.csv -o none.index"] {
            let refused = operator.run(&format!("catalog {command}")).expect(2);
            assert!(
                refused.err.contains("error: cannot take the mapping file `no-category.csv.map.toml`"),
                "{refused}"
            );
            assert!(refused.err.contains(expect), "`{expect}` is not in:\n{refused}");
            assert_eq!(refused.out, "");
        }
    }
    assert!(!operator.folder().join("none.index").exists());
}

#[test]
fn a_problem_has_its_line_and_column_and_can_be_skipped_with_a_code_of_its_own() {
    let operator = Operator::new();
    fs::write(operator.folder().join("one-wrong.csv"), ONE_WRONG).expect("the file is written");
    let place = "record 2 (id `b`, line 3, column `Verkaufspreis`): `price` breaks a rule: ";
    let refused = operator.run("catalog check one-wrong.csv --map price=Verkaufspreis").expect(1);
    assert!(refused.out.starts_with(place), "{refused}");
    assert_eq!(refused.err, "error: the catalog `one-wrong.csv` has 1 problem; nothing was written\n");
    let document = operator.run("--json catalog check one-wrong.csv --map price=Verkaufspreis").expect(1).json();
    let problem = &document["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["column"], &problem["id"]),
        (&3.into(), &"Verkaufspreis".into(), &"b".into())
    );
    assert_eq!((&document["valid"], &document["problemCount"]), (&false.into(), &1.into()));
    for (command, is_built) in [("check one-wrong.csv", false), ("build one-wrong.csv -o some.index", true)] {
        let line = format!("catalog {command} --map price=Verkaufspreis --skip-invalid");
        let skipped = operator.run(&line).expect(7);
        assert!(skipped.out.contains(&format!("\nskipped: {place}")), "{skipped}");
        assert!(skipped.out.starts_with("`one-wrong.csv` is fine: 2 products"), "{skipped}");
        assert!(skipped.err.ends_with("error: 1 problem in `one-wrong.csv`: the records were left out\n"), "{skipped}");
        let document = operator.run(&format!("--json {line}")).expect(7).json();
        assert_eq!((&document["products"], &document["valid"]), (&2.into(), &true.into()));
        assert!(document["skipped"][0].as_str().is_some_and(|problem| problem.starts_with(place)), "{document}");
        assert_eq!(operator.folder().join("some.index").exists(), is_built);
    }
}
