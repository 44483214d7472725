//! HTTP towards the store and the shop: time limits, proxies, TLS only where the address asks for it.
//! Follows no redirect; callers give the requests their meaning.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::shared::IntoShared;

use crate::stopped::{Exit, Stopped};

/// A server that is not there is noticed within this time.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// An address that was checked: https, or http on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(String);

impl Address {
    /// Accepts the value of a variable; the name is for the message.
    pub(crate) fn new(variable: &str, text: &str) -> Result<Address, Stopped> {
        let refused = |rule: &str| {
            // What stands there may hold a password; the host alone may be shown.
            Err(Stopped::new(Exit::Usage, format!("`{variable}` was refused: {rule}")))
        };
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let plain = match scheme {
            "https" => false,
            "http" => true,
            _ => return refused("it is no address such as https://shop.example"),
        };
        let authority = rest.split('/').next().unwrap_or_default();
        let allowed =
            |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'@' | b'?' | b'#' | b'\\' | b'"' | b'<' | b'>');
        if authority.is_empty() || !rest.bytes().all(allowed) {
            return refused("it is no address such as https://shop.example, without user, query and fragment");
        }
        if plain && !is_loopback(host(authority)) {
            return refused("plain http is accepted on this machine alone; use https");
        }
        Ok(Address(text.trim_end_matches('/').to_owned()))
    }

    /// Without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// With one: an endpoint with a path loses it otherwise (<https://github.com/awslabs/aws-sdk-rust/issues/1387>).
    pub(crate) fn with_slash(&self) -> String {
        format!("{}/", self.0)
    }

    pub(crate) fn is_on_this_machine(&self) -> bool {
        let (_, rest) = self.0.split_once("://").unwrap_or_default();
        is_loopback(host(rest.split('/').next().unwrap_or_default()))
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.0.starts_with("http://")
    }
}

fn host(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

/// A connector that keeps connections. `plain` ones know no TLS and go through no proxy: they never leave this machine.
pub(crate) fn connector(plain: bool, sleep: SharedAsyncSleep, read_limit: Duration) -> SharedHttpConnector {
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT_LIMIT).read_timeout(read_limit).build();
    let builder: ConnectorBuilder = Connector::builder().connector_settings(settings).sleep_impl(sleep);
    if plain {
        return builder.build_http().into_shared();
    }
    let provider = Provider::Rustls(CryptoMode::Ring);
    builder.proxy_config(ProxyConfig::from_env()).tls_provider(provider).build().into_shared()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_on_this_machine() {
        #[track_caller]
        fn check(text: &str, expect: Option<(&str, bool)>) {
            let found = Address::new("SHOP_URL", text).ok();
            let found = found.as_ref().map(|address| (address.as_str(), address.is_on_this_machine()));
            assert_eq!(found, expect, "{text}");
        }
        check("https://shop.example/", Some(("https://shop.example", false)));
        check("https://s3.example/path/", Some(("https://s3.example/path", false)));
        check("http://127.0.0.1:8787", Some(("http://127.0.0.1:8787", true)));
        check("http://127.9.9.9/", Some(("http://127.9.9.9", true)));
        check("http://localhost:1/", Some(("http://localhost:1", true)));
        check("http://[::1]:8787/", Some(("http://[::1]:8787", true)));
        check("http://shop.example", None);
        check("http://127.0.0.1.evil.example", None);
        check("http://127.0.0.1@evil.example", None);
        check("https://user:secret@shop.example", None);
        check("https://shop.example?x", None);
        check("https://", None);
        check("ftp://127.0.0.1", None);
        check("shop.example", None);
        check("https://shop example", None);
    }
}
