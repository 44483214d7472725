//! The server's configuration: every variable, its rule and its default, parsed once. Reads no environment itself.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use catalog::Currency;
use commerce::checkout::Way;

use crate::app::account::Account;
use crate::app::origins::check_origin;
use crate::app::sales::{Mails, mails, payments, shop_url};
use crate::catalog::reload::Rules;
use crate::failure::refused;
use crate::observe::export::Collector;
use crate::store::address::Address;

/// The shortest secret. A shorter one can be guessed.
const SECRET_LEAST: usize = 16;

/// Longest time that a variable may name: a day.
const MILLISECONDS_LIMIT: u64 = 24 * 60 * 60 * 1000;

/// The most connections that a variable may name.
const CONNECTIONS_LIMIT: u64 = 1_000_000;

/// The most products that a variable may demand: more than a catalog may have.
const PRODUCTS_LIMIT: u64 = 10_000_000;

/// The database of a developer.
const DATABASE: &str = ".storefront/shop.db";

/// The name of this service in traces, unless `OTEL_SERVICE_NAME` has another.
const SERVICE: &str = "storefront-origin";

/// The most searches in a second that a variable may name.
const SEARCHES_LIMIT: u64 = 1_000_000;

/// The parsed configuration. `docs/configuration.md` has a line for each variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Configuration {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    /// Separate from `host`: metrics are for the operator, even where the API is for everybody.
    pub(crate) metrics_host: IpAddr,
    pub(crate) metrics_port: u16,
    pub(crate) catalog: Option<PathBuf>,
    /// The currency of its prices.
    pub(crate) currency: Currency,
    pub(crate) cors_origins: Vec<String>,
    /// The secrets that open the feed: one, or two while one is being replaced. Without any it answers only loopback.
    pub(crate) secrets: Vec<String>,
    /// The secrets that open the office, likewise. In production it stays closed without one.
    pub(crate) office_secrets: Vec<String>,
    pub(crate) is_production: bool,
    pub(crate) catalog_rules: Rules,
    /// The database of record; without one stock is what the catalog file says, and nothing is sold.
    pub(crate) database: Option<Address>,
    /// The folder of the merchant's rules; without it, those that ship.
    pub(crate) shop: Option<PathBuf>,
    /// The ways to pay, in the merchant's order.
    pub(crate) payments: Vec<Way>,
    /// The address of the shop, without a slash at its end: mails link to it.
    pub(crate) shop_url: String,
    /// The server that takes mails.
    pub(crate) mails: Mails,
    /// The account at Stripe, where it is one of them.
    pub(crate) stripe: Option<Account>,
    /// How long an order holds its goods while its payment is awaited.
    pub(crate) payment_time: Duration,
    pub(crate) header_timeout: Duration,
    pub(crate) write_timeout: Duration,
    pub(crate) drain: Duration,
    /// Without it, as many as fit under the host's limit of open files.
    pub(crate) max_connections: Option<usize>,
    pub(crate) max_connections_per_address: Option<usize>,
    /// The searches that one address may request in a second; 0 for no limit.
    pub(crate) searches_per_second: u32,
    pub(crate) logs_requests: bool,
    /// The collector that traces are exported to; without one, they are not.
    pub(crate) collector: Option<Collector>,
}

