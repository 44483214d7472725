//! The page cache of an isolate, and the same bounds for files of published versions: what is used least goes first.
//!
//! A page's bytes and header fields lie on the JavaScript side, in a numbered slot, so that a page that is kept costs no copy. This
//! side decides what is kept and holds the key, the head and the size. Only a [`PageKey`] opens the cache, and only responses for
//! everyone have one.

use std::hash::Hash;

use lru::LruCache;
use shop::PageKey;
use shop::response::Response;

/// Bytes of bodies kept at most of each kind; an isolate has 128 MiB for everything.
const BYTES_LIMIT: usize = 4 * 1024 * 1024;

/// A body that fills more than this part of the limit would evict too many others.
const SHARE_LIMIT: usize = BYTES_LIMIT / 8;

/// Bytes that a page counts for beside its body: its header fields, about.
const HEAD_SIZE: usize = 1024;

/// A page, without its body.
pub(crate) struct Kept {
    /// The slot of body and fields; `None` for a page that is too large: its tag alone answers a conditional request.
    pub(crate) slot: Option<u32>,
    /// Status and fields.
    pub(crate) head: Response,
}

/// The pages of an isolate.
#[derive(Default)]
pub(crate) struct PageCache {
    pages: Bounded<PageKey, Kept>,
    free: Vec<u32>,
    slots: u32,
}

/// Things under a key, bounded by the bytes they hold.
pub(crate) struct Bounded<K, T> {
    entries: LruCache<K, Held<T>>,
    bytes: usize,
}

struct Held<T> {
    value: T,
    size: usize,
}

impl PageCache {
    pub(crate) fn get(&mut self, key: &PageKey) -> Option<&Kept> {
        self.pages.get(key)
    }

    /// Keeps a page with a body of `size` bytes. Returns its slot, if its body is kept, and adds the slots that are empty now to
    /// `emptied`.
    pub(crate) fn keep(&mut self, key: PageKey, head: Response, size: usize, emptied: &mut Vec<u32>) -> Option<u32> {
        let beside = key.size() + HEAD_SIZE;
        let fits = size + beside <= SHARE_LIMIT;
        let slot = fits.then(|| {
            self.free.pop().unwrap_or_else(|| {
                self.slots += 1;
                self.slots - 1
            })
        });
        let dropped = self.pages.keep(key, Kept { slot, head }, if fits { size + beside } else { beside });
        for slot in dropped.into_iter().filter_map(|kept| kept.slot) {
            emptied.push(slot);
            self.free.push(slot);
        }
        slot
    }
}

impl<K: Hash + Eq, T> Default for Bounded<K, T> {
    fn default() -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0 }
    }
}

impl<K: Hash + Eq, T> Bounded<K, T> {
    pub(crate) fn get(&mut self, key: &K) -> Option<&T> {
        self.entries.get(key).map(|held| &held.value)
    }

    /// Keeps a thing of `size` bytes, and gives back what had to go for it, the least recently used first. A thing that would
    /// evict too many others is given back itself.
    pub(crate) fn keep(&mut self, key: K, value: T, size: usize) -> Vec<T> {
        let mut dropped = Vec::new();
        if size > SHARE_LIMIT {
            dropped.push(value);
            return dropped;
        }
        self.bytes += size;
        if let Some((_, replaced)) = self.entries.push(key, Held { value, size }) {
            self.bytes = self.bytes.saturating_sub(replaced.size);
            dropped.push(replaced.value);
        }
        while self.bytes > BYTES_LIMIT {
            let Some((_, least)) = self.entries.pop_lru() else { break };
            self.bytes = self.bytes.saturating_sub(least.size);
            dropped.push(least.value);
        }
        dropped
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounded, SHARE_LIMIT};

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut kept = Bounded::default();
        let mut dropped = Vec::new();
        for number in 0..9_u32 {
            dropped.extend(kept.keep(number.to_string(), number, SHARE_LIMIT));
            kept.get(&"0".to_owned());
        }
        dropped.extend(kept.keep("large".to_owned(), 9, SHARE_LIMIT + 1));
        assert_eq!(dropped, [1, 9]);
        let there = ["0", "1", "8", "large"].map(|key| kept.get(&key.to_owned()).copied());
        assert_eq!(there, [Some(0), None, Some(8), None]);
    }
}
