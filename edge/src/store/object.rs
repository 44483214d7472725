//! An object of a store, and the checks of its length that hold for every store.
//! Reads nothing itself.

use crate::platform::runtime::Buffer;
use shop::remotes::cause::Cause;

/// An object, whole.
pub(crate) struct Object {
    /// The store's tag of these bytes; empty when it gave none.
    pub(crate) etag: String,
    /// The bytes, in JavaScript's memory.
    pub(crate) bytes: Buffer,
}

/// The outcome of a read under a known tag.
pub(crate) enum Read {
    /// There is no such object.
    Absent,
    /// It still carries the tag that is known.
    Same,
    /// The object, with other bytes than those that are known.
    Object(Object),
}

/// Refuses a size above `limit`, in bytes.
pub(super) fn check_limit(key: &str, size: u64, limit: u64) -> Result<(), Cause> {
    if size > limit {
        return Err(Cause::TooLarge(format!("`{key}` has {size} bytes, at most {limit} are read")));
    }
    Ok(())
}

/// Refuses bytes that are fewer or more than their declared number.
pub(super) fn check_length(key: &str, bytes: &Buffer, declared: u64) -> Result<(), Cause> {
    let length = bytes.length();
    if u64::from(length) != declared {
        return Err(Cause::CutShort(format!("`{key}` ended after {length} of {declared} bytes")));
    }
    Ok(())
}
