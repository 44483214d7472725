//! Waits until the running shop follows a change. One isolate answers each question; the others follow by the same rules, so within
//! the same ten seconds. Changes nothing.

use std::time::Duration;

use anyhow::Result;
use rollout::{Release, RemoteName};

use crate::chance;
use crate::clock::{self, Stopwatch};
use crate::context::Context;
use crate::failure;
use crate::output::note;
use crate::progress;
use crate::release;
use crate::shop::{Shop, Standing, Versions};
use crate::stopped::{Exit, Stopped};
use crate::store::Bucket;

/// The pause between two questions.
const PAUSE: Duration = Duration::from_millis(500);
/// What is left of the command's time for saying how it ended.
const RESERVE: Duration = Duration::from_millis(500);

/// What a shop's answer says about a change.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Follows,
    /// It goes by a higher serial: by a later change, or by one that the store has lost.
    Higher(u64),
    /// Not yet, and why if it says so.
    Lower(String),
}

/// Waits until the shop has the serial of a release, as long as the command has time.
pub(crate) async fn wait(context: &Context<'_>, bucket: &Bucket, release: &Release) -> Result<()> {
    let Some(shop) = context.shop()? else { return Ok(()) };
    let (remote, serial) = (release.remote(), release.serial());
    note(&format!("waiting for the shop to follow serial {serial} of `{remote}`"));
    let watch = Stopwatch::start();
    let limit = context.deadline.left().saturating_sub(RESERVE);
    let last = match tokio::time::timeout(limit, until(&shop, bucket, remote, serial)).await {
        Ok(followed) => {
            followed?;
            note(&format!("the shop follows serial {serial} after {:.1} s", watch.elapsed().as_secs_f64()));
            return Ok(());
        }
        Err(_) => shop_says(&shop, remote, serial).await,
    };
    let waited = clock::duration(watch.elapsed().as_secs());
    let stopped = Stopped::new(
        Exit::NotFollowed,
        format!("the store has serial {serial} of `{remote}`, but the shop does not follow it after {waited}: {last}"),
    );
    Err(stopped
        .hint(format!("`storefront status {remote}` shows both; `storefront doctor {remote}` looks for the reason"))
        .into())
}

async fn until(shop: &Shop, bucket: &Bucket, remote: &RemoteName, serial: u64) -> Result<()> {
    let _waiting = progress::waiting(format!("the shop to follow serial {serial} of `{remote}`"), false);
    loop {
        // A question that fails is asked again: a shop may be deployed at this moment.
        let answer = shop.versions().await.map(|versions| judge(&versions, remote, serial));
        match answer {
            Ok(Answer::Follows) => return Ok(()),
            Ok(Answer::Higher(seen)) => {
                // Somebody may have made a later change, which the shop then follows.
                let store = release::find(bucket, remote).await?.map_or(0, |current| current.release.serial());
                if store >= seen {
                    return Ok(());
                }
                let stopped = Stopped::new(
                    Exit::NotFollowed,
                    format!("the store has serial {store} of `{remote}`, but the shop refuses it: it has seen {seen}"),
                );
                return Err(stopped.hint(format!("`storefront recover {remote}` writes the release above it")).into());
            }
            Ok(Answer::Lower(_)) | Err(_) => tokio::time::sleep(chance::jittered(PAUSE)).await,
        }
    }
}

/// Why it does not follow, as far as it says so at once.
async fn shop_says(shop: &Shop, remote: &RemoteName, serial: u64) -> String {
    match tokio::time::timeout(RESERVE / 2, shop.known()).await {
        Ok(Ok(versions)) => match judge(&versions, remote, serial) {
            Answer::Lower(why) => why,
            Answer::Follows | Answer::Higher(_) => "it followed just now".to_owned(),
        },
        Ok(Err(error)) => failure::brief(&error),
        Err(_) => "it gives no answer".to_owned(),
    }
}

fn judge(versions: &Versions, remote: &RemoteName, serial: u64) -> Answer {
    let Some(running) = versions.remotes.get(remote) else {
        return Answer::Lower("it has no such remote".to_owned());
    };
    let has = match running.standing(Some(serial)) {
        Standing::Follows { .. } => return Answer::Follows,
        Standing::Refuses { seen, .. } => return Answer::Higher(seen),
        Standing::Behind { serial: Some(found), .. } | Standing::Keeps { serial: found } => {
            format!("it has serial {found}")
        }
        Standing::Behind { serial: None, .. } | Standing::Neither => "it has no release".to_owned(),
    };
    match running.trouble() {
        Some(error) => Answer::Lower(format!("{has}, {error}")),
        None => Answer::Lower(has),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::remote;

    #[test]
    fn a_shops_answer_says_whether_it_follows() {
        #[track_caller]
        fn check(release: &str, expect: &Answer) {
            let text = format!(
                r#"{{"remotes":{{"cart":{{"version":"1.0.0","reason":"stable","contracts":[1],"bundled":"1.0.0","release":{release}}}}}}}"#
            );
            let versions: Versions = serde_json::from_str(&text).unwrap();
            assert_eq!(judge(&versions, &remote(), 20), *expect, "{release}");
        }
        let lower = |why: &str| Answer::Lower(why.to_owned());
        check(r#"{"serial":20}"#, &Answer::Follows);
        check(r#"{"serial":20,"error":"the store answered 503"}"#, &Answer::Follows);
        check(r#"{"serial":31}"#, &Answer::Higher(31));
        check(r#"{"serial":null,"highestSerial":31}"#, &Answer::Higher(31));
        check(r#"{"serial":19}"#, &lower("it has serial 19"));
        check(r#"{"serial":19,"error":"the store answered 403"}"#, &lower("it has serial 19, the store answered 403"));
        check(r#"{"serial":null,"error":null}"#, &lower("it has no release"));
        check("null", &lower("it has no release"));
        let none: Versions = serde_json::from_str(r#"{"remotes":{}}"#).unwrap();
        assert_eq!(judge(&none, &remote(), 20), lower("it has no such remote"));
    }
}
