//! The shop that runs in this checkout: `cargo xtask dev` writes down where it and its simulated bucket are, and this finds it.
//! Used only when the environment names no store; never trusted to name one beyond this machine.

use std::path::Path;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use serde::Deserialize;

use crate::http::Address;
use crate::output::shown;
use crate::store;

/// Where `cargo xtask dev` writes it, from the root of the checkout.
const FILE: &str = "target/xtask/dev.json";
/// The schema this program reads.
const SCHEMA: u32 = 1;

/// A shop that runs.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) shop: Address,
    /// The origin of record beside it.
    pub(crate) origin: Option<Address>,
    pub(crate) store: store::Settings,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    schema: u32,
    shop: String,
    #[serde(default)]
    origin: Option<String>,
    endpoint: String,
    bucket: String,
    region: String,
    access_key_id: String,
    secret_access_key: String,
    pid: i32,
}

/// The running shop of the checkout that holds this folder, if there is one.
pub(crate) fn running() -> Result<Option<Running>> {
    let folder = std::env::current_dir().context("cannot tell the current folder")?;
    for folder in folder.ancestors() {
        let file = folder.join(FILE);
        if file.is_file() {
            return read(&file, is_alive);
        }
    }
    Ok(None)
}

/// A file that outlived its program says nothing any more.
fn read(file: &Path, is_alive: fn(i32) -> bool) -> Result<Option<Running>> {
    let what = || format!("cannot read `{}`", shown(file));
    let text = std::fs::read(file).with_context(what)?;
    let document: Document = serde_json::from_slice(&text).with_context(what)?;
    if document.schema != SCHEMA || !is_alive(document.pid) {
        return Ok(None);
    }
    let shop = Address::new("shop", &document.shop).with_context(what)?;
    let endpoint = Address::new("endpoint", &document.endpoint).with_context(what)?;
    if !shop.is_on_this_machine() || !endpoint.is_on_this_machine() {
        return Ok(None);
    }
    let origin = document.origin.as_deref().map(|text| Address::new("origin", text)).transpose().with_context(what)?;
    let origin = origin.filter(Address::is_on_this_machine);
    let keys = store::Keys { region: document.region, id: document.access_key_id, secret: document.secret_access_key };
    let store = store::Settings { endpoint: Some(endpoint), bucket: document.bucket, keys: Some(keys) };
    Ok(Some(Running { shop, origin, store }))
}

fn is_alive(pid: i32) -> bool {
    // Zero and below mean whole groups of processes. One of another user is alive as well.
    pid > 0 && matches!(kill(Pid::from_raw(pid), None), Ok(()) | Err(Errno::EPERM))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(endpoint: &str) -> String {
        format!(
            r#"{{"schema":1,"shop":"http://127.0.0.1:8787","endpoint":"{endpoint}","bucket":"b","region":"auto",
               "accessKeyId":"i","secretAccessKey":"s","pid":7,"later":"fields"}}"#
        )
    }

    #[test]
    fn only_a_live_shop_on_this_machine_counts() {
        let folder = std::env::temp_dir().join(format!("storefront-checkout-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("dev.json");
        let found = |text: &str, is_alive: fn(i32) -> bool| {
            std::fs::write(&file, text).unwrap();
            read(&file, is_alive).unwrap().is_some()
        };
        let local = document("http://127.0.0.1:8787/cdn-cgi/local/r2/s3/");
        assert!(found(&local, |pid| pid == 7));
        assert!(!found(&local, |_| false));
        assert!(!found(&document("https://s3.example"), |_| true));
        assert!(!found(&local.replace("\"schema\":1", "\"schema\":2"), |_| true));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn this_process_is_alive_and_no_group_counts_as_one() {
        assert!(is_alive(i32::try_from(std::process::id()).unwrap()));
        assert!(!is_alive(0));
        assert!(!is_alive(-1));
    }
}
