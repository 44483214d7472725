//! Preview links: their text both ways, the signatures that count, and for how long.

use rollout::preview::{self, PREVIEW_SECONDS, is_parameter};
use rollout::{Preview, PreviewError};

use crate::fixture::{assert_is_one_line, remote, version};

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const EXPIRES: u64 = 1_800_000_000;
const NOW: u64 = EXPIRES - 3600;

/// printf 'storefront-preview-1\nremote.products=1.4.2&preview.expires=1800000000' | openssl dgst -sha256 -hmac "$SECRET"
const SIGNED: &str = "remote.products=1.4.2&preview.expires=1800000000\
    &preview.signature=d2155c2541ad7ad2829ab46ab91d99296e4e5071c62c69bea0bb58c176de0dfb";

/// The same of two remotes, one of them with a pre-release.
const SIGNED_TWO: &str = "remote.cart=2.0.0-beta.1&remote.products=1.4.2&preview.expires=1800000000\
    &preview.signature=c9d6eeeb40b92ae8f6e3b57ef234ba2861ababdf1663938ddcd58b6c55c99162";

fn of(versions: &[(&str, &str)]) -> Preview {
    let versions = versions.iter().map(|(name, text)| (remote(name), version(text)));
    Preview::new(versions).unwrap()
}

/// Reads a text and checks it: `verified`, or why not.
fn outcome(text: &str, now: u64) -> String {
    match Preview::from_text(text) {
        Err(error) => format!("not read: {error}"),
        Ok(None) => "none".to_owned(),
        Ok(Some(preview)) => {
            preview.verify(SECRET, now).map_or_else(|error| error.to_string(), |()| "verified".to_owned())
        }
    }
}

#[test]
fn a_signature_is_what_openssl_says() {
    let one = of(&[("products", "1.4.2")]).signed(SECRET, EXPIRES).unwrap();
    assert_eq!(one.to_string(), SIGNED);
    let two = of(&[("products", "1.4.2"), ("cart", "2.0.0-beta.1")]).signed(SECRET, EXPIRES).unwrap();
    assert_eq!(two.to_string(), SIGNED_TWO);
    for (text, preview) in [(SIGNED, one), (SIGNED_TWO, two)] {
        assert_eq!(outcome(text, NOW), "verified");
        assert_eq!(Preview::from_text(text).unwrap(), Some(preview));
        assert!(
            text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\,;%+".contains(&byte)),
            "a cookie carries it as it is"
        );
    }
    let turned: Vec<&str> = SIGNED_TWO.split('&').rev().collect();
    assert_eq!(outcome(&turned.join("&"), NOW), "verified", "the order in the query does not matter");
    assert_eq!(outcome(&format!("search=oak&{SIGNED}&page=2"), NOW), "verified", "nor does what else stands there");
}

