//! Security headers as data: what every answer says about how its bytes may be used.
//! Names are in lower case, the order is fixed. Which answer is a page is the host's to say.

use crate::shell::speculation::RULES_SHA256;

/// A year, for this host alone: the shop cannot know whether the merchant's other subdomains speak https, and a browser that
/// was told so once cannot be told otherwise. Whoever knows adds `includeSubDomains` at the zone.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

/// What is no page may load nothing and be framed by no one.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

const SAME_ORIGIN: &str = "same-origin";

/// A shop needs none of these. All are names that browsers know: they complain aloud about others.
const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), \
    serial=(), usb=(), xr-spatial-tracking=()";

/// Longest list of picture hosts in a policy, in bytes. Browsers and proxies refuse an answer whose header outgrows their buffers,
/// often of 8 KiB, and then no page would show at all.
const IMAGE_SOURCES_LIMIT: usize = 4096;

/// Every security header of an HTML page.
///
/// `import_map_sha256_base64` is the hash of [`import_map`](crate::import_map), the one inline script beside the
/// speculation rules, whose hash is constant; `image_origins` are the
/// origins of pictures that the shop does not serve itself. A list of them over 4 KiB becomes `https:`, any host that speaks https.
pub fn page_headers<'a>(
    import_map_sha256_base64: &str,
    image_origins: impl Iterator<Item = &'a str>,
    production: bool,
) -> Vec<(&'static str, String)> {
    let mut policy = String::with_capacity(512);
    policy.push_str("default-src 'none'; script-src 'self' 'sha256-");
    policy.push_str(import_map_sha256_base64);
    policy.push_str("' 'sha256-");
    policy.push_str(RULES_SHA256);
    policy.push_str("'; style-src 'self'; img-src 'self'");
    policy.push_str(&image_sources(image_origins));
    policy.push_str(
        "; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
    );
    if production {
        policy.push_str("; upgrade-insecure-requests");
    }
    let mut headers = vec![("content-security-policy", policy)];
    push_common(&mut headers, SAME_ORIGIN, production);
    headers.push(("permissions-policy", PERMISSIONS_POLICY.to_owned()));
    headers.push(("cross-origin-opener-policy", "same-origin".to_owned()));
    headers
}

/// Every security header of an answer that is no page: JSON, assets, text, errors without a page.
pub fn resource_headers(production: bool) -> Vec<(&'static str, String)> {
    let mut headers = vec![("content-security-policy", NOTHING.to_owned())];
    push_common(&mut headers, SAME_ORIGIN, production);
    headers
}

/// Every security header of a file of a remote. Other origins may load it as a module: its bytes are public, the same for
/// everybody, and say nothing about who asks.
pub fn shared_headers(production: bool) -> Vec<(&'static str, String)> {
    let mut headers = vec![("content-security-policy", NOTHING.to_owned())];
    push_common(&mut headers, "cross-origin", production);
    headers.push(("access-control-allow-origin", "*".to_owned()));
    headers
}

fn push_common(headers: &mut Vec<(&'static str, String)>, resource_policy: &str, production: bool) {
    headers.push(("x-content-type-options", "nosniff".to_owned()));
    headers.push(("referrer-policy", "strict-origin-when-cross-origin".to_owned()));
    headers.push(("cross-origin-resource-policy", resource_policy.to_owned()));
    if production {
        headers.push(("strict-transport-security", STRICT_TRANSPORT_SECURITY.to_owned()));
    }
}

/// How many bytes headers take on the wire: name, colon, blank, value, line end.
pub fn header_bytes<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>) -> usize {
    headers.into_iter().map(|(name, value)| name.len() + value.len() + 4).sum()
}

/// The sources of pictures beside the shop itself, each after a blank.
fn image_sources<'a>(origins: impl Iterator<Item = &'a str>) -> String {
    let mut sources = String::new();
    for origin in origins.filter(|origin| is_source(origin)) {
        sources.push(' ');
        sources.push_str(origin);
        if sources.len() > IMAGE_SOURCES_LIMIT {
            return " https:".to_owned();
        }
    }
    sources
}

/// Whether an origin can stand in the policy as one source. Anything else would widen it or end the directive.
fn is_source(origin: &str) -> bool {
    origin.starts_with("https://")
        && origin.len() > "https://".len()
        && origin
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'/' | b'.' | b'-' | b'[' | b']'))
}
