//! The origin of record: a server of the product API and of the feed that the edge follows, over the `catalog` crate. Decides nothing
//! about products itself. `docs/origin.md` is its manual.
#![expect(
    clippy::disallowed_methods,
    reason = "a host: it has a clock, an environment and files, which the library below it has not"
)]

mod app;
mod catalog;
mod http;
mod observe;

use std::io::Write as _;
use std::process::ExitCode;

use crate::app::configuration::Configuration;
use crate::app::{healthcheck, run};

/// What a failure says besides its causes.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refused {
    message: String,
    hint: &'static str,
}

impl Refused {
    pub(crate) fn new(message: impl Into<String>, hint: &'static str) -> Refused {
        Refused { message: message.into(), hint }
    }
}

const HELP: &str = "\
The origin of record of a storefront: the product API, and the feed that the edge follows.

Usage: origin [COMMAND]

Commands:
  serve        Serves until SIGTERM or SIGINT (the default)
  healthcheck  Asks a running server on this machine whether it is ready; exit code 0 or 1
  help         Prints this

Options:
  -h, --help     Prints this
  -V, --version  Prints the version

Variables (docs/configuration.md has them all):
  HOST, PORT (3333), METRICS_HOST, METRICS_PORT (3334), ENVIRONMENT, CATALOG, CORS_ORIGINS, ORIGIN_SECRET,
  ORIGIN_SECRET_PREVIOUS, CATALOG_POLL_MS, CATALOG_SETTLE_MS, CATALOG_SLOW_MS, CATALOG_MIN_PRODUCTS, HEADER_TIMEOUT_MS,
  WRITE_TIMEOUT_MS, DRAIN_MS, MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, SEARCHES_PER_SECOND, LOG
";

/// The longest line of a failure, in characters: a rule with all the names that a column may have fits.
const LINE: usize = 1_000;

/// A failure that the caller can mend: a variable, an argument, the catalog file.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (first, second) = (arguments.next(), arguments.next());
    let command = first.as_ref().map_or(Some("serve"), |first| first.to_str());
    let outcome = match (command, second) {
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
        Err(error) => fail(&error),
    }
}

fn configuration() -> anyhow::Result<Configuration> {
    Configuration::parse(&|name| std::env::var_os(name))
}

fn say(text: &str) -> ExitCode {
    // Whoever closed the output does not want to hear more.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// A line as a terminal may show it.
fn plain(line: &str) -> String {
    web::foreign::line(line, LINE)
}

/// Prints `error:`, its causes, and what to do about it.
fn fail(error: &anyhow::Error) -> ExitCode {
    // Causes quote files and paths. Each of their lines is indented, so that `error:` at the start of a line is always ours.
    let lines = error.chain().skip(1).flat_map(|cause| cause.to_string().lines().map(plain).collect::<Vec<_>>());
    let causes: Vec<String> = lines.collect();
    let refused = error.downcast_ref::<Refused>();
    let causes = if causes.is_empty() { String::new() } else { format!("\nCaused by:\n  {}\n", causes.join("\n  ")) };
    let hint = refused.map_or_else(String::new, |refused| format!("\nhint: {}\n", refused.hint));
    let text = format!("error: {}\n{causes}{hint}", plain(&error.to_string()));
    let _ = std::io::stderr().write_all(text.as_bytes());
    refused.map_or(ExitCode::FAILURE, |_| ExitCode::from(USAGE))
}
