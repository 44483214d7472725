//! Names and values that try to become markup.

use pages::Frame;
use proptest::prelude::*;

use crate::fixture::{catalog, catalog_of, every_page, ignoring, listing, product, site, text};

const HOSTILE: &str = r#"[{"id":"1","name":"</script><script>alert(1)</script>","description":"<!-- \" onload=\"x <img src=x onerror=alert(1)>","price":1,
    "imageUrl":"/assets/a.svg","category":"\"><b>&amp;","stock":1,"rating":1,"reviews":1},
    {"id":"2","name":"<!--<script>","description":"x","price":1,"imageUrl":"/assets/a.svg","category":"\"><b>&amp;","stock":1,"rating":1,"reviews":1}]"#;

/// Start tags of a page by name. Inside quotes `<` is never bare, so each one begins a tag.
fn tags(page: &str, name: &str) -> usize {
    page.matches(&format!("<{name}")).count()
}

#[test]
fn records_stay_text() {
    let tame = catalog();
    for ((name, hostile), (_, tame)) in [
        (("listing", listing(&catalog_of(HOSTILE), "")), ("listing", listing(&tame, ""))),
        (("product", product(&catalog_of(HOSTILE), "1")), ("product", product(&tame, "1"))),
    ] {
        assert_eq!(tags(&hostile, "script"), tags(&tame, "script"), "{name}");
        assert!(!hostile.contains("<!--") && !hostile.contains("<b>") && !hostile.contains("<img src=x"), "{name}");
        assert!(hostile.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{name}");
        assert!(hostile.contains("\\u003c/script\\u003e"), "{name}");
    }
}

#[test]
fn nothing_is_styled_or_handled_inline() {
    for (name, page) in every_page(&catalog()) {
        for forbidden in [" style=", "<style", "javascript:", " onclick", " onload", " onerror", " onsubmit", "data:"] {
            assert!(!page.contains(forbidden), "`{forbidden}` in {name}");
        }
    }
}

proptest! {
    #[test]
    fn what_was_submitted_stays_text(value in "[a-z<>\"'&/!\\-=]{1,30}") {
        let encoded = value.bytes().fold(String::new(), |encoded, byte| format!("{encoded}%{byte:02X}"));
        let page_of = |encoded: &str, value: &str| {
            let ignored = ["minPrice", "maxPrice", "sort", "page", "inStock", "search", "other"].map(|parameter| (parameter, value));
            ignoring(&catalog(), &format!("search=zeppelin&category=zz{encoded}"), &ignored)
        };
        let (page, plain) = (page_of(&encoded, &value), page_of("x", "x"));
        for name in ["script", "input", "a ", "p ", "b", "!--"] {
            prop_assert_eq!(tags(&page, name), tags(&plain, name));
        }
    }

    #[test]
    fn an_address_that_is_nowhere_stays_text(path in "/[a-z<>\"'&/!\\-=]{0,60}") {
        let site = site();
        let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
        let page = text(pages::not_found(&frame, Some(&path)));
        prop_assert_eq!(page.matches('<').count(), text(pages::not_found(&frame, Some("/"))).matches('<').count());
    }
}
