//! Who gets a response. Responses for everyone carry the key of all that their bytes depend on, and only such a key opens the page
//! cache; a response for one visitor has none. `Cache-Control` of every page is decided here.

use std::rc::Rc;

use pages::PreviewNotice;
use rollout::{RemoteName, Version};
use web::{CacheControl, ETag};

/// Everything that the bytes and header fields of a response depend on. Equal keys, equal bytes.
///
/// Made by the shop alone: a host can look a key up and keep a response under it, and cannot invent one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageKey {
    /// The canonical path and query.
    pub(crate) address: String,
    /// The versions of the page's remotes, in the order of its slots.
    pub(crate) versions: Vec<(RemoteName, Version)>,
    /// The previewed versions that the banner names; `None` without a preview.
    pub(crate) previewed: Option<Vec<(String, String)>>,
    /// The field `x-remote-fallback`.
    pub(crate) passed_over: Option<String>,
    /// Whether another visitor may get another key at this address, at this moment.
    pub(crate) is_split: bool,
    /// The edition: the revision of its records, and that of its base, whose statistics rank a search.
    pub(crate) edition: Option<(Rc<str>, Rc<str>)>,
    /// The revision of the rules that the page states terms of; `None` for those of the build, which the tag's seed names.
    pub(crate) rules: Option<Rc<str>>,
    /// The submitted query string, where a page repeats what it could not use.
    pub(crate) repeated: Option<String>,
    /// Since when prices are unconfirmed, as the page words it; `None` while they are confirmed.
    pub(crate) lapse: Option<String>,
}

/// Who gets a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everyone whose request leads to this key.
    Everyone(PageKey),
    /// One visitor. No page cache and no shared cache can hold the response.
    Visitor,
}

impl PageKey {
    /// The key of an address that depends on nothing but the edition.
    pub(crate) fn of(address: String) -> PageKey {
        PageKey {
            address,
            versions: Vec::new(),
            previewed: None,
            passed_over: None,
            is_split: false,
            edition: None,
            rules: None,
            repeated: None,
            lapse: None,
        }
    }

    /// Names the preview that the banner of the page shows.
    pub(crate) fn preview(&mut self, notice: Option<&PreviewNotice>) {
        self.previewed = notice
            .map(|notice| notice.shown.iter().map(|shown| (shown.remote.clone(), shown.version.clone())).collect());
    }

    /// About how many bytes the key takes.
    pub fn size(&self) -> usize {
        let (rules, lapse) = (self.rules.as_deref(), self.lapse.as_deref());
        let texts = [self.passed_over.as_deref(), self.repeated.as_deref(), lapse, rules];
        let texts: usize = texts.iter().flatten().map(|text| text.len()).sum();
        size_of::<PageKey>() + self.address.len() + texts
    }

    /// The entity tag of the response: equal keys of one build have equal bytes. `seed` names the build and its configuration.
    pub(crate) fn etag(&self, seed: &str) -> ETag {
        let mut text = String::with_capacity(256);
        text.extend([seed, "\n", &self.address, "\n"]);
        if let Some((revision, base)) = &self.edition {
            text.extend([revision, "+", base]);
        }
        for (remote, version) in &self.versions {
            text.extend(["\n", remote.as_str(), "@", version.as_str()]);
        }
        for (remote, version) in self.previewed.iter().flatten() {
            text.extend(["\n?", remote.as_str(), "=", version.as_str()]);
        }
        text.push_str(if self.previewed.is_some() { "\n?" } else { "\n" });
        for part in [&self.passed_over, &self.repeated, &self.lapse] {
            // An empty text and none are two things: prices may be unconfirmed since nobody knows when.
            text.push_str(if part.is_some() { "\n=" } else { "\n" });
            text.push_str(part.as_deref().unwrap_or_default());
        }
        if let Some(rules) = &self.rules {
            text.extend(["\n%", rules]);
        }
        ETag::of(text.as_bytes())
    }
}

impl Audience {
    /// The caching of a page: everyone's is revalidated on each view, and no shared cache may hand out one that another visitor
    /// would not get.
    pub fn page_caching(&self) -> CacheControl {
        match self {
            Audience::Everyone(key) if !key.is_split => CacheControl::Revalidate,
            Audience::Everyone(_) | Audience::Visitor => CacheControl::Private,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::rc::Rc;

    use rollout::{RemoteName, Version};
    use web::CacheControl;

    use super::{Audience, PageKey};

    /// A key for every part that a page may depend on.
    fn keys() -> Vec<PageKey> {
        let plain = || PageKey::of("/products?".to_owned());
        let remote = || RemoteName::new("products").unwrap();
        let version = |text: &str| Version::new(text).unwrap();
        let edition = |revision: &str, base: &str| Some((Rc::from(revision), Rc::from(base)));
        let shown = |version: &str| Some(vec![("products".to_owned(), version.to_owned())]);
        vec![
            plain(),
            PageKey::of("/products?page=2".to_owned()),
            PageKey { versions: vec![(remote(), version("1.0.0"))], ..plain() },
            PageKey { versions: vec![(remote(), version("1.0.1"))], ..plain() },
            PageKey { previewed: Some(Vec::new()), ..plain() },
            PageKey { previewed: shown("1.0.0"), ..plain() },
            PageKey { previewed: shown("1.0.1"), ..plain() },
            PageKey { passed_over: Some("products=release; because=\"unread\"".to_owned()), ..plain() },
            PageKey { edition: edition("0011223344556677", "0011223344556677"), ..plain() },
            PageKey { edition: edition("0011223344556677", "8899aabbccddeeff"), ..plain() },
            PageKey { rules: Some(Rc::from("0011223344556677")), ..plain() },
            PageKey { rules: Some(Rc::from("8899aabbccddeeff")), ..plain() },
            PageKey { repeated: Some("minPrice=cheap".to_owned()), ..plain() },
            PageKey { repeated: Some("minPrice=dear".to_owned()), ..plain() },
            PageKey { lapse: Some(String::new()), ..plain() },
            PageKey { lapse: Some("26 November 2026, 14:05 UTC".to_owned()), ..plain() },
        ]
    }

    #[test]
    fn every_part_of_a_key_is_part_of_the_tag() {
        let tags: BTreeSet<String> = keys().iter().map(|key| key.etag("build").as_str().to_owned()).collect();
        assert_eq!(tags.len(), keys().len());
        assert!(keys().iter().all(|key| !tags.contains(key.etag("another build").as_str())));
    }

    #[test]
    fn a_page_that_another_visitor_may_not_get_is_private() {
        let everyone = PageKey::of("/".to_owned());
        let split = PageKey { is_split: true, ..everyone.clone() };
        assert_eq!(Audience::Everyone(everyone).page_caching(), CacheControl::Revalidate);
        assert_eq!(Audience::Everyone(split).page_caching(), CacheControl::Private);
        assert_eq!(Audience::Visitor.page_caching(), CacheControl::Private);
    }
}
