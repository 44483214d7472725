//! One document in all the ways that JSON can spell it: spaces, escapes, the order of fields, exponents. Whatever the spelling, it
//! is the same release or the same refusal, and `serde_json` agrees on what it says.

use std::fmt::Write as _;

use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
use rollout::{Entry, Release};
use serde_json::Value;

use crate::fixture::{after, assert_is_one_line, cases, change, edited, products, text_of, told};

/// A release with texts that need an escape, may have one, or take two of them.
fn release() -> Release {
    let before = after(
        "register 1.1.0 1; promote 1.1.0; register 1.2.0 2; deprecate 1.0.0 \"quoted\" \\ and / <é>; canary 1.2.0 12.5 0.01,25,100",
    );
    match before.lock_changes(&change("“sale” 試驗 👍 {[:,]}")) {
        Ok(rollout::Next::Changed(next)) => *next,
        other => panic!("{other:?}"),
    }
}

/// Takes its decisions from a list, over and over.
struct Choices<'a> {
    list: &'a [u8],
    at: usize,
}

impl Choices<'_> {
    fn below(&mut self, limit: u8) -> u8 {
        self.at += 1;
        self.list[self.at % self.list.len()] % limit
    }
}

fn space(choices: &mut Choices<'_>, text: &mut String) {
    text.push_str(["", "", "", " ", "\n", "\r\n\t", "   "][usize::from(choices.below(7))]);
}

fn spell_text(value: &str, choices: &mut Choices<'_>, text: &mut String) {
    text.push('"');
    for character in value.chars() {
        let must = matches!(character, '"' | '\\');
        match choices.below(4) {
            _ if character.is_control() => write!(text, "\\u{:04x}", u32::from(character)).unwrap(),
            0 if character == '/' || must => write!(text, "\\{character}").unwrap(),
            0 | 1 => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let upper = choices.below(2) == 0;
                let escape = if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
                text.push_str(&escape);
            }),
            _ if must => write!(text, "\\{character}").unwrap(),
            _ => text.push(character),
        }
    }
    text.push('"');
}

/// Percentages may have any form of a number; the other numbers of a release are whole and stay as they are.
fn spell_share(number: &str, choices: &mut Choices<'_>, text: &mut String) {
    let fraction = if number.contains('.') { number.to_owned() } else { format!("{number}.0") };
    let (whole, places) = fraction.split_once('.').unwrap();
    let spelled = match choices.below(6) {
        0 => number.to_owned(),
        1 => format!("{fraction}000"),
        2 => format!("{fraction}e0"),
        3 => format!("{fraction}E+00"),
        4 => format!("{}00e-{}", format!("{whole}{places}").trim_start_matches('0'), places.len() + 2),
        _ => format!("0.{whole}{places}e{}", whole.len()),
    };
    text.push_str(if number == "0" { number } else { &spelled });
}

fn spell(name: &str, value: &Value, choices: &mut Choices<'_>, text: &mut String) {
    space(choices, text);
    match value {
        Value::String(value) => spell_text(value, choices, text),
        Value::Number(number) if matches!(name, "traffic" | "share" | "steps") => {
            spell_share(&number.to_string(), choices, text);
        }
        Value::Array(list) => {
            text.push('[');
            for (position, item) in list.iter().enumerate() {
                text.push_str(if position == 0 { "" } else { "," });
                spell(name, item, choices, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            let turn = usize::from(choices.below(8)) % fields.len();
            fields.rotate_left(turn);
            text.push('{');
            for (position, (name, item)) in fields.into_iter().enumerate() {
                text.push_str(if position == 0 { "" } else { "," });
                space(choices, text);
                spell_text(name, choices, text);
                space(choices, text);
                text.push(':');
                spell(name, item, choices, text);
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
    space(choices, text);
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn every_spelling_is_the_same_release(list in prop::collection::vec(any::<u8>(), 1..200)) {
        let release = release();
        let value: Value = serde_json::from_str(&text_of(&release)).unwrap();
        let mut text = String::new();
        spell("", &value, &mut Choices { list: &list, at: 0 }, &mut text);
        prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "the test writes no JSON: {}", text);
        match Release::parse(&products(), text.as_bytes()) {
            Ok(read) => prop_assert_eq!(read, release, "{}", text),
            Err(error) => prop_assert!(false, "{}: {}", told(&error), text),
        }
    }

    #[test]
    fn every_spelling_is_the_same_refusal(list in prop::collection::vec(any::<u8>(), 1..50), place in 0..5_usize) {
        let wrong = ["/release/salt", "/release/history/0/at", "/release/lock/by", "/release/canary",
            "/microFrontends/products/0/metadata/integrity"][place];
        let bytes = edited(&release(), |document| *document.pointer_mut(wrong).unwrap() = "\u{1b}no".into());
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let mut text = String::new();
        spell("", &value, &mut Choices { list: &list, at: 0 }, &mut text);
        let [plain, spelled] = [&bytes[..], text.as_bytes()].map(|bytes| told(&Release::parse(&products(), bytes).unwrap_err()));
        assert_is_one_line(&plain);
        prop_assert_eq!(plain, spelled);
    }
}

#[test]
fn half_a_character_is_refused() {
    for (half, expect) in [
        ("\\ud83d", "unexpected end of hex escape"),
        ("\\ude00", "lone leading surrogate in hex escape"),
        ("\\ud83d\\u0041", "lone leading surrogate in hex escape"),
        ("\\ud83dx", "unexpected end of hex escape"),
        ("\\ud83d\\n", "unexpected end of hex escape"),
        ("\\ude00\\ud83d", "lone leading surrogate in hex escape"),
    ] {
        let text = text_of(&release()).replace("試驗", half);
        let message = told(&Release::parse(&products(), text.as_bytes()).unwrap_err());
        assert!(message.starts_with(&format!("it is no release document: {expect} at line 1 ")), "{half}: {message}");
        assert!(message.ends_with(", in field `release.lock.message`"), "{half}: {message}");
    }
    let whole = text_of(&release()).replace("👍", "\\ud83d\\udc4d");
    assert_eq!(Release::parse(&products(), whole.as_bytes()).unwrap(), release());
}

#[test]
fn an_entry_that_is_archived_has_the_text_that_it_had_in_the_document() {
    let release = release();
    let document = text_of(&release);
    for entry in release.history() {
        let text = serde_json::to_string(entry).unwrap();
        assert!(document.contains(&text), "the archive would hold other bytes: {text}");
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), *entry);
        let more = text.replacen('{', r#"{"surprise":1,"#, 1);
        assert!(serde_json::from_str::<Entry>(&more).is_err(), "unknown fields are refused there too");
    }
}
