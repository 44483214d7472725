//! The Worker's configuration: every variable, its rule and its default, parsed once into a typed struct.
//! Reads nothing itself; the caller passes a function that looks a variable up.

use catalog::CurrencyError;
use pages::{Currency, Resizing};
use rollout::preview::SECRET_LEAST;

use crate::catalog::{Pace, Source};
use crate::remotes::follow::Freshness;

/// `development` (default) or `production`.
pub(crate) const ENVIRONMENT: &str = "ENVIRONMENT";
/// The shop's own address, for canonical links and the sitemap.
pub(crate) const PUBLIC_ORIGIN: &str = "PUBLIC_ORIGIN";
/// Comma-separated origins that may read the API from a browser; default none.
pub(crate) const CORS_ORIGINS: &str = "CORS_ORIGINS";
/// ISO 4217 code of every price; default USD.
pub(crate) const CURRENCY: &str = "CURRENCY";
/// The shop's name, as pages and titles show it.
pub(crate) const SHOP_NAME: &str = "SHOP_NAME";

/// The shop's promise in a few words; the start page's heading.
pub(crate) const SHOP_TAGLINE: &str = "SHOP_TAGLINE";

/// Who makes the sizes of pictures that were not built with the shop: `none` (default) or `cloudflare`.
pub(crate) const PICTURES: &str = "PICTURES";
/// The language of the merchant's texts, a tag of BCP 47 such as `en` or `pt-BR`; default `en`.
pub(crate) const SHOP_LANGUAGE: &str = "SHOP_LANGUAGE";

/// Signs preview links; at least 32 characters. Without it production shows no previews.
pub(crate) const PREVIEW_SECRET: &str = "PREVIEW_SECRET";

/// Age in milliseconds up to which a release is used without asking again; default 5,000.
pub(crate) const RELEASE_FRESH_MS: &str = "RELEASE_FRESH_MS";
/// Age in milliseconds up to which it is used while it is asked for again; default 10,000.
pub(crate) const RELEASE_STALE_MS: &str = "RELEASE_STALE_MS";
/// Longest time in milliseconds that a page waits for a release; default 150.
pub(crate) const RELEASE_WAIT_MS: &str = "RELEASE_WAIT_MS";
/// Age in milliseconds up to which a release outlives a store that fails; default 86,400,000, a day.
pub(crate) const RELEASE_KEEP_MS: &str = "RELEASE_KEEP_MS";
/// Longest time in milliseconds that the store may take over one answer; default 5,000.
pub(crate) const STORE_TIMEOUT_MS: &str = "STORE_TIMEOUT_MS";

/// The origin of record, such as `https://origin.shop.example`; without it the bundled catalog is all there is.
pub(crate) const ORIGIN_URL: &str = "ORIGIN_URL";
/// The secret that the shop shows the origin; at least 16 characters, and required in production.
pub(crate) const ORIGIN_SECRET: &str = "ORIGIN_SECRET";
/// Time in milliseconds from one question to the origin to the next, give or take a quarter; default 3,000.
pub(crate) const ORIGIN_EVERY_MS: &str = "ORIGIN_EVERY_MS";
/// Longest time in milliseconds that the origin may take over one answer; default 5,000.
pub(crate) const ORIGIN_TIMEOUT_MS: &str = "ORIGIN_TIMEOUT_MS";
/// Time in milliseconds without an answer after which prices and stock are marked as unconfirmed; default 60,000.
pub(crate) const ORIGIN_STALE_MS: &str = "ORIGIN_STALE_MS";

/// Longest time in milliseconds that a change of the cart waits for its rate limit; default 250.
pub(crate) const LIMIT_WAIT_MS: &str = "LIMIT_WAIT_MS";

/// The contacts of `/.well-known/security.txt`: comma-separated addresses with `mailto:`, `https://` or `tel:` before them.
pub(crate) const SECURITY_CONTACT: &str = "SECURITY_CONTACT";
/// An https address where the rules for those who look for weaknesses stand.
pub(crate) const SECURITY_POLICY: &str = "SECURITY_POLICY";

/// The contact of a clone in development; mail for it arrives nowhere (RFC 2606).
const DEFAULT_SECURITY_CONTACT: &str = "mailto:security@shop.example";
/// Longest address, in characters.
const ADDRESS_LIMIT: usize = 200;

/// The shortest secret that the origin takes.
const ORIGIN_SECRET_LEAST: usize = 16;

/// Longest time that any of them may name: a week.
const MILLISECONDS_LIMIT: u32 = 7 * 24 * 60 * 60 * 1000;

