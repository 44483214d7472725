//! How many reports an isolate logs: a token bucket for each remote, version and kind, so that a flood of one hides no other.
//! Counts reports that would be logged alone; whoever is refused here is counted by `tally`.

use rollout::{RemoteName, Version};

use super::{Kind, Report};

/// How many reports of one remote, version and kind an isolate logs in a burst.
const BURST: f64 = 20.0;
/// How many it logs a second after that. A broken remote is visible from a few; a flood would only cost money.
const PER_SECOND: f64 = 2.0;

/// Most gates. A shop serves a handful of versions, five kinds each; a preview may bring more.
const LIMIT: usize = 128;

/// The gates that reports have come to.
#[derive(Debug, Default)]
pub(crate) struct Gates(Vec<Gate>);

/// A token bucket.
#[derive(Debug)]
struct Gate {
    remote: RemoteName,
    version: Version,
    kind: Kind,
    tokens: f64,
    refilled_at: f64,
}

impl Gates {
    /// Whether this report may pass at `now`, in milliseconds.
    pub(crate) fn admit(&mut self, report: &Report, now: f64) -> bool {
        if let Some(gate) = self.0.iter_mut().find(|gate| gate.is_of(report)) {
            return gate.admit(now);
        }
        if self.0.len() >= LIMIT {
            // The one that was asked longest ago is the nearest to full, as a new one is.
            let oldest = self.0.iter().enumerate().min_by(|(_, a), (_, b)| a.refilled_at.total_cmp(&b.refilled_at));
            if let Some(position) = oldest.map(|(position, _)| position) {
                self.0.swap_remove(position);
            }
        }
        let mut gate = Gate::new(report, now);
        let admitted = gate.admit(now);
        self.0.push(gate);
        admitted
    }
}

impl Gate {
    fn new(report: &Report, now: f64) -> Self {
        let Report { remote, version, kind, .. } = report.clone();
        Self { remote, version, kind, tokens: BURST, refilled_at: now }
    }

    fn is_of(&self, report: &Report) -> bool {
        self.kind == report.kind && self.version == report.version && self.remote == report.remote
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
