//! The page cache of an isolate: the page that is used least goes first.
//!
//! A page's bytes and header fields lie on the JavaScript side, in a numbered slot, so that a page that is kept costs no copy. This
//! side decides what is kept and holds the key, the head and the size. Only a [`PageKey`] opens the cache, and only responses for
//! everyone have one.

use shop::PageKey;
use shop::response::Response;

use crate::platform::bounded::{Bounded, SHARE_LIMIT};

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
