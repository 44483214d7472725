//! The store of remotes: objects by key, conditional writes, a bucket for all remotes or one each. A closed set of stores is an
//! enum; the memory variant is what the tests of the commands run on. Knows no document and no rule of a rollout.

#[cfg(test)]
pub(crate) mod memory;
mod s3;
mod settings;

use crate::clock::Seconds;
use crate::stopped::Exit;

pub(crate) use s3::Store;
pub(crate) use settings::{Keys, Settings};

/// How often a request is tried in all.
const ATTEMPTS: u32 = 3;

/// Marks one state of an object; a write may demand that it still is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag(String);

/// What a write demands of the object's present state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Condition<'a> {
    /// There is none yet.
    Absent,
    /// It is still the one that was read.
    Unchanged(&'a Tag),
}

/// An object that was read.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    pub(crate) tag: Tag,
    pub(crate) content_type: Option<String>,
}

/// An object in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) size: u64,
    /// When it was written.
    pub(crate) modified: Seconds,
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// 401 or 403.
    #[error("the store does not allow to {doing} `{key}` in the bucket `{bucket}`: {code}")]
    Denied { doing: &'static str, key: String, bucket: String, code: String },
    /// No bucket of this name.
    #[error("there is no bucket `{0}`")]
    NoBucket(String),
    /// The condition of a write does not hold. `sure` is false when an earlier try of this very write may have done it.
    #[error("`{key}` is there already, or was changed in the meantime")]
    Conflict { key: String, sure: bool },
    /// More bytes than such an object may have.
    #[error("`{key}` has more than {limit} bytes, which is the limit")]
    TooLarge { key: String, limit: u64 },
    /// A 200 without an `ETag` comes from something that is no store: it wrote nothing, and what it gives cannot be replaced safely.
    #[error(
        "the answer about `{key}` has no ETag, so it comes from no store and nothing says that anything was written"
    )]
    NoTag { key: String },
    /// No usable credentials.
    #[error("no credentials for the store were found")]
    Credentials(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No answer, or one that broke off.
    #[error("the store gave no answer to {doing} `{key}` (attempt {attempt} of {ATTEMPTS})")]
    Unreachable { doing: &'static str, key: String, attempt: u32, source: Box<dyn std::error::Error + Send + Sync> },
    /// Any other refusal.
    #[error("the store answered {status} to {doing} `{key}`: {code}")]
    Answer { doing: &'static str, key: String, status: u16, code: String },
}

/// Stands for the code of an answer that has none.
const NO_CODE: &str = "without a reason";

impl StoreError {
    /// Whether the same request may be answered a moment later.
    fn may_pass(&self) -> bool {
        match self {
            // The SDK signs by the store's clock once an answer has brought it.
            Self::Denied { code, .. } => code.contains("TimeTooSkewed"),
            Self::Unreachable { .. } | Self::Answer { status: 408 | 429 | 500..=599, .. } => true,
            _ => false,
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Denied { .. } | Self::Credentials(_) => Exit::NotAllowed,
            Self::NoBucket(_) => Exit::NotFound,
            Self::Conflict { .. } => Exit::Conflict,
            _ => Exit::Failure,
        }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Denied { code, .. } if code.contains("TimeTooSkewed") => {
                "this machine's clock is wrong; `storefront doctor` says by how much"
            }
            Self::Denied { .. } => "`storefront doctor` tries each permission that the commands need",
            Self::NoBucket(_) => "`REMOTES_BUCKET` names it; `{remote}` in it stands for the remote's name",
            Self::Conflict { .. } => "somebody else wrote it; look at what is there and run the command again",
            Self::NoTag { .. } => "`AWS_ENDPOINT_URL_S3` must be the address of an S3 API, not of the shop",
            Self::Credentials(_) => {
                "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or `AWS_PROFILE`; \
                 with single sign-on: `eval \"$(aws configure export-credentials --format env)\"`"
            }
            Self::Unreachable { .. } => "check `AWS_ENDPOINT_URL_S3` and `AWS_REGION`; `storefront doctor` tries them",
            // Every error of an S3 API has a code; a page that was not found has none.
            Self::Answer { status: 404 | 405, code, .. } if code == NO_CODE => {
                "`AWS_ENDPOINT_URL_S3` must be the address of an S3 API, not of the shop"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}

/// The bucket that holds a remote.
#[derive(Clone, Debug)]
pub(crate) enum Bucket {
    S3(s3::Bucket),
    #[cfg(test)]
    Memory(memory::Memory),
}

impl Bucket {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::S3(bucket) => bucket.name(),
            #[cfg(test)]
            Self::Memory(_) => "memory",
        }
    }

    /// Reads an object of at most `limit` bytes.
    pub(crate) async fn get(&self, key: &str, limit: u64) -> Result<Option<Object>, StoreError> {
        match self {
            Self::S3(bucket) => bucket.get(key, limit).await,
            #[cfg(test)]
            Self::Memory(memory) => memory.get(key, limit),
        }
    }

    /// The tag of an object that is too large to be read, or that is not looked into.
    pub(crate) async fn tag(&self, key: &str) -> Result<Option<Tag>, StoreError> {
        match self {
            Self::S3(bucket) => bucket.tag(key).await,
            #[cfg(test)]
            Self::Memory(memory) => Ok(memory.get(key, u64::MAX)?.map(|object| object.tag)),
        }
    }

    /// Writes an object if the condition holds.
    pub(crate) async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
        condition: Condition<'_>,
    ) -> Result<Tag, StoreError> {
        match self {
            Self::S3(bucket) => bucket.put(key, bytes, content_type, condition).await,
            #[cfg(test)]
            Self::Memory(memory) => memory.put(key, &bytes, content_type, condition),
        }
    }

    /// Everything whose key begins so, by key.
    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        match self {
            Self::S3(bucket) => bucket.list(prefix).await,
            #[cfg(test)]
            Self::Memory(memory) => Ok(memory.list(prefix)),
        }
    }

    /// What the keys begin with up to their first slash.
    pub(crate) async fn folders(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::S3(bucket) => bucket.folders().await,
            #[cfg(test)]
            Self::Memory(memory) => Ok(memory.folders()),
        }
    }

    /// Removes an object; that there is none is no error.
    pub(crate) async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self {
            Self::S3(bucket) => bucket.delete(key).await,
            #[cfg(test)]
            Self::Memory(memory) => {
                memory.delete(key);
                Ok(())
            }
        }
    }
}
