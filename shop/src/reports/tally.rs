//! Refusals that must not stay silent: counted, and logged in one line for all of a kind every two seconds at most, so that a flood
//! is seen and costs little. Counts and formats; the host writes the lines.

use rollout::{RemoteName, Version};
use serde::Serialize;

use crate::reports::counted::Counted;
use crate::reports::event::event_line;

/// How long counts are gathered before they are logged, in milliseconds.
pub const GATHER: f64 = 2_000.0;

/// After this long a flush that did not come is given up: the runtime may end what runs behind an answer. In milliseconds.
const GIVEN_UP: f64 = 5.0 * GATHER;

/// Most kinds at a time. What comes beyond them counts among the rest, without its name.
const LIMIT: usize = 64;

/// A kind of refusal. Each is a line of the log and a point of its own (`docs/operations.md`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Reports of a version that is served, which came faster than they are read, or of one that may be served.
    Report(RemoteName, Version),
    /// Preview links, and why.
    Preview(&'static str),
    /// A secret that is not this shop's.
    Secret,
    /// Refusals of further kinds.
    Other,
}

/// The counts since the last flush.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Vec<(Refused, u32)>,
    flushing_since: Option<f64>,
}

impl Tally {
    /// One more.
    pub fn note(&mut self, refused: Refused) {
        let refused = if self.counts.len() < LIMIT || self.counts.iter().any(|(known, _)| *known == refused) {
            refused
        } else {
            Refused::Other
        };
        match self.counts.iter_mut().find(|(known, _)| *known == refused) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => self.counts.push((refused, 1)),
        }
    }

    /// Whether there is anything to log.
    pub fn is_open(&self) -> bool {
        !self.counts.is_empty()
    }

    /// Whether there is anything to log that nobody is about to flush.
    pub(crate) fn is_due(&self, now: f64) -> bool {
        let is_under_way = self.flushing_since.is_some_and(|at| now - at < GIVEN_UP && at <= now);
        self.is_open() && !is_under_way
    }

    /// Whether it is the caller's to flush it, [`GATHER`] after `now`; true once for all that comes until then.
    pub fn begin(&mut self, now: f64) -> bool {
        let is_mine = self.is_due(now);
        if is_mine {
            self.flushing_since = Some(now);
        }
        is_mine
    }

    /// The counts as events; counting begins anew.
    pub fn flush(&mut self) -> Vec<Counted> {
        self.flushing_since = None;
        std::mem::take(&mut self.counts).into_iter().map(|(refused, count)| Counted::Refused(refused, count)).collect()
    }
}

#[cfg(test)]
impl Tally {
    /// The lines that a flush leads to.
    pub(crate) fn lines(&mut self) -> Vec<String> {
        self.flush().iter().map(Counted::line).collect()
    }
}

impl Refused {
    /// The name of the event.
    pub(crate) fn event(&self) -> &'static str {
        match self {
            Self::Report(..) => "remote-refused",
            Self::Preview(_) => "preview-refused",
            Self::Secret => "secret-refused",
            Self::Other => "others-refused",
        }
    }
}

/// The fields of a line, in their order.
#[derive(Serialize)]
struct Fields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    remote: Option<&'a RemoteName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    count: u32,
}

/// The line of so many refusals.
pub(crate) fn line(refused: &Refused, count: u32) -> String {
    let mut fields = Fields { remote: None, version: None, reason: None, count };
    match refused {
        Refused::Report(remote, version) => (fields.remote, fields.version) = (Some(remote), Some(version)),
        Refused::Preview(reason) => fields.reason = Some(reason),
        Refused::Secret | Refused::Other => {}
    }
    event_line(refused.event(), &fields)
}

#[cfg(test)]
mod tests {
    use super::{GATHER, GIVEN_UP, LIMIT, Refused, Tally};
    use crate::testing::{products, version};

    fn report(number: usize) -> Refused {
        Refused::Report(products(), version(&format!("1.0.{number}")))
    }

    #[test]
    fn a_flood_is_one_line_of_each_kind() {
        let mut tally = Tally::default();
        assert!(!tally.begin(0.0), "nothing to log");
        for _ in 0..500 {
            tally.note(report(1));
        }
        tally.note(Refused::Preview("signature"));
        tally.note(Refused::Secret);
        assert!(tally.begin(0.0));
        tally.note(report(1));
        assert!(!tally.begin(GATHER), "somebody else flushes it");
        assert_eq!(
            tally.lines(),
            [
                r#"{"event":"remote-refused","remote":"products","version":"1.0.1","count":501}"#,
                r#"{"event":"preview-refused","reason":"signature","count":1}"#,
                r#"{"event":"secret-refused","count":1}"#
            ]
        );
        assert!(!tally.is_open());
        assert_eq!(tally.lines(), [""; 0]);
    }

    #[test]
    fn a_flush_that_never_came_is_made_up_for() {
        let mut tally = Tally::default();
        tally.note(Refused::Secret);
        assert!(tally.begin(1_000.0));
        assert!(!tally.begin(1_000.0 + GIVEN_UP - 1.0));
        assert!(tally.begin(1_000.0 + GIVEN_UP));
        assert!(tally.begin(0.0), "a clock that was set back hides nothing");
    }

    #[test]
    fn there_are_only_so_many_lines_and_nothing_is_lost() {
        let mut tally = Tally::default();
        for number in 0..1_000 {
            tally.note(report(number));
        }
        let lines = tally.lines();
        assert_eq!(lines.len(), LIMIT + 1);
        assert!(lines.last().is_some_and(|line| line.contains(&format!("\"count\":{}", 1_000 - LIMIT))), "{lines:?}");
    }
}
