//! The site's files for crawlers: `sitemap.xml` and `robots.txt`.
//! Lists what is worth finding: home, the listing, each category, each product. Filtered states are left to the crawler.

use catalog::Catalog;
use maud::Render;

use crate::Site;
use crate::link::{LISTING, ListingLink, category_query};

/// Most addresses a sitemap may name (<https://www.sitemaps.org/protocol.html>). Products beyond it are left out.
const LIMIT: usize = 50_000;

/// `sitemap.xml`
pub fn sitemap(site: &Site, catalog: &Catalog) -> Vec<u8> {
    let categories = catalog.categories();
    let products = catalog.len().min(LIMIT.saturating_sub(2 + categories.len()));
    let mut out = String::with_capacity(160 + (products + categories.len() + 2) * (site.origin.len() + 64));
    out.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    write_url(site, &["/"], &mut out);
    write_url(site, &[LISTING], &mut out);
    for category in categories {
        write_url(site, &[&ListingLink(&category_query(category.name)).to_text()], &mut out);
    }
    for product in (0..).take(products).map_while(|position| catalog.product_at(position)) {
        write_url(site, &[LISTING, "/", product.id], &mut out);
    }
    out.push_str("</urlset>\n");
    out.into_bytes()
}

/// `robots.txt`
pub fn robots(site: &Site) -> Vec<u8> {
    format!("User-agent: *\nDisallow: /beacon\n\nSitemap: {}/sitemap.xml\n", site.origin).into_bytes()
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
