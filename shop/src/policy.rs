//! The headers of every kind of response. Those that depend on no version are computed once in an isolate's life; the hash of a
//! page's import map, which its policy names, once for each set of versions, since hashing it on every view would cost more than
//! the page.

use litemap::LiteMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use catalog::Catalog;
use pages::{Site, security};
use rollout::VersionManifest;
use sha2::{Digest as _, Sha256};

use crate::reply::{Policy, Template};

type Headers = Vec<(&'static str, String)>;

/// Most sets of versions whose hashes are kept. A shop has a handful at a time; previews may bring more.
const SETS_LIMIT: usize = 64;

/// Security headers by kind of answer.
#[derive(Debug)]
pub struct Policies {
    image_origins: RefCell<Vec<String>>,
    /// How often they were exchanged.
    exchanged: Cell<u32>,
    production: bool,
    /// By remotes and versions.
    import_maps: RefCell<LiteMap<String, Rc<str>>>,
    shared: Headers,
    resource: Headers,
}

impl Policies {
    pub(crate) fn new(catalog: &Catalog, production: bool) -> Self {
        Self {
            image_origins: RefCell::new(image_origins(catalog)),
            exchanged: Cell::new(0),
            production,
            import_maps: RefCell::default(),
            shared: security::shared_headers(production),
            resource: security::resource_headers(production),
        }
    }

    /// Lets pages show the pictures of another catalog.
    pub fn set_images(&self, catalog: &Catalog) {
        self.image_origins.replace(image_origins(catalog));
        self.exchanged.set(self.exchanged.get().wrapping_add(1));
    }

    /// Another number as soon as [`Policies::headers`] gives something else for what it was asked before.
    pub fn edition(&self) -> u32 {
        self.exchanged.get()
    }

    /// The policy of a page with these remotes.
    pub fn page(&self, site: &Site, remotes: &[&VersionManifest]) -> Policy {
        let mut key = String::with_capacity(32);
        for manifest in remotes {
            key.extend([manifest.remote().as_str(), "@", manifest.version().as_str(), " "]);
        }
        let mut known = self.import_maps.borrow_mut();
        if let Some(hash) = known.get(&key) {
            return Policy::Page(Rc::clone(hash));
        }
        let hash: Rc<str> = STANDARD.encode(Sha256::digest(pages::import_map(site, remotes).as_bytes())).into();
        if known.len() >= SETS_LIMIT {
            known.clear();
        }
        known.insert(key, Rc::clone(&hash));
        Policy::Page(hash)
    }

    /// All headers of a template: type, caching, security.
    pub fn headers(&self, template: &Template) -> Headers {
        let mut headers = Vec::with_capacity(12);
        headers.extend(template.content_type.iter().map(|value| ("content-type", value.to_string())));
        headers.push(("cache-control", template.cache_control.to_string()));
        // A response that had to wait carries its time instead (`edge/entry.js`).
        headers.push(("server-timing", "edge;dur=0".to_owned()));
        headers.extend(template.revision.iter().map(|revision| ("x-catalog-revision", revision.to_string())));
        match &template.policy {
            Policy::Page(import_map) => headers.extend(security::page_headers(
                import_map,
                self.image_origins.borrow().iter().map(String::as_str),
                self.production,
            )),
            Policy::Shared => headers.extend_from_slice(&self.shared),
            Policy::Resource => headers.extend_from_slice(&self.resource),
        }
        headers
    }
}

fn image_origins(catalog: &Catalog) -> Vec<String> {
    catalog.image_origins().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use catalog::Catalog;
    use catalog::build::{Options, Products};
    use pages::security;

    use super::Policies;
    use crate::reply::{CACHE_PAGE, Head, Policy, TYPE_HTML};

    /// Most bytes of headers that a page may have. Common proxies read 8 KiB of an answer's head.
    const PAGE_HEADERS_LIMIT: usize = 6 * 1024;

    /// A catalog whose pictures come from so many hosts with the longest names there are.
    fn catalog_of(hosts: u32) -> Catalog {
        let products = (0..hosts).map(|number| {
            let host = format!("{number:060}.{}.{}.{}", "a".repeat(61), "b".repeat(61), "c".repeat(50));
            serde_json::json!({
                "id": number.to_string(), "name": "Lamp", "description": "A lamp.", "price": 1, "category": "Lamps", "stock": 1,
                "rating": 4, "reviews": 1, "imageUrl": format!("https://{host}/lamp.jpg"),
            })
        });
        let text = serde_json::to_vec(&products.collect::<Vec<_>>()).unwrap();
        let index = Products::read(text.as_slice(), Options::default()).unwrap().into_index().unwrap();
        Catalog::open(index).unwrap()
    }

    #[test]
    fn however_many_hosts_pictures_come_from_a_page_has_few_headers() {
        for hosts in [1, 10, 16, 17, 20] {
            let catalog = catalog_of(hosts);
            let policies = Policies::new(&catalog, true);
            let headers =
                policies.headers(&Head::new(200, TYPE_HTML, CACHE_PAGE, Policy::Page("=".repeat(44).into())).template);
            let bytes = security::header_bytes(headers.iter().map(|(name, value)| (*name, value.as_str())));
            assert!(bytes < PAGE_HEADERS_LIMIT, "{hosts} hosts: {bytes} bytes");
            let policy = headers.iter().find(|(name, _)| *name == "content-security-policy").unwrap();
            // Each host takes 244 bytes with its scheme and the blank before it.
            assert_eq!(policy.1.contains(" https:;"), hosts > 16, "{hosts} hosts: {policy:?}");
        }
    }
}
