//! A token bucket: lets a burst through and then so many a second, for things that anybody could ask for without end.
//! Reads no clock; the time of each request is an argument, in milliseconds.

/// A gate for one kind of thing in one isolate.
#[derive(Debug)]
pub(crate) struct Gate {
    burst: f64,
    per_second: f64,
    tokens: f64,
    refilled_at: f64,
}

impl Gate {
    pub(crate) fn new(burst: f64, per_second: f64) -> Self {
        Self { burst, per_second, tokens: burst, refilled_at: 0.0 }
    }

    /// When something was last asked of it.
    pub(crate) fn last_asked(&self) -> f64 {
        self.refilled_at
    }

    /// Whether one more may pass at `now`. A clock that jumps back refills nothing.
    pub(crate) fn admit(&mut self, now: f64) -> bool {
        let elapsed = (now - self.refilled_at).max(0.0) / 1000.0;
        self.tokens = (self.tokens + elapsed * self.per_second).min(self.burst);
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
    use super::Gate;

    #[test]
    fn a_burst_passes_and_then_so_many_a_second() {
        let mut gate = Gate::new(10.0, 4.0);
        let mut admitted = |now: f64| (0..100).filter(|_| gate.admit(now)).count();
        assert_eq!(admitted(1_000.0), 10);
        assert_eq!(admitted(1_000.0), 0);
        assert_eq!(admitted(2_000.0), 4);
        assert_eq!(admitted(0.0), 0, "a clock that jumps back must not refill");
        assert_eq!(admitted(60_000.0), 10, "quiet hours are not saved up");
    }
}
