//! The running shop, asked over its public addresses: which versions it serves, which contracts it speaks, and the files that were
//! built into it. Everything it answers is bounded, its texts are made safe to print, and whoever uses the rest checks it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_sdk_s3::config::http::HttpRequest;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use rollout::{FILE_SIZE_LIMIT, FileName, MANIFEST_LIMIT, Release, RemoteName, Share, Version, path};
use serde::{Deserialize, Deserializer};
use tokio::task::JoinHandle;
use web::foreign;

use crate::http::{self, Address};
use crate::progress;
use crate::stopped::{Exit, Stopped};
use crate::view;

/// The address at which the shop lists the versions that it serves.
const VERSIONS: &str = "/__versions";
/// The same, but the shop answers from what it has at hand. To ask its store now would make its next question come later, and so
/// delay the very change that it is asked for. A shop that does not know the word answers as ever.
const KNOWN: &str = "/__versions?known";
/// Far more than a shop of a hundred remotes says there.
const VERSIONS_LIMIT: u64 = 1024 * 1024;
/// Time for one answer until it begins.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// Time for the whole of a file.
const WHOLE_LIMIT: Duration = Duration::from_mins(1);
/// Time for the whole of what the shop says about itself, with a question to its store.
const VERSIONS_TIME: Duration = Duration::from_secs(5);
/// Time for what it has at hand: a rollback at night waits no longer for it.
const KNOWN_TIME: Duration = Duration::from_secs(3);

/// The highest serial that is believed of a shop. A release leaves room above it, whatever a shop says.
const SERIAL_BELIEVED: u64 = 1 << 52;
/// The longest text of a shop that is shown, in characters.
const SHOWN: usize = 300;

/// The shop at an address.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    address: Address,
    connector: SharedHttpConnector,
}

/// What the shop says about itself. Fields that are not needed here are ignored.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Versions {
    /// The kind of its store: `r2`, `s3` or `bundled`.
    #[serde(default, deserialize_with = "plain_if_any")]
    store: Option<String>,
    /// The same, as earlier shops call it.
    #[serde(default, deserialize_with = "plain_if_any")]
    origin: Option<String>,
    pub(crate) remotes: BTreeMap<RemoteName, Remote>,
}

/// What it says of one remote.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remote {
    /// What a visitor without a past gets at this moment.
    pub(crate) version: Version,
    #[serde(deserialize_with = "plain")]
    pub(crate) reason: String,
    /// The slot contracts that the shop speaks.
    pub(crate) contracts: Vec<u32>,
    /// The version that was built with the shop.
    pub(crate) bundled: Version,
    #[serde(default)]
    pub(crate) release: Option<Following>,
    #[serde(default)]
    pub(crate) passed_over: Vec<PassedOver>,
}

/// The release that the shop follows.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Following {
    #[serde(default)]
    pub(crate) serial: Option<u64>,
    /// The highest that it has seen. Earlier shops do not say it; it was the same.
    #[serde(default)]
    highest_serial: Option<u64>,
    #[serde(default)]
    pub(crate) age_milliseconds: Option<f64>,
    #[serde(default, deserialize_with = "plain_if_any")]
    pub(crate) error: Option<String>,
    /// What holds the rest of the traffic.
    #[serde(default)]
    pub(crate) stable: Option<Version>,
    #[serde(default)]
    pub(crate) canary: Option<Trial>,
}

/// A version on trial.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Trial {
    pub(crate) version: Version,
    pub(crate) percent: Share,
}

/// A version that was due and could not be served.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PassedOver {
    pub(crate) version: Version,
    #[serde(deserialize_with = "plain")]
    pub(crate) because: String,
}

/// How a remote of the running shop stands to the release in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It has seen a higher serial than the store's, and refuses this one.
    Refuses { seen: u64, store: u64 },
    /// It goes by the store's serial.
    Follows { serial: u64 },
    /// It goes by an earlier release, or by none.
    Behind { serial: Option<u64>, store: u64 },
    /// It goes by a release that the store lacks.
    Keeps { serial: u64 },
    /// Neither has one.
    Neither,
}

impl Remote {
    /// The trouble that it has with its store, in a code or in words.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.release.as_ref().and_then(|following| following.error.as_deref())
    }

    /// The serial that it goes by.
    pub(crate) fn serial(&self) -> Option<u64> {
        self.release.as_ref().and_then(|following| following.serial)
    }

    /// The highest serial that it has seen, every lower one of which it refuses; 0 when it has seen none.
    pub(crate) fn seen(&self) -> u64 {
        let seen = self.release.as_ref().and_then(|following| following.serial.max(following.highest_serial));
        seen.unwrap_or(0).min(SERIAL_BELIEVED)
    }

    /// How it stands to the serial of the store's release, if the store has one.
    pub(crate) fn standing(&self, store: Option<u64>) -> Standing {
        let seen = self.seen();
        match (self.serial(), store) {
            (_, Some(store)) if seen > store => Standing::Refuses { seen, store },
            (Some(serial), Some(store)) if serial == store => Standing::Follows { serial },
            (serial, Some(store)) => Standing::Behind { serial, store },
            (Some(serial), None) => Standing::Keeps { serial },
            (None, None) => Standing::Neither,
        }
    }
}