/// A limiter answers in a millisecond or two; beyond this a shopper would notice.
const DEFAULT_LIMIT_WAIT: f64 = 250.0;

/// The address that `cargo xtask dev` and `npx wrangler dev` listen on.
const DEFAULT_PUBLIC_ORIGIN: &str = "http://127.0.0.1:8787";
const DEFAULT_SHOP_LANGUAGE: &str = "en";
const DEFAULT_SHOP_NAME: &str = "Hollis & Wren";
const DEFAULT_SHOP_TAGLINE: &str = "Well-made things for everyday rooms";
/// Longest shop name and tagline, in characters: what a title and a narrow header carry.
const SHOP_TEXT_LIMIT: usize = 60;

/// Why the configuration was refused. Every message begins with the variable's name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not one of the two environments.
    #[error("{ENVIRONMENT} is `{0}`, it must be `development` or `production`")]
    Environment(String),
    /// Not an origin.
    #[error(
        "{variable} holds `{value}`, which is no origin such as `https://shop.example`: a scheme, a host, an optional port and nothing behind them"
    )]
    Origin {
        /// The variable.
        variable: &'static str,
        /// The value.
        value: String,
    },
    /// Plain http in production or towards a host that is not this machine.
    #[error("{variable} holds `{value}`: plain http is accepted on loopback and in development alone, use https")]
    Insecure {
        /// The variable.
        variable: &'static str,
        /// The value.
        value: String,
    },
    /// Not a way to size pictures.
    #[error("{PICTURES} is `{0}`, it must be `none` or `cloudflare`")]
    Pictures(String),
    /// Not a currency code.
    #[error("{CURRENCY} was refused: {0}")]
    Currency(#[source] CurrencyError),
    /// Not a time.
    #[error("{variable} is `{value}`, it must be a whole number of milliseconds, at most {MILLISECONDS_LIMIT}")]
    Milliseconds {
        /// The variable.
        variable: &'static str,
        /// The value.
        value: String,
    },
    /// The ages do not follow one another.
    #[error("{RELEASE_FRESH_MS}, {RELEASE_STALE_MS} and {RELEASE_KEEP_MS} must not fall in this order")]
    Ages,
    /// Too short to be a secret.
    #[error("{PREVIEW_SECRET} has {0} characters, it must have at least {SECRET_LEAST}")]
    Secret(usize),
    /// Missing or too short.
    #[error("{ORIGIN_SECRET} has {0} characters, it must have at least {ORIGIN_SECRET_LEAST}")]
    OriginSecret(usize),
    /// Not something that a header can carry.
    #[error("{ORIGIN_SECRET} may have visible ASCII characters alone")]
    OriginSecretCharacters,
    /// Not an address that others can write to.
    #[error(
        "{variable} holds `{value}`, which is no address such as `mailto:security@shop.example` or `https://shop.example/security`"
    )]
    Address {
        /// The variable.
        variable: &'static str,
        /// The value.
        value: String,
    },
    /// Not a tag of a language.
    #[error("{SHOP_LANGUAGE} is `{0}`, it must be a language tag of BCP 47, such as `en` or `pt-BR`")]
    Language(String),
    /// Empty or too long.
    #[error("{variable} has {length} characters, it may have 1 to {SHOP_TEXT_LIMIT}")]
    Text {
        /// The variable.
        variable: &'static str,
        /// Its length in characters.
        length: usize,
    },
}

/// The parsed configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// Turns on HSTS and demands https.
    pub production: bool,
    /// Scheme, host and port; no slash at the end.
    pub(crate) public_origin: String,
    /// Origins that may read the API.
    pub(crate) cors_origins: Vec<String>,
    /// Currency of every price; that of the catalog where none is set.
    pub(crate) currency: Option<Currency>,
    /// Who sizes pictures from elsewhere.
    pub(crate) pictures: Resizing,
    /// The shop's name.
    pub(crate) shop_name: String,
    /// Its promise in a few words.
    pub(crate) shop_tagline: String,
    /// The language of the merchant's texts.
    pub(crate) shop_language: String,
    /// Signs preview links.
    pub(crate) preview_secret: Option<String>,
    /// How old a release may be.
    pub(crate) freshness: Freshness,
    /// The origin of record and how it is followed.
    pub(crate) record: Option<(Source, Pace)>,
    /// The secret that operators show to read texts beside codes.
    pub(crate) origin_secret: Option<String>,
    /// Longest time that a change waits for its rate limit, in milliseconds; then it passes uncounted.
    pub limit_wait: f64,
    /// The contacts of `/.well-known/security.txt`; `None` for no file.
    pub(crate) security: Option<Security>,
}

