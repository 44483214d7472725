//! The store through the S3 API: AWS, R2 and whatever speaks the same. Path style for every endpoint that is not AWS's own.
//! Reads are tried again by the SDK, writes here, because a write that was tried twice must know that it was.

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::put_object::{PutObjectError, PutObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use rollout::RemoteName;

use super::{Condition, Listed, NO_CODE, Object, StoreError, Tag};
use crate::chance;
use crate::clock::{self, Seconds};

/// How often a write is tried in all.
const WRITE_ATTEMPTS: u32 = 4;
/// How often a read whose answer broke off in the middle is tried in all. The SDK tries again only before the answer begins.
const READ_ATTEMPTS: u32 = 3;
/// The first pause between two tries; each further one is twice as long, and a random part of it is left out.
const PAUSE: Duration = Duration::from_millis(200);
/// Time for one try of a request, the bytes of its body aside.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// A body may be sent this slowly, in bytes a second.
const SLOWEST: u64 = 50_000;
/// The placeholder in a bucket's name.
pub(super) const REMOTE: &str = "{remote}";

/// The store's clock beside this machine's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Skew {
    pub(crate) store: Seconds,
    pub(crate) here: Seconds,
}

/// The connection to the store, before it is known which remote is meant.
#[derive(Debug)]
pub(crate) struct Store {
    pub(super) client: Client,
    /// The name of the bucket, with [`REMOTE`] where the remote's name belongs.
    pub(super) pattern: String,
    pub(super) skew: Arc<Mutex<Option<Skew>>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    client: Client,
    name: String,
}

impl Store {
    /// The bucket of a remote.
    pub(crate) fn bucket(&self, remote: &RemoteName) -> super::Bucket {
        let name = self.pattern.replace(REMOTE, remote.as_str());
        super::Bucket::S3(Bucket { client: self.client.clone(), name })
    }

    /// The bucket of all remotes; `None` when each has its own.
    pub(crate) fn common_bucket(&self) -> Option<super::Bucket> {
        let is_common = !self.pattern.contains(REMOTE);
        is_common.then(|| super::Bucket::S3(Bucket { client: self.client.clone(), name: self.pattern.clone() }))
    }

    /// The store's clock, as its last answer told it, beside this machine's.
    pub(crate) fn skew(&self) -> Option<Skew> {
        self.skew.lock().ok().and_then(|skew| *skew)
    }
}

