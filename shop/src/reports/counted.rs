//! The events that are counted as well as logged: by reports of a remote that failed, and by those refused, a rollout is stopped.
//! Each is one value with its line of the log and its point. Points identify no visitor; `docs/operations.md` lists their fields.

use crate::reports::beacon::Report;
use crate::reports::tally::{self, Refused};

/// A counted event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// A browser reported that a remote failed.
    Failed(Report),
    /// So many refusals of a kind.
    Refused(Refused, u32),
}

/// A point of a time series.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The event, which distinguishes the series.
    pub kind: &'static str,
    /// The values to group by, in an order that each kind has.
    pub texts: Vec<String>,
    /// A count, or a duration in milliseconds; 0 for an event that is one by itself.
    pub number: f64,
}

impl Counted {
    /// The line of the log.
    pub fn line(&self) -> String {
        match self {
            Self::Failed(report) => report.log_line(),
            Self::Refused(refused, count) => tally::line(refused, *count),
        }
    }

    /// The point, which holds none of a report's free text.
    pub fn point(&self) -> Point {
        match self {
            Self::Failed(report) => {
                let texts = vec![report.remote().to_string(), report.version().to_string(), report.kind().to_owned()];
                Point { kind: "remote-failed", texts, number: 0.0 }
            }
            Self::Refused(refused, count) => {
                let texts = match refused {
                    Refused::Report(remote, version) => vec![remote.to_string(), version.to_string()],
                    Refused::Preview(reason) => vec![(*reason).to_owned()],
                    Refused::Secret | Refused::Other => Vec::new(),
                };
                Point { kind: refused.event(), texts, number: f64::from(*count) }
            }
        }
    }
}

impl Point {
    /// A question to the origin, of the subject `changes` or `snapshot`, and the time until its response began or it was given up.
    pub fn asked(subject: &str, status: Option<u16>, milliseconds: f64) -> Self {
        let status = status.map_or_else(|| "failed".to_owned(), |status| status.to_string());
        Self { kind: "origin", texts: vec![subject.to_owned(), status], number: milliseconds }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Point};
    use crate::reports::beacon::accept;
    use crate::reports::tally::Refused;
    use crate::testing::{products, version};

    #[track_caller]
    fn check(event: &Counted, texts: &[&str], number: f64) {
        let (line, point) = (event.line(), event.point());
        let expect = Point { kind: point.kind, texts: texts.iter().map(|text| (*text).to_owned()).collect(), number };
        assert_eq!(point, expect);
        assert!(line.starts_with(&format!("{{\"event\":\"{}\"", point.kind)), "`{line}` is not of `{}`", point.kind);
    }

    #[test]
    fn a_line_and_a_point_name_the_same_event_with_the_same_fields() {
        let report = br#"{"remote":"products","version":"1.1.0","kind":"mount","message":"secret","page":"/secret"}"#;
        let report = accept(report, |_| true).expect("accepted");
        check(&Counted::Failed(report), &["products", "1.1.0", "mount"], 0.0);
        check(&Counted::Refused(Refused::Report(products(), version("1.1.0")), 37), &["products", "1.1.0"], 37.0);
        check(&Counted::Refused(Refused::Preview("signature"), 2), &["signature"], 2.0);
        check(&Counted::Refused(Refused::Secret, 1), &[], 1.0);
        check(&Counted::Refused(Refused::Other, 936), &[], 936.0);
    }

    #[test]
    fn a_question_is_measured_whether_it_is_answered_or_not() {
        let texts = |point: Point| (point.kind, point.texts.join(" "), point.number);
        assert_eq!(texts(Point::asked("changes", Some(204), 3.0)), ("origin", "changes 204".to_owned(), 3.0));
        assert_eq!(texts(Point::asked("snapshot", None, 5.0)), ("origin", "snapshot failed".to_owned(), 5.0));
    }
}
