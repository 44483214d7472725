//! Answers about static files: the shell's and the bundled remotes'. Decides everything that needs no bytes (404, 304,
//! HEAD, redirects, unsatisfiable ranges) and says which file to fetch for the rest. Fetches nothing itself.

use catalog::api::ETag;
use rollout::path::{self, PublicPath};

use crate::bundled::{self, Remotes};
use crate::problem::problem;
use crate::range::{self, Selection};
use crate::reply::{CACHE_IMMUTABLE, CACHE_NOTHING, CACHE_PAGE, Head, Policy, Reply};
use crate::shop::{Answer, Incoming};

/// A file to be fetched from the static assets, and the answer it becomes part of.
#[derive(Debug)]
pub(crate) struct FileFetch {
    /// Path in the static assets.
    pub(crate) asset: String,
    /// Length that the file must have; anything else is a damaged deployment.
    pub(crate) size: u64,
    /// Bytes to send: first and last, both included. `None` for all of them.
    pub(crate) part: Option<(u64, u64)>,
    /// Status and headers of the answer.
    pub(crate) head: Head,
}

struct File<'a> {
    asset: String,
    integrity: &'a str,
    size: u64,
    content_type: &'a str,
}

/// A file of the shell.
pub(crate) fn shell(path: &str, request: &Incoming<'_>) -> Answer {
    match bundled::shell_file(path) {
        None => missing("there is no such file; names carry a hash of their content and change with it", request),
        Some(file) => serve(
            &File {
                asset: format!("/shell/{}", file.path),
                integrity: file.integrity,
                size: file.size,
                content_type: file.content_type,
            },
            request,
        ),
    }
}

/// A file or the entry of a remote.
pub(crate) fn remote(remotes: &Remotes, wanted: &PublicPath, request: &Incoming<'_>) -> Answer {
    match wanted {
        PublicPath::Entry { remote } => match remotes.current(remote.as_str()) {
            None => missing(&format!("there is no remote `{remote}`"), request),
            Some(manifest) => {
                let location = path::public_file(manifest.remote(), manifest.version(), manifest.entry());
                let head = Head::new(302, "text/plain; charset=utf-8", CACHE_PAGE, Policy::Resource)
                    .with("location", location);
                Answer::Reply(Reply::empty(head).without_body(request.is_head()))
            }
        },
        PublicPath::File { remote, version, file } => {
            let Some(manifest) = remotes.version(remote, version) else {
                return missing(&format!("there is no version `{version}` of a remote `{remote}`"), request);
            };
            match manifest.file(file.as_str()) {
                None => missing(&format!("version `{version}` of `{remote}` has no file `{file}`"), request),
                Some((name, entry)) => serve(
                    &File {
                        asset: path::bundled_file(remote, version, name),
                        integrity: entry.integrity.as_str(),
                        size: entry.size,
                        content_type: &entry.content_type,
                    },
                    request,
                ),
            }
        }
    }
}

/// 404 as problem+json: a missing script or style must never be answered with a page.
pub(crate) fn missing(detail: &str, request: &Incoming<'_>) -> Answer {
    Answer::Reply(problem(404, detail).without_body(request.is_head()))
}

fn serve(file: &File<'_>, request: &Incoming<'_>) -> Answer {
    // The integrity is made of the content, so a tag made of the integrity is as strong as one made of the bytes.
    let etag = ETag::of(file.integrity.as_bytes());
    let mut head = Head::new(200, "", CACHE_IMMUTABLE, Policy::Resource).with("accept-ranges", "bytes");
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
    Answer::File(FileFetch { asset: file.asset.clone(), size: file.size, part, head })
}
