//! How often one network may change something: the platform's rate limit of a route is asked, for a bounded time (`docs/decisions/145`).
//! Refuses only a change that the platform refuses; a limiter that is missing, late or broken limits nobody, and is logged once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr};

use shop::routes::Limit;
use worker::Env;

use crate::platform::deadline::within;
use crate::platform::runtime;

/// The platform's rate limits, as one isolate asks them.
pub(crate) struct Limits {
    /// Longest time that a change waits for its limit, in milliseconds.
    wait: f64,
    /// The bindings whose failure stands in the log.
    failed: RefCell<BTreeSet<&'static str>>,
}

impl Limits {
    pub(crate) fn new(wait: f64) -> Self {
        Self { wait, failed: RefCell::default() }
    }

    /// Whether a network may do something so many times more. It is refused as a whole, and what came before the refusal counts.
    pub(crate) async fn allow(&self, limit: Limit, env: &Env, network: &str, times: usize) -> bool {
        let name = limit.binding();
        if !runtime::is_bound(env, name) {
            return true;
        }
        let asked = async {
            let limiter = env.rate_limiter(name)?;
            for _ in 0..times {
                if !limiter.limit(network.to_owned()).await?.success {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let answer = match within(self.wait, asked).await {
            Ok(answer) => answer.map_err(runtime::reason),
            Err(late) => Err(late.to_string()),
        };
        self.judge(name, answer, runtime::log_error)
    }

    /// What the answer of a limiter means. A failure protects nobody from floods, but a refusal by mistake would stop a shopper.
    fn judge(&self, name: &'static str, answer: Result<bool, String>, log: impl FnOnce(&str)) -> bool {
        let cause = match answer {
            Ok(is_within) => return is_within,
            Err(cause) => cause,
        };
        if self.failed.borrow_mut().insert(name) {
            log(&format!("error: the rate limit `{name}` fails, so changes are not counted\n  Caused by: {cause}"));
        }
        true
    }
}

/// The network that an address is counted under: an IPv4 address alone, or the /64 of an IPv6 address, since a client there has all of the
/// 2^64 addresses and may use another one for each request. Text that is no address is its own.
pub(crate) fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let prefix = Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX));
            format!("{prefix}/64")
        }
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{Limits, network};

    #[test]
    fn an_address_is_counted_by_its_network() {
        for (address, expect) in [
            ("203.0.113.7", "203.0.113.7"),
            ("127.0.0.1", "127.0.0.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("2001:db8::1", "2001:db8::/64"),
            ("::1", "::/64"),
            // The same client by another spelling.
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("", ""),
            ("unknown", "unknown"),
            ("2001:db8::1%eth0", "2001:db8::1%eth0"),
            ("203.0.113.07", "203.0.113.07"),
        ] {
            assert_eq!(network(address), expect, "{address}");
        }
    }

    proptest! {
        #[test]
        fn a_client_has_one_network_and_shares_it_with_nobody(prefix in any::<u64>(), other in any::<u64>(), one in any::<u64>(), two in any::<u64>()) {
            let address = |prefix: u64, rest: u64| {
                Ipv6Addr::from_bits(u128::from(prefix) << 64 | u128::from(rest)).to_string()
            };
            // Addresses with an IPv4 address in them are not of a network of their own.
            let (prefix, other) = (prefix | 1, other | 1);
            prop_assert_eq!(network(&address(prefix, one)), network(&address(prefix, two)));
            prop_assert_eq!(network(&address(prefix, one)) == network(&address(other, one)), prefix == other);
            prop_assert!(network(&address(prefix, one)).ends_with("::/64"));
        }

        #[test]
        fn an_ipv4_address_is_counted_alone(bits in any::<u32>()) {
            let address = Ipv4Addr::from_bits(bits);
            prop_assert_eq!(network(&address.to_string()), address.to_string());
            prop_assert_eq!(network(&address.to_ipv6_mapped().to_string()), address.to_string());
        }
    }

    #[test]
    fn a_limiter_that_fails_refuses_nobody_and_is_logged_once() {
        let limits = Limits::new(250.0);
        let judge = |name, answer: Result<bool, &str>| {
            let mut logged = Vec::new();
            let answer = answer.map_err(str::to_owned);
            (limits.judge(name, answer, |text| logged.push(text.to_owned())), logged)
        };
        assert_eq!(judge("CART_CHANGES", Ok(true)), (true, vec![]));
        assert_eq!(judge("CART_CHANGES", Ok(false)), (false, vec![]));
        let line = |name: &str| {
            let first = format!("error: the rate limit `{name}` fails, so changes are not counted");
            vec![format!("{first}\n  Caused by: no answer within 250 ms")]
        };
        let late = Err("no answer within 250 ms");
        assert_eq!(judge("CART_CHANGES", late), (true, line("CART_CHANGES")));
        assert_eq!(judge("CART_CHANGES", late), (true, vec![]));
        assert_eq!(judge("CODE_ATTEMPTS", late), (true, line("CODE_ATTEMPTS")));
        assert_eq!(judge("CART_CHANGES", Ok(false)), (false, vec![]));
    }
}