/// Where those who find a weakness turn to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Security {
    /// Addresses, the preferred one first.
    pub(crate) contacts: Vec<String>,
    /// The page with the rules.
    pub(crate) policy: Option<String>,
}

impl Config {
    /// Parses the variables; one that is absent or empty takes its default.
    pub fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let value = |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let production = match value(ENVIRONMENT).as_deref() {
            None | Some("development") => false,
            Some("production") => true,
            Some(other) => return Err(ConfigError::Environment(other.to_owned())),
        };
        let public_origin = value(PUBLIC_ORIGIN).unwrap_or_else(|| DEFAULT_PUBLIC_ORIGIN.to_owned());
        check_origin(PUBLIC_ORIGIN, &public_origin, production)?;
        let mut cors_origins = Vec::new();
        for origin in value(CORS_ORIGINS).unwrap_or_default().split(',').map(str::trim) {
            if !origin.is_empty() {
                check_origin(CORS_ORIGINS, origin, production)?;
                cors_origins.push(origin.to_owned());
            }
        }
        let currency = value(CURRENCY).map(|code| Currency::parse(&code)).transpose().map_err(ConfigError::Currency)?;
        let pictures = match value(PICTURES).as_deref() {
            None | Some("none") => Resizing::None,
            Some("cloudflare") => Resizing::Cloudflare,
            Some(other) => return Err(ConfigError::Pictures(other.to_owned())),
        };
        let text = |variable: &'static str, default: &str| {
            let text = value(variable).unwrap_or_else(|| default.to_owned());
            let length = text.chars().count();
            if length > SHOP_TEXT_LIMIT { Err(ConfigError::Text { variable, length }) } else { Ok(text) }
        };
        let shop_name = text(SHOP_NAME, DEFAULT_SHOP_NAME)?;
        let shop_tagline = text(SHOP_TAGLINE, DEFAULT_SHOP_TAGLINE)?;
        let shop_language = value(SHOP_LANGUAGE).unwrap_or_else(|| DEFAULT_SHOP_LANGUAGE.to_owned());
        if !is_language(&shop_language) {
            return Err(ConfigError::Language(shop_language));
        }
        let preview_secret = value(PREVIEW_SECRET);
        if let Some(length) = preview_secret.as_ref().map(String::len).filter(|length| *length < SECRET_LEAST) {
            return Err(ConfigError::Secret(length));
        }
        let freshness = freshness(&value)?;
        let origin_secret = secret(&value)?;
        let record = record(&value, origin_secret.clone(), production)?;
        let limit_wait = milliseconds(&value, LIMIT_WAIT_MS, DEFAULT_LIMIT_WAIT)?;
        let security = security(&value, production)?;
        Ok(Self {
            production,
            public_origin,
            cors_origins,
            currency,
            pictures,
            shop_name,
            shop_tagline,
            shop_language,
            preview_secret,
            freshness,
            record,
            origin_secret,
            limit_wait,
            security,
        })
    }
}

impl Default for Config {
    /// The configuration of a fresh clone; also what an error page is rendered with when the real one was refused.
    fn default() -> Self {
        Self {
            production: false,
            public_origin: DEFAULT_PUBLIC_ORIGIN.to_owned(),
            cors_origins: Vec::new(),
            currency: None,
            pictures: Resizing::default(),
            shop_name: DEFAULT_SHOP_NAME.to_owned(),
            shop_tagline: DEFAULT_SHOP_TAGLINE.to_owned(),
            shop_language: DEFAULT_SHOP_LANGUAGE.to_owned(),
            preview_secret: None,
            freshness: Freshness::default(),
            record: None,
            origin_secret: None,
            limit_wait: DEFAULT_LIMIT_WAIT,
            security: None,
        }
    }
}

/// The form of a tag (RFC 5646, section 2.1): a language, then subtags of letters and digits.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_first = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_next = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= 35 && parts.next().is_some_and(is_first) && parts.all(is_next)
}

/// A secret that is there has to be one, whether an origin is followed or not: it opens the words beside the codes.
fn secret(value: &impl Fn(&str) -> Option<String>) -> Result<Option<String>, ConfigError> {
    let Some(secret) = value(ORIGIN_SECRET) else { return Ok(None) };
    if secret.len() < ORIGIN_SECRET_LEAST {
        return Err(ConfigError::OriginSecret(secret.len()));
    }
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError::OriginSecretCharacters);
    }
    Ok(Some(secret))
}

