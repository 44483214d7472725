//! The head of a page: what search engines, previews and the browser need before the body.
//! One inline script, the import map, which the page's policy names by its hash; everything else executable has an address.

use std::borrow::Cow;

use maud::{Markup, PreEscaped, Render, html};
use rollout::{VersionManifest, path};

use crate::contracts::mounts_on_use;
use crate::frame::Frame;
use crate::picture::link::LinkPicture;
use crate::picture::{self, Place};
use crate::site::{Asset, Site};
use crate::write::currency::Currency;
use crate::write::json::Json;
use crate::write::text::Text;

/// How long the loader waits for a remote's module, in milliseconds.
const DEADLINE: u32 = 8000;

/// Where the loader reports a remote that failed.
pub const BEACON: &str = "/beacon";

/// What differs from page to page.
#[derive(Debug, Default)]
pub(crate) struct Head<'a> {
    /// Without the shop's name.
    pub(crate) title: Cow<'a, str>,
    pub(crate) description: Cow<'a, str>,
    /// Path and query of the one address under which search engines should know the page; `None` for errors.
    pub(crate) canonical: Option<Cow<'a, str>>,
    /// Keeps the page out of search engines though it is a page like any other.
    pub(crate) no_index: bool,
    /// Address of the picture that others show with a link to the page, as the catalog has it.
    pub(crate) picture: Option<&'a str>,
    /// Price and availability in previews: a page of one product.
    pub(crate) product: Option<&'a catalog::Product<'a>>,
    /// The text of the search field, where it belongs to the form `filters` of the page; otherwise it has a form of its own.
    pub(crate) search: Option<&'a str>,
    /// JSON-LD, already safe to stand in a script element.
    pub(crate) structured: Option<String>,
    /// The steps of the checkout, in the place of the navigation.
    pub(crate) steps: Option<Markup>,
}

/// The import map of a page, exactly as it stands in the script element: its SHA-256 goes into the page's policy.
/// Maps `remote/<name>` to the entry of each remote, and every module of the page to its integrity.
pub fn import_map(site: &Site, remotes: &[&VersionManifest]) -> String {
    let mut json = Json::with_capacity(512);
    json.begin_object().key("imports").begin_object();
    for manifest in remotes {
        json.key(&path::module_specifier(manifest.remote()));
        json.string(&path::public_file(manifest.remote(), manifest.version(), manifest.entry()));
    }
    json.end_object().key("integrity").begin_object();
    for script in [&site.shell.loader, &site.shell.suggestions] {
        json.key(&script.url).string(&script.integrity);
    }
    for manifest in remotes {
        for (file, entry) in manifest.modules() {
            json.key(&path::public_file(manifest.remote(), manifest.version(), file)).string(entry.integrity.as_str());
        }
    }
    json.end_object().end_object();
    json.into_string()
}

/// The value of a `Link` header that lets a browser, or a network that sends early hints
/// (<https://developers.cloudflare.com/cache/advanced-configuration/early-hints/>), fetch what every view of the page needs before its
/// first byte: styles, the display font, the loader, and the picture that leads the page. A network keeps these hints by path, so that a
/// page has a leading picture only if its query does not choose it.
///
/// Each is named with its integrity, as in the head: Chromium does not use a preload whose integrity differs, and fetches the file again.
/// The loader is a plain script here: `modulepreload` would start to load modules before the import map is there.
pub fn link_header(frame: &Frame<'_>, lead: Option<Lead<'_>>) -> String {
    let shell = &frame.site.shell;
    let mut value = String::with_capacity(768);
    let mut preload = |url: &str, kind: &str, integrity: Option<&str>| {
        if !value.is_empty() {
            value.push_str(", ");
        }
        for part in ["<", url, ">; rel=preload; as=", kind] {
            value.push_str(part);
        }
        if let Some(integrity) = integrity {
            for part in ["; integrity=\"", integrity, "\""] {
                value.push_str(part);
            }
        }
    };
    preload(&shell.stylesheet.url, "style", Some(&shell.stylesheet.integrity));
    for manifest in frame.remotes.iter().filter(|manifest| !mounts_on_use(manifest.remote().as_str())) {
        for (name, file) in manifest.styles().iter().filter_map(|style| manifest.file(style.as_str())) {
            let url = path::public_file(manifest.remote(), manifest.version(), name);
            preload(&url, "style", Some(file.integrity.as_str()));
        }
    }
    preload(&shell.font.url, "font; type=\"font/woff2\"; crossorigin; fetchpriority=low", None);
    preload(&shell.loader.url, "script; crossorigin; fetchpriority=low", Some(&shell.loader.integrity));
    if let Some(picture) = lead.and_then(|lead| lead.preload(frame.site)) {
        value.push_str(", ");
        value.push_str(&picture);
    }
    value
}

/// The picture that leads a page, by the address that the catalog has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead<'a> {
    /// That of the home page.
    Home(&'a str),
    /// That of a product's page.
    Product(&'a str),
}

impl Lead<'_> {
    fn preload(self, site: &Site) -> Option<String> {
        match self {
            Self::Home(address) => picture::preload(site, address, Place::Hero),
            Self::Product(address) => picture::preload(site, address, Place::Detail),
        }
    }
}

