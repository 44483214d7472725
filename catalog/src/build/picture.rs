//! The rule for `imageUrl`: what may stand in a page's `src`, and which origin a page's policy must let it come from.
//! Fetches nothing: whether the picture exists is checked by whoever has the pictures.

/// Where a picture comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The shop itself.
    Local,
    /// Another origin, as `https://host` or `https://host:port`.
    Origin(String),
}

/// What a page can do with a picture's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    /// Show it: its address, and its origin if that is another one.
    Shown(String, Option<String>),
    /// Draw a placeholder, since there is none.
    Missing,
    /// Draw a placeholder, since the address is plain `http:`, which a page of `https:` must not load.
    Insecure,
    /// Nothing: it breaks the rule.
    Wrong,
}

impl Picture {
    /// Of an address that stands in our own format.
    pub(super) fn of(url: &str) -> Picture {
        match source(url) {
            Some(Source::Local) => Picture::Shown(url.to_owned(), None),
            Some(Source::Origin(origin)) => Picture::Shown(url.to_owned(), Some(origin)),
            None if url.is_empty() => Picture::Missing,
            None if url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:")) => Picture::Insecure,
            None => Picture::Wrong,
        }
    }

    /// Of an address that stands in an export: white space and letters of other alphabets are encoded as a browser would, and an
    /// address without a scheme gets the one that pages have.
    pub(super) fn of_export(url: &str) -> Picture {
        let url = url.trim();
        let (scheme, rest) = match url.split_once("//") {
            Some((scheme, rest)) if scheme.is_empty() || scheme.eq_ignore_ascii_case("https:") => ("https://", rest),
            _ => ("", url),
        };
        let encoded = rest.bytes().fold(scheme.to_owned(), |mut encoded, byte| {
            if is_url_byte(byte) {
                encoded.push(char::from(byte));
            } else {
                encoded.push('%');
                encoded
                    .extend([byte >> 4, byte & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16)));
            }
            encoded
        });
        Picture::of(&encoded)
    }
}

/// Checks the rule: an absolute path of the shop's own, or an `https` URL without credentials.
pub(super) fn source(url: &str) -> Option<Source> {
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
fn is_url_byte(byte: u8) -> bool {
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
