//! The shared request corpus, read and answered in process: one snapshot of every reply, and the rules that hold for all of them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use catalog::api::owns;
use web::{ETag, Fields, Method, Reply, Request};

use crate::{CATALOG, SETTINGS, answer, request};

/// A line of the corpus.
pub(crate) struct Line {
    /// The method.
    pub(crate) method: &'static str,
    /// Path and query.
    pub(crate) target: &'static str,
    /// The header fields, names as written.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// Whether only `answer` may be asked, since clients or hosts would change the request.
    pub(crate) is_in_process: bool,
}

/// Every request of the corpus.
pub(crate) fn lines() -> Vec<Line> {
    let lines = include_str!("../../corpus/requests.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(Line::parse).collect()
}

impl Line {
    fn parse(line: &'static str) -> Line {
        let (is_in_process, line) = line.strip_prefix("* ").map_or((false, line), |rest| (true, rest));
        let mut parts = line.split(" | ");
        let (method, target) = parts.next().unwrap().split_once(' ').unwrap();
        let fields = parts.map(|field| {
            let (name, value) = field.split_once(": ").unwrap();
            (name, value.replace("{etag}", &tag(target)))
        });
        Line { method, target, fields: fields.collect(), is_in_process }
    }

    /// The value of a header field.
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str())
    }

    /// The reply in process.
    pub(crate) fn answer(&self) -> Reply {
        answer(&CATALOG, &self.request())
    }

    /// The request as a host hands it over.
    pub(crate) fn request(&self) -> Request<'_> {
        request(self.method, self.target).with(self)
    }

    fn describe(&self) -> String {
        let mut text = format!("{} {}", self.method, self.target.chars().take(120).collect::<String>());
        if self.target.chars().count() > 120 {
            let _ = write!(text, "… ({} characters)", self.target.chars().count());
        }
        for (name, value) in &self.fields {
            let _ = write!(text, " | {name}: {}", value.replace(&tag(self.target), "{etag}"));
        }
        text
    }
}

impl Fields for Line {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| Cow::Borrowed(&**value))
    }
}

/// The tag of a plain GET of the target, with its quotes.
fn tag(target: &str) -> String {
    let reply = answer(&CATALOG, &request("GET", target));
    reply.etag.map_or_else(|| "\"none\"".to_owned(), |etag| etag.as_str().to_owned())
}

#[test]
fn replies_are_these() {
    let mut text = String::new();
    for line in lines() {
        let reply = line.answer();
        let _ = writeln!(text, "{}", line.describe());
        let is_description = line.target.starts_with("/api/openapi.json") && reply.status != 405;
        let _ = write!(text, "  {}", reply.status);
        if let Some(length) = reply.content_length.filter(|_| !is_description) {
            let _ = write!(text, " {length}");
        }
        if reply.content_type.as_deref() == Some("application/problem+json") {
            let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            let _ = write!(text, " {}", body["detail"].as_str().unwrap_or("(no body)"));
        } else if is_description {
            // The description has a test of its own; its every word need not be repeated here.
            let _ = write!(text, " (the description)");
        } else if let Some(etag) = &reply.etag {
            let _ = write!(text, " {}", etag.as_str());
        }
        if let Some(origin) = reply.field("access-control-allow-origin") {
            let _ = write!(text, " readable by {origin}");
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn every_reply_keeps_the_rules() {
    for line in lines() {
        let reply = line.answer();
        let (what, status) = (line.describe(), reply.status);
        let request = line.request();
        assert!(matches!(status, 200 | 204 | 304 | 400 | 404 | 405 | 414), "{what}: {status}");
        assert_eq!(reply.etag.is_some(), matches!(status, 200 | 304), "{what}");
        assert_eq!(reply.field("allow").is_some(), matches!(status, 204 | 405), "{what}");
        assert_eq!(reply.field("vary"), Some("Origin"), "{what}");
        assert_eq!(
            reply.field("access-control-allow-origin").is_some(),
            line.field("Origin") == Some("https://reader.example"),
            "{what}"
        );
        assert!(status != 405 || !request.method.reads(), "{what}");
        let is_kept = matches!(status, 200 | 304) && request.path != "/health";
        let cache_control = match request.path {
            _ if !is_kept => "no-store",
            "/api/openapi.json" => "public, max-age=300",
            _ => "public, max-age=60, stale-while-revalidate=600",
        };
        assert_eq!(reply.cache_control.value(), cache_control, "{what}");
        let content_type = match status {
            200 => Some("application/json"),
            204 | 304 => None,
            _ => Some("application/problem+json"),
        };
        assert_eq!(reply.content_type.as_deref(), content_type, "{what}");
        assert_eq!(reply.content_length.is_some(), content_type.is_some(), "{what}");
        let has_body = content_type.is_some() && request.method != Method::Head;
        let length = u64::try_from(reply.body.len()).unwrap();
        assert_eq!(length, if has_body { reply.content_length.unwrap_or_default() } else { 0 }, "{what}");
        if status == 200 && has_body {
            assert_eq!(reply.etag, Some(ETag::of(&reply.body)), "{what}");
        }
        let names: Vec<&str> = reply.headers().map(|(name, _)| name).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{what}");
        for (name, value) in reply.headers() {
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{what}: {name}");
            assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{what}: {name}: {value}");
        }
    }
}

#[test]
fn head_is_get_without_the_body() {
    for line in lines().iter().filter(|line| line.method == "GET") {
        let get = line.answer();
        let head = answer(&CATALOG, &Request { method: Method::Head, ..line.request() });
        let fields =
            |reply: &Reply| reply.headers().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
        assert_eq!((head.status, fields(&head)), (get.status, fields(&get)), "{}", line.describe());
        assert!(head.body.is_empty(), "{}", line.describe());
    }
}

#[test]
fn lines_for_all_hosts_can_be_sent_as_they_stand() {
    for line in lines().iter().filter(|line| !line.is_in_process) {
        let what = line.describe();
        assert!(line.target.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>#\\^`{}|".contains(&byte)), "{what}");
        assert!(owns(request("GET", line.target).path), "{what}");
        assert!(
            !line.target.starts_with("//") && !line.target.contains("/./") && !line.target.contains("/../"),
            "{what}"
        );
    }
    assert!(SETTINGS.cors_origins == ["https://reader.example"]);
}
