//! How a picture of a product stands in a page: one function writes every `img`, with all the sizes that there are of it.
//! Knows the pictures that were built with the shop (`own_pictures.rs`); of any other it knows the address alone.
//!
//! Pages choose what a picture shows and where it stands; a stylesheet decides how large it is, and [`Place`] repeats that for browsers,
//! which choose a file before they know any style.

mod cloudflare;
pub(crate) mod link;

use catalog::Product;
use maud::Render;

use crate::own_pictures::{self as own, FORMATS, OwnFiles, Resizing};
use crate::site::Site;
use crate::write::number::write_digits;
use crate::write::text::Text;

/// A picture as the catalog names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Image<'a> {
    /// Address; empty if there is no picture that a page may show.
    pub(crate) url: &'a str,
    /// Text for those who do not see it; empty where the same text stands beside it.
    pub(crate) alt: &'a str,
    /// Width and height in pixels, if the catalog states them.
    pub(crate) size: Option<(u32, u32)>,
}

/// Where a picture stands, which decides how large it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a card: `.product-grid` and `.shelf` (`assets/shell/card.css`).
    Card,
    /// The large one of the home page: `.hero-pick` (`assets/shell/home.css`).
    Hero,
    /// In a line of the cart: `.cart-picture` (`assets/shell/cart.css`).
    Line,
    /// On the product's own page: `.product-detail` (`assets/product-detail/detail.css`).
    Detail,
    /// One of several small ones there: `.product-gallery` (`assets/product-detail/detail.css`).
    Thumbnail,
}

/// When a picture is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loading {
    /// Before the others: the largest thing at first sight.
    First,
    /// At once: at first sight on a wide screen.
    Eager,
    /// When it comes near.
    Lazy,
}

/// What a browser may choose among: addresses with their widths in pixels.
struct Choice<'a> {
    kind: Kind<'a>,
    widths: &'a [u32],
}

enum Kind<'a> {
    /// Files `<folder>/<width>.<extension>` of the shop's own.
    Own { folder: &'a str, extension: &'a str },
    /// The same address through Cloudflare.
    Cloudflare(&'a str),
}

/// The whole element of a picture.
pub(crate) struct Picture<'a> {
    pub(crate) site: &'a Site,
    pub(crate) image: Image<'a>,
    pub(crate) place: Place,
    pub(crate) loading: Loading,
}

impl<'a> Image<'a> {
    /// The first picture of a product.
    pub(crate) fn of(product: &'a Product<'_>, alt: &'a str) -> Self {
        Self { url: &product.image_url, alt, size: None }
    }
}

impl Place {
    /// The widths of the picture's box, as the attribute `sizes` spells them. They repeat the stylesheet: `tests/browser/own-pictures.spec.ts`.
    fn sizes(self) -> &'static str {
        match self {
            Self::Card => "(min-width: 72rem) 19rem, (min-width: 44rem) 22rem, (min-width: 30rem) 11rem, 44vw",
            Self::Line => "6rem",
            Self::Hero => "(min-width: 44rem) 27rem, 92vw",
            Self::Detail => "(min-width: 80rem) 38rem, (min-width: 52rem) 46vw, 92vw",
            Self::Thumbnail => "4.5rem",
        }
    }

    /// Whether a file of this width is of use here, on screens of up to three pixels to one of CSS.
    fn takes(self, width: u32) -> bool {
        match self {
            Self::Card => width <= 640,
            Self::Hero => width > 160 && width <= 960,
            Self::Detail => width > 160,
            Self::Line | Self::Thumbnail => width <= 320,
        }
    }

    /// The width that browsers get which know no `srcset`.
    fn usual(self) -> u32 {
        match self {
            Self::Card => 480,
            Self::Hero => 640,
            Self::Detail => 960,
            Self::Line | Self::Thumbnail => 160,
        }
    }

    /// Side of the box, which reserves the place of a picture of unknown size.
    fn side(self) -> u32 {
        match self {
            Self::Line => 96,
            Self::Card | Self::Hero => 600,
            Self::Detail => 800,
            Self::Thumbnail => 72,
        }
    }
}

impl Loading {
    /// The attributes of the `img`, each after a blank.
    pub(crate) fn attributes(self) -> &'static str {
        match self {
            Self::First => r#" fetchpriority="high""#,
            Self::Eager => "",
            Self::Lazy => r#" loading="lazy" decoding="async""#,
        }
    }
}

impl Render for Picture<'_> {
    fn render_to(&self, out: &mut String) {
        let end = open(self.site, self.image, self.place, out);
        out.push_str(self.loading.attributes());
        out.push_str(end);
    }
}

