//! The form of origins in variables.

use crate::failure::refused;

/// An origin as browsers send it: lower case, nothing behind the port, no port that its scheme implies. The edge has the same rule.
pub(super) fn check_origin(name: &'static str, origin: &str, is_production: bool) -> anyhow::Result<()> {
    let no_origin = || refused(name, &format!("`{origin}` is no origin such as `https://shop.example`"));
    let (is_secure, authority) = match (origin.strip_prefix("https://"), origin.strip_prefix("http://")) {
        (Some(authority), _) => (true, authority),
        (None, Some(authority)) => (false, authority),
        (None, None) => return Err(no_origin()),
    };
    let (host, port) = authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port);
    let implied = if is_secure { "443" } else { "80" };
    if host.split('.').any(str::is_empty) || !host.bytes().all(is_letter) || port == Some(implied) {
        return Err(no_origin());
    }
    if !port.is_none_or(is_port) {
        return Err(no_origin());
    }
    if !is_secure && (is_production || !matches!(host, "127.0.0.1" | "localhost")) {
        let why = format!("`{origin}` is plain http, which is accepted on loopback and in development alone");
        return Err(refused(name, &why));
    }
    Ok(())
}