#[test]
fn each_part_is_signed() {
    const NOT_SIGNED: &str = "the preview is not signed by this shop's operators";
    for (from, to) in [
        ("1.4.2", "1.4.3"),
        ("1.4.2", "1.4.2-0"),
        ("remote.products", "remote.product"),
        ("remote.products", "remote.cart"),
        ("1800000000", "1800000001"),
        ("1800000000", "1799999999"),
        ("&preview.expires=1800000000", ""),
        ("remote.products=1.4.2", "remote.products=1.4.2&remote.cart=1.0.0"),
        ("&preview.signature=d2155c2541ad7ad2829ab46ab91d99296e4e5071c62c69bea0bb58c176de0dfb", ""),
        ("d2155c2541ad7ad2829ab46ab91d99296e4e5071c62c69bea0bb58c176de0dfb", &"0".repeat(64)),
    ] {
        assert!(SIGNED.contains(from));
        assert_eq!(outcome(&SIGNED.replace(from, to), NOW), NOT_SIGNED, "`{from}` became `{to}`");
    }
    assert_eq!(outcome(&SIGNED_TWO.replace("remote.cart=2.0.0-beta.1&", ""), NOW), NOT_SIGNED);
    let (text, signature) = SIGNED.rsplit_once('=').unwrap();
    for place in 0..signature.len() {
        let mut changed = signature.to_owned();
        let other = if &changed[place..=place] == "0" { "1" } else { "0" };
        changed.replace_range(place..=place, other);
        assert_eq!(outcome(&format!("{text}={changed}"), NOW), NOT_SIGNED, "digit {place}");
    }
    let malformed = [
        String::new(),
        signature[..63].to_owned(),
        format!("{signature}0"),
        format!("{signature}/../x"),
        signature.to_uppercase(),
        format!(" {signature}"),
        format!("0x{}", &signature[..62]),
        "é".repeat(32),
        "g".repeat(64),
    ];
    for other in malformed {
        assert_eq!(outcome(&format!("{text}={other}"), NOW), format!("not read: {NOT_SIGNED}"), "`{other}`");
    }
    // A signature over the versions alone, and one of the same text made for something else.
    let timeless =
        "remote.products=1.4.2&preview.signature=0af97a45904a81e457a56ab7e05d529a616149a26df4d30198c099d080fa343d";
    assert_eq!(outcome(timeless, NOW), "`preview.expires` is a time in seconds since 1970, at most 30 days away");
    let purposeless = format!("{text}=d6e4b1c793d9dc182296d63f51d2b3dca0ab20756b2e3cb6b575e2589e00d15c");
    assert_eq!(outcome(&purposeless, NOW), NOT_SIGNED);
}

#[test]
fn the_secret_is_the_shop_s_own_and_long_enough() {
    let signed = Preview::from_text(SIGNED).unwrap().unwrap();
    assert_eq!(signed.verify(b"0123456789abcdef0123456789abcdeF", NOW), Err(PreviewError::Signature));
    assert_eq!(signed.verify(&[SECRET, b"0"].concat(), NOW), Err(PreviewError::Signature));
    for short in [&b""[..], &SECRET[..31]] {
        assert_eq!(signed.verify(short, NOW), Err(PreviewError::Secret), "a forger may know a short one");
        let error = of(&[("products", "1.4.2")]).signed(short, EXPIRES).unwrap_err();
        assert_eq!(error.to_string(), "the secret that signs previews has at least 32 characters");
    }
    let long = [7; 1000];
    let signed = of(&[("products", "1.4.2")]).signed(&long, EXPIRES).unwrap();
    assert_eq!(signed.verify(&long, NOW), Ok(()));
}

#[test]
fn a_preview_lasts_until_its_second_and_30_days_at_most() {
    let signed = Preview::from_text(SIGNED).unwrap().unwrap();
    for (now, expect) in [
        (NOW, Ok(())),
        (EXPIRES - 1, Ok(())),
        (EXPIRES, Err(PreviewError::Ended)),
        (EXPIRES + 1, Err(PreviewError::Ended)),
        (u64::MAX, Err(PreviewError::Ended)),
        (EXPIRES - PREVIEW_SECONDS, Ok(())),
        (EXPIRES - PREVIEW_SECONDS - 1, Err(PreviewError::Expires)),
        (0, Err(PreviewError::Expires)),
    ] {
        assert_eq!(signed.verify(SECRET, now), expect, "at {now}");
        assert_eq!(signed.check_time(now), expect, "at {now}");
    }
    let ended_and_forged = SIGNED.replace("1.4.2", "1.4.3");
    let found = Preview::from_text(&ended_and_forged).unwrap().unwrap().verify(SECRET, EXPIRES);
    assert_eq!(found, Err(PreviewError::Signature), "a forger learns nothing of the time");
    assert_eq!(of(&[("products", "1.4.2")]).check_time(NOW), Ok(()), "one without an end does not end");
    assert_eq!(of(&[("products", "1.4.2")]).verify(SECRET, NOW), Err(PreviewError::Signature));
}

