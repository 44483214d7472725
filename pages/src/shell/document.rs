//! The frame of every page: document, header, breadcrumb, footer.
//! Knows no page: the parts that differ come in as a [`Head`] and the content of `main`.

use catalog::Query;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
use rollout::VersionManifest;

use crate::contracts;
use crate::frame::Frame;
use crate::notice::preview::banner;
use crate::shell::head::{Head, head};
use crate::shell::speculation::RULES;
use crate::shell::structured::Crumb;
use crate::site::Site;
use crate::write::link::{CART, CATEGORIES, LISTING, PageLink};
use crate::write::text::Text;

/// Long enough for a listing of twelve products, so that writing it never moves it.
const CAPACITY: usize = 40 * 1024;

/// What the header and `main` need to know of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Home,
    Listing,
    Other,
    /// A step of the checkout: nothing stands in its header and footer that leads away from it, but for help.
    Checkout,
}

/// The whole document.
pub(crate) fn document(frame: &Frame<'_>, kind: Kind, about: &Head<'_>, main: &impl Render) -> Vec<u8> {
    let mut out = String::with_capacity(CAPACITY);
    DOCTYPE.render_to(&mut out);
    out.push_str("<html lang=\"");
    Text(&frame.site.language).render_to(&mut out);
    out.push_str("\"><head>");
    head(frame, about).render_to(&mut out);
    out.push_str("<script type=\"speculationrules\">");
    out.push_str(RULES);
    out.push_str("</script></head><body><a class=\"skip-link\" href=\"#main\">Skip to content</a>");
    if let Some(notice) = frame.preview {
        banner(notice).render_to(&mut out);
    }
    if let Some(unconfirmed) = frame.unconfirmed {
        unconfirmed.banner().render_to(&mut out);
    }
    match &about.steps {
        Some(steps) => checkout_header(frame, steps).render_to(&mut out),
        None => header(frame, kind, about.search).render_to(&mut out),
    }
    out.push_str(match kind {
        Kind::Home => "<main id=\"main\" class=\"home\" tabindex=\"-1\">",
        Kind::Listing | Kind::Other | Kind::Checkout => "<main id=\"main\" class=\"wrap\" tabindex=\"-1\">",
    });
    main.render_to(&mut out);
    // The listing has its own within the slot, where it follows the filters.
    if let Some(canonical) = about.canonical.as_deref().filter(|_| kind != Kind::Listing) {
        page_address(frame.site, canonical).render_to(&mut out);
    }
    out.push_str("</main>");
    match kind {
        Kind::Checkout => checkout_footer(frame).render_to(&mut out),
        _ => footer(frame).render_to(&mut out),
    }
    out.push_str("</body></html>");
    out.into_bytes()
}

