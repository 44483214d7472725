//! The versions that a request is answered with: by its cookies, the releases, and the manifests at hand.
//! Decides; reads nothing itself.

use pages::{PreviewNotice, Previewed};
use rollout::{Preview, RemoteName, Version};

use crate::remotes::resolved::Resolved;
use crate::remotes::{Assigned, PassedOver};
use crate::reply::PageKind;
use crate::request::Incoming;
use crate::shop::Shop;

/// Stands in `x-remote-fallback` where a version stands otherwise, when nobody knows the release; no version is called so.
const RELEASE: &str = "release";

impl Shop {
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
}

/// One entry of `x-remote-fallback`: codes alone, since everybody may read it.
fn describe(remote: &RemoteName, missing: &str, code: &str) -> String {
    format!("{remote}={missing}; because=\"{code}\"")
}

#[cfg(test)]
mod tests;
