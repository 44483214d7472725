//! Reports of remotes that failed in a browser: what is accepted, how much of it, and the log line it becomes.
//! Anyone can send one, so a report is limited, validated and escaped; it changes nothing but the log.

use rollout::{RemoteName, Version};
use serde::{Deserialize, Serialize};

use crate::problem::problem;
use crate::reply::{CACHE_NOTHING, Head, Policy, Reply};

/// Largest report, in bytes. The loader's own are below 600.
pub(crate) const BODY_LIMIT: usize = 2048;
/// Longest message and path in a report, in characters.
const TEXT_LIMIT: usize = 200;
/// How many reports an isolate logs in a burst.
const BURST: f64 = 20.0;
/// How many it logs a second after that. A broken remote is visible from a few; a flood would only cost money.
const PER_SECOND: f64 = 2.0;

/// What a report consists of, for those who send another.
const FORM: &str =
    "a report is a JSON object of remote, version, kind (import, mount, timeout, contract, runtime), message and page";

/// What went wrong with a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    remote: RemoteName,
    version: Version,
    kind: Kind,
    message: String,
    page: String,
}

/// Lets so many reports through and no more: a token bucket.
#[derive(Debug)]
pub(crate) struct Gate {
    tokens: f64,
    refilled_at: f64,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self { tokens: BURST, refilled_at: 0.0 }
    }

    /// Whether one more may pass at `now`, in milliseconds. A clock that jumps back refills nothing.
    pub(crate) fn admit(&mut self, now: f64) -> bool {
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

/// Reads a report. The log line is JSON, so nothing in the report can begin a line of its own.
pub(crate) fn accept(body: &[u8]) -> Result<(Reply, String), Box<Reply>> {
    let refuse = |detail: &str| Box::new(problem(400, detail));
    let report: Report = serde_json::from_slice(body).map_err(|_| refuse(FORM))?;
    let long = |text: &str| text.chars().count() > TEXT_LIMIT;
    if long(&report.message) || long(&report.page) || !report.page.starts_with('/') {
        return Err(refuse(&format!("message and page have at most {TEXT_LIMIT} characters, and page is a path")));
    }
    let line = Line { event: "remote-failed", report: &report };
    let line = serde_json::to_string(&line).map_err(|_| refuse("the report cannot be written down"))?;
    let mut head = Head::new(204, "", CACHE_NOTHING, Policy::Resource);
    head.template.content_type = None;
    Ok((Reply::empty(head), line))
}

#[derive(Serialize)]
struct Line<'a> {
    event: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BODY_LIMIT, Gate, accept, refuse_early};

    const GOOD: &str =
        r#"{"remote":"products","version":"1.0.0","kind":"import","message":"failed\nto fetch","page":"/products"}"#;

    #[track_caller]
    fn check_refused(body: &str) {
        match accept(body.as_bytes()) {
            Err(reply) => assert_eq!(reply.head.template.status, 400, "{body}"),
            Ok((_, line)) => panic!("accepted {body} as {line}"),
        }
    }

    #[test]
    fn a_good_report_is_one_log_line() {
        let (reply, line) = accept(GOOD.as_bytes()).expect("accepted");
        assert_eq!(reply.head.template.status, 204);
        insta::assert_snapshot!(line, @r#"{"event":"remote-failed","remote":"products","version":"1.0.0","kind":"import","message":"failed\nto fetch","page":"/products"}"#);
    }

    #[test]
    fn anything_else_is_refused() {
        check_refused("");
        check_refused("[]");
        check_refused(&GOOD.replace("import", "other"));
        check_refused(&GOOD.replace("products\",\"version", "../x\",\"version"));
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
    fn the_gate_lets_a_burst_through_and_then_a_trickle() {
        let mut gate = Gate::new();
        assert_eq!((0..100).filter(|_| gate.admit(1_000.0)).count(), 20);
        assert_eq!((0..100).filter(|_| gate.admit(2_000.0)).count(), 2);
        assert!(!gate.admit(0.0), "a clock that jumps back must not refill");
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = accept(&body);
        }
    }
}
