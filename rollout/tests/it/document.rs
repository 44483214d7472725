//! The release document: its one text, and that readers of the discovery schema find what they know in it.
//! Refusals are in `refusals.rs`, its size in `limits.rs`.

use rollout::{Release, Share};
use serde_json::Value;

use crate::fixture::{after, first, products, text_of, version};

/// Everything that a release can hold.
const RICH: &str = "register 1.1.0 1; promote 1.1.0; register 1.2.0-rc.1 2; register 0.9.0 3; deprecate 0.9.0 broke the \"cart\"; \
    canary 1.2.0-rc.1 12.5 12.5,50,100; lock sale until Sunday";

#[test]
fn a_release_has_this_text() {
    let zero = format!("sha384-{}", "A".repeat(64));
    let manifest = format!("sha384-{}", "ZGRk".repeat(16));
    let expect = [
        r#"{"schema":"https://mfewg.org/schema/v1-pre.json","microFrontends":{"products":[{"#,
        r#""url":"/remotes/products/1.0.0/products-A.js","#,
        &format!(r#""metadata":{{"integrity":"{zero}","version":"1.0.0"}},"#),
        r#""deployment":{"traffic":100,"default":true},"#,
        &format!(r#""extras":{{"contract":1,"manifest":"{manifest}","registered":"2026-11-25T12:00:00Z"}}}}]}},"#),
        r#""release":{"schema":1,"serial":1,"salt":"products","steps":[1,5,25,50,100],"#,
        r#""history":[{"serial":1,"at":"2026-11-25T12:00:00Z","by":"ada@shop.example","action":"create","stable":"1.0.0"}]}}"#,
        "\n",
    ];
    assert_eq!(text_of(&first()), expect.concat());
}

#[test]
fn a_release_with_everything_has_this_text() {
    let hash = |quad: &str| format!("sha384-{}", quad.repeat(16));
    let listing = |version: &str, fallback: &str, hashes: [&str; 2], deployment: &str, deprecated: &str| {
        let fallback = if fallback.is_empty() {
            String::new()
        } else {
            format!(r#""fallbackUrl":"/remotes/products/{fallback}/products-A.js","#)
        };
        let [entry, manifest] = hashes.map(hash);
        format!(
            r#"{{"url":"/remotes/products/{version}/products-A.js",{fallback}"metadata":{{"integrity":"{entry}","version":"{version}"}},"deployment":{{{deployment}}},"extras":{{"contract":1,"manifest":"{manifest}","registered":"2026-11-25T12:00:00Z"{deprecated}}}}}"#
        )
    };
    let entry = |serial: u64, rest: &str| {
        format!(r#"{{"serial":{serial},"at":"2026-11-25T12:00:00Z","by":"ada@shop.example",{rest}}}"#)
    };
    let none = r#""traffic":0,"default":false"#;
    let listed = [
        listing("0.9.0", "1.1.0", ["AwMD", "Z2dn"], none, r#","deprecated":"broke the \"cart\"""#),
        listing("1.0.0", "1.1.0", ["AAAA", "ZGRk"], none, ""),
        listing("1.1.0", "1.0.0", ["AQEB", "ZWVl"], r#""traffic":87.5,"default":true"#, ""),
        listing("1.2.0-rc.1", "1.1.0", ["AgIC", "ZmZm"], r#""traffic":12.5,"default":false"#, ""),
    ];
    let history = [
        entry(1, r#""action":"create","stable":"1.0.0""#),
        entry(2, r#""action":"register","version":"1.1.0","stable":"1.0.0""#),
        entry(3, r#""action":"promote","stable":"1.1.0""#),
        entry(4, r#""action":"register","version":"1.2.0-rc.1","stable":"1.1.0""#),
        entry(5, r#""action":"register","version":"0.9.0","stable":"1.1.0""#),
        entry(6, r#""action":"deprecate","version":"0.9.0","stable":"1.1.0","message":"broke the \"cart\"""#),
        entry(7, r#""action":"canary","stable":"1.1.0","canary":"1.2.0-rc.1","share":12.5"#),
        entry(
            8,
            r#""action":"lock","stable":"1.1.0","canary":"1.2.0-rc.1","share":12.5,"message":"sale until Sunday""#,
        ),
    ];
    let expect = [
        r#"{"schema":"https://mfewg.org/schema/v1-pre.json","microFrontends":{"products":["#,
        &listed.join(","),
        r#"]},"release":{"schema":1,"serial":8,"salt":"products","canary":"1.2.0-rc.1","earlier":["1.0.0"],"steps":[12.5,50,100],"#,
        r#""lock":{"at":"2026-11-25T12:00:00Z","by":"ada@shop.example","message":"sale until Sunday"},"history":["#,
        &history.join(","),
        "]}}\n",
    ];
    assert_eq!(text_of(&after(RICH)), expect.concat());
}

#[test]
fn what_is_read_is_written_with_the_same_bytes() {
    for line in ["", RICH, "register 1.1.0; canary 1.1.0 0", "register 1.1.0; promote 1.1.0; rollback; forget 1.1.0"] {
        let release = after(line);
        let text = text_of(&release);
        let read = Release::parse(&products(), text.as_bytes()).unwrap();
        assert_eq!(read, release, "{line}");
        assert_eq!(text_of(&read), text, "{line}");
        assert_eq!(text_of(&after(line)), text, "another run writes other bytes: {line}");
    }
}

#[test]
fn another_text_of_the_same_release_is_read_and_put_right() {
    let canonical = text_of(&after(RICH));
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&canonical).unwrap()).unwrap();
    let plain = text_of(&after("register 1.1.0; canary 1.1.0 50"));
    for (text, expect) in [
        (pretty.clone(), &canonical),
        (canonical.trim_end().to_owned(), &canonical),
        (format!("\n {canonical} \r\n\t"), &canonical),
        (canonical.replace("/remotes", "\\/remotes"), &canonical),
        (canonical.replace("Sunday", "\\u0053unday"), &canonical),
        (canonical.replace("[12.5,50,100]", "[1.25e1,50.0,1E2]"), &canonical),
        (plain.replace(r#""steps""#, r#""lock":null,"earlier":[],"steps""#), &plain),
        (plain.replace(r#""action":"create""#, r#""action":"create","message":"","version":null"#), &plain),
        (plain.replace(r#""metadata""#, r#""m\u0065tadata""#), &plain),
    ] {
        let release = Release::parse(&products(), text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(&text_of(&release), expect);
    }
    assert_ne!(pretty, canonical);
}

/// What <https://github.com/awslabs/frontend-discovery> says of a document (schema/v1-pre.json): fields that must be there, fields that may.
fn assert_is_discovery(document: &Value) {
    assert_eq!(document["schema"], "https://mfewg.org/schema/v1-pre.json");
    for (name, listed) in document["microFrontends"].as_object().unwrap() {
        assert!(!name.is_empty());
        let listed = listed.as_array().unwrap();
        let (mut traffic, mut defaults) = (0.0, 0);
        for one in listed {
            let fields: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
            let known = ["deployment", "extras", "fallbackUrl", "metadata", "url"];
            assert!(fields.iter().all(|field| known.contains(field)), "{fields:?}");
            assert!(one["url"].as_str().unwrap().starts_with('/'));
            assert!(one.get("fallbackUrl").is_none_or(|url| url.is_string() && *url != one["url"]), "{one}");
            let metadata = one["metadata"].as_object().unwrap();
            assert_eq!(metadata.keys().collect::<Vec<_>>(), ["integrity", "version"]);
            assert!(metadata.values().all(Value::is_string));
            let deployment = one["deployment"].as_object().unwrap();
            assert_eq!(deployment.keys().collect::<Vec<_>>(), ["default", "traffic"]);
            let share = deployment["traffic"].as_f64().unwrap();
            assert!((0.0..=100.0).contains(&share));
            traffic += share;
            defaults += usize::from(deployment["default"].as_bool().unwrap());
            assert!(one["extras"].is_object());
        }
        assert!((traffic - 100.0).abs() < 1e-9, "{traffic} % of the traffic go somewhere");
        assert_eq!(defaults, 1, "exactly one version is the default");
    }
}

#[test]
fn a_reader_of_the_discovery_schema_finds_what_it_knows() {
    for line in [
        "",
        RICH,
        "register 1.1.0; canary 1.1.0 0",
        "register 1.1.0; canary 1.1.0 0.01",
        "register 1.1.0; canary 1.1.0 100",
        "register 1.1.0; promote 1.1.0; deprecate 1.0.0",
    ] {
        let release = after(line);
        let document: Value = serde_json::from_str(&text_of(&release)).unwrap();
        assert_is_discovery(&document);
        for one in document["microFrontends"]["products"].as_array().unwrap() {
            let listed = version(one["metadata"]["version"].as_str().unwrap());
            let share: Share = serde_json::from_value(one["deployment"]["traffic"].clone()).unwrap();
            assert_eq!(share, release.traffic(&listed), "{line}: {listed}");
            assert_eq!(one["deployment"]["default"], *release.stable() == listed, "{line}: {listed}");
        }
    }
}

#[test]
fn the_fallback_is_usable_and_another_one() {
    #[track_caller]
    fn check(line: &str, of: &str, expect: Option<&str>) {
        let document: Value = serde_json::from_str(&text_of(&after(line))).unwrap();
        let listed = document["microFrontends"]["products"].as_array().unwrap();
        let one = listed.iter().find(|one| one["metadata"]["version"] == of).unwrap();
        let url = expect.map(|version| format!("/remotes/products/{version}/products-A.js"));
        assert_eq!(one.get("fallbackUrl").and_then(Value::as_str), url.as_deref(), "{line}");
    }
    check("", "1.0.0", None);
    check("register 1.1.0", "1.1.0", Some("1.0.0"));
    check("register 1.1.0; promote 1.1.0", "1.1.0", Some("1.0.0"));
    check("register 1.1.0; promote 1.1.0", "1.0.0", Some("1.1.0"));
    check("register 1.1.0; promote 1.1.0; deprecate 1.0.0", "1.1.0", None);
    check("register 1.1.0; promote 1.1.0; register 1.2.0; promote 1.2.0; deprecate 1.1.0", "1.2.0", Some("1.0.0"));
    check("register 1.1.0; promote 1.1.0; rollback", "1.0.0", None);
}
