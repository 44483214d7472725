//! Reports of remotes that failed in a browser: what is accepted, how much of it, and the log line it becomes.
//! Anyone can send one, so a report is limited, validated and escaped; it changes nothing but the log. Only reports that would
//! be logged count against the limit, each remote and kind by itself, so that a flood of one hides no other.

use std::fmt;

use rollout::json::{Object, Writer};
use rollout::{RemoteName, Version};
use web::foreign::ascii_json;

use crate::problem::problem;
use crate::reply::{CACHE_NOTHING, Head, Policy, Reply};

/// Largest report, in bytes. The loader's own are below 600.
pub(crate) const BODY_LIMIT: usize = 2048;
/// Longest message and path in a report, in characters.
const TEXT_LIMIT: usize = 200;
/// How many reports of one remote and kind an isolate logs in a burst.
const BURST: f64 = 20.0;
/// How many it logs a second after that. A broken remote is visible from a few; a flood would only cost money.
const PER_SECOND: f64 = 2.0;

/// What a report consists of, for those who send another.
const FORM: &str =
    "a report is a JSON object of remote, version, kind (import, mount, timeout, contract, runtime), message and page";

/// What went wrong with a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The module could not be fetched, was refused by its integrity, or threw while it was evaluated.
    Import,
    /// `mount` threw or rejected.
    Mount,
    /// It did not answer within the deadline.
    Timeout,
    /// The slot and the module speak different contracts.
    Contract,
    /// It failed later, while in use.
    Runtime,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    remote: RemoteName,
    version: Version,
    kind: Kind,
    message: String,
    page: String,
}

/// Lets so many reports of each remote and kind through and no more. As small as the number of remotes, since a report of
/// an unknown one comes to no gate.
#[derive(Debug, Default)]
pub(crate) struct Gates(Vec<(RemoteName, Kind, Gate)>);

/// A token bucket.
#[derive(Debug)]
struct Gate {
    tokens: f64,
    refilled_at: f64,
}

impl Gates {
    /// Whether this report may pass at `now`, in milliseconds.
    pub(crate) fn admit(&mut self, report: &Report, now: f64) -> bool {
        let is_its =
            |(remote, kind, _): &&mut (RemoteName, Kind, Gate)| *remote == report.remote && *kind == report.kind;
        if let Some((.., gate)) = self.0.iter_mut().find(is_its) {
            return gate.admit(now);
        }
        let mut gate = Gate::new();
        let admitted = gate.admit(now);
        self.0.push((report.remote.clone(), report.kind, gate));
        admitted
    }
}

impl Report {
    fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        let mut fields = Object::read(body)?;
        let report = Self {
            remote: fields.take("remote")?.text(RemoteName::new)?,
            version: fields.take("version")?.text(Version::new)?,
            kind: fields.take("kind")?.variant(&Kind::ALL)?,
            message: fields.take("message")?.string()?,
            page: fields.take("page")?.string()?,
        };
        fields.end()?;
        Ok(report)
    }

    /// The log line: JSON in printable ASCII alone. Whatever else a report holds is escaped, so that no terminal and no log
    /// tool takes a part of it for a line, a colour or a change of direction.
    pub(crate) fn log_line(&self) -> String {
        let json = Writer::document(|fields| {
            fields.field("event").string("remote-failed");
            fields.field("remote").text(&self.remote);
            fields.field("version").text(&self.version);
            fields.field("kind").text(&self.kind);
            fields.field("message").string(&self.message);
            fields.field("page").string(&self.page);
        });
        ascii_json(&json)
    }
}

impl Kind {
    const ALL: [Self; 5] = [Self::Import, Self::Mount, Self::Timeout, Self::Contract, Self::Runtime];
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Import => "import",
            Self::Mount => "mount",
            Self::Timeout => "timeout",
            Self::Contract => "contract",
            Self::Runtime => "runtime",
        })
    }
}

impl Gate {
    fn new() -> Self {
        Self { tokens: BURST, refilled_at: 0.0 }
    }

