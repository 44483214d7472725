//! Texts of people in a release: times, authors and messages. Each is one plain line, since a terminal and a log show it.

use rollout::{AUTHOR_LIMIT, Action, Author, MESSAGE_LIMIT, Message, Timestamp};

use crate::fixture::assert_is_one_line;

#[test]
fn a_time_has_one_form() {
    for text in ["2026-01-31T23:59:59Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z"] {
        assert_eq!(Timestamp::new(text).unwrap().as_str(), text);
    }
    for text in [
        "",
        "2026-01-31",
        "2026-01-31T23:59:59",
        "2026-01-31T23:59:59+00:00",
        "2026-01-31 23:59:59Z",
        "2026-01-31t23:59:59z",
        "2026-01-31T23:59:59.0Z",
        "2026-00-31T23:59:59Z",
        "2026-13-31T23:59:59Z",
        "2026-01-00T23:59:59Z",
        "2026-01-32T23:59:59Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T23:60:00Z",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-30T12:00:60Z",
        "2026-01-31T23:59:59-01",
        "2026-01-31T23:59:61Z",
        "+026-01-31T23:59:59Z",
        "2026-+1-31T23:59:59Z",
        "2026-01-31T23:59:5éZ",
        "٢٢26-01-31T23:59:59Z",
        " 2026-01-31T23:59:59Z",
        "1764072000",
    ] {
        let message = Timestamp::new(text).expect_err(text).to_string();
        assert_eq!(message, format!("`{text}` is no time: it has the form 2026-01-31T23:59:59Z"));
    }
    let ordered = ["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-02-01T00:00:00Z"];
    assert!(ordered.map(|text| Timestamp::new(text).unwrap()).is_sorted());
}

#[test]
fn a_time_is_a_number_of_seconds() {
    #[track_caller]
    fn check(seconds: i64, expect: Option<&str>) {
        let time = Timestamp::of_seconds(seconds);
        assert_eq!(time.as_ref().map(Timestamp::as_str), expect, "{seconds}");
        if let Some(time) = time {
            assert_eq!(time.seconds(), seconds);
            assert_eq!(Timestamp::new(time.as_str()).unwrap(), time);
        }
    }
    check(0, Some("1970-01-01T00:00:00Z"));
    check(1_772_323_199, Some("2026-02-28T23:59:59Z"));
    check(1_709_164_800, Some("2024-02-29T00:00:00Z"));
    check(-1, Some("1969-12-31T23:59:59Z"));
    check(253_402_300_799, Some("9999-12-31T23:59:59Z"));
    check(-62_167_219_200, Some("0000-01-01T00:00:00Z"));
    for outside in [253_402_300_800, -62_167_219_201, i64::MIN, i64::MAX] {
        check(outside, None);
    }
    assert_eq!(Timestamp::new("2016-12-31T23:59:60Z").unwrap().seconds(), 1_483_228_799, "a leap second");
}

#[test]
fn a_message_is_one_plain_line() {
    for text in
        ["", " ", "tried at 5 %", "“naïve” 試驗 👍", "a'b", &"x".repeat(MESSAGE_LIMIT), &"é".repeat(MESSAGE_LIMIT / 2)]
    {
        assert_eq!(Message::new(text).unwrap().as_str(), text);
    }
    assert!(Message::new("").unwrap().is_empty());
    // A quote or a backslash takes two bytes in the document.
    assert!(Message::new(&"\"".repeat(MESSAGE_LIMIT / 2)).is_ok());
    for text in [
        "x".repeat(MESSAGE_LIMIT + 1),
        "é".repeat(MESSAGE_LIMIT / 2 + 1),
        "\"".repeat(MESSAGE_LIMIT / 2 + 1),
        "\\".repeat(MESSAGE_LIMIT / 2 + 1),
        "x".repeat(10_000_000),
    ] {
        let message = Message::new(&text).unwrap_err().to_string();
        assert_is_one_line(&message);
        assert!(
            message.ends_with("was refused: it is one line of 0 to 200 bytes without control characters"),
            "{message}"
        );
    }
}

#[test]
fn nothing_that_a_terminal_obeys_or_hides_is_part_of_a_text() {
    let hostile = [
        '\0',
        '\t',
        '\n',
        '\r',
        '\u{1b}',
        '\u{7f}',
        '\u{85}',
        '\u{9b}',
        '\u{ad}',
        '\u{61c}',
        '\u{180e}',
        '\u{200b}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202a}',
        '\u{202e}',
        '\u{2066}',
        '\u{2069}',
        '\u{feff}',
        '\u{fff9}',
        '\u{e0041}',
    ];
    for character in hostile {
        let text = format!("a{character}b");
        let quoted = format!("a{}b", character.escape_debug());
        let rule = "without control characters";
        assert_eq!(
            Message::new(&text).expect_err(&quoted).to_string(),
            format!("the message `{quoted}` was refused: it is one line of 0 to 200 bytes {rule}")
        );
        assert_eq!(
            Author::new(&text).expect_err(&quoted).to_string(),
            format!("the author `{quoted}` was refused: it is one line of 1 to 64 bytes {rule}")
        );
    }
}

#[test]
fn an_author_has_a_name() {
    for text in ["ada", "Ada Lovelace <ada@shop.example>", "https://ci.example/run/1", &"x".repeat(AUTHOR_LIMIT)] {
        assert_eq!(Author::new(text).unwrap().as_str(), text);
    }
    for text in ["", &"x".repeat(AUTHOR_LIMIT + 1), &"\\".repeat(AUTHOR_LIMIT / 2 + 1)] {
        assert!(Author::new(text).is_err(), "{text}");
    }
}

#[test]
fn an_action_is_called_the_same_everywhere() {
    use Action::{Abort, Canary, Create, Deprecate, Lock, Promote, Prune, Register, Restore, Rollback, Step, Unlock};
    for action in [Create, Register, Canary, Step, Promote, Abort, Rollback, Lock, Unlock, Deprecate, Restore, Prune] {
        let json = serde_json::to_string(&action).unwrap();
        assert_eq!(json, format!("\"{action}\""), "what `history` prints is what the document holds");
        assert_eq!(serde_json::from_str::<Action>(&json).unwrap(), action);
    }
}
