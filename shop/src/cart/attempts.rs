//! The attempts at codes that this isolate has seen in the current minute, by network. The platform counts the attempts; this memory keeps two
//! things that its counter cannot say: that a code which comes again is no new attempt, and that a network was refused, from which then no code
//! gets an outcome, known or not. Bounded, and forgotten after a minute.

use std::collections::BTreeMap;

use commerce::Code;

/// The period of the platform's counter, in milliseconds.
const MINUTE: f64 = 60_000.0;

/// Most networks that are remembered. One more begins the memory anew.
const NETWORKS: usize = 1_000;

/// Most codes of one network that are remembered, several times what a production Worker allows in a minute.
const CODES: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// The time at which the minute began.
    began: f64,
    networks: BTreeMap<String, Seen>,
    /// Whether any network was refused.
    has_refused: bool,
}

/// What one network has tried.
#[derive(Debug, Default)]
struct Seen {
    counted: Vec<Code>,
    is_refused: bool,
}

impl Attempts {
    /// Whether any network was refused in this minute.
    pub(crate) fn has_refused(&mut self, now: f64) -> bool {
        self.forget(now);
        self.has_refused
    }

    /// Whether this network was refused in this minute.
    pub(crate) fn is_refused(&mut self, network: &str, now: f64) -> bool {
        self.forget(now);
        self.networks.get(network).is_some_and(|seen| seen.is_refused)
    }

    /// Whether this network has tried a code in this minute.
    pub(crate) fn is_counted(&mut self, network: &str, code: &Code, now: f64) -> bool {
        self.forget(now);
        self.networks.get(network).is_some_and(|seen| seen.counted.contains(code))
    }

    /// Notes what the platform said to these codes of a network.
    pub(crate) fn note(&mut self, network: &str, codes: Vec<Code>, is_allowed: bool, now: f64) {
        self.forget(now);
        if self.networks.len() >= NETWORKS && !self.networks.contains_key(network) {
            *self = Attempts { began: self.began, ..Attempts::default() };
        }
        let seen = self.networks.entry(network.to_owned()).or_default();
        if is_allowed {
            let room = CODES.saturating_sub(seen.counted.len());
            seen.counted.extend(codes.into_iter().take(room));
        } else {
            seen.is_refused = true;
            self.has_refused = true;
        }
    }

    fn forget(&mut self, now: f64) {
        if now - self.began >= MINUTE {
            *self = Attempts { began: now, ..Attempts::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(texts: &[&str]) -> Vec<Code> {
        texts.iter().map(|text| Code::new(text).unwrap()).collect()
    }

    #[test]
    fn a_code_counts_once_a_minute_and_network() {
        let mut attempts = Attempts::default();
        let is_counted = |attempts: &mut Attempts, network, code, now| {
            let code = Code::new(code).unwrap();
            attempts.is_counted(network, &code, now)
        };
        attempts.note("a", codes(&["X", "Y"]), true, 1.0);
        assert!(is_counted(&mut attempts, "a", "X", 2.0) && is_counted(&mut attempts, "a", "Y", 59_999.0));
        assert!(!is_counted(&mut attempts, "a", "Z", 2.0) && !is_counted(&mut attempts, "b", "X", 2.0));
        assert!(!is_counted(&mut attempts, "a", "X", 60_001.0), "a minute later");
    }

    #[test]
    fn a_refusal_lasts_a_minute_and_concerns_one_network() {
        let mut attempts = Attempts::default();
        assert!(!attempts.has_refused(5.0));
        attempts.note("a", codes(&["X"]), false, 100_000.0);
        assert!(attempts.has_refused(100_001.0) && attempts.is_refused("a", 100_001.0));
        assert!(!attempts.is_refused("b", 100_001.0));
        assert!(!attempts.is_counted("a", &codes(&["X"])[0], 100_001.0), "what was refused was not counted");
        assert!(!attempts.has_refused(160_002.0) && !attempts.is_refused("a", 160_002.0));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut attempts = Attempts::default();
        for number in 0..5_000 {
            attempts.note(&number.to_string(), codes(&["X"]), true, 1.0);
            attempts.note("one", codes(&[&format!("C{number}")]), true, 1.0);
        }
        assert!(attempts.networks.len() <= NETWORKS);
        assert!(attempts.networks.values().all(|seen| seen.counted.len() <= CODES));
    }
}