    /// Whether one more may pass at `now`, in milliseconds. A clock that jumps back refills nothing.
    fn admit(&mut self, now: f64) -> bool {
        let elapsed = (now - self.refilled_at).max(0.0) / 1000.0;
        self.tokens = (self.tokens + elapsed * PER_SECOND).min(BURST);
        self.refilled_at = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

/// Judges what can be judged before the body is read: `None` means go on.
pub(crate) fn refuse_early(header: impl Fn(&str) -> Option<String>) -> Option<Reply> {
    // Browsers say where a request comes from; other sites have nothing to report here.
    if header("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Some(problem(403, "a report comes from a page of this shop"));
    }
    let json = header("content-type")
        .is_some_and(|value| value.split(';').next().is_some_and(|kind| kind.trim() == "application/json"));
    if !json {
        return Some(problem(415, "a report is of type application/json"));
    }
    let declared = header("content-length").and_then(|length| length.parse::<u64>().ok());
    declared.filter(|length| *length > BODY_LIMIT as u64).map(|_| too_large())
}

/// The answer to a body over [`BODY_LIMIT`].
pub(crate) fn too_large() -> Reply {
    problem(413, &format!("a report has at most {BODY_LIMIT} bytes"))
}

/// The answer to reports that come too fast.
pub(crate) fn too_many() -> Reply {
    let mut reply = problem(429, "reports come faster than they are read");
    reply.head.extra.push(("retry-after", "30".to_owned()));
    reply
}

/// Reads a report. `is_known` tells the remotes of this shop from names that anyone could make up.
pub(crate) fn accept(body: &[u8], is_known: impl Fn(&RemoteName) -> bool) -> Result<Report, Box<Reply>> {
    let refuse = |detail: &str| Box::new(problem(400, detail));
    let report = Report::read(body).map_err(|_| refuse(FORM))?;
    let long = |text: &str| text.chars().count() > TEXT_LIMIT;
    if long(&report.message) || long(&report.page) || !report.page.starts_with('/') {
        return Err(refuse(&format!("message and page have at most {TEXT_LIMIT} characters, and page is a path")));
    }
    if !is_known(&report.remote) {
        return Err(refuse(&format!("there is no remote `{}`", report.remote)));
    }
    Ok(report)
}

/// The answer to a report that was logged.
pub(crate) fn accepted() -> Reply {
    let mut head = Head::new(204, "", CACHE_NOTHING, Policy::Resource);
    head.template.content_type = None;
    Reply::empty(head)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BODY_LIMIT, Gates, accept, refuse_early};

    const GOOD: &str =
        r#"{"remote":"products","version":"1.0.0","kind":"import","message":"failed\nto fetch","page":"/products"}"#;

    #[track_caller]
    fn check_refused(body: &str) {
        match accept(body.as_bytes(), |remote| remote.as_str() == "products") {
            Err(reply) => assert_eq!(reply.head.template.status, 400, "{body}"),
            Ok(report) => panic!("accepted {body} as {report:?}"),
        }
    }

    #[test]
    fn a_good_report_is_one_log_line() {
        let report = accept(GOOD.as_bytes(), |_| true).expect("accepted");
        insta::assert_snapshot!(report.log_line(), @r#"{"event":"remote-failed","remote":"products","version":"1.0.0","kind":"import","message":"failed\nto fetch","page":"/products"}"#);
    }

    #[test]
    fn nothing_in_a_report_leaves_its_line() {
        let hostile = GOOD.replace("failed", "\u{9b}31m \u{202e}\u{2028}\u{85}\u{7f}\\u0000 é😀");
        let line = accept(hostile.as_bytes(), |_| true).expect("accepted").log_line();
        assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).expect("still JSON");
        assert_eq!(read["message"], "\u{9b}31m \u{202e}\u{2028}\u{85}\u{7f}\0 é😀\nto fetch");
    }

    #[test]
    fn anything_else_is_refused() {
        check_refused("");
        check_refused("[]");
        check_refused(&GOOD.replace("import", "other"));
        check_refused(&GOOD.replace("products\",\"version", "../x\",\"version"));
        check_refused(&GOOD.replace("products\",\"version", "unknown\",\"version"));
        check_refused(&GOOD.replace("1.0.0", "one"));
        check_refused(&GOOD.replace("\"/products\"", "\"https://evil.example/\""));
        check_refused(&GOOD.replace("failed", &"x".repeat(200)));
        check_refused(&GOOD.replace("\"page\"", "\"extra\":1,\"page\""));
    }

    #[test]
    fn headers_are_judged_before_the_body() {
        #[track_caller]
        fn check(headers: &[(&str, &str)], expect: Option<u16>) {
            let found = refuse_early(|name| {
                headers.iter().find(|(header, _)| *header == name).map(|(_, value)| (*value).to_owned())
            });
            assert_eq!(found.map(|reply| reply.head.template.status), expect, "{headers:?}");
        }
        let json = ("content-type", "application/json");
        check(&[json], None);
        check(&[("content-type", "application/json; charset=utf-8"), ("sec-fetch-site", "same-origin")], None);
        check(&[], Some(415));
        check(&[("content-type", "text/plain")], Some(415));
        check(&[json, ("sec-fetch-site", "cross-site")], Some(403));
        check(&[json, ("content-length", &(BODY_LIMIT + 1).to_string())], Some(413));
    }

    #[test]
    fn the_gates_let_a_burst_through_and_then_a_trickle() {
        let report = |text: &str| accept(text.as_bytes(), |_| true).expect("accepted");
        let (import, mount) = (report(GOOD), report(&GOOD.replace("import", "mount")));
        let mut gates = Gates::default();
        assert_eq!((0..100).filter(|_| gates.admit(&import, 1_000.0)).count(), 20);
        assert_eq!((0..100).filter(|_| gates.admit(&import, 2_000.0)).count(), 2);
        assert!(!gates.admit(&import, 0.0), "a clock that jumps back must not refill");
        assert!(gates.admit(&mount, 2_000.0), "a flood of one kind must hide no other");
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(report) = accept(&body, |_| true) {
                prop_assert!(report.log_line().is_ascii());
            }
        }
    }
}
