//! Follows the origin of record: asks what has changed, reads a snapshot where changes do not reach back, and hands both over as a
//! whole. Runs behind responses, never before one. Whatever the origin does (down, slow, huge, lying, older than what is served), the
//! shop goes on with what it has.

use std::rc::Rc;

use catalog::{Catalog, MAX_CHANGES_BYTES};
use js_sys::Uint8Array;
use web_sys::{AbortController, Headers, RequestCache, RequestInit, RequestRedirect};

use crate::host::body::drain;
use crate::host::deadline::within;
use crate::host::location_cache;
use crate::host::runtime::{self, describe};
use crate::host::state::State;
use shop::catalog::trouble::Trouble;
use shop::catalog::{Edition, Source};
use shop::reports::event::event_line;
use shop::time;

/// The largest index that is taken over, in bytes: three of it would fill an isolate.
const SNAPSHOT_LIMIT: u64 = 40 << 20;

/// How long an isolate that starts may go on from what another one left in the cache of the location, in seconds: a day.
const KEPT_SECONDS: u64 = 86_400;

/// A response of the origin.
struct Answered {
    status: u16,
    /// The revision of the base that it has.
    base: String,
    /// The revision that it answers from itself.
    revision: String,
    /// Since when that is in force, in milliseconds since 1970 by its clock.
    since: f64,
    bytes: Uint8Array,
}

/// Asks the origin once. Notes and logs its own failures.
pub(crate) async fn follow(state: &State, source: &Source) {
    let catalogs = &state.shop.catalogs;
    if !catalogs.cache_was_asked.replace(true) {
        recall(state).await;
    }
    let revision = catalogs.revision();
    let error = ask(state, source).await.err();
    let is_failed = error.is_some();
    // One line when it begins and one when it ends: one for every try would only bury the first.
    match catalogs.end(error, js_sys::Date::now(), js_sys::Math::random()) {
        (None, Some(error)) => log("catalog-trouble", &error.to_string()),
        (Some(_), None) => log("catalog-recovered", &catalogs.revision()),
        _ => {}
    }
    if *revision != *catalogs.revision() {
        log("catalog-followed", &catalogs.revision());
    }
    if !is_failed {
        remember(state).await;
    }
}

async fn ask(state: &State, source: &Source) -> Result<(), Trouble> {
    let catalogs = &state.shop.catalogs;
    let (revision, base) = (catalogs.revision(), catalogs.base_revision());
    let mut answered = changes(state, source, &revision).await?;
    if answered.status == 410 && answered.base == base {
        // It has begun anew and does not know what came between; the base it knows.
        answered = changes(state, source, &base).await?;
    }
    let edition = match answered.status {
        304 if answered.revision == *revision => None,
        200 | 204 | 304 if answered.base == base => Some(edition(None, &answered)?),
        200 | 204 | 410 => {
            catalogs.judge(&answered.revision, answered.since)?;
            let snapshot = snapshot(state, source, &answered.base).await?;
            let of_base = changes(state, source, &answered.base).await?;
            if of_base.base != answered.base || !matches!(of_base.status, 200 | 304) {
                return Err(Trouble::BaseChanged);
            }
            answered = of_base;
            Some(edition(Some(Rc::new(snapshot)), &answered)?)
        }
        status => return Err(Trouble::Status { status, asked: "changes" }),
    };
    catalogs.judge(&answered.revision, answered.since)?;
    if let Some(edition) = edition {
        take(state, edition)?;
    }
    let now = js_sys::Date::now();
    catalogs.confirm(now, answered.since, now);
    Ok(())
}

/// The pair of a base and the origin's changes over it.
fn edition(base: Option<Rc<Catalog>>, answered: &Answered) -> Result<Edition, Trouble> {
    let changes = if answered.status == 200 { answered.bytes.to_vec() } else { Vec::new() };
    if answered.status == 200 && changes.is_empty() {
        return Err(Trouble::Empty);
    }
    Ok(Edition { base, changes, revision: answered.revision.clone() })
}

fn take(state: &State, edition: Edition) -> Result<(), Trouble> {
    let catalogs = &state.shop.catalogs;
    let has_base = edition.base.is_some();
    catalogs.take(edition)?;
    if has_base {
        state.shop.policies.set_images(&catalogs.current());
    }
    Ok(())
}

async fn changes(state: &State, source: &Source, since: &str) -> Result<Answered, Trouble> {
    let limit = u64::try_from(MAX_CHANGES_BYTES).unwrap_or(u64::MAX);
    get(state, source, &format!("/catalog/changes?since={since}"), limit).await
}

/// The index of a base: from the cache of this location, where another isolate may have left it, or from the origin.
async fn snapshot(state: &State, source: &Source, base: &str) -> Result<Catalog, Trouble> {
    let address = snapshot_address(state, base);
    if let Some(catalog) = kept_snapshot(&address, base).await {
        return Ok(catalog);
    }
    let answered = get(state, source, &format!("/catalog/snapshot/{base}"), SNAPSHOT_LIMIT).await?;
    if answered.status != 200 {
        return Err(Trouble::Status { status: answered.status, asked: "a snapshot" });
    }
    let catalog = open(&answered.bytes, base).map_err(|error| Trouble::refused(&error))?;
    location_cache::put(&address, &answered.bytes).await;
    Ok(catalog)
}

