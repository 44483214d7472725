//! Files that are no catalogs or want to be more than one: each is refused with the line and the rule, in little time and memory.

use std::io::{Read, Write};

use catalog::build::{BuildError, Format, Limits, Options, check, index_from, index_from_json};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::{ProptestConfig, any, proptest};

use crate::build_formats::problems;

const HEADER: &str = "id,name,description,price,imageUrl,category,stock,rating,reviews\n";

#[track_caller]
fn refused(text: &[u8], format: Format, expect: &str) {
    let problems = problems(text, Some(format));
    let said = problems.to_string();
    let first = said.lines().nth(1).unwrap_or_default().trim();
    assert_eq!(first, expect, "{said}");
}

#[test]
fn files_that_are_not_catalogs_are_refused() {
    #[track_caller]
    fn check(text: &[u8], expect: &str) {
        let error = index_from_json(text).unwrap_err().to_string();
        assert_eq!(error.lines().nth(1).map(str::trim), Some(expect));
    }
    check(b"", "line 1: not valid JSON: the file is empty at line 1, column 1");
    check(b" \n ", "line 2: not valid JSON: the file is empty at line 2, column 2");
    let no_array = "line 1: the catalog must be an array of products, or an object with one array of products in it";
    check(b"{ }", no_array);
    check(b"\"x\"", no_array);
    check(b"{\"a\": {\"b\": [{}]}, \"c\": [1, 2]\n, \"d\": 1}", &no_array.replace('1', "2"));
    check(
        b"{\"products\": [{}], \"more\": [{}]}",
        "record 1 (line 1): nothing says the `id`: there is no `id`, `product_id`, `item_id`, `object_id`, `handle`, `slug`, `sku`, `product_sku`, `variant_sku` or `product_code`",
    );
    check(b"[\n{\"id\": \"1\",}\n]", "record 1 (line 2): not valid JSON: trailing comma at line 2, column 12");
    check(b"[[1],\n[2]", "record 1 (line 1): a record must be an object");
    check(b"[] x", "line 1: not valid JSON: trailing characters at line 1, column 4");
    check(b"[,]", "line 1: not valid JSON: expected a value at line 1, column 2");
    check(
        b"[{},]",
        "record 1 (line 1): nothing says the `id`: there is no `id`, `product_id`, `item_id`, `object_id`, `handle`, `slug`, `sku`, `product_sku`, `variant_sku` or `product_code`",
    );
    check(b"[\n\"ab\xff\"]", "record 1 (line 2): bytes that are not UTF-8; save the file as UTF-8");
    check(b"[\n{\"id\": \"a\x00b\"}]", "record 1 (line 2): there is a NUL byte, which no text has");
    check(b"[{\"id\": \"", "line 1: not valid JSON: the file ends inside a value that starts here");
    check(b"[\n\n{\"id\": {", "line 3: not valid JSON: the file ends inside a value that starts here");
    check(b"{\"products\": 1", "line 1: not valid JSON: expected `,` or `}` at line 1, column 15");
    check(b"{products: []}", "line 1: not valid JSON: expected the name of a member at line 1, column 2");
    check(b"{\"products\" []}", "line 1: not valid JSON: expected `:` at line 1, column 13");
}

#[test]
fn what_ends_reading_is_said_after_what_was_found_before() {
    let said = problems(b"[\n{}, 7,\n8 9]", Some(Format::Json)).to_string();
    let tail: Vec<&str> = said.lines().rev().take(4).collect();
    assert_eq!(
        tail,
        [
            "  reading stopped there",
            "  line 3: not valid JSON: expected `,` or `]` at line 3, column 3",
            "  record 3 (line 3): a record must be an object",
            "  record 2 (line 2): a record must be an object",
        ]
    );
}

#[test]
fn files_of_other_programs_are_named() {
    refused(
        b"PK\x03\x04\x14\x00\x06\x00",
        Format::Csv,
        "line 1: the file is a zip archive or an Excel workbook; unpack it, or save it as CSV",
    );
    refused(b"", Format::Csv, "line 1: the file is empty; it must have a header line");
    refused(b"id,\xe4,\xc3\xa4\n", Format::Csv, "line 1: bytes that are not UTF-8; save the file as UTF-8");
    refused(b"\n\nid,\0\n", Format::Csv, "line 3: there is a NUL byte, which no text has");
}

