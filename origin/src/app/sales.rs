//! The part of the configuration that selling takes: the shop's address, its mail server, and the ways to pay.

use commerce::checkout::Way;

use crate::app::origins::check_origin;
use crate::failure::refused;

/// The address of a developer's shop: that of `wrangler dev`.
const SHOP_URL: &str = "http://127.0.0.1:8787";

/// Where mails go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mails {
    /// To a mailbox that this machine alone reads, for whoever tries the shop out.
    Mailbox,
    /// To nobody: they wait.
    Nowhere,
    /// To a server.
    Server {
        /// Its URL, which may hold a password.
        url: String,
        /// The sender; without one, the merchant by name and address.
        from: Option<String>,
    },
}

/// The address of the shop.
pub(super) fn shop_url(url: Option<String>, is_selling: bool, is_production: bool) -> anyhow::Result<String> {
    let name = "SHOP_URL";
    match url {
        Some(url) => {
            let origin = url.strip_suffix('/').unwrap_or(&url);
            check_origin(name, origin, is_production)?;
            Ok(origin.to_owned())
        }
        None if is_selling && is_production => Err(refused(name, "production names it, since mails link to it")),
        None => Ok(SHOP_URL.to_owned()),
    }
}

/// Where mails go.
pub(super) fn mails(
    url: Option<&str>,
    from: Option<String>,
    is_selling: bool,
    is_production: bool,
) -> anyhow::Result<Mails> {
    match url {
        Some("none") => Ok(Mails::Nowhere),
        Some(url) if is_production && !is_private(url) => {
            let why =
                "production sends mails over TLS, since they hold addresses and keys: `smtps://…` or `?tls=required`";
            Err(refused("SMTP_URL", why))
        }
        Some(url) => Ok(Mails::Server { url: url.to_owned(), from }),
        None if is_selling && is_production => {
            Err(refused("SMTP_URL", "production names the server that takes mails, or `none` for mails that wait"))
        }
        None => Ok(Mails::Mailbox),
    }
}

/// Whether nobody on the way can read what is sent to a mail server: over TLS, or on this machine.
fn is_private(url: &str) -> bool {
    let host = url.split("//").nth(1).unwrap_or_default().rsplit('@').next().unwrap_or_default();
    let is_near = ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|near| host.strip_prefix(near).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?'])));
    url.starts_with("smtps://") || url.ends_with("?tls=required") || is_near
}

/// The ways to pay. Whoever tries the shop out may pay with a card that charges nobody.
pub(super) fn payments(names: Option<&str>, is_production: bool) -> anyhow::Result<Vec<Way>> {
    let name = "PAYMENTS";
    let Some(names) = names else {
        return Ok(if is_production { vec![Way::Invoice] } else { vec![Way::Invoice, Way::TestCard] });
    };
    let mut ways = Vec::new();
    for text in names.split(',').map(str::trim) {
        let built = [Way::Invoice, Way::OnDelivery, Way::TestCard, Way::Stripe];
        let Some(way) = Way::of(text).filter(|way| built.contains(way)) else {
            let why =
                format!("`{text}` is no way to pay; there are `invoice`, `on-delivery`, `test-card` and `stripe`");
            return Err(refused(name, &why));
        };
        if way == Way::TestCard && is_production {
            return Err(refused(name, "a test card charges nobody, so production takes none"));
        }
        if ways.contains(&way) {
            return Err(refused(name, &format!("it has `{text}` twice")));
        }
        ways.push(way);
    }
    Ok(ways)
}
