//! The page cache of an isolate: pages, rendered once and sent many times from a buffer that JavaScript already owns, and files of
//! published versions. Bounded by bytes, least recently used first out. A key names everything that can change while an isolate
//! lives: a page's address, parameters and versions, a file's hash. The catalog is part of the Worker.

use catalog::api::ETag;
use js_sys::Uint8Array;
use lru::LruCache;
use web_sys::ResponseInit;

use shop::reply::Head;

/// Bytes of bodies kept at most of each kind; an isolate has 128 MiB for everything.
const BYTES_LIMIT: usize = 4 * 1024 * 1024;

/// An entry that fills more than this part of the limit would evict too many others.
const SHARE_LIMIT: usize = BYTES_LIMIT / 8;

/// One page.
pub(crate) struct Kept {
    /// `None` for one that is too large to be kept: its tag alone answers those who have it already.
    pub(crate) body: Option<Uint8Array>,
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
    /// Whether something of `size` bytes is kept under a key.
    pub(crate) fn fits(key: &str, size: usize) -> bool {
        size.saturating_add(key.len()) <= SHARE_LIMIT
    }

    pub(crate) fn new() -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0 }
    }

    pub(crate) fn get(&mut self, key: &str) -> Option<&T> {
        self.entries.get(key).map(|held| &held.value)
    }

    /// Keeps something of `size` bytes, and lets the least recently used go until all fit again.
    pub(crate) fn keep(&mut self, key: String, value: T, size: usize) {
        if !Self::fits(&key, size) {
            return;
        }
        let size = size + key.len();
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use catalog::Catalog;
    use catalog::build::{Options, Products};
    use pages::Site;

    use super::{Bounded, KeptPages, SHARE_LIMIT};
    use crate::bundled::BUNDLE;
    use shop::config::Config;
    use shop::{BUNDLED, Shop};

    #[test]
    fn every_file_of_a_large_sitemap_is_kept() {
        let mut lines = String::new();
        for id in 0..20_000 {
            // As long as the ids and the address of most shops.
            let product = serde_json::json!({
                "id": format!("article-{id:08}"), "name": "Lamp", "description": "A lamp.", "price": 1, "imageUrl": "/a.svg",
                "category": format!("Category {}", id % 500), "stock": 1, "rating": 4, "reviews": 1,
            });
            writeln!(lines, "{product}").unwrap();
        }
        let index = Products::read(lines.as_bytes(), Options::default()).unwrap().into_index().unwrap();
        let catalog = Catalog::open(index).unwrap();
        let shop = Shop::new(BUNDLE, Config::default(), BUNDLED).unwrap();
        let site = Site { origin: "https://www.a-shop-with-a-name.example".to_owned(), ..shop.site };
        let files = pages::sitemap_files(&catalog);
        assert!(files.clone().count() > 1, "the catalog is too small for this test");
        for number in files {
            let bytes = pages::sitemap_part(&site, &catalog, number).len();
            assert!(
                KeptPages::fits("/sitemap-9.xml", bytes),
                "sitemap-{number}.xml has {bytes} bytes, and is written anew each time"
            );
        }
        assert!(KeptPages::fits("/sitemap.xml", pages::sitemap(&site, &catalog).len()));
    }

    #[test]
    fn what_is_used_least_goes_first() {
        let mut kept = Bounded::new();
        assert!(!Bounded::<u32>::fits("a", SHARE_LIMIT) && Bounded::<u32>::fits("a", SHARE_LIMIT - 1));
        for number in 0..9_u32 {
            kept.keep(number.to_string(), number, SHARE_LIMIT - 1);
            kept.get("0");
        }
        kept.keep("large".to_owned(), 9, SHARE_LIMIT);
        let there = ["0", "1", "8", "large"].map(|key| kept.get(key).copied());
        assert_eq!(there, [Some(0), None, Some(8), None]);
    }
}
