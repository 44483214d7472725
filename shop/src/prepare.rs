//! The releases and manifests that have to be read before a request can be answered.
//! Names them; reading is the host's.

use rollout::path::PublicPath;
use rollout::{Preview, RemoteName, Version};

use crate::remotes::follow::Need;
use crate::remotes::resolved::{Preparation, Wants};
use crate::reply::PageKind;
use crate::request::Incoming;
use crate::routes::Route;
use crate::shop::Shop;
use crate::visitor::preview_link;

impl Shop {
    /// The reads that have to come before `plan`. None without a store, and for a response without a remote.
    pub fn prepare(&self, route: &Route<'_>, request: &Incoming<'_>) -> Preparation {
        if !self.remotes.follows() || !request.reads() {
            return Preparation::Ready;
        }
        let mut wants = Wants::default();
        let remotes: Vec<RemoteName> = match route {
            Route::Listing => self.remotes_of(PageKind::Listing),
            Route::Product(_) => self.remotes_of(PageKind::Product),
            Route::Remote(PublicPath::Entry { remote }) if self.remotes.is_known(remote) => vec![remote.clone()],
            Route::Remote(PublicPath::File { remote, version, .. } | PublicPath::Manifest { remote, version }) => {
                if !self.is_open(remote, version, request.now()) {
                    return Preparation::Ready;
                }
                let preview = self.preview(request, request.now());
                let is_previewed = preview.is_some_and(|preview| preview.version(remote) == Some(version));
                let whose = if is_previewed { &mut wants.manifests } else { &mut wants.strangers };
                whose.push((remote.clone(), version.clone()));
                return Preparation::First(wants);
            }
            // Whoever is about to change a release looks without letting the next question to the store come later.
            Route::Versions if request.query == "known" => return Preparation::Ready,
            Route::Versions => self.remotes.names(),
            Route::Home | Route::Categories => Vec::new(),
            _ => return Preparation::Ready,
        };
        let now = request.now();
        // Nothing is read for a link that will be refused.
        if let Some(Ok(link)) = preview_link::asked(request.query)
            && self.cookies.check(&link, now).is_ok()
        {
            self.want_preview(&link, now, &mut wants);
        }
        if remotes.is_empty() && wants.manifests.is_empty() {
            return self.prepare_next_page(now);
        }
        if let Some(preview) = self.preview(request, now) {
            self.want_preview(&preview, now, &mut wants);
        }
        let mut behind = Vec::new();
        for remote in remotes {
            let is_awaited = self.remotes.awaits(&remote, || self.cookies.visitor(request.cookies()), now);
            match self.remotes.need(&remote, now) {
                Need::Nothing if !is_awaited => {}
                Need::Background if !is_awaited => behind.push(remote),
                _ => wants.releases.push(remote),
            }
        }
        match (wants == Wants::default(), behind.is_empty()) {
            (true, true) => Preparation::Ready,
            (true, false) => Preparation::Behind(behind),
            (false, _) => {
                wants.releases.extend(behind);
                Preparation::First(wants)
            }
        }
    }

    /// Most visits begin on a page without a remote and go on to one with: an isolate that knows nothing yet asks behind the first.
    fn prepare_next_page(&self, now: f64) -> Preparation {
        let is_due = |remote: &RemoteName| {
            self.remotes.is_unknown(remote, now)
                && self.remotes.need(remote, now) == Need::Await
                && !self.remotes.is_asking(remote, now)
        };
        let due: Vec<RemoteName> = self.remotes.names().into_iter().filter(is_due).collect();
        if due.is_empty() { Preparation::Ready } else { Preparation::Behind(due) }
    }

    fn want_preview(&self, preview: &Preview, now: f64, wants: &mut Wants) {
        for (remote, version) in preview.versions() {
            let wanted = (remote.clone(), version.clone());
            if self.is_open(remote, version, now) && !wants.manifests.contains(&wanted) {
                wants.manifests.push(wanted);
            }
        }
    }

    /// Whether a version has to be read before it is known if there is one.
    fn is_open(&self, remote: &RemoteName, version: &Version, now: f64) -> bool {
        self.remotes.is_known(remote)
            && self.remotes.manifest(remote, version).is_none()
            && self.remotes.cause(remote, version, now).is_none()
    }
}
