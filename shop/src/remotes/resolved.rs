//! The versions that a page is made with, and the reads that have to come before a response.
//! Data alone: `resolution.rs` fills the one, `prepare.rs` the other.

use std::rc::Rc;

use pages::PreviewNotice;
use rollout::{RemoteName, Version, VersionManifest};
use web::SetCookie;

/// The versions and the notice that a page is rendered with.
#[derive(Debug, Default)]
pub struct Resolved {
    /// One version of each remote of the page.
    pub manifests: Vec<Rc<VersionManifest>>,
    /// The notice on top of the page when the visitor sees a preview.
    pub(crate) notice: Option<PreviewNotice>,
    /// Whether another visitor may get something else at this moment.
    pub(crate) private: bool,
    /// The cookies that this visitor gets with the page. Never a part of what is kept.
    pub cookies: Vec<SetCookie>,
    /// The versions that were passed over, with the causes, or the cause why the release is unknown: for a header.
    pub(crate) passed_over: Option<String>,
}

/// The reads that have to come before a response.
#[derive(Debug, PartialEq, Eq)]
pub enum Preparation {
    /// Nothing has to be read first.
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
}
