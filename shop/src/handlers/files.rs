//! Responses about static files: the shell's and the remotes'. Decides everything that needs no bytes (404, 304, HEAD,
//! redirects, unsatisfiable ranges) and names the file to fetch for the rest. Fetches nothing itself.

use rollout::path::{self, PublicPath};
use rollout::{RemoteName, Version};
use web::range::{self, Selection};
use web::{CacheControl, ETag, Problem, ProblemKind, Reply};

use crate::answer::Plan;
use crate::bundle::ShellFile;
use crate::errors;
use crate::files::{FileFetch, Place, Stored};
use crate::handlers::entry;
use crate::remotes::cause::Cause;
use crate::request::Incoming;
use crate::response::{Policy, Response};
use crate::shop::Shop;

/// In how many seconds a version that was not read may be asked for again.
const RETRY_AFTER: &str = "1";

struct File<'a> {
    place: Place,
    policy: Policy,
    integrity: &'a str,
    size: u64,
    content_type: &'a str,
    caching: CacheControl,
}

/// A file of the shell.
pub(crate) fn shell(shop: &Shop, path: &str, request: &Incoming<'_>) -> Plan {
    let hashed = shop.bundle.shell_file(path).map(|file| (file, CacheControl::Immutable));
    // The name stays while the picture changes, so that nobody may keep it for long.
    match hashed.or_else(|| picture(shop, request.path).map(|file| (file, CacheControl::Minutes))) {
        None => {
            let rule = "there is no such file; names carry a hash of their content and change with it";
            Plan::Now(errors::missing(rule, request))
        }
        Some((file, caching)) => serve(
            &File {
                place: Place::Assets(format!("/shell/{}", file.path)),
                policy: Policy::Resource,
                integrity: file.integrity,
                size: file.size,
                content_type: file.content_type,
                caching,
            },
            request,
        ),
    }
}

/// What the address of one of the shop's own pictures gives, as catalogs and the API have it: `/assets/pictures/<name>`, and
/// what stands behind the name there.
fn picture(shop: &Shop, address: &str) -> Option<&'static ShellFile> {
    let pictures = &shop.site.pictures;
    let path = if let Some(picture) = pictures.own(address) {
        picture.file(None)
    } else {
        let (address, rest) = address.rsplit_once('/')?;
        pictures.own(address)?.file(Some(rest))
    };
    shop.bundle.shell_file(&path)
}

