//! A line of the log about something that has happened: JSON in printable ASCII alone, on one line, whatever stands in its fields.
//! The event comes first. Events that are counted have a type: `counted.rs`.

use rollout::json::Writer;
use web::foreign::ascii_json;

/// The line of an event with these further fields.
pub fn event_line(event: &str, fill: impl FnOnce(&mut Writer)) -> String {
    ascii_json(&Writer::document(|fields| {
        fields.field("event").string(event);
        fill(fields);
    }))
}

#[cfg(test)]
mod tests {
    use super::event_line;

    #[test]
    fn the_event_comes_first_and_nothing_leaves_its_line() {
        let line = event_line("release-trouble", |fields| fields.field("detail").string("a\n\u{1b}[2J\u{202e}é"));
        insta::assert_snapshot!(line, @r#"{"event":"release-trouble","detail":"a\n\u001b[2J\u202e\u00e9"}"#);
    }
}
