//! Address and keys of the store: from the environment, as the AWS SDK reads it, or from a shop that runs in this checkout.
//! Opens the connection but sends nothing.

use std::time::Duration;

use anyhow::Result;
use aws_config::BehaviorVersion;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::SharedHttpClient;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{Builder, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::http::http_client_fn;

use super::s3::{REMOTE, ReadDate, Store};
use crate::clock::StoreClock;
use crate::environment::{self, BUCKET, ENDPOINT, ENDPOINT_S3};
use crate::http::{self, Address};
use crate::stopped::{Exit, Stopped};

/// Each request has a limit of its own; the connection's is beyond all of them.
const READ_LIMIT: Duration = Duration::from_mins(15);
/// The region of a store that is not AWS's, when nothing names another: what R2 calls its own.
const REGION_OF_OTHERS: Region = Region::from_static("auto");

/// Where the store is.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Not AWS's own.
    pub(crate) endpoint: Option<Address>,
    /// The name of the bucket; `{remote}` in it stands for the remote's name.
    pub(crate) bucket: String,
    /// The keys of a simulated bucket. Without them the SDK looks for keys in all the places it knows.
    pub(crate) keys: Option<Keys>,
}

/// The keys of a simulated bucket.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) region: String,
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl Settings {
    /// Whether the environment names a store, if only in part.
    pub(crate) fn are_in_environment() -> Result<bool> {
        Ok(environment::variable(ENDPOINT_S3)?.is_some() || environment::variable(BUCKET)?.is_some())
    }

    /// What the environment says.
    pub(crate) fn from_environment() -> Result<Settings> {
        let Some(bucket) = environment::variable(BUCKET)? else {
            let stopped = Stopped::new(Exit::Usage, format!("`{BUCKET}` is not set, so there is no store to work on"));
            return Err(stopped
                .hint("set it to the bucket of the remotes, or run `cargo xtask dev` in this checkout")
                .into());
        };
        check_bucket(&bucket)?;
        let mut endpoint = None;
        for name in [ENDPOINT_S3, ENDPOINT] {
            if let (None, Some(text)) = (&endpoint, environment::variable(name)?) {
                endpoint = Some(Address::new(name, &text)?);
            }
        }
        Ok(Settings { endpoint, bucket, keys: None })
    }

    /// Opens the store. One try of a request begins to be answered within `attempt`; each answer sets the clock.
    pub(crate) async fn open(&self, attempt: Duration, clock: &StoreClock) -> Result<Store> {
        let is_plain = self.endpoint.as_ref().is_some_and(Address::is_plain);
        let sleep = SharedAsyncSleep::new(TokioSleep::new());
        let connector = http::connector(is_plain, sleep, READ_LIMIT);
        let client = http_client_fn(move |_, _| connector.clone());
        let config = match &self.keys {
            Some(keys) => {
                let credentials = Credentials::new(&keys.id, &keys.secret, None, None, "the running shop");
                Builder::new()
                    .behavior_version(BehaviorVersion::latest())
                    .http_client(client)
                    .credentials_provider(credentials)
                    .region(Region::new(keys.region.clone()))
            }
            None => self.by_sdk(client).await,
        };
        let config = match &self.endpoint {
            Some(endpoint) => config.endpoint_url(endpoint.with_slash()).force_path_style(true),
            None => config,
        };
        let config = config
            // Every file is checked against its own SHA-384; stores other than AWS do not know all the SDK's checksums.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            // Every request is tried again here, where each try is counted, named and bounded.
            .retry_config(RetryConfig::disabled())
            .interceptor(ReadDate(clock.clone()))
            .build();
        Ok(Store { client: Client::from_conf(config), pattern: self.bucket.clone(), attempt, clock: clock.clone() })
    }

    /// Keys and region from wherever the SDK finds them: variables, profiles, a job's or a machine's identity.
    async fn by_sdk(&self, client: SharedHttpClient) -> Builder {
        let loader = aws_config::defaults(BehaviorVersion::latest()).http_client(client);
        if self.endpoint.is_none() {
            return Builder::from(&loader.load().await);
        }
        // Other stores hardly care for the region: a machine's own identity service is not asked for it.
        let region = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
            .or_else(ProfileFileRegionProvider::new())
            .or_else(REGION_OF_OTHERS);
        Builder::from(&loader.region(region).load().await)
    }
}

fn check_bucket(pattern: &str) -> Result<()> {
    let name = pattern.replace(REMOTE, "a");
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_');
    if (1..=63).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(Stopped::new(
        Exit::Usage,
        format!(
            "`{BUCKET}` is `{}`, which is no bucket: a name has at most 63 of a-z, 0-9, `-` and `.`, and may hold `{{remote}}`",
            web::foreign::line(pattern, 80)
        ),
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_may_hold_the_remotes_name() {
        #[track_caller]
        fn check(pattern: &str, expect: bool) {
            assert_eq!(check_bucket(pattern).is_ok(), expect, "{pattern}");
        }
        check("storefront-remotes", true);
        check("shop-{remote}-production", true);
        check("{remote}", true);
        check("shop/{remote}", false);
        check("shop-{name}", false);
        check("Shop", false);
        check("", false);
    }
}
