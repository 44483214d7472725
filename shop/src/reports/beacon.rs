//! Reports of remotes that failed in a browser: the rules of a report, which of them count, and the log line.
//! Anyone can send one, so a report is limited, validated and escaped; it changes nothing but the log, and counts only for a version
//! that this Worker serves, or may serve. The gates limit how many are logged.

mod gates;

use rollout::{Preview, Release, RemoteName, Version, strict};
use serde::{Deserialize, Serialize};
use web::{CacheControl, ProblemKind, Reply};

pub use self::gates::Gates;
use crate::remotes::Remotes;
use crate::reports::event::event_line;
use crate::response::Response;

/// Longest message and path in a report, in characters.
const TEXT_LIMIT: usize = 200;
/// The form of a report, for senders of another one.
const FORM: &str =
    "a report is a JSON object of remote, version, kind (import, mount, timeout, contract, runtime), message and page";

/// The failure of a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// Whether a report is of a version that shoppers can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The version was built with the shop, the release names it, or the sender's preview does.
    Served,
    /// The report was made up, or comes from a tab that is older than the rollout.
    Stray,
    /// The release is unknown: the version may be the one that is being tried. A report that is dropped without a count would be a
    /// trial that looks sound.
    Undecided,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    remote: RemoteName,
    version: Version,
    #[serde(deserialize_with = "strict::text")]
    kind: Kind,
    message: String,
    page: String,
}

impl Report {
    /// The remote that failed.
    pub fn remote(&self) -> &RemoteName {
        &self.remote
    }

    /// The version that failed.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The kind of failure, in a word.
    pub(crate) fn kind(&self) -> &'static str {
        self.kind.name()
    }

    /// Whether shoppers can have this version at `now`. A `preview` is that of the report's sender.
    pub fn judge(&self, remotes: &Remotes, preview: Option<&Preview>, now: f64) -> Verdict {
        let (remote, version) = (&self.remote, &self.version);
        let is_named = |release: &Release| release.in_use().any(|used| used == version);
        let is_served = remotes.bundled_version(remote, version).is_some()
            || remotes.release(remote, now).is_some_and(|release| is_named(&release))
            || preview.and_then(|preview| preview.version(remote)) == Some(version);
        if is_served {
            Verdict::Served
        } else if remotes.is_unknown(remote, now) {
            Verdict::Undecided
        } else {
            Verdict::Stray
        }
    }

    /// The log line: JSON in printable ASCII alone. Whatever else a report holds is escaped, so that no terminal and no log
    /// tool takes a part of it for a line, a colour or a change of direction.
    pub fn log_line(&self) -> String {
        event_line("remote-failed", self)
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Mount => "mount",
            Self::Timeout => "timeout",
            Self::Contract => "contract",
            Self::Runtime => "runtime",
        }
    }
}

/// The answer to reports that are counted and not logged.
pub fn too_many() -> Response {
    let detail = "reports come faster than they are read, or before it is known which versions are served";
    Response::problem(ProblemKind::TooManyRequests, detail).with("retry-after", "30")
}

/// Reads a report. `is_known` distinguishes the remotes of this shop from names that anyone could make up.
pub fn accept(body: &[u8], is_known: impl Fn(&RemoteName) -> bool) -> Result<Report, Box<Response>> {
    let refuse = |detail: &str| Box::new(Response::problem(ProblemKind::MalformedRequest, detail));
    let report = strict::read::<Report>(body).map_err(|_| refuse(FORM))?;
    let long = |text: &str| text.chars().count() > TEXT_LIMIT;
    if long(&report.message) || long(&report.page) || !report.page.starts_with('/') {
        return Err(refuse(&format!("message and page have at most {TEXT_LIMIT} characters, and page is a path")));
    }
    if !is_known(&report.remote) {
        return Err(refuse(&format!("there is no remote `{}`", report.remote)));
    }
    Ok(report)
}

/// The answer to a report that was logged, and to one of a version that is not served, which is dropped: tabs that were opened before
/// a rollback go on reporting, and must not look like an attack among the refusals.
pub fn accepted() -> Response {
    Response::resource(Reply::empty(204, CacheControl::NoStore))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use rollout::Preview;

    use super::{Verdict, accept};
    use crate::config::Config;
    use crate::remotes::follow::Heard;
    use crate::shop::{BUNDLED, Shop};
    use crate::testing::{NOW, bundled, hear, products, published, release, shop, version, with_canary};

    const GOOD: &str =
        r#"{"remote":"products","version":"1.0.0","kind":"import","message":"failed\nto fetch","page":"/products"}"#;

    #[track_caller]
    fn check_refused(body: &str) {
        match accept(body.as_bytes(), |remote| remote.as_str() == "products") {
            Err(reply) => assert_eq!(reply.reply.status, 400, "{body}"),
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
        check_refused(&GOOD.replace("\"import\"", r#"{"import":null}"#));
        check_refused(r#"["products","1.0.0","import","failed","/products"]"#);
        check_refused(&GOOD.replace("\"kind\"", "\"kind\":\"import\",\"kind\""));
        check_refused(&GOOD.replace("failed", &"x".repeat(200)));
        check_refused(&GOOD.replace("\"page\"", "\"extra\":1,\"page\""));
    }

    #[track_caller]
    fn check_verdict(shop: &Shop, number: &str, preview: Option<&str>, expect: Verdict) {
        let report = accept(GOOD.replace("1.0.0", number).as_bytes(), |_| true).expect("accepted");
        let preview = preview.map(|number| Preview::new([(products(), version(number))]).expect("one is a preview"));
        assert_eq!(report.judge(&shop.remotes, preview.as_ref(), NOW), expect, "{number} with {preview:?}");
    }

    #[test]
    fn a_version_that_is_not_served_is_a_stray_only_when_the_release_is_known() {
        let check = check_verdict;
        let shop = shop(true);
        check(&shop, &bundled(), None, Verdict::Served);
        check(&shop, "4.1.0", None, Verdict::Undecided);
        check(&shop, "4.3.0", Some("4.3.0"), Verdict::Served);
        shop.remotes.follow(&products(), |followed| followed.is_slow(NOW));
        check(&shop, "4.1.0", None, Verdict::Undecided);
        hear(&shop, with_canary(&release(&published("4.1.0", 1)), &published("4.2.0", 1), 5), NOW);
        check(&shop, "4.1.0", None, Verdict::Served);
        check(&shop, "4.2.0", None, Verdict::Served);
        check(&shop, &bundled(), None, Verdict::Served);
        check(&shop, "4.3.0", None, Verdict::Stray);
        check(&shop, "4.3.0", Some("4.3.0"), Verdict::Served);
        check(&shop, "4.4.0", Some("4.3.0"), Verdict::Stray);
    }

    #[test]
    fn without_a_store_or_a_release_in_it_nothing_else_is_served() {
        let alone = Shop::new(crate::testing::bundle(), Config::default(), BUNDLED).unwrap();
        check_verdict(&alone, "4.1.0", None, Verdict::Stray);
        let empty = shop(true);
        empty.remotes.follow(&products(), |followed| followed.hear(Heard::Absent, NOW));
        check_verdict(&empty, "4.1.0", None, Verdict::Stray);
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
