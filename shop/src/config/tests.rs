//! What the variables mean, and which values are refused by which name.

use pages::Resizing;

use super::{Config, ConfigError};

#[track_caller]
fn check(variables: &[(&str, &str)], expect: Result<(bool, &str), &str>) {
    let found = Config::parse(|name| {
        variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
    });
    match (found, expect) {
        (Ok(config), Ok((production, origin))) => {
            assert_eq!((config.production, config.public_origin.as_str()), (production, origin));
        }
        (Err(error), Err(message)) => assert!(error.to_string().contains(message), "{error}"),
        (found, expect) => panic!("{variables:?}: found {found:?}, expected {expect:?}"),
    }
}

#[test]
fn every_variable_has_a_default() {
    check(&[], Ok((false, "http://127.0.0.1:8787")));
    check(&[("ENVIRONMENT", ""), ("PUBLIC_ORIGIN", " ")], Ok((false, "http://127.0.0.1:8787")));
}

#[test]
fn production_demands_https() {
    check(
        &[("ENVIRONMENT", "production"), ("PUBLIC_ORIGIN", "https://shop.example")],
        Ok((true, "https://shop.example")),
    );
    check(&[("ENVIRONMENT", "production")], Err("PUBLIC_ORIGIN holds `http://127.0.0.1:8787`: plain http"));
    check(&[("PUBLIC_ORIGIN", "http://shop.example")], Err("plain http"));
    check(&[("CORS_ORIGINS", "https://a.example, http://b.example")], Err("CORS_ORIGINS holds `http://b.example`"));
}

#[test]
fn a_bad_value_names_its_variable() {
    check(&[("ENVIRONMENT", "prod")], Err("ENVIRONMENT is `prod`"));
    for origin in [
        "shop.example",
        "https://",
        "https://shop.example/",
        "https://Shop.example",
        "https://a b",
        "https://shop.example:0",
        "https://shop.example:99999",
        "https://user@shop.example",
        "ftp://shop.example",
        "https://shop.example:",
        "https://shop.example:443",
        "https://.",
        "https://a..b",
    ] {
        check(&[("PUBLIC_ORIGIN", origin)], Err("PUBLIC_ORIGIN holds"));
    }
    check(&[("CURRENCY", "dollars")], Err("CURRENCY was refused"));
    check(&[("PICTURES", "imgix")], Err("PICTURES is `imgix`, it must be `none` or `cloudflare`"));
    check(&[("SHOP_NAME", &"x".repeat(61))], Err("SHOP_NAME has 61 characters"));
}

#[test]
fn times_are_whole_milliseconds_in_order() {
    check(&[("RELEASE_FRESH_MS", "100"), ("RELEASE_STALE_MS", "200")], Ok((false, "http://127.0.0.1:8787")));
    for value in ["-1", "1.5", "5s", "+5", "99999999999"] {
        check(&[("RELEASE_WAIT_MS", value)], Err("RELEASE_WAIT_MS is"));
        check(&[("LIMIT_WAIT_MS", value)], Err("LIMIT_WAIT_MS is"));
    }
    check(&[("RELEASE_FRESH_MS", "20000")], Err("RELEASE_FRESH_MS, RELEASE_STALE_MS"));
    check(&[("PREVIEW_SECRET", "short")], Err("PREVIEW_SECRET has 5 characters"));
}

#[test]
fn an_origin_of_record_needs_a_secret_in_production() {
    let production = [("ENVIRONMENT", "production"), ("PUBLIC_ORIGIN", "https://shop.example")];
    let with = |more: &[(&'static str, &'static str)]| [production.as_slice(), more].concat();
    check(&[("ORIGIN_URL", "http://127.0.0.1:3333")], Ok((false, "http://127.0.0.1:8787")));
    check(&with(&[("ORIGIN_URL", "https://origin.example")]), Err("ORIGIN_SECRET has 0 characters"));
    check(&with(&[("ORIGIN_URL", "http://origin.example")]), Err("ORIGIN_URL holds `http://origin.example`: plain"));
    check(
        &with(&[("ORIGIN_URL", "https://origin.example"), ("ORIGIN_SECRET", "0123456789abcdef")]),
        Ok((true, "https://shop.example")),
    );
    check(&[("ORIGIN_URL", "https://origin.example/feed")], Err("ORIGIN_URL holds"));
    check(&[("ORIGIN_URL", "https://o.example"), ("ORIGIN_SECRET", "short")], Err("ORIGIN_SECRET has 5"));
    check(
        &[("ORIGIN_URL", "https://o.example"), ("ORIGIN_SECRET", "sixteen or more words")],
        Err("visible ASCII characters"),
    );
    check(&[("ORIGIN_EVERY_MS", "soon")], Err("ORIGIN_EVERY_MS is `soon`"));
}

