//! The store of published versions: a bucket by its binding, or an S3-compatible store over HTTP. Every read
//! has a limit in bytes and in time, and its bytes are not yet trusted: the callers check hashes.

pub(crate) mod object;
mod r2;
pub(crate) mod s3;

use rollout::RemoteName;
use worker::Bucket;

use crate::platform::deadline::within;
use crate::store::object::Read;
use crate::store::s3::read::Clock;
use shop::remotes::cause::Cause;

/// The store, one of a closed set.
pub(crate) enum Store {
    /// No store: the bundled versions are all there are.
    Bundled,
    /// A bucket, by its binding.
    R2(Bucket),
    /// An S3-compatible store.
    S3(Box<s3::Store>, Clock),
}

impl Store {
    /// Its name in `/__versions`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Bundled => shop::BUNDLED,
            Self::R2(_) => "r2",
            Self::S3(..) => "s3",
        }
    }

    /// Which store it is, as opposed to others that the shop may have been given before.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Bundled | Self::R2(_) => self.name().to_owned(),
            Self::S3(store, _) => store.identity(),
        }
    }

    /// Reads an object of at most `limit` bytes within `timeout` milliseconds. With `known` the body is not read when its tag is
    /// still that one.
    pub(crate) async fn read(
        &self,
        remote: &RemoteName,
        key: &str,
        limit: u64,
        known: Option<&str>,
        timeout: f64,
    ) -> Result<Read, Cause> {
        match self {
            Self::Bundled => Ok(Read::Absent),
            Self::R2(bucket) => within(timeout, r2::read(bucket, key, limit, known)).await?,
            Self::S3(store, clock) => {
                let first = s3::read::read(store, clock, remote, key, limit, known, timeout).await;
                // A clock that was found to be off is right from now on; everything else is not tried twice here.
                match first {
                    Err(Cause::Clock) => s3::read::read(store, clock, remote, key, limit, known, timeout).await,
                    first => first,
                }
            }
        }
    }
}
