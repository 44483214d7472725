//! The origin of record: a server of the product API and of the feed that the edge follows. `docs/origin.md` is its manual. Facts and rules
//! of products are the crate `catalog`'s.
//!
//! | folder | subject | imports |
//! | --- | --- | --- |
//! | `app/` | configuration, the table of routes (`table.rs`), start and end (`run.rs`), health | all others |
//! | `catalog/` | the product API (`api.rs`), the feed, catalog sources behind one port (`source/`), their reload | `http`, `observe` |
//! | `checkout/` | checkouts and orders for shoppers, and what is done when a time has come | `catalog`, `http`, `pay`, `rules`, `store` |
//! | `http/` | connections, the layers of every route (`routes.rs`), limits, problems, the feed's gate | `observe` |
//! | `mail/` | mails to shoppers, from the outbox to a server | `checkout`, `observe`, `store` |
//! | `observe/` | log, metrics, export of traces, ids | none |
//! | `office/` | the API of staff's tools: stock, orders, rules | `checkout`, `http`, `rules`, `store` |
//! | `pay/` | payment providers behind one port | `store` |
//! | `rules.rs` | the merchant's rules in force | `store` |
//! | `store/` | the database of record, and all SQL | `observe` |
//!
//! `catalog/` imports `store` as well, for stock, and `rules` for the feed. A new route is a row of `app/table.rs` and a handler in the folder of its subject.
#![expect(
    clippy::disallowed_methods,
    reason = "a host: it has a clock, an environment and files, which the libraries below it lack"
)]

mod app;
mod catalog;
mod checkout;
mod clock;
mod failure;
mod http;
mod mail;
mod observe;
mod office;
mod pay;
mod rules;
mod store;

use std::io::Write as _;
use std::process::ExitCode;

use crate::app::configuration::Configuration;
use crate::app::{backup, healthcheck, run};
use crate::failure::Refused;

const HELP: &str = "\
The origin of record of a storefront: the product API, and the feed that the edge follows.

Usage: origin [COMMAND]

Commands:
  serve        Serves until SIGTERM or SIGINT (the default)
  healthcheck  Asks a running server on this machine whether it is ready; exit code 0 or 1
  backup FILE  Copies the SQLite database into a new file, beside a running server
  help         Prints this

Options:
  -h, --help     Prints this
  -V, --version  Prints the version

Variables (docs/configuration.md has them all):
  HOST, PORT (3333), METRICS_HOST, METRICS_PORT (3334), ENVIRONMENT, CATALOG, CURRENCY, CORS_ORIGINS, ORIGIN_SECRET,
  ORIGIN_SECRET_PREVIOUS, OFFICE_SECRET, OFFICE_SECRET_PREVIOUS, DATABASE_URL, SHOP, SHOP_URL, PAYMENTS, PAYMENT_TIME_MS,
  SMTP_URL, MAIL_FROM, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_WEBHOOK_SECRET_PREVIOUS, STRIPE_API,
  STRIPE_TEST_IN_PRODUCTION, SSL_CERT_FILE, PGPASSWORD, PGSSLROOTCERT,
  CATALOG_POLL_MS, CATALOG_SETTLE_MS, CATALOG_SLOW_MS, CATALOG_MIN_PRODUCTS, HEADER_TIMEOUT_MS,
  WRITE_TIMEOUT_MS, DRAIN_MS, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, SEARCHES_PER_SECOND, LOG,
  OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME
";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (first, second, third) = (arguments.next(), arguments.next(), arguments.next());
    let command = first.as_ref().map_or(Some("serve"), |first| first.to_str());
    let outcome = match (command, second) {
        (Some("backup"), Some(file)) if third.is_none() => {
            configuration().and_then(|configuration| backup::run(&configuration, &file))
        }
        (Some("serve"), None) => configuration().and_then(|configuration| run::run(&configuration)),
        (Some("healthcheck"), None) => configuration().and_then(|configuration| healthcheck::run(&configuration)),
        (Some("help" | "--help" | "-h"), None) => return say(HELP),
        (Some("version" | "--version" | "-V"), None) => {
            return say(concat!("origin ", env!("CARGO_PKG_VERSION"), "\n"));
        }
        (_, extra) => {
            let argument = extra.or(first).unwrap_or_default();
            let message = format!("`{}` is no command of `origin`", web::foreign::excerpt(&argument.to_string_lossy()));
            Err(Refused::new(message, "`origin help` lists them").into())
        }
    };
    match outcome {
        Ok(code) => code,
        Err(error) => failure::print(&error),
    }
}

fn configuration() -> anyhow::Result<Configuration> {
    Configuration::parse(&|name| std::env::var_os(name))
}

fn say(text: &str) -> ExitCode {
    // An output that is closed needs no text.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}
