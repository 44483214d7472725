//! The running shop, asked over its public addresses: which versions it serves, which contracts it speaks, and the files that were
//! built into it. Everything it answers is bounded, and checked by whoever uses it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_sdk_s3::config::http::HttpRequest;
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use rollout::{FILE_SIZE_LIMIT, FileName, MANIFEST_LIMIT, RemoteName, Version, path};
use serde::Deserialize;

use crate::http::{self, Address};

/// Where the shop tells which versions it serves.
const VERSIONS: &str = "/__versions";
/// Far more than a shop of a hundred remotes says there.
const VERSIONS_LIMIT: u64 = 1024 * 1024;
/// Time for one answer until it begins.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// Time for the whole of a file.
const WHOLE_LIMIT: Duration = Duration::from_mins(1);
/// Time for the whole of what the shop says about itself: nobody who goes back at night waits longer for it.
const VERSIONS_TIME: Duration = Duration::from_secs(5);

/// The shop at an address.
#[derive(Debug)]
pub(crate) struct Shop {
    address: Address,
    connector: SharedHttpConnector,
}

/// What the shop says about itself. Fields that are not needed here are ignored.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Versions {
    pub(crate) origin: String,
    pub(crate) remotes: BTreeMap<RemoteName, Remote>,
}

/// What it says of one remote.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remote {
    /// What a visitor without a past gets at this moment.
    pub(crate) version: Version,
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
    #[serde(default)]
    pub(crate) age_milliseconds: Option<f64>,
    #[serde(default)]
    pub(crate) error: Option<String>,
}

/// A version that was due and could not be served.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PassedOver {
    pub(crate) version: Version,
    pub(crate) because: String,
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

    /// What it serves, and what it speaks.
    pub(crate) async fn versions(&self) -> Result<Versions> {
        let bytes = self.get(VERSIONS, VERSIONS_LIMIT, VERSIONS_TIME).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

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
