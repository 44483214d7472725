//! The variables of an account at Stripe. Test keys charge nobody, so production takes them by an explicit choice alone.

use std::fmt;

use axum::http::Uri;

use crate::failure::refused;

/// Stripe's own address.
const API: &str = "https://api.stripe.com";

/// An account at Stripe, and the shop that shoppers return to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// The secret key, or a restricted one.
    pub(crate) key: String,
    /// The secrets of webhooks: one, or two while one is being replaced.
    pub(crate) webhook_secrets: Vec<String>,
    /// The address of the API, without a slash at its end.
    pub(crate) api: String,
    /// The address of the shop, likewise.
    pub(crate) shop: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Account").field("api", &self.api).field("shop", &self.shop).finish_non_exhaustive()
    }
}

impl Account {
    /// Parses the variables; a refusal repeats no key.
    pub(crate) fn parse(
        text: &dyn Fn(&'static str) -> anyhow::Result<Option<String>>,
        is_production: bool,
    ) -> anyhow::Result<Account> {
        let needed = |name: &'static str| -> anyhow::Result<String> {
            text(name)?.ok_or_else(|| refused(name, "PAYMENTS has `stripe`, which needs it"))
        };
        let secret = |name: &'static str, value: String, prefixes: &[&str]| -> anyhow::Result<String> {
            let is_plain = value.bytes().all(|byte| byte.is_ascii_graphic());
            if is_plain && prefixes.iter().any(|prefix| value.len() > prefix.len() && value.starts_with(prefix)) {
                return Ok(value);
            }
            Err(refused(
                name,
                &format!(
                    "it begins with none of `{}`, or has other than visible ASCII characters",
                    prefixes.join("`, `")
                ),
            ))
        };
        let name = "STRIPE_SECRET_KEY";
        let key = secret(name, needed(name)?, &["sk_test_", "sk_live_", "rk_test_", "rk_live_"])?;
        let allows_test = match text("STRIPE_TEST_IN_PRODUCTION")?.as_deref() {
            None | Some("no") => false,
            Some("yes") => true,
            Some(_) => return Err(refused("STRIPE_TEST_IN_PRODUCTION", "it is neither `yes` nor `no`")),
        };
        let is_test = key.starts_with("sk_test_") || key.starts_with("rk_test_");
        if is_production && is_test && !allows_test {
            let why = "it is a test key, which charges nobody; a production without customers sets `STRIPE_TEST_IN_PRODUCTION=yes`";
            return Err(refused(name, why));
        }
        let name = "STRIPE_WEBHOOK_SECRET";
        let mut webhook_secrets = vec![secret(name, needed(name)?, &["whsec_"])?];
        let name = "STRIPE_WEBHOOK_SECRET_PREVIOUS";
        if let Some(previous) = text(name)? {
            webhook_secrets.push(secret(name, previous, &["whsec_"])?);
        }
        let api = address("STRIPE_API", &text("STRIPE_API")?.unwrap_or_else(|| API.to_owned()), is_production)?;
        let shop = address("SHOP_URL", &needed("SHOP_URL")?, is_production)?;
        Ok(Account { key, webhook_secrets, api, shop })
    }
}

/// An address of a host without a path. Plain http goes to this machine, and in development alone.
fn address(name: &'static str, value: &str, is_production: bool) -> anyhow::Result<String> {
    let value = value.trim_end_matches('/');
    let no_address = || refused(name, &format!("`{value}` is no address such as `https://shop.example`"));
    let uri: Uri = value.parse().map_err(|_| no_address())?;
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else { return Err(no_address()) };
    if uri.path() != "/" || uri.query().is_some() || uri.authority().is_some_and(|part| part.as_str().contains('@')) {
        return Err(no_address());
    }
    let is_loopback = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    match scheme {
        "https" => Ok(value.to_owned()),
        "http" if is_loopback && !is_production => Ok(value.to_owned()),
        "http" => Err(refused(
            name,
            &format!("`{value}` is plain http, which is accepted on loopback and in development alone"),
        )),
        _ => Err(no_address()),
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    fn parse(variables: &[(&str, &str)], is_production: bool) -> Result<Account, String> {
        let base = [
            ("STRIPE_SECRET_KEY", "sk_live_0123"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_0123"),
            ("SHOP_URL", "https://shop.example/"),
        ];
        let all = [variables, &base].concat();
        let text = |name: &'static str| {
            let found = all.iter().find(|(variable, _)| *variable == name);
            Ok(found.map(|(_, value)| (*value).to_owned()).filter(|value| !value.is_empty()))
        };
        Account::parse(&text, is_production).map_err(|error| error.to_string())
    }

    #[test]
    fn an_account_is_stripes_own_address_and_shows_no_key() {
        let found = parse(&[("STRIPE_WEBHOOK_SECRET_PREVIOUS", "whsec_4567")], true).unwrap();
        assert_eq!((found.api.as_str(), found.shop.as_str()), ("https://api.stripe.com", "https://shop.example"));
        assert_eq!(found.webhook_secrets, ["whsec_0123", "whsec_4567"]);
        let shown = format!("{found:?}");
        assert!(!shown.contains("0123") && !shown.contains("4567"), "{shown}");
    }

    #[test]
    fn a_test_key_in_production_is_a_choice() {
        let test = ("STRIPE_SECRET_KEY", "sk_test_0123");
        assert!(parse(&[test], false).is_ok());
        let error = parse(&[test], true).unwrap_err();
        assert!(
            error.starts_with("STRIPE_SECRET_KEY was refused: it is a test key") && !error.contains("0123"),
            "{error}"
        );
        assert!(parse(&[test, ("STRIPE_TEST_IN_PRODUCTION", "yes")], true).is_ok());
    }

    #[test]
    fn a_bad_value_names_its_variable_and_the_rule() {
        #[track_caller]
        fn check(name: &'static str, value: &str, is_production: bool, expect: &str) {
            let error = parse(&[(name, value)], is_production).unwrap_err();
            assert!(error.starts_with(&format!("{name} was refused: ")) && error.contains(expect), "{error}");
        }
        check("STRIPE_SECRET_KEY", "pk_live_1", true, "`sk_live_`");
        check("STRIPE_WEBHOOK_SECRET", "secret", true, "`whsec_`");
        check("STRIPE_WEBHOOK_SECRET", "", true, "which needs it");
        check("STRIPE_API", "http://127.0.0.1:1", true, "plain http");
        check("STRIPE_API", "http://stripe.example", false, "plain http");
        check("SHOP_URL", "shop.example", false, "no address");
        check("SHOP_URL", "https://shop.example/de", false, "no address");
        assert!(parse(&[("STRIPE_API", "http://127.0.0.1:1")], false).is_ok());
    }
}