#[test]
fn broken_cells_are_named() {
    let table = |rows: &[u8]| [HEADER.as_bytes(), rows].concat();
    refused(
        &table(b"a,\xff,,1,,C,1,1,1\n"),
        Format::Csv,
        "record 1 (line 2): bytes that are not UTF-8; save the file as UTF-8",
    );
    // Two halves of one letter in two cells.
    refused(
        &table(b"a,\xc3,\xa9,1,,\xc3\xa4,1,1,1\n"),
        Format::Csv,
        "record 1 (line 2): bytes that are not UTF-8; save the file as UTF-8",
    );
    refused(&table(b"a,\0,,1,,C,1,1,1\n"), Format::Csv, "record 1 (line 2): there is a NUL byte, which no text has");
    let open = "line 3: the file ends inside a quoted cell: a quote is opened and never closed";
    refused(&table(b"a,A,,1,,C,1,1,1\nb,\"B,,1,,C,1,1,1\nc,C,,1,,C,1,1,1\n"), Format::Csv, open);
    refused(&table(b"a,A,,1,,C,1,1,1\nb,B,,1,,C,1,1,\"1"), Format::Csv, open);
    let twice = HEADER.replace("stock", "id");
    refused(
        format!("{}\n", HEADER.trim_end().to_owned() + ",id").as_bytes(),
        Format::Csv,
        "line 1: the field `id` is there twice",
    );
    refused(twice.as_bytes(), Format::Csv, "line 1: the field `id` is there twice");
    refused(
        (HEADER.trim_end().to_owned() + ",colour").as_bytes(),
        Format::Csv,
        "line 1: the field `colour` is unknown; the fields are `id`, `name`, `description`, `price`, `imageUrl`, `category`, `stock`, `rating`, `reviews`",
    );
}

#[test]
fn every_limit_holds_in_every_format() {
    let limits = Limits { records: 3, record_bytes: 300, text_bytes: 100_000, depth: 4, ..Limits::default() };
    let check = |text: &[u8], format: Format, expect: &str| {
        let Err(BuildError::Refused(problems)) =
            catalog::build::check(text, Options { format: Some(format), limits, ..Options::default() })
        else {
            panic!("{expect}");
        };
        let said = problems.to_string();
        assert!(said.contains(expect), "{said}");
    };
    let object = r#"{"id":"mug"}"#;
    let many = "a catalog must have at most 3 records";
    check(format!("[{object},{object},\n{object},\n{object}]").as_bytes(), Format::Json, &format!("line 3: {many}"));
    check([object; 4].join("\n").as_bytes(), Format::Ndjson, &format!("line 4: {many}"));
    let row = "a,A,,1,,C,1,1,1\n";
    check(format!("{HEADER}{}", row.repeat(4)).as_bytes(), Format::Csv, &format!("line 5: {many}"));
    let long = "a record must have at most 300 bytes; is a bracket or a quote left open?";
    let x = "x".repeat(301);
    check(format!("[\n{{\"id\": \"{x}\"}}]").as_bytes(), Format::Json, &format!("line 2: {long}"));
    check(format!("\n\n{{\"id\": \"{x}\"}}").as_bytes(), Format::Ndjson, &format!("line 3: {long}"));
    check(format!("{HEADER}{row}b,\"{x}").as_bytes(), Format::Csv, &format!("line 3: {long}"));
    check(x.as_bytes(), Format::Csv, &format!("line 1: {long}"));
    let deep = "record 1 (line 1): lists and objects must lie at most 4 deep in each other";
    let nested = format!("{{\"tags\": {}{}}}", "[".repeat(4), "]".repeat(4));
    check(format!("[{nested}]").as_bytes(), Format::Json, deep);
    check(nested.as_bytes(), Format::Ndjson, deep);
    let text = "a catalog file must have at most 100000 bytes of text";
    for format in [Format::Json, Format::Ndjson, Format::Csv] {
        check(&vec![b'\n'; 200_000], format, text);
    }
}

