//! The element that a remote enhances. A page may have several, each for another remote.
//! Marks nothing when the frame has no version of the remote: the content is then plain HTML, whole without a script.

use maud::Render;

use crate::contracts::Row;
use crate::frame::Frame;
use crate::write::text::Direct;

/// The slot of a remote around its content. `classes` are further ones beside `slot`, each after a blank; `label` is the section's name for
/// assistive technology. Both stand as they are: they need no escape.
pub(crate) fn slot<'a>(
    frame: &Frame<'a>,
    (remote, _): Row,
    classes: &'a str,
    label: &'a str,
    content: impl Render + 'a,
) -> impl Render + 'a {
    let version = frame.remote(remote);
    Direct(move |out: &mut String| {
        for part in ["<section class=\"slot", classes, "\""] {
            out.push_str(part);
        }
        if let Some(version) = version {
            for part in
                [" data-remote=\"", remote, "\" data-version=\"", version.version().as_str(), "\" data-contract=\""]
            {
                out.push_str(part);
            }
            version.contract().render_to(out);
            out.push('"');
        }
        for part in [" aria-label=\"", label, "\">"] {
            out.push_str(part);
        }
        content.render_to(out);
        out.push_str("</section>");
    })
}

#[cfg(test)]
mod tests {
    use maud::html;
    use rollout::VersionManifest;

    use super::*;
    use crate::contracts::{LISTING, PRODUCT};
    use crate::merchant::TermsInForce;
    use crate::own_pictures::Pictures;
    use crate::shell::document::{Kind, document};
    use crate::shell::head::Head;
    use crate::site::{Asset, Shell, Site};
    use crate::write::currency::Currency;

    fn manifest(remote: &str, seed: &str) -> VersionManifest {
        let integrity = format!("sha384-{}", seed.repeat(64));
        let text = format!(
            r#"{{"schema":1,"remote":"{remote}","version":"1.2.3","contract":1,"format":"module","entry":"e.js","styles":["s.css"],"files":{{
            "e.js":{{"integrity":"{integrity}","size":1,"contentType":"text/javascript; charset=utf-8"}},
            "s.css":{{"integrity":"{integrity}","size":1,"contentType":"text/css; charset=utf-8"}}}}}}"#
        );
        VersionManifest::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_page_may_have_two_slots() {
        let asset = || Asset { url: "/assets/x".to_owned(), integrity: "sha384-X".to_owned() };
        let site = Site {
            name: "Shop".to_owned(),
            tagline: String::new(),
            language: "en".to_owned(),
            merchant: crate::Merchant::NONE,
            terms: TermsInForce::default(),
            origin: "https://shop.example".to_owned(),
            currency: Currency::default(),
            shell: Shell {
                stylesheet: asset(),
                loader: asset(),
                suggestions: asset(),
                icon: asset(),
                font: asset(),
                placeholder: asset(),
            },
            pictures: Pictures::default(),
        };
        let (list, detail) = (manifest("products", "A"), manifest("product-detail", "B"));
        let frame = Frame { site: &site, remotes: &[&list, &detail], preview: None, unconfirmed: None };
        let main = html! {
            (slot(&frame, LISTING, " listing", "List", html! { "one" }))
            (slot(&frame, PRODUCT, "", "Product", html! { "two" }))
        };
        let page = String::from_utf8(document(&frame, Kind::Other, &Head::default(), &main)).unwrap();
        for (part, times) in [
            (
                r#"<section class="slot listing" data-remote="products" data-version="1.2.3" data-contract="1" aria-label="List">one</section>"#,
                1,
            ),
            (
                r#"<section class="slot" data-remote="product-detail" data-version="1.2.3" data-contract="1" aria-label="Product">two</section>"#,
                1,
            ),
            (r#"<link rel="stylesheet" href="/remotes/products/1.2.3/s.css""#, 1),
            (r#"<link rel="stylesheet" href="/remotes/product-detail/1.2.3/s.css""#, 1),
            (r#"<link rel="modulepreload" href="/remotes/products/1.2.3/e.js""#, 1),
            (r#"<link rel="modulepreload" href="/remotes/product-detail/1.2.3/e.js""#, 1),
            (
                r#"{"imports":{"remote/products":"/remotes/products/1.2.3/e.js","remote/product-detail":"/remotes/product-detail/1.2.3/e.js"}"#,
                1,
            ),
            (
                r#""remotes":{"products":{"version":"1.2.3","module":"remote/products"},"product-detail":{"version":"1.2.3","module":"remote/product-detail"}}"#,
                1,
            ),
            ("<script type=\"importmap\">", 1),
            ("<script type=\"module\"", 1),
        ] {
            assert_eq!(page.matches(part).count(), times, "{part}");
        }
        assert_eq!(frame.versions().as_deref(), Some("products@1.2.3, product-detail@1.2.3"));
        let plain = Frame { remotes: &[], ..frame };
        assert_eq!(plain.versions(), None);
        assert_eq!(
            slot(&plain, PRODUCT, "", "Product", html! { "two" }).render().0,
            r#"<section class="slot" aria-label="Product">two</section>"#
        );
    }
}
