//! `/remotes/<remote>/remoteEntry.js`: the way to the entry of a remote at this moment, for this visitor.

use rollout::{RemoteName, path};
use web::{CacheControl, Reply};

use crate::request::Incoming;
use crate::response::{Policy, Response};
use crate::shop::Shop;

/// The redirect to the entry of the visitor's version; `None` for a remote that the host was not built with.
pub(crate) fn answer(shop: &Shop, remote: &RemoteName, request: &Incoming<'_>) -> Option<Response> {
    let now = request.now();
    let (visitor, cookie) = shop.visitor(request, std::slice::from_ref(remote));
    let preview = shop.preview(request, now).filter(|_| shop.remotes.follows());
    let wanted = preview.as_ref().and_then(|preview| preview.version(remote));
    let assigned = shop.remotes.assign(remote, visitor.as_ref(), wanted, now)?;
    let manifest = &assigned.manifest;
    // A fallback of a moment must not be kept as if it were the right version.
    let is_fallback = assigned.unknown.is_some() || !assigned.passed_over.is_empty();
    let is_private = assigned.splits || preview.is_some() || is_fallback;
    let caching = if is_private { CacheControl::Private } else { CacheControl::Revalidate };
    let location = path::public_file(manifest.remote(), manifest.version(), manifest.entry());
    let reply = Reply::new(302, "text/plain; charset=utf-8", caching, Vec::new()).with("location", location);
    let response = Response { policy: Policy::Shared, ..Response::resource(reply) };
    Some(response.with_cookies(cookie).answering(request.request()))
}
