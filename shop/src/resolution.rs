//! The versions that a request is answered with: by its cookies, the releases, and the manifests at hand.
//! Decides; reads nothing itself.

use pages::{PreviewNotice, Previewed};
use rollout::{Preview, RemoteName, Version, Visitor};
use web::SetCookie;

use crate::audience::{Audience, PageKey};
use crate::remotes::resolved::Resolved;
use crate::remotes::{Assigned, PassedOver};
use crate::request::Incoming;
use crate::routes::{Route, Serves};
use crate::shop::Shop;
use crate::time::minute;

/// Stands in `x-remote-fallback` where a version stands otherwise, when nobody knows the release; no version is called so.
const RELEASE: &str = "release";

impl Shop {
    /// The versions of a page's remotes for this visitor. `end` is the page's address, for the way out of a preview.
    pub(crate) fn resolve(&self, route: &Route, request: &Incoming<'_>, end: &str) -> Resolved {
        let mut resolved = Resolved::default();
        if !self.remotes.follows() {
            let bundled = self.slots(route).into_iter().filter_map(|remote| self.remotes.bundled(&remote).cloned());
            resolved.manifests.extend(bundled);
            return resolved;
        }
        let now = request.now();
        let remotes = self.slots(route);
        let (visitor, cookie) = self.visitor(request, &remotes);
        resolved.cookies.extend(cookie);
        let preview = self.preview(request, now);
        let mut shown = Vec::new();
        let mut passed_over = Vec::new();
        for remote in remotes {
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
        resolved.private |= preview.is_some() || !resolved.cookies.is_empty() || !passed_over.is_empty();
        if preview.is_some() {
            let separator = if end.contains('?') { '&' } else { '?' };
            let end = format!("{end}{separator}{}", pages::END_PREVIEW);
            resolved.notice = Some(PreviewNotice { shown, end });
        }
        resolved.passed_over = (!passed_over.is_empty()).then(|| passed_over.join(", "));
        resolved
    }

    /// The remotes that have a slot in the pages of a route, and that this host was built with.
    pub(crate) fn slots(&self, route: &Route) -> Vec<RemoteName> {
        let named = route.slots.iter().filter_map(|name| RemoteName::new(name).ok());
        named.filter(|remote| self.remotes.is_known(remote)).collect()
    }

    /// The visitor of a request. A new one is drawn, with the cookie that brings it again, only while the release of one of
    /// these remotes splits its traffic.
    pub(crate) fn visitor(
        &self,
        request: &Incoming<'_>,
        remotes: &[RemoteName],
    ) -> (Option<Visitor>, Option<SetCookie>) {
        let known = self.cookies.visitor(request.cookies());
        let now = request.now();
        let splits = |remote: &RemoteName| self.remotes.release(remote, now).is_some_and(|release| release.splits());
        if known.is_some() || !remotes.iter().any(splits) {
            return (known, None);
        }
        let drawn = request.draw();
        let cookie = drawn.as_ref().and_then(|visitor| self.cookies.set_visitor(visitor));
        (drawn, cookie)
    }

    /// The audience of a page at a canonical address: everyone with the same versions, unless the row says that it is one visitor's.
    pub(crate) fn audience(
        &self,
        route: &Route,
        address: String,
        resolved: &Resolved,
        request: &Incoming<'_>,
    ) -> Audience {
        if route.serves == Serves::Visitor {
            return Audience::Visitor;
        }
        let mut key = PageKey::of(address);
        let versions = resolved.manifests.iter();
        key.versions = versions.map(|manifest| (manifest.remote().clone(), manifest.version().clone())).collect();
        key.preview(resolved.notice.as_ref());
        key.passed_over.clone_from(&resolved.passed_over);
        key.is_split = resolved.private;
        key.edition = Some((self.catalogs.revision(), self.catalogs.base()));
        key.rules = self.rules.key().filter(|_| route.is_page());
        key.lapse = self.catalogs.unconfirmed(request.now()).map(|lapse| lapse.since.map(minute).unwrap_or_default());
        Audience::Everyone(key)
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
}

/// One entry of `x-remote-fallback`: codes alone, since everybody may read it.
fn describe(remote: &RemoteName, missing: &str, code: &str) -> String {
    format!("{remote}={missing}; because=\"{code}\"")
}

#[cfg(test)]
mod tests;