#[test]
fn endless_input_is_refused_at_the_limit_of_a_record() {
    for (start, format) in
        [("[{\"id\": \"", Format::Json), ("[[[[[[", Format::Json), ("{", Format::Ndjson), ("id,\"", Format::Csv)]
    {
        let endless = start.as_bytes().chain(std::io::repeat(if start == "[[[[[[" { b'[' } else { b'x' }));
        let Err(BuildError::Refused(problems)) = check(endless, Options { format: Some(format), ..Options::default() })
        else {
            panic!("{start}");
        };
        assert!(problems.to_string().contains("at most 1048576 bytes"), "{problems}");
    }
}

#[test]
fn gzip_bombs_and_damaged_gzip_are_refused() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(b"[").unwrap();
    for _ in 0..32 {
        packer.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = packer.finish().unwrap();
    let limits = Limits { text_bytes: 1 << 22, ..Limits::default() };
    let error = check(bomb.as_slice(), Options { limits, ..Options::default() }).unwrap_err().to_string();
    assert!(error.contains("line 1: a catalog file must have at most 4194304 bytes of text"), "{error}");

    let said = |bytes: &[u8]| index_from(bytes).unwrap_err().to_string();
    let short = said(&bomb[..bomb.len() / 2]);
    assert!(short.contains("the gzip data is damaged: it ends early"), "{short}");
    let mut flipped = bomb.clone();
    flipped[bomb.len() - 6] ^= 0xff;
    assert!(said(&flipped).contains("the gzip data is damaged: "), "{}", said(&flipped));
    assert!(said(b"\x1f\x8b\x08\x00").contains("the gzip data is damaged: "));
}

