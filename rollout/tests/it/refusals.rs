//! Every reason for which a release document is refused, with its words. Each case is a good document with one thing changed.

use rollout::{EARLIER_LIMIT, RELEASE_LIMIT, Release, SERIAL_LIMIT};
use serde_json::{Value, json};

use crate::fixture::{after, assert_is_one_line, edited, products, remote, text_of, told};

/// 1.1.0 is stable, 1.2.0 on trial at 12.5 %, 1.0.0 was stable before, 0.9.0 is deprecated, and the release is locked.
fn base() -> Release {
    after(
        "register 1.1.0 1; promote 1.1.0; register 1.2.0 2; register 0.9.0; deprecate 0.9.0 broken; canary 1.2.0 12.5; lock sale",
    )
}

fn refused(text: &[u8]) -> String {
    let Err(error) = Release::parse(&products(), text) else {
        panic!("this must be refused: {}", String::from_utf8_lossy(text))
    };
    assert_is_one_line(&told(&error));
    told(&error)
}

/// Puts `value` where the JSON pointer leads; a null takes the field away.
#[track_caller]
fn check(pointer: &str, value: Value, expect: &str) {
    let text = edited(&base(), |document| {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap_or_else(|| panic!("nothing at `{parent}`")) {
            Value::Object(fields) if value.is_null() => drop(fields.remove(field).expect(pointer)),
            Value::Object(fields) => drop(fields.insert(field.to_owned(), value)),
            Value::Array(list) => list[field.parse::<usize>().unwrap()] = value,
            other => panic!("`{parent}` is {other}"),
        }
    });
    assert_eq!(refused(&text).find(expect), Some(0), "expected `{expect}`, found `{}`", refused(&text));
}

const NO_DOCUMENT: &str = "it is no release document: ";
const CONTRADICTION: &str =
    "its parts contradict each other: traffic or addresses are not those of the stable version and the canary";
const HISTORY: &str = "its history does not lead to its present state";

/// The listing at a place of the base document: 0.9.0, 1.0.0, 1.1.0, 1.2.0.
fn listing(position: usize, rest: &str) -> String {
    format!("/microFrontends/products/{position}{rest}")
}

#[test]
fn the_base_of_all_cases_is_read() {
    assert_eq!(Release::parse(&products(), &edited(&base(), |_| ())).unwrap(), base());
}

#[test]
fn what_is_no_json_of_a_release() {
    let good = text_of(&base());
    let cut = &good.as_bytes()[..good.len() / 2];
    let trailing = format!("{good}{{}}");
    let mark = format!("\u{feff}{good}");
    let bytes: [&[u8]; 11] = [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"0",
        b"\"\"",
        b"\xff\xfe",
        b"{\"schema\":\"\xff\"}",
        cut,
        trailing.as_bytes(),
        mark.as_bytes(),
    ];
    for text in bytes {
        assert!(refused(text).starts_with(NO_DOCUMENT), "{}", refused(text));
    }
}

#[test]
fn size_and_depth_have_limits() {
    let mut padded = text_of(&base()).into_bytes();
    padded.resize(RELEASE_LIMIT, b' ');
    assert!(Release::parse(&products(), &padded).is_ok(), "exactly the limit");
    padded.push(b' ');
    assert_eq!(refused(&padded), "a release document has at most 65536 bytes, this one has 65537");
    for deep in [
        "[".repeat(65_000),
        r#"{"release":"#.repeat(5000),
        format!("{{\"release\":{{\"schema\":2,\"x\":{}", "[".repeat(60_000)),
    ] {
        assert!(refused(deep.as_bytes()).starts_with(NO_DOCUMENT), "depth must be refused, not overflow the stack");
    }
}

