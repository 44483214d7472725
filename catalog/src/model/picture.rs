//! The rule for the address of a picture in a page's `src`, and the origin that a page's policy must allow for it.
//! Fetches nothing: a picture that keeps the rule need not exist.

/// The most hosts that pictures may come from. Each stands in the policy of every page, whose fields proxies and browsers limit.
pub const MAX_PICTURE_HOSTS: usize = 20;

/// Where a picture comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The shop itself.
    Local,
    /// Another origin, as `https://host` or `https://host:port`.
    Origin(String),
}

/// Checks the rule: an absolute path of the shop's own, or an `https` URL without credentials.
pub(crate) fn source(url: &str) -> Option<Source> {
    if !url.bytes().all(is_url_byte) {
        return None;
    }
    if let Some(path) = url.strip_prefix('/') {
        // `//host/…` is another origin, and dot segments are another path by the time a browser asks for it. A query would ask the shop
        // for something else than a picture: every visitor's browser would send `/?preview.end` with the visitor's cookies.
        let is_plain = !path.is_empty() && !path.starts_with('/') && !path.contains('?') && !has_dot_segment(path);
        return is_plain.then_some(Source::Local);
    }
    let rest = url.strip_prefix("https://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_host = host.len() <= 253 && host.split('.').all(is_label);
    let is_port = port.is_none_or(|port| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|number| number > 0)
    });
    if !is_host || !is_port {
        return None;
    }
    let host = host.to_ascii_lowercase();
    Some(Source::Origin(match port {
        None | Some("443") => format!("https://{host}"),
        Some(port) => format!("https://{host}:{port}"),
    }))
}

/// The characters of RFC 3986; no white space, quotes or brackets, so that a URL cannot leave an attribute or a header.
pub(crate) fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&()*+,;=%".contains(&byte)
}

/// Whether a part of the path is `.` or `..`, written out or as `%2e`, which URL parsers take for the same
/// (<https://url.spec.whatwg.org/#double-dot-path-segment>).
fn has_dot_segment(path: &str) -> bool {
    let path = path.split('#').next().unwrap_or(path);
    path.split('/').any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}
