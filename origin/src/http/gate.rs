//! Access to the feed: by one of the secrets. Without a configured secret, only from this machine, under one of its loopback names and
//! through no proxy.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue};
use subtle::{Choice, ConstantTimeEq as _};

use crate::http::admission::Peer;

/// Whether the feed is open to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Allowed,
    /// No secret, or another one.
    NoSecret,
    /// There is no secret, and the request is from elsewhere.
    FromElsewhere,
}

/// Whether a request may read the feed.
pub(crate) fn entry(secrets: &[String], request: &Parts) -> Entry {
    if !secrets.is_empty() {
        return if shows_secret(secrets, &request.headers) { Entry::Allowed } else { Entry::NoSecret };
    }
    let peer = request.extensions.get::<Peer>().map(|peer| peer.0);
    let is_near = peer.is_some_and(|peer| peer.to_canonical().is_loopback());
    if is_near && is_addressed_here(request) && !is_forwarded(&request.headers) {
        Entry::Allowed
    } else {
        Entry::FromElsewhere
    }
}

/// Compares in a time that depends on nothing but the lengths, so that it reveals nothing else of a secret.
fn shows_secret(secrets: &[String], headers: &HeaderMap) -> bool {
    let shown = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    let (scheme, shown) = shown.split_at_checked(7).unwrap_or_default();
    // Every secret is compared, whichever it was.
    let is_known = secrets.iter().fold(Choice::from(0), |known, secret| known | secret.as_bytes().ct_eq(shown));
    scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(is_known)
}

/// Whether a request names this machine as its host: a page of another name that leads to this machine sends that name.
fn is_addressed_here(request: &Parts) -> bool {
    let mut hosts = request.headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let named = request.uri.authority().map(Authority::as_str);
    host.to_str().is_ok_and(is_loopback_host) && named.is_none_or(is_loopback_host)
}

/// Whether `host`, with or without a port, names this machine.
fn is_loopback_host(host: &str) -> bool {
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => Some(name).filter(|_| is_port(port)),
        _ => Some(host),
    };
    let Some(name) = name else { return false };
    let address = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(name) => name.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    };
    name.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.to_canonical().is_loopback())
}

/// Whether something on this machine hands the request on for somebody else: a tunnel or a proxy.
fn is_forwarded(headers: &HeaderMap) -> bool {
    let is_mark = |name: &str| name.starts_with("x-forwarded-") || matches!(name, "forwarded" | "via" | "x-real-ip");
    headers.keys().any(|name| is_mark(name.as_str()))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::http::request::Parts;

    use super::{Entry, entry, is_loopback_host};
    use crate::http::admission::Peer;

    fn request(peer: &str, target: &str, fields: &[(&str, &str)]) -> Parts {
        let mut request = Request::get(target).body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        for (name, value) in fields {
            request.headers_mut().append(
                axum::http::HeaderName::try_from(*name).unwrap(),
                axum::http::HeaderValue::try_from(*value).unwrap(),
            );
        }
        request.into_parts().0
    }

    #[test]
    fn both_secrets_are_taken_and_nothing_else() {
        let secrets = ["0123456789abcdef".to_owned(), "fedcba9876543210".to_owned()];
        let check = |value: &str, expect: Entry| {
            let request = request("127.0.0.1", "/catalog/revision", &[("authorization", value)]);
            assert_eq!(entry(&secrets, &request), expect, "{value}");
        };
        check("Bearer 0123456789abcdef", Entry::Allowed);
        check("bearer fedcba9876543210", Entry::Allowed);
        check("Bearer 0123456789abcdeX", Entry::NoSecret);
        check("Bearer 0123456789abcde", Entry::NoSecret);
        check("Bearer ", Entry::NoSecret);
        check("Basic 0123456789abcdef", Entry::NoSecret);
        check("0123456789abcdef", Entry::NoSecret);
        assert_eq!(entry(&secrets, &request("127.0.0.1", "/", &[("host", "localhost")])), Entry::NoSecret);
        // Behind a proxy the secret alone counts.
        let behind =
            [("authorization", "Bearer 0123456789abcdef"), ("x-forwarded-for", "192.0.2.1"), ("host", "a.example")];
        assert_eq!(entry(&secrets, &request("10.0.0.7", "/", &behind)), Entry::Allowed);
    }

    #[test]
    fn without_a_secret_this_machine_alone_may_read() {
        #[track_caller]
        fn check(peer: &str, target: &str, fields: &[(&str, &str)], expect: Entry) {
            assert_eq!(entry(&[], &request(peer, target, fields)), expect, "{peer} {target} {fields:?}");
        }
        let here = ("host", "127.0.0.1:3333");
        check("127.0.0.1", "/", &[here], Entry::Allowed);
        check("::1", "/", &[("host", "[::1]:3333")], Entry::Allowed);
        check("::ffff:127.0.0.1", "/", &[("host", "localhost")], Entry::Allowed);
        check("127.0.0.1", "http://127.0.0.1:3333/", &[here], Entry::Allowed);
        check("10.0.0.7", "/", &[here], Entry::FromElsewhere);
        check("127.0.0.1", "/", &[], Entry::FromElsewhere);
        check("127.0.0.1", "/", &[here, here], Entry::FromElsewhere);
        check("127.0.0.1", "/", &[("host", "evil.example")], Entry::FromElsewhere);
        check("127.0.0.1", "http://evil.example/", &[here], Entry::FromElsewhere);
        for mark in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via", "x-real-ip"] {
            check("127.0.0.1", "/", &[here, (mark, "8.8.8.8")], Entry::FromElsewhere);
        }
    }

    #[test]
    fn names_of_this_machine() {
        for name in
            ["localhost", "LOCALHOST:80", "127.0.0.1", "127.8.9.1:3333", "[::1]", "[::1]:1", "[::ffff:127.0.0.1]"]
        {
            assert!(is_loopback_host(name), "{name}");
        }
        for name in [
            "",
            ":80",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "127.1",
            "0x7f000001",
            "[::2]",
            "::1",
            "a@localhost",
            "localhost:",
            "localhost:x",
            "0.0.0.0",
            "[::]",
        ] {
            assert!(!is_loopback_host(name), "{name}");
        }
    }
}
