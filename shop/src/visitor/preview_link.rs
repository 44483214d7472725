//! Preview links: an address with `remote.<name>=<version>` puts the preview into a cookie and leads to the same address
//! without it; `preview.end` takes the cookie away. `cookies.rs` decides whether a preview is allowed.

use rollout::path;
use rollout::{Preview, PreviewError, preview};

use crate::answer::Answer;
use crate::errors::refusal;
use crate::remotes::cause::Cause;
use crate::reply::{CACHE_PRIVATE, Head, Policy, Reply};
use crate::reports::tally::Refused;
use crate::request::Incoming;
use crate::shop::Shop;

/// The preview that a query asks for; `None` when it asks for none. A query without the words is not decoded.
pub(crate) fn asked(query: &str) -> Option<Result<Preview, PreviewError>> {
    if !query.contains(preview::REMOTE_PREFIX) && !query.contains("preview.") {
        return None;
    }
    let decoded: Vec<_> = catalog::decode_form(query).flatten().collect();
    let parameters = decoded.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    Preview::parse(parameters).transpose()
}

fn ends(query: &str) -> bool {
    query.contains(pages::END_PREVIEW)
        && catalog::decode_form(query).flatten().any(|(name, _)| name == pages::END_PREVIEW)
}

/// Whether somebody visits this address, as opposed to a page that embeds, loads or prefetches it: only a visit changes a cookie.
/// Programs that say nothing of it are no browsers, and their cookies are their own.
fn is_visit(request: &Incoming<'_>) -> bool {
    let is_document = request.header("sec-fetch-dest").is_none_or(|destination| destination == "document");
    let is_ahead = ["sec-purpose", "purpose"]
        .iter()
        .any(|name| request.header(name).is_some_and(|purpose| purpose.to_ascii_lowercase().contains("prefetch")));
    is_document && !is_ahead
}

/// Whether a page of another site led here. It may lead into a preview, as a chat or a mail in a browser does: the link is an
/// operator's, or is refused. It may not lead out of one.
fn is_from_elsewhere(request: &Incoming<'_>) -> bool {
    request.header("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

/// A name of why a preview is refused, to be counted by.
fn reason(error: &PreviewError) -> &'static str {
    match error {
        PreviewError::Signature => "signature",
        PreviewError::Ended => "ended",
        _ => "malformed",
    }
}

impl Shop {
    /// The answer to an address that begins or ends a preview; `None` for every other one.
    pub(crate) fn answer_preview_link(&self, request: &Incoming<'_>) -> Option<Answer> {
        if !request.query.contains('.') {
            return None;
        }
        let ends = ends(request.query);
        let asked = if ends { None } else { asked(request.query) };
        if !ends && asked.is_none() {
            return None;
        }
        if !is_visit(request) || ends && is_from_elsewhere(request) {
            let why = "a preview begins and ends when somebody opens its link, not on a page of somebody else";
            return Some(self.refuse_preview(403, "embedded", why, request));
        }
        let preview = match asked {
            None => return Some(lead_on(request, self.cookies.end_preview())),
            Some(Ok(preview)) => preview,
            Some(Err(error)) => return Some(self.refuse_preview(400, reason(&error), &error.to_string(), request)),
        };
        let now = request.now();
        if let Err(error) = self.cookies.check(&preview, now) {
            return Some(self.refuse_preview(403, reason(&error), &error.to_string(), request));
        }
        for (remote, version) in preview.versions() {
            if let Err((status, why)) = self.can_preview(remote, version, request) {
                return Some(self.refuse_preview(status, "unavailable", &why, request));
            }
        }
        Some(lead_on(request, self.cookies.set_preview(&preview, now)))
    }

    /// Whether a version can be shown; otherwise a status and the reason.
    fn can_preview(
        &self,
        remote: &rollout::RemoteName,
        version: &rollout::Version,
        request: &Incoming<'_>,
    ) -> Result<(), (u16, String)> {
        if !self.remotes.is_known(remote) {
            return Err((404, format!("there is no remote `{remote}`")));
        }
        let Some(manifest) = self.remotes.manifest(remote, version) else {
            let cause = self.remotes.why(remote, version, request.now());
            return Err(match cause {
                Cause::Absent => (404, format!("version `{version}` of `{remote}` is not published")),
                cause => {
                    let text = cause.text(self.has_words(request));
                    (cause.status(), format!("version `{version}` of `{remote}` cannot be read: {text}"))
                }
            });
        };
        if !pages::speaks(remote.as_str(), manifest.contract()) {
            let contract = manifest.contract();
            let why = format!(
                "version `{version}` of `{remote}` is built for contract {contract}, which this shop does not speak"
            );
            return Err((404, why));
        }
        Ok(())
    }

    /// `reason` is what the refusal is counted by.
    fn refuse_preview(&self, status: u16, reason: &'static str, why: &str, request: &Incoming<'_>) -> Answer {
        self.tally.borrow_mut().note(Refused::Preview(reason));
        let frame = self.frame(&[]);
        let body = pages::refused(&frame, "This preview cannot be shown", &sentence(why));
        refusal::page(status, self.plain(), body, request)
    }
}

/// A message as people read it on a page.
fn sentence(message: &str) -> String {
    let mut rest = message.chars().filter(|character| *character != '`');
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).chain(['.']).collect()
}