impl Following {
    /// Where the traffic goes, in one line; nothing when the shop does not name its stable version.
    pub(crate) fn traffic(&self) -> Option<String> {
        let stable = self.stable.as_ref()?;
        Some(view::shares(stable, self.canary.as_ref().map(|trial| (&trial.version, trial.percent))))
    }

    /// Whether it gives other versions traffic than a release does, or other shares. A shop that names none cannot differ.
    pub(crate) fn differs(&self, release: &Release) -> bool {
        let Some(stable) = &self.stable else { return false };
        let trial = self.canary.as_ref().map(|trial| (&trial.version, trial.percent));
        stable != release.stable() || trial != release.canary().map(|canary| (&canary.version, canary.share))
    }
}

impl Versions {
    /// The versions that visitors of a remote get at this moment.
    pub(crate) fn serves(&self, remote: &RemoteName) -> impl Iterator<Item = &Version> {
        let following = self.following(remote);
        let trial = following.and_then(|following| following.canary.as_ref()).map(|trial| &trial.version);
        let stable = following.and_then(|following| following.stable.as_ref());
        self.remotes.get(remote).map(|remote| &remote.version).into_iter().chain(stable).chain(trial)
    }

    /// What a remote follows, if it follows a release.
    pub(crate) fn following(&self, remote: &RemoteName) -> Option<&Following> {
        self.remotes.get(remote).and_then(|remote| remote.release.as_ref())
    }

    /// The serial of a remote's release that the shop goes by, and refuses every lower one for; 0 when it has none.
    pub(crate) fn seen(&self, remote: &RemoteName) -> u64 {
        self.remotes.get(remote).map_or(0, Remote::seen)
    }

    /// The kind of the shop's store.
    pub(crate) fn store(&self) -> &str {
        self.store.as_deref().or(self.origin.as_deref()).unwrap_or("unknown")
    }
}

/// A shop that is being asked what it knows, while something else is done.
#[derive(Debug)]
pub(crate) struct Asking(Option<JoinHandle<Result<Versions>>>);

/// What a shop answered, or why it did not.
pub(crate) type Asked = Result<Versions>;

impl Asking {
    /// Begins; without a shop the answer is an error.
    pub(crate) fn begin(shop: Option<Shop>) -> Asking {
        Asking(shop.map(|shop| tokio::spawn(async move { shop.known().await })))
    }

    /// The answer.
    pub(crate) async fn end(self) -> Asked {
        match self.0 {
            Some(asking) => asking.await.context("the question was cut short")?,
            None => Err(Stopped::new(Exit::Usage, "`SHOP_URL` is not set").into()),
        }
    }
}

impl Shop {
    pub(crate) fn new(address: Address) -> Shop {
        let sleep = SharedAsyncSleep::new(TokioSleep::new());
        let connector = http::connector(address.is_plain(), sleep, ANSWER_LIMIT);
        Shop { address, connector }
    }

    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// What it serves, and what it speaks. It asks its store before it answers, unless it did so a moment ago.
    pub(crate) async fn versions(&self) -> Result<Versions> {
        self.versions_at(VERSIONS, VERSIONS_TIME).await
    }

    /// The same without a question to its store.
    pub(crate) async fn known(&self) -> Result<Versions> {
        self.versions_at(KNOWN, KNOWN_TIME).await
    }

    /// An answer to begin a release with. The isolate that answered `known` may have started a moment ago and have nothing at hand
    /// yet, so one that names no release is asked for once more, with a question to the shop's store.
    pub(crate) async fn thorough(shop: Option<&Shop>, remote: &RemoteName, known: Asked) -> Asked {
        match (shop, &known) {
            (Some(shop), Ok(versions))
                if versions.following(remote).is_none_or(|following| following.stable.is_none()) =>
            {
                shop.versions().await
            }
            _ => known,
        }
    }

    async fn versions_at(&self, path: &str, time: Duration) -> Result<Versions> {
        let bytes = self.get(path, VERSIONS_LIMIT, time).await?;
        serde_json::from_slice(&bytes).with_context(|| {
            format!("the answer of `{}{VERSIONS}` is not of the form that this program knows", self.address.as_str())
        })
    }

