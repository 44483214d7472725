//! Addresses of Cloudflare's image transformations: `/cdn-cgi/image/<options>/<source>`, where the source is an absolute path or URL that
//! is appended as it is (<https://developers.cloudflare.com/images/transform-images/transform-via-url/>).

/// Widths in pixels. Each combination that is asked for is counted by the platform, so they are few.
pub(super) const WIDTHS: [u32; 6] = [160, 320, 480, 640, 960, 1440];

/// Side of a picture for readers of links.
pub(super) const LINK: u32 = 1200;

/// The picture of at most this width, in the best format that the browser takes. Nothing is enlarged.
pub(super) fn scaled(url: &str, width: u32) -> String {
    join(&format!("width={width},fit=scale-down,format=auto"), url)
}

/// The picture as a JPEG of [`LINK`] by [`LINK`] pixels, whatever its shape.
pub(super) fn link(url: &str) -> String {
    join(&format!("width={LINK},height={LINK},fit=pad,background=white,format=jpeg"), url)
}

fn join(options: &str, url: &str) -> String {
    let slash = if url.starts_with('/') { "" } else { "/" };
    // A comma at the end of an address would end it in a `srcset`.
    match url.strip_suffix(',') {
        Some(url) => ["/cdn-cgi/image/", options, slash, url, "%2C"].concat(),
        None => ["/cdn-cgi/image/", options, slash, url].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::{link, scaled};

    #[test]
    fn a_source_is_appended_as_it_is() {
        #[track_caller]
        fn check(url: &str, expect: &str) {
            assert_eq!(scaled(url, 320), expect);
        }
        const OPTIONS: &str = "/cdn-cgi/image/width=320,fit=scale-down,format=auto";
        check("/uploads/mug.jpg", &format!("{OPTIONS}/uploads/mug.jpg"));
        check("https://cdn.example/mug.jpg?v=1", &format!("{OPTIONS}/https://cdn.example/mug.jpg?v=1"));
        check("https://cdn.example/mug,", &format!("{OPTIONS}/https://cdn.example/mug%2C"));
    }

    #[test]
    fn a_picture_of_a_link_has_one_size() {
        assert_eq!(
            link("https://cdn.example/mug.png"),
            "/cdn-cgi/image/width=1200,height=1200,fit=pad,background=white,format=jpeg/https://cdn.example/mug.png"
        );
    }
}
