//! The route of a path. Decides on the still encoded path and never decodes or normalises: a path that needs
//! either is refused. The runtime resolves some paths before that, out of reach (`tests/it/addresses.rs` has the list).

use catalog::api::{AddressError, check_address};
use rollout::path::{self, PublicPath};

/// The shell's files: styles, loader, font, pictures.
pub(crate) const ASSETS_PREFIX: &str = "/assets/";

/// Where the loader reports a remote that failed.
pub(crate) const BEACON_PATH: &str = pages::BEACON;

/// Where operators and testers see which versions they get.
pub(crate) const VERSIONS_PATH: &str = "/__versions";

/// Where operators and probes see how fresh the catalog is.
pub(crate) const READY_PATH: &str = "/health/ready";

/// Where those who find a weakness look whom to write to (RFC 9116).
pub(crate) const SECURITY_PATH: &str = "/.well-known/security.txt";

/// The thing that a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route<'a> {
    /// The start page.
    Home,
    /// The listing.
    Listing,
    /// All categories.
    Categories,
    /// The page of one product; the id is not yet known to exist.
    Product(&'a str),
    /// Everything that `catalog::api::answer` answers.
    Api,
    /// A file of the shell, by the path below `/assets/`.
    Asset(&'a str),
    /// A file or the entry of a remote.
    Remote(PublicPath),
    /// Below `/remotes/`, but no such URL can exist.
    UnknownRemote,
    /// The sitemap, or the index of its files.
    Sitemap,
    /// One file of a sitemap, counted from 1; not yet known to exist.
    SitemapFile(u32),
    /// The robots file.
    Robots,
    /// The icon that browsers ask for unprompted.
    Favicon,
    /// The contacts for reports of weaknesses.
    Security,
    /// Failure reports from browsers.
    Beacon,
    /// The current edition of the catalog and its staleness.
    Ready,
    /// The versions that this visitor gets, with reasons.
    Versions,
    /// A page's address with a slash too many; holds the address without it.
    TrailingSlash(&'a str),
    /// An address that is not read.
    Refused(AddressError),
    /// Nothing lives here.
    NotFound,
}

/// Splits an absolute URL, as the runtime gives it, into path and query. Neither is decoded.
///
/// The runtime has parsed and serialised this URL already, so scheme and authority are well formed; a second full parse
/// would cost more than the answer (`worker`'s own `Request::url` does that).
pub fn split_url(url: &str) -> (&str, &str) {
    let after_scheme = url.find("://").and_then(|at| url.get(at + 3..)).unwrap_or(url);
    let target = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    let target = target.split('#').next().unwrap_or(target);
    target.split_once('?').unwrap_or((target, ""))
}

/// Finds the route of a raw path and query.
pub fn route<'a>(path: &'a str, query: &str) -> Route<'a> {
    if let Err(error) = check_address(path, query) {
        return Route::Refused(error);
    }
    match path {
        "/" => return Route::Home,
        "/products" => return Route::Listing,
        "/categories" => return Route::Categories,
        "/sitemap.xml" => return Route::Sitemap,
        "/robots.txt" => return Route::Robots,
        "/favicon.ico" => return Route::Favicon,
        SECURITY_PATH => return Route::Security,
        BEACON_PATH => return Route::Beacon,
        VERSIONS_PATH => return Route::Versions,
        READY_PATH => return Route::Ready,
        _ => {}
    }
    if catalog::api::owns(path) {
        return Route::Api;
    }
    if let Some(number) = pages::sitemap_file(path) {
        return Route::SitemapFile(number);
    }
    if let Some(file) = path.strip_prefix(ASSETS_PREFIX) {
        return Route::Asset(file);
    }
    if path.starts_with(path::PUBLIC_PREFIX) {
        return path::parse_public(path).map_or(Route::UnknownRemote, Route::Remote);
    }
    if let Some(page) = path.strip_suffix('/') {
        let exists = matches!(page, "/products" | "/categories") || is_product(page);
        return if exists { Route::TrailingSlash(page) } else { Route::NotFound };
    }
    match path.strip_prefix("/products/") {
        Some(id) if !id.contains('/') => Route::Product(id),
        _ => Route::NotFound,
    }
}

