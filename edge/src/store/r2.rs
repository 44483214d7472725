//! A bucket of R2 behind its binding: one conditional read of an object.
//! The limit in time is the caller's.

use worker::{Bucket, Conditional, ResponseBody};

use crate::platform::body::drain;
use crate::platform::runtime::reason;
use crate::store::object::{Object, Read, check_length, check_limit};
use shop::remotes::cause::Cause;

/// Reads an object of at most `limit` bytes, unless its tag is still `known`.
pub(super) async fn read(bucket: &Bucket, key: &str, limit: u64, known: Option<&str>) -> Result<Read, Cause> {
    let failed = |error: worker::Error| Cause::bucket(&reason(error));
    let mut asked = bucket.get(key);
    if let Some(known) = known.filter(|known| !known.is_empty()) {
        // The binding compares tags without their quotes.
        let tag = known.trim_matches('"').to_owned();
        asked = asked.only_if(Conditional { etag_does_not_match: Some(tag), ..Conditional::default() });
    }
    let Some(object) = asked.execute().await.map_err(failed)? else { return Ok(Read::Absent) };
    // Neither getter panics: the runtime's class holds both as plain fields (`docs/decisions/050`).
    let (etag, size) = (object.http_etag(), object.size());
    let Some(body) = object.body() else {
        // An object that the condition held back comes without a body, and so would a damaged one.
        let is_known = known.is_some_and(|known| known == etag);
        return if is_known { Ok(Read::Same) } else { Err(Cause::CutShort(format!("`{key}` came without a body"))) };
    };
    check_limit(key, size, limit)?;
    let ResponseBody::Stream(stream) = body.response_body().map_err(failed)? else {
        return Err(Cause::CutShort(format!("`{key}` came without a stream")));
    };
    let bytes = drain(&stream, limit).await?.whole(limit)?;
    check_length(key, &bytes, size)?;
    Ok(Read::Object(Object { etag, bytes }))
}
