//! The searches that an address may ask for: so many in a second, of which it may save up two seconds' worth (a token bucket). Reads no
//! clock. Remembers the addresses that asked last; one that was forgotten has all of its allowance again.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

use crate::http::admission::party;

/// How many addresses are remembered, each with some 80 bytes.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(16_384).expect("it is not zero");

/// How many seconds' worth an address may save up.
const SAVED: Duration = Duration::from_secs(2);

/// The allowances of all addresses.
#[derive(Debug)]
pub(crate) struct Allowance {
    /// The time that one search takes of an allowance; without it, none does.
    each: Option<Duration>,
    /// When each address will have all of its allowance again.
    full_at: Mutex<LruCache<IpAddr, Instant>>,
}

impl Allowance {
    /// So many a second; 0 for no limit.
    pub(crate) fn new(per_second: u32) -> Allowance {
        Allowance {
            each: Duration::from_secs(1).checked_div(per_second),
            full_at: Mutex::new(LruCache::new(REMEMBERED)),
        }
    }

    /// Takes one search of an address's allowance, or returns the time until there is one.
    pub(crate) fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let Some(each) = self.each else { return Ok(()) };
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full = full_at.get_or_insert_mut(party(address), || now);
        let next = (*full).max(now) + each;
        match next.duration_since(now).checked_sub(SAVED) {
            None | Some(Duration::ZERO) => {
                *full = next;
                Ok(())
            }
            Some(wait) => Err(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    use super::Allowance;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "there is no other way to an `Instant`; only differences count")]
    fn an_address_saves_up_two_seconds_and_no_more() {
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        let allowance = Allowance::new(5);
        let start = Instant::now();
        let taken = |address, after| (0..100).filter(|_| allowance.take(address, start + after).is_ok()).count();
        assert_eq!(taken(one, Duration::ZERO), 10);
        assert_eq!(
            allowance.take(one, start),
            Err(Duration::from_millis(200)),
            "the next one is a fifth of a second away"
        );
        assert_eq!(taken(other, Duration::ZERO), 10, "another address has its own");
        assert_eq!(taken(one, Duration::from_secs(1)), 5);
        assert_eq!(taken(one, Duration::from_hours(1)), 10, "an hour saves no more than two seconds");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "there is no other way to an `Instant`; only differences count")]
    fn none_is_refused_without_a_limit_and_one_a_second_is_one_at_least() {
        let now = Instant::now();
        assert!((0..1_000).all(|_| Allowance::new(0).take(address("192.0.2.1"), now).is_ok()));
        let slow = Allowance::new(1);
        let network = |host: u16| address(&format!("2001:db8::{host:x}"));
        assert_eq!((0..10).filter(|host| slow.take(network(*host), now).is_ok()).count(), 2, "a network is one party");
    }
}
