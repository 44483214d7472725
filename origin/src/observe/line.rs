//! The form of a log line: one flat JSON object of ASCII with `time`, `level`, `message` and the fields of the event.
//! `tracing-subscriber`'s own JSON nests and has other names, and alarms and queries depend on these.

use std::fmt::{self, Debug, Write as _};
use std::time::SystemTime;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::registry::LookupSpan;
use web::foreign::ascii_json;

/// Formats an event as a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        let mut line = String::with_capacity(512);
        let time = humantime::format_rfc3339_millis(SystemTime::now());
        write!(line, r#"{{"time":"{time}","level":"{}""#, level(*metadata.level()))?;
        let mut fields = Fields { line: &mut line, has_message: false };
        event.record(&mut fields);
        if !fields.has_message {
            fields.text("message", metadata.name());
        }
        line.push('}');
        // Paths, methods and catalogs are foreign text: as ASCII nothing in them drives a terminal or ends a line.
        let is_ascii = line.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        writer.write_str(&if is_ascii { line } else { ascii_json(&line) })?;
        writer.write_char('\n')
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Appends the fields of an event to a line.
struct Fields<'a> {
    line: &'a mut String,
    has_message: bool,
}

impl Fields<'_> {
    fn text(&mut self, name: &str, value: &str) {
        // The value of any text is a JSON string, so this cannot fail.
        let value = serde_json::to_string(value).unwrap_or_default();
        self.literal(name, &value);
    }

    /// A value that is JSON as it is printed.
    fn literal(&mut self, name: &str, value: &dyn fmt::Display) {
        self.has_message |= name == "message";
        // Writing to a string cannot fail.
        let _ = write!(self.line, r#","{name}":{value}"#);
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.literal(field.name(), &value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.literal(field.name(), &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.literal(field.name(), &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field.name(), &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use serde_json::Value;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::JsonLines;

    #[derive(Clone, Default)]
    struct Output(Arc<Mutex<Vec<u8>>>);

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(log: impl FnOnce()) -> String {
        let output = Output::default();
        let writer = output.clone();
        let layer = tracing_subscriber::fmt::layer().event_format(JsonLines).with_writer(move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        String::from_utf8(output.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn a_line_is_flat_and_has_the_fields_that_queries_depend_on() {
        let text =
            line(|| tracing::info!(path = "/health", status = 200, revision = %"abc", is_cut = false, "request"));
        let value: Value = serde_json::from_str(&text).unwrap();
        let names: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(names, ["is_cut", "level", "message", "path", "revision", "status", "time"], "{text}");
        assert_eq!(
            (&value["level"], &value["message"], &value["status"]),
            (&"info".into(), &"request".into(), &200.into())
        );
        assert!(text.contains(r#""message":"request""#) && text.ends_with("}\n"), "{text}");
        let time = value["time"].as_str().unwrap();
        assert!(time.len() == "2026-11-27T00:00:00.000Z".len() && time.ends_with('Z'), "{time}");
    }

    #[test]
    fn foreign_text_is_escaped_and_an_event_without_a_message_has_its_name() {
        let text = line(|| tracing::error!(path = "/\u{9b}31m\"\n", "refused"));
        assert!(text.trim_end().bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text:?}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["path"], "/\u{9b}31m\"\n");
        let named = line(|| tracing::warn!(name: "ExportFailed", error = "refused"));
        assert!(named.contains(r#""level":"warn""#) && named.contains(r#""message":"ExportFailed""#), "{named}");
    }
}
