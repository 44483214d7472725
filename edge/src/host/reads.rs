//! The reads of a request before its response and behind it: releases, manifests, files of the Worker's own assets, the catalog.
//! Every failure is noted where the next request finds it, and answered by whoever needed the read.

use std::rc::Rc;

use rollout::{RemoteName, Visitor};
use web::Fields;
use worker::{Context, Env};

use crate::host::exchange::Exchange;
use crate::objects::feed;
use crate::objects::refresh::{self, Asker, LOOK};
use crate::objects::rules;
use crate::platform::deadline::{pause, within};
use crate::platform::runtime::{self, Buffer, Work, reason, to_its_end};
use crate::state::State;
use shop::remotes::cause::Cause;
use shop::remotes::follow::Need;
use shop::remotes::resolved::Wants;
use shop::reports::beacon::{self, Verdict};
use shop::reports::counted::Counted;
use shop::reports::tally::{GATHER, Refused};
use shop::response::Response;

/// The binding of Workers Static Assets, as `wrangler.toml` names it.
const ASSETS_BINDING: &str = "ASSETS";

/// The binding asks for an absolute URL and looks at its path alone.
const ASSETS_ORIGIN: &str = "https://assets.invalid";

/// Asks for releases again while the answer goes out.
pub(crate) fn behind(exchange: &Exchange, releases: Vec<RemoteName>) {
    for remote in releases {
        ask(&exchange.state, &exchange.context, remote);
    }
}

/// Asks the origin of record while the answer goes out.
pub(crate) fn follow_catalog(exchange: &Exchange) {
    let (state, trace) = (Rc::clone(&exchange.state), exchange.trace());
    drop(to_its_end(&exchange.context, async move {
        if let Some(source) = &state.shop.source {
            let revision = feed::follow(&state, source, trace).await;
            rules::follow(&state, source, trace, &revision).await;
        }
    }));
}

/// Reads what is wanted, and answers then. Releases, and the manifests that they name, are waited for a moment, all of them
/// together: a later answer is there for the next page.
pub(crate) async fn first(exchange: &Exchange, wants: Wants) {
    let (state, context) = (&exchange.state, &exchange.context);
    let cookies = exchange.get("cookie");
    let visitor = state.shop.cookies.visitor(cookies.as_deref());
    let releases: Work<()> = Box::pin(async {
        let remotes = &state.shop.remotes;
        let all = wants
            .releases
            .iter()
            .map(|remote| -> Work<()> { Box::pin(settled(state, context, remote, visitor.as_ref())) });
        if within(remotes.freshness().wait, runtime::all(all)).await.is_err() {
            let now = runtime::now();
            wants.releases.iter().for_each(|remote| remotes.is_slow(remote, now));
        }
    });
    let links = wants.manifests.into_iter().map(|wanted| (wanted, Asker::Operator));
    let manifests = links.chain(wants.strangers.into_iter().map(|wanted| (wanted, Asker::Anybody)));
    let manifests = manifests.map(|((remote, version), asker)| -> Work<()> {
        let state = Rc::clone(state);
        let read = async move { refresh::manifest(&state, &remote, &version, asker).await };
        let read = to_its_end(context, read);
        Box::pin(async move { drop(read.await) })
    });
    runtime::all(std::iter::once(releases).chain(manifests)).await;
}

/// Ends when a page can be shown as its release wants it. One question at a time: whoever comes while it is open looks for its end,
/// since no request may wait for the promise of another one.
async fn settled(state: &Rc<State>, context: &Rc<Context>, remote: &RemoteName, visitor: Option<&Visitor>) {
    let remotes = &state.shop.remotes;
    loop {
        let now = runtime::now();
        let need = remotes.need(remote, now);
        // The end of another question may have been that of the cache, which knew nothing.
        if need != Need::Nothing && !remotes.is_asking(remote, now) {
            ask(state, context, remote.clone());
        }
        if need != Need::Await && !remotes.awaits(remote, || visitor.cloned(), now) {
            return;
        }
        pause(LOOK).await;
    }
}

