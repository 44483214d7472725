//! A file that the host has to fetch before it can answer: the place, the bytes to send, and the headers that go with them.
//! Data alone; `handlers/files.rs` decides.

use rollout::{Integrity, RemoteName, Version};

use crate::response::Response;

/// A file to be fetched, and the answer it becomes part of.
#[derive(Debug)]
pub struct FileFetch {
    /// Where it lies.
    pub place: Place,
    /// Length that the file must have; anything else is damaged.
    pub size: u64,
    /// Bytes to send: first and last, both included. `None` for all of them.
    pub part: Option<(u64, u64)>,
    /// The response, without its content.
    pub response: Response,
}

/// Where a file lies.
#[derive(Debug, Clone)]
pub enum Place {
    /// In the Worker's static assets, under this path.
    Assets(String),
    /// In the store of published versions.
    Store(Stored),
}

/// A file of a published version.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The remote, which may have a bucket of its own.
    pub remote: RemoteName,
    /// The version.
    pub version: Version,
    /// The object's key.
    pub key: String,
    /// The integrity that the bytes must have.
    pub integrity: Integrity,
}