fn is_product(path: &str) -> bool {
    path.strip_prefix("/products/").is_some_and(|id| !id.is_empty() && !id.contains('/'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use catalog::api::{AddressError, TARGET_LIMIT};

    use super::{Route, route, split_url};

    #[track_caller]
    fn check(path: &str, expect: &Route<'_>) {
        assert_eq!(&route(path, ""), expect, "{path}");
    }

    #[test]
    fn pages_and_files_have_their_routes() {
        check("/", &Route::Home);
        check("/products", &Route::Listing);
        check("/categories", &Route::Categories);
        check("/products/1", &Route::Product("1"));
        check("/products/%C3%A9", &Route::Product("%C3%A9"));
        check("/api/products", &Route::Api);
        check("/health", &Route::Api);
        check("/assets/shell-AB.css", &Route::Asset("shell-AB.css"));
        check("/sitemap.xml", &Route::Sitemap);
        check("/sitemap-1.xml", &Route::SitemapFile(1));
        check("/sitemap-207.xml", &Route::SitemapFile(207));
        check("/.well-known/security.txt", &Route::Security);
        check("/beacon", &Route::Beacon);
        check("/__versions", &Route::Versions);
        check("/health/ready", &Route::Ready);
        assert!(matches!(route("/remotes/products/1.0.0/manifest.json", ""), Route::Remote(_)));
        assert!(matches!(route("/remotes/products/1.0.0/a.js", ""), Route::Remote(_)));
        assert!(matches!(route("/remotes/products/remoteEntry.js", ""), Route::Remote(_)));
    }

    #[test]
    fn a_slash_too_many_leads_to_the_page() {
        check("/products/", &Route::TrailingSlash("/products"));
        check("/products/1/", &Route::TrailingSlash("/products/1"));
        check("/categories/", &Route::TrailingSlash("/categories"));
        check("/nothing/", &Route::NotFound);
    }

    #[test]
    fn unknown_paths_are_not_found() {
        for path in [
            "/nothing",
            "/products/1/reviews",
            "/categories/Kitchen",
            "/index.html",
            "/security.txt",
            "/.well-known/",
            "/.well-known/change-password",
            "/.env",
            "/.git/config",
            "/Products",
            "/sitemap-0.xml",
            "/sitemap-01.xml",
            "/sitemap-+1.xml",
            "/sitemap-.xml",
            "/sitemap-99999999999.xml",
        ] {
            check(path, &Route::NotFound);
        }
        for path in [
            "/remotes/",
            "/remotes/products",
            "/remotes/products/",
            "/remotes/products/1.0.0/",
            "/remotes/products/1.0.0/.env",
            "/remotes/products/1.0.0/a/b.js",
            "/remotes/Products/1.0.0/a.js",
        ] {
            check(path, &Route::UnknownRemote);
        }
    }

    #[test]
    fn hostile_paths_are_refused() {
        for path in [
            "//",
            "//evil.example",
            "/a//b",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a%00",
            "/a%0d%0aset-cookie:x",
            "/%2e%2e/x",
            "/%252e",
            "/a/../b",
            "/./a",
            "/a\\b",
            "/a%",
            "/a%2",
            "/a%zz",
            "/remotes/%2e%2e%2fx",
            "/products/%7f",
        ] {
            check(path, &Route::Refused(AddressError::Unreadable));
        }
        check(&format!("/{}", "a".repeat(TARGET_LIMIT)), &Route::Refused(AddressError::TooLong));
    }

    #[test]
    fn a_url_is_split_without_decoding() {
        #[track_caller]
        fn check(url: &str, path: &str, query: &str) {
            assert_eq!(split_url(url), (path, query));
        }
        check("http://127.0.0.1:8787/", "/", "");
        check("http://127.0.0.1:8787/products?search=a%20b&page=2", "/products", "search=a%20b&page=2");
        check("https://shop.example/a?b?c", "/a", "b?c");
        check("https://shop.example", "/", "");
        check("https://shop.example/a#b?c", "/a", "");
    }

    proptest! {
        #[test]
        fn no_path_panics_and_no_dot_segment_passes(path in "/[ -~]{0,60}", query in "[ -~]{0,20}") {
            let found = route(&path, &query);
            if path.split('/').any(|segment| segment == "..") {
                prop_assert_eq!(found, Route::Refused(AddressError::Unreadable));
            }
        }
    }
}
