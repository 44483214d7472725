//! Texts that come from a store, a shop, a list or a path: none of them drives a terminal, and none begins a line that looks like this
//! program's own. JSON stays JSON, and means the same.

use storefront_tests::canned::{Answer, Canned};
use storefront_tests::operator::{Operator, Ran};
use storefront_tests::operator_version::Made;
use storefront_tests::store_server::StoreServer;

/// ESC, C1, a change of direction, a separator of lines, and a line end with what would be ours.
const HOSTILE: &str = "\u{9b}31mRED\u{202e}\u{2028}\nerror: forged\n\u{1b}[2J\u{1b}]0;PWNED\u{7}";

/// Nothing that a terminal would obey, and at most one error, which is the first line of its kind.
#[track_caller]
fn is_clean(ran: &Ran) {
    for text in [&ran.out, &ran.err] {
        let bad: Vec<char> = text.chars().filter(|character| *character != '\n' && is_hostile(*character)).collect();
        assert!(bad.is_empty(), "{bad:?} in {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("error: forged")), "a forged line in {text}");
    }
    assert!(ran.err.lines().filter(|line| line.starts_with("error:")).count() <= 1, "{ran}");
}

fn is_hostile(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// As text of an XML document, where only what XML knows no character for is left out.
fn xml(text: &str) -> String {
    text.chars().filter(|character| *character == '\n' || !character.is_ascii_control()).collect()
}

fn of(store: &str) -> Operator {
    Operator::new()
        .with("AWS_ENDPOINT_URL_S3", store)
        .with("AWS_ACCESS_KEY_ID", "a")
        .with("AWS_SECRET_ACCESS_KEY", "s")
        .with("REMOTES_BUCKET", "shop")
        .with("STOREFRONT_TIMEOUT", "20s")
}

#[test]
fn a_stores_refusal_is_one_line_of_plain_text() {
    for status in [400, 403, 404] {
        let store = Canned::start(move |_| {
            let text = xml(HOSTILE);
            Answer::xml(status, format!("<Error><Code>Access{text}</Code><Message>{text}</Message></Error>"))
        });
        for line in ["status products", "list products", "rollback products", "doctor products", "status"] {
            let ran = of(&store.url()).run(line);
            assert_ne!(ran.code, 0, "{ran}");
            is_clean(&ran);
            let json = of(&store.url()).run(&format!("{line} --json"));
            is_clean(&json);
            json.json();
        }
    }
}

#[test]
fn what_a_shop_says_is_plain_text() {
    let store = StoreServer::start("shop");
    let folders = tempfile::tempdir().expect("a folder for versions");
    let operator = Operator::of_store(&store);
    let folder = Made::new("products", "1.0.0").write(folders.path());
    operator.run(&format!("publish {}", folder.display())).expect(0);
    operator.run("promote products 1.0.0 --stable 1.0.0").expect(0);
    let shop = Canned::start(|_| {
        let said = serde_json::to_string(HOSTILE).expect("text is JSON");
        Answer::json(format!(
            r#"{{"origin":{said},"remotes":{{"products":{{"version":"1.0.0","reason":{said},"contracts":[1],"bundled":"1.0.0",
               "release":{{"serial":1,"error":{said}}},"passedOver":[{{"version":"1.0.0","because":{said}}}]}}}}}}"#
        ))
    });
    let operator = operator.with("SHOP_URL", &shop.url());
    for line in ["status", "status products --json", "doctor", "doctor --json", "canary products 1.0.0 --percent 5"] {
        let ran = operator.run(line);
        is_clean(&ran);
        assert!(!line.starts_with("status") || ran.out.contains("PWNED"), "the words themselves stay: {ran}");
    }
}

#[test]
fn keys_of_a_list_are_plain_text() {
    let store = StoreServer::start("shop");
    let folders = tempfile::tempdir().expect("a folder for versions");
    let operator = Operator::of_store(&store);
    let folder = Made::new("products", "1.0.0").write(folders.path());
    operator.run(&format!("publish {}", folder.display())).expect(0);
    operator.run("promote products 1.0.0 --stable 1.0.0").expect(0);
    store.write("products/\u{9b}31m\u{202e}.x.js", b"stray");
    store.write("products/1.0.0/\u{9b}31m\u{202e}.x.js", b"stray");
    for line in ["doctor products", "verify products 1.0.0", "list products", "status products"] {
        let ran = operator.run(line).expect(0);
        is_clean(&ran);
    }
    let doctor = operator.run("doctor products").expect(0);
    assert!(doctor.out.contains("\\u{9b}31m\\u{202e}.x.js"), "it is named all the same: {doctor}");
}

#[test]
fn paths_and_catalogs_are_plain_text() {
    let operator = Operator::new();
    let name = "a\u{9b}31m\u{202e}b\u{1b}[2J.json";
    let record = r#"[{"id":"a\u001b[2J\u009b31m\u202e","name":"n","price":1,"description":"d","imageUrl":"/a.svg","category":"C","stock":1,"rating":4,"reviews":1}]"#;
    std::fs::write(operator.folder().join(name), record).expect("a file with a hostile name");
    for line in [
        format!("catalog check {name}"),
        format!("publish {name}"),
        "catalog check nothing\u{9b}31m".to_owned(),
        "status \u{9b}31m\u{202e}".to_owned(),
    ] {
        let ran = operator.run(&line);
        assert_ne!(ran.code, 0, "{ran}");
        is_clean(&ran);
        is_clean(&operator.run(&format!("{line} --json")));
    }
}