/// Everything inside `<head>`.
pub(crate) fn head(frame: &Frame<'_>, head: &Head<'_>) -> Markup {
    let site = frame.site;
    let shell = &site.shell;
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        title { (Text(&head.title)) " – " (Text(&site.name)) }
        link rel="stylesheet" href=(Text(&shell.stylesheet.url)) integrity=(Text(&shell.stylesheet.integrity));
        @for manifest in frame.remotes {
            // Browsers fetch a sheet that is disabled, and none that stands in a template.
            @if mounts_on_use(manifest.remote().as_str()) {
                template data-styles=(manifest.remote().as_str()) { (styles(manifest)) }
            } @else {
                (styles(manifest))
            }
        }
        // Behind the styles and below them in priority: text is read in the stand-in until the font is there, and nothing
        // moves when it comes.
        link rel="preload" as="font" type="font/woff2" href=(Text(&shell.font.url)) crossorigin fetchpriority="low";
        meta name="description" content=(Text(&head.description));
        @if head.no_index || head.canonical.is_none() {
            meta name="robots" content="noindex";
        }
        @if let Some(canonical) = &head.canonical {
            link rel="canonical" href=(Absolute { site, address: canonical });
            (preview(site, head, canonical, frame.unconfirmed.is_some()))
        }
        meta name="color-scheme" content="light dark";
        meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)";
        meta name="theme-color" content="#1e1c19" media="(prefers-color-scheme: dark)";
        link rel="icon" type="image/svg+xml" href=(Text(&shell.icon.url));
        @if let Some(structured) = &head.structured {
            script type="application/ld+json" { (PreEscaped(structured)) }
        }
        (modules(frame))
    }
}

fn styles(manifest: &VersionManifest) -> Markup {
    html! {
        @for (name, file) in manifest.styles().iter().filter_map(|style| manifest.file(style.as_str())) {
            link rel="stylesheet" href=(Text(&path::public_file(manifest.remote(), manifest.version(), name))) integrity=(Text(file.integrity.as_str()));
        }
    }
}

/// Open Graph: what a link to the page looks like elsewhere.
fn preview(site: &Site, head: &Head<'_>, canonical: &str, is_unconfirmed: bool) -> Markup {
    html! {
        meta property="og:site_name" content=(Text(&site.name));
        meta property="og:type" content=(if head.product.is_some() { "product" } else { "website" });
        meta property="og:title" content=(Text(&head.title));
        meta property="og:description" content=(Text(&head.description));
        meta property="og:url" content=(Absolute { site, address: canonical });
        @if let Some(picture) = head.picture.and_then(|address| LinkPicture::of(site, address)) {
            meta property="og:image" content=(Text(&picture.address));
            @if let Some((width, height)) = picture.size {
                meta property="og:image:type" content="image/jpeg";
                meta property="og:image:width" content=(width);
                meta property="og:image:height" content=(height);
            }
            @if let Some(product) = head.product {
                meta property="og:image:alt" content=(Text(&product.name));
            }
        }
        @if let Some(product) = head.product {
            meta property="product:price:amount" content=(Decimal(site.currency, product.price));
            meta property="product:price:currency" content=(Text(site.currency.code()));
            @if !is_unconfirmed {
                meta property="product:availability" content=(if product.in_stock() { "in stock" } else { "out of stock" });
            }
        }
    }
}

/// The modules of remotes and shell. The map comes first: a module that is fetched before it would escape its integrity. All are of low
/// priority: the page is whole without them, so that styles and pictures go first.
fn modules(frame: &Frame<'_>) -> Markup {
    let Asset { url, integrity } = &frame.site.shell.loader;
    html! {
        script type="importmap" { (PreEscaped(import_map(frame.site, frame.remotes))) }
        link rel="modulepreload" href=(Text(url)) integrity=(Text(integrity)) fetchpriority="low";
        @for manifest in frame.remotes.iter().filter(|manifest| !mounts_on_use(manifest.remote().as_str())) {
            @if let Some((name, file)) = manifest.file(manifest.entry().as_str()) {
                link rel="modulepreload" href=(Text(&path::public_file(manifest.remote(), manifest.version(), name))) integrity=(Text(file.integrity.as_str())) fetchpriority="low";
            }
        }
        script type="application/json" id="boot" { (PreEscaped(boot(frame))) }
        script type="module" src=(Text(url)) integrity=(Text(integrity)) fetchpriority="low" {}
    }
}

/// What the loader needs to know.
fn boot(frame: &Frame<'_>) -> String {
    let mut json = Json::with_capacity(256);
    json.begin_object().key("beacon").string(BEACON).key("deadline").number(DEADLINE);
    json.key("suggestions").string(&frame.site.shell.suggestions.url).key("remotes").begin_object();
    for manifest in frame.remotes {
        json.key(manifest.remote().as_str()).begin_object().key("version").string(manifest.version().as_str());
        json.key("module").string(&path::module_specifier(manifest.remote())).end_object();
    }
    json.end_object().end_object();
    json.into_string()
}

struct Absolute<'a> {
    site: &'a Site,
    address: &'a str,
}

impl Render for Absolute<'_> {
    fn render_to(&self, out: &mut String) {
        Text(&self.site.absolute(self.address)).render_to(out);
    }
}

struct Decimal(Currency, catalog::Price);

impl Render for Decimal {
    fn render_to(&self, out: &mut String) {
        self.0.write_decimal(self.1, out);
    }
}
