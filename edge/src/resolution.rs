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
    /// Which versions should have come and did not, and why: for a header.
    pub(crate) passed_over: Option<String>,
}

/// What has to be read before a request can be answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Preparation {
    /// Nothing.
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
    /// Manifests without which there is no answer: of a file that is asked for, of a preview.
    pub(crate) manifests: Vec<(RemoteName, Version)>,
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
                self.want_manifest(remote, version, request.now(), &mut wants);
                return if wants.manifests.is_empty() { Preparation::Ready } else { Preparation::First(wants) };
            }
            Route::Versions => self.remotes.names(),
            Route::Home => Vec::new(),
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
            return Preparation::Ready;
        }
        if let Some(preview) = self.preview(request, now) {
            self.want_preview(&preview, now, &mut wants);
        }
        let mut behind = Vec::new();
        for remote in remotes {
            match self.remotes.need(&remote, now) {
                Need::Nothing => {}
                Need::Background => behind.push(remote),
                Need::Await => wants.releases.push(remote),
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
            shown.extend(wanted.map(|wanted| previewed(&remote, wanted, &assigned)));
            passed_over.extend(assigned.passed_over.iter().map(|passed| describe(&remote, passed)));
            resolved.manifests.push(assigned.manifest);
        }
        resolved.private |= preview.is_some() || resolved.set_cookie.is_some();
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

    fn want_preview(&self, preview: &Preview, now: f64, wants: &mut Wants) {
        for (remote, version) in preview.versions() {
            self.want_manifest(remote, version, now, wants);
        }
    }

    fn want_manifest(&self, remote: &RemoteName, version: &Version, now: f64, wants: &mut Wants) {
        let wanted = (remote.clone(), version.clone());
        let is_open = self.remotes.is_known(remote)
            && self.remotes.manifest(remote, version).is_none()
            && self.remotes.absence(remote, version, now).is_none();
        if is_open && !wants.manifests.contains(&wanted) {
            wants.manifests.push(wanted);
        }
    }
}

fn previewed(remote: &RemoteName, wanted: &Version, assigned: &Assigned) -> Previewed {
    let passed = assigned.passed_over.iter().find(|passed| passed.version == *wanted);
    Previewed {
        remote: remote.to_string(),
        version: wanted.to_string(),
        instead: passed.map(|passed| (assigned.manifest.version().to_string(), passed.because.to_string())),
    }
}

/// For a header: printable ASCII alone, whatever an origin has said.
fn describe(remote: &RemoteName, passed: &PassedOver) -> String {
    let because: String = passed
        .because
        .to_string()
        .chars()
        .take(160)
        .map(|character| if matches!(character, ' '..='~') && character != '"' { character } else { '?' })
        .collect();
    format!("{remote}={}; because=\"{because}\"", passed.version)
}

#[cfg(test)]
mod tests;