impl Configuration {
    /// Parses the variables; one that is absent or empty takes its default.
    pub(crate) fn parse(variable: &dyn Fn(&str) -> Option<OsString>) -> anyhow::Result<Configuration> {
        let text = |name: &'static str| -> anyhow::Result<Option<String>> {
            let Some(value) = variable(name) else { return Ok(None) };
            match value.into_string() {
                Ok(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
                Err(_) => Err(refused(name, "it is not UTF-8")),
            }
        };
        let is_production = match text("ENVIRONMENT")?.as_deref() {
            None | Some("development") => false,
            Some("production") => true,
            Some(other) => {
                return Err(refused("ENVIRONMENT", &format!("`{other}` is neither `development` nor `production`")));
            }
        };
        let address = |name: &'static str, default: Ipv4Addr| -> anyhow::Result<IpAddr> {
            let Some(host) = text(name)? else { return Ok(IpAddr::V4(default)) };
            host.parse().map_err(|_| refused(name, &format!("`{host}` is no IP address")))
        };
        // A container is reached from outside; a developer's machine must not be.
        let host = address("HOST", if is_production { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST })?;
        let milliseconds = |name: &'static str, default: u64, least: u64| -> anyhow::Result<Duration> {
            let number = whole(name, text(name)?, default, least, MILLISECONDS_LIMIT)?;
            Ok(Duration::from_millis(number))
        };
        let port = |name: &'static str, default: u16| -> anyhow::Result<u16> {
            let number = whole(name, text(name)?, default.into(), 0, u16::MAX.into())?;
            Ok(u16::try_from(number).unwrap_or(default))
        };
        let secrets_of = |names: [&'static str; 2]| -> anyhow::Result<Vec<String>> {
            let mut secrets = Vec::new();
            for name in names {
                if let Some(secret) = text(name)? {
                    check_secret(name, &secret)?;
                    secrets.push(secret);
                }
            }
            Ok(secrets)
        };
        let secrets = secrets_of(["ORIGIN_SECRET", "ORIGIN_SECRET_PREVIOUS"])?;
        let office_secrets = secrets_of(["OFFICE_SECRET", "OFFICE_SECRET_PREVIOUS"])?;
        if office_secrets.iter().any(|secret| secrets.contains(secret)) {
            let why = "it must not be the secret of the feed, which the edge has and which may change nothing";
            return Err(refused("OFFICE_SECRET", why));
        }
        if is_production && text("ORIGIN_SECRET")?.is_none() {
            return Err(refused("ORIGIN_SECRET", "production needs one, since the feed is not for everybody"));
        }
        let cors_origins = cors_origins(text("CORS_ORIGINS")?.unwrap_or_default().as_str(), is_production)?;
        let connections = |name: &'static str| -> anyhow::Result<Option<usize>> {
            let Some(value) = text(name)? else { return Ok(None) };
            let number = whole(name, Some(value), 1, 1, CONNECTIONS_LIMIT)?;
            Ok(Some(usize::try_from(number).unwrap_or(usize::MAX)))
        };
        let least = match text("CATALOG_MIN_PRODUCTS")? {
            None => None,
            value => usize::try_from(whole("CATALOG_MIN_PRODUCTS", value, 0, 0, PRODUCTS_LIMIT)?).ok(),
        };
        let payments = payments(text("PAYMENTS")?.as_deref(), is_production)?;
        // Orders of a way that the merchant has given up since are settled and refunded too.
        let has_account = payments.contains(&Way::Stripe) || text("STRIPE_SECRET_KEY")?.is_some();
        let stripe = has_account.then(|| Account::parse(&text, is_production)).transpose()?;
        let database = database(text("DATABASE_URL")?.as_deref(), is_production)?;
        let is_selling = database.is_some();
        let searches = whole("SEARCHES_PER_SECOND", text("SEARCHES_PER_SECOND")?, 50, 0, SEARCHES_LIMIT)?;
        Ok(Configuration {
            host,
            port: port("PORT", 3333)?,
            metrics_host: address("METRICS_HOST", Ipv4Addr::LOCALHOST)?,
            metrics_port: port("METRICS_PORT", 3334)?,
            catalog: text("CATALOG")?.map(PathBuf::from),
            currency: match text("CURRENCY")? {
                None => Currency::default(),
                Some(code) => Currency::parse(&code).map_err(|error| refused("CURRENCY", &error.to_string()))?,
            },
            cors_origins,
            secrets,
            office_secrets,
            is_production,
            catalog_rules: Rules {
                every: milliseconds("CATALOG_POLL_MS", 1_000, 10)?,
                settle: milliseconds("CATALOG_SETTLE_MS", 5_000, 0)?,
                slow: milliseconds("CATALOG_SLOW_MS", 60_000, 1)?,
                least,
            },
            database,
            shop: text("SHOP")?.map(PathBuf::from),
            payments,
            stripe,
            shop_url: shop_url(text("SHOP_URL")?, is_selling, is_production)?,
            mails: mails(text("SMTP_URL")?.as_deref(), text("MAIL_FROM")?, is_selling, is_production)?,
            payment_time: milliseconds("PAYMENT_TIME_MS", 35 * 60 * 1_000, 1)?,
            header_timeout: milliseconds("HEADER_TIMEOUT_MS", 30_000, 1)?,
            write_timeout: milliseconds("WRITE_TIMEOUT_MS", 30_000, 1)?,
            drain: milliseconds("DRAIN_MS", 20_000, 0)?,
            max_connections: connections("MAX_CONNECTIONS")?,
            max_connections_per_address: connections("MAX_CONNECTIONS_PER_ADDRESS")?,
            searches_per_second: u32::try_from(searches).unwrap_or(u32::MAX),
            logs_requests: logs_requests(text("LOG")?.as_deref())?,
            collector: collector(text("OTEL_EXPORTER_OTLP_ENDPOINT")?, text("OTEL_SERVICE_NAME")?)?,
        })
    }
}

