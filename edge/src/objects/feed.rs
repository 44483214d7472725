//! Follows the origin of record: asks what has changed, reads a snapshot where changes do not reach back, and hands both over as a
//! whole. Runs behind responses, never before one. Whatever the origin does (down, slow, huge, lying, older than what is served), the
//! shop goes on with what it has.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use catalog::{Catalog, MAX_CHANGES_BYTES};
use worker::{AbortController, CacheMode, Fetch, Headers, Request, RequestInit, RequestRedirect};

use crate::observe::{self, Trace};
use crate::platform::body::drain;
use crate::platform::deadline::within;
use crate::platform::location_cache;
use crate::platform::runtime::{self, Buffer, cancel, reason};
use crate::state::State;
use shop::catalog::trouble::Trouble;
use shop::catalog::{Edition, Source};
use shop::reports::event::event_line;
use shop::time;

/// The largest index that is taken over, in bytes: three of it would fill an isolate.
const SNAPSHOT_LIMIT: u64 = 40 << 20;

/// How long an isolate that starts may go on from what another one left in the cache of the location, in seconds: a day.
pub(super) const KEPT_SECONDS: u64 = 86_400;

/// The origin, and the trace of the request that leads to questions to it.
pub(super) struct Origin<'a> {
    source: &'a Source,
    trace: Option<Trace>,
    /// The revision of its rules, as its last response names it; empty for none.
    rules: RefCell<String>,
}

impl<'a> Origin<'a> {
    pub(super) fn new(source: &'a Source, trace: Option<Trace>) -> Self {
        Origin { source, trace, rules: RefCell::default() }
    }
}

/// A response of the origin.
pub(super) struct Answered {
    pub(super) status: u16,
    /// The revision of the base that it has.
    base: String,
    /// The revision that it answers from itself.
    revision: String,
    /// Since when that is in force, in milliseconds since 1970 by its clock.
    since: f64,
    pub(super) bytes: Buffer,
}