/// The way from the home page to this one. The last step is the page itself.
pub(crate) fn breadcrumb(crumbs: &[Crumb<'_>]) -> Markup {
    html! {
        nav class="breadcrumb" aria-label="Breadcrumb" {
            ol {
                @for crumb in crumbs {
                    @match crumb.path {
                        Some(path) => li { a href=(Text(path)) { bdi { (Text(crumb.name)) } } },
                        None => li aria-current="page" { bdi { (Text(crumb.name)) } },
                    }
                }
            }
        }
    }
}

/// Where a printed page is found again. Stylesheets show it on paper alone.
pub(crate) fn page_address(site: &Site, address: &str) -> Markup {
    html! { p class="page-address" { (Text(&site.absolute(address))) } }
}

/// `search` is the text of the field where it belongs to the form of the listing.
fn header(frame: &Frame<'_>, kind: Kind, search: Option<&str>) -> Markup {
    html! {
        header class="site-header" {
            div class="wrap" {
                (logo(frame, kind))
                nav class="site-nav" aria-label="Main" {
                    ul {
                        li { a href=(Text(LISTING)) aria-current=[(kind == Kind::Listing).then_some("true")] { "Products" } }
                        li { a href="/products?sort=rating" { "Best rated" } }
                    }
                }
                (cart_link(frame))
                @match search {
                    // The field is one of the list's filters: it keeps the others, and they keep it.
                    Some(text) => div class="site-search" role="search" aria-label="Search the shop" { (search_field("search", Some("filters"), text)) },
                    None => form class="site-search" role="search" aria-label="Search the shop" method="get" action=(Text(LISTING)) {
                        (search_field("site-search", None, ""))
                    },
                }
            }
        }
    }
}

fn logo(frame: &Frame<'_>, kind: Kind) -> Markup {
    html! {
        a class="logo" href="/" aria-current=[(kind == Kind::Home).then_some("page")] {
            (PreEscaped(MARK))
            span { (Text(&frame.site.name)) }
        }
    }
}

/// Logo, steps and help.
fn checkout_header(frame: &Frame<'_>, steps: &Markup) -> Markup {
    let help = frame.site.merchant.page("contact");
    html! {
        header class="site-header checkout-header" {
            div class="wrap" {
                (logo(frame, Kind::Checkout))
                (steps)
                @if let Some(page) = help { a class="checkout-help" href=(PageLink(page.name)) { "Help" } }
            }
        }
    }
}

/// The merchant's pages alone: terms, returns, privacy.
fn checkout_footer(frame: &Frame<'_>) -> Markup {
    html! {
        footer class="site-footer checkout-footer" {
            div class="wrap" {
                nav aria-label="Help" {
                    ul { @for page in frame.site.merchant.pages { li { a href=(PageLink(page.name)) { bdi { (Text(page.title)) } } } } }
                }
            }
        }
    }
}

/// The way to the cart, which is the slot of its remote. The same for everybody: the loader writes the number of things into it, from a
/// cookie that scripts may read.
fn cart_link(frame: &Frame<'_>) -> Markup {
    let (remote, _) = contracts::CART;
    let version = frame.remote(remote);
    let marked = version.map(|_| remote);
    html! {
        a class="cart-link" href=(CART) data-remote=[marked] data-version=[version.map(|version| version.version().as_str())]
            data-contract=[version.map(VersionManifest::contract)] data-mount=[marked.map(|_| "use")] {
            "Cart" span class="cart-count" {}
        }
    }
}

/// The search field with its button. `form` is the id of the form that it belongs to, if that is elsewhere.
fn search_field(id: &str, form: Option<&str>, text: &str) -> Markup {
    html! {
        label class="visually-hidden" for=(id) { "Search products" }
        input type="search" id=(id) name="search" form=[form] value=(Text(text)) maxlength=(Query::MAX_TEXT_LENGTH) dir="auto"
            placeholder="Search products" autocomplete="off" enterkeyhint="search";
        button type="submit" form=[form] {
            (PreEscaped(MAGNIFIER))
            span class="visually-hidden" { "Search" }
        }
    }
}

fn footer(frame: &Frame<'_>) -> Markup {
    let merchant = &frame.site.merchant;
    html! {
        footer class="site-footer" {
            div class="wrap" {
                div class="footer-about" {
                    p class="footer-name" { (Text(&frame.site.name)) }
                    p {
                        "Plainly described: what each thing is, what it costs and whether it is here. Prices are in "
                        (Text(frame.site.currency.code())) "."
                    }
                }
                nav aria-label="Shop" {
                    h2 { "Shop" }
                    ul {
                        li { a href=(Text(LISTING)) { "All products" } }
                        li { a href=(Text(CATEGORIES)) { "Categories" } }
                        li { a href="/products?sort=rating" { "Best rated" } }
                        li { a href="/products?inStock=true" { "In stock now" } }
                        li { a href="/products?sort=price-asc" { "Lowest price first" } }
                    }
                }
                @if !merchant.pages.is_empty() {
                    nav aria-label="Help" {
                        h2 { "Help" }
                        ul {
                            @for page in merchant.pages { li { a href=(PageLink(page.name)) { bdi { (Text(page.title)) } } } }
                        }
                    }
                }
                nav aria-label="Data" {
                    h2 { "For developers" }
                    ul {
                        li { a href="/api/openapi.json" { "Product API" } }
                        li { a href="/sitemap.xml" { "Sitemap" } }
                    }
                }
            }
        }
    }
}

/// The drawing of `icon.svg`. Part of the page: a request of its own would cost more than its bytes.
const MARK: &str = concat!(
    r#"<svg width="36" height="36" viewBox="0 0 64 64" aria-hidden="true" focusable="false">"#,
    r##"<rect width="64" height="64" rx="15" fill="#1f5a47"/>"##,
    r##"<path fill="#faf7f1" d="M10.5 14c.6-2.9 4.2-3.9 6.2-1.7L27 23.8c2.5-1 5.2-1.5 7.9-1.4 2.3-3.7 6.2-5.7 10.3-5 3.7.6 6.5 3.2 7.6 6.6l5.7 2.6-6 2.6C51.7 41.5 43.2 50 33 50c-10.8 0-19-7.4-19.9-17.5-.5-6-3.6-12.5-2.6-18.5z"/>"##,
    r##"<path fill="#eb9a72" d="M22 35c6.3 3.3 14 2.4 18.7-2.8-.1 7.3-4.7 12-10.3 11.7-4.2-.2-7.6-3.6-8.4-8.9z"/>"##,
    r##"<circle cx="45.3" cy="25" r="2.3" fill="#1e1c19"/>"##,
    r##"<path stroke="#faf7f1" stroke-width="2.6" stroke-linecap="round" d="M29.5 49v6M36.5 49v6"/></svg>"##,
);

const MAGNIFIER: &str = concat!(
    r#"<svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" "#,
    r#"aria-hidden="true" focusable="false"><circle cx="8.5" cy="8.5" r="5.5"/><path d="m13 13 4.5 4.5"/></svg>"#,
);