#[test]
fn another_schema_is_named_whatever_else_it_has() {
    let expect = "it is of schema 2, this program reads schema 1";
    check("/release/schema", json!(2), expect);
    check("/release/schema", json!(0), "it is of schema 0, this program reads schema 1");
    check("/release/schema", json!(4_294_967_296_u64), NO_DOCUMENT);
    let later = edited(&base(), |document| {
        document["release"] = json!({ "schema": 2, "cohorts": [] });
        document["signature"] = json!("…");
    });
    assert_eq!(refused(&later), expect);
    check("/schema", json!("https://mfewg.org/schema/v2.json"), CONTRADICTION);
}

#[test]
fn a_field_is_there_once_and_known() {
    let objects = [
        "",
        &listing(2, ""),
        &listing(2, "/metadata"),
        &listing(2, "/deployment"),
        &listing(2, "/extras"),
        "/release",
        "/release/lock",
        "/release/history/0",
    ];
    for object in objects {
        check(&format!("{object}/surprise"), json!(1), &format!("{NO_DOCUMENT}unknown field `surprise`"));
    }
    let optional = ["fallbackUrl", "deprecated", "canary", "earlier", "lock", "version", "share", "message"];
    let document: Value = serde_json::from_str(&text_of(&base())).unwrap();
    for object in objects {
        for field in document.pointer(object).unwrap().as_object().unwrap().keys() {
            if !optional.contains(&field.as_str()) || object == "/release/lock" {
                check(&format!("{object}/{field}"), Value::Null, &format!("{NO_DOCUMENT}missing field `{field}`"));
            }
            let text = text_of(&base());
            let found = text.find(&format!("\"{field}\":")).unwrap();
            let twice = format!("{}\"{field}\":0,{}", &text[..found], &text[found..]);
            // Whichever of the two is read first: a wrong type, or the second one.
            assert!(refused(twice.as_bytes()).starts_with(NO_DOCUMENT), "{twice}");
        }
    }
}

