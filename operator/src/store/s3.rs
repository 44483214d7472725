//! The store through the S3 API: AWS, R2 and whatever speaks the same. Path style for every endpoint that is not AWS's own.
//! Requests are tried again here and not by the SDK: each try is bounded and named, and a write that was tried twice knows that it was.

use std::error::Error;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use rollout::RemoteName;
use web::{date, foreign};

use super::{ATTEMPTS, Condition, Listed, NO_CODE, Object, StoreError, Tag};
use crate::clock::StoreClock;
use crate::{chance, progress};

/// The first pause between two tries; each further one is twice as long, and a random part of it is left out.
const PAUSE: Duration = Duration::from_millis(200);
/// A body may be sent this slowly, in bytes a second.
const SLOWEST: u64 = 50_000;
/// The placeholder in a bucket's name.
pub(super) const REMOTE: &str = "{remote}";
/// The longest text of a store's refusal that is shown, and the longest key, in characters.
const SHOWN: usize = 300;

const READ: &str = "read";
const WRITE: &str = "write";
const LIST: &str = "list";
const DELETE: &str = "delete";

/// What a request is for.
#[derive(Clone, Copy, Debug)]
struct Doing<'a> {
    verb: &'static str,
    key: &'a str,
    /// As many are moved at most, beyond an answer that has none.
    bytes: u64,
}

/// The connection to the store, before it is known which remote is meant.
#[derive(Debug)]
pub(crate) struct Store {
    pub(super) client: Client,
    /// The name of the bucket, with [`REMOTE`] where the remote's name belongs.
    pub(super) pattern: String,
    pub(super) attempt: Duration,
    pub(super) clock: StoreClock,
}

#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    client: Client,
    name: String,
    /// The time for one try of a request until its answer begins.
    attempt: Duration,
}

impl Store {
    /// The bucket of a remote.
    pub(crate) fn bucket(&self, remote: &RemoteName) -> super::Bucket {
        let name = self.pattern.replace(REMOTE, remote.as_str());
        super::Bucket::S3(Bucket { client: self.client.clone(), name, attempt: self.attempt })
    }

    /// The bucket of all remotes; `None` when each has its own.
    pub(crate) fn common_bucket(&self) -> Option<super::Bucket> {
        let is_common = !self.pattern.contains(REMOTE);
        let name = self.pattern.clone();
        is_common.then(|| super::Bucket::S3(Bucket { client: self.client.clone(), name, attempt: self.attempt }))
    }

    /// The store's clock.
    pub(crate) fn clock(&self) -> &StoreClock {
        &self.clock
    }
}