/// Asks for a release.
fn ask(state: &Rc<State>, context: &Rc<Context>, remote: RemoteName) {
    let state = Rc::clone(state);
    drop(to_its_end(context, async move { refresh::release(&state, &remote).await }));
}

/// Logs the counts of refusals a moment after the answer: more of them may come until then.
pub(crate) fn flush_tally(state: &Rc<State>, context: &Rc<Context>) {
    let tally = &state.shop.tally;
    if !tally.borrow().is_open() || !tally.borrow_mut().begin(runtime::now()) {
        return;
    }
    let state = Rc::clone(state);
    drop(to_its_end(context, async move {
        pause(GATHER).await;
        let events = state.shop.tally.borrow_mut().flush();
        for event in &events {
            state.metrics.record(event);
        }
    }));
}

/// A file of the Worker's own assets.
pub(crate) async fn fetch_asset(asset: &str, size: u64, env: &Env) -> Result<Buffer, Cause> {
    let failed = |error: worker::Error| Cause::runtime(&reason(error));
    let assets = env.assets(ASSETS_BINDING).map_err(failed)?;
    let response = assets.fetch(format!("{ASSETS_ORIGIN}{asset}"), None).await.map_err(failed)?;
    let status = response.status_code();
    if status != 200 {
        return Err(Cause::Runtime(format!("the static assets answered {status}")));
    }
    let bytes = runtime::buffer(&response).await.map_err(failed)?;
    if u64::from(bytes.length()) != size {
        return Err(Cause::CutShort(format!("it has {} bytes, {size} were built", bytes.length())));
    }
    Ok(bytes)
}

/// The part that is asked for; first and last byte are both in it.
pub(crate) fn cut(bytes: Buffer, part: Option<(u64, u64)>) -> Result<Buffer, Cause> {
    let Some((first, last)) = part else { return Ok(bytes) };
    let bound = |at: u64| u32::try_from(at).map_err(|_| Cause::runtime("the range is beyond what a buffer holds"));
    Ok(bytes.slice(bound(first)?, bound(last)?.saturating_add(1)))
}

/// Judges and logs a failure report.
pub(crate) async fn report(exchange: &Exchange, document: &[u8]) -> Response {
    let (state, context) = (&exchange.state, &exchange.context);
    let shop = &state.shop;
    let report = match beacon::accept(document, |remote| shop.remotes.is_known(remote)) {
        Err(refusal) => return *refusal,
        Ok(report) => report,
    };
    know(state, context, report.remote()).await;
    let now = runtime::now();
    let cookies = exchange.get("cookie");
    let preview = shop.cookies.preview(cookies.as_deref(), now);
    let is_counted = match report.judge(&shop.remotes, preview.as_ref(), now) {
        Verdict::Stray => return beacon::accepted(),
        Verdict::Undecided => false,
        Verdict::Served => state.gates.borrow_mut().admit(&report, now),
    };
    if is_counted {
        state.metrics.record(&Counted::Failed(report));
        return beacon::accepted();
    }
    let refused = Refused::Report(report.remote().clone(), report.version().clone());
    shop.tally.borrow_mut().note(refused);
    beacon::too_many()
}

/// Ends when the release of a remote is known as well as it can be now. An isolate may get a report before any page, or while the
/// question of a page that has stopped waiting is open; nobody waits for its answer, so the store has all the time that it ever gets.
async fn know(state: &Rc<State>, context: &Rc<Context>, remote: &RemoteName) {
    let remotes = &state.shop.remotes;
    let answered = async {
        let mut has_asked = false;
        loop {
            let now = runtime::now();
            if !remotes.is_asking(remote, now) {
                if has_asked || remotes.need(remote, now) == Need::Nothing {
                    return;
                }
                ask(state, context, remote.clone());
                has_asked = true;
            }
            pause(LOOK).await;
        }
    };
    // The outcome is noted with the remote.
    drop(within(remotes.freshness().timeout, answered).await);
}