#[test]
fn what_stands_there_twice_is_refused() {
    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let text = text_of(&base());
        assert!(text.contains(from), "the base has no {from}");
        let message = refused(text.replacen(from, to, 1).as_bytes());
        assert!(message.starts_with(&format!("{NO_DOCUMENT}{expect}")), "{message}");
    }
    check(r#""serial":8"#, r#""serial":8,"serial":8"#, "duplicate field `serial`");
    check(r#""default":true"#, r#""default":true,"default":false"#, "duplicate field `default`");
    check(r#""stable":"1.0.0""#, r#""stable":"1.0.0","stable":"1.0.0""#, "duplicate field `stable`");
    check(r#""microFrontends":{"#, r#""microFrontends":{"products":[],"#, "`products` stands there twice");
    check(r#""microFrontends":{"#, r#""microFrontends":{"pro\u0064ucts":[],"#, "`products` stands there twice");
}

#[test]
fn a_list_of_its_values_is_no_object_and_an_object_is_no_action() {
    for object in [
        listing(2, ""),
        listing(2, "/metadata"),
        listing(2, "/deployment"),
        listing(2, "/extras"),
        "/release".to_owned(),
        "/release/lock".to_owned(),
        "/release/history/0".to_owned(),
    ] {
        let document: Value = serde_json::from_str(&text_of(&base())).unwrap();
        let list: Vec<Value> = document.pointer(&object).unwrap().as_object().unwrap().values().cloned().collect();
        check(&object, json!(list), &format!("{NO_DOCUMENT}invalid type: "));
    }
    let document: Value = serde_json::from_str(&text_of(&base())).unwrap();
    let list: Vec<&Value> = document.as_object().unwrap().values().collect();
    assert!(refused(&serde_json::to_vec(&list).unwrap()).starts_with(NO_DOCUMENT));
    let action = json!({ "create": null });
    check(
        "/release/history/0/action",
        action,
        &format!("{NO_DOCUMENT}invalid type: map, expected a string, in field `release.history[0].action`"),
    );
}

#[test]
fn a_refusal_names_the_place() {
    #[track_caller]
    fn check(pointer: &str, place: &str) {
        let text = edited(&base(), |document| *document.pointer_mut(pointer).unwrap() = json!({ "no": 1 }));
        let message = refused(&text);
        assert!(message.ends_with(&format!(", in field `{place}`")), "{message}");
    }
    check(&listing(2, "/metadata/integrity"), "microFrontends.products[2].metadata.integrity");
    check(&listing(0, "/deployment/traffic"), "microFrontends.products[0].deployment.traffic");
    check("/release/steps", "release.steps");
    check("/release/lock/by", "release.lock.by");
    check("/release/history/7/share", "release.history[7].share");
}

#[test]
fn it_is_of_one_remote() {
    let text = text_of(&base());
    let error = Release::parse(&remote("cart"), text.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "it is the release of `products`, not of `cart`");
    check("/microFrontends", json!({}), "its versions were refused: it is of one remote, and of no more");
    check("/microFrontends/cart", json!([]), "its versions were refused: it is of one remote, and of no more");
    check("/microFrontends/Cart", json!([]), &format!("{NO_DOCUMENT}`Cart` is no remote name"));
}

#[test]
fn the_serial_is_in_its_range() {
    check("/release/serial", json!(0), "its serial 0 is out of the range 1 to 9007199254740992");
    check("/release/serial", json!(SERIAL_LIMIT + 1), "its serial 9007199254740993 is out of the range");
    check("/release/serial", json!(u64::MAX), "its serial 18446744073709551615 is out of the range");
    for wrong in [json!(-1), json!(8.5), json!("8"), json!(1e300), json!([8])] {
        check("/release/serial", wrong, NO_DOCUMENT);
    }
}

#[test]
fn versions_are_known_once_and_one_holds_the_rest() {
    check(
        "/microFrontends/products",
        json!([]),
        "its versions were refused: there are none, or more than a release may know",
    );
    let listed = |position: usize| {
        let document: Value = serde_json::from_str(&text_of(&base())).unwrap();
        document["microFrontends"]["products"][position].clone()
    };
    check(&listing(0, ""), listed(1), "its versions were refused: one stands there twice");
    check(&listing(0, "/deployment/default"), json!(true), "its versions were refused: exactly one is the default");
    check(&listing(2, "/deployment/default"), json!(false), "its versions were refused: exactly one is the default");
    check("/release/canary", json!("3.0.0"), "its versions were refused: the canary is not among them");
    check("/release/canary", json!("1.1.0"), "its versions were refused: the canary is the stable version");
    let earlier = "its versions were refused: those before the stable one are not among them";
    for wrong in
        [json!(["3.0.0"]), json!(["1.1.0"]), json!(["1.0.0", "1.0.0"]), json!(vec!["1.0.0"; EARLIER_LIMIT + 1])]
    {
        check("/release/earlier", wrong, earlier);
    }
}

#[test]
fn the_history_leads_to_the_present() {
    check("/release/history", json!([]), HISTORY);
    check("/release/history/7/serial", json!(7), HISTORY);
    check("/release/history/7/serial", json!(9), HISTORY);
    check("/release/history/6/serial", json!(8), HISTORY);
    check("/release/history/0/serial", json!(2), HISTORY);
    check("/release/history/7/stable", json!("1.0.0"), HISTORY);
    check("/release/history/7/canary", json!("1.0.0"), HISTORY);
    check("/release/history/7/canary", Value::Null, HISTORY);
    check("/release/history/7/share", json!(13), HISTORY);
    check("/release/history/7/share", Value::Null, HISTORY);
    check("/release/serial", json!(9), HISTORY);
    check("/release/canary", Value::Null, HISTORY);
}

#[test]
fn traffic_and_addresses_follow_from_the_rest() {
    let url = |rest: &str| json!(format!("/remotes/{rest}"));
    for (pointer, value) in [
        (listing(2, "/url"), url("cart/1.1.0/products-A.js")),
        (listing(2, "/url"), url("products/1.0.0/products-A.js")),
        (listing(2, "/url"), url("products/1.1.0/")),
        (listing(2, "/url"), url("products/1.1.0/../1.0.0/products-A.js")),
        (listing(2, "/url"), url("products/1.1.0/.hidden.js")),
        (listing(2, "/url"), url("products/1.1.0/a.js?x")),
        (listing(2, "/url"), json!("https://elsewhere.example/remotes/products/1.1.0/products-A.js")),
        (listing(2, "/url"), json!("//elsewhere.example/products-A.js")),
        (listing(2, "/fallbackUrl"), url("products/0.9.0/products-A.js")),
        (listing(2, "/fallbackUrl"), json!("")),
        (listing(2, "/fallbackUrl"), Value::Null),
        (listing(1, "/fallbackUrl"), url("products/1.1.0/other.js")),
        (listing(0, "/deployment/traffic"), json!(1)),
        (listing(2, "/deployment/traffic"), json!(100)),
        (listing(2, "/metadata/version"), json!("1.3.0")),
    ] {
        check(&pointer, value, CONTRADICTION);
    }
    // The canary's share is the traffic it gets, so the history tells on a changed one.
    check(&listing(3, "/deployment/traffic"), json!(12.51), HISTORY);
    let turned = edited(&base(), |document| {
        document.pointer_mut("/microFrontends/products").unwrap().as_array_mut().unwrap().reverse();
    });
    assert_eq!(refused(&turned), CONTRADICTION, "versions stand in their order");
}

#[test]
fn every_value_has_its_form() {
    let extras = |field: &str| listing(2, &format!("/extras/{field}"));
    for (pointer, value, expect) in [
        (listing(2, "/metadata/integrity"), json!("sha256-AAAA"), "`sha256-AAAA` is no integrity value"),
        (listing(2, "/metadata/version"), json!("v1"), "`v1` is no semantic version"),
        (listing(2, "/deployment/traffic"), json!(12.345), "`12.345` is no percentage"),
        (listing(2, "/deployment/traffic"), json!(-1), "`-1` is no percentage"),
        (listing(2, "/deployment/traffic"), json!("5"), "invalid type: string"),
        (listing(2, "/deployment/default"), json!(1), "invalid type: integer"),
        (extras("contract"), json!(-1), "invalid value: integer `-1`"),
        (extras("contract"), json!(4_294_967_296_u64), "invalid value: integer"),
        (extras("manifest"), json!("sha384-AAAA"), "`sha384-AAAA` is no integrity value"),
        (extras("registered"), json!("yesterday"), "`yesterday` is no time"),
        (extras("deprecated"), json!("a\u{1b}[2Jb"), "the message `a\\u{1b}[2Jb` was refused"),
        ("/release/salt".to_owned(), json!(""), "`` is no salt"),
        ("/release/salt".to_owned(), json!("a/b"), "`a/b` is no salt"),
        ("/release/canary".to_owned(), json!("1.2"), "`1.2` is no semantic version"),
        ("/release/steps".to_owned(), json!([]), "the steps `` were refused"),
        ("/release/steps".to_owned(), json!([50]), "the steps `50` were refused"),
        ("/release/steps".to_owned(), json!(vec![100; 10_000]), "the steps `100, 100"),
        ("/release/lock/by".to_owned(), json!(""), "the author `` was refused"),
        ("/release/history/0/at".to_owned(), json!(""), "`` is no time"),
        ("/release/history/0/action".to_owned(), json!("delete"), "unknown variant `delete`"),
        ("/release/history/0/message".to_owned(), json!("x".repeat(201)), "the message `xxx"),
        ("/release/history/0/share".to_owned(), json!(101), "`101` is no percentage"),
    ] {
        check(&pointer, value, &format!("{NO_DOCUMENT}{expect}"));
    }
}
