//! Tries out the permissions that the commands need, and whether the store keeps the promises they rest on: a second create-only write
//! and a write on an old state must be refused.

use anyhow::Result;
use rollout::path;

use super::finding::{Findings, Place, is_silence, of};
use crate::store::{Condition, StoreError};
use crate::{chance, clock};

/// A probe that is older than this was left by a run that was cut short.
const LEFT_BEHIND: i64 = 60 * 60;
const TYPE: &str = "text/plain; charset=utf-8";
const LIMIT: u64 = 1024;

/// Tries all of it on one object, which is gone afterwards.
pub(super) async fn run(place: &Place<'_>, findings: &mut Findings) {
    let check = of(place.remote, "permissions");
    if let Err(error) = clear(place).await {
        findings.error(&check, &error);
        return;
    }
    // A key of its own, since several of these may run at once.
    let key = path::probe_key(place.remote, chance::draw());
    let tried = promises(place, &key).await;
    if let Some(error) = tried.as_ref().err().filter(|error| is_silence(error)) {
        // To remove the object would wait as long again; a later run does.
        findings.error(&check, error);
        return;
    }
    let removed = place.bucket.delete(&key).await;
    match (tried, removed) {
        (Err(error), _) => findings.error(&check, &error),
        (_, Err(error)) => findings.error(&check, &error.into()),
        (Ok(Some(broken)), Ok(())) => findings.failed(&check, broken),
        (Ok(None), Ok(())) => match place.bucket.get(&key, LIMIT).await {
            Ok(None) => findings.ok(&check, "list, read, write and delete; conditions are kept"),
            Ok(Some(_)) => findings.failed(&check, "an object is there after it was deleted"),
            Err(error) => findings.error(&check, &error.into()),
        },
    }
}

/// The promise that is not kept, if one is not.
async fn promises(place: &Place<'_>, key: &str) -> Result<Option<String>> {
    let bucket = place.bucket;
    let put =
        async |text: &str, condition: Condition<'_>| bucket.put(key, text.as_bytes().to_vec(), TYPE, condition).await;
    let first = put("one", Condition::Absent).await?;
    match put("two", Condition::Absent).await {
        Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => {
            return Ok(Some("the store ignores `If-None-Match`: two publishers can overwrite each other".to_owned()));
        }
    }
    let second = put("three", Condition::Unchanged(&first)).await?;
    match put("four", Condition::Unchanged(&first)).await {
        Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return Ok(Some("the store ignores `If-Match`: changes of a release can be lost".to_owned())),
    }
    let read = bucket.get(key, LIMIT).await?;
    if read.as_ref().is_none_or(|object| object.bytes != b"three" || object.tag != second) {
        return Ok(Some("what is read is not what was written last".to_owned()));
    }
    Ok(None)
}

/// Removes what an earlier run left behind.
async fn clear(place: &Place<'_>) -> Result<()> {
    let left = place.bucket.list(&path::probe_prefix(place.remote)).await?;
    let now = place.store.clock().now().unwrap_or_else(|_| clock::now());
    for object in left {
        if now.saturating_sub(object.modified) > LEFT_BEHIND {
            place.bucket.delete(&object.key).await?;
        }
    }
    Ok(())
}
