//! The versions that a page is made with, and the reads that have to come before a response.
//! Data alone: `resolution.rs` fills the one, `prepare.rs` the other.

use std::rc::Rc;

use pages::PreviewNotice;
use rollout::{RemoteName, Version, VersionManifest};

/// The versions and the notice that a page is rendered with.
#[derive(Debug, Default)]
pub struct Resolved {
    /// One version of each remote of the page.
    pub manifests: Vec<Rc<VersionManifest>>,
    /// The notice on top of the page when the visitor sees a preview.
    pub(crate) notice: Option<PreviewNotice>,
    /// Whether another visitor may get something else at this moment.
    pub(crate) private: bool,
    /// A new visitor's cookie.
    pub set_cookie: Option<String>,
    /// The versions that were passed over, with the causes, or the cause why the release is unknown: for a header.
    pub(crate) passed_over: Option<String>,
}

/// The reads that have to come before a response.
#[derive(Debug, PartialEq, Eq)]
pub enum Preparation {
    /// None.
    Ready,
    /// None, but these releases should be asked for again behind the response.
    Behind(Vec<RemoteName>),
    /// These, before the response.
    First(Wants),
}

/// Releases and manifests to read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Releases; a page waits for them a moment and no longer.
    pub releases: Vec<RemoteName>,
    /// Manifests without which there is no answer and which an operator has named: of a preview, and of its files.
    pub manifests: Vec<(RemoteName, Version)>,
    /// Those of files that anybody may have asked for.
    pub strangers: Vec<(RemoteName, Version)>,
}

impl Resolved {
    /// The manifests as pages take them.
    pub(crate) fn references(&self) -> Vec<&VersionManifest> {
        self.manifests.iter().map(Rc::as_ref).collect()
    }

    /// Everything in it that a page's bytes and headers depend on, for the key under which the page is kept.
    pub(crate) fn write_key(&self, key: &mut String) {
        for manifest in &self.manifests {
            key.extend(["\n", manifest.version().as_str()]);
        }
        if self.private {
            key.push('!');
        }
        // The banner stands on every page of who has a preview, of this page's remotes or of others.
        if self.notice.is_some() {
            key.push('?');
        }
        for previewed in self.notice.iter().flat_map(|notice| &notice.shown) {
            key.extend(["\n", &previewed.remote, "=", &previewed.version]);
        }
        if let Some(passed_over) = &self.passed_over {
            key.extend(["\n", passed_over]);
        }
    }
}
