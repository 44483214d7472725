//! The picture of a page for those who show links to it: messengers, networks, search engines. None of them reads SVG
//! (<https://ogp.me>, <https://developers.google.com/search/docs/appearance/structured-data/product>), and most want to know the size.

use std::borrow::Cow;

use crate::own_pictures::{self as own, PREFIX, Resizing};
use crate::picture::cloudflare;
use crate::site::Site;

/// A picture in pixels, never a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LinkPicture<'a> {
    /// Absolute address.
    pub(crate) address: Cow<'a, str>,
    /// Width and height of the JPEG that is there; `None` for a picture from elsewhere, of which only the address is known.
    pub(crate) size: Option<(u32, u32)>,
}

impl<'a> LinkPicture<'a> {
    /// What stands for the picture at an address; `None` if there is none but a drawing.
    pub(crate) fn of(site: &'a Site, address: &'a str) -> Option<Self> {
        if let Some(own) = site.pictures.own(address) {
            let (path, width, height) = own.link;
            let address = [&site.origin, PREFIX, path].concat();
            return Some(Self { address: Cow::Owned(address), size: Some((width, height)) });
        }
        if address.is_empty() || own::is_drawing(address) {
            return None;
        }
        Some(match site.pictures.resizing {
            Resizing::None => Self { address: site.absolute(address), size: None },
            Resizing::Cloudflare => Self {
                address: Cow::Owned([&site.origin, cloudflare::link(address).as_str()].concat()),
                size: Some((cloudflare::LINK, cloudflare::LINK)),
            },
        })
    }
}
