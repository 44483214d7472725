//! A bucket of R2 behind its binding: one conditional read of an object.
//! The limit in time is the caller's.

use crate::host::body::drain;
use crate::host::runtime::{self, Bucket, describe};
use crate::store::object::{Object, Read, check_length, check_limit};
use shop::remotes::cause::Cause;
use shop::time;

/// Reads an object of at most `limit` bytes, unless its tag is still `known`.
pub(super) async fn read(bucket: &Bucket, key: &str, limit: u64, known: Option<&str>) -> Result<Read, Cause> {
    // The binding compares tags without their quotes.
    let but_not = known.filter(|known| !known.is_empty()).map(|known| known.trim_matches('"'));
    let found = runtime::read_bucket(bucket, key, but_not).await;
    let found = found.map_err(|error| Cause::bucket(&describe(&error)))?;
    let Some(object) = found else { return Ok(Read::Absent) };
    let etag = object.http_etag();
    let Some(body) = object.body() else {
        // An object that the condition held back comes without a body, and so would a damaged one.
        let is_known = known.is_some_and(|known| known == etag);
        return if is_known { Ok(Read::Same) } else { Err(Cause::CutShort(format!("`{key}` came without a body"))) };
    };
    let size = time::milliseconds(object.size());
    check_limit(key, size, limit)?;
    let bytes = drain(&body, limit).await?.whole(limit)?;
    check_length(key, &bytes, size)?;
    Ok(Read::Object(Object { etag, bytes }))
}
