//! Who may read the feed: who shows one of the secrets, or, where there is none, who is on this machine.

use std::net::IpAddr;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use subtle::{Choice, ConstantTimeEq as _};

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Allowed,
    /// No secret, or another one.
    NoSecret,
    /// There is no secret, and this is from elsewhere.
    FromElsewhere,
}

/// Compares in the same time whatever was shown, so that time tells nothing about a secret but its length.
pub(crate) fn entry(secrets: &[String], headers: &HeaderMap, peer: IpAddr) -> Entry {
    if secrets.is_empty() {
        return if peer.to_canonical().is_loopback() { Entry::Allowed } else { Entry::FromElsewhere };
    }
    let shown = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    let (scheme, shown) = shown.split_at_checked(7).unwrap_or_default();
    // Every secret is compared, whichever it was.
    let is_known = secrets.iter().fold(Choice::from(0), |known, secret| known | secret.as_bytes().ct_eq(shown));
    if scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(is_known) { Entry::Allowed } else { Entry::NoSecret }
}

#[cfg(test)]
mod tests {
    use axum::http::header::AUTHORIZATION;
    use axum::http::{HeaderMap, HeaderValue};

    use super::{Entry, entry};

    #[test]
    fn both_secrets_are_taken_and_nothing_else() {
        let secrets = ["0123456789abcdef".to_owned(), "fedcba9876543210".to_owned()];
        let check = |value: &str, expect: Entry| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_str(value).unwrap())]);
            assert_eq!(entry(&secrets, &headers, "127.0.0.1".parse().unwrap()), expect, "{value}");
        };
        check("Bearer 0123456789abcdef", Entry::Allowed);
        check("bearer fedcba9876543210", Entry::Allowed);
        check("Bearer 0123456789abcdeX", Entry::NoSecret);
        check("Bearer 0123456789abcde", Entry::NoSecret);
        check("Bearer ", Entry::NoSecret);
        check("Basic 0123456789abcdef", Entry::NoSecret);
        check("0123456789abcdef", Entry::NoSecret);
        assert_eq!(entry(&secrets, &HeaderMap::new(), "127.0.0.1".parse().unwrap()), Entry::NoSecret);
    }

    #[test]
    fn without_a_secret_this_machine_alone_may_read() {
        for (peer, expect) in [
            ("127.0.0.1", Entry::Allowed),
            ("::1", Entry::Allowed),
            ("::ffff:127.0.0.1", Entry::Allowed),
            ("10.0.0.7", Entry::FromElsewhere),
        ] {
            assert_eq!(entry(&[], &HeaderMap::new(), peer.parse().unwrap()), expect, "{peer}");
        }
    }
}
