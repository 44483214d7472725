//! Follows the origin's rules of tax, shipping and discounts: their revision comes with each response of the feed, and the document is read
//! when it is another one. Runs behind responses, after the catalog; rules that cannot be read or are refused leave those before in force.

use crate::objects::feed::{self, KEPT_SECONDS, Origin, get};
use crate::observe::Trace;
use crate::platform::location_cache;
use crate::platform::runtime::{self, Buffer};
use crate::state::State;
use shop::catalog::Source;
use shop::catalog::trouble::Trouble;
use shop::rules::MAX_LENGTH;

/// Takes over the rules of a revision, where they are others than those in force. Logs its own failures, each revision's once.
pub(crate) async fn follow(state: &State, source: &Source, trace: Option<Trace>, revision: &str) {
    let rules = &state.shop.rules;
    if !rules.cache_was_asked.replace(true) {
        recall(state).await;
    }
    if !rules.wants(revision, runtime::now()) {
        return;
    }
    match read(state, &Origin::new(source, trace), revision).await {
        Ok(document) => {
            feed::log("rules-followed", revision);
            let bytes = Buffer::from(document.as_slice());
            location_cache::put_release(&address(state), &bytes, revision, runtime::now(), KEPT_SECONDS).await;
        }
        Err(trouble) => {
            let text = trouble.to_string();
            if rules.refuse(revision, trouble, runtime::now()) {
                feed::log("rules-trouble", &text);
            }
        }
    }
}

async fn read(state: &State, origin: &Origin<'_>, revision: &str) -> Result<Vec<u8>, Trouble> {
    let limit = u64::try_from(MAX_LENGTH).unwrap_or(u64::MAX);
    let answered = get(state, origin, "rules", "", limit).await?;
    if answered.status != 200 {
        return Err(Trouble::Status { status: answered.status, asked: "rules" });
    }
    let document = answered.bytes.to_vec();
    state.shop.take_rules(revision, &document)?;
    Ok(document)
}

/// Goes on from the rules that another isolate of this location left.
async fn recall(state: &State) {
    if let Some(cached) = location_cache::get(&address(state)).await {
        // Damaged ones are none; the origin is asked next.
        let _ = state.shop.take_rules(&cached.etag, &cached.bytes.to_vec());
    }
}

/// Each origin has an entry of its own.
fn address(state: &State) -> String {
    let source = state.shop.source.as_ref().map_or("", |source| source.url.as_str());
    format!("{}/__cache/rules?{}", state.shop.site.origin, source.replace("://", "/"))
}
