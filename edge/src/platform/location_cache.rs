//! The cache of this location, which outlives isolates: releases with the time at which the store confirmed them, manifests and
//! files. Its entries are checked as objects of the store are; a failure here is never an error, but a miss.

use worker::Headers;

use crate::platform::runtime::{self, Buffer};
use shop::time;

/// Carries the time, in milliseconds since 1970, at which the store confirmed a release.
const CONFIRMED: &str = "x-confirmed";
const ETAG: &str = "x-kept-etag";

/// Immutable things stay as long as the location likes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// An entry of the cache.
pub(crate) struct Cached {
    pub(crate) bytes: Buffer,
    /// When the store confirmed it; 0 for what is immutable.
    pub(crate) confirmed_at: f64,
    /// The store's tag, if it was kept.
    pub(crate) etag: String,
}

/// Reads an entry. `address` is an absolute URL below the shop's own origin that no request can reach.
pub(crate) async fn get(address: &str) -> Option<Cached> {
    let found = runtime::location_cache()?.get(address, false).await.ok()??;
    let headers = found.headers();
    let header = |name: &str| headers.get(name).ok().flatten();
    Some(Cached {
        bytes: runtime::buffer(&found).await.ok()?,
        confirmed_at: header(CONFIRMED).and_then(|text| text.parse::<u64>().ok()).map(time::time).unwrap_or_default(),
        etag: header(ETAG).unwrap_or_default(),
    })
}

/// Keeps something immutable.
pub(crate) async fn put(address: &str, bytes: &Buffer) {
    // A failed write leaves the next reader a miss.
    let _ = write(address, bytes, &[("cache-control", FOREVER)]).await;
}

/// Keeps a release for `seconds`.
pub(crate) async fn put_release(address: &str, bytes: &Buffer, etag: &str, confirmed_at: f64, seconds: u64) {
    let age = format!("public, max-age={seconds}");
    let confirmed = time::milliseconds(confirmed_at).to_string();
    let _ = write(address, bytes, &[("cache-control", &age), (CONFIRMED, &confirmed), (ETAG, etag)]).await;
}

async fn write(address: &str, bytes: &Buffer, headers: &[(&str, &str)]) -> Result<(), worker::Error> {
    let all = Headers::new();
    for (name, value) in headers {
        all.set(name, value)?;
    }
    let response = runtime::respond(bytes, &all)?;
    match runtime::location_cache() {
        Some(cache) => cache.put(address, response).await,
        None => Ok(()),
    }
}
