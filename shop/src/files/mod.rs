//! Responses about static files: the shell's and the remotes'. Decides everything that needs no bytes (404, 304, HEAD,
//! redirects, unsatisfiable ranges) and names the file to fetch for the rest. Fetches nothing itself.

pub mod fetch;
pub(crate) mod range;

use catalog::api::ETag;
use rollout::path::{self, PublicPath};
use rollout::{RemoteName, Version};

use crate::answer::Answer;
use crate::errors::problem::{Unknown, problem, problem_with_code, unknown};
use crate::files::fetch::{FileFetch, Place, Stored};
use crate::files::range::Selection;
use crate::remotes::cause::Cause;
use crate::reply::{CACHE_IMMUTABLE, CACHE_NOTHING, Head, Policy, Reply};
use crate::request::Incoming;
use crate::shop::Shop;
use crate::visitor::preview_link;

/// In how many seconds a version that was not read may be asked for again.
const RETRY_AFTER: &str = "1";

struct File<'a> {
    place: Place,
    policy: Policy,
    integrity: &'a str,
    size: u64,
    content_type: &'a str,
}

/// A file of the shell.
pub(crate) fn shell(shop: &Shop, path: &str, request: &Incoming<'_>) -> Answer {
    match shop.bundle.shell_file(path) {
        None => missing("there is no such file; names carry a hash of their content and change with it", request),
        Some(file) => serve(
            &File {
                place: Place::Assets(format!("/shell/{}", file.path)),
                policy: Policy::Resource,
                integrity: file.integrity,
                size: file.size,
                content_type: file.content_type,
            },
            request,
        ),
    }
}

/// A file, the manifest or the entry of a remote. What has to be read for it has been read before.
pub(crate) fn remote(shop: &Shop, wanted: &PublicPath, request: &Incoming<'_>) -> Answer {
    let (PublicPath::Entry { remote } | PublicPath::Manifest { remote, .. } | PublicPath::File { remote, .. }) = wanted;
    if !shop.remotes.is_known(remote) {
        let detail = format!("there is no remote `{remote}`");
        return Answer::Reply(unknown(Unknown::Remote, &detail).without_body(request.is_head()));
    }
    match wanted {
        PublicPath::Entry { remote } => match preview_link::entry(shop, remote, request) {
            Some(reply) => Answer::Reply(reply.without_body(request.is_head())),
            None => missing(&format!("there is no remote `{remote}`"), request),
        },
        PublicPath::Manifest { remote, version } => match manifest_text(shop, remote, version) {
            None => unread_version(shop, remote, version, request),
            Some(text) => send_manifest(text, request),
        },
        PublicPath::File { remote, version, file } => {
            let Some(manifest) = shop.remotes.manifest(remote, version) else {
                return unread_version(shop, remote, version, request);
            };
            let Some((name, entry)) = manifest.file(file.as_str()) else {
                let detail = format!("version `{version}` of `{remote}` has no file `{file}`");
                return Answer::Reply(unknown(Unknown::File, &detail).without_body(request.is_head()));
            };
            let place = if shop.remotes.bundled_version(remote, version).is_some() {
                Place::Assets(path::bundled_file(remote, version, name))
            } else {
                Place::Store(Stored {
                    remote: remote.clone(),
                    version: version.clone(),
                    key: path::file_key(remote, version, name),
                    integrity: entry.integrity.clone(),
                })
            };
            let (integrity, size) = (entry.integrity.as_str(), entry.size);
            serve(&File { place, policy: Policy::Shared, integrity, size, content_type: &entry.content_type }, request)
        }
    }
}

fn manifest_text(shop: &Shop, remote: &RemoteName, version: &Version) -> Option<Vec<u8>> {
    if shop.remotes.bundled_version(remote, version).is_some() {
        return shop.bundle.manifest_text(remote, version).map(|text| text.as_bytes().to_vec());
    }
    shop.remotes.published_text(remote, version).map(|text| text.to_vec())
}