impl Bucket {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) async fn get(&self, key: &str, limit: u64) -> Result<Option<Object>, StoreError> {
        let mut attempt = 1;
        loop {
            match self.get_once(key, limit).await {
                Err(StoreError::Unreachable { .. }) if attempt < READ_ATTEMPTS => pause(attempt).await,
                other => return other,
            }
            attempt += 1;
        }
    }

    async fn get_once(&self, key: &str, limit: u64) -> Result<Option<Object>, StoreError> {
        const DOING: &str = "read";
        let too_large = || StoreError::TooLarge { key: key.to_owned(), limit };
        let mut output = match self.client.get_object().bucket(&self.name).key(key).send().await {
            Ok(output) => output,
            Err(error) => {
                // A 404 of anything but an S3 API says nothing about an object.
                return match error.code() {
                    Some("NoSuchKey") => Ok(None),
                    _ => Err(self.refused(DOING, key, error)),
                };
            }
        };
        if output.content_length().and_then(|length| u64::try_from(length).ok()).is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        // Whatever was announced: no more than the limit is taken in.
        while let Some(chunk) = output.body.try_next().await.map_err(|error| broken(DOING, key, error))? {
            if (bytes.len() + chunk.len()) as u64 > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        let tag = tag(output.e_tag).ok_or_else(|| StoreError::NoTag { key: key.to_owned() })?;
        Ok(Some(Object { bytes, tag, content_type: output.content_type }))
    }

    pub(super) async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
        condition: Condition<'_>,
    ) -> Result<Tag, StoreError> {
        const DOING: &str = "write";
        let mut sure = true;
        let mut attempt = 1;
        loop {
            let error = match self.put_once(key, bytes.clone(), content_type, condition).await {
                Ok(output) => {
                    return tag(output.e_tag).ok_or_else(|| StoreError::NoTag { key: key.to_owned() });
                }
                Err(error) => error,
            };
            // A missing object cannot be unchanged either; a bucket that is missing is something else.
            let status = status(&error);
            let is_conflict = match condition {
                Condition::Absent => matches!(status, Some(409 | 412)),
                Condition::Unchanged(_) => matches!(status, Some(404 | 409 | 412)),
            };
            if is_conflict && error.code() != Some("NoSuchBucket") {
                return Err(StoreError::Conflict { key: key.to_owned(), sure });
            }
            let passes = matches!(status, None | Some(408 | 429 | 500..=599))
                && !matches!(error, SdkError::ConstructionFailure(_));
            if !passes || attempt == WRITE_ATTEMPTS {
                return Err(self.refused(DOING, key, error));
            }
            // Unless the store said that it was too busy, the write may have been done.
            sure &= matches!(status, Some(429));
            pause(attempt).await;
            attempt += 1;
        }
    }

    async fn put_once(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
        condition: Condition<'_>,
    ) -> Result<PutObjectOutput, SdkError<PutObjectError, HttpResponse>> {
        let limit = REQUEST_LIMIT + Duration::from_secs(bytes.len() as u64 / SLOWEST);
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(limit).build();
        let request = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        let request = match condition {
            Condition::Absent => request.if_none_match("*"),
            Condition::Unchanged(Tag(tag)) => request.if_match(tag),
        };
        let once = aws_sdk_s3::Config::builder().retry_config(RetryConfig::disabled()).timeout_config(timeouts);
        request.body(ByteStream::from(bytes)).customize().config_override(once).send().await
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let request = self.client.list_objects_v2().bucket(&self.name).prefix(prefix);
            let request = request.set_continuation_token(next.take());
            let output = request.send().await.map_err(|error| self.refused("list", prefix, error))?;
            for object in output.contents.unwrap_or_default() {
                let size = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
                let modified = object.last_modified.map_or(0, |time| time.secs());
                found.extend(object.key.map(|key| Listed { key, size, modified }));
            }
            next = output.next_continuation_token;
            if next.is_none() || output.is_truncated == Some(false) {
                return Ok(found);
            }
        }
    }

    pub(super) async fn folders(&self) -> Result<Vec<String>, StoreError> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let request = self.client.list_objects_v2().bucket(&self.name).delimiter("/");
            let request = request.set_continuation_token(next.take());
            let output = request.send().await.map_err(|error| self.refused("list", "/", error))?;
            let prefixes = output.common_prefixes.unwrap_or_default().into_iter();
            found.extend(prefixes.filter_map(|prefix| Some(prefix.prefix?.trim_end_matches('/').to_owned())));
            next = output.next_continuation_token;
            if next.is_none() || output.is_truncated == Some(false) {
                return Ok(found);
            }
        }
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.client.delete_object().bucket(&self.name).key(key).send().await {
            Ok(_) => Ok(()),
            Err(error) => match self.refused("delete", key, error) {
                // Some stores say so; it is what was wanted.
                StoreError::Answer { status: 404, .. } => Ok(()),
                refused => Err(refused),
            },
        }
    }

    fn refused<E>(&self, doing: &'static str, key: &str, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let code = [error.code(), error.message()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let is_missing_bucket = error.code() == Some("NoSuchBucket");
        match (status(&error), error) {
            // The request was never sent: there was nothing to sign it with.
            (_, SdkError::ConstructionFailure(failure)) => StoreError::Credentials(
                SdkError::<E, HttpResponse>::ConstructionFailure(failure).into_source().unwrap_or_else(Into::into),
            ),
            (Some(401 | 403), _) => {
                StoreError::Denied { doing, key: key.to_owned(), bucket: self.name.clone(), code: said(code) }
            }
            (Some(404), _) if is_missing_bucket => StoreError::NoBucket(self.name.clone()),
            (Some(status @ 300..), _) => StoreError::Answer { doing, key: key.to_owned(), status, code: said(code) },
            (_, error) => {
                let source = error.into_source().unwrap_or_else(Into::into);
                // Keys that were to be had from a profile or from the machine's own service.
                if is_about_credentials(source.as_ref()) {
                    return StoreError::Credentials(source);
                }
                broken(doing, key, source)
            }
        }
    }
}

fn is_about_credentials(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| Error::source(*error)).any(<dyn Error>::is::<CredentialsError>)
}

fn tag(text: Option<String>) -> Option<Tag> {
    text.filter(|text| !text.is_empty()).map(Tag)
}

fn said(code: String) -> String {
    if code.is_empty() { NO_CODE.to_owned() } else { code }
}

fn broken(doing: &'static str, key: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Unreachable { doing, key: key.to_owned(), source: source.into() }
}

fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    match error {
        SdkError::ServiceError(_) => error.raw_response().map(|response| response.status().as_u16()),
        // An answer that is no S3 error, such as a proxy's page, has a status all the same.
        SdkError::ResponseError(_) => {
            error.raw_response().map(|response| response.status().as_u16()).filter(|status| *status >= 300)
        }
        _ => None,
    }
}

async fn pause(attempt: u32) {
    tokio::time::sleep(chance::jittered(PAUSE * 2_u32.saturating_pow(attempt - 1))).await;
}

/// Notes the store's clock from the `Date` of every answer.
#[derive(Debug)]
pub(super) struct ReadDate(pub(super) Arc<Mutex<Option<Skew>>>);

impl Intercept for ReadDate {
    fn name(&self) -> &'static str {
        "ReadDate"
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(store) = context.response().headers().get("date").and_then(clock::from_http)
            && let Ok(mut skew) = self.0.lock()
        {
            *skew = Some(Skew { store, here: clock::now() });
        }
        Ok(())
    }
}