async fn kept_snapshot(address: &str, base: &str) -> Option<Catalog> {
    open(&location_cache::get(address).await?.bytes, base).ok()
}

fn open(bytes: &Uint8Array, base: &str) -> Result<Catalog, String> {
    let catalog = Catalog::open(bytes.to_vec()).map_err(|error| error.to_string())?;
    catalog.verify().map_err(|error| error.to_string())?;
    if catalog.revision() != base {
        return Err(format!("it is the revision `{}`, not `{base}`", catalog.revision()));
    }
    Ok(catalog)
}

async fn get(state: &State, source: &Source, target: &str, limit: u64) -> Result<Answered, Trouble> {
    let failed = |error| Trouble::unreachable(&describe(&error));
    let abort = AbortController::new().map_err(failed)?;
    let signal = abort.signal();
    let asked = async {
        let headers = Headers::new().map_err(failed)?;
        if let Some(secret) = &source.secret {
            headers.set("authorization", &format!("Bearer {secret}")).map_err(failed)?;
        }
        let init = RequestInit::new();
        // A redirect would carry the secret elsewhere, and a cached answer would be as old as it likes.
        init.set_headers(&headers);
        init.set_redirect(RequestRedirect::Manual);
        init.set_cache(RequestCache::NoStore);
        init.set_signal(Some(&signal));
        let answer = runtime::ask_origin(&format!("{}{target}", source.url), &init).await.map_err(failed)?;
        let header = |name: &str| answer.headers().get(name).ok().flatten().unwrap_or_default();
        let (base, revision, since) =
            (header("x-catalog-base"), header("x-catalog-revision"), header("x-catalog-since"));
        let status = answer.status();
        let bytes = match answer.body() {
            Some(stream) if status == 200 => drain(&stream, limit).await?.whole(limit)?,
            Some(stream) => {
                drop(stream.cancel());
                Uint8Array::new_with_length(0)
            }
            None => Uint8Array::new_with_length(0),
        };
        let since = since.parse::<u64>().map(time::time).unwrap_or_default();
        Ok(Answered { status, base, revision, since, bytes })
    };
    let timeout = state.shop.catalogs.pace().map_or(0.0, |pace| pace.timeout);
    match within(timeout, asked).await {
        Ok(outcome) => outcome,
        Err(late) => {
            abort.abort();
            Err(late.into())
        }
    }
}

/// Goes on from what another isolate of this location left.
async fn recall(state: &State) {
    let catalogs = &state.shop.catalogs;
    let Some(cached) = location_cache::get(&pair_address(state)).await else { return };
    let Some((base, rest)) = cached.etag.split_once(' ') else { return };
    let Some((revision, since)) = rest.split_once(' ') else { return };
    let snapshot = if *base == *catalogs.base_revision() {
        None
    } else {
        match kept_snapshot(&snapshot_address(state, base), base).await {
            Some(snapshot) => Some(Rc::new(snapshot)),
            None => return,
        }
    };
    let edition = Edition { base: snapshot, changes: cached.bytes.to_vec(), revision: revision.to_owned() };
    let now = js_sys::Date::now();
    let since = since.parse::<u64>().map(time::time).unwrap_or_default();
    if cached.confirmed_at <= now && take(state, edition).is_ok() {
        catalogs.confirm(cached.confirmed_at, since, now);
    }
}

/// Leaves it for other isolates, now and then.
async fn remember(state: &State) {
    let catalogs = &state.shop.catalogs;
    let now = js_sys::Date::now();
    let every = catalogs.pace().map_or(0.0, |pace| pace.stale / 4.0);
    let revision = catalogs.revision();
    if !catalogs.is_to_be_kept(&revision, now, every) {
        return;
    }
    let Some((base, changes, confirmed_at, since)) = catalogs.kept() else { return };
    let tag = format!("{base} {revision} {}", time::milliseconds(since));
    let bytes = Uint8Array::from(changes.as_slice());
    location_cache::put_release(&pair_address(state), &bytes, &tag, confirmed_at, KEPT_SECONDS).await;
}

/// Each origin has an entry of its own.
fn pair_address(state: &State) -> String {
    let site = &state.shop.site.origin;
    let source = state.shop.source.as_ref().map_or("", |source| source.url.as_str());
    format!("{site}/__cache/catalog/pair?{}", source.replace("://", "/"))
}

/// The name of a snapshot is the hash of its content.
fn snapshot_address(state: &State, base: &str) -> String {
    format!("{}/__cache/catalog/{base}", state.shop.site.origin)
}

fn log(event: &str, text: &str) {
    let name = if event == "catalog-trouble" { "error" } else { "revision" };
    runtime::log(&event_line(event, |fields| fields.field(name).string(text)));
}
