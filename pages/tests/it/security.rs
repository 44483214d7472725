//! Security headers, name by name.

use pages::security::{page_headers, resource_headers};

fn shown(headers: &[(&'static str, String)]) -> String {
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    lines.join("\n")
}

#[test]
fn of_a_page() {
    insta::assert_snapshot!("page_in_development", shown(&page_headers("aGFzaA==", std::iter::empty(), false)));
    insta::assert_snapshot!(
        "page_in_production",
        shown(&page_headers("aGFzaA==", ["https://images.example"].into_iter(), true))
    );
}

#[test]
fn of_everything_else() {
    insta::assert_snapshot!("resource_in_development", shown(&resource_headers(false)));
    insta::assert_snapshot!("resource_in_production", shown(&resource_headers(true)));
}

#[test]
fn an_origin_cannot_widen_the_policy() {
    let hostile = [
        "*",
        "https:",
        "https://",
        "http://images.example",
        "https://a; script-src *",
        "https://a b",
        "'unsafe-inline'",
        "https://a,b",
    ];
    assert_eq!(page_headers("x", hostile.into_iter(), false), page_headers("x", std::iter::empty(), false));
}

#[test]
fn a_list_of_hosts_has_a_limit() {
    let policy = |hosts: &[String]| page_headers("x", hosts.iter().map(String::as_str), false).remove(0).1;
    // With the blank before it each takes 64 bytes.
    let hosts: Vec<String> = (0..65).map(|number| format!("https://{number:043}.example.com")).collect();
    let (fits, too_many) = (policy(&hosts[..64]), policy(&hosts));
    assert!(fits.contains(&hosts[63]) && !fits.contains("https:;"), "{fits}");
    assert!(too_many.contains("img-src 'self' https:; font-src"), "{too_many}");
}
