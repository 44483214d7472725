//! Every variable of the environment that this program reads itself, each with what it means. The AWS SDK reads its own besides.
//! Values are checked where they are first used; a bad one is refused by name.

use std::ffi::OsString;
use std::time::Duration;

use anyhow::Result;
use rollout::Author;

use crate::arguments;
use crate::stopped::{Exit, Stopped};

/// The S3 endpoint of the store, when it is not AWS's own. The SDK reads it too, but without the slash that it needs at the end.
pub(crate) const ENDPOINT_S3: &str = "AWS_ENDPOINT_URL_S3";
/// The same for all services.
pub(crate) const ENDPOINT: &str = "AWS_ENDPOINT_URL";
/// The bucket of the remotes; `{remote}` in it stands for the remote's name, for one bucket each.
pub(crate) const BUCKET: &str = "REMOTES_BUCKET";
/// The shop, to be asked which contracts it speaks and which versions it serves.
pub(crate) const SHOP_URL: &str = "SHOP_URL";
/// The origin of record, which keeps stock and orders.
pub(crate) const ORIGIN_URL: &str = "ORIGIN_URL";
/// Opens the office of the origin.
pub(crate) const OFFICE_SECRET: &str = "OFFICE_SECRET";
/// Signs preview links; the shop has the same.
pub(crate) const PREVIEW_SECRET: &str = "PREVIEW_SECRET";
/// The variable with the author in the history.
pub(crate) const AUTHOR: &str = "STOREFRONT_AUTHOR";
/// The time that a command may take, unless the command line names one.
pub(crate) const TIMEOUT: &str = "STOREFRONT_TIMEOUT";
/// The currency of the shop, in which the prices of a catalog are read.
pub(crate) const CURRENCY: &str = "CURRENCY";
/// The variables that name the author without it: those of GitHub's and GitLab's machines, then that of the login.
const AUTHORS: [&str; 3] = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER"];

/// Reads a variable. `None` if it is unset or empty.
pub(crate) fn variable(name: &str) -> Result<Option<String>> {
    match raw(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value)),
        Some(Err(_)) => Err(Stopped::new(Exit::Usage, format!("`{name}` holds bytes that are no text")).into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a command is configured by its environment, and this is where it is read"
)]
fn raw(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The time that a command may take.
pub(crate) fn timeout() -> Result<Option<Duration>> {
    let Some(text) = variable(TIMEOUT)? else { return Ok(None) };
    let parsed = arguments::timeout(&text);
    Ok(Some(parsed.map_err(|why| Stopped::new(Exit::Usage, format!("`{TIMEOUT}` was refused: {why}")))?))
}

/// The author of the change.
pub(crate) fn author() -> Result<Author> {
    if let Some(named) = variable(AUTHOR)? {
        return Author::new(&named).map_err(|error| {
            anyhow::Error::new(error).context(Stopped::new(Exit::Usage, format!("`{AUTHOR}` was refused")))
        });
    }
    // These are set by others; one that does not fit is passed by.
    let mut found = AUTHORS.iter().filter_map(|name| variable(name).ok().flatten());
    let usable = found.find_map(|name| Author::new(&name).ok());
    usable.map_or_else(|| Ok(Author::new("unknown")?), Ok)
}
