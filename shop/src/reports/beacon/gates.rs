//! How many reports an isolate logs: a token bucket for each remote, version and kind, so that a flood of one hides no other.
//! Counts reports that would be logged alone; whoever is refused here is counted by `tally`.

use rollout::{RemoteName, Version};

use super::{Kind, Report};
use crate::remotes::gate::Gate;

/// How many reports of one remote, version and kind an isolate logs in a burst.
const BURST: f64 = 20.0;
/// How many it logs a second after that. A broken remote is visible from a few; a flood would only cost money.
const PER_SECOND: f64 = 2.0;

/// Most gates. A shop serves a handful of versions, five kinds each; a preview may bring more.
const LIMIT: usize = 128;

/// The gates that reports have come to.
#[derive(Debug, Default)]
pub struct Gates(Vec<Entry>);

/// The gate of one remote, version and kind.
#[derive(Debug)]
struct Entry {
    remote: RemoteName,
    version: Version,
    kind: Kind,
    gate: Gate,
}

impl Gates {
    /// Whether this report may pass at `now`, in milliseconds.
    pub fn admit(&mut self, report: &Report, now: f64) -> bool {
        if let Some(entry) = self.0.iter_mut().find(|entry| entry.is_of(report)) {
            return entry.gate.admit(now);
        }
        if self.0.len() >= LIMIT {
            // The one that was asked longest ago is the nearest to full, as a new one is.
            let age = |entry: &Entry| entry.gate.last_asked();
            let oldest = self.0.iter().enumerate().min_by(|(_, a), (_, b)| age(a).total_cmp(&age(b)));
            if let Some(position) = oldest.map(|(position, _)| position) {
                self.0.swap_remove(position);
            }
        }
        let Report { remote, version, kind, .. } = report.clone();
        let mut gate = Gate::new(BURST, PER_SECOND);
        let admitted = gate.admit(now);
        self.0.push(Entry { remote, version, kind, gate });
        admitted
    }
}

impl Entry {
    fn is_of(&self, report: &Report) -> bool {
        self.kind == report.kind && self.version == report.version && self.remote == report.remote
    }
}

#[cfg(test)]
mod tests {
    use super::super::accept;
    use super::{Gates, LIMIT, Report};

    fn report(version: &str, kind: &str) -> Report {
        let body = format!(
            r#"{{"remote":"products","version":"{version}","kind":"{kind}","message":"m","page":"/products"}}"#
        );
        accept(body.as_bytes(), |_| true).expect("accepted")
    }

    #[test]
    fn a_burst_passes_and_then_a_trickle() {
        let import = report("1.0.0", "import");
        let mut gates = Gates::default();
        assert_eq!((0..100).filter(|_| gates.admit(&import, 1_000.0)).count(), 20);
        assert_eq!((0..100).filter(|_| gates.admit(&import, 2_000.0)).count(), 2);
        assert!(!gates.admit(&import, 0.0), "a clock that jumps back must not refill");
    }

    #[test]
    fn a_flood_of_one_hides_no_other() {
        let mut gates = Gates::default();
        for _ in 0..100 {
            gates.admit(&report("1.0.0", "import"), 1_000.0);
        }
        assert!(gates.admit(&report("1.0.0", "mount"), 1_000.0), "another kind");
        assert!(gates.admit(&report("1.1.0", "import"), 1_000.0), "another version");
    }

    #[test]
    fn there_are_only_so_many_gates() {
        let mut gates = Gates::default();
        for number in 0..1_000_u32 {
            assert!(gates.admit(&report(&format!("1.0.{number}"), "import"), f64::from(number)));
            assert!(gates.0.len() <= LIMIT);
        }
    }
}