#[test]
fn a_contact_is_named_or_nobody_is() {
    #[track_caller]
    fn check(variables: &[(&str, &str)], expect: Result<Option<&[&str]>, &str>) {
        let found = Config::parse(|name| {
            variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        });
        let found = found.map(|config| config.security.map(|security| security.contacts));
        match (found, expect) {
            (Ok(found), Ok(expect)) => {
                assert_eq!(found, expect.map(|all| all.iter().map(|one| (*one).to_owned()).collect()), "{variables:?}");
            }
            (Err(error), Err(message)) => assert!(error.to_string().contains(message), "{error}"),
            (found, expect) => panic!("{variables:?}: found {found:?}, expected {expect:?}"),
        }
    }
    let production = [("ENVIRONMENT", "production"), ("PUBLIC_ORIGIN", "https://shop.example")];
    check(&[], Ok(Some(&["mailto:security@shop.example"])));
    check(&production, Ok(None));
    let contacts = "https://shop.example/report, mailto:a@shop.example";
    let listed: &[&str] = &["https://shop.example/report", "mailto:a@shop.example"];
    check(&[production[0], production[1], ("SECURITY_CONTACT", contacts)], Ok(Some(listed)));
    for value in
        ["security@shop.example", "mailto:", "http://shop.example", "mailto:a b", "mailto:a@b,", "mailto:a\nExpires: x"]
    {
        check(&[("SECURITY_CONTACT", value)], Err("SECURITY_CONTACT holds"));
    }
    check(&[("SECURITY_POLICY", "http://shop.example")], Err("SECURITY_POLICY holds"));
    check(&[("ORIGIN_SECRET", "short")], Err("ORIGIN_SECRET has 5"));
}

#[test]
fn cors_origins_are_a_list() {
    let config =
        Config::parse(|name| (name == "CORS_ORIGINS").then(|| "https://a.example, https://b.example:8443,".to_owned()));
    assert_eq!(
        config.map(|config| config.cors_origins),
        Ok::<_, ConfigError>(vec!["https://a.example".to_owned(), "https://b.example:8443".to_owned()])
            .map_err(|_| unreachable!())
    );
}

#[test]
fn pictures_are_sized_by_nobody_unless_somebody_is_named() {
    #[track_caller]
    fn check(value: Option<&str>, expect: Resizing) {
        let config = Config::parse(|name| value.filter(|_| name == "PICTURES").map(str::to_owned)).unwrap();
        assert_eq!(config.pictures, expect, "{value:?}");
    }
    check(None, Resizing::None);
    check(Some(""), Resizing::None);
    check(Some("none"), Resizing::None);
    check(Some("cloudflare"), Resizing::Cloudflare);
}

#[test]
fn the_language_is_a_tag_of_bcp_47() {
    for tag in ["en", "de-AT", "pt-BR", "zh-Hant-TW", "sr-Latn"] {
        let config = Config::parse(|name| (name == "SHOP_LANGUAGE").then(|| tag.to_owned())).unwrap();
        assert_eq!(config.shop_language, tag);
    }
    for tag in ["e", "english language", "en_US", "en-", "1a", "en\" onload=\"x"] {
        check(
            &[("SHOP_LANGUAGE", tag)],
            Err(&format!("SHOP_LANGUAGE is `{tag}`, it must be a language tag of BCP 47")),
        );
    }
}