impl Bucket {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) async fn get(&self, key: &str, limit: u64) -> Result<Option<Object>, StoreError> {
        self.again(Doing { verb: READ, key, bytes: limit }, || self.get_once(key, limit)).await
    }

    /// The tag of an object of any size.
    pub(super) async fn tag(&self, key: &str) -> Result<Option<Tag>, StoreError> {
        let once = || async {
            match self.client.head_object().bucket(&self.name).key(key).send().await {
                Ok(output) => tag(output.e_tag).map(Some).ok_or_else(|| no_tag(key)),
                // A head has no body, so a missing object has no code either.
                Err(error) if status(&error) == Some(404) => Ok(None),
                Err(error) => Err(self.refused(READ, key, error)),
            }
        };
        self.again(Doing { verb: READ, key, bytes: 0 }, once).await
    }

    /// Tries a request until it is answered for good. Only for what can be done twice as well as once.
    async fn again<T, F>(&self, doing: Doing<'_>, once: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut attempt = 1;
        loop {
            match self.attempt(doing, attempt, Box::pin(once())).await {
                Err(error) if error.may_pass() && attempt < ATTEMPTS => pause(attempt).await,
                other => return other,
            }
            attempt += 1;
        }
    }

    /// One try: named while it lasts, and bounded.
    async fn attempt<T>(
        &self,
        doing: Doing<'_>,
        number: u32,
        once: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let Doing { verb, key, bytes } = doing;
        let is_write = matches!(verb, WRITE | DELETE);
        let what = format!("the store to {verb} `{}` (attempt {number} of {ATTEMPTS})", shown(key));
        let _waiting = progress::waiting(what, is_write);
        let limit = self.attempt + Duration::from_secs(bytes / SLOWEST);
        match tokio::time::timeout(limit, once).await.unwrap_or_else(|_| Err(silent(verb, key, limit))) {
            Err(StoreError::Unreachable { doing, key, source, .. }) => {
                Err(StoreError::Unreachable { doing, key, attempt: number, source })
            }
            other => other,
        }
    }

    async fn get_once(&self, key: &str, limit: u64) -> Result<Option<Object>, StoreError> {
        let too_large = || StoreError::TooLarge { key: shown(key), limit };
        let request = self.client.get_object().bucket(&self.name).key(key);
        let answer = tokio::time::timeout(self.attempt, request.send()).await;
        let mut output = match answer.map_err(|_| silent(READ, key, self.attempt))? {
            Ok(output) => output,
            Err(error) => {
                // A 404 of anything but an S3 API says nothing about an object.
                return match error.code() {
                    Some("NoSuchKey") => Ok(None),
                    _ => Err(self.refused(READ, key, error)),
                };
            }
        };
        if output.content_length().and_then(|length| u64::try_from(length).ok()).is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        // Whatever was announced: no more than the limit is taken in.
        while let Some(chunk) = output.body.try_next().await.map_err(|error| broken(READ, key, error))? {
            if (bytes.len() + chunk.len()) as u64 > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        let tag = tag(output.e_tag).ok_or_else(|| no_tag(key))?;
        Ok(Some(Object { bytes, tag, content_type: output.content_type }))
    }

    pub(super) async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
        condition: Condition<'_>,
    ) -> Result<Tag, StoreError> {
        let doing = Doing { verb: WRITE, key, bytes: bytes.len() as u64 };
        let mut sure = true;
        let mut attempt = 1;
        loop {
            let once = Box::pin(self.put_once(key, bytes.clone(), content_type, condition));
            let error = match self.attempt(doing, attempt, once).await {
                Err(StoreError::Conflict { key, .. }) => return Err(StoreError::Conflict { key, sure }),
                Err(error) if error.may_pass() && attempt < ATTEMPTS => error,
                other => return other,
            };
            // Unless the answer was that the store is too busy, or refuses the signature, the write may have been done.
            sure &= matches!(error, StoreError::Answer { status: 429, .. } | StoreError::Denied { .. });
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
    ) -> Result<Tag, StoreError> {
        let request = self.client.put_object().bucket(&self.name).key(key).content_type(content_type);
        let request = match condition {
            Condition::Absent => request.if_none_match("*"),
            Condition::Unchanged(Tag(tag)) => request.if_match(tag),
        };
        let error = match request.body(ByteStream::from(bytes)).send().await {
            Ok(output) => return tag(output.e_tag).ok_or_else(|| no_tag(key)),
            Err(error) => error,
        };
        // A missing object cannot be unchanged either; a bucket that is missing is something else.
        let is_conflict = match condition {
            Condition::Absent => matches!(status(&error), Some(409 | 412)),
            Condition::Unchanged(_) => matches!(status(&error), Some(404 | 409 | 412)),
        };
        if is_conflict && error.code() != Some("NoSuchBucket") {
            return Err(StoreError::Conflict { key: shown(key), sure: true });
        }
        Err(self.refused(WRITE, key, error))
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let once = || async {
                let request = self.client.list_objects_v2().bucket(&self.name).prefix(prefix);
                let request = request.set_continuation_token(next.clone());
                request.send().await.map_err(|error| self.refused(LIST, prefix, error))
            };
            let output = self.again(Doing { verb: LIST, key: prefix, bytes: 0 }, once).await?;
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
            let once = || async {
                let request = self.client.list_objects_v2().bucket(&self.name).delimiter("/");
                let request = request.set_continuation_token(next.clone());
                request.send().await.map_err(|error| self.refused(LIST, "/", error))
            };
            let output = self.again(Doing { verb: LIST, key: "/", bytes: 0 }, once).await?;
            let prefixes = output.common_prefixes.unwrap_or_default().into_iter();
            found.extend(prefixes.filter_map(|prefix| Some(prefix.prefix?.trim_end_matches('/').to_owned())));
            next = output.next_continuation_token;
            if next.is_none() || output.is_truncated == Some(false) {
                return Ok(found);
            }
        }
    }

    pub(super) async fn delete(&self, key: &str) -> Result<(), StoreError> {
        let once = || async {
            match self.client.delete_object().bucket(&self.name).key(key).send().await {
                Ok(_) => Ok(()),
                Err(error) => match self.refused(DELETE, key, error) {
                    // Some stores say so; it is what was wanted.
                    StoreError::Answer { status: 404, .. } => Ok(()),
                    refused => Err(refused),
                },
            }
        };
        self.again(Doing { verb: DELETE, key, bytes: 0 }, once).await
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
                StoreError::Denied { doing, key: shown(key), bucket: self.name.clone(), code: quoted(&code) }
            }
            (Some(404), _) if is_missing_bucket => StoreError::NoBucket(self.name.clone()),
            (Some(status @ 300..), _) => StoreError::Answer { doing, key: shown(key), status, code: quoted(&code) },
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

/// The code and message of an answer, which any machine between the store and here may have written.
fn quoted(code: &str) -> String {
    if code.is_empty() { NO_CODE.to_owned() } else { foreign::line(code, SHOWN) }
}

/// A key that a list may have brought.
fn shown(key: &str) -> String {
    foreign::line(key, SHOWN)
}

/// That no answer came in time.
fn silent(doing: &'static str, key: &str, limit: Duration) -> StoreError {
    broken(doing, key, format!("nothing came within {:.1} s", limit.as_secs_f64()))
}

fn no_tag(key: &str) -> StoreError {
    StoreError::NoTag { key: shown(key) }
}

fn broken(doing: &'static str, key: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Unreachable { doing, key: shown(key), attempt: 1, source: source.into() }
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
pub(super) struct ReadDate(pub(super) StoreClock);

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
        if let Some(store) = context.response().headers().get("date").and_then(date::parse_http) {
            self.0.note(store);
        }
        Ok(())
    }
}
