//! Things under a key, bounded by the bytes they hold: the least recently used goes first. For pages and for files.

use std::hash::Hash;

use lru::LruCache;

/// Bytes kept at most of each kind; an isolate has 128 MiB for everything.
const BYTES_LIMIT: usize = 4 * 1024 * 1024;

/// A thing that fills more than this part of the limit would evict too many others.
pub(crate) const SHARE_LIMIT: usize = BYTES_LIMIT / 8;

/// Things under a key, bounded by the bytes they hold.
pub(crate) struct Bounded<K, T> {
    entries: LruCache<K, Held<T>>,
    bytes: usize,
}

struct Held<T> {
    value: T,
    size: usize,
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
