//! The page cache of an isolate: the page that is used least goes first.
//!
//! A page's bytes and header fields lie on the JavaScript side, in a numbered slot, so that a page that is kept costs no copy. This
//! side decides what is kept and holds the key, the head and the size. Only a [`PageKey`] opens the cache, and only responses for
//! everyone have one.
//!
//! A page is kept when it is asked for a second time: keeping costs a fresh response more than anything else on the JavaScript side,
//! and most addresses that only one search or filter leads to are never asked for again. It is the doorkeeper of `TinyLFU` (Einziger,
//! Friedman and Manes, 2017), with one fingerprint per place in place of a Bloom filter that has to be emptied.

use std::hash::{BuildHasher as _, RandomState};

use shop::PageKey;
use shop::response::Response;

use crate::platform::bounded::{Bounded, SHARE_LIMIT};

/// Bytes that a page counts for beside its body: its header fields, about.
const HEAD_SIZE: usize = 1024;

/// Keys that are remembered before their pages are kept: fewer than a crawler asks for in turn, more than shoppers do.
const REMEMBERED: usize = 256;

/// The keys that were asked for lately, each in the one place that its fingerprint has.
struct Doorkeeper {
    seen: Box<[u64; REMEMBERED]>,
    hasher: RandomState,
}

impl Default for Doorkeeper {
    fn default() -> Self {
        Self { seen: Box::new([0; REMEMBERED]), hasher: RandomState::new() }
    }
}

impl Doorkeeper {
    /// Whether this key was asked for lately. From now on it was.
    fn knows<K: std::hash::Hash>(&mut self, key: &K) -> bool {
        let print = self.hasher.hash_one(key);
        let place = usize::try_from(print % REMEMBERED as u64).unwrap_or_default();
        self.seen.get_mut(place).is_some_and(|seen| std::mem::replace(seen, print) == print)
    }
}

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
    doorkeeper: Doorkeeper,
    free: Vec<u32>,
    slots: u32,
}

impl PageCache {
    pub(crate) fn get(&mut self, key: &PageKey) -> Option<&Kept> {
        self.pages.get(key)
    }

    /// Whether a page that is not kept is worth keeping: somebody asked for it lately.
    pub(crate) fn is_wanted(&mut self, key: &PageKey) -> bool {
        self.doorkeeper.knows(key)
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use catalog::Catalog;
    use catalog::build::{Options, Products};
    use pages::{Asset, Currency, Pictures, Shell, Site, TermsInForce};

    use super::{Doorkeeper, HEAD_SIZE, REMEMBERED, SHARE_LIMIT};

    /// Bytes of a key of a short address.
    const KEY_SIZE: usize = 512;

    #[test]
    fn a_key_is_known_the_second_time() {
        let mut doorkeeper = Doorkeeper::default();
        assert_eq!(
            [doorkeeper.knows(&"/"), doorkeeper.knows(&"/"), doorkeeper.knows(&"/products")],
            [false, true, false]
        );
    }

    #[test]
    fn a_long_walk_through_many_addresses_is_forgotten() {
        let mut doorkeeper = Doorkeeper::default();
        let mut round = || (0..16 * REMEMBERED).filter(|address| doorkeeper.knows(address)).count();
        round();
        // A key is still there if none of the others has its place: less than one of all keys.
        assert!(round() < REMEMBERED / 16);
    }

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
        let asset = || Asset { url: String::new(), integrity: String::new() };
        let site = Site {
            name: "A shop".to_owned(),
            tagline: String::new(),
            origin: "https://www.a-shop-with-a-name.example".to_owned(),
            currency: Currency::default(),
            language: "en".to_owned(),
            merchant: pages::Merchant::NONE,
            terms: TermsInForce::default(),
            shell: Shell {
                stylesheet: asset(),
                loader: asset(),
                suggestions: asset(),
                icon: asset(),
                font: asset(),
                placeholder: asset(),
            },
            pictures: Pictures::default(),
        };
        let fits = |bytes: usize| bytes + HEAD_SIZE + KEY_SIZE <= SHARE_LIMIT;
        let files = pages::sitemap_files(&site, &catalog);
        assert!(files.clone().count() > 1, "the catalog is too small for this test");
        for number in files {
            let bytes = pages::sitemap_part(&site, &catalog, number).len();
            assert!(fits(bytes), "sitemap-{number}.xml has {bytes} bytes, and is rendered anew each time");
        }
        assert!(fits(pages::sitemap(&site, &catalog).len()));
    }
}
