//! The formats of catalog files: the same records are the same catalog in each, plain or packed, and every problem is named with
//! the line it is on.

use core::fmt::Write as _;
use std::io::{Read, Write};

use catalog::build::{BuildError, Format, Options, Problems, Products, Progress, check, index_from};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, proptest};
use proptest::{collection, option};
use serde_json::{Value, json};

const HEADER: &str = "id,name,description,price,imageUrl,category,stock,rating,reviews";
const ROW: &str = "mug,Mug,A mug.,14.5,/mug.svg,Kitchen,3,4.4,12";
const OBJECT: &str = r#"{"id":"mug","name":"Mug","description":"A mug.","price":14.5,"imageUrl":"/mug.svg","category":"Kitchen","stock":3,"rating":4.4,"reviews":12}"#;

pub(crate) fn options(format: Format) -> Options<'static> {
    Options { format: Some(format), ..Options::default() }
}

#[track_caller]
pub(crate) fn problems(text: &[u8], format: Option<Format>) -> Problems {
    match check(text, Options { format, ..Options::default() }) {
        Err(BuildError::Refused(problems)) => *problems,
        other => panic!("{other:?}"),
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_name_tells_the_format() {
    #[track_caller]
    fn check(name: &str, expect: Option<Format>) {
        assert_eq!(Format::of_name(name), expect, "{name}");
    }
    check("products.json", Some(Format::Json));
    check("a/b.v2/products.JSON.gz", Some(Format::Json));
    check("products.ndjson.gz", Some(Format::Ndjson));
    check("products.jsonl", Some(Format::Ndjson));
    check("products.csv", Some(Format::Csv));
    check("products.TSV.GZ", Some(Format::Csv));
    check("products.gz", None);
    check("products", None);
    check("products.xml", Some(Format::Xml));
    check("products.txt", None);
}

#[test]
fn the_text_tells_the_format_where_the_name_does_not() {
    #[track_caller]
    fn check(text: &str, expect: Format) {
        for named in [None, Some(Format::Json).filter(|_| expect != Format::Csv)] {
            let report = catalog::build::check(text.as_bytes(), Options { format: named, ..Options::default() });
            let report = report.unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!((report.format, report.records), (expect, 1), "{text}");
            let packed = gzip(text.as_bytes());
            let report =
                catalog::build::check(packed.as_slice(), Options { format: named, ..Options::default() }).unwrap();
            assert_eq!((report.format, report.is_gzip, report.bytes), (expect, true, packed.len() as u64), "{text}");
        }
    }
    check(&format!("[{OBJECT}]"), Format::Json);
    check(&format!("\u{feff}\n [\n{OBJECT}\n]\n"), Format::Json);
    check(&format!("{{\"products\":[{OBJECT}],\"total\":1}}"), Format::Json);
    check(
        &format!("{{\n\"meta\": {{\"tags\": []}}, \"tags\": [\"a\", [1]], \"products\": [{OBJECT}]\n}}"),
        Format::Json,
    );
    check(OBJECT, Format::Ndjson);
    check(&format!("\u{feff}\n\n{OBJECT}\r\n"), Format::Ndjson);
    check(&format!("{HEADER}\n{ROW}"), Format::Csv);
    check(&format!("\u{feff}{HEADER}\r\n{ROW}\r\n"), Format::Csv);
    check(&format!("\r\n{HEADER}\r\r{ROW}\r"), Format::Csv);
    check(&format!("{HEADER}\n{ROW}\n,,,,,,,,\n\"\", ,,,,,,,\n,\n"), Format::Csv);
    check(&format!("{}\n{}\n", HEADER.replace(',', ";"), ROW.replace(',', ";")), Format::Csv);
    check(&format!("{}\n{}\n", HEADER.replace(',', "\t"), ROW.replace(',', "\t")), Format::Csv);
    let quoted = |line: &str, separator: &str| {
        line.split(',').map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(separator)
    };
    check(&format!("{}\n{}", quoted(HEADER, ";"), quoted(ROW, ";")), Format::Csv);
    let with_line_breaks = quoted(ROW, ",").replace("A mug.", "A,\r\n\"\"mug\"\".");
    check(&format!("{HEADER}\n{with_line_breaks}"), Format::Csv);
}

#[test]
fn an_empty_list_is_an_empty_catalog() {
    for text in ["[]", "{\"products\": []}", "\u{feff} [ ] ", HEADER] {
        assert_eq!(check(text.as_bytes(), Options::default()).unwrap().records, 0, "{text}");
    }
}

#[test]
fn the_line_of_a_problem_is_the_one_where_its_record_starts() {
    #[track_caller]
    fn check(text: &str, format: Format, expect: &[usize]) {
        let problems = problems(text.as_bytes(), Some(format));
        let lines: Vec<usize> = problems.shown().iter().map(|problem| problem.line).collect();
        assert_eq!(lines, expect, "{problems}");
    }
    let wrong = OBJECT.replace("14.5", "-1");
    let spread = wrong.replace(',', ",\n");
    check(
        &format!("[\n{wrong},\n\n{}\n,{spread},\n{wrong}]", OBJECT.replace("mug", "cup")),
        Format::Json,
        &[2, 5, 5, 14, 14],
    );
    check(&format!("{wrong}\n\n{}\n{wrong}", OBJECT.replace("mug", "cup")), Format::Ndjson, &[1, 4, 4]);
    let wrong = ROW.replace("14.5", "-1");
    let broad = wrong.replace("A mug.", "\"A\r\nmug,\r\"\"which\"\"\nis red.\"");
    let fine = ROW.replace("mug", "cup");
    for end in ["\n", "\r\n", "\r"] {
        let text = [HEADER, &wrong, "", &broad, &fine, "", "", &broad].join(end);
        check(&text, Format::Csv, &[2, 4, 4, 11, 11]);
    }
}

#[test]
fn broken_rows_are_named_and_the_rest_is_read() {
    let text = format!("{HEADER}\n{ROW},x\nmug\n{ROW}\n{}\n", ROW.replace("mug", "cup").replace("14.5", ""));
    let problems = problems(text.as_bytes(), Some(Format::Csv));
    assert_eq!(
        problems.to_string(),
        "the catalog has 3 problems\n  \
         record 1 (line 2): a row must have 9 cells as the header line has, not 10\n  \
         record 2 (line 3): a row must have 9 cells as the header line has, not 1\n  \
         record 4 (id `cup`, line 5): `price` breaks a rule: a price is a number from 0 to 9999999.99 with at most two decimal places, not ``"
    );
    assert_eq!((problems.records(), problems.stopped()), (4, false));
}

#[test]
fn broken_lines_of_ndjson_are_named_and_the_rest_is_read() {
    let text = format!("{OBJECT}\n{{\"id\": \"x\",}}\n7\n{OBJECT} {OBJECT}\n");
    assert_eq!(
        problems(text.as_bytes(), Some(Format::Ndjson)).to_string(),
        "the catalog has 3 problems\n  \
         record 2 (line 2): not valid JSON: trailing comma at line 2, column 12\n  \
         record 3 (line 3): a record must be an object\n  \
         record 4 (line 4): not valid JSON: trailing characters at line 4, column 142"
    );
}

#[test]
fn forty_broken_lines_among_a_hundred_thousand_are_all_named() {
    let mut text = format!("{HEADER}\n");
    let mut expect = Vec::new();
    for number in 1..=100_000 {
        let is_broken = number % 2_500 == 7;
        let price = if is_broken { "free" } else { "9.99" };
        writeln!(
            text,
            "p{number},\"Product {number}\",\"It is, as they say, a product.\",{price},,Things,5,4.5,{number}"
        )
        .unwrap();
        expect.extend(is_broken.then_some(number + 1));
    }
    let problems = problems(text.as_bytes(), None);
    let lines: Vec<usize> = problems.shown().iter().map(|problem| problem.line).collect();
    assert_eq!((lines.len(), lines), (40, expect));
    assert_eq!((problems.records(), problems.total()), (100_000, 40));
}

#[test]
fn more_problems_than_are_shown_are_counted_by_kind() {
    let mut text = String::new();
    for number in 0..70 {
        let wrong = OBJECT.replace("\"mug\"", &format!("\"m{number}\""));
        let wrong = if number % 2 == 0 { wrong.replace("14.5", "-1") } else { wrong.replace("12}", "true}") };
        text.push_str(&wrong);
        text.push('\n');
    }
    let problems = problems(text.as_bytes(), None);
    assert_eq!((problems.shown().len(), problems.total()), (Problems::SHOWN, 70));
    let said = problems.to_string();
    assert!(said.ends_with("\n  and 20 more; of all: price 35, reviews 35"), "{said}");
}

#[test]
fn progress_ends_with_all_of_the_file() {
    let text = format!(
        "{HEADER}\n{}",
        (0..20_000).fold(String::new(), |text, id| text + &ROW.replacen("mug", &format!("m{id}"), 1) + "\n")
    );
    let mut told = Vec::new();
    let mut progress = |progress: Progress| told.push(progress);
    let report = check(text.as_bytes(), Options { progress: Some(&mut progress), ..options(Format::Csv) }).unwrap();
    assert_eq!(report.bytes, text.len() as u64);
    assert!(told.len() > 2 && told.is_sorted_by_key(|progress| (progress.bytes, progress.records)), "{told:?}");
    assert_eq!(told.last(), Some(&Progress { bytes: report.bytes, records: 20_000 }));
}

/// A reader that gives one byte at a time, or fails.
struct Slow<'a>(&'a [u8], bool);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match (self.0.split_first(), buffer.first_mut()) {
            (Some((first, rest)), Some(place)) => {
                *place = *first;
                self.0 = rest;
                Ok(1)
            }
            _ if self.1 => Err(std::io::Error::other("the disk is gone")),
            _ => Ok(0),
        }
    }
}

