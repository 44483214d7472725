//! What the pages of one answer share: the site, the versions of the remotes, and the notices on top.
//! A value of the host; knows no page.

use rollout::VersionManifest;

use crate::contracts::Row;
use crate::notice::preview::PreviewNotice;
use crate::notice::unconfirmed::Unconfirmed;
use crate::site::Site;

/// What every page shares: the site, and the versions of the remotes of this page.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The shop.
    pub site: &'a Site,
    /// One manifest for each remote that enhances this page. Without one, a slot is plain HTML that nothing enhances.
    pub remotes: &'a [&'a VersionManifest],
    /// Set when this visitor sees versions by a preview link.
    pub preview: Option<&'a PreviewNotice>,
    /// Set when prices and stock have not been confirmed for a while.
    pub unconfirmed: Option<Unconfirmed<'a>>,
}

impl<'a> Frame<'a> {
    /// The version of a remote on this page.
    pub(crate) fn remote(&self, name: &str) -> Option<&'a VersionManifest> {
        self.remotes.iter().copied().find(|manifest| manifest.remote().as_str() == name)
    }

    /// The contract of a remote's slot on this page: that of its version, or the newest where nothing enhances the slot.
    pub(crate) fn contract(&self, (remote, contracts): Row) -> u32 {
        let newest = contracts.last().copied().unwrap_or_default();
        self.remote(remote).map_or(newest, VersionManifest::contract)
    }

    /// The versions of the page as `x-remotes` names them, such as `cart@1.0.0, products@1.2.0`; `None` for a page without any.
    pub fn versions(&self) -> Option<String> {
        let named = self.remotes.iter().map(|manifest| format!("{}@{}", manifest.remote(), manifest.version()));
        Some(named.collect::<Vec<_>>().join(", ")).filter(|versions| !versions.is_empty())
    }
}
