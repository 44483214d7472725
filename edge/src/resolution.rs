//! Which versions a request is answered with: by its cookies, the releases, and what can be had. Says beforehand what has to be
//! read first. Decides; reads nothing itself.

use std::rc::Rc;

use pages::{PreviewNotice, Previewed};
use rollout::path::PublicPath;
use rollout::{Preview, RemoteName, Version, VersionManifest};

use crate::follow::Need;
use crate::preview_link;
use crate::remotes::{Assigned, PassedOver};
use crate::reply::PageKind;
use crate::route::Route;
use crate::shop::{Incoming, Shop};

/// Stands in `x-remote-fallback` where a version stands otherwise, when nobody knows the release; no version is called so.
const RELEASE: &str = "release";

/// What a page is rendered with.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// One version of each remote of the page.
    pub(crate) manifests: Vec<Rc<VersionManifest>>,
    /// What stands on top of the page when the visitor sees a preview.
    pub(crate) notice: Option<PreviewNotice>,
    /// Whether another visitor may get something else at this moment.
    pub(crate) private: bool,
    /// A new visitor's cookie.
    pub(crate) set_cookie: Option<String>,
    /// Which versions should have come and did not, and why, or why nobody knows which should have come: for a header.
    pub(crate) passed_over: Option<String>,
}

/// What has to be read before a request can be answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Preparation {
    /// Nothing has to be read first.
    Ready,
    /// Nothing, but these releases should be asked for again behind the answer.
    Behind(Vec<RemoteName>),
    /// These first.
    First(Wants),
}

/// What to read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wants {
    /// Releases; a page waits for them a moment and no longer.
    pub(crate) releases: Vec<RemoteName>,
    /// Manifests without which there is no answer and which an operator has named: of a preview, and of its files.
    pub(crate) manifests: Vec<(RemoteName, Version)>,
    /// Those of files that anybody may have asked for.
    pub(crate) strangers: Vec<(RemoteName, Version)>,
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

impl Shop {
    /// What has to be read before `plan` can answer. Without a store, and for whatever has no remote in it, nothing.
    pub(crate) fn prepare(&self, route: &Route<'_>, request: &Incoming<'_>) -> Preparation {
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

    /// The versions of a page's remotes for this visitor. `end` is the page's address, for the way out of a preview.
    pub(crate) fn resolve(&self, kind: PageKind, request: &Incoming<'_>, end: &str) -> Resolved {
        let mut resolved = Resolved::default();
        if !self.remotes.follows() {
            let bundled = self.remotes_of(kind).into_iter().filter_map(|remote| self.remotes.bundled(&remote).cloned());
            resolved.manifests.extend(bundled);
            return resolved;
        }
        let now = request.now();
        let mut visitor = self.cookies.visitor(request.cookies());
        let preview = self.preview(request, now);
        let mut shown = Vec::new();
        let mut passed_over = Vec::new();
        for remote in self.remotes_of(kind) {
            let splits = self.remotes.release(&remote, now).is_some_and(|release| release.splits());
            if splits && visitor.is_none() {
                visitor = request.draw();
                resolved.set_cookie = visitor.as_ref().map(|visitor| self.cookies.set_visitor(visitor));
            }
            let wanted = preview.as_ref().and_then(|preview| preview.version(&remote));
            let Some(assigned) = self.remotes.assign(&remote, visitor.as_ref(), wanted, now) else { continue };
            resolved.private |= assigned.splits;
            shown.extend(wanted.map(|wanted| self.previewed(&remote, wanted, &assigned)));
            passed_over.extend(assigned.unknown.map(|cause| describe(&remote, RELEASE, cause.code())));
            let passed = assigned.passed_over.iter();
            passed_over.extend(passed.map(|passed| describe(&remote, passed.version.as_str(), passed.because.code())));
            resolved.manifests.push(assigned.manifest);
        }
        // A stand-in of a moment must not be kept by anybody as if it were the right page.
        resolved.private |= preview.is_some() || resolved.set_cookie.is_some() || !passed_over.is_empty();
        if preview.is_some() {
            let separator = if end.contains('?') { '&' } else { '?' };
            let end = format!("{end}{separator}{}", pages::END_PREVIEW);
            resolved.notice = Some(PreviewNotice { shown, end });
        }
        resolved.passed_over = (!passed_over.is_empty()).then(|| passed_over.join(", "));
        resolved
    }

    /// The remotes that have a slot in pages of a kind.
    pub(crate) fn remotes_of(&self, kind: PageKind) -> Vec<RemoteName> {
        let named = kind.remote().and_then(|name| RemoteName::new(name).ok());
        named.filter(|remote| self.remotes.is_known(remote)).into_iter().collect()
    }

    /// The preview that a request brings in its cookie.
    pub(crate) fn preview(&self, request: &Incoming<'_>, now: f64) -> Option<Preview> {
        self.cookies.preview(request.cookies(), now)
    }

    fn previewed(&self, remote: &RemoteName, wanted: &Version, assigned: &Assigned) -> Previewed {
        let passed = assigned.passed_over.iter().find(|passed| passed.version == *wanted);
        let because = |passed: &PassedOver| passed.because.text(self.operators.is_everybody());
        Previewed {
            remote: remote.to_string(),
            version: wanted.to_string(),
            instead: passed.map(|passed| (assigned.manifest.version().to_string(), because(passed))),
        }
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

/// One entry of `x-remote-fallback`: codes alone, since everybody may read it.
fn describe(remote: &RemoteName, missing: &str, code: &str) -> String {
    format!("{remote}={missing}; because=\"{code}\"")
}

#[cfg(test)]
mod tests;