/// Asks the origin once, in the trace of the request that this runs behind. Notes and logs its own failures. Returns the revision of the
/// origin's rules; empty where it named none.
pub(crate) async fn follow(state: &State, source: &Source, trace: Option<Trace>) -> String {
    let catalogs = &state.shop.catalogs;
    if !catalogs.cache_was_asked.replace(true) {
        recall(state).await;
    }
    let revision = catalogs.revision();
    let origin = Origin::new(source, trace);
    let error = ask(state, &origin).await.err();
    let is_failed = error.is_some();
    // One line when it begins and one when it ends: one for every try would only bury the first.
    match catalogs.end(error, runtime::now(), runtime::chance()) {
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
    origin.rules.take()
}

async fn ask(state: &State, origin: &Origin<'_>) -> Result<(), Trouble> {
    let catalogs = &state.shop.catalogs;
    let (revision, base) = (catalogs.revision(), catalogs.base_revision());
    let mut answered = changes(state, origin, &revision).await?;
    if answered.status == 410 && answered.base == base {
        // It has begun anew and does not know what came between; the base it knows.
        answered = changes(state, origin, &base).await?;
    }
    let edition = match answered.status {
        304 if answered.revision == *revision => None,
        200 | 204 | 304 if answered.base == base => Some(edition(None, &answered)?),
        200 | 204 | 410 => {
            catalogs.judge(&answered.revision, answered.since)?;
            let snapshot = snapshot(state, origin, &answered.base).await?;
            let of_base = changes(state, origin, &answered.base).await?;
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
    let now = runtime::now();
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
    catalogs.take(edition)?;
    // Changes may name other origins of pictures, too.
    state.shop.policies.set_images(&catalogs.current());
    Ok(())
}

async fn changes(state: &State, origin: &Origin<'_>, since: &str) -> Result<Answered, Trouble> {
    let limit = u64::try_from(MAX_CHANGES_BYTES).unwrap_or(u64::MAX);
    get(state, origin, "changes", &format!("?since={since}"), limit).await
}

/// The index of a base: from the cache of this location, where another isolate may have left it, or from the origin.
async fn snapshot(state: &State, origin: &Origin<'_>, base: &str) -> Result<Catalog, Trouble> {
    let address = snapshot_address(state, base);
    if let Some(catalog) = kept_snapshot(&address, base).await {
        return Ok(catalog);
    }
    let answered = get(state, origin, "snapshot", &format!("/{base}"), SNAPSHOT_LIMIT).await?;
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

fn open(bytes: &Buffer, base: &str) -> Result<Catalog, String> {
    let catalog = Catalog::open(bytes.to_vec()).map_err(|error| error.to_string())?;
    catalog.verify().map_err(|error| error.to_string())?;
    if catalog.revision() != base {
        return Err(format!("it is the revision `{}`, not `{base}`", catalog.revision()));
    }
    Ok(catalog)
}

/// Asks about a subject, `changes`, `snapshot` or `rules`; `rest` follows it in the address.
pub(super) async fn get(
    state: &State,
    origin: &Origin<'_>,
    subject: &'static str,
    rest: &str,
    limit: u64,
) -> Result<Answered, Trouble> {
    let failed = |error| Trouble::unreachable(&reason(error));
    let abort = AbortController::default();
    let signal = abort.signal();
    let asked = async {
        let headers = Headers::new();
        if let Some(secret) = &origin.source.secret {
            headers.set("authorization", &format!("Bearer {secret}")).map_err(failed)?;
        }
        if let Some(traceparent) = origin.trace.and_then(Trace::traceparent) {
            headers.set("traceparent", &traceparent).map_err(failed)?;
        }
        let mut init = RequestInit::new();
        // A redirect would carry the secret elsewhere, and a cached answer would be as old as it likes.
        init.with_headers(headers).with_redirect(RequestRedirect::Manual).with_cache(CacheMode::NoStore);
        let address = format!("{}/catalog/{subject}{rest}", origin.source.url);
        let request = Request::new_with_init(&address, &init).map_err(failed)?;
        let question = state.metrics.ask(subject);
        let answer = Fetch::Request(request).send_with_signal(&signal).await.map_err(failed)?;
        let status = answer.status_code();
        question.answered(status);
        let header = |name: &str| answer.headers().get(name).ok().flatten().unwrap_or_default();
        origin.rules.replace(header("x-rules-revision"));
        let (base, revision, since) =
            (header("x-catalog-base"), header("x-catalog-revision"), header("x-catalog-since"));
        let bytes = match runtime::stream(&answer) {
            Some(stream) if status == 200 => drain(stream, limit).await?.whole(limit)?,
            Some(stream) => {
                cancel(stream);
                Buffer::new_with_length(0)
            }
            None => Buffer::new_with_length(0),
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
    let now = runtime::now();
    let since = since.parse::<u64>().map(time::time).unwrap_or_default();
    if cached.confirmed_at <= now && take(state, edition).is_ok() {
        catalogs.confirm(cached.confirmed_at, since, now);
    }
}

/// Leaves it for other isolates, now and then.
async fn remember(state: &State) {
    let catalogs = &state.shop.catalogs;
    let now = runtime::now();
    let every = catalogs.pace().map_or(0.0, |pace| pace.stale / 4.0);
    let revision = catalogs.revision();
    if !catalogs.is_to_be_kept(&revision, now, every) {
        return;
    }
    let Some((base, changes, confirmed_at, since)) = catalogs.kept() else { return };
    let tag = format!("{base} {revision} {}", time::milliseconds(since));
    let bytes = Buffer::from(changes.as_slice());
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

pub(super) fn log(event: &'static str, text: &str) {
    let name = if event.ends_with("-trouble") { "error" } else { "revision" };
    observe::log(&event_line(event, &BTreeMap::from([(name, text)])));
}
