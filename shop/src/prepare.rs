//! The releases and manifests that have to be read before a request can be answered.
//! Names them; reading is the host's.

use rollout::path::{PublicPath, parse_public};
use rollout::{Preview, RemoteName, Version};

use crate::handlers::preview_link;
use crate::remotes::follow::Need;
use crate::remotes::resolved::{Preparation, Wants};
use crate::request::Incoming;
use crate::routes::{Handler, Matched};
use crate::shop::Shop;

impl Shop {
    /// Whether a request is for a page, a document or the API, its address begins and ends no preview, and it guesses no code: its response depends
    /// on its method, its address, its cookies, `If-None-Match` and `Origin` alone.
    pub fn is_plain(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> bool {
        use Handler::{Api, Robots, Sitemap, SitemapFile};
        let handler = matched.route.handler;
        let is_document = matches!(handler, Api | Robots | Sitemap | SitemapFile);
        let is_page = || matched.route.is_page() && !preview_link::concerns(request.query);
        request.method.reads() && (is_document || is_page()) && !self.has_attempt(matched, request)
    }

    /// Whether a response needs nothing first and leaves nothing to be done behind it.
    pub fn is_ready(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> bool {
        let is_due = self.source.is_some() && self.catalogs.is_due(request.now());
        !is_due && !self.tally.borrow().is_due(request.now()) && self.prepare(matched, request) == Preparation::Ready
    }

    /// The reads that have to come before `plan`. None without a store, and for a response without a remote.
    pub fn prepare(&self, matched: &Matched<'_>, request: &Incoming<'_>) -> Preparation {
        // A form of the checkout may be answered with its page.
        if !self.remotes.follows() || !request.method.reads() && matched.route.slots.is_empty() {
            return Preparation::Ready;
        }
        let mut wants = Wants::default();
        let remotes: Vec<RemoteName> = match matched.route.handler {
            Handler::RemoteEntry | Handler::RemoteFile => match parse_public(request.path) {
                Some(PublicPath::Entry { remote }) if self.remotes.is_known(&remote) => vec![remote],
                Some(PublicPath::File { remote, version, .. } | PublicPath::Manifest { remote, version }) => {
                    return self.prepare_file(remote, version, request);
                }
                _ => return Preparation::Ready,
            },
            // Whoever is about to change a release looks without letting the next question to the store come later.
            Handler::Versions if request.query == "known" => return Preparation::Ready,
            Handler::Versions => self.remotes.names(),
            _ if !matched.route.slots.is_empty() => self.slots(matched.route),
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
            // A page with the cart's slot alone is left for one that has another.
            (true, true) if matched.route.is_page() && matched.route.slots.len() <= 1 => self.prepare_next_page(now),
            (true, true) => Preparation::Ready,
            (true, false) => Preparation::Behind(behind),
            (false, _) => {
                wants.releases.extend(behind);
                Preparation::First(wants)
            }
        }
    }

    /// A file of a version that this isolate does not know yet: its manifest first.
    fn prepare_file(&self, remote: RemoteName, version: Version, request: &Incoming<'_>) -> Preparation {
        if !self.is_open(&remote, &version, request.now()) {
            return Preparation::Ready;
        }
        let preview = self.preview(request, request.now());
        let is_previewed = preview.is_some_and(|preview| preview.version(&remote) == Some(&version));
        let mut wants = Wants::default();
        let whose = if is_previewed { &mut wants.manifests } else { &mut wants.strangers };
        whose.push((remote, version));
        Preparation::First(wants)
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