/// A list of addresses. In production there is no default: an address that nobody reads is worse than none.
fn security(value: &impl Fn(&str) -> Option<String>, production: bool) -> Result<Option<Security>, ConfigError> {
    let is_address = |address: &&str, schemes: &[&str]| {
        let is_whole = address.bytes().all(|byte| byte.is_ascii_graphic()) && address.len() <= ADDRESS_LIMIT;
        is_whole && schemes.iter().any(|scheme| address.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
    };
    let refused = |variable, address: &str| ConfigError::Address { variable, value: address.to_owned() };
    let policy = value(SECURITY_POLICY);
    if let Some(policy) = policy.as_deref().filter(|policy| !is_address(policy, &["https://"])) {
        return Err(refused(SECURITY_POLICY, policy));
    }
    let default = || (!production).then(|| DEFAULT_SECURITY_CONTACT.to_owned());
    let Some(listed) = value(SECURITY_CONTACT).or_else(default) else { return Ok(None) };
    let mut contacts = Vec::new();
    for address in listed.split(',').map(str::trim) {
        if !is_address(&address, &["mailto:", "https://", "tel:"]) {
            return Err(refused(SECURITY_CONTACT, address));
        }
        contacts.push(address.to_owned());
    }
    Ok(Some(Security { contacts, policy }))
}

fn record(
    value: &impl Fn(&str) -> Option<String>,
    secret: Option<String>,
    production: bool,
) -> Result<Option<(Source, Pace)>, ConfigError> {
    let pace = Pace {
        every: milliseconds(value, ORIGIN_EVERY_MS, 3_000.0)?,
        timeout: milliseconds(value, ORIGIN_TIMEOUT_MS, 5_000.0)?,
        stale: milliseconds(value, ORIGIN_STALE_MS, 60_000.0)?,
    };
    let Some(url) = value(ORIGIN_URL) else { return Ok(None) };
    check_origin(ORIGIN_URL, &url, production)?;
    if production && secret.is_none() {
        return Err(ConfigError::OriginSecret(0));
    }
    Ok(Some((Source { url, secret }, pace)))
}

fn milliseconds(
    value: &impl Fn(&str) -> Option<String>,
    variable: &'static str,
    default: f64,
) -> Result<f64, ConfigError> {
    let Some(value) = value(variable) else { return Ok(default) };
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse::<u32>().ok().filter(|number| digits && *number <= MILLISECONDS_LIMIT);
    number.map(f64::from).ok_or(ConfigError::Milliseconds { variable, value })
}

fn freshness(value: &impl Fn(&str) -> Option<String>) -> Result<Freshness, ConfigError> {
    let milliseconds = |variable, default| milliseconds(value, variable, default);
    let default = Freshness::default();
    let freshness = Freshness {
        fresh: milliseconds(RELEASE_FRESH_MS, default.fresh)?,
        stale: milliseconds(RELEASE_STALE_MS, default.stale)?,
        wait: milliseconds(RELEASE_WAIT_MS, default.wait)?,
        keep: milliseconds(RELEASE_KEEP_MS, default.keep)?,
        timeout: milliseconds(STORE_TIMEOUT_MS, default.timeout)?,
    };
    if freshness.fresh > freshness.stale || freshness.stale > freshness.keep {
        return Err(ConfigError::Ages);
    }
    Ok(freshness)
}

/// An origin is compared and printed byte for byte, so it must have the form that browsers send: lower case, nothing behind the
/// port, and no port that its scheme implies.
fn check_origin(variable: &'static str, value: &str, production: bool) -> Result<(), ConfigError> {
    let refused = || ConfigError::Origin { variable, value: value.to_owned() };
    let (secure, authority) = match (value.strip_prefix("https://"), value.strip_prefix("http://")) {
        (Some(authority), _) => (true, authority),
        (None, Some(authority)) => (false, authority),
        (None, None) => return Err(refused()),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() => (host, Some(port)),
        _ => (authority, None),
    };
    let host_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let port_allowed = |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port && number > 0);
    let implied = if secure { "443" } else { "80" };
    let labels_are_whole = host.split('.').all(|label| !label.is_empty());
    if !labels_are_whole || port == Some(implied) || !host.bytes().all(host_allowed) || !port.is_none_or(port_allowed) {
        return Err(refused());
    }
    let loopback = matches!(host, "127.0.0.1" | "localhost");
    if !secure && (production || !loopback) {
        return Err(ConfigError::Insecure { variable, value: value.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