#[test]
fn pieces_of_a_file_may_be_small_and_reading_may_fail() {
    for text in [format!("[{OBJECT}]").into_bytes(), format!("{HEADER}\n{ROW}").into_bytes(), gzip(OBJECT.as_bytes())] {
        assert_eq!(index_from(Slow(&text, false)).unwrap(), index_from(text.as_slice()).unwrap());
        let error = index_from(Slow(&text, true)).unwrap_err();
        assert_eq!(error.to_string(), "the catalog cannot be read: the disk is gone");
    }
}

/// A cell as RFC 4180 has it.
fn cell(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("\"{}\"", text.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_same_records_are_the_same_catalog_in_every_format(
        records in collection::vec(
            ("[^\\p{Cc}\\p{White_Space}]{1,20}", any::<String>(), 0..1_000_000_u32, option::of("[a-z]{1,9}"), 0..9_u32, 0..=500_u16),
            0..12,
        ),
        separator in (0..3_usize).prop_map(|place| [",", ";", "\t"][place]),
    ) {
        let records: Vec<Value> = records.into_iter().enumerate().map(|(place, (name, text, price, picture, stock, rating))| json!({
            "id": format!("p{place}"),
            "name": name,
            "description": text.replace(|character: char| character.is_control() && !matches!(character, '\r' | '\n' | '\t'), "\n"),
            "price": f64::from(price) / 100.0,
            "imageUrl": picture.map(|picture| format!("https://cdn.example/{picture}.webp")).unwrap_or_default(),
            "category": format!("c{stock}"),
            "stock": stock,
            "rating": f64::from(rating) / 100.0,
            "reviews": price,
        })).collect();
        let fields: Vec<&str> = HEADER.split(',').collect();
        let rows = records.iter().map(|record| fields.iter().map(|field| cell(&record[*field])).collect::<Vec<_>>().join(separator));
        let csv = std::iter::once(fields.join(separator)).chain(rows).collect::<Vec<_>>().join("\r\n");
        let ndjson = records.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        let json = serde_json::to_string_pretty(&records).unwrap();
        let wrapped = json!({ "total": records.len(), "products": records }).to_string();
        let read = |text: &str, format| Products::read(text.as_bytes(), options(format)).unwrap().into_index().unwrap();
        let expect = read(&json, Format::Json);
        prop_assert_eq!(&read(&ndjson, Format::Ndjson), &expect);
        prop_assert_eq!(&read(&csv, Format::Csv), &expect);
        prop_assert_eq!(&read(&wrapped, Format::Json), &expect);
        prop_assert_eq!(&index_from(gzip(csv.as_bytes()).as_slice()).unwrap(), &expect);
        prop_assert_eq!(&index_from(json.as_bytes()).unwrap(), &expect);
    }
}
