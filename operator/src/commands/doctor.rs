//! `storefront doctor`: tries the things that the other commands rely on, one after the other, and prints each fault with its remedy.
//! Writes only under keys that are kept for it, and removes what it wrote.

mod finding;
mod probe;
mod remote;

use std::collections::BTreeSet;

use anyhow::Result;
use rollout::RemoteName;
use serde::Serialize;

use self::finding::{Finding, Findings, Verdict, is_silence, of};
use crate::clock::{self, SKEW_LIMIT};
use crate::context::Context;
use crate::failure;
use crate::output::{counted, table};
use crate::published;
use crate::release;
use crate::shop::{Shop, Versions};
use crate::stopped::{Exit, Stopped};
use crate::store::Store;

/// A clock that is wrong by less than this is not worth a warning.
const SKEW_NOTED: u64 = 60;
/// Beyond this AWS refuses signatures; other stores may do the same.
const SKEW_REFUSED: u64 = 15 * 60;

#[derive(Serialize)]
struct View<'a> {
    healthy: bool,
    findings: &'a [Finding],
}

pub(super) async fn run(context: &Context<'_>, named: &[RemoteName]) -> Result<()> {
    let store = context.store().await?;
    let shop = context.shop()?;
    let mut findings = Findings::default();
    // The findings outlive the part that the command's time cuts off.
    let looked = context.deadline.part(look(&store, shop.as_ref(), named, &mut findings)).await;
    if let Err(over) = looked {
        findings.failed("time", format!("{over}; `--timeout 5m` waits longer"));
    }
    // Every answer so far has brought the store's time along.
    clock(&store, &mut findings);
    report(context, &findings.all)
}

async fn look(store: &Store, shop: Option<&Shop>, named: &[RemoteName], findings: &mut Findings) {
    let versions = ask(shop, findings).await;
    let remotes = remotes(store, named, versions.as_ref(), findings).await;
    let mut strange: Vec<(&RemoteName, anyhow::Error)> = Vec::new();
    for remote in &remotes {
        let bucket = store.bucket(remote);
        if findings.is_store_silent {
            remote::not_tried(remote, findings);
            continue;
        }
        // Keys may be for one remote alone. The others, which the command line does not name, are named and not tried.
        match release::look(&bucket, remote).await {
            Err(error) if is_silence(&error) => {
                findings.error(&of(remote, "release"), &error);
                findings.not_tried(&of(remote, "permissions"));
                findings.not_tried(&of(remote, "leftovers"));
            }
            Err(error) if named.is_empty() && failure::exit(&error) == Exit::NotAllowed => {
                strange.push((remote, error));
            }
            _ => remote::check(store, &bucket, remote, versions.as_ref(), findings).await,
        }
    }
    for (remote, error) in &strange {
        let detail = format!("these keys are not for it: {}", failure::brief(error));
        if strange.len() < remotes.len() {
            findings.warning(
                &of(remote, "permissions"),
                format!("{detail}; `storefront doctor NAME` tries those that are named"),
            );
        } else {
            findings.add(&of(remote, "permissions"), Verdict::Failed, detail, Exit::NotAllowed);
        }
    }
    if remotes.is_empty() {
        let why = if findings.is_store_silent {
            "not tried: the store gives no answer"
        } else {
            "there is no remote yet to try them on: name one"
        };
        findings.warning("permissions", why);
    }
}

async fn ask(shop: Option<&Shop>, findings: &mut Findings) -> Option<Versions> {
    let Some(shop) = shop else {
        findings.warning("shop", "`SHOP_URL` is not set: contracts are not checked before a canary");
        return None;
    };
    match shop.versions().await {
        Ok(versions) => {
            let (remotes, store) = (counted(versions.remotes.len(), "remote"), versions.store());
            findings.ok("shop", format!("{} has {remotes}; its store is `{store}`", shop.address().as_str()));
            Some(versions)
        }
        Err(error) => {
            findings.error("shop", &error);
            None
        }
    }
}

/// The remotes to look at: those that are named, or all.
async fn remotes(
    store: &Store,
    named: &[RemoteName],
    shop: Option<&Versions>,
    findings: &mut Findings,
) -> BTreeSet<RemoteName> {
    let mut remotes: BTreeSet<RemoteName> = named.iter().cloned().collect();
    let bucket = store.common_bucket();
    if let Some(bucket) = &bucket {
        match published::remotes(bucket).await {
            Ok(found) => {
                findings.ok("bucket", format!("`{}` holds {}", bucket.name(), counted(found.len(), "remote")));
                if named.is_empty() {
                    remotes.extend(found);
                }
            }
            Err(error) if failure::exit(&error) == Exit::NotAllowed && (!named.is_empty() || shop.is_some()) => {
                let why = failure::brief(&error);
                findings.warning(
                    "bucket",
                    format!("these keys cannot list all of it, as keys of one remote cannot: {why}"),
                );
            }
            Err(error) => findings.error("bucket", &error),
        }
    }
    if named.is_empty() {
        remotes.extend(shop.into_iter().flat_map(|shop| shop.remotes.keys().cloned()));
    }
    remotes
}

fn clock(store: &Store, findings: &mut Findings) {
    let Some(skew) = store.clock().skew() else {
        if findings.is_store_silent {
            findings.not_tried("clock");
            return;
        }
        findings.warning("clock", "the store's answers do not say its time; changes carry this machine's");
        return;
    };
    let detail = skew.described();
    match skew.distance() {
        0 => findings.ok("clock", "this machine and the store agree"),
        1..SKEW_NOTED => findings.ok("clock", detail),
        SKEW_NOTED..=SKEW_LIMIT => {
            let limit = clock::duration(SKEW_REFUSED);
            findings.warning(
                "clock",
                format!("{detail}; changes carry the store's time, but many stores refuse signatures beyond {limit}: set the clock"),
            );
        }
        _ => findings.failed("clock", format!("{detail}: commands that change anything stop; set the clock")),
    }
}

fn report(context: &Context<'_>, findings: &[Finding]) -> Result<()> {
    let failed: Vec<&Finding> = findings.iter().filter(|finding| finding.verdict == Verdict::Failed).collect();
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|finding| {
            let verdict = match finding.verdict {
                Verdict::Ok => "ok",
                Verdict::Warning => "warning",
                Verdict::Failed => "FAILED",
            };
            vec![verdict.to_owned(), finding.check.clone(), finding.detail.clone()]
        })
        .collect();
    context.output.result("doctor", &View { healthy: failed.is_empty(), findings }, &table(&rows))?;
    let Some(first) = failed.first() else { return Ok(()) };
    Err(Stopped::new(first.exit, format!("{} failed", counted(failed.len(), "check"))).into())
}
