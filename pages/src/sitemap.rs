//! The site's files for crawlers: `sitemap.xml` and `robots.txt`.
//! Lists what is worth finding: home, the listing, the merchant's pages, categories, brands, collections, each product. Other filtered
//! states are left to the crawler.

use std::ops::RangeInclusive;

use catalog::{Catalog, ShelfKind};
use maud::Render;

use crate::site::Site;
use crate::write::link::{CATEGORIES, LISTING, ListingLink, category_query, shelf_address};

/// Most addresses in one file. The protocol allows 50,000 (<https://www.sitemaps.org/protocol.html>); a file of this many is
/// about 300 KB, which an isolate writes in a few milliseconds and then keeps.
const LIMIT: u32 = 5_000;

/// The addresses of every shop.
const PLAIN: [&str; 3] = ["/", LISTING, CATEGORIES];

const HEADER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = " xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";

/// `sitemap.xml`: every address of a small shop, or the index of the files that hold them.
pub fn sitemap(site: &Site, catalog: &Catalog) -> Vec<u8> {
    let files = sitemap_files(site, catalog);
    if files.is_empty() {
        return sitemap_part(site, catalog, 1);
    }
    let mut out = String::new();
    out.push_str(HEADER);
    out.push_str("<sitemapindex");
    out.push_str(NAMESPACE);
    for number in files {
        out.push_str("<sitemap><loc>");
        site.origin.render_to(&mut out);
        out.push_str("/sitemap-");
        number.render_to(&mut out);
        out.push_str(".xml</loc></sitemap>\n");
    }
    out.push_str("</sitemapindex>\n");
    out.into_bytes()
}

/// The numbers of the files that `sitemap.xml` names; empty when it holds every address itself.
pub fn sitemap_files(site: &Site, catalog: &Catalog) -> RangeInclusive<u32> {
    let addresses = addresses(site, catalog);
    if addresses <= LIMIT { RangeInclusive::new(1, 0) } else { 1..=addresses.div_ceil(LIMIT) }
}

/// The number in `/sitemap-<number>.xml`, if a path is one, without leading zeros.
pub fn sitemap_file(path: &str) -> Option<u32> {
    let digits = path.strip_prefix("/sitemap-")?.strip_suffix(".xml")?;
    let is_number = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

/// One file of the sitemap, counted from 1. Beyond the last it lists nothing.
pub fn sitemap_part(site: &Site, catalog: &Catalog, number: u32) -> Vec<u8> {
    let start = number.saturating_sub(1).saturating_mul(LIMIT);
    let lists = lists(site, catalog);
    let before = count(lists.len());
    let end = before.saturating_add(count(catalog.len())).min(start.saturating_add(LIMIT));
    let listed = usize::try_from(end.saturating_sub(start)).unwrap_or_default();
    let mut out = String::with_capacity(160 + listed * (site.origin.len() + 64));
    out.push_str(HEADER);
    out.push_str("<urlset");
    out.push_str(NAMESPACE);
    for (_, path) in (0..before).zip(&lists).filter(|(place, _)| (start..end).contains(place)) {
        write_url(site, &[path], &mut out);
    }
    for position in start.saturating_sub(before)..end.saturating_sub(before) {
        if let Some(handle) = catalog.handle_at(position) {
            write_url(site, &[LISTING, "/", &handle], &mut out);
        }
    }
    out.push_str("</urlset>\n");
    out.into_bytes()
}

/// `robots.txt`: crawlers keep away from these paths.
pub fn robots(site: &Site, hidden: impl Iterator<Item = String>) -> Vec<u8> {
    let mut out = String::from("User-agent: *\n");
    for path in hidden {
        out.extend(["Disallow: ", &path, "\n"]);
    }
    out.extend(["\nSitemap: ", &site.origin, "/sitemap.xml\n"]);
    out.into_bytes()
}

/// How many addresses the shop has.
fn addresses(site: &Site, catalog: &Catalog) -> u32 {
    count(lists(site, catalog).len()).saturating_add(count(catalog.len()))
}

/// The addresses that are no product.
fn lists(site: &Site, catalog: &Catalog) -> Vec<String> {
    let mut lists: Vec<String> = PLAIN.into_iter().map(str::to_owned).collect();
    lists.extend(site.merchant.pages.iter().map(|page| ["/pages/", page.name].concat()));
    for category in catalog.category_counts() {
        lists.push(ListingLink(&category_query(&category.value)).to_text());
    }
    for kind in [ShelfKind::Brand, ShelfKind::Collection] {
        lists.extend(catalog.shelves(kind).iter().map(|shelf| shelf_address(kind, &shelf.slug, shelf.name)));
    }
    lists
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The escapes of HTML are those of XML.
fn write_url(site: &Site, path: &[&str], out: &mut String) {
    out.push_str("<url><loc>");
    site.origin.render_to(out);
    for part in path {
        part.render_to(out);
    }
    out.push_str("</loc></url>\n");
}
