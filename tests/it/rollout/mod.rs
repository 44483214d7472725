//! Versions and releases as visitors meet them: cohorts, previews, files from a store, shared caches.

mod cohorts;
mod files;
mod previews;
mod shared_cache;
pub(crate) mod visitors;