/// To the same page, without what began or ended the preview. The rest of the query stays as it was, byte for byte.
fn lead_on(request: &Incoming<'_>, cookie: String) -> Answer {
    let stays = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default();
        let decoded = catalog::decode_form(name).flatten().next();
        !decoded.is_some_and(|(name, _)| preview::is_parameter(&name) || name == pages::END_PREVIEW)
    };
    let rest: Vec<&str> = request.query.split('&').filter(stays).collect();
    let separator = if rest.is_empty() { "" } else { "?" };
    let location = format!("{}{separator}{}", request.path, rest.join("&"));
    let mut head =
        Head::new(303, "", CACHE_PRIVATE, Policy::Resource).with("location", location).with("set-cookie", cookie);
    head.template.content_type = None;
    Answer::Reply(Reply::empty(head).without_body(request.is_head()))
}

/// Where a remote's entry is at this moment, for a visitor.
pub(crate) fn entry(shop: &Shop, remote: &rollout::RemoteName, request: &Incoming<'_>) -> Option<Reply> {
    let now = request.now();
    let cookies = request.cookies().filter(|_| shop.remotes.follows());
    let preview = shop.cookies.preview(cookies, now);
    let mut visitor = shop.cookies.visitor(cookies);
    let splits = shop.remotes.release(remote, now).is_some_and(|release| release.splits());
    let mut cookie = None;
    if splits && visitor.is_none() {
        visitor = request.draw();
        cookie = visitor.as_ref().map(|visitor| shop.cookies.set_visitor(visitor));
    }
    let wanted = preview.as_ref().and_then(|preview| preview.version(remote));
    let assigned = shop.remotes.assign(remote, visitor.as_ref(), wanted, now)?;
    let manifest = &assigned.manifest;
    // A stand-in of a moment must not be kept by anybody as if it were the right page.
    let stands_in = assigned.unknown.is_some() || !assigned.passed_over.is_empty();
    let caching = if splits || preview.is_some() || stands_in { CACHE_PRIVATE } else { crate::reply::CACHE_PAGE };
    let location = path::public_file(manifest.remote(), manifest.version(), manifest.entry());
    let mut head = Head::new(302, "text/plain; charset=utf-8", caching, Policy::Shared).with("location", location);
    head.extra.extend(cookie.map(|cookie| ("set-cookie", cookie)));
    Some(Reply::empty(head))
}

#[cfg(test)]
mod tests;
