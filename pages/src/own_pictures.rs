//! The shop's own pictures as the asset build made them (`assets/build/pictures.mjs`): files, dimensions, colours, and the addresses that
//! mean them. A catalog names one by the name of its source; where that stands in a page, the page has the hashed files.

use std::borrow::Cow;

/// Before the path of every file of the shell.
pub(crate) const PREFIX: &str = "/assets/";

/// Before the name of a picture, below [`PREFIX`].
const FOLDER: &str = "pictures/";

/// Extension and media type of the formats of a photo, the smallest first. Every browser knows the last.
pub(crate) const FORMATS: [(&str, &str); 3] = [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")];

/// Behind the name of a photo: its smallest rendition, for lists of suggestions (`assets/products/src/small-picture.ts`).
const SMALL: &str = "small.webp";

/// Behind the name of any picture: the JPEG for readers of links.
const LINK: &str = "link.jpg";

/// Length of the hash in a name.
const HASH_LENGTH: usize = 8;

/// Every picture that the shop can size itself, and who sizes the others.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Pictures {
    /// Who sizes the pictures of other addresses.
    pub resizing: Resizing,
    /// The shop's own pictures, sorted by name.
    pub own: &'static [OwnPicture],
}

/// Who makes the sizes of a picture that was not built with the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resizing {
    /// Nobody: browsers get the one file that the catalog names.
    #[default]
    None,
    /// Cloudflare's image transformations, by address.
    Cloudflare,
}

/// A picture of the shop's own.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnPicture {
    /// Name of the source, such as `cafe-press.svg`.
    pub name: &'static str,
    /// Width in pixels; of a drawing, in its own units.
    pub width: u32,
    /// Height, likewise.
    pub height: u32,
    /// Mean colour as `#rrggbb`; `None` if the page shines through.
    pub tone: Option<&'static str>,
    /// What browsers are given.
    pub files: OwnFiles,
    /// A JPEG for readers of links: path below `/assets/`, width, height.
    pub link: (&'static str, u32, u32),
}

/// The files of a picture. Paths are below `/assets/`.
#[derive(Debug, PartialEq, Eq)]
pub enum OwnFiles {
    /// One SVG for every size.
    Drawing(&'static str),
    /// `<folder>/<width>.avif`, `.webp` and `.jpg` for each of the widths, which grow.
    Photo {
        /// The folder, with the hash in it.
        folder: &'static str,
        /// Widths in pixels, one at least.
        widths: &'static [u32],
    },
}

impl Pictures {
    /// The shop's own picture that an address means.
    pub fn own(&self, address: &str) -> Option<&'static OwnPicture> {
        names(address).find_map(|name| {
            let found = self.own.binary_search_by(|picture| picture.name.cmp(&name)).ok()?;
            self.own.get(found)
        })
    }
}

/// The table is part of the build, whose name is beside this wherever it is printed.
impl std::fmt::Debug for Pictures {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Pictures").field("resizing", &self.resizing).field("own", &self.own.len()).finish()
    }
}

impl OwnPicture {
    /// The names of a source that an address may mean, the likelier first: as it stands, and without the hash that catalogs of earlier
    /// releases have in it. None if the address is not below `/assets/pictures/`.
    pub fn names(address: &str) -> impl Iterator<Item = Cow<'_, str>> {
        names(address)
    }

    /// Path below `/assets/` of what the address of the picture itself gives, or of what follows the name there: [`SMALL`], [`LINK`],
    /// or a file of the folder, such as `640.avif`. Empty where there is no such file.
    pub fn file(&self, rest: Option<&str>) -> Cow<'static, str> {
        let folder = match self.files {
            OwnFiles::Drawing(path) => {
                return Cow::Borrowed(match rest {
                    None => path,
                    Some(LINK) => self.link.0,
                    Some(_) => "",
                });
            }
            OwnFiles::Photo { folder, .. } => folder,
        };
        match (rest, &self.files) {
            (None | Some(LINK), _) => Cow::Borrowed(self.link.0),
            (Some(SMALL), OwnFiles::Photo { widths: [first, ..], .. }) => Cow::Owned(format!("{folder}/{first}.webp")),
            (Some(rest), _) => Cow::Owned([folder, "/", rest].concat()),
        }
    }
}

pub(crate) fn names(address: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let name = address.strip_prefix(PREFIX).and_then(|path| path.strip_prefix(FOLDER));
    name.map(Cow::Borrowed).into_iter().chain(name.and_then(without_hash).map(Cow::Owned))
}

fn without_hash(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (stem, hash) = stem.rsplit_once('-')?;
    let is_hash = hash.len() == HASH_LENGTH && hash.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'));
    is_hash.then(|| [stem, ".", extension].concat())
}

/// Whether the file of an address is an SVG, by its name.
pub(crate) fn is_drawing(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.')
        .is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("svg") || extension.eq_ignore_ascii_case("svgz"))
}

#[cfg(test)]
mod tests {
    use super::{is_drawing, names};

    #[test]
    fn an_address_means_a_source_with_and_without_a_hash() {
        #[track_caller]
        fn check(address: &str, expect: &[&str]) {
            assert_eq!(names(address).collect::<Vec<_>>(), expect, "{address}");
        }
        check("/assets/pictures/mug.svg", &["mug.svg"]);
        check("/assets/pictures/mug-ABCDEFG2.svg", &["mug-ABCDEFG2.svg", "mug.svg"]);
        check("/assets/pictures/mug-ABCDEFG1.svg", &["mug-ABCDEFG1.svg"]);
        check("/assets/pictures/mug-ABCDEFGHI.svg", &["mug-ABCDEFGHI.svg"]);
        check("/assets/mug.svg", &[]);
        check("https://shop.example/assets/pictures/mug.svg", &[]);
        check("", &[]);
    }

    #[test]
    fn a_drawing_is_told_by_its_name() {
        for address in ["/a.svg", "https://x.example/a.SVG?v=1.2", "/a.svgz#b"] {
            assert!(is_drawing(address), "{address}");
        }
        for address in ["/a.jpg?x=.svg", "/svg", "", "https://x.example/svg/a"] {
            assert!(!is_drawing(address), "{address}");
        }
    }
}
