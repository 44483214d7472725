//! Pages kept in the isolate: rendered once, answered many times from a buffer that JavaScript already owns.
//! Bounded by bytes, least recently used first out. A key names everything that can change while an isolate lives: address
//! and parameters. Catalog and versions are part of the Worker and come with a new isolate.

use catalog::api::ETag;
use js_sys::Uint8Array;
use lru::LruCache;
use web_sys::ResponseInit;

use crate::reply::Head;

/// Bytes of bodies kept at most (DESIGN: 4 MiB an isolate).
const BYTES_LIMIT: usize = 4 * 1024 * 1024;

/// A page that fills more than this part of the limit would evict too many others.
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

/// The pages.
pub(crate) struct KeptPages {
    pages: LruCache<String, Kept>,
    bytes: usize,
}

impl KeptPages {
    pub(crate) fn new() -> Self {
        Self { pages: LruCache::unbounded(), bytes: 0 }
    }

    pub(crate) fn get(&mut self, key: &str) -> Option<&Kept> {
        self.pages.get(key)
    }

    /// Keeps a page, and lets the least recently used ones go until all fit again.
    pub(crate) fn keep(&mut self, key: String, page: Kept) {
        let size = page.size + key.len();
        if size > SHARE_LIMIT {
            return;
        }
        self.bytes += size;
        if let Some((key, replaced)) = self.pages.push(key, page) {
            self.bytes = self.bytes.saturating_sub(replaced.size + key.len());
        }
        while self.bytes > BYTES_LIMIT {
            let Some((key, dropped)) = self.pages.pop_lru() else { break };
            self.bytes = self.bytes.saturating_sub(dropped.size + key.len());
        }
    }
}