/// The database of record. A developer's is a file in a folder of its own; whoever sells for money names theirs.
fn database(url: Option<&str>, is_production: bool) -> anyhow::Result<Option<Address>> {
    let name = "DATABASE_URL";
    match url {
        Some("none") => Ok(None),
        Some(url) => match Address::parse(url) {
            Ok(address) if is_production && !address.outlives_the_container() => {
                let why = "production keeps SQLite on a volume of its own, and this path is in the container or in memory, which end with each release";
                Err(refused(name, why))
            }
            Ok(address) => Ok(Some(address)),
            Err(error) => Err(refused(name, &error.to_string())),
        },
        None if is_production => {
            Err(refused(name, "production names its database, or `none` for a shop that sells nothing"))
        }
        None => Ok(Some(Address::Sqlite(DATABASE.into()))),
    }
}

fn whole(name: &'static str, value: Option<String>, default: u64, least: u64, most: u64) -> anyhow::Result<u64> {
    let Some(value) = value else { return Ok(default) };
    let is_digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse::<u64>().ok().filter(|number| is_digits && (least..=most).contains(number));
    number.ok_or_else(|| refused(name, &format!("`{value}` is no whole number from {least} to {most}")))
}

fn check_secret(name: &'static str, secret: &str) -> anyhow::Result<()> {
    if secret.len() < SECRET_LEAST {
        let why = format!("it has {} characters, it must have at least {SECRET_LEAST}", secret.len());
        return Err(refused(name, &why));
    }
    if secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(refused(name, "it may have visible ASCII characters alone"))
    }
}

/// The collector of traces at an address. The export has no TLS: it is meant for a collector on the same host or in the same network.
fn collector(endpoint: Option<String>, service: Option<String>) -> anyhow::Result<Option<Collector>> {
    let Some(endpoint) = endpoint else { return Ok(None) };
    let endpoint = endpoint.trim_end_matches('/').to_owned();
    let is_address = endpoint.parse::<Uri>().is_ok_and(|uri| uri.host().is_some() && uri.query().is_none());
    if !endpoint.starts_with("http://") || !is_address {
        let why = format!("`{endpoint}` is no address such as `http://127.0.0.1:4318`; traces go over plain http");
        return Err(refused("OTEL_EXPORTER_OTLP_ENDPOINT", &why));
    }
    Ok(Some(Collector { endpoint, service: service.unwrap_or_else(|| SERVICE.to_owned()) }))
}

/// Whether the log has a line for each request.
fn logs_requests(text: Option<&str>) -> anyhow::Result<bool> {
    match text {
        None | Some("requests") => Ok(true),
        Some("events") => Ok(false),
        Some(other) => Err(refused("LOG", &format!("`{other}` is neither `requests` nor `events`"))),
    }
}