#[test]
fn deep_nesting_overflows_no_stack() {
    let deep = 400_000;
    for text in [
        format!("[{}{}]", "[".repeat(deep), "]".repeat(deep)),
        format!("[{{\"reviews\": {}{}}}]", "[".repeat(deep), "]".repeat(deep)),
        format!("{{\"a\": {}{}}}", "{\"a\":".repeat(deep / 4), "}".repeat(deep / 4)),
    ] {
        for format in [Format::Json, Format::Ndjson] {
            assert!(check(text.as_bytes(), Options { format: Some(format), ..Options::default() }).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in any::<Vec<u8>>()) {
        let starts: [&[u8]; 8] = [b"", b"<rss><item><g:id>", b"\xff\xfei\0d\0,\0", b"[{", b"{\"a\":[{", HEADER.as_bytes(), b"handle,title,variant price,type\n", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"];
        for first in starts {
            let text = [first, &bytes].concat();
            for format in [None, Some(Format::Json), Some(Format::Ndjson), Some(Format::Csv), Some(Format::Xml)] {
                let _ = check(text.as_slice(), Options { format, ..Options::default() });
            }
        }
    }

    #[test]
    fn any_shape_of_export_is_answered_without_a_panic(text in "[\\[\\]{},:\"a<&;0-9.$ \n-]{0,200}", key in "(price|title|images|rating|variants|options|attributes|categories|status|parent|configurable_variations|weight|published_at|body)") {
        let record = format!("[{{\"id\": 1, \"{key}\": {text}}}]");
        let _ = check(record.as_bytes(), Options::default());
        let feed = format!("<rss><item><id>1</id><title>a</title><{key}>{text}</{key}></item></rss>");
        let _ = check(feed.as_bytes(), Options::default());
        let record = format!("id,title,{key},type\n1,a,{text},b\n");
        let _ = check(record.as_bytes(), Options::default());
    }

    #[test]
    fn any_optional_field_is_answered_without_a_panic(text in "[\\[\\]{},:\"a<>/0-9. -]{0,100}", key in "(images|options|variants|attributes|unit|seo|published|tags|categoryPath|descriptionHtml|handle)") {
        let nine = r#""id":"1","name":"n","price":1,"description":"","imageUrl":"","category":"C","stock":1,"rating":4,"reviews":1"#;
        for record in [format!("[{{{nine},\"{key}\":{text}}}]"), format!("[{{{nine},\"{key}\":[{{\"name\":\"a\",\"price\":{text}}}]}}]")] {
            let _ = check(record.as_bytes(), Options::default());
        }
    }
}

/// The review's: an id, a column or a price that moves the cursor, reverses the line or begins another one.
const ESCAPES: &str = "a\u{1b}[2J\u{9b}31m\u{202e}\u{2028}b";

#[test]
fn a_refusal_shows_foreign_text_as_escapes() {
    let json = r"a\u001b[2J\u009b31m\u202e\u2028b";
    let own = |id: &str, price: &str, more: &str| {
        format!(
            r#"[{{"id":"{id}","name":"n","price":{price},"description":"d","imageUrl":"","category":"C","stock":1,"rating":4,"reviews":1{more}}}]"#
        )
    };
    let table = |price: &str| format!("{HEADER}a,A,,\"{price}\",,C,1,1,1\n");
    for (text, format, part) in [
        (own(json, "1", ""), Format::Json, "without `\\u{1b}`"),
        (own("a", &format!("\"{json}\""), ""), Format::Json, "`price` must be a number"),
        (own("a", "1", &format!(",\"{json}\":1")), Format::Json, "is unknown"),
        (format!(r#"{{"{json}1":[{{}}],"{json}2":[{{}}]}}"#), Format::Json, "`a\\u{1b}[2J\\u{9b}31m"),
        (table(ESCAPES), Format::Csv, "`price` breaks a rule"),
        (table(&"9".repeat(100_000)), Format::Csv, "`price` breaks a rule"),
        (format!("id,name,category,Regular price\nb{ESCAPES},B,C,\"1,{ESCAPES}\"\n"), Format::Csv, "price"),
        (format!("id,name,category,price,{ESCAPES}\n1,B,C,{ESCAPES}1,x\n"), Format::Csv, "price"),
    ] {
        let said = problems(text.as_bytes(), Some(format)).to_string();
        assert!(said.contains(part), "`{part}` is not in: {said}");
        for line in said.lines() {
            let raw: Vec<char> = line.chars().filter(|character| !web::foreign::is_plain(*character)).collect();
            assert!(
                raw.is_empty(),
                "{raw:?} reach a terminal: {line:?}\nhint: quote the value by `web::foreign::excerpt`"
            );
            assert!(line.chars().count() < 600, "a line of {} characters: {line:?}", line.chars().count());
        }
    }
}

#[test]
fn a_report_shows_foreign_text_as_escapes() {
    let text = format!("id,name,category,price,{ESCAPES},Image{ESCAPES} src\n1,A,C,1.50,x,y\n");
    let report = check(text.as_bytes(), Options { format: Some(Format::Csv), ..Options::default() }).unwrap();
    assert!(!report.warnings.is_empty());
    let columns = report.columns.iter().flat_map(|(_, columns)| columns.clone());
    for said in report.warnings.iter().map(ToString::to_string).chain(columns) {
        assert!(said.chars().all(web::foreign::is_plain), "{said:?}");
    }
}

/// `[`, then so many MiB of blanks.
fn blanks(mebibytes: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(b"[").unwrap();
    (0..mebibytes).for_each(|_| packer.write_all(&vec![b' '; 1 << 20]).unwrap());
    packer.finish().unwrap()
}

#[test]
fn a_gzip_bomb_is_refused_by_how_tightly_it_is_packed() {
    // The limit that holds is 64 MiB, for which a test has no time.
    assert_eq!((Limits::default().unpacked_freely, Limits::default().unpacked_times), (64 << 20, 200));
    let limits = Limits { unpacked_freely: 1 << 20, ..Limits::default() };
    let rule = "line 1: the gzip data unpacks to more than 200 times its size, as no list of products does; unpack the file if it is one";
    // What is behind the limit is not unpacked: another rule would be the first to be broken there.
    let error = check(blanks(4).as_slice(), Options { limits, ..Options::default() }).unwrap_err().to_string();
    assert!(error.contains(rule), "{error}");
    // Small ones cost nothing and are refused, if at all, for what they are.
    let error = check(blanks(1).as_slice(), Options::default()).unwrap_err().to_string();
    assert!(error.contains("not valid JSON"), "{error}");
    // The tightest that anybody has reason to write: every product with the same long description.
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(HEADER.as_bytes()).unwrap();
    let words: Vec<String> =
        (0_u32..1_600).map(|word| format!("w{:x}", word.wrapping_mul(2_654_435_761) >> 8)).collect();
    let description: String = words.join(" ").chars().take(9_000).collect();
    for number in 0..300 {
        writeln!(packer, "p{number},Product {number},{description},9.99,,Things,5,4.5,{number}").unwrap();
    }
    let report = check(packer.finish().unwrap().as_slice(), Options { limits, ..Options::default() }).unwrap();
    assert_eq!((report.records, report.is_gzip), (300, true));
}

#[test]
fn pictures_come_from_few_hosts() {
    let catalog = |hosts: usize| {
        let row = |number: usize| format!("p{number},P,,1,https://host-{}.cdn.example/x.jpg,C,1,1,1\n", number % hosts);
        HEADER.to_owned() + &(0..60).map(row).collect::<String>()
    };
    assert_eq!(check(catalog(20).as_bytes(), Options::default()).map(|report| report.records), Ok(60));
    for format in [Format::Csv, Format::Ndjson] {
        let text = match format {
            Format::Csv => catalog(30),
            _ => (0..30)
                .map(|number| format!(r#"{{"id":"p{number}","name":"P","price":1,"category":"C","image":"https://host-{number}.cdn.example/x.jpg"}}"#) + "\n")
                .collect(),
        };
        let found = problems(text.as_bytes(), Some(format));
        assert_eq!(found.total(), 1, "one problem for all of them: {found}");
        let line = if format == Format::Csv { 22 } else { 21 };
        let expect = format!(
            "record 21 (id `p20`, line {line}): pictures may come from at most 20 hosts, and `https://host-20.cdn.example` is one more"
        );
        assert!(found.to_string().contains(&expect), "{found}");
    }
}

#[test]
fn an_export_that_failed_is_no_catalog() {
    let least = |text: &str, least: usize| {
        check(text.as_bytes(), Options { least, ..Options::default() })
            .map(|report| report.records)
            .map_err(|error| error.to_string())
    };
    let row = "a,A,,1,,C,1,1,1\n";
    for empty in ["[]", "{\"products\": []}", HEADER] {
        let error = least(empty, 1).unwrap_err();
        assert!(error.contains("line 1: a catalog must have at least 1 product, not 0"), "{error}");
        assert_eq!(least(empty, 0), Ok(0), "whoever wants none says so");
    }
    assert_eq!(least(&format!("{HEADER}{row}"), 1), Ok(1));
    assert!(least(&format!("{HEADER}{row}"), 2).unwrap_err().contains("at least 2 products, not 1"));
}

#[test]
fn a_local_picture_asks_the_shop_for_nothing_else() {
    #[track_caller]
    fn check_url(url: &str, is_shown: bool) {
        let text = format!("{HEADER}a,A,,1,\"{url}\",C,1,1,1\n");
        assert_eq!(check(text.as_bytes(), Options::default()).is_ok(), is_shown, "{url}");
    }
    for url in [
        "/a.svg",
        "/icons.svg#mug",
        "/a%2eb.svg",
        "/%2e%2e%2e/a.svg",
        "/a/..b/c.svg",
        "https://cdn.example/a.jpg?v=1",
        "https://cdn.example/%2e%2e/a.jpg",
    ] {
        check_url(url, true);
    }
    for url in [
        "/?preview.end",
        "/products?remote.products=1.0.1",
        "/a.svg?v=1",
        "/..",
        "/../b",
        "/a/./b",
        "/%2e%2e/b",
        "/%2E%2e/b",
        "/.%2e/b",
        "/%2E./b",
        "/a/%2e/b",
        "/a/%2e%2e",
        "/a/%2E%2E#x",
        "//evil.example/a",
    ] {
        check_url(url, false);
    }
    // An export's is left out and named, as every address is that no page may show.
    let export = "id,name,price,category,image\n1,A,1,C,/?preview.end\n";
    let report = check(export.as_bytes(), Options { format: Some(Format::Csv), ..Options::default() }).unwrap();
    let said: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|said| said.contains("`/?preview.end`")), "{said:?}");
}
