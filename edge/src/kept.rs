//! What an isolate keeps: pages, rendered once and answered many times from a buffer that JavaScript already owns, and files of
//! published versions. Bounded by bytes, least recently used first out. A key names everything that can change while an isolate
//! lives: a page's address, parameters and versions, a file's hash. The catalog is part of the Worker.

use catalog::api::ETag;
use js_sys::Uint8Array;
use lru::LruCache;
use web_sys::ResponseInit;

use crate::reply::Head;

/// Bytes of bodies kept at most of each kind; an isolate has 128 MiB for everything.
const BYTES_LIMIT: usize = 4 * 1024 * 1024;

/// What fills more than this part of the limit would evict too many others.
const SHARE_LIMIT: usize = BYTES_LIMIT / 8;

/// One page.
pub(crate) struct Kept {
    pub(crate) body: Uint8Array,
    pub(crate) init: ResponseInit,
    pub(crate) head: Head,
    pub(crate) size: usize,
}

impl Kept {
    /// Whether a condition names this very body.
    pub(crate) fn is_known(&self, if_none_match: Option<&str>) -> bool {
        match (&self.head.etag, if_none_match) {
            (Some(etag), Some(condition)) => ETag::matches(etag, condition),
            _ => false,
        }
    }
}

/// Things kept under a key, bounded by the bytes they hold.
pub(crate) struct Bounded<T> {
    entries: LruCache<String, Held<T>>,
    bytes: usize,
}

/// Rendered pages, by what their bytes and headers depend on.
pub(crate) type KeptPages = Bounded<Kept>;

/// Files of published versions, checked, by key and hash.
pub(crate) type KeptFiles = Bounded<Uint8Array>;

struct Held<T> {
    value: T,
    size: usize,
}

impl<T> Bounded<T> {
    pub(crate) fn new() -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0 }
    }

    pub(crate) fn get(&mut self, key: &str) -> Option<&T> {
        self.entries.get(key).map(|held| &held.value)
    }

    /// Keeps something of `size` bytes, and lets the least recently used go until all fit again.
    pub(crate) fn keep(&mut self, key: String, value: T, size: usize) {
        let size = size + key.len();
        if size > SHARE_LIMIT {
            return;
        }
        self.bytes += size;
        if let Some((_, replaced)) = self.entries.push(key, Held { value, size }) {
            self.bytes = self.bytes.saturating_sub(replaced.size);
        }
        while self.bytes > BYTES_LIMIT {
            let Some((_, dropped)) = self.entries.pop_lru() else { break };
            self.bytes = self.bytes.saturating_sub(dropped.size);
        }
    }
}