/// The origins of pages that may read the API, separated by commas.
fn cors_origins(list: &str, is_production: bool) -> anyhow::Result<Vec<String>> {
    let mut origins = Vec::new();
    for origin in list.split(',').map(str::trim).filter(|text| !text.is_empty()) {
        check_origin("CORS_ORIGINS", origin, is_production)?;
        origins.push(origin.to_owned());
    }
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use commerce::checkout::Way;

    use super::Configuration;
    use crate::app::sales::Mails;

    fn parse(variables: &[(&str, &str)]) -> Result<Configuration, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| OsString::from(value))
        };
        Configuration::parse(&variable).map_err(|error| error.to_string())
    }

    #[test]
    fn every_variable_has_a_default() {
        let found = parse(&[("PORT", " ")]).unwrap();
        assert_eq!((found.host.to_string().as_str(), found.port, found.metrics_port), ("127.0.0.1", 3333, 3334));
        assert_eq!((found.catalog, found.secrets.len(), found.max_connections), (None, 0, None));
        assert_eq!((found.metrics_host.to_string().as_str(), found.searches_per_second), ("127.0.0.1", 50));
        assert_eq!(found.database.map(|database| database.shown()).as_deref(), Some("sqlite:.storefront/shop.db"));
        assert_eq!((found.catalog_rules.least, found.catalog_rules.settle.as_secs()), (None, 5));
    }

    #[test]
    fn production_is_reached_from_outside_and_has_a_secret() {
        let secret = ("ORIGIN_SECRET", "0123456789abcdef");
        let database = ("DATABASE_URL", "none");
        let found = parse(&[("ENVIRONMENT", "production"), secret, database]).unwrap();
        assert_eq!((found.host.to_string().as_str(), found.secrets.len()), ("0.0.0.0", 1));
        assert_eq!(found.metrics_host.to_string(), "127.0.0.1", "metrics stay inside unless asked for");
        let previous = ("ORIGIN_SECRET_PREVIOUS", "fedcba9876543210");
        assert_eq!(parse(&[("ENVIRONMENT", "production"), secret, previous, database]).unwrap().secrets.len(), 2);
        let error = parse(&[("ENVIRONMENT", "production"), previous]).unwrap_err();
        assert!(error.starts_with("ORIGIN_SECRET was refused: production needs one"), "{error}");
    }

    #[test]
    fn production_names_a_database_that_stays() {
        let secret = ("ORIGIN_SECRET", "0123456789abcdef");
        let of = |database: &[(&str, &str)]| parse(&[&[("ENVIRONMENT", "production"), secret], database].concat());
        let error = of(&[]).unwrap_err();
        assert!(error.starts_with("DATABASE_URL was refused: production names its database"), "{error}");
        let error = of(&[("DATABASE_URL", "sqlite:/shop.db")]).unwrap_err();
        assert!(error.starts_with("DATABASE_URL was refused: production keeps SQLite on a volume"), "{error}");
        assert_eq!(of(&[("DATABASE_URL", "none")]).unwrap().database, None);
    }

    #[test]
    fn a_shop_that_sells_names_itself_and_its_mail_server() {
        let production = [
            ("ENVIRONMENT", "production"),
            ("ORIGIN_SECRET", "0123456789abcdef"),
            ("DATABASE_URL", "postgres://db.example/shop"),
        ];
        let of = |more: &[(&str, &str)]| parse(&[&production[..], more].concat());
        let (shop, server) = (("SHOP_URL", "https://shop.example/"), ("SMTP_URL", "smtps://a:b@mail.example"));
        let error = of(&[server]).unwrap_err();
        assert!(error.starts_with("SHOP_URL was refused: production names it"), "{error}");
        let error = of(&[shop]).unwrap_err();
        assert!(error.starts_with("SMTP_URL was refused: production names the server"), "{error}");
        let found = of(&[shop, server]).unwrap();
        let expect = Mails::Server { url: "smtps://a:b@mail.example".to_owned(), from: None };
        assert_eq!((found.shop_url.as_str(), found.mails), ("https://shop.example", expect));
        assert_eq!(of(&[shop, ("SMTP_URL", "none")]).unwrap().mails, Mails::Nowhere);
        for (url, is_taken) in [
            ("smtp://mail.example:587?tls=required", true),
            ("smtp://127.0.0.1:25", true),
            ("smtp://a:b@mail.example", false),
            ("smtp://mail.example?tls=opportunistic", false),
            ("smtp://127.0.0.1.evil.example", false),
        ] {
            assert_eq!(of(&[shop, ("SMTP_URL", url)]).is_ok(), is_taken, "{url}");
        }
        assert!(of(&[("SHOP_URL", "http://shop.example"), server]).unwrap_err().contains("plain http"));
        let found = parse(&[]).unwrap();
        assert_eq!((found.shop_url.as_str(), found.mails), ("http://127.0.0.1:8787", Mails::Mailbox));
    }

    #[test]
    fn production_takes_no_test_card() {
        let production =
            [("ENVIRONMENT", "production"), ("ORIGIN_SECRET", "0123456789abcdef"), ("DATABASE_URL", "none")];
        assert_eq!(parse(&[]).unwrap().payments, [Way::Invoice, Way::TestCard]);
        assert_eq!(parse(&production).unwrap().payments, [Way::Invoice]);
        let error = parse(&[&production[..], &[("PAYMENTS", "on-delivery, test-card")]].concat()).unwrap_err();
        assert!(error.starts_with("PAYMENTS was refused: a test card charges nobody"), "{error}");
    }

    #[test]
    fn a_bad_value_names_its_variable_and_the_rule() {
        #[track_caller]
        fn check(name: &str, value: &str, expect: &str) {
            let error = parse(&[(name, value)]).unwrap_err();
            assert!(error.starts_with(&format!("{name} was refused: ")) && error.contains(expect), "{error}");
        }
        check("ENVIRONMENT", "prod", "neither");
        check("HOST", "localhost", "no IP address");
        check("PORT", "70000", "from 0 to 65535");
        check("PORT", "+80", "no whole number");
        check("METRICS_PORT", "-1", "no whole number");
        check("CATALOG_POLL_MS", "0", "from 10 to");
        check("CATALOG_MIN_PRODUCTS", "half", "no whole number");
        check("CATALOG_SLOW_MS", "0", "from 1 to");
        check("SEARCHES_PER_SECOND", "-1", "no whole number");
        check("DRAIN_MS", "1e9", "no whole number");
        check("METRICS_HOST", "metrics", "no IP address");
        check("MAX_CONNECTIONS", "0", "from 1 to");
        check("MAX_CONNECTIONS_PER_ADDRESS", "0", "from 1 to");
        check("LOG", "debug", "neither");
        check("DATABASE_URL", "mysql://a:secret@b/c", "`sqlite:PATH` or `postgres://");
        check("PAYMENTS", "invoice,gold", "`gold` is no way to pay");
        check("PAYMENTS", "invoice,invoice", "twice");
        check("PAYMENT_TIME_MS", "0", "from 1 to");
        check("ORIGIN_SECRET", "short", "5 characters");
        check("ORIGIN_SECRET_PREVIOUS", "with a space in it", "visible ASCII");
        check("CORS_ORIGINS", "https://a.example, shop", "`shop` is no origin");
        check("CORS_ORIGINS", "http://a.example", "plain http");
        check("CORS_ORIGINS", "https://a.example:443", "no origin");
        check("CORS_ORIGINS", "https://a.example/", "no origin");
        check("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "no address");
        check("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318", "plain http");
        check("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector/?key=1", "no address");
    }

    /// Those that any configuration asks for, in the page and in the program's help.
    #[test]
    fn every_variable_is_documented() {
        let asked = std::cell::RefCell::new(std::collections::BTreeSet::new());
        let given = [
            ("PAYMENTS", "stripe"),
            ("STRIPE_SECRET_KEY", "sk_test_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
            ("SHOP_URL", "https://shop.example"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318"),
        ];
        let variable = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            given.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        Configuration::parse(&variable).unwrap();
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
        let page = std::fs::read_to_string(page).unwrap();
        let section = page.split("\n## ").find(|section| section.starts_with("The origin of record\n")).unwrap();
        let rows: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next()).collect();
        for name in asked.take() {
            assert!(rows.iter().any(|row| row.contains(&format!("`{name}`"))), "docs/configuration.md lacks `{name}`");
            let is_word = |word: &str| word.trim_matches(|letter| ",.()".contains(letter)) == name;
            assert!(crate::HELP.split_whitespace().any(is_word), "`origin help` lacks `{name}`");
        }
    }

    #[test]
    fn traces_are_exported_to_the_collector_that_is_named() {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318/");
        let found = |variables: &[(&str, &str)]| {
            parse(variables).unwrap().collector.map(|found| (found.endpoint, found.service))
        };
        let expect = |service: &str| Some(("http://127.0.0.1:4318".to_owned(), service.to_owned()));
        assert_eq!(found(&[]), None);
        assert_eq!(found(&[endpoint]), expect("storefront-origin"));
        assert_eq!(found(&[endpoint, ("OTEL_SERVICE_NAME", "shop-3")]), expect("shop-3"));
    }
}