/// Writes a picture up to the last attribute of its `img` but those of [`Loading`], and returns what ends the element.
///
/// A picture that is missing is drawn, and so is one that does not arrive, by the stylesheet (`assets/shell/elements.css`).
pub(crate) fn open(site: &Site, image: Image<'_>, place: Place, out: &mut String) -> &'static str {
    let Image { url, alt, size } = image;
    let square = (place.side(), place.side());
    if url.is_empty() {
        // A drawing that says nothing about the product has no text either.
        tag("product-image no-picture", &site.shell.placeholder.url, None, square, "", out);
        return ">";
    }
    let Some(own) = site.pictures.own(url) else {
        let resized = (site.pictures.resizing == Resizing::Cloudflare && !own::is_drawing(url))
            .then_some(Choice { kind: Kind::Cloudflare(url), widths: &cloudflare::WIDTHS });
        tag("product-image", url, resized.map(|choice| (choice, place)), size.unwrap_or(square), alt, out);
        return ">";
    };
    let natural = (own.width, own.height);
    let end = match own.files {
        OwnFiles::Drawing(path) => {
            let url = [own::PREFIX, path].concat();
            tag("product-image", &url, None, natural, alt, out);
            ">"
        }
        OwnFiles::Photo { folder, widths } => {
            out.push_str("<picture>");
            let choice = |extension| Choice { kind: Kind::Own { folder, extension }, widths };
            let [sources @ .., (last, _)] = &FORMATS;
            for (extension, media_type) in sources {
                for part in ["<source type=\"", media_type, "\""] {
                    out.push_str(part);
                }
                choice(extension).write(place, out);
                out.push('>');
            }
            tag("product-image", url, Some((choice(last), place)), natural, alt, out);
            "></picture>"
        }
    };
    if let Some(tone) = own.tone {
        for part in [" data-tone=\"", tone, "\""] {
            out.push_str(part);
        }
    }
    end
}

/// Appends the parameters of a `Link` that preloads a picture as [`open`] will have it fetched; nothing where a preload would be a guess.
///
/// Browsers that know the first format know `imagesrcset`; the others go without the preload.
pub(crate) fn preload(site: &Site, url: &str, place: Place) -> Option<String> {
    let mut link = String::with_capacity(640);
    match site.pictures.own(url).map(|own| &own.files) {
        Some(OwnFiles::Drawing(path)) => {
            for part in ["<", own::PREFIX, path, ">; rel=preload; as=image"] {
                link.push_str(part);
            }
        }
        Some(OwnFiles::Photo { folder, widths }) => {
            let [(extension, media_type), ..] = FORMATS;
            let choice = Choice { kind: Kind::Own { folder, extension }, widths };
            link.push('<');
            choice.address(choice.usual(place), &mut link);
            link.push_str(">; rel=preload; as=image; imagesrcset=\"");
            choice.candidates(place, &mut link);
            for part in ["\"; imagesizes=\"", place.sizes(), "\"; type=\"", media_type, "\""] {
                link.push_str(part);
            }
        }
        // Its address may be as long as a header, and its server may be slow.
        None => return None,
    }
    link.push_str("; fetchpriority=high");
    Some(link)
}

/// An `img` without its end. The address is that of the choice's usual width, if there is a choice.
fn tag(
    class: &str,
    url: &str,
    choice: Option<(Choice<'_>, Place)>,
    (width, height): (u32, u32),
    alt: &str,
    out: &mut String,
) {
    for part in ["<img class=\"", class, "\" src=\""] {
        out.push_str(part);
    }
    match &choice {
        None => Text(url).render_to(out),
        Some((choice, place)) => choice.address(choice.usual(*place), out),
    }
    out.push('"');
    if let Some((choice, place)) = choice {
        choice.write(place, out);
    }
    out.push_str(" width=\"");
    write_digits(width.into(), 1, out);
    out.push_str("\" height=\"");
    write_digits(height.into(), 1, out);
    out.push_str("\" alt=\"");
    Text(alt).render_to(out);
    out.push('"');
}

impl Choice<'_> {
    /// The attributes `srcset` and `sizes`.
    fn write(&self, place: Place, out: &mut String) {
        out.push_str(" srcset=\"");
        self.candidates(place, out);
        for part in ["\" sizes=\"", place.sizes(), "\""] {
            out.push_str(part);
        }
    }

    /// The addresses with their widths, as `srcset` has them.
    fn candidates(&self, place: Place, out: &mut String) {
        let widest = self.widths.iter().copied().find(|width| !place.takes(*width));
        let fitting = || self.widths.iter().copied().filter(|width| place.takes(*width));
        // A picture that has no width of use here has a smaller or a larger one.
        let only = if fitting().next().is_none() { widest } else { None };
        let mut separator = "";
        for width in fitting().chain(only) {
            out.push_str(separator);
            self.address(width, out);
            out.push(' ');
            write_digits(width.into(), 1, out);
            out.push('w');
            separator = ", ";
        }
    }

    fn usual(&self, place: Place) -> u32 {
        let wide = self.widths.iter().copied().find(|width| *width >= place.usual());
        wide.or(self.widths.last().copied()).unwrap_or_default()
    }

    fn address(&self, width: u32, out: &mut String) {
        match self.kind {
            Kind::Own { folder, extension } => {
                for part in [own::PREFIX, folder, "/"] {
                    out.push_str(part);
                }
                write_digits(width.into(), 1, out);
                out.push('.');
                out.push_str(extension);
            }
            Kind::Cloudflare(url) => Text(&cloudflare::scaled(url, width)).render_to(out),
        }
    }
}
