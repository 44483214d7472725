//! A line of the log about an event: one line of JSON in printable ASCII, for every value of its fields.
//! The event comes first. Events that are counted have a type: `counted.rs`.

use serde::Serialize;
use web::foreign::ascii_json;

#[derive(Serialize)]
struct Line<'a, F> {
    event: &'a str,
    #[serde(flatten)]
    fields: &'a F,
}

/// The line of an event with the fields of a structure, or of a map by text.
pub fn event_line(event: &'static str, fields: &impl Serialize) -> String {
    // An event without its fields is better than none.
    let line = serde_json::to_string(&Line { event, fields });
    ascii_json(&line.unwrap_or_else(|_| format!("{{\"event\":\"{event}\"}}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::event_line;

    #[test]
    fn the_event_comes_first_and_nothing_leaves_its_line() {
        let line = event_line("release-trouble", &BTreeMap::from([("detail", "a\n\u{1b}[2J\u{202e}é")]));
        insta::assert_snapshot!(line, @r#"{"event":"release-trouble","detail":"a\n\u001b[2J\u202e\u00e9"}"#);
    }

    #[test]
    fn an_event_whose_fields_cannot_be_written_is_logged() {
        assert_eq!(event_line("release-trouble", &1), r#"{"event":"release-trouble"}"#);
    }
}