/// A file, the manifest or the entry of a remote. The manifest that it depends on has been read before, if there is one.
pub(crate) fn remote(shop: &Shop, request: &Incoming<'_>) -> Plan {
    let Some(wanted) = path::parse_public(request.path) else {
        return Plan::Now(errors::missing("a remote's file is `/remotes/<remote>/<version>/<file>`", request));
    };
    let (PublicPath::Entry { remote } | PublicPath::Manifest { remote, .. } | PublicPath::File { remote, .. }) =
        &wanted;
    if !shop.remotes.is_known(remote) {
        let detail = format!("there is no remote `{remote}`");
        return Plan::Now(Response::problem(ProblemKind::UnknownRemote, &detail).answering(request.request()));
    }
    match &wanted {
        PublicPath::Entry { remote } => Plan::Now(
            entry::answer(shop, remote, request)
                .unwrap_or_else(|| errors::missing(&format!("there is no remote `{remote}`"), request)),
        ),
        PublicPath::Manifest { remote, version } => Plan::Now(match manifest_text(shop, remote, version) {
            None => unread_version(shop, remote, version, request),
            Some(text) => send_manifest(text, request),
        }),
        PublicPath::File { remote, version, file } => {
            let Some(manifest) = shop.remotes.manifest(remote, version) else {
                return Plan::Now(unread_version(shop, remote, version, request));
            };
            let Some((name, entry)) = manifest.file(file.as_str()) else {
                let detail = format!("version `{version}` of `{remote}` has no file `{file}`");
                return Plan::Now(Response::problem(ProblemKind::UnknownFile, &detail).answering(request.request()));
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
            let (content_type, caching) = (&entry.content_type, CacheControl::Immutable);
            serve(&File { place, policy: Policy::Shared, integrity, size, content_type, caching }, request)
        }
    }
}

fn manifest_text(shop: &Shop, remote: &RemoteName, version: &Version) -> Option<Vec<u8>> {
    if shop.remotes.bundled_version(remote, version).is_some() {
        return shop.bundle.manifest_text(remote, version).map(|text| text.as_bytes().to_vec());
    }
    shop.remotes.published_text(remote, version).map(|text| text.to_vec())
}

fn send_manifest(text: Vec<u8>, request: &Incoming<'_>) -> Response {
    let etag = ETag::of(&text);
    let reply = Reply::new(200, "application/json", CacheControl::Immutable, text).with_etag(etag);
    Response { policy: Policy::Shared, ..Response::resource(reply) }.answering(request.request())
}

/// A version that does not exist is a 404; a store that does not answer is a 5xx.
fn unread_version(shop: &Shop, remote: &RemoteName, version: &Version, request: &Incoming<'_>) -> Response {
    let cause = shop.remotes.why(remote, version, request.now());
    let response = match cause {
        Cause::Absent => {
            let detail = format!("there is no version `{version}` of a remote `{remote}`");
            Response::problem(ProblemKind::UnknownVersion, &detail)
        }
        cause => unreadable_version(&cause, remote, version, shop.has_words(request)),
    };
    response.answering(request.request())
}

/// The response for a file that was to be fetched and could not be. A version that is gone is one thing, whoever finds it out.
pub fn unfetched(cause: &Cause, place: &Place, has_words: bool) -> Response {
    match place {
        Place::Store(Stored { remote, version, .. }) if cause.is_absence() => {
            unreadable_version(cause, remote, version, has_words)
        }
        _ => unreadable(cause, &format!("the file cannot be read where it is kept: {}", cause.text(has_words))),
    }
}

fn unreadable_version(cause: &Cause, remote: &RemoteName, version: &Version, has_words: bool) -> Response {
    unreadable(cause, &format!("version `{version}` of `{remote}` cannot be read: {}", cause.text(has_words)))
}

/// The response for a thing that the store has not given, with the cause's code.
fn unreadable(cause: &Cause, detail: &str) -> Response {
    let response = Response::resource(Problem::new(cause.kind(), detail).with_code(cause.code()).reply());
    if cause.kind() == ProblemKind::Unavailable { response.with("retry-after", RETRY_AFTER) } else { response }
}

fn serve(file: &File<'_>, request: &Incoming<'_>) -> Plan {
    // The integrity is made of the content, so a tag made of the integrity is as strong as one made of the bytes.
    let etag = ETag::of(file.integrity.as_bytes());
    let reply = Reply::empty(200, file.caching).with("accept-ranges", "bytes").with_etag(etag.clone());
    let reply = Reply { content_type: Some(file.content_type.to_owned().into()), ..reply };
    let mut response = Response { policy: file.policy.clone(), ..Response::resource(reply) };
    if response.reply.is_known(request.method, || request.field("if-none-match")) {
        response.reply = response.reply.not_modified();
        return Plan::Now(response);
    }
    // A range applies only to the very bytes the client has a part of, and only to GET (RFC 9110, sections 13.1.5 and 14.2).
    let range = request
        .field("range")
        .filter(|_| !request.is_head())
        .filter(|_| request.field("if-range").is_none_or(|condition| condition.trim() == etag.as_str()));
    let part = match range::select(range.as_deref(), file.size) {
        Selection::Whole => None,
        Selection::Part { first, last } => Some((first, last)),
        Selection::Unsatisfiable => {
            let detail = format!("the file has {} bytes", file.size);
            let refusal = Response::problem(ProblemKind::RangeNotSatisfiable, &detail);
            return Plan::Now(refusal.with("content-range", format!("bytes */{}", file.size)));
        }
    };
    if let Some((first, last)) = part {
        response.reply.status = 206;
        response = response.with("content-range", format!("bytes {first}-{last}/{}", file.size));
    }
    if request.is_head() {
        response.reply.content_length = Some(file.size);
        return Plan::Now(response);
    }
    Plan::File(FileFetch { place: file.place.clone(), size: file.size, part, response })
}

#[cfg(test)]
mod tests {
    use crate::answer::Plan;
    use crate::files::Place;
    use crate::testing::{NOW, ask, matched, shop};

    /// What an address gives: the path among the assets, the media type and the caching.
    #[track_caller]
    fn check(address: &str, expect: Option<(&str, &str, &str)>) {
        let shop = shop(false);
        ask(address, &[], NOW, |incoming| match shop.plan(&matched(incoming), incoming) {
            Plan::File(fetch) => {
                let Place::Assets(path) = fetch.place else { panic!("{address} lies elsewhere") };
                let reply = &fetch.response.reply;
                let caching = reply.cache_control.value();
                let found = (path.as_str(), reply.content_type.as_deref().unwrap_or_default(), caching.as_ref());
                assert_eq!(Some(found), expect, "{address}");
            }
            Plan::Now(response) => assert_eq!((response.reply.status, expect), (404, None), "{address}"),
            _ => panic!("{address} is no file"),
        });
    }

    #[test]
    fn a_picture_is_found_by_its_name_for_minutes_and_by_its_hash_for_good() {
        const MINUTES: &str = "public, max-age=300";
        const IMMUTABLE: &str = "public, max-age=31536000, immutable";
        let drawing = "/shell/pictures/mug-AAAAAAAA.svg";
        check("/assets/pictures/mug-AAAAAAAA.svg", Some((drawing, "image/svg+xml", IMMUTABLE)));
        check("/assets/pictures/mug.svg", Some((drawing, "image/svg+xml", MINUTES)));
        // What a catalog of an earlier release names.
        check("/assets/pictures/mug-BBBBBBBB.svg", Some((drawing, "image/svg+xml", MINUTES)));
        let link = "/shell/pictures/mug-AAAAAAAA.jpg";
        check("/assets/pictures/mug.svg/link.jpg", Some((link, "image/jpeg", MINUTES)));
        let (large, small) = ("/shell/pictures/desk-AAAAAAAA/320.jpg", "/shell/pictures/desk-AAAAAAAA/160.webp");
        check("/assets/pictures/desk-AAAAAAAA/160.webp", Some((small, "image/webp", IMMUTABLE)));
        check("/assets/pictures/desk.png", Some((large, "image/jpeg", MINUTES)));
        check("/assets/pictures/desk.png/link.jpg", Some((large, "image/jpeg", MINUTES)));
        check("/assets/pictures/desk.png/160.webp", Some((small, "image/webp", MINUTES)));
        check("/assets/pictures/desk.png/small.webp", Some((small, "image/webp", MINUTES)));
        for address in [
            "desk.png/999.webp",
            "desk.png/",
            "mug.svg/small.webp",
            "mug.svg/a/link.jpg",
            "cup.svg",
            "",
            "desk.png/160.webp/x",
        ] {
            check(&format!("/assets/pictures/{address}"), None);
        }
    }
}
