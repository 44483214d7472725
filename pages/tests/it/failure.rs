//! Pages that say that something did not work.

use pages::Frame;

use crate::fixture::{between, lines, site, text};

#[test]
fn each_says_what_happened_and_leads_on() {
    let site = site();
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    let main = |page: Vec<u8>| lines(between(&text(page), "<main", "</main>"));
    insta::assert_snapshot!("not_found", main(pages::not_found(&frame, Some("/lamps/<old>"))));
    insta::assert_snapshot!(
        "refused",
        main(pages::refused(&frame, "That address is too long", "The limit is 2,048 characters."))
    );
    insta::assert_snapshot!("server_error", main(pages::server_error(&frame)));
}

#[test]
fn a_long_address_is_cut() {
    let site = site();
    let frame = Frame { site: &site, remotes: &[], preview: None, unconfirmed: None };
    let page = text(pages::not_found(&frame, Some(&"é".repeat(5000))));
    assert_eq!(between(&page, "<code>", "</code>"), format!("{}…", "é".repeat(120)));
    assert!(text(pages::not_found(&frame, None)).contains("There is nothing at this address."));
}