#[test]
fn what_is_signed_can_be_read_again() {
    let last = of(&[("products", "1.4.2")]).signed(SECRET, 999_999_999_999).unwrap();
    assert_eq!(Preview::from_text(&last.to_string()).unwrap(), Some(last));
    for beyond in [1_000_000_000_000, u64::MAX] {
        assert_eq!(of(&[("products", "1.4.2")]).signed(SECRET, beyond), Err(PreviewError::Expires));
    }
}

#[test]
fn a_query_is_read_or_refused_with_its_reason() {
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let found = match Preview::from_text(text) {
            Ok(None) => "none".to_owned(),
            Ok(Some(preview)) => preview.to_string(),
            Err(error) => {
                assert_is_one_line(&error.to_string());
                error.to_string()
            }
        };
        assert_eq!(found, expect, "{text}");
    }
    for text in [
        "",
        "&",
        "search=oak",
        "remote=1.0.0",
        "remotes.products=1.0.0",
        "Remote.products=1.0.0",
        "preview.end",
        "preview.expire=1",
    ] {
        check(text, "none");
    }
    check("remote.products=1.4.2", "remote.products=1.4.2");
    check("remote.b=1.0.0&x=y&remote.a=2.0.0-rc.1&", "remote.a=2.0.0-rc.1&remote.b=1.0.0");
    check(
        "remote.a=1.0.0&preview.expires=0001800000000",
        "`preview.expires` is a time in seconds since 1970, at most 30 days away",
    );
    check("remote.a=1.0.0&preview.expires=001800000000", "remote.a=1.0.0&preview.expires=1800000000");
    for time in ["", "x", "-1", "+1", "1.5", " 1", "1800000000000", "٣"] {
        check(
            &format!("remote.a=1.0.0&preview.expires={time}"),
            "`preview.expires` is a time in seconds since 1970, at most 30 days away",
        );
    }
    for bad in [
        "remote.=1.0.0",
        "remote.A=1.0.0",
        "remote.a",
        "remote.a=",
        "remote.a=latest",
        "remote.a=1.0.0+b",
        "remote.a.b=1.0.0",
        "remote.a=1.0.0=2",
    ] {
        let quoted = if bad.contains('=') { bad.to_owned() } else { format!("{bad}=") };
        check(bad, &format!("`{quoted}` names no version of a remote, such as `remote.products=1.4.2`"));
    }
    check("remote.a=\u{1b}[2J", "`remote.a=\\u{1b}[2J` names no version of a remote, such as `remote.products=1.4.2`");
    let once =
        "is no parameter of a preview: they are `remote.<name>`, `preview.expires` and `preview.signature`, each once";
    check("remote.a=1.0.0&remote.a=1.0.0", &format!("`remote.a` {once}"));
    check("remote.a=1.0.0&preview.expires=1&preview.expires=1", &format!("`preview.expires` {once}"));
    check(&format!("{SIGNED}&preview.signature={}", "0".repeat(64)), &format!("`preview.signature` {once}"));
    check("preview.expires=1", "a preview names 1 to 8 remotes");
    let many = |count: usize| (0..count).map(|number| format!("remote.r{number}=1.0.0")).collect::<Vec<_>>().join("&");
    check(&many(8), &many(8));
    check(&many(9), "a preview names 1 to 8 remotes");
}

#[test]
fn a_preview_names_one_to_eight_remotes() {
    assert_eq!(Preview::new([]), Err(PreviewError::Count));
    let nine = (0..9).map(|number| (remote(&format!("r{number}")), version("1.0.0")));
    assert_eq!(Preview::new(nine), Err(PreviewError::Count));
    let preview = of(&[("cart", "2.0.0"), ("products", "1.4.2")]);
    assert_eq!(preview.version(&remote("cart")), Some(&version("2.0.0")));
    assert_eq!(preview.version(&remote("header")), None);
    assert_eq!((preview.versions().len(), preview.expires()), (2, None));
    for (name, expect) in [
        ("remote.products", true),
        ("remote.", true),
        ("preview.expires", true),
        ("remote", false),
        ("preview.end", false),
    ] {
        assert_eq!(is_parameter(name), expect, "{name}");
    }
    assert!(is_parameter(preview::SIGNATURE));
}