fn send_manifest(text: Vec<u8>, request: &Incoming<'_>) -> Answer {
    let mut head = Head::new(200, "application/json", CACHE_IMMUTABLE, Policy::Shared);
    let etag = ETag::of(&text);
    let known = request.header("if-none-match").is_some_and(|condition| etag.matches(&condition));
    head.etag = Some(etag);
    if known {
        return Answer::Reply(Reply::empty(head.not_modified()));
    }
    Answer::Reply(Reply::new(head, text).without_body(request.is_head()))
}

/// A version that does not exist is one thing, a store that cannot be asked another: the one is a 404, the other is not.
fn unread_version(shop: &Shop, remote: &RemoteName, version: &Version, request: &Incoming<'_>) -> Answer {
    let cause = shop.remotes.why(remote, version, request.now());
    let reply = match cause {
        Cause::Absent => unknown(Unknown::Version, &format!("there is no version `{version}` of a remote `{remote}`")),
        cause => {
            let has_words = shop.has_words(request);
            unreadable_version(&cause, remote, version, has_words)
        }
    };
    Answer::Reply(reply.without_body(request.is_head()))
}

/// The answer for a file that was to be fetched and could not be. A version that is gone is one thing, whoever finds it out.
pub fn unfetched(cause: &Cause, place: &Place, has_words: bool) -> Reply {
    match place {
        Place::Store(Stored { remote, version, .. }) if cause.is_absence() => {
            unreadable_version(cause, remote, version, has_words)
        }
        _ => unreadable(cause, &format!("the file cannot be read where it is kept: {}", cause.text(has_words))),
    }
}

fn unreadable_version(cause: &Cause, remote: &RemoteName, version: &Version, has_words: bool) -> Reply {
    unreadable(cause, &format!("version `{version}` of `{remote}` cannot be read: {}", cause.text(has_words)))
}

/// The answer for a thing that the store has not given, with the cause's code.
fn unreadable(cause: &Cause, detail: &str) -> Reply {
    let mut reply = problem_with_code(cause.status(), cause.code(), detail);
    if cause.status() == 503 {
        reply.head.extra.push(("retry-after", RETRY_AFTER.to_owned()));
    }
    reply
}

/// 404 as problem+json: a missing script or style must never be answered with a page.
pub(crate) fn missing(detail: &str, request: &Incoming<'_>) -> Answer {
    Answer::Reply(problem(404, detail).without_body(request.is_head()))
}

fn serve(file: &File<'_>, request: &Incoming<'_>) -> Answer {
    // The integrity is made of the content, so a tag made of the integrity is as strong as one made of the bytes.
    let etag = ETag::of(file.integrity.as_bytes());
    let mut head = Head::new(200, "", CACHE_IMMUTABLE, file.policy.clone()).with("accept-ranges", "bytes");
    head.template.content_type = Some(file.content_type.to_owned().into());
    if request.header("if-none-match").is_some_and(|condition| etag.matches(&condition)) {
        head.etag = Some(etag);
        return Answer::Reply(Reply::empty(head.not_modified()));
    }
    // A range applies only to the very bytes the client has a part of, and only to GET (RFC 9110, sections 13.1.5 and 14.2).
    let range = request
        .header("range")
        .filter(|_| !request.is_head())
        .filter(|_| request.header("if-range").is_none_or(|condition| condition.trim() == etag.as_str()));
    let part = match range::select(range.as_deref(), file.size) {
        Selection::Whole => None,
        Selection::Part { first, last } => Some((first, last)),
        Selection::Unsatisfiable => {
            let mut reply = problem(416, &format!("the file has {} bytes", file.size));
            reply.head.extra.push(("content-range", format!("bytes */{}", file.size)));
            reply.head.template.cache_control = CACHE_NOTHING.into();
            return Answer::Reply(reply);
        }
    };
    head.etag = Some(etag);
    if let Some((first, last)) = part {
        head.template.status = 206;
        head = head.with("content-range", format!("bytes {first}-{last}/{}", file.size));
    }
    if request.is_head() {
        let head = head.with("content-length", file.size.to_string());
        return Answer::Reply(Reply::empty(head).without_body(true));
    }
    Answer::File(FileFetch { place: file.place.clone(), size: file.size, part, head })
}