    /// The manifest of a version that was built with the shop.
    pub(crate) async fn manifest(&self, remote: &RemoteName, version: &Version) -> Result<Vec<u8>> {
        self.get(&path::public_manifest(remote, version), MANIFEST_LIMIT as u64, WHOLE_LIMIT).await
    }

    /// One of its files.
    pub(crate) async fn file(&self, remote: &RemoteName, version: &Version, file: &FileName) -> Result<Vec<u8>> {
        self.get(&path::public_file(remote, version, file), FILE_SIZE_LIMIT, WHOLE_LIMIT).await
    }

    async fn get(&self, path: &str, limit: u64, time: Duration) -> Result<Vec<u8>> {
        let url = format!("{}{path}", self.address.as_str());
        let _waiting = progress::waiting(format!("the shop to answer `{url}`"), false);
        let ask = tokio::time::timeout(time, self.ask(&url, limit));
        ask.await.with_context(|| format!("`{url}` took longer than {} s", time.as_secs()))?
    }

    async fn ask(&self, url: &str, limit: u64) -> Result<Vec<u8>> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(url.to_owned()).with_context(|| format!("`{url}` is no address"))?;
        request.headers_mut().insert("accept", "application/json, */*;q=0.5");
        request.headers_mut().insert("user-agent", concat!("storefront/", env!("CARGO_PKG_VERSION")));
        let answer = self.connector.call(request).await.with_context(|| format!("no answer from `{url}`"))?;
        let status = answer.status().as_u16();
        if status != 200 {
            bail!("`{url}` answered {status}");
        }
        let mut body = aws_sdk_s3::primitives::ByteStream::new(answer.into_body());
        let mut bytes = Vec::new();
        while let Some(chunk) = body.try_next().await.with_context(|| format!("the answer of `{url}` broke off"))? {
            if (bytes.len() + chunk.len()) as u64 > limit {
                bail!("`{url}` has more than {limit} bytes");
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}

/// A text of the shop's, safe to print.
fn plain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(|text| foreign::line(&text, SHOWN))
}

fn plain_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|text| text.map(|text| foreign::line(&text, SHOWN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_shop_are_safe_to_print_and_serials_leave_room() {
        let text = r#"{"origin":"r2\u001b]0;PWNED\u0007","remotes":{"products":{"version":"1.0.0","reason":"a\nerror: forged",
            "contracts":[1],"bundled":"1.0.0","release":{"serial":18446744073709551615,"error":"\u009b31m\u202e"},
            "passedOver":[{"version":"1.1.0","because":"\u2028x"}]}}}"#;
        let versions: Versions = serde_json::from_str(text).unwrap();
        let products = &versions.remotes["products"];
        let texts = [
            versions.origin.as_ref().unwrap(),
            &products.reason,
            products.release.as_ref().unwrap().error.as_ref().unwrap(),
            &products.passed_over[0].because,
        ];
        for text in texts {
            assert!(text.chars().all(foreign::is_plain) && !text.is_empty(), "{text:?}");
        }
        assert_eq!(versions.seen(&RemoteName::new("products").unwrap()), SERIAL_BELIEVED);
        assert_eq!(versions.seen(&RemoteName::new("cart").unwrap()), 0);
        let both = r#"{"store":"s3","origin":"s3","remotes":{"products":{"version":"1.0.0","reason":"stable","contracts":[1],
            "bundled":"1.0.0","release":{"serial":7,"highestSerial":9,"refused":null}}}}"#;
        let versions: Versions = serde_json::from_str(both).unwrap();
        assert_eq!((versions.store(), versions.seen(&RemoteName::new("products").unwrap())), ("s3", 9));
    }

    #[test]
    fn unknown_fields_are_ignored_and_missing_ones_may_be_missing() {
        let text = r#"{"shop":"0.1.0","origin":"r2","later":1,"remotes":{"products":{"version":"1.0.0","reason":"stable",
            "contracts":[1],"bundled":"1.0.0","bucket":1234,"release":{"serial":7,"stable":"1.0.0",
            "canary":{"version":"1.1.0","percent":12.5},"ageMilliseconds":1200.5,"source":"origin","error":null},
            "passedOver":[{"version":"1.1.0","reason":"canary","because":"it is late"}]},
            "cart":{"version":"1.0.0","reason":"bundled","contracts":[],"bundled":"1.0.0","release":null}}}"#;
        let versions: Versions = serde_json::from_str(text).unwrap();
        let products = &versions.remotes["products"];
        assert_eq!(products.release.as_ref().unwrap().serial, Some(7));
        assert_eq!(products.passed_over[0].because, "it is late");
        assert!(versions.remotes["cart"].release.is_none());
    }
}
